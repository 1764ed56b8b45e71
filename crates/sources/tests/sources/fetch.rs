//! Fetching from a server that misbehaves by script: what is tried again and what is not, what goes on where it stopped, what is
//! refused and what is said of it.

use std::fs;
use std::io::Write;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use interdict_sources::{
    Backoff, Conditional, FetchError, FetchErrorKind, FetchOptions, FetchRequest, Fetched, Proxies, fetch,
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::server::{Asked, Authority, Server, answer, drip, raw, read_head, reply, stall};

const LIST: &[u8] = b"<?xml version=\"1.0\"?>\n<list><party id=\"1\">Example Trading Ltd</party></list>\n";
const ETAG: (&str, &str) = ("ETag", "\"v1\"");
const OLD: (&str, &str) = ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
const NOW: (&str, &str) = ("Date", "Sun, 06 Nov 1994 10:00:00 GMT");

fn sha256(bytes: &[u8]) -> String {
    crate::server::hex(&Sha256::digest(bytes))
}

/// One who fetches, into a folder of its own.
struct Client {
    dir: TempDir,
    options: FetchOptions,
    held: Conditional,
    expected: Option<String>,
    expect_html: bool,
    waits: Vec<Duration>,
    progress: Vec<(u64, Option<u64>)>,
}

impl Client {
    fn new() -> Self {
        let options = FetchOptions {
            timeout_connect: Duration::from_secs(5),
            timeout_total: Duration::from_secs(10),
            timeout_idle: Duration::from_secs(5),
            retries: 3,
            backoff: Backoff { base: Duration::from_secs(1), max: Duration::from_mins(1) },
            ..FetchOptions::default()
        };
        let dir = tempfile::tempdir().unwrap();
        let (held, expected) = (Conditional::default(), None);
        Self { dir, options, held, expected, expect_html: false, waits: Vec::new(), progress: Vec::new() }
    }

    fn once() -> Self {
        let mut client = Self::new();
        client.options.retries = 0;
        client
    }

    fn get(&mut self, url: &str) -> Result<Fetched, FetchError> {
        let request = FetchRequest {
            url,
            held: &self.held,
            expected_sha256: self.expected.as_deref(),
            expect_html: self.expect_html,
            dir: self.dir.path(),
            seed: 7,
        };
        let (waits, progress) = (&mut self.waits, &mut self.progress);
        fetch(&request, &self.options, &mut |bytes, total| progress.push((bytes, total)), &mut |pause| waits.push(pause))
    }

    fn fails(&mut self, url: &str) -> FetchError {
        let error = self.get(url).unwrap_err();
        assert!(!error.to_string().contains('?'), "{error}");
        assert!(self.files("download").is_empty());
        error
    }

    /// Fetches, and the file is this.
    fn gets(&mut self, url: &str, bytes: &[u8]) -> Fetched {
        let fetched = self.get(url).unwrap();
        let Fetched::Downloaded { path, sha256: digest, bytes: len, .. } = &fetched else { panic!("{fetched:?}") };
        assert_eq!(fs::read(path).unwrap(), bytes);
        assert_eq!((digest, *len), (&sha256(bytes), bytes.len() as u64));
        assert_eq!(path.parent(), Some(self.dir.path()));
        assert!(self.files("part").is_empty() && self.files("json").is_empty(), "nothing partial stays");
        fetched
    }

    fn not_modified(&mut self, url: &str) {
        let fetched = self.get(url).unwrap();
        assert!(matches!(fetched, Fetched::NotModified { .. }), "{fetched:?}");
        assert!(self.files("download").is_empty() && self.files("part").is_empty());
    }

    fn files(&self, extension: &str) -> Vec<std::path::PathBuf> {
        let files = fs::read_dir(self.dir.path()).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
    }
}

/// An answer that ends too early.
fn cut(headers: &[(&str, &str)], at: usize) -> crate::server::Step {
    let len = LIST.len().to_string();
    reply("200 OK", &[headers, &[("Content-Length", &len)]].concat(), &LIST[..at])
}

/// The rest of the list from here.
fn rest(headers: &[(&str, &str)], at: usize) -> crate::server::Step {
    let range = format!("bytes {at}-{}/{}", LIST.len() - 1, LIST.len());
    reply("206 Partial Content", &[headers, &[("Content-Range", &range)]].concat(), &LIST[at..])
}

fn chunked(bytes: &[u8], end: &str) -> Vec<u8> {
    let mut body = Vec::new();
    for chunk in bytes.chunks(16) {
        write!(body, "{:x}\r\n", chunk.len()).unwrap();
        body.extend_from_slice(chunk);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(end.as_bytes());
    body
}

fn targets(asked: &[Asked]) -> Vec<&str> {
    asked.iter().map(|asked| asked.target.as_str()).collect()
}

#[test]
fn a_list_is_fetched_with_what_identifies_it() {
    let server = Server::start(vec![reply("200 OK", &[ETAG, OLD, ("Content-Type", "application/xml")], LIST)]);
    let mut client = Client::new();
    client.options.user_agent += "\r\nCookie: injected\u{e4}";
    let fetched = client.gets(&server.url("/list.xml?edition=full"), LIST);
    let Fetched::Downloaded { etag, last_modified, content_type, final_host, length_stated, .. } = fetched else {
        unreachable!()
    };
    assert_eq!(etag.as_deref(), Some(ETAG.1));
    assert_eq!(last_modified.as_deref(), Some(OLD.1));
    assert_eq!(content_type.as_deref(), Some("application/xml"));
    assert_eq!((final_host.as_str(), length_stated), ("127.0.0.1", true));
    assert_eq!(client.progress.last(), Some(&(LIST.len() as u64, Some(LIST.len() as u64))));
    let asked = server.finish();
    assert_eq!(asked[0].target, "/list.xml?edition=full");
    assert_eq!(asked[0].header("Accept-Encoding"), Some("identity"));
    assert!(asked[0].header("User-Agent").unwrap().starts_with("interdict/"));
    for name in ["Authorization", "Cookie", "If-None-Match", "If-Modified-Since", "Range", "If-Range"] {
        assert_eq!(asked[0].header(name), None);
    }
}

#[test]
fn a_server_in_trouble_is_asked_again_with_longer_pauses() {
    let trouble = ["500 Oops", "503 Busy", "408 Slow"].map(|status| reply(status, &[], b"sorry"));
    let server = Server::start(trouble.into_iter().chain([reply("200 OK", &[], LIST)]).collect());
    let mut client = Client::new();
    client.gets(&server.url("/"), LIST);
    let seconds: Vec<f64> = client.waits.iter().map(Duration::as_secs_f64).collect();
    assert_eq!(seconds.len(), 3);
    for (pause, most) in seconds.iter().zip([1.0, 2.0, 4.0]) {
        assert!((most / 2.0..=most).contains(pause), "{seconds:?}");
    }
}

#[test]
fn a_server_that_stays_in_trouble_is_given_up() {
    let server = Server::start((0..4).map(|_| reply("500 Oops", &[], b"")).collect());
    let mut client = Client::new();
    let error = client.fails(&server.url("/list?key=secret"));
    assert!(matches!(error.kind, FetchErrorKind::Status { status: 500, .. }));
    assert_eq!((error.attempts, client.waits.len(), error.again_may_help()), (4, 3, true));
    assert_eq!(error.to_string(), format!("{}: the server answers 500 (4 attempts)", server.url("/list")));
    assert_eq!(server.finish().len(), 4);
}

#[test]
fn what_is_not_there_is_not_asked_for_again() {
    for status in ["404 Not Found", "403 Forbidden", "401 Unauthorized", "410 Gone", "400 Bad Request"] {
        let server = Server::start(vec![reply(status, &[], b"no"), reply("200 OK", &[], LIST)]);
        let error = Client::new().fails(&server.url("/"));
        assert_eq!((error.attempts, error.again_may_help()), (1, false), "{error}");
        assert_eq!(server.finish().len(), 1);
    }
}

#[test]
fn retry_after_is_waited_within_bounds() {
    let later = ("Retry-After", "Sun, 06 Nov 1994 10:01:40 GMT");
    let server = Server::start(vec![
        reply("429 Too Many", &[("Retry-After", "7")], b""),
        reply("503 Busy", &[later, NOW], b""),
        reply("200 OK", &[], LIST),
    ]);
    let mut client = Client::new();
    client.gets(&server.url("/"), LIST);
    assert_eq!(client.waits, [Duration::from_secs(7), Duration::from_secs(100)]);

    let server = Server::start(vec![reply("429 Too Many", &[("Retry-After", "3600")], b"")]);
    let mut client = Client::new();
    let error = client.fails(&server.url("/"));
    assert!(client.waits.is_empty() && error.again_may_help());
    assert!(error.to_string().contains("asks to come back after 3600 s (1 attempt)"), "{error}");
}

#[test]
fn a_download_that_was_cut_off_goes_on() {
    let server = Server::start(vec![cut(&[ETAG], 20), cut_rest(20, 50), rest(&[ETAG], 50)]);
    let mut client = Client::new();
    client.gets(&server.url("/"), LIST);
    assert_eq!(client.waits.len(), 2);
    let asked = server.finish();
    assert_eq!(asked[0].header("Range"), None);
    for (asked, range) in asked[1..].iter().zip(["bytes=20-", "bytes=50-"]) {
        assert_eq!((asked.header("Range"), asked.header("If-Range")), (Some(range), Some(ETAG.1)));
    }
}

/// A partial answer that is itself cut off.
fn cut_rest(from: usize, to: usize) -> crate::server::Step {
    let range = format!("bytes {from}-{}/{}", LIST.len() - 1, LIST.len());
    let len = (LIST.len() - from).to_string();
    reply("206 Partial Content", &[ETAG, ("Content-Range", &range), ("Content-Length", &len)], &LIST[from..to])
}

#[test]
fn a_later_run_goes_on_where_an_earlier_one_failed() {
    let server = Server::start(vec![cut(&[ETAG], 30), rest(&[], 30)]);
    let mut client = Client::once();
    let error = client.fails(&server.url("/"));
    assert!(matches!(error.kind, FetchErrorKind::Truncated { got: 30, stated: Some(_) }), "{error}");
    assert!(error.again_may_help());
    client.gets(&server.url("/"), LIST);
    assert_eq!(server.finish()[1].header("Range"), Some("bytes=30-"));
}

#[test]
fn another_version_begins_anew() {
    let new = b"<list>another issue of the list, which is altogether longer than what there was before</list>";
    let server = Server::start(vec![cut(&[ETAG], 30), reply("200 OK", &[("ETag", "\"v2\"")], new)]);
    let fetched = Client::new().gets(&server.url("/"), new);
    assert!(matches!(fetched, Fetched::Downloaded { etag: Some(etag), .. } if etag == "\"v2\""));
    assert_eq!(server.finish()[1].header("If-Range"), Some(ETAG.1));
}

#[test]
fn only_what_names_one_version_for_sure_is_built_upon() {
    let recent = ("Last-Modified", "Sun, 06 Nov 1994 09:59:30 GMT");
    let cases: [(&[(&str, &str)], bool); 6] = [
        (&[ETAG], true),
        (&[OLD, NOW], true),
        (&[OLD], false),
        (&[recent, NOW], false),
        (&[("ETag", "W/\"v1\"")], false),
        (&[], false),
    ];
    for (headers, resumed) in cases {
        let second = if resumed { rest(headers, 25) } else { reply("200 OK", headers, LIST) };
        let server = Server::start(vec![cut(headers, 25), second]);
        Client::new().gets(&server.url("/"), LIST);
        assert_eq!(server.finish()[1].header("Range").is_some(), resumed, "{headers:?}");
    }
}

#[test]
fn a_part_that_was_damaged_is_not_built_upon() {
    for damage in ["part", "json"] {
        let server = Server::start(vec![cut(&[ETAG], 25), reply("200 OK", &[ETAG], LIST)]);
        let mut client = Client::once();
        client.fails(&server.url("/"));
        let path = client.files(damage).pop().unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes[10] ^= 1;
        fs::write(&path, bytes).unwrap();
        client.gets(&server.url("/"), LIST);
        assert_eq!(server.finish()[1].header("Range"), None);
    }
}

#[test]
fn ranges_that_do_not_fit_begin_anew() {
    let total = LIST.len();
    let wrong = [
        format!("bytes 24-{}/{total}", total - 1),
        format!("bytes 25-{}/{}", total - 1, total + 1),
        format!("bytes 25-40/{total}"),
        format!("bytes 25-{}/*", total - 1),
        "nonsense".to_owned(),
    ];
    for range in &wrong {
        let answers = vec![
            cut(&[ETAG], 25),
            reply("206 Partial Content", &[ETAG, ("Content-Range", range)], &LIST[25..]),
            reply("200 OK", &[ETAG], LIST),
        ];
        let server = Server::start(answers);
        let mut client = Client::new();
        client.gets(&server.url("/"), LIST);
        assert_eq!((server.finish()[2].header("Range"), client.waits.len()), (None, 1), "{range}");
    }
    // Part of another version under the name of the old one; no range at all; nothing to go on from.
    let other = rest(&[("ETag", "\"v2\"")], 25);
    for second in [other, reply("206 Partial Content", &[ETAG], &LIST[25..]), reply("416 Range Not Satisfiable", &[], b"")] {
        let server = Server::start(vec![cut(&[ETAG], 25), second, reply("200 OK", &[ETAG], LIST)]);
        Client::new().gets(&server.url("/"), LIST);
        assert_eq!(server.finish()[2].header("Range"), None);
    }
    let server = Server::start(vec![rest(&[ETAG], 25)]);
    let error = Client::once().fails(&server.url("/"));
    assert!(matches!(error.kind, FetchErrorKind::Protocol(_)), "a part that was not asked for: {error}");
}

#[test]
fn a_mixture_that_fails_its_checksum_is_fetched_whole() {
    let lie = reply("206 Partial Content", &[ETAG, ("Content-Range", "bytes 25-79/80")], &[b'x'; 55]);
    let first = reply("200 OK", &[ETAG, ("Content-Length", "80")], &LIST[..25]);
    let server = Server::start(vec![first, lie, reply("200 OK", &[ETAG], LIST)]);
    let mut client = Client::new();
    client.expected = Some(sha256(LIST).to_uppercase());
    client.gets(&server.url("/"), LIST);
}

#[test]
fn a_file_with_another_checksum_is_refused() {
    let server = Server::start(vec![reply("200 OK", &[ETAG], LIST)]);
    let mut client = Client::new();
    client.expected = Some(sha256(b"something else"));
    let error = client.fails(&server.url("/"));
    assert!(matches!(&error.kind, FetchErrorKind::Checksum { found, .. } if *found == sha256(LIST)), "{error}");
    assert!(client.files("part").is_empty() && error.again_may_help());
}

#[test]
fn a_server_that_goes_silent_or_drips_is_left() {
    let head = || answer("200 OK", &[ETAG, ("Content-Length", "1000000")], b"some bytes");
    for silent_head in [Vec::new(), b"HTTP/1.1 200 OK\r\nContent-".to_vec(), head()] {
        let server = Server::start(vec![stall(silent_head)]);
        let mut client = Client::once();
        client.options.timeout_idle = Duration::from_millis(80);
        let started = Instant::now();
        let error = client.fails(&server.url("/"));
        assert!(matches!(error.kind, FetchErrorKind::Timeout(_)) && error.again_may_help(), "{error}");
        assert!(started.elapsed() < Duration::from_secs(2));
    }
    let limits: [fn(&mut FetchOptions); 2] = [
        |options| (options.rate_grace, options.min_rate) = (Duration::from_millis(60), 100_000),
        |options| options.timeout_total = Duration::from_millis(300),
    ];
    for limit in limits {
        let server = Server::start(vec![drip(head())]);
        let mut client = Client::once();
        limit(&mut client.options);
        let started = Instant::now();
        let error = client.fails(&server.url("/"));
        assert!(matches!(error.kind, FetchErrorKind::Timeout(_)), "{error}");
        assert!(started.elapsed() < Duration::from_secs(2));
        assert_eq!(client.files("json").len(), 1, "what came is kept for the next run");
    }
}

#[test]
fn a_chain_to_a_signed_address_is_followed_and_forgotten() {
    let signed = "/bucket/list.xml?X-Signature=topsecret&Expires=60";
    let cdn = Server::start(vec![
        cut(&[ETAG], 40),
        reply("403 Forbidden", &[], b""),
        rest(&[ETAG], 40),
        reply("304 Same", &[ETAG], b""),
    ]);
    let to = cdn.url(signed);
    let chain =
        || [reply("302 Found", &[("Location", "exports/latest")], b"see there"), reply("307 There", &[("Location", &to)], b"")];
    let server = Server::start((0..4).flat_map(|_| chain()).collect());
    let mut client = Client::once();
    let secrets = |dir: &Path| {
        fs::read_dir(dir)
            .unwrap()
            .any(|entry| String::from_utf8_lossy(&fs::read(entry.unwrap().path()).unwrap()).contains("secret"))
    };
    // Cut off; then the address has expired; then it goes on, from the official address each time.
    for _ in 0..2 {
        let error = client.fails(&server.url("/api/list?id=7"));
        assert!(!format!("{error} {error:?}").contains("secret"));
        assert!(!secrets(client.dir.path()));
    }
    let fetched = client.gets(&server.url("/api/list?id=7"), LIST);
    assert!(!secrets(client.dir.path()) && !format!("{fetched:?}").contains("secret"));
    fs::remove_file(client.files("download").pop().unwrap()).unwrap();
    client.held.etag = Some(ETAG.1.to_owned());
    client.not_modified(&server.url("/api/list?id=7"));
    let (official, signed_asked) = (server.finish(), cdn.finish());
    assert_eq!(targets(&official), ["/api/list?id=7", "/api/exports/latest"].repeat(4));
    assert_eq!(targets(&signed_asked), [signed; 4]);
    for asked in [&official[6], &official[7], &signed_asked[3]] {
        assert_eq!(asked.header("If-None-Match"), Some(ETAG.1));
        assert_eq!((asked.header("Authorization"), asked.header("Referer")), (None, None));
    }
}

#[test]
fn redirects_that_lead_nowhere_are_refused() {
    let to = |location: &str| reply("301 Moved", &[("Location", location)], b"");
    let cases = [
        (vec![to("/b?x=secret"), to("/a?x=secret")], "circle"),
        (vec![to("/a?x=secret")], "circle"),
        ((0..20).map(|n| to(&format!("/{n}?x=secret"))).collect(), "more than 8"),
        (vec![reply("302 Found", &[], b"")], "nowhere"),
        (vec![to("")], "empty"),
        (vec![to("ftp://lists.example/x?x=secret")], "only http and https"),
        (vec![to("http://user:secret@lists.example/")], "password"),
        (vec![to("http://[secret/")], "not an address"),
    ];
    for (steps, reason) in cases {
        let server = Server::start(steps);
        let error = Client::new().fails(&server.url("/a?x=secret"));
        assert!(matches!(error.kind, FetchErrorKind::Redirect(_)), "{error}");
        assert!(error.to_string().contains(reason) && !format!("{error:?}").contains("secret"), "{error:?}");
        assert_eq!((error.attempts, error.again_may_help()), (1, false));
        server.finish();
    }
}

#[test]
fn a_web_page_is_not_a_list() {
    let page = b"\n<!DOCTYPE html><html><body>Please log in</body></html>";
    let answers = || {
        [
            reply("200 OK", &[("Content-Type", "text/html; charset=utf-8")], LIST),
            reply("200 OK", &[("Content-Type", "application/xml")], page),
            reply("200 OK", &[], b"<HTML lang=\"en\">"),
        ]
    };
    for answer in answers() {
        let server = Server::start(vec![answer]);
        let mut client = Client::new();
        let error = client.fails(&server.url("/"));
        assert!(matches!(error.kind, FetchErrorKind::Html), "{error}");
        assert_eq!((error.attempts, error.again_may_help()), (1, true));
        assert!(client.files("part").is_empty());
    }
    let server = Server::start(vec![reply("200 OK", &[("Content-Type", "text/html")], page)]);
    let mut client = Client::new();
    client.expect_html = true;
    client.gets(&server.url("/"), page);
}

#[test]
fn what_is_held_is_not_fetched_again() {
    let server = Server::start(vec![
        reply("304 Not Modified", &[ETAG], b""),
        reply("304 Not Modified", &[OLD], b""),
        reply("200 OK", &[ETAG], LIST),
    ]);
    let mut client = Client::new();
    client.held.etag = Some(ETAG.1.to_owned());
    client.not_modified(&server.url("/"));
    client.held = Conditional { last_modified: Some(OLD.1.to_owned()), ..Conditional::default() };
    client.not_modified(&server.url("/"));
    client.held = Conditional { sha256: Some(sha256(LIST).to_uppercase()), ..Conditional::default() };
    client.not_modified(&server.url("/"));
    let asked = server.finish();
    assert_eq!((asked[0].header("If-None-Match"), asked[0].header("If-Modified-Since")), (Some(ETAG.1), None));
    assert_eq!((asked[1].header("If-None-Match"), asked[1].header("If-Modified-Since")), (None, Some(OLD.1)));

    let server = Server::start(vec![reply("304 Not Modified", &[], b"")]);
    let error = Client::once().fails(&server.url("/"));
    assert!(matches!(error.kind, FetchErrorKind::Protocol(_)), "nothing is held: {error}");
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let body = chunked(LIST, "0\r\n\r\n");
    let long = answer("200 OK", &[ETAG, ("Content-Length", "99999999999")], LIST);
    let endless = b"HTTP/1.0 200 OK\r\n\r\n".iter().chain(LIST).copied().collect::<Vec<u8>>();
    for answer in [stall(long), reply("200 OK", &[ETAG, ("Transfer-Encoding", "chunked")], &body), raw(endless)] {
        let server = Server::start(vec![answer]);
        let mut client = Client::new();
        client.options.max_bytes = LIST.len() as u64 - 1;
        let error = client.fails(&server.url("/"));
        assert!(matches!(error.kind, FetchErrorKind::TooLarge { .. }), "{error}");
        assert_eq!((error.attempts, client.files("json").len(), client.files("part").len()), (1, 0, 0));
        server.finish();
    }
}

#[test]
fn bodies_end_as_http_says() {
    let whole = reply("200 OK", &[("Transfer-Encoding", "chunked")], &chunked(LIST, "0\r\n\r\n"));
    let to_the_end = raw([b"HTTP/1.0 200 OK\r\n\r\n", LIST].concat());
    for answer in [whole, to_the_end] {
        let server = Server::start(vec![answer]);
        let fetched = Client::once().gets(&server.url("/"), LIST);
        assert!(matches!(fetched, Fetched::Downloaded { length_stated: false, .. }));
    }
    for end in ["", "10\r\nabc", "nonsense\r\n"] {
        let server = Server::start(vec![reply("200 OK", &[ETAG, ("Transfer-Encoding", "chunked")], &chunked(LIST, end))]);
        let error = Client::once().fails(&server.url("/"));
        assert!(matches!(error.kind, FetchErrorKind::Truncated { .. } | FetchErrorKind::Protocol(_)), "{end:?}: {error}");
        assert!(error.again_may_help());
    }
    let server = Server::start(vec![reply("200 OK", &[ETAG], b"")]);
    assert!(matches!(Client::once().fails(&server.url("/")).kind, FetchErrorKind::Empty));
}

#[test]
fn what_comes_packed_unasked_is_unpacked() {
    let packed = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(LIST).unwrap();
        encoder.finish().unwrap()
    };
    let gzip = ("Content-Encoding", "gzip");
    let len = packed.len().to_string();
    let server = Server::start(vec![
        reply("200 OK", &[ETAG, gzip, ("Content-Length", &len)], &packed[..packed.len() - 5]),
        reply("200 OK", &[ETAG, gzip], &packed),
    ]);
    Client::new().gets(&server.url("/"), LIST);
    assert_eq!(server.finish()[1].header("Range"), None, "a part of it cannot be gone on with");

    let server = Server::start(vec![reply("200 OK", &[gzip], &packed)]);
    let mut client = Client::new();
    client.options.max_bytes = LIST.len() as u64 - 1;
    assert!(matches!(client.fails(&server.url("/")).kind, FetchErrorKind::TooLarge { .. }));
    for (encoding, body) in [("br", &packed[..]), ("gzip", LIST)] {
        let server = Server::start(vec![reply("200 OK", &[("Content-Encoding", encoding)], body)]);
        let error = Client::once().fails(&server.url("/"));
        assert!(matches!(error.kind, FetchErrorKind::Encoding(_) | FetchErrorKind::Protocol(_)), "{error}");
    }
}

#[test]
fn nonsense_instead_of_http_is_an_error() {
    let many = "X: y\r\n".repeat(2_000);
    for answer in [
        "SSH-2.0-OpenSSH_9.9\r\n".to_owned(),
        "HTTP/1.1 twohundred OK\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef".to_owned(),
        format!("HTTP/1.1 200 OK\r\n{many}\r\n"),
        format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "y".repeat(1 << 20)),
        "\0".repeat(100),
        String::new(),
    ] {
        let server = Server::start(vec![raw(answer.clone())]);
        let error = Client::once().fails(&server.url("/"));
        let told =
            matches!(error.kind, FetchErrorKind::Protocol(_) | FetchErrorKind::Connect(_) | FetchErrorKind::Truncated { .. });
        assert!(told && error.again_may_help(), "{answer:.40}: {error:?}");
    }
}

