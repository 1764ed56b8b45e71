//! The answers of `wallet` in the form asked for: a table of addresses, one of exposures and the paths for people; the same as CSV and
//! JSON for programs.

use std::io::Write;

use super::answer::{Answer, Asset, Flow};
use crate::args::Format;
use crate::messages::harmless;
use crate::output::{self, JsonObjects};
use crate::table::{write_csv_header, write_csv_rows, write_table};

const CSV_HEADER: [&str; 31] = [
    "id",
    "line",
    "address",
    "family",
    "status",
    "how",
    "hits",
    "captions",
    "datasets",
    "programs",
    "wallets",
    "records",
    "tickers",
    "asset",
    "received",
    "received_direct",
    "received_indirect",
    "received_beyond",
    "received_share",
    "sent",
    "sent_direct",
    "sent_indirect",
    "sent_beyond",
    "sent_share",
    "method",
    "hops",
    "look_alikes",
    "warnings",
    "error",
    "snapshot",
    "engine",
];

/// Writes answers.
pub(super) enum Writer {
    /// One object, for one address.
    One,
    Objects(JsonObjects),
    Csv {
        begun: bool,
    },
    Table {
        single: bool,
        exposures: bool,
        /// Whether the paths are shown too: of addresses that were asked for by name.
        paths: bool,
    },
}

impl Writer {
    pub(super) fn new(format: Format, single: bool, exposures: bool, paths: bool) -> Self {
        match format {
            Format::Json if single => Self::One,
            Format::Json => Self::Objects(JsonObjects::new(true)),
            Format::Jsonl => Self::Objects(JsonObjects::new(false)),
            Format::Csv => Self::Csv { begun: false },
            Format::Table => Self::Table { single, exposures, paths },
        }
    }

    pub(super) fn write(&mut self, out: &mut dyn Write, answers: &[Answer]) -> anyhow::Result<()> {
        match self {
            Self::One => answers.iter().try_for_each(|answer| output::write_json(out, answer)),
            Self::Objects(objects) => answers.iter().try_for_each(|answer| objects.write(out, answer)),
            Self::Csv { begun } => {
                if !std::mem::replace(begun, true) {
                    write_csv_header(out, &CSV_HEADER)?;
                }
                write_csv_rows(out, answers.iter().flat_map(csv_rows))
            }
            Self::Table { single, exposures, paths } => {
                // For one address the message has said it all.
                if answers.is_empty() || (*single && answers.iter().all(|answer| answer.error.is_some())) {
                    return Ok(());
                }
                let header = ["address", "status", "listed party", "programmes", "why"];
                write_table(out, &header, answers.iter().flat_map(table_rows), &[])?;
                if *exposures { write_exposures(out, answers, *paths) } else { Ok(()) }
            }
        }
    }

    pub(super) fn finish(self, out: &mut dyn Write) -> anyhow::Result<()> {
        match self {
            Self::Objects(objects) => objects.finish(out),
            _ => Ok(()),
        }
    }
}

/// The texts, each once, in their order.
fn each_once<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        if !found.contains(&text.as_str()) {
            found.push(text);
        }
    }
    found
}

fn table_rows(answer: &Answer) -> Vec<Vec<String>> {
    if answer.hits.is_empty() {
        let why = answer.error.clone().or_else(|| answer.family.map(str::to_owned)).unwrap_or_default();
        return vec![vec![answer.title(), answer.status.to_owned(), String::new(), String::new(), why]];
    }
    let hits = answer.hits.iter().enumerate();
    hits.map(|(at, hit)| {
        let mut why = vec![answer.family.unwrap_or("no family").to_owned()];
        if !hit.tickers.is_empty() {
            why[0] = format!("{}, filed as {}", why[0], hit.tickers.join(" "));
        }
        if answer.how != Some("exact") {
            why.push(answer.how.unwrap_or_default().replace('_', " "));
        }
        let record = [hit.source.as_str(), hit.record.as_str()].into_iter().filter(|part| !part.is_empty());
        why.push(record.collect::<Vec<_>>().join(", "));
        why.retain(|line| !line.is_empty());
        vec![
            if at == 0 { answer.title() } else { String::new() },
            if at == 0 { "hit".to_owned() } else { String::new() },
            format!("{}\n{}", hit.caption, hit.id),
            hit.programs.join(" "),
            why.join("\n"),
        ]
    })
    .collect()
}

/// An amount as a table shows it: six decimals, and a mark where more were cut off. One that would look like nothing is not cut.
fn shortened(amount: &str) -> String {
    const DECIMALS: usize = 6;
    let Some((whole, fraction)) = amount.split_once('.') else { return amount.to_owned() };
    let shown = fraction.get(..DECIMALS).unwrap_or(fraction);
    let is_nothing = whole == "0" && shown.bytes().all(|digit| digit == b'0');
    if shown.len() == fraction.len() || is_nothing { amount.to_owned() } else { format!("{whole}.{shown}…") }
}

