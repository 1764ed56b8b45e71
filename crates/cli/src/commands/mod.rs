//! One module a command: each takes its arguments as typed, does its work through the libraries, and writes its output.

mod assemble;
mod brief;
mod build;
mod bundle;
mod casework;
mod cluster;
mod compare;
mod deliveries;
mod delta;
mod eval;
mod generate;
mod identity;
mod network;
mod ofac_changes;
mod parallel;
mod party;
mod pay;
mod people;
mod scan;
mod screen;
mod serve;
mod settings;
mod show;
mod sources;
mod update;
mod verdict_words;
mod verify;
mod vessel;
mod wallet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(crate) use self::sources::catalogue;
use crate::args::{AskedFormat, Cli, Command, NetworkCommand, PeopleCommand};
use crate::failure::{Outcome, Usage};
use crate::messages::Messages;

/// Runs the command that was asked for.
pub(crate) fn run(cli: Cli, messages: Messages) -> anyhow::Result<Outcome> {
    let Cli { global, command } = cli;
    forms_fit(global.format, &command)?;
    match command {
        Command::Build(args) => build::run(&global, &args, messages),
        Command::Screen(args) => screen::run(&global, &args, messages),
        Command::Compare(args) => compare::run(&global, &args, messages),
        Command::Eval(args) => eval::run(&global, &args, messages),
        Command::Show(args) => show::run(&global, &args, messages),
        Command::Settings(args) => settings::run(&global, &args),
        Command::Bundle(args) => bundle::run(&global, &args, messages),
        Command::Sources(args) => sources::run(&global, &args, messages),
        Command::Update(args) => update::run(&global, &args, messages),
        Command::Cluster(args) => cluster::run(&global, &args, messages),
        Command::Delta(args) => delta::run(&global, &args, messages),
        Command::Network(args) => network::run(&global, &args, messages),
        Command::Wallet(args) => wallet::run(&global, &args, messages),
        Command::Vessel(args) => vessel::run(&global, &args, messages),
        Command::Scan(args) => scan::run(&global, &args, messages),
        Command::Pay(args) => pay::run(&global, &args, messages),
        Command::People(args) => people::run(&global, &args, messages),
        Command::PdfText(args) => scan::pdf_text(&args),
        Command::Brief(args) => brief::run(&global, &args, messages),
        Command::Customers(args) => casework::customers(&global, &args, messages),
        Command::Monitor(args) => casework::monitor(&global, &args, messages),
        Command::Alerts(args) => casework::alerts(&global, &args, messages),
        Command::Releases(args) => casework::releases(&global, &args),
        Command::Casework(args) => casework::casework(&global, &args, messages),
        Command::Replay(args) => casework::replay(&global, &args),
        Command::Lookback(args) => casework::lookback(&global, &args, messages),
        Command::Serve(args) => serve::run(&global, &args, messages),
        Command::Keys(args) => serve::keys(&global, &args, messages),
        Command::Verify(args) => verify::run(&global, &args),
        Command::Completions { shell } => generate::completions(shell),
        Command::Man { dir } => generate::man(dir.as_deref(), messages),
    }
}

/// The day that it is, in UTC, as ISO 8601 writes it.
fn today() -> String {
    TimeZone::UTC.to_datetime(Timestamp::now()).date().to_string()
}

/// Refuses a form of the output that the command does not have, with those that it has.
fn forms_fit(asked: Option<AskedFormat>, command: &Command) -> Result<(), Usage> {
    use AskedFormat::{Csv, Dot, Ftm, Graphml, Html, Json, Jsonl, Markdown, Misp, Stix, Svg, Table};
    let Some(asked) = asked.filter(|asked| asked.plain().is_none()) else { return Ok(()) };
    let special: &[AskedFormat] = match command {
        Command::Brief(_) => &[Markdown, Html],
        Command::Network(args) => match args.command {
            NetworkCommand::Fronts(_) => &[],
            _ => &[Ftm, Graphml, Dot, Svg],
        },
        Command::Vessel(_) => &[Ftm],
        Command::Scan(_) => &[Html],
        Command::People(args) if matches!(args.command, PeopleCommand::Share(_)) => &[Stix, Misp],
        _ => &[],
    };
    if special.contains(&asked) {
        return Ok(());
    }
    let mut forms: Vec<String> = [Table, Json, Jsonl, Csv].iter().chain(special).map(|form| form.word()).collect();
    let last = forms.pop().unwrap_or_default();
    let whose = match asked {
        Markdown => "`brief`",
        Html => "`brief` and `scan`",
        Ftm => "`network` and `vessel`",
        Stix | Misp => "`people share`",
        _ => "`network`",
    };
    Err(Usage(format!("--format: {} is a form of {whose}; here there are {} and {last}", asked.word(), forms.join(", "))))
}