#[test]
fn nobody_at_home() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut client = Client::new();
    let error = client.fails(&format!("http://{port}/list?x=1"));
    assert!(matches!(error.kind, FetchErrorKind::Connect(_)) && error.again_may_help(), "{error}");
    assert_eq!((error.attempts, client.waits.len()), (4, 3));
    for (url, shown) in [
        ("", ""),
        ("list.xml", "list.xml"),
        ("file:///etc/passwd", "file:///etc/passwd"),
        ("https://user:secret@lists.example/x?key=secret", "lists.example/x"),
    ] {
        let error = Client::new().fails(url);
        assert!(matches!(error.kind, FetchErrorKind::Address(_)), "{error}");
        assert_eq!((error.url.as_str(), error.attempts), (shown, 0));
    }
}

#[test]
fn a_proxy_is_asked_instead_of_the_host() {
    let proxy = Server::start(vec![Box::new(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        assert_eq!(read_head(stream).unwrap().target, "/list.xml");
        stream.write_all(&answer("200 OK", &[], LIST)).unwrap();
    })]);
    let mut client = Client::once();
    client.options.proxies = Proxies::all(&format!("http://user:secret@{}", proxy.address()));
    // The name cannot be looked up: the proxy is who knows it.
    client.gets("http://lists.invalid/list.xml", LIST);
    fs::remove_file(client.files("download").pop().unwrap()).unwrap();
    let asked = proxy.finish();
    assert_eq!(asked[0].target, "lists.invalid:80");
    assert_eq!(asked[0].header("Proxy-Authorization"), Some("Basic dXNlcjpzZWNyZXQ="));

    for (status, again) in [("407 Who are you", false), ("502 Bad Gateway", true)] {
        let proxy = Server::start(vec![reply(status, &[], b"")]);
        client.options.proxies = Proxies::all(&format!("http://user:secret@{}", proxy.address()));
        let error = client.fails("http://lists.invalid/other.xml");
        assert!(matches!(error.kind, FetchErrorKind::Proxy { .. }), "{error}");
        assert!(!format!("{error:?}").contains("secret") && error.again_may_help() == again, "{error:?}");
    }
    client.options.proxies = Proxies::all("nonsense://user:secret@proxy.example");
    let error = client.fails("http://lists.invalid/other.xml");
    assert!(matches!(error.kind, FetchErrorKind::Proxy { .. }) && !format!("{error:?}").contains("secret"), "{error:?}");
}

