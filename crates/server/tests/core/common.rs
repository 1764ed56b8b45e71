//! A server on a port of its own over invented parties, and a small client that says byte for byte what it sends.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use interdict_matching::Settings;
use interdict_model::entity_from_json;
use interdict_server::{App, Engine, KeyEntry, KeyFile, Keys, Options, Role, Server, ServerError, Tls, Watch, new_key};
use interdict_snapshot::{Builder, SourceMeta};
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Bytes of a snapshot of `count` invented people, whose ids begin with `mark`. All have one name, so that a query for it finds some of
/// them in whichever snapshot.
pub(crate) fn snapshot(mark: &str, count: usize, issue: &str) -> Vec<u8> {
    let mut builder = Builder::new();
    for at in 0..count {
        let person = format!(
            r#"{{"id":"{mark}-{at}","schema":"Person","properties":{{"name":["Orvantis Brellmoor"],"birthDate":["1971-02-{:02}"],"topics":["sanction"]}},"datasets":["list_{mark}"],"target":true}}"#,
            at % 28 + 1
        );
        builder.add(&entity_from_json(&person).unwrap());
    }
    let company = format!(
        r#"{{"id":"{mark}-firm","schema":"Company","properties":{{"name":["Zyphera Glassworks"],"jurisdiction":["ee"]}},"datasets":["list_{mark}"],"target":true}}"#
    );
    let owned = format!(
        r#"{{"id":"{mark}-own","schema":"Ownership","properties":{{"owner":["{mark}-0"],"asset":["{mark}-firm"],"percentage":["60"]}},"datasets":["list_{mark}"]}}"#
    );
    for line in [company, owned] {
        builder.add(&entity_from_json(&line).unwrap());
    }
    builder.add_source(SourceMeta {
        id: format!("list_{mark}"),
        format: "ftm".to_owned(),
        issue_date: issue.to_owned(),
        sha256: String::new(),
        bytes: 0,
        entities: count as u64 + 2,
        counts: Vec::new(),
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.snapshot");
    builder.finish().unwrap().write(&path).unwrap();
    std::fs::read(path).unwrap()
}

pub(crate) fn engine(bytes: &[u8]) -> Engine {
    let snapshot = interdict_snapshot::Snapshot::from_bytes("test", bytes).unwrap();
    Engine { snapshot, settings: Settings::default() }
}

/// Limits that a test does not reach by chance, and nothing that happens by itself.
pub(crate) fn options() -> Options {
    Options { watch: Duration::ZERO, grace: Duration::from_mins(1), ..Options::default() }
}

/// A file of keys.
pub(crate) struct KeyRing {
    folder: TempDir,
    file: KeyFile,
}

impl KeyRing {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), file: KeyFile::default() }
    }

    /// A key with a role, changed as the test likes.
    pub(crate) fn key(&mut self, role: Role, change: impl FnOnce(&mut KeyEntry)) -> String {
        let (key, mut entry) = new_key("Ada Example", role, Timestamp::now()).unwrap();
        change(&mut entry);
        self.file.keys.push(entry);
        key
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("keys.toml")
    }

    pub(crate) fn write(&self) {
        std::fs::write(self.path(), self.file.to_text().unwrap()).unwrap();
    }

    pub(crate) fn revoke_all(&mut self) {
        for key in &mut self.file.keys {
            key.revoked = Some(Timestamp::now());
        }
        self.write();
    }

    pub(crate) fn open(&self) -> Keys {
        self.write();
        Keys::open(&self.path()).unwrap()
    }
}

/// How a server is made.
pub(crate) struct Plan {
    pub(crate) options: Options,
    pub(crate) keys: Option<Keys>,
    pub(crate) tls: Option<Tls>,
    /// Folder of snapshots.
    pub(crate) folder: Option<PathBuf>,
    pub(crate) token: Option<&'static str>,
}

