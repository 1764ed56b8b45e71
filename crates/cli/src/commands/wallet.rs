//! `interdict wallet`: addresses in, what is known of each out, in their order; with transfers, how far each is exposed to listed ones.
//! Each address ends as a hit, as exposed, as a warning, as clear, or as an error that says what was wrong with it.

mod answer;
mod transfers;
mod write;

use std::io::BufRead;
use std::path::Path;

use interdict_model::Schema;
use interdict_network::{ExposureMethod, ExposureOptions, Exposures, WalletIndex};
use interdict_snapshot::Snapshot;

use self::answer::Answer;
use self::write::Writer;
use crate::args::{AskedFormat, Format, Global, InputFormat, Method, WalletArgs};
use crate::dataset::{self, short};
use crate::failure::{Outcome, Usage};
use crate::files::{Target, input_file, keep_apart};
use crate::input::{CHUNK, Input, Problem, Row, Rows};
use crate::messages::Messages;
use crate::output;
use crate::rejects::{Reject, Rejects};

#[derive(Default)]
struct Tally {
    asked: u64,
    hits: u64,
    exposed: u64,
    warnings: u64,
    errors: u64,
}

/// What all addresses share.
struct Run<'a> {
    snapshot: &'a Snapshot,
    index: &'a WalletIndex,
    exposures: Option<&'a Exposures<'a>>,
    format: Format,
}

/// Where answers go.
struct Sink {
    target: Target,
    writer: Writer,
    tally: Tally,
    waiting: Vec<Answer>,
}

pub(crate) fn run(global: &Global, args: &WalletArgs, messages: Messages) -> anyhow::Result<Outcome> {
    check(global, args)?;
    let format = output::choose(global.format, args.output.as_deref(), Format::Table);
    let mut rows = args.input.as_deref().map(|path| open(path, args)).transpose()?;
    let snapshot = dataset::open(global, messages)?;
    let index = WalletIndex::new(&snapshot);
    if index.wallets().is_empty() {
        Messages::warning("the snapshot has no wallet addresses: nothing can be found");
    }
    let mut rejects = Rejects::open(args.rejects.as_deref(), messages)?;
    let read = args.transfers.as_deref();
    let read = read.map(|path| transfers::read(path, &args.columns, &index, &mut rejects, messages)).transpose()?;
    let method = match args.method {
        Method::Haircut => ExposureMethod::Haircut,
        Method::Poison => ExposureMethod::Poison,
    };
    let options = ExposureOptions { hops: args.hops.into(), method };
    let exposures = read.as_ref().map(|read| Exposures::trace(&read.transfers, options));
    let run = Run { snapshot: &snapshot, index: &index, exposures: exposures.as_ref(), format };
    let single = args.addresses.len() == 1 && rows.is_none();
    let named = !args.addresses.is_empty() || rows.is_some();
    let writer = Writer::new(format, single, exposures.is_some(), named);
    let target = Target::open(args.output.as_deref())?;
    let mut sink = Sink { target, writer, tally: Tally::default(), waiting: Vec::new() };
    for address in &args.addresses {
        let answer = run.look_up(address.clone(), None, address);
        if let Some(error) = &answer.error {
            Messages::error(&format!("`{address}`: {error}"));
            rejects.write(&Reject { file: "ADDRESS", line: 0, record: address, field: "", reason: error, text: address })?;
        }
        sink.add(answer, address, &run)?;
    }
    if let Some(rows) = &mut rows {
        from_file(rows, &run, &mut rejects, &mut sink)?;
    }
    if let Some(exposures) = exposures.as_ref().filter(|_| !named) {
        for found in exposures.exposed() {
            let mut answer = run.answer(found.address.clone(), None);
            // A text that is no address is in the file as it stands, and was said when it was read.
            let lookup = run.index.look_up(&found.address);
            if !matches!(lookup, interdict_network::Lookup::Invalid { .. }) {
                answer.add(&lookup);
            }
            answer.add_exposure(Some(&found), exposures.options(), run.index);
            sink.add(answer, &found.address, &run)?;
        }
    }
    let tally = sink.finish()?;
    let rejected_rows = read.as_ref().map_or(0, |read| read.rows) + tally.asked;
    rejects.finish("rows", rejected_rows)?;
    if named && tally.asked == 0 {
        Messages::warning("the input has no rows: nothing was looked up");
    }
    summary(&tally, named, read.as_ref().map_or(0, |read| read.transfers.address_count()), &snapshot, messages);
    let all_bad = tally.errors > 0 && tally.errors == tally.asked;
    let no_transfer = read.as_ref().is_some_and(|read| read.rows > 0 && read.transfers.is_empty());
    if all_bad || no_transfer {
        return Ok(Outcome::NothingWorked);
    }
    Ok(if args.exit_code && tally.hits + tally.exposed > 0 { Outcome::Hits } else { Outcome::Done })
}

