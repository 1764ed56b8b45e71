"""What the drills of casework share: keys for people in each role, and a server that keeps cases."""

import json

from drill import NAME, Server, check

PEOPLE = {"night": "service", "ann": "analyst", "bob": "approver", "aud": "auditor", "root": "admin"}


def keys(place):
    """A file of keys, and the key of each person."""
    made = {}
    for actor, role in PEOPLE.items():
        ran = place.run("keys", "add", "--keys", "keys.toml", "--name", f"{actor} Example", "--actor", actor, "--role", role)
        check(ran.returncode == 0, f"no key: {ran.stderr}")
        made[actor] = ran.stdout.strip()
    return made


class Desk(Server):
    """A server with cases, asked as one of the people."""

    def __init__(self, place, keys, *options, cases="cases.db", **more):
        self.keys = keys
        super().__init__(place, "--keys", "keys.toml", "--cases", cases, *options, **more)

    def as_(self, actor, method, path, value=None, headers=None, kind="application/json"):
        all_headers = {"authorization": f"Bearer {self.keys[actor]}", **(headers or {})}
        body = None
        if value is not None:
            body = value if isinstance(value, bytes) else json.dumps(value)
            all_headers["content-type"] = kind
        status, answer, _ = self.ask(method, f"/api/v1{path}", body, all_headers)
        try:
            return status, json.loads(answer)
        except ValueError:
            return status, answer

    def does(self, actor, method, path, value=None, expected=200, headers=None):
        status, answer = self.as_(actor, method, path, value, headers)
        check(status == expected, f"{method} {path} by {actor}: {status} {answer}")
        return answer


def customer(number):
    return {"id": f"c-{number}", "schema": "Person", "properties": {"name": [NAME]}}


def screened(desk, number):
    """Adds a customer who is on the list and screens it; its alert."""
    desk.does("night", "POST", "/customers", customer(number))
    found = desk.does("night", "POST", f"/customers/c-{number}/screen")["findings"]
    check(bool(found), "nothing is found")
    return found[0]["became"]["id"]
