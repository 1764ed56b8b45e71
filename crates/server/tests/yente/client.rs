//! The published client of yente (`yente-client` on `PyPI`), unchanged, against this server on a loopback port. Where Python or the package
//! index cannot be had, the test says so and passes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

use interdict_server::{App, Options, Server};

use crate::common::{BUILT_IN, engine};

const SCRIPT: &str = include_str!("client.py");

/// The version that was looked at when this was written.
const PACKAGE: &str = "yente-client==0.2.0";

/// Names a Python that has the client already, for machines without a package index.
const PYTHON_VARIABLE: &str = "INTERDICT_YENTE_CLIENT_PYTHON";

fn run(command: &mut Command) -> Result<Output, String> {
    command.output().map_err(|error| error.to_string()).and_then(|output| {
        if output.status.success() { Ok(output) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
    })
}

/// A Python with the client, in a folder of its own; or why there is none.
fn python(folder: &Path) -> Result<PathBuf, String> {
    if let Some(python) = std::env::var_os(PYTHON_VARIABLE) {
        return Ok(python.into());
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    let python = folder.join("bin").join("python");
    let install =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout", "20", PACKAGE];
    run(Command::new(&python).args(install))?;
    Ok(python)
}

#[test]
#[expect(clippy::print_stderr, reason = "says why it did not run")]
fn the_published_client_works_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let python = match python(folder.path()) {
        Ok(python) => python,
        Err(reason) => {
            eprintln!("skipped: no Python with {PACKAGE}: {reason}");
            return;
        }
    };
    let script = folder.path().join("client.py");
    std::fs::write(&script, SCRIPT).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let engine = engine("dprk_it_workers", BUILT_IN);
    let app = App::new(engine, "built-in", Options::default(), None, false).unwrap();
    let server = Server::bind("127.0.0.1:0".parse().unwrap(), app, None, None).unwrap();
    let address = server.address();
    let (end, told) = tokio::sync::oneshot::channel::<()>();
    let serving = runtime.spawn(server.run(async {
        let _ = told.await;
    }));
    let output = Command::new(python)
        .arg(&script)
        .arg(format!("http://{address}"))
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
        .output()
        .unwrap();
    end.send(()).unwrap();
    runtime.block_on(serving).unwrap().unwrap();
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{errors}");
    assert!(said.trim_end().ends_with("all done"), "{said}");
}

/// How many requests a second the hot path answers, in process: run by hand, in release, with a snapshot named in the environment.
#[test]
#[ignore = "a measurement; run it by hand in release with INTERDICT_SNAPSHOT"]
#[expect(clippy::print_stderr, reason = "it is there to print its figures")]
fn figures_of_the_hot_path() {
    use interdict_matching::Settings;
    use interdict_server::{Current, Engine, yente};

    let path = std::env::var_os("INTERDICT_SNAPSHOT").unwrap();
    let snapshot = interdict_snapshot::Snapshot::open(Path::new(&path)).unwrap();
    // Names of the list less a letter, each asked for once: nothing is remembered of them.
    let people = snapshot.entities().filter(|entity| entity.schema_name() == "Person");
    let less = |name: &str| name.chars().enumerate().filter(|(at, _)| *at != 2).map(|(_, letter)| letter).collect();
    let names: Vec<String> = people.map(|person| less(person.caption())).collect();
    let router = yente::router::<Current>().with_state(Current::new(Engine { snapshot, settings: Settings::default() }));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let begin = Instant::now();
        crate::common::get(&router, "/search/none").await;
        eprintln!("first request, which makes the tables of the snapshot: {:?}", begin.elapsed());
        for text in ["", "bank", "moscow", "kim*"] {
            let begin = Instant::now();
            crate::common::get(&router, &format!("/search/default?q={text}")).await;
            eprintln!("search for {text:?}: {:?}", begin.elapsed());
        }
        for round in 0..2 {
            let begin = Instant::now();
            for name in &names {
                let reply = crate::common::match_one(&router, "/match/default", crate::common::person(name)).await;
                assert_eq!(reply["status"], 200);
            }
            let rate = names.len() as f64 / begin.elapsed().as_secs_f64();
            eprintln!("round {round}: {} names, {rate:.0} requests a second on one thread", names.len());
        }
    });
}
