"""What the drills share: a server in a folder of its own, requests to it, load on it, and how a drill ends.

A drill is a program that says PASS (exit code 0), FAIL with what was not as it should be (1), or SKIP with what this machine lacks (77).
The program under test is the one that INTERDICT names, else the one that was built in target/release or target/debug.
"""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "Orvantis Brellmoor"


def fail(words):
    print(f"FAIL: {words}")
    sys.exit(1)


def skip(words):
    print(f"SKIP: {words}")
    sys.exit(77)


def check(true, words):
    if not true:
        fail(words)


def done(words):
    print(f"PASS: {words}")


def program():
    named = os.environ.get("INTERDICT")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    for path in [named] if named else [target / "release/interdict", target / "debug/interdict"]:
        if Path(path).is_file():
            return str(Path(path).resolve())
    fail("no program to test: build it, or name it with INTERDICT")


def until(true, words, seconds=60):
    """Waits until something is so."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            fail(f"after {seconds} s: {words}")
        time.sleep(0.02)


def entities(mark, people=3):
    for at in range(people):
        yield {"id": f"{mark}-{at}", "schema": "Person", "properties": {"name": [NAME], "topics": ["sanction"]}}


class Place:
    """A folder with a data folder in it, which goes when the drill ends."""

    def __init__(self, folder=None):
        self.path = Path(folder or tempfile.mkdtemp(prefix="interdict-drill-"))
        self.data = self.path / "data"
        self.data.mkdir(exist_ok=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def run(self, *arguments):
        return subprocess.run([program(), *arguments], cwd=self.path, capture_output=True, text=True)

    def build(self, mark, people=3):
        """Builds a snapshot; its path, outside of the data folder."""
        lines = self.path / f"{mark}.ftm.jsonl"
        lines.write_text("".join(json.dumps(entity) + "\n" for entity in entities(mark, people)))
        out = self.path / f"{mark}.built"
        built = self.run("build", "--source", f"list_{mark}={lines}", "--out", str(out))
        check(built.returncode == 0, f"a snapshot cannot be built: {built.stderr}")
        return out

    def lay(self, snapshot, name):
        """Lays a snapshot into the data folder, whole."""
        new = self.data / "new.tmp"
        new.write_bytes(Path(snapshot).read_bytes())
        new.rename(self.data / name)


class Server:
    def __init__(self, place, *options, port=None, watch=True, env=None):
        self.port = port or free_port()
        self.log = open(place.path / f"log-{self.port}.txt", "ab")
        watching = ["--watch", "1"] if watch else []
        self.process = subprocess.Popen(
            [program(), "--data-dir", str(place.data), "serve", "--bind", f"127.0.0.1:{self.port}", *watching, *options],
            cwd=place.path, stdout=subprocess.DEVNULL, stderr=self.log, env={**os.environ, **(env or {})},
        )

    def __enter__(self):
        until(self.is_ready, f"the server is not ready: {self.said()}")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def said(self):
        return Path(self.log.name).read_text()[-2000:]

    def is_ready(self):
        if self.process.poll() is not None:
            fail(f"the server ended with {self.process.returncode}: {self.said()}")
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def ask(self, method, path, body=None, headers=None, timeout=30):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())
        finally:
            connection.close()

    def get(self, path):
        status, body, _ = self.ask("GET", path)
        return status, json.loads(body)

    def screen(self, name=NAME):
        status, body, _ = self.ask("POST", "/api/v1/screen", json.dumps({"name": name}), {"content-type": "application/json"})
        check(status == 200, f"a query is answered with {status}: {body}")
        return json.loads(body)

    def best(self):
        """Id of the best finding for the name that all lists of drills have."""
        hits = self.screen()["hits"]
        return hits[0]["id"] if hits else None

    def file(self):
        return self.get("/api/v1/status")[1]["file"]

    def refused(self):
        return {refusal["file"]: refusal["reason"] for refusal in self.get("/readyz")[1]["refused"]}

    def tell(self, number=signal.SIGTERM):
        self.process.send_signal(number)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def found(answer):
    return all(result["status"] == "hit" for result in answer.get("results", [answer]))


class Load:
    """Clients that ask one query after the other, each on a connection of its own, and count what came."""

    def __init__(self, port, clients=8, query=None):
        self.port, self.query = port, json.dumps(query or {"name": NAME})
        self.answered = self.turned_away = self.broken = 0
        self.unexpected = []
        self.lock, self.stop = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def run(self):
        connection = None
        while not self.stop.is_set():
            sent = False
            try:
                if connection is None:
                    connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                    connection.connect()
                connection.request("POST", "/api/v1/screen", self.query, {"content-type": "application/json"})
                sent = True
                answer = connection.getresponse()
                body = answer.read()
                with self.lock:
                    if answer.status == 200 and found(json.loads(body)):
                        self.answered += 1
                    elif answer.status in (429, 503) and answer.getheader("retry-after"):
                        self.turned_away += 1
                    else:
                        self.unexpected.append((answer.status, body[:200]))
                if answer.getheader("connection") == "close":
                    connection.close()
                    connection = None
                if answer.status != 200:
                    time.sleep(0.02)
            except http.client.RemoteDisconnected:
                # The server closed before it began to answer: it had not accepted the request.
                connection = None
            except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
                connection = None
                if sent:
                    with self.lock:
                        self.broken += 1
                        self.last = repr(error)

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()
