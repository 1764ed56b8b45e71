//! The page of the indicators: `data/indicators/*.toml` go in; `docs/persona-indicators.md` comes out, with every indicator, what it
//! reads, why an honest person may show it, and the published text that it follows. `cargo xtask tidy` holds the page up to date.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The folder of the rules.
pub(crate) const RULES: &str = "data/indicators";
/// The page.
pub(crate) const PAGE: &str = "docs/persona-indicators.md";
/// The file of the published texts.
const SOURCES: &str = "sources.toml";

/// Categories in the order of the page, with their words, as `interdict_persona::Category` has them.
const CATEGORIES: [(&str, &str); 11] = [
    ("identity", "Identity documents"),
    ("application", "Application"),
    ("persona", "Online persona"),
    ("network", "Network"),
    ("device", "Devices"),
    ("shipping", "Parcels"),
    ("payment", "Payment"),
    ("behaviour", "Behaviour on the job"),
    ("platform", "Linked accounts"),
    ("front", "Corporate front"),
    ("checklist", "Checklist"),
];
/// Strengths from the least to the most, and the one that is apart.
const STRENGTHS: [&str; 5] = ["shown", "weak", "moderate", "strong", "legal"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(default)]
    sources: BTreeMap<String, Source>,
    #[serde(default)]
    indicator: Vec<Indicator>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    title: String,
    date: String,
    url: String,
    read: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Indicator {
    id: String,
    category: String,
    class: String,
    statement: String,
    question: Option<String>,
    #[serde(default)]
    fields: Vec<String>,
    test: Option<BTreeMap<String, toml::Value>>,
    not_fed: Option<String>,
    partly: Option<String>,
    strength: String,
    reason: String,
    innocent: Vec<String>,
    sources: Vec<String>,
    enabled: bool,
}

/// Writes the page.
pub(crate) fn write(root: &Path) -> Result<()> {
    let page = page(root)?;
    fs::write(root.join(PAGE), page).with_context(|| format!("cannot write {PAGE}"))
}

/// Whether the page that stands in the repository is that of its rules.
pub(crate) fn is_up_to_date(root: &Path) -> Result<bool> {
    let page = page(root)?;
    // A page that is not there, or cannot be read, is not up to date.
    Ok(fs::read_to_string(root.join(PAGE)).is_ok_and(|there| there == page))
}

/// The page of the rules of a repository.
fn page(root: &Path) -> Result<String> {
    let folder = root.join(RULES);
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {RULES}"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if Path::new(&name).extension().is_some_and(|ending| ending == "toml") {
            names.push(name);
        }
    }
    names.sort();
    let mut sources = BTreeMap::new();
    let mut indicators = Vec::new();
    for name in names {
        let text = fs::read_to_string(folder.join(&name)).with_context(|| format!("cannot read {RULES}/{name}"))?;
        let rules: Rules = toml::from_str(&text).with_context(|| format!("{RULES}/{name} is not of the form of rules"))?;
        if !rules.sources.is_empty() && name != SOURCES {
            bail!("{RULES}/{name}: published texts stand in {SOURCES}");
        }
        sources.extend(rules.sources);
        indicators.extend(rules.indicator);
    }
    indicators.sort_by(|one, other| one.id.cmp(&other.id));
    render(&sources, &indicators)
}

fn render(sources: &BTreeMap<String, Source>, indicators: &[Indicator]) -> Result<String> {
    let mut out = String::from("# The indicators\n\n");
    let questions = indicators.iter().filter(|one| one.category == "checklist").count();
    let halves: Vec<&str> = indicators.iter().filter(|one| is_half(&one.id)).map(|one| one.id.as_str()).collect();
    let others = indicators.len() - questions - halves.len();
    write!(
        out,
        "This page is made from `{RULES}/*.toml` by `cargo xtask indicators`; change the rules, not the page. What the score makes of them \
         is in [people](persona.md).\n\n\
         There are {others} indicators, {} second halves of one ({}), and {questions} questions that a person answers. None says what somebody \
         is: each says what the records show, that honest people show it too, and why. `interdict people indicators` prints the same, \
         `interdict people indicators ID` one of them.\n\n",
        halves.len(),
        halves.join(", "),
    )?;
    out.push_str(
        "- *How it tests*: `list` exactly or against a list; `threshold` against a number; `record` facts of one person against each \
         other; `cross` against others; `sequence` in the order of time; `human` by an answer.\n\
         - *How much it says*: `weak`, `moderate`, `strong`; `shown` is never scored; `legal` is a duty of law, beside the score.\n\
         - *Reads*: table, kind and fact, as `event.login.ip`. A test can read nothing else.\n\
         - *Follows*: the published text, its date, and how it was read: `text` (itself), `partly` (its first part; the rest from \
         memory), `quoted` (through a second text that quotes it), `memory` (to be read before it is quoted to anybody).\n\
         - Numbers of tests are defaults. Most are not calibrated on real cases; comments in the files say which are published.\n\n",
    );
    overview(&mut out, indicators)?;
    not_in_force(&mut out, indicators)?;
    for (code, label) in CATEGORIES {
        write!(out, "## {label}\n\n")?;
        for indicator in indicators.iter().filter(|one| one.category == code) {
            entry(&mut out, indicator, sources)?;
        }
    }
    if let Some(odd) = indicators.iter().find(|one| !CATEGORIES.iter().any(|(code, _)| *code == one.category)) {
        bail!("{}: `{}` is no category that the page has", odd.id, odd.category);
    }
    published(&mut out, sources, indicators)?;
    Ok(out)
}