#[test]
fn certificates_are_checked() {
    let (ours, theirs) = (Authority::new(1), Authority::new(2));
    let mut client = Client::new();
    let ca_file = client.dir.path().join("ca.pem");
    let server = |authority| Server::start_tls(authority, vec![reply("200 OK", &[], LIST)]);

    let unknown = server(&ours);
    let error = client.fails(&unknown.url("/"));
    assert!(matches!(error.kind, FetchErrorKind::Tls(_)), "{error:?}");
    assert_eq!((error.attempts, error.again_may_help()), (1, false));
    assert!(unknown.finish().is_empty(), "nothing was asked of a stranger");

    client.options.ca_file = Some(ca_file.clone());
    for pem in [None, Some(String::new()), Some("-----BEGIN CERTIFICATE-----\nAAAA\n".to_owned())] {
        if let Some(pem) = pem {
            fs::write(&ca_file, pem).unwrap();
        }
        assert!(matches!(client.fails("https://lists.invalid/").kind, FetchErrorKind::CaFile { .. }));
    }
    fs::write(&ca_file, theirs.pem() + &ours.pem()).unwrap();
    let known = server(&ours);
    client.gets(&known.url("/"), LIST);
    fs::remove_file(client.files("download").pop().unwrap()).unwrap();
    fs::write(&ca_file, theirs.pem()).unwrap();
    let stranger = server(&ours);
    assert!(matches!(client.fails(&stranger.url("/")).kind, FetchErrorKind::Tls(_)));
    stranger.finish();

    // Plain HTTP where TLS is expected, and the way from https to http.
    let plain = Server::start(vec![reply("200 OK", &[], LIST)]);
    let error = client.fails(&plain.url("/").replace("http:", "https:"));
    assert!(matches!(error.kind, FetchErrorKind::Tls(_)), "{error:?}");
    let down = Server::start_tls(&theirs, vec![reply("302 Found", &[("Location", &plain.url("/list?x=secret"))], b"")]);
    let error = client.fails(&down.url("/"));
    assert!(matches!(error.kind, FetchErrorKind::Redirect(_)) && !error.to_string().contains("secret"), "{error}");
    assert!(error.to_string().contains("from https to http://127.0.0.1"), "{error}");
}