/// Refuses what makes no sense together, before anything is read.
fn check(global: &Global, args: &WalletArgs) -> Result<(), Usage> {
    if let Some(AskedFormat::Ftm | AskedFormat::Graphml | AskedFormat::Dot | AskedFormat::Svg) = global.format {
        return Err(Usage("--format: here there are table, json, jsonl and csv".to_owned()));
    }
    let stdin = |path: &Option<std::path::PathBuf>| path.as_deref() == Some(Path::new("-"));
    if stdin(&args.input) && stdin(&args.transfers) {
        return Err(Usage("--input and --transfers: only one of them can be stdin".to_owned()));
    }
    let snapshots = dataset::files(global);
    let inputs: Vec<(&str, &Path)> = args
        .input
        .iter()
        .filter_map(|path| Some(("--input", input_file(path)?)))
        .chain(args.transfers.iter().filter_map(|path| Some(("--transfers", input_file(path)?))))
        .chain(snapshots.iter().map(|path| ("the snapshot", path.as_path())))
        .collect();
    keep_apart(&[("--output", args.output.as_deref()), ("--rejects", args.rejects.as_deref())], &inputs)
}

fn open(path: &Path, args: &WalletArgs) -> anyhow::Result<Rows> {
    let mut input = Input::open(path)?;
    let kind = input.kind(args.input_format, path)?;
    let mut map = args.map.clone();
    if kind == InputFormat::Csv && map.is_empty() {
        map.extend(wallet_column(input.bytes.fill_buf()?));
    }
    Rows::open(input, kind, &map, Some(Schema::CryptoWallet))
}

/// A column `address` of a file without a column for wallets: elsewhere it is where somebody lives, here it is not.
fn wallet_column(head: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(head.split(|byte| *byte == b'\n').next()?);
    let columns = head.trim_start_matches('\u{feff}').trim().split([',', ';', '\t']).map(|name| name.trim().trim_matches('"'));
    let joined = |name: &str| name.replace([' ', '_', '-'], "").to_lowercase();
    let columns: Vec<&str> = columns.collect();
    let wallets = ["wallet", "walletaddress", "crypto", "cryptoaddress", "cryptowallet", "publickey"];
    if columns.iter().any(|name| wallets.contains(&joined(name).as_str())) {
        return None;
    }
    columns.iter().find(|name| joined(name) == "address").map(|name| format!("publicKey={name}"))
}

impl Run<'_> {
    fn answer(&self, id: String, line: Option<u64>) -> Answer {
        Answer::new(id, line, self.snapshot.id())
    }

    fn look_up(&self, id: String, line: Option<u64>, text: &str) -> Answer {
        let mut answer = self.answer(id, line);
        answer.add(&self.index.look_up(text));
        if let Some(exposures) = self.exposures.filter(|_| answer.error.is_none()) {
            answer.add_exposure(exposures.of(self.index, text).as_ref(), exposures.options(), self.index);
        }
        answer
    }
}