impl Plan {
    pub(crate) fn new(options: Options) -> Self {
        Self { options, keys: None, tls: None, folder: None, token: None }
    }

    pub(crate) fn with_keys(keys: Keys) -> Self {
        Self { keys: Some(keys), ..Self::new(options()) }
    }

    pub(crate) fn start(self) -> Running {
        let (engine, file, watch) = match &self.folder {
            Some(folder) => {
                let (watch, newest, _) = Watch::begin(folder);
                let newest = newest.unwrap();
                (Engine { snapshot: newest.snapshot, settings: Settings::default() }, newest.file, Some(watch))
            }
            None => (engine(&snapshot("a", 3, "2026-01-15")), "begin.snapshot".to_owned(), None),
        };
        let app = App::new(engine, &file, self.options, self.keys, self.tls.is_some()).unwrap();
        let mut server = Server::bind(SocketAddr::from(([127, 0, 0, 1], 0)), app.clone(), self.tls, watch).unwrap();
        if let Some(token) = self.token {
            server = server.updated_by(token);
        }
        let address = server.address();
        let (end, told) = oneshot::channel::<()>();
        let task = tokio::spawn(server.run(async move {
            let _ = told.await;
        }));
        Running { address, app, end: Some(end), task }
    }
}

/// A server that runs until the test ends.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) app: App,
    end: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<(), ServerError>>,
}

impl Running {
    /// Over three invented people, without keys.
    pub(crate) fn start() -> Self {
        Plan::new(options()).start()
    }

    /// Tells the server to end.
    pub(crate) fn end(&mut self) {
        self.end.take().unwrap().send(()).unwrap();
    }

    pub(crate) async fn ended(self) -> Result<(), ServerError> {
        self.task.await.unwrap()
    }

    pub(crate) async fn connect(&self) -> Connection<TcpStream> {
        Connection::new(TcpStream::connect(self.address).await.unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"").await
    }

    pub(crate) async fn post(&self, path: &str, body: impl AsRef<[u8]>) -> Answer {
        self.ask("POST", path, &[("content-type", "application/json")], body.as_ref()).await
    }

    /// One request on a connection of its own.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut connection = self.connect().await;
        connection.send(method, path, headers, body).await;
        connection.answer(method).await.unwrap()
    }
}

