//! The server under load: the real binary over the whole SDN list, asked by wrk on the same two processors for one party a request. Reports
//! requests a second, latencies, memory and the time from start to ready beside their bars; then a soak, in which two snapshots take each
//! other's place every ten seconds, with what failed and how memory went. `--soak MINUTES` says how long.

use std::fs;
use std::io::{BufWriter, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use interdict_model::{Entity, Schema};
use interdict_snapshot::{Builder, NameRef, Snapshot, SourceMeta};
use interdict_sources::{SourceSpec, load_file};
use serde_json::json;

use crate::data::{ISSUE, Setting};
use crate::speed::{median, memory_of};
use crate::table::{self, Bar, progress};

/// The bars.
const REQUESTS: f64 = 8_000.0;
const MILLISECONDS_99: f64 = 10.0;
const MEGABYTES: f64 = 250.0;
const MILLISECONDS_READY: f64 = 300.0;
/// Connections that wrk holds, on one thread.
const CONNECTIONS: u32 = 16;
/// How often another snapshot is laid into the folder.
const SWAP: Duration = Duration::from_secs(10);

/// What wrk reports.
struct Load {
    a_second: f64,
    half: f64,
    hundredth: f64,
    requests: f64,
    failed: f64,
}

/// Measures and prints.
pub(crate) fn run(setting: &Setting) -> Result<()> {
    let program = std::env::current_exe()?.with_file_name("interdict");
    if !program.exists() {
        table::say("skipped: the server, because the program is not built; `make bench` builds it");
        return Ok(());
    }
    if Command::new("wrk").arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        table::say("skipped: the server, because wrk is not here (`apt-get install wrk`)");
        return Ok(());
    }
    progress("building two snapshots of the SDN list");
    let folder = setting.folder.path().join("served");
    fs::create_dir_all(&folder)?;
    let [first, second] = ["first.snapshot", "second.snapshot"].map(|name| setting.folder.path().join(name));
    build(setting, &first, false)?;
    build(setting, &second, true)?;
    place(&first, &folder, 0)?;
    let snapshot = Snapshot::open(&first)?;
    let [listed, unlisted] = ["listed.jsonl", "unlisted.jsonl"].map(|name| setting.folder.path().join(name));
    let names = (0..snapshot.name_count()).filter_map(|at| snapshot.name_at(at));
    write_queries(&listed, names.filter_map(|name: NameRef<'_>| Some((name.schema()?.name(), name.text().to_owned()))))?;
    let people = setting.unlisted("persons_synthetic.csv.gz").unwrap_or_default();
    write_queries(&unlisted, people.iter().filter_map(|row| Some(("Person", row.get(0)?.to_owned()))))?;
    let script = setting.folder.path().join("queries.lua");
    fs::write(&script, include_str!("serve/queries.lua"))?;

    let mut ready = Vec::new();
    for _ in 0..if setting.quick { 3 } else { 7 } {
        ready.push(Served::start(&program, &folder)?.ready);
    }
    let served = Served::start(&program, &folder)?;
    let seconds = if setting.quick { 5 } else { 15 };
    progress("asking for listed names");
    // What a process does but once, such as remembering what words are like, is not what it does in the long run.
    served.load(&script, &listed, CONNECTIONS, seconds)?;
    let before = served.processor()?;
    let load = served.load(&script, &listed, CONNECTIONS, seconds)?;
    let work = (served.processor()? - before) / load.requests.max(1.0) * 1e6;
    let one = served.load(&script, &listed, 1, seconds)?;
    let megabytes = memory_of(&served.process.id().to_string(), "VmRSS")?;
    let mut rows = vec![
        row("requests a second", load.a_second, Bar::AtLeast(REQUESTS), |figure| format!("{figure:.0}")),
        row("99 of 100 answered within", load.hundredth, Bar::AtMost(MILLISECONDS_99), |figure| format!("{figure:.2} ms")),
        row("memory", megabytes, Bar::AtMost(MEGABYTES), |figure| format!("{figure:.0} MB")),
        row("start to ready", median(ready), Bar::AtMost(MILLISECONDS_READY), |figure| format!("{figure:.0} ms")),
    ];
    let plain = |what: &str, figure: String| vec![what.to_owned(), figure, String::new(), String::new()];
    rows.push(plain("half answered within", format!("{:.2} ms", load.half)));
    // On a machine that does other things as well, this is what can be compared.
    rows.push(plain("processor time of the server for a request", format!("{work:.0} µs")));
    rows.push(plain("failed", format!("{:.0} of {:.0}", load.failed, load.requests)));
    rows.push(plain("one connection: requests a second", format!("{:.0}", one.a_second)));
    rows.push(plain("one connection: half answered within", format!("{:.2} ms", one.half)));
    if !people.is_empty() {
        progress("asking for names that are not listed");
        let load = served.load(&script, &unlisted, CONNECTIONS, seconds)?;
        rows.push(plain("names that are not listed: requests a second", format!("{:.0}", load.a_second)));
        rows.push(plain("names that are not listed: 99 of 100 within", format!("{:.2} ms", load.hundredth)));
    }
    drop(served);
    let title = format!(
        "Server: POST /match/default, one query a request, {} names of the SDN list, wrk with {CONNECTIONS} connections on the same processors",
        snapshot.name_count()
    );
    table::print(&title, &["", "measured", "bar", ""], &rows);
    soak(setting, &program, &folder, [&first, &second], &script, &listed)
}

fn row(what: &str, figure: f64, bar: Bar, show: impl Fn(f64) -> String) -> Vec<String> {
    let [wanted, verdict] = bar.columns(figure, &show);
    vec![what.to_owned(), show(figure), wanted, verdict]
}

/// Load for minutes while snapshots take each other's place.
fn soak(setting: &Setting, program: &Path, folder: &Path, snapshots: [&Path; 2], script: &Path, queries: &Path) -> Result<()> {
    let minutes = setting.soak;
    progress(&format!("soaking for {minutes} minutes"));
    let served = Served::start(program, folder)?;
    let length = Duration::from_secs_f64(minutes * 60.0);
    let process = served.process.id().to_string();
    let begin = Instant::now();
    let mut memory: Vec<f64> = Vec::new();
    let mut swaps = 0;
    let load = std::thread::scope(|scope| -> Result<Load> {
        let load = scope.spawn(|| served.load(script, queries, CONNECTIONS, length.as_secs().max(1)));
        let mut next = SWAP;
        while !load.is_finished() {
            std::thread::sleep(Duration::from_millis(250));
            memory.push(memory_of(&process, "VmRSS")?);
            if begin.elapsed() >= next {
                swaps += 1;
                next += SWAP;
                place(snapshots[swaps % 2], folder, swaps)?;
            }
        }
        load.join().map_err(|_| anyhow::anyhow!("the load could not be measured"))?
    })?;
    let taken = served.figure("interdict_snapshot_swaps_total")?;
    let peak = memory_of(&process, "VmHWM")?;
    // Of each third of the time the middle: the first has the warming up in it.
    let thirds: Vec<f64> = memory.chunks(memory.len().div_ceil(3)).map(|third| median(third.to_vec())).collect();
    let shown = thirds.iter().map(|third| format!("{third:.0}")).collect::<Vec<_>>().join(", ");
    let growth = thirds.last().zip(thirds.get(1)).map_or(0.0, |(last, before)| last / before * 100.0 - 100.0);
    let plain = |what: &str, figure: String| vec![what.to_owned(), figure, String::new(), String::new()];
    table::print(
        &format!("Server: a soak of {minutes} minutes with another snapshot every {} s", SWAP.as_secs()),
        &["", "measured", "bar", ""],
        &[
            row("requests that failed", load.failed, Bar::AtMost(0.0), |figure| format!("{figure:.0}")),
            plain("requests", format!("{:.0}", load.requests)),
            plain("requests a second", format!("{:.0}", load.a_second)),
            plain("99 of 100 answered within", format!("{:.2} ms", load.hundredth)),
            plain("snapshots taken, of those laid there", format!("{taken:.0} of {swaps}")),
            plain("memory in each third of the time", format!("{shown} MB")),
            row("memory at most", peak, Bar::AtMost(MEGABYTES), |figure| format!("{figure:.0} MB")),
            row("growth from the second third to the last", growth, Bar::AtMost(5.0), |figure| format!("{figure:.1} %")),
        ],
    );
    Ok(())
}

/// Builds a snapshot of the list; `another` has an invented person more, so that the two differ.
fn build(setting: &Setting, path: &Path, another: bool) -> Result<()> {
    let mut builder = Builder::new();
    let report =
        load_file(&SourceSpec::new("us_ofac_sdn"), &setting.data.join(ISSUE), None, &mut |entity| builder.add(&entity))?;
    if another {
        let mut person = Entity::new("invented-1", Schema::Person);
        person.add("name", "Orvantis Brellmoor");
        builder.add(&person);
    }
    builder.add_source(SourceMeta {
        id: report.source,
        format: report.format.to_owned(),
        issue_date: report.issue_date,
        sha256: report.sha256,
        bytes: report.bytes,
        entities: report.entities + u64::from(another),
        counts: Vec::new(),
    });
    builder.finish()?.write(path)?;
    Ok(())
}

/// Lays a snapshot into the folder, whole, as the newest; of two names in turn.
fn place(snapshot: &Path, folder: &Path, turn: usize) -> Result<()> {
    let new = folder.join("new.tmp");
    fs::copy(snapshot, &new)?;
    fs::rename(new, folder.join(format!("list-{}.snapshot", turn % 2)))?;
    Ok(())
}

fn write_queries(path: &Path, names: impl Iterator<Item = (&'static str, String)>) -> Result<()> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    for (schema, name) in names {
        writeln!(file, "{}", json!({"queries": {"q": {"schema": schema, "properties": {"name": [name]}}}}))?;
    }
    Ok(file.flush()?)
}

/// A server that ends when this is dropped.
struct Served {
    process: Child,
    address: SocketAddr,
    /// Milliseconds from its start until it was ready.
    ready: f64,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Served {
    fn start(program: &Path, folder: &Path) -> Result<Self> {
        // A port that was free a moment ago.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let begin = Instant::now();
        let mut command = Command::new(program);
        command.arg("--data-dir").arg(folder).args(["serve", "--bind", &address.to_string(), "--log-level", "error"]);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut served = Self { process, address, ready: 0.0 };
        while served.get("/readyz").is_none_or(|answer| !answer.starts_with("HTTP/1.1 200")) {
            if let Some(status) = served.process.try_wait()? {
                bail!("the server ended: {status}");
            }
            if begin.elapsed() > Duration::from_mins(1) {
                bail!("the server is not ready after a minute");
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        served.ready = begin.elapsed().as_secs_f64() * 1000.0;
        Ok(served)
    }

    fn get(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        Some(text)
    }

    fn figure(&self, name: &str) -> Result<f64> {
        let text = self.get("/metrics").context("no figures")?;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        Ok(value.with_context(|| format!("no {name}"))?.trim().parse()?)
    }

    /// Seconds of processor time that the server has used.
    fn processor(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        // Behind the name, which may have spaces in it; in hundredths of a second.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let of = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
        of(11).zip(of(12)).map(|(own, system)| (own + system) / 100.0).context("no account of processor time")
    }

    fn load(&self, script: &Path, queries: &Path, connections: u32, seconds: u64) -> Result<Load> {
        let output = Command::new("wrk")
            .args([
                "-t",
                "1",
                "-c",
                &connections.to_string(),
                "-d",
                &format!("{seconds}s"),
                "--latency",
                "--timeout",
                "10s",
                "-s",
            ])
            .arg(script)
            .arg(format!("http://{}", self.address))
            .arg("--")
            .arg(queries)
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let read = |begin: &str| text.lines().find_map(|line| line.trim().strip_prefix(begin)).map(str::trim);
        let number = |text: Option<&str>| text.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
        let latency = |share: &str| read(share).and_then(milliseconds).with_context(|| format!("wrk says no {share}: {text}"));
        let requests = text.lines().find_map(|line| line.split_once(" requests in ")?.0.trim().parse::<f64>().ok());
        let sockets: f64 = read("Socket errors:")
            .into_iter()
            .flat_map(|line| line.split(','))
            .filter_map(|part| part.split_whitespace().last()?.parse::<f64>().ok())
            .sum();
        Ok(Load {
            a_second: number(read("Requests/sec:")).context("wrk says no rate")?,
            half: latency("50%")?,
            hundredth: latency("99%")?,
            requests: requests.context("wrk says no number of requests")?,
            failed: sockets + number(read("Non-2xx or 3xx responses:")).unwrap_or_default(),
        })
    }
}

/// A time as wrk writes it.
fn milliseconds(text: &str) -> Option<f64> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let factor = match &text[digits.len()..] {
        "us" => 0.001,
        "ms" => 1.0,
        "s" => 1000.0,
        _ => return None,
    };
    Some(digits.parse::<f64>().ok()? * factor)
}