/// Whether an id has the letter of a second half.
fn is_half(id: &str) -> bool {
    id.ends_with(|letter: char| letter.is_ascii_lowercase())
}

fn overview(out: &mut String, indicators: &[Indicator]) -> Result<()> {
    out.push_str("## How many there are\n\n| category | all | ");
    out.push_str(&STRENGTHS.join(" | "));
    out.push_str(" | on | off | not fed |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    let mut row = |label: &str, of: &[&Indicator]| -> Result<()> {
        write!(out, "| {label} | {}", of.len())?;
        for strength in STRENGTHS {
            write!(out, " | {}", of.iter().filter(|one| one.strength == strength).count())?;
        }
        for state in ["on", "off", "not fed"] {
            write!(out, " | {}", of.iter().filter(|one| one.state() == state).count())?;
        }
        out.push_str(" |\n");
        Ok(())
    };
    for (code, label) in CATEGORIES {
        let of: Vec<&Indicator> = indicators.iter().filter(|one| one.category == code).collect();
        row(&label.to_lowercase(), &of)?;
    }
    row("all", &indicators.iter().collect::<Vec<_>>())?;
    out.push('\n');
    Ok(())
}

fn not_in_force(out: &mut String, indicators: &[Indicator]) -> Result<()> {
    out.push_str(
        "## Which are not fed, and why\n\nNothing tests them. They stand here so that nobody takes them for checked.\n\n",
    );
    out.push_str("| id | what it would say | why it is not fed |\n|---|---|---|\n");
    for indicator in indicators {
        if let Some(why) = &indicator.not_fed {
            writeln!(out, "| {} | {} | {} |", indicator.id, plain(&indicator.statement), plain(why))?;
        }
    }
    out.push_str(
        "\n## Which test only a part of what is published\n\nThe rest is not checked, whatever the test says.\n\n\
         | id | what it tests | what it does not look at, and why |\n|---|---|---|\n",
    );
    for indicator in indicators {
        if let Some(rest) = &indicator.partly {
            writeln!(out, "| {} | {} | {} |", indicator.id, plain(&indicator.statement), plain(rest))?;
        }
    }
    out.push_str("\n## Which are off until switched on\n\n");
    out.push_str("`switched_on` of the [policy](persona.md#policy) switches one on, `switched_off` switches any off.\n\n");
    out.push_str("| id | what it says | why it is off |\n|---|---|---|\n");
    for indicator in indicators.iter().filter(|one| one.state() == "off") {
        writeln!(out, "| {} | {} | {} |", indicator.id, plain(&indicator.statement), plain(&indicator.reason))?;
    }
    out.push('\n');
    Ok(())
}

fn entry(out: &mut String, indicator: &Indicator, sources: &BTreeMap<String, Source>) -> Result<()> {
    write!(out, "### {}\n\n**{}**\n\n", indicator.id, plain(&indicator.statement))?;
    if let Some(question) = &indicator.question {
        writeln!(out, "- Question: {}", plain(question))?;
    }
    writeln!(out, "- {}, {}: {}", indicator.class, indicator.strength, plain(&indicator.reason))?;
    if let Some(test) = &indicator.test {
        let kind = test
            .get("kind")
            .and_then(toml::Value::as_str)
            .with_context(|| format!("{}: its test has no kind", indicator.id))?;
        write!(out, "- Test: `{kind}`")?;
        for (name, value) in test.iter().filter(|(name, _)| *name != "kind") {
            write!(out, "; {name} {}", shown(value))?;
        }
        out.push('\n');
    }
    if !indicator.fields.is_empty() {
        writeln!(out, "- Reads: `{}`", indicator.fields.join("`, `"))?;
    }
    writeln!(out, "- Innocent if: {}", plain(&indicator.innocent.join(" ")))?;
    let mut follows = Vec::new();
    for key in &indicator.sources {
        let source = sources.get(key).with_context(|| format!("{}: no published text `{key}`", indicator.id))?;
        follows.push(format!("[{key}]({}) ({}, {})", source.url, source.date, source.read));
    }
    if let Some(rest) = &indicator.partly {
        writeln!(out, "- Not tested: {}", plain(rest))?;
    }
    let follows = if follows.is_empty() { "no published text; it is our own".to_owned() } else { follows.join(", ") };
    writeln!(out, "- Follows: {follows}")?;
    match &indicator.not_fed {
        Some(why) => writeln!(out, "- State: not fed. {}\n", plain(why))?,
        None => writeln!(out, "- State: {}\n", indicator.state())?,
    }
    Ok(())
}