/// Looks up every address of a file; a row may have several.
fn from_file(rows: &mut Rows, run: &Run<'_>, rejects: &mut Rejects, sink: &mut Sink) -> anyhow::Result<()> {
    let file = rows.name.clone();
    while let Some(row) = rows.next()? {
        let Row { line, id, text, entity, .. } = row;
        let addresses: Result<Vec<String>, Problem> = entity.and_then(|entity| {
            let texts = |property: &str| entity.texts(property).map(str::to_owned).collect::<Vec<_>>();
            let found = ["publicKey", "name"].into_iter().map(texts).find(|texts| !texts.is_empty());
            found.ok_or_else(|| Problem::field("publicKey", "the row has no wallet address"))
        });
        match addresses {
            Ok(addresses) => {
                for address in addresses {
                    let answer = run.look_up(id.clone(), Some(line), &address);
                    if let Some(reason) = &answer.error {
                        rejects.add(&Reject { file: &file, line, record: &id, field: "publicKey", reason, text: &text })?;
                    }
                    sink.add(answer, &format!("{file}:{line}"), run)?;
                }
            }
            Err(problem) => {
                let Problem { field, reason } = &problem;
                rejects.add(&Reject { file: &file, line, record: &id, field, reason, text: &text })?;
                let mut answer = run.answer(id, Some(line));
                answer.status = "error";
                answer.error = Some(if field.is_empty() { reason.clone() } else { format!("{field}: {reason}") });
                sink.add(answer, &format!("{file}:{line}"), run)?;
            }
        }
    }
    Ok(())
}

impl Sink {
    fn add(&mut self, answer: Answer, place: &str, run: &Run<'_>) -> anyhow::Result<()> {
        self.tally.asked += 1;
        match answer.status {
            "hit" => self.tally.hits += 1,
            "exposed" => self.tally.exposed += 1,
            "warning" => self.tally.warnings += 1,
            "error" => self.tally.errors += 1,
            _ => {}
        }
        if run.format == Format::Table {
            for warning in &answer.warnings {
                Messages::warning(&format!("{place}: {warning}"));
            }
        }
        self.waiting.push(answer);
        if self.waiting.len() == CHUNK { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> anyhow::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        self.writer.write(&mut self.target, &waiting)
    }

    fn finish(mut self) -> anyhow::Result<Tally> {
        self.write()?;
        self.writer.finish(&mut self.target)?;
        self.target.finish()?;
        Ok(self.tally)
    }
}

fn summary(tally: &Tally, named: bool, addresses: usize, snapshot: &Snapshot, messages: Messages) {
    let Tally { asked, hits, exposed, warnings, errors } = tally;
    let snapshot = short(snapshot.id());
    if named {
        let clear = asked - hits - exposed - warnings - errors;
        let error = if *errors == 1 { "error" } else { "errors" };
        let warning = if *warnings == 1 { "warning" } else { "warnings" };
        messages.note(&format!(
            "{asked} looked up, {hits} listed, {exposed} exposed, {warnings} {warning}, {clear} clear, {errors} {error}; \
             snapshot {snapshot}"
        ));
    } else {
        let others = (addresses as u64).saturating_sub(hits + exposed);
        messages.note(&format!(
            "{addresses} addresses in the transfers: {hits} listed, {exposed} exposed, {others} neither; snapshot {snapshot}"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::wallet_column;

    #[test]
    fn an_address_column_is_one_of_wallets() {
        for (head, expected) in [
            ("id,address\n1,x\n", Some("publicKey=address")),
            ("\u{feff}\"Address\";note\n", Some("publicKey=Address")),
            ("address,wallet\n", None),
            ("name,address_line\n", None),
            ("", None),
        ] {
            assert_eq!(wallet_column(head.as_bytes()).as_deref(), expected, "{head}");
        }
    }
}