pub(crate) struct Connection<S> {
    pub(crate) stream: BufReader<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream: BufReader::new(stream) }
    }

    /// Sends these very bytes; the server may have left.
    pub(crate) async fn raw(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.get_mut().write_all(bytes).await?;
        self.stream.get_mut().flush().await
    }

    /// Sends a request with a body whose length is told.
    pub(crate) async fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) {
        let mut head = format!("{method} {path} HTTP/1.1\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            head += "host: localhost\r\n";
        }
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        if !body.is_empty() || method == "POST" {
            write!(head, "content-length: {}\r\n", body.len()).unwrap();
        }
        head += "\r\n";
        // A server that refuses by the head alone may close before the body is written.
        let _ = self.raw(&[head.as_bytes(), body].concat()).await;
    }

    async fn line(&mut self) -> std::io::Result<String> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(self.stream.read_u8().await?);
        }
        line.truncate(line.len() - 2);
        Ok(String::from_utf8_lossy(&line).into_owned())
    }

    /// Reads the head of an answer.
    pub(crate) async fn head(&mut self) -> std::io::Result<Answer> {
        let line = self.line().await?;
        let status = line.split(' ').nth(1).unwrap_or_default().parse().map_err(std::io::Error::other)?;
        let mut headers = Vec::new();
        loop {
            let line = self.line().await?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').unwrap();
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Ok(Answer { status, headers, body: Vec::new() })
    }

    /// Reads a whole answer. One that breaks off is an error.
    pub(crate) async fn answer(&mut self, method: &str) -> std::io::Result<Answer> {
        let mut answer = self.head().await?;
        if method == "HEAD" || answer.status == 304 {
            return Ok(answer);
        }
        if answer.header("transfer-encoding") == Some("chunked") {
            while let Some(chunk) = self.chunk().await? {
                answer.body.extend(chunk);
            }
        } else {
            let length = answer.header("content-length").unwrap_or("0").parse().map_err(std::io::Error::other)?;
            answer.body = vec![0; length];
            self.stream.read_exact(&mut answer.body).await?;
        }
        Ok(answer)
    }

    /// Reads a chunk of an answer; none at its end.
    pub(crate) async fn chunk(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let length = usize::from_str_radix(&self.line().await?, 16).map_err(std::io::Error::other)?;
        let mut chunk = vec![0; length + 2];
        self.stream.read_exact(&mut chunk).await?;
        chunk.truncate(length);
        Ok((length > 0).then_some(chunk))
    }

    /// Reads until the server closes; what came.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        // A reset ends it as well.
        let _ = self.stream.read_to_end(&mut rest).await;
        rest
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// It is a problem by RFC 9457 with this status and code, and tells nothing of the inside.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> &Self {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text());
        let json = self.json();
        assert_eq!((json["status"].as_u64(), json["code"].as_str()), (Some(status.into()), Some(code)));
        assert!(json["title"].is_string() && json["detail"].is_string(), "{json}");
        self.secure()
    }

    /// It has the headers that every answer has.
    #[track_caller]
    pub(crate) fn secure(&self) -> &Self {
        for (name, value) in
            [("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "no-referrer")]
        {
            assert_eq!(self.header(name), Some(value), "{name} of {self:?}");
        }
        let policy = self.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(["no-store", "private, no-cache"].contains(&self.header("cache-control").unwrap()), "{self:?}");
        assert!(self.header("x-request-id").is_some_and(|id| !id.is_empty()), "{self:?}");
        self
    }
}

/// Writes a file whole: under another name first, which no server looks at.
pub(crate) fn place(folder: &Path, name: &str, bytes: &[u8]) {
    let new = folder.join("new.tmp");
    std::fs::write(&new, bytes).unwrap();
    std::fs::rename(new, folder.join(name)).unwrap();
}

/// A query that finds whoever is listed.
pub(crate) const ORVANTIS: &str = r#"{"name":"Orvantis Brellmoor"}"#;

/// Names that queries wait at, for as long as they stand here.
static HELD: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());
static LET_GO: std::sync::Condvar = std::sync::Condvar::new();

/// Reads queries as they are, but those for a name that is held wait until it is let go, and one for `Panic` panics.
pub(crate) fn holding(entity: interdict_model::Entity, _: &mut Vec<String>) -> interdict_model::Entity {
    let name = entity.first("name").unwrap_or_default();
    assert!(name != "Panic", "a secret of the inside");
    let mut held = HELD.lock().unwrap();
    while held.iter().any(|held| held == name) {
        held = LET_GO.wait(held).unwrap();
    }
    drop(held);
    entity
}

/// Holds all queries for a name until it is dropped.
pub(crate) struct Hold(&'static str);

impl Hold {
    pub(crate) fn new(name: &'static str) -> Self {
        HELD.lock().unwrap().push(name.to_owned());
        Self(name)
    }

    pub(crate) fn query(&self) -> String {
        format!(r#"{{"name":"{}"}}"#, self.0)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        HELD.lock().unwrap().retain(|held| held != self.0);
        LET_GO.notify_all();
    }
}

/// A count among the figures, by its name with labels.
pub(crate) async fn figure(server: &Running, name: &str) -> u64 {
    let answer = server.get("/metrics").await;
    assert_eq!(answer.status, 200);
    let text = answer.text();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in {text}")).parse::<f64>().unwrap() as u64
}

/// Asks until a figure is what is waited for. It comes after some asking or never.
pub(crate) async fn until(server: &Running, name: &str, wanted: u64) {
    for _ in 0..100_000 {
        if figure(server, name).await == wanted {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("{name} never was {wanted}");
}