fn published(out: &mut String, sources: &BTreeMap<String, Source>, indicators: &[Indicator]) -> Result<()> {
    out.push_str("## Published texts\n\n| key | text | date | read | followed by |\n|---|---|---|---|--:|\n");
    for (key, source) in sources {
        let followed = indicators.iter().filter(|one| one.sources.contains(key)).count();
        let Source { title, date, url, read } = source;
        writeln!(out, "| {key} | [{}]({url}) | {} | {read} | {followed} |", plain(title), plain(date))?;
    }
    Ok(())
}

impl Indicator {
    fn state(&self) -> &'static str {
        match (&self.test, self.enabled) {
            (None, _) => "not fed",
            (Some(_), false) => "off",
            (Some(_), true) => "on",
        }
    }
}

/// A value of a parameter as words; texts are given as code, as patterns have signs of Markdown.
fn shown(value: &toml::Value) -> String {
    match value {
        toml::Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        toml::Value::String(text) if text.contains('`') => format!("`` {text} ``"),
        toml::Value::String(text) => format!("`{text}`"),
        other => other.to_string(),
    }
}

/// A text in which no sign is one of Markdown.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '<' | '[' | ']' | '|') {
            out.push('\\');
        }
        out.push(if character == '\n' { ' ' } else { character });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo;

    const RULE: &str = "[[indicator]]\nid = \"NW-01\"\ncategory = \"network\"\nclass = \"list\"\nstatement = \"A_b.\"\n\
        test = { kind = \"phrases\", phrases = [\"a|b\"], at_least = 2 }\nfields = [\"event.login.ip\"]\nstrength = \"weak\"\n\
        reason = \"Because.\"\ninnocent = [\"Chance.\", \"Luck.\"]\nenabled = false\nsources = [\"A22\"]\n";
    const SOURCE: &str =
        "[sources.A22]\ntitle = \"Advisory\"\ndate = \"2022\"\nurl = \"https://example.com/a\"\nread = \"text\"\n";

    fn repository(rule: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join(RULES)).unwrap();
        fs::create_dir_all(folder.path().join("docs")).unwrap();
        fs::write(folder.path().join(RULES).join(SOURCES), SOURCE).unwrap();
        fs::write(folder.path().join(RULES).join("network.toml"), rule).unwrap();
        folder
    }

    #[test]
    fn an_indicator_is_shown_with_all_that_is_known_of_it() {
        let folder = repository(RULE);
        let page = page(folder.path()).unwrap();
        let expected = "### NW-01\n\n**A\\_b.**\n\n- list, weak: Because.\n- Test: `phrases`; at_least 2; phrases `a|b`\n\
            - Reads: `event.login.ip`\n- Innocent if: Chance. Luck.\n- Follows: [A22](https://example.com/a) (2022, text)\n\
            - State: off\n";
        assert!(page.contains(expected), "{page}");
        assert!(page.contains("| all | 1 | 0 | 1 | 0 | 0 | 0 | 0 | 1 | 0 |"), "{page}");
        assert!(page.contains("| A22 | [Advisory](https://example.com/a) | 2022 | text | 1 |"), "{page}");
    }

    #[test]
    fn a_page_that_lags_behind_is_seen() {
        let folder = repository(RULE);
        assert!(!is_up_to_date(folder.path()).unwrap(), "there is none");
        write(folder.path()).unwrap();
        assert!(is_up_to_date(folder.path()).unwrap());
        fs::write(folder.path().join(RULES).join("network.toml"), RULE.replace("weak", "strong")).unwrap();
        assert!(!is_up_to_date(folder.path()).unwrap());
    }

    #[test]
    fn rules_that_the_page_cannot_show_are_errors() {
        #[track_caller]
        fn check(from: &str, to: &str, expected: &str) {
            assert!(RULE.contains(from), "{from}");
            let error = page(repository(&RULE.replace(from, to)).path()).unwrap_err();
            assert!(format!("{error:#}").contains(expected), "{error:#}");
        }
        check("\"A22\"", "\"B22\"", "NW-01: no published text `B22`");
        check("\"network\"", "\"weather\"", "NW-01: `weather` is no category");
        check("enabled = false", "enabled = false\ncolour = 1", "unknown field `colour`");
        check("kind = \"phrases\", ", "", "NW-01: its test has no kind");
    }

    #[test]
    fn the_page_is_that_of_the_rules() {
        assert!(is_up_to_date(&repo::root().unwrap()).unwrap(), "run `cargo xtask indicators`");
    }
}