#[test]
fn a_secure_connection_goes_through_a_proxy() {
    let authority = Authority::new(3);
    let server = Server::start_tls(&authority, vec![reply("200 OK", &[], LIST)]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = Client::once();
    client.options.proxies = Proxies::all(&format!("http://{}", listener.local_addr().unwrap()));
    let proxy = std::thread::spawn(move || {
        let (mut near, _) = listener.accept().unwrap();
        let target = read_head(&mut near).unwrap().target;
        let mut far = TcpStream::connect(&target).unwrap();
        near.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
        let (mut near_in, mut far_out) = (near.try_clone().unwrap(), far.try_clone().unwrap());
        let outwards = std::thread::spawn(move || std::io::copy(&mut near_in, &mut far_out));
        let _ = std::io::copy(&mut far, &mut near);
        let _ = near.shutdown(Shutdown::Both);
        let _ = outwards.join();
        target
    });
    let ca_file = client.dir.path().join("ca.pem");
    fs::write(&ca_file, authority.pem()).unwrap();
    client.options.ca_file = Some(ca_file);
    client.gets(&server.url("/list.xml"), LIST);
    let address = server.address().to_owned();
    assert_eq!(targets(&server.finish()), ["/list.xml"]);
    assert_eq!(proxy.join().unwrap(), address);
}

#[test]
fn one_file_is_fetched_by_one_process() {
    let server = Server::start(vec![reply("404 Not Found", &[], b""), reply("200 OK", &[], LIST)]);
    let mut client = Client::new();
    client.fails(&server.url("/"));
    let lock = fs::File::open(client.files("lock").pop().unwrap()).unwrap();
    lock.lock().unwrap();
    let error = client.fails(&server.url("/"));
    assert!(matches!(error.kind, FetchErrorKind::Busy { .. }) && error.again_may_help(), "{error}");
    drop(lock);
    client.gets(&server.url("/"), LIST);
    // A folder that is not there.
    client.dir.close().unwrap();
    client.dir = tempfile::tempdir().unwrap();
    fs::remove_dir(client.dir.path()).unwrap();
    assert!(matches!(client.get(&server.url("/")).unwrap_err().kind, FetchErrorKind::File { .. }));
    fs::create_dir(client.dir.path()).unwrap();
}

/// Pieces of answers, and things that are none.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 206 Part\r\n",
        "HTTP/1.1 302 Found\r\n",
        "HTTP/1.1 304 Same\r\n",
        "HTTP/1.1 100 Go on\r\n",
        "Content-Length: 5\r\n",
        "Content-Range: bytes 0-4/5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Content-Encoding: gzip\r\n",
        "Location: /x\r\n",
        "ETag: \"\r\n",
        "\r\n",
        "5\r\nhello\r\n",
        "0\r\n\r\n",
        "ffffffffffffffffff\r\n",
        "hello",
        "<html>",
    ]);
    prop_oneof![4 => known.prop_map(|text| text.as_bytes().to_vec()), 1 => prop::collection::vec(any::<u8>(), 0..20)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_server_sends_there_is_an_answer(pieces in prop::collection::vec(piece(), 0..8)) {
        let server = Server::start(vec![raw(pieces.concat())]);
        let mut client = Client::once();
        match client.get(&server.url("/")) {
            Ok(Fetched::Downloaded { path, bytes, .. }) => prop_assert_eq!(fs::metadata(path).unwrap().len(), bytes),
            Ok(fetched) => prop_assert!(false, "nothing is held: {:?}", fetched),
            Err(error) => prop_assert!(error.to_string().contains("127.0.0.1"), "{}", error),
        }
        server.finish();
    }
}
