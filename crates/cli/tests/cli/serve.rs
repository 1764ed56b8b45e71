//! `interdict serve` and `interdict keys` as a process: how it starts, what it refuses to start with, who it answers, and how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;

use crate::run::{Place, people, root};

/// A server that ends with the test.
struct Served {
    process: Child,
    address: String,
    said: Receiver<String>,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Served {
    fn start(place: &Place, options: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = place.command(&["serve", "--bind", "127.0.0.1:0"]);
        command.args(options).envs(environment.iter().copied());
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, said) = channel();
        let stderr = BufReader::new(process.stderr.take().unwrap());
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut served = Self { process, address: String::new(), said };
        while served.address.is_empty() {
            let line = served.said.recv().unwrap_or_else(|_| panic!("the server ended without an address"));
            if let Some(rest) = line.split_once("://").filter(|_| line.contains("/docs")).map(|(_, rest)| rest) {
                rest.split_once(": ").unwrap().0.clone_into(&mut served.address);
            }
        }
        served
    }

    /// The status and body of an answer.
    fn ask(&self, method: &str, path: &str, key: Option<&str>, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let key = key.map(|key| format!("authorization: Bearer {key}\r\n")).unwrap_or_default();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{key}content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        stream.write_all([head.as_bytes(), body.as_bytes()].concat().as_slice()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn json(&self, path: &str) -> Value {
        let (status, body) = self.ask("GET", path, None, "");
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Tells it to end; its exit code, and what it said since it began.
    fn end(mut self) -> (Option<i32>, Vec<String>) {
        assert!(Command::new("kill").arg(self.process.id().to_string()).status().unwrap().success());
        let code = self.process.wait().unwrap().code();
        (code, self.said.iter().collect())
    }
}

const QUERY: &str = r#"{"name":"Quillon Vardek1"}"#;

#[cfg(unix)]
#[test]
fn one_command_starts_it_and_a_signal_ends_it() {
    let place = Place::new();
    place.build("people", &people(3), "data/people.snapshot");
    let served = Served::start(&place, &[], &[]);
    let (status, body) = served.ask("POST", "/api/v1/screen", None, QUERY);
    assert!(status == 200 && body.contains("\"p-1\""), "{body}");
    // The same query gets the same line as from the command.
    let line = place.run_with(
        &["screen", "--input", "-", "--format", "jsonl"],
        br#"{"id":"Quillon Vardek1","schema":"Thing","properties":{"name":["Quillon Vardek1"]}}"#,
    );
    let (asked, screened): (Value, Value) = (serde_json::from_str(&body).unwrap(), line.jsonl().remove(0));
    for member in ["id", "status", "snapshot", "settings", "hits"] {
        assert_eq!(asked[member], screened[member], "{member}");
    }
    assert_eq!(served.json("/api/v1/status")["file"], "people.snapshot");
    let (code, said) = served.end();
    assert_eq!(code, Some(0), "{said:?}");
    assert!(said.iter().any(|line| line == "interdict: ended"), "{said:?}");
}

#[test]
fn what_it_does_not_start_with() {
    let place = Place::new();
    let snapshot = place.build("people", &people(1), "people.snapshot");
    place
        .run(&["serve", "--bind", "0.0.0.0:0"])
        .code(1)
        .says(&["no key or user says who may use the server", "interdict keys add"]);
    place.run(&["serve", "--bind", "nowhere"]).code(2);
    place.run(&["serve", "--log-level", "x=y=z"]).code(2).says(&["--log-level"]);
    place.run(&["serve", "--tls-cert", "x.pem"]).code(2).says(&["--tls-key"]);
    place.run(&["serve", "--tls-cert", "x.pem", "--tls-key", "y.pem"]).code(1).says(&["x.pem"]);
    place.run(&["serve", "--keys", "missing.toml"]).code(1).says(&["missing.toml"]);
    place.run(&["serve", "--workers", "0"]).code(2);
    place.run(&["--snapshot", "missing.snapshot", "serve"]).code(1).says(&["missing.snapshot"]);
    let token = place.file("token", "0123456789abcdef\n");
    place.run(&["--snapshot", &snapshot, "serve", "--update-token-file", &token]).code(2).says(&["data folder"]);
    let short = place.file("short", "sesame\n");
    let ran = place.run(&["serve", "--update-token-file", &short]).code(2).says(&["16 characters"]);
    assert!(!ran.stderr.contains("sesame"), "{}", ran.stderr);
    // Nothing but broken snapshots: names that were not checked must not look clear.
    place.file("data/broken.snapshot", "no snapshot");
    place.run(&["serve", "--bind", "127.0.0.1:0"]).code(1).says(&["none of the snapshots", "broken.snapshot"]);
}

#[test]
fn two_on_one_port() {
    let place = Place::new();
    let first = Served::start(&place, &[], &[]);
    place.run(&["serve", "--bind", &first.address]).code(1).says(&[&format!("cannot listen on {}", first.address)]);
    assert_eq!(first.ask("GET", "/healthz", None, "").0, 200);
}

#[test]
fn keys_are_made_listed_and_revoked() {
    let place = Place::new();
    let file = place.path("keys.toml").display().to_string();
    let add = |role: &str, more: &[&str]| {
        let mut arguments = vec!["keys", "add", "--keys", &file, "--name", "Ada Example", "--role", role];
        arguments.extend(more);
        place.run(&arguments)
    };
    let analyst = add("analyst", &["--actor", "ada", "--expires", "2999-01-01"]).code(0);
    assert!(analyst.stderr.contains("shown this once"), "{}", analyst.stderr);
    let analyst = analyst.stdout.trim().to_owned();
    let viewer = add("viewer", &["--format", "json"]).code(0).json();
    let (viewer, viewer_id) = (viewer["key"].as_str().unwrap().to_owned(), viewer["id"].as_str().unwrap().to_owned());
    let expired = add("admin", &["--expires", "2020-01-01"]).code(0).stdout.trim().to_owned();
    add("king", &[]).code(2).says(&["--role"]);
    add("viewer", &["--scope", "all"]).code(2).says(&["--scope"]);
    add("viewer", &["--expires", "tomorrow"]).code(2);
    let text = place.read("keys.toml");
    for key in [&analyst, &viewer, &expired] {
        assert!(key.starts_with("itd_") && !text.contains(key.rsplit('_').next().unwrap()), "the file has a secret");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(place.path("keys.toml")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "others may read the keys: {mode:o}");
    }
    let list = place.run(&["keys", "list", "--keys", &file, "--format", "json"]).code(0).json();
    assert_eq!(list.as_array().unwrap().len(), 3);
    assert_eq!((&list[0]["actor"], &list[0]["expires"]), (&"ada".into(), &"2999-01-01T00:00:00Z".into()));
    assert!(list[0]["sha256"].is_null());

    let served = Served::start(&place, &["--keys", &file, "--watch", "1"], &[]);
    let screen = |key| served.ask("POST", "/api/v1/screen", key, QUERY).0;
    assert_eq!([None, Some(&*analyst), Some(&*viewer), Some(&*expired)].map(screen), [401, 200, 403, 401]);
    place.run(&["keys", "revoke", "--keys", &file, &viewer_id]).code(0);
    place.run(&["keys", "revoke", "--keys", &file, "nobody"]).code(1).says(&["no key `nobody`"]);
    // It reads the file again within seconds, or never.
    let mut status = 403;
    for _ in 0..1_000_000 {
        status = screen(Some(&viewer));
        if status == 401 {
            break;
        }
    }
    assert_eq!(status, 401);
    assert_eq!(screen(Some(&analyst)), 200);
}

#[test]
fn an_update_looks_at_the_folder_at_once() {
    let place = Place::new();
    place.build("people", &people(1), "data/a.snapshot");
    let token = "0123456789abcdef0123";
    let served = Served::start(&place, &["--watch", "0"], &[("INTERDICT_UPDATE_TOKEN", token)]);
    place.build("people", &people(5), "data/b.snapshot");
    assert_eq!(served.json("/api/v1/status")["file"], "a.snapshot");
    assert_eq!(served.ask("POST", "/updatez?token=0123456789abcdef012&sync=1", None, "").0, 403);
    assert_eq!(served.ask("POST", &format!("/updatez?token={token}&sync=1"), None, "").0, 200);
    assert_eq!(served.json("/api/v1/status")["file"], "b.snapshot");
}

#[cfg(unix)]
#[test]
fn the_log_says_what_was_done_and_not_what_was_asked() {
    let place = Place::new();
    place.build("people", &people(3), "data/people.snapshot");
    let file = place.path("keys.toml").display().to_string();
    let made = place.run(&["keys", "add", "--keys", &file, "--name", "Ada Example", "--role", "service"]).code(0);
    let key = made.stdout.trim();
    let served = Served::start(&place, &["--keys", &file, "--log", "json", "--log-level", "debug"], &[]);
    assert_eq!(served.ask("POST", "/api/v1/screen", Some(key), QUERY).0, 200);
    assert_eq!(served.ask("GET", "/api/v1/entities/p-1?limit=7", Some(key), "").0, 200);
    assert_eq!(served.ask("GET", "/search/default?q=Quillon", Some(&key[..key.len() - 1]), "").0, 401);
    let (code, said) = served.end();
    assert_eq!(code, Some(0));
    let entries: Vec<Value> =
        said.iter().filter(|line| line.starts_with('{')).map(|line| serde_json::from_str(line).unwrap()).collect();
    let requests: Vec<&Value> = entries.iter().filter(|entry| entry["message"] == "request").collect();
    let of = |member: &str| requests.iter().map(|entry| entry[member].clone()).collect::<Vec<_>>();
    assert_eq!(of("route"), ["/api/v1/screen", "/api/v1/entities/{id}", "/search/{dataset}"]);
    assert_eq!(of("status"), [200, 200, 401]);
    let id = key.split('_').nth(1).unwrap();
    assert_eq!(of("key"), [id, id, ""]);
    let all = said.join("\n");
    for secret in [key, key.rsplit('_').next().unwrap(), "Quillon", "Vardek", "p-1"] {
        assert!(!all.contains(secret), "the log has {secret}");
    }
}

/// Every command that has a route is answered as the command itself answers, and bad input as it refuses it.
#[test]
fn what_commands_print_is_answered_over_http() {
    let place = Place::new();
    let served = Served::start(&place, &[], &[]);
    let examples = root().join("examples");
    let example = |name: &str| std::fs::read_to_string(examples.join(name)).unwrap();
    let answer = |method: &str, path: &str, body: &str| -> Value {
        let (status, answer) = served.ask(method, path, None, body);
        assert_eq!(status, 200, "{method} {path}: {answer}");
        let mut answer: Value = serde_json::from_str(&answer).unwrap();
        answer["results"].take()
    };
    let printed = |arguments: &[&str]| -> Value { place.run(&[&["--format", "json", "--quiet"], arguments].concat()).json() };
    for name in ["article.txt", "transfers.csv", "vendors_fronts.csv", "payments/mt103.fin"] {
        place.file(name.rsplit('/').next().unwrap(), example(name));
    }
    place.file("transfers", example("transfers.csv"));
    place.file("parties", example("vendors_fronts.csv"));
    let id = "ofac-52262";
    for (method, path, body, command) in [
        ("POST", "/api/v1/documents?name=article.txt", example("article.txt"), &["scan", "article.txt"][..]),
        (
            "POST",
            "/api/v1/documents?name=article.txt&threshold=0.95&network=false",
            example("article.txt"),
            &["scan", "article.txt", "--threshold", "0.95", "--no-network"],
        ),
        ("POST", "/api/v1/payments?name=mt103.fin", example("payments/mt103.fin"), &["pay", "mt103.fin"]),
        (
            "POST",
            "/api/v1/transfers?method=poison",
            example("transfers.csv"),
            &["wallet", "--transfers", "transfers", "--method", "poison"],
        ),
        (
            "POST",
            "/api/v1/fronts?form=csv",
            example("vendors_fronts.csv"),
            &["network", "fronts", "--input", "parties", "--input-format", "csv"],
        ),
        ("GET", "/api/v1/people/indicators", String::new(), &["people", "indicators"]),
        ("GET", "/api/v1/wallets/nope", String::new(), &["wallet", "nope"]),
        ("GET", "/api/v1/vessels/9074729?date=2026-01-01", String::new(), &["vessel", "9074729", "--date", "2026-01-01"]),
        ("GET", "/api/v1/network/ofac-52262/path?depth=3", String::new(), &["network", "path", id, "--depth", "3"]),
        ("GET", "/api/v1/network/ofac-52262/owners", String::new(), &["network", "owners", id]),
        ("GET", "/api/v1/network/ofac-52262/verdict?regime=us", String::new(), &["network", "verdict", id, "--regime", "us"]),
        ("GET", "/api/v1/communities?limit=2", String::new(), &["network", "communities", "--limit", "2"]),
        ("GET", "/api/v1/clusters/ofac-52262", String::new(), &["cluster", "show", id]),
        ("GET", "/api/v1/catalogue", String::new(), &["sources"]),
    ] {
        let (held, said) = (answer(method, path, &body), printed(command));
        assert_eq!(held, said, "{path}");
    }
    assert!(
        answer("POST", "/api/v1/documents?name=a.txt", &example("article.txt"))[0]["parties"].as_array().unwrap().len() > 3
    );

    // What is known of people comes as files with their names.
    let platform = examples.join("platform");
    let mut files = serde_json::Map::new();
    for name in
        ["person.csv", "identifier.csv", "document.csv", "relation.csv", "event.csv", "policy.toml", "cvs/C-204__cv.txt"]
    {
        files.insert(name.to_owned(), std::fs::read_to_string(platform.join(name)).unwrap().into());
    }
    let people = serde_json::json!({"files": files, "purpose": "case 12"}).to_string();
    let rings = answer("POST", "/api/v1/people/rings?as_of=2026-01-01T00:00:00Z", &people);
    let assessed = answer("POST", "/api/v1/people/assess?as_of=2026-01-01T00:00:00Z&limit=3", &people);
    assert_eq!(assessed.as_array().unwrap().len(), 3);
    assert!(!rings.is_null());
    let log = place.read("data/people-access.jsonl");
    assert!(log.contains("case 12"), "{log}");

    for (method, path, body, words) in [
        ("POST", "/api/v1/documents?name=..%2Fa.txt", "text", "the name of a file"),
        ("POST", "/api/v1/documents?name=-", "text", "the name of a file"),
        ("POST", "/api/v1/documents?name=a.txt&threshold=7", "text", "threshold"),
        ("POST", "/api/v1/documents?nome=a.txt", "text", "nome"),
        ("POST", "/api/v1/payments", "not a payment", ""),
        ("POST", "/api/v1/people/rings", r#"{"files":{"a.csv":"x"},"purpose":" "}"#, "purpose"),
        ("POST", "/api/v1/people/rings", r#"{"files":{},"purpose":"x"}"#, "files"),
        ("POST", "/api/v1/people/rings", r#"{"base64":{"a.pdf":"%%"},"purpose":"x"}"#, "a.pdf"),
        ("POST", "/api/v1/people/rings", r#"{"files":{"../a.csv":"x"},"purpose":"x"}"#, "the name of a file"),
        ("GET", "/api/v1/network/nope/owners", "", "`nope`"),
        ("GET", "/api/v1/network/--all/verdict", "", "`--all`"),
        ("GET", "/api/v1/vessels/9074729?date=someday", "", "someday"),
        ("GET", "/api/v1/deltas?source=..%2F..%2Fetc&old=passwd&new=x", "", "source"),
        ("GET", "/api/v1/deltas?source=us_ofac_sdn&old=2025-01-01&new=2025-02-01", "", "no issue of `us_ofac_sdn`"),
        ("GET", "/api/v1/bulletin?since=someday", "", "someday"),
    ] {
        let (status, answer) = served.ask(method, path, None, body);
        assert_eq!(status, 422, "{path}: {answer}");
        let problem: Value = serde_json::from_str(&answer).unwrap();
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(words), "{path}: {detail}");
        assert!(!detail.contains(place.path("").to_str().unwrap()) && !detail.contains("/tmp"), "{path}: {detail}");
    }

    // Fetching the lists goes on beside the requests, once at a time.
    assert_eq!(served.json("/api/v1/update")["state"], "never");
    let (status, begun) = served.ask("POST", "/api/v1/update?only=no_such_list", None, "");
    assert_eq!(status, 202, "{begun}");
    let ended = std::iter::repeat_with(|| served.json("/api/v1/update")).find(|state| state["state"] != "running").unwrap();
    assert_eq!(ended["state"], "failed", "{ended}");
    assert!(ended["messages"].to_string().contains("no_such_list"), "{ended}");
    served.end();
}

/// What is asked is kept where that is wanted, and other settings can be tried on it.
#[test]
fn queries_that_are_recorded_can_be_tried() {
    let place = Place::new();
    place.build("people", &people(3), "data/people.snapshot");
    let served = Served::start(&place, &["--record", "queries"], &[]);
    assert_eq!(served.ask("POST", "/api/v1/screen", None, QUERY).0, 200);
    let batch = r#"{"queries":{"a":{"id":"m-1","schema":"Person","properties":{"name":["Quillan Vardek2"]}},"b":{"schema":"Person","properties":{"name":["Somebody Else"]}}}}"#;
    assert_eq!(served.ask("POST", "/match/default", None, batch).0, 200);
    // What is refused was not screened.
    assert_eq!(served.ask("POST", "/api/v1/screen", None, r#"{"name":""}"#).0, 422);
    // To compare is not to screen.
    let pair =
        r#"{"a":{"schema":"Person","properties":{"name":["A B"]}},"b":{"schema":"Person","properties":{"name":["A B"]}}}"#;
    assert_eq!(served.ask("POST", "/api/v1/compare", None, pair).0, 200);
    served.end();
    let kept = place.read_jsonl("queries/-.jsonl");
    let names: Vec<&str> = kept.iter().map(|query| query["properties"]["name"][0].as_str().unwrap()).collect();
    assert_eq!(names, ["Quillon Vardek1", "Quillan Vardek2", "Somebody Else"]);
    place.run(&["casework", "init", "--as", "ada", "--name", "Ada Example"]).code(0);
    place.file("strict.toml", "threshold = 1.0\n");
    let strict = ["--settings", "strict.toml", "--traffic", "queries/-.jsonl"];
    let tried = place.run(&[&["--format", "json", "casework", "settings", "--as", "ada"], &strict[..]].concat()).code(0).json();
    let traffic = &tried["traffic"];
    assert_eq!((traffic["queries"].as_u64(), traffic["hits_before"].as_u64()), (Some(3), Some(2)), "{tried}");
    assert!(traffic["hits_after"].as_u64().unwrap() < 2, "{tried}");
    assert_eq!(traffic["gone"][0]["query"], "m-1", "{tried}");
}