/// The sides of an asset, with the words for them.
fn sides(asset: &Asset) -> [(&'static str, &'static str, &Flow); 2] {
    [("received", "from", &asset.received), ("sent", "to", &asset.sent)]
}

fn write_exposures(out: &mut dyn Write, answers: &[Answer], paths: bool) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for answer in answers.iter().filter(|answer| answer.status != "hit") {
        let mut title = Some(answer.title());
        for asset in answer.exposure.iter().flat_map(|exposure| &exposure.assets) {
            for (side, _, flow) in sides(asset).into_iter().filter(|(_, _, flow)| flow.total != "0") {
                rows.push(vec![
                    title.take().unwrap_or_default(),
                    side.to_owned(),
                    shortened(&flow.total),
                    asset.name.clone(),
                    shortened(&flow.direct),
                    shortened(&flow.indirect),
                    shortened(&flow.beyond),
                    format!("{:.2} %", flow.share * 100.0),
                ]);
            }
        }
        if let (Some(title), Some(_)) = (title, &answer.exposure) {
            rows.push(vec![title, "no transfers".to_owned()].into_iter().chain(vec![String::new(); 6]).collect());
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let header = ["address", "", "in all", "asset", "direct", "indirect", "beyond", "share"];
    write_table(out, &header, rows, &[2, 4, 5, 6, 7])?;
    if !paths {
        return Ok(());
    }
    let mut begun = false;
    for answer in answers.iter().filter(|answer| answer.status != "hit") {
        for asset in answer.exposure.iter().flat_map(|exposure| &exposure.assets) {
            for (side, preposition, flow) in sides(asset) {
                let Some(path) = &flow.path else { continue };
                if !std::mem::replace(&mut begun, true) {
                    writeln!(out)?;
                }
                let (amount, hops) = (&path.amount, path.steps.len());
                let hops = if hops == 1 { "directly".to_owned() } else { format!("over {hops} hops") };
                let title = format!("{} {side} {amount} {} {hops} {preposition} {}", answer.title(), asset.name, path.listed);
                writeln!(out, "{}", harmless(&title))?;
                for step in &path.steps {
                    let tx = if step.tx.is_empty() { format!("line {}", step.line) } else { step.tx.clone() };
                    let line = format!("  {}  {} {}  {} -> {}  {tx}", step.time, step.amount, asset.name, step.from, step.to);
                    writeln!(out, "{}", harmless(&line))?;
                }
            }
        }
    }
    Ok(())
}

fn csv_rows(answer: &Answer) -> Vec<Vec<String>> {
    let hits = |text: fn(&super::answer::Hit) -> Vec<&String>| each_once(answer.hits.iter().flat_map(text)).join(";");
    let row = |asset: Option<&Asset>| {
        let of = |text: fn(&Asset) -> &str| asset.map(text).unwrap_or_default().to_owned();
        let share = |flow: fn(&Asset) -> &Flow| asset.map(|asset| flow(asset).share.to_string()).unwrap_or_default();
        let (method, hops) = answer.exposure.as_ref().map(super::answer::Exposure::settings).unwrap_or_default();
        vec![
            answer.id.clone(),
            answer.line.map(|line| line.to_string()).unwrap_or_default(),
            answer.address.clone().unwrap_or_default(),
            answer.family.unwrap_or_default().to_owned(),
            answer.status.to_owned(),
            answer.how.unwrap_or_default().to_owned(),
            hits(|hit| vec![&hit.id]),
            hits(|hit| vec![&hit.caption]),
            hits(|hit| hit.datasets.iter().collect()),
            hits(|hit| hit.programs.iter().collect()),
            hits(|hit| vec![&hit.wallet]),
            hits(|hit| vec![&hit.record]),
            hits(|hit| hit.tickers.iter().collect()),
            of(|asset| &asset.name),
            of(|asset| &asset.received.total),
            of(|asset| &asset.received.direct),
            of(|asset| &asset.received.indirect),
            of(|asset| &asset.received.beyond),
            share(|asset| &asset.received),
            of(|asset| &asset.sent.total),
            of(|asset| &asset.sent.direct),
            of(|asset| &asset.sent.indirect),
            of(|asset| &asset.sent.beyond),
            share(|asset| &asset.sent),
            method,
            hops,
            answer.look_alikes.iter().map(|like| like.address.as_str()).collect::<Vec<_>>().join(";"),
            answer.warnings.join("; "),
            answer.error.clone().unwrap_or_default(),
            answer.snapshot.clone(),
            answer.engine.to_owned(),
        ]
    };
    match answer.exposure.as_ref().map(|exposure| &exposure.assets[..]) {
        Some(assets) if !assets.is_empty() => assets.iter().map(|asset| row(Some(asset))).collect(),
        _ => vec![row(None)],
    }
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn tables_show_six_decimals() {
        for (amount, expected) in [
            ("250", "250"),
            ("7.5", "7.5"),
            ("7.123456", "7.123456"),
            ("7.1234567", "7.123456…"),
            ("0.000000000000000001", "0.000000000000000001"),
        ] {
            assert_eq!(shortened(amount), expected);
        }
    }
}
