//! `interdict screen`: rows in, findings out, in the order of the rows. Each row ends as a hit, as clear, or as an error that says what
//! was wrong with it; none is passed over.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use interdict_matching::{Explanation, Feature, Hit, Matcher, Query, QueryError, Scratch, WhyNot};
use interdict_model::{Entity, Schema, name_property_words};
use interdict_snapshot::EntityRef;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::parallel;
use super::show::unknown;
use crate::args::{Format, Global, Screen};
use crate::dataset::{self, short};
use crate::failure::{Outcome, Usage};
use crate::files::{Target, input_file, keep_apart};
use crate::input::{Input, Problem, Row, Rows};
use crate::messages::{Messages, harmless};
use crate::output::{self, JsonObjects, rounded};
use crate::rejects::{Reject, Rejects};
use crate::settings::Choice;
use crate::table::{write_csv_header, write_csv_rows, write_table};

/// What came out for a row.
struct Screened {
    row: Row,
    /// The name, or what stands for it, as the user gave it.
    shown: String,
    result: Result<Vec<Found>, Problem>,
    /// Of the entities that were asked for, why each is not among the findings.
    why_not: Vec<Missed>,
    /// Id of the settings, where the row has its own.
    settings: Option<String>,
    warnings: Vec<String>,
}

/// A finding, apart from the snapshot.
struct Found {
    id: String,
    caption: String,
    schema: String,
    score: f64,
    ofac: Option<u8>,
    name: Option<String>,
    datasets: Vec<String>,
    programs: Vec<String>,
    features: Map<String, Json>,
    /// Why, in few words.
    why: Vec<String>,
    /// Kept only where it is written out: over a long list it is most of what a finding takes.
    explanation: Option<Explanation>,
}

/// An entity that was asked for with `--why-not`, apart from the snapshot.
struct Missed {
    id: String,
    caption: String,
    why: WhyNot,
}

/// One line of the output contract.
#[derive(Serialize)]
struct ResultLine<'a> {
    id: &'a str,
    /// Line of the input, from 1; none for a name that was typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    status: &'static str,
    snapshot: &'a str,
    engine: &'static str,
    settings: &'a str,
    hits: Vec<HitLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    why_not: Vec<MissedLine<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    warnings: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Serialize)]
struct HitLine<'a> {
    id: &'a str,
    caption: &'a str,
    schema: &'a str,
    score: f64,
    ofac: Option<u8>,
    name: Option<&'a str>,
    datasets: &'a [String],
    programs: &'a [String],
    features: &'a Map<String, Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Tree<'a>>,
}

#[derive(Serialize)]
struct MissedLine<'a> {
    id: &'a str,
    caption: &'a str,
    step: &'static str,
    score: f64,
    needed: f64,
    short_by: f64,
    explanation: Tree<'a>,
}

/// An explanation as it is written out.
#[derive(Serialize)]
pub(super) struct Tree<'a> {
    value: f64,
    description: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<Tree<'a>>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(explanation: &'a Explanation) -> Self {
        Self {
            value: rounded(explanation.value),
            description: &explanation.description,
            children: explanation.children.iter().map(Tree::new).collect(),
        }
    }
}

/// Features by name, each with the best value that it has.
pub(super) fn feature_values(features: &[Feature]) -> Map<String, Json> {
    let mut values = Map::new();
    for feature in features {
        let value = rounded(feature.value);
        let held = values.entry(feature.name).or_insert(Json::Null);
        if held.as_f64().is_none_or(|held| held < value) {
            *held = value.into();
        }
    }
    values
}

/// What all rows share.
struct Run<'a> {
    snapshot: &'a str,
    settings: &'a str,
    /// Whether a name was typed, and not a file given.
    single: bool,
}

#[derive(Default)]
struct Tally {
    screened: u64,
    hits: u64,
    errors: u64,
}

impl Screened {
    fn status(&self) -> &'static str {
        match &self.result {
            Ok(hits) if hits.is_empty() => "clear",
            Ok(_) => "hit",
            Err(_) => "error",
        }
    }

    fn hits(&self) -> &[Found] {
        self.result.as_deref().unwrap_or_default()
    }

    fn error(&self) -> Option<String> {
        self.result.as_ref().err().map(describe)
    }

    fn settings_id<'a>(&'a self, run: &Run<'a>) -> &'a str {
        self.settings.as_deref().unwrap_or(run.settings)
    }

    fn line<'a>(&'a self, run: &Run<'a>) -> ResultLine<'a> {
        ResultLine {
            id: &self.row.id,
            line: (!run.single).then_some(self.row.line),
            status: self.status(),
            snapshot: run.snapshot,
            engine: env!("CARGO_PKG_VERSION"),
            settings: self.settings_id(run),
            hits: self.hits().iter().map(Found::line).collect(),
            why_not: self.why_not.iter().map(Missed::line).collect(),
            warnings: &self.warnings,
            error: self.error(),
        }
    }
}

fn describe(problem: &Problem) -> String {
    if problem.field.is_empty() { problem.reason.clone() } else { format!("{}: {}", problem.field, problem.reason) }
}

impl Found {
    fn new(hit: Hit<'_>, explain: bool) -> Self {
        let mut why = Vec::new();
        if let Some(name) = hit.name {
            why.push(format!("{} {}", name_property_words(name.property()), name.text()));
        }
        why.extend(hit.identifiers.iter().map(|found| {
            let how = if found.exact { "" } else { ", but for the case of letters" };
            if found.query.eq_ignore_ascii_case(&found.listed) {
                format!("{} as listed{how}", found.property)
            } else {
                format!("{} {}{how}", found.property, found.listed)
            }
        }));
        // Names and identifiers that agree have been said; an identifier that contradicts has not.
        let others = hit.features.iter().filter(|feature| match feature.name {
            "name" => false,
            "identifier" => feature.value == 0.0,
            _ => true,
        });
        why.extend(others.map(|feature| feature.detail.clone()));
        Self {
            id: hit.entity.id().to_owned(),
            caption: hit.entity.caption().to_owned(),
            schema: hit.entity.schema_name().to_owned(),
            score: rounded(hit.score),
            ofac: hit.ofac,
            name: hit.name.map(|name| name.text().to_owned()),
            datasets: hit.entity.datasets(),
            programs: programs(hit.entity),
            features: feature_values(&hit.features),
            why,
            explanation: hit.explanation.filter(|_| explain),
        }
    }

    fn line(&self) -> HitLine<'_> {
        HitLine {
            id: &self.id,
            caption: &self.caption,
            schema: &self.schema,
            score: self.score,
            ofac: self.ofac,
            name: self.name.as_deref(),
            datasets: &self.datasets,
            programs: &self.programs,
            features: &self.features,
            explanation: self.explanation.as_ref().map(Tree::new),
        }
    }

    fn ofac_text(&self) -> String {
        self.ofac.map(|score| score.to_string()).unwrap_or_default()
    }
}

impl Missed {
    fn line(&self) -> MissedLine<'_> {
        MissedLine {
            id: &self.id,
            caption: &self.caption,
            step: self.why.step.code(),
            score: rounded(self.why.score),
            needed: rounded(self.why.needed),
            short_by: rounded(self.why.short_by()),
            explanation: Tree::new(&self.why.explanation),
        }
    }

    /// The same for people: where it fell and by how much, then the tree.
    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let Self { id, caption, why } = self;
        writeln!(out, "  why not {}? {}", harmless(&format!("{caption} ({id})")), why.step.describe())?;
        writeln!(out, "  scored {:.2}, needed {:.2}, short by {:.2}", why.score, why.needed, why.short_by())?;
        why.explanation.to_lines().iter().try_for_each(|line| writeln!(out, "    {}", harmless(line)))
    }
}

/// Programmes under which a party is sanctioned, as its sanctions say; as it says itself when there are none.
pub(super) fn programs(party: EntityRef<'_>) -> Vec<String> {
    let mut programs: Vec<String> = Vec::new();
    let sanctions =
        party.referrers().filter(|link| link.property == "entity" && link.entity.schema() == Some(Schema::Sanction));
    for program in sanctions.flat_map(|link| link.entity.texts("program")) {
        if !programs.iter().any(|held| held == program) {
            programs.push(program.to_owned());
        }
    }
    if programs.is_empty() { party.texts("program").map(str::to_owned).collect() } else { programs }
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &Screen, messages: Messages) -> anyhow::Result<Outcome> {
    let begin = Instant::now();
    let schema = args.schema.as_deref().map(schema_named).transpose()?;
    keep_files_apart(global, args)?;
    let format = output::choose(global.format, args.output.as_deref(), Format::Table);
    if format == Format::Csv && !args.why_not.is_empty() {
        return Err(Usage("--why-not: a CSV file has no place for a tree; use --format table, json or jsonl".to_owned()).into());
    }
    let choice = Choice::read(&args.settings, args.threshold, args.limit)?;
    let mut rows = match (&args.name, &args.input) {
        (Some(name), _) => Rows::one(name, schema),
        (None, Some(path)) => {
            let mut input = Input::open(path)?;
            let kind = input.kind(args.input_format, path)?;
            Rows::open(input, kind, &args.map, schema)?
        }
        (None, None) => return Err(Usage("give a NAME or --input FILE".to_owned()).into()),
    };
    let snapshot = dataset::open(global, messages)?;
    if let Some(columns) = rows.columns() {
        messages.note(&format!("{}: {columns}", rows.name));
    }
    for doubled in rows.doubled_columns() {
        Messages::warning(&format!("{}: {doubled}", rows.name));
    }
    let wanted = args
        .why_not
        .iter()
        .map(|id| snapshot.entity(id).ok_or_else(|| unknown(&snapshot, id)))
        .collect::<Result<Vec<_>, _>>()?;
    let settings_id = choice.settings.id();
    let run = Run { snapshot: snapshot.id(), settings: &settings_id, single: args.name.is_some() };
    let matcher = Matcher::new(&snapshot, choice.settings.clone()).explaining(args.explain);
    let file = rows.name.clone();
    let mut rejects = Rejects::open(args.rejects.as_deref(), messages)?;
    let mut target = Target::open(args.output.as_deref())?;
    let mut writer = Writer::new(format, args);
    let screening =
        Screening { matcher: &matcher, choice: &choice, wanted: &wanted, explain: args.explain && format != Format::Csv };
    let mut tally = Tally::default();
    parallel::in_order(
        args.threads,
        || rows.next(),
        Scratch::default,
        |scratch, row| screening.row(scratch, row),
        |chunk| {
            for screened in &chunk {
                tally.screened += 1;
                tally.hits += u64::from(!screened.hits().is_empty());
                if let Err(problem) = &screened.result {
                    tally.errors += 1;
                    let Problem { field, reason } = problem;
                    let Row { line, id, text, .. } = &screened.row;
                    let reject = Reject { file: &file, line: *line, record: id, field, reason, text };
                    if run.single {
                        // What was typed needs no place to be found in.
                        Messages::error(reason);
                        rejects.write(&reject)?;
                    } else {
                        rejects.add(&reject)?;
                    }
                }
                for warning in screened.warnings.iter().filter(|_| format == Format::Table) {
                    // What was typed needs no place here either.
                    let place = if run.single { String::new() } else { format!("{file}:{}: ", screened.row.line) };
                    Messages::warning(&format!("{place}{warning}"));
                }
            }
            writer.write(&mut target, &chunk, &run)
        },
    )?;
    writer.finish(&mut target)?;
    target.finish()?;
    rejects.finish("rows", tally.screened)?;
    summary(&tally, &run, begin, messages);
    if tally.errors > 0 && tally.errors == tally.screened {
        return Ok(Outcome::NothingWorked);
    }
    Ok(if args.exit_code && tally.hits > 0 { Outcome::Hits } else { Outcome::Done })
}

/// Refuses output files that are the input, the other output, or a snapshot that may be in use.
fn keep_files_apart(global: &Global, args: &Screen) -> Result<(), Usage> {
    let snapshots = dataset::files(global);
    let inputs: Vec<(&str, &Path)> = args
        .input
        .iter()
        .filter_map(|path| Some(("--input", input_file(path)?)))
        .chain(args.settings.settings.iter().map(|path| ("--settings", path.as_path())))
        .chain(snapshots.iter().map(|path| ("the snapshot", path.as_path())))
        .collect();
    keep_apart(&[("--output", args.output.as_deref()), ("--rejects", args.rejects.as_deref())], &inputs)
}

fn summary(tally: &Tally, run: &Run<'_>, begin: Instant, messages: Messages) {
    let Tally { screened, hits, errors } = tally;
    if *screened == 0 {
        Messages::warning("the input has no rows: nothing was screened");
    }
    let with = if *hits == 1 { "with a hit" } else { "with hits" };
    let clear = screened - hits - errors;
    let error = if *errors == 1 { "error" } else { "errors" };
    let took = if messages.is_watched() { format!("; {:.2} s", begin.elapsed().as_secs_f64()) } else { String::new() };
    let snapshot = short(run.snapshot);
    messages.note(&format!("{screened} screened, {hits} {with}, {clear} clear, {errors} {error}; snapshot {snapshot}{took}"));
}

/// The schema of a name given by the user, in any case of letters.
pub(super) fn schema_named(name: &str) -> Result<Schema, Usage> {
    let found = Schema::ALL.iter().find(|schema| schema.name().eq_ignore_ascii_case(name));
    found.copied().ok_or_else(|| {
        let names: Vec<&str> =
            Schema::ALL.iter().filter(|schema| schema.is_a(Schema::Thing)).map(|schema| schema.name()).collect();
        Usage(format!("--schema: `{name}` is not a schema; there are {}", names.join(", ")))
    })
}

/// What a row is screened with.
struct Screening<'a> {
    matcher: &'a Matcher<'a>,
    choice: &'a Choice,
    /// Entities of which it is asked why they are not among the findings.
    wanted: &'a [EntityRef<'a>],
    explain: bool,
}

impl Screening<'_> {
    fn row(&self, scratch: &mut Scratch, mut row: Row) -> Screened {
        let warnings = std::mem::take(&mut row.warnings);
        let mut screened = Screened {
            result: Ok(Vec::new()),
            shown: row.entity.as_ref().map(shown).unwrap_or_default(),
            row,
            why_not: Vec::new(),
            settings: None,
            warnings,
        };
        if let Err(problem) = self.fill(&mut screened, scratch) {
            screened.result = Err(problem);
        }
        screened
    }

    fn fill(&self, screened: &mut Screened, scratch: &mut Scratch) -> Result<(), Problem> {
        let entity = screened.row.entity.as_ref().map_err(Problem::clone)?;
        let query = Query::from_entity(entity).map_err(|error| query_problem(&error))?;
        screened.warnings.extend_from_slice(query.warnings());
        let own = match &screened.row.settings {
            Some(own) => Some(Matcher::new(self.matcher.snapshot(), self.choice.for_query(own)?).explaining(self.explain)),
            None => None,
        };
        screened.settings = own.as_ref().map(|matcher| matcher.settings().id());
        let matcher = own.as_ref().unwrap_or(self.matcher);
        if !matcher.settings().use_identifiers && query.has_identifier() {
            // A number that was not looked up must not look like one that is on no list.
            if !query.has_name() {
                return Err(Problem::row("nothing to screen: the settings leave identifiers out, and there is no name"));
            }
            screened.warnings.push("identifiers were not compared: the settings leave them out".to_owned());
        }
        let hits = matcher.screen(&query, scratch);
        screened.result = Ok(hits.into_iter().map(|hit| Found::new(hit, self.explain)).collect());
        screened.why_not = self
            .wanted
            .iter()
            .map(|entity| Missed {
                id: entity.id().to_owned(),
                caption: entity.caption().to_owned(),
                why: matcher.why_not(&query, *entity, scratch),
            })
            .collect();
        Ok(())
    }
}

/// The name of an entity, or what stands for it.
fn shown(entity: &Entity) -> String {
    match ["name", "alias", "publicKey"].iter().find_map(|property| entity.first(property)) {
        Some(name) => name.chars().take(200).collect(),
        None => {
            ["firstName", "middleName", "lastName"].iter().filter_map(|part| entity.first(part)).collect::<Vec<_>>().join(" ")
        }
    }
}

fn query_problem(error: &QueryError) -> Problem {
    let field = match error {
        QueryError::Nothing => "name",
        QueryError::BlankName { property } | QueryError::NameTooLong { property, .. } => property,
        QueryError::UnknownSchema(_) => "schema",
        _ => "",
    };
    let reason = error.to_string();
    let own = format!("`{field}`: ");
    Problem::field(field, reason.strip_prefix(&own).unwrap_or(&reason))
}

/// Writes results in the form asked for.
enum Writer {
    /// One object, for one name.
    One,
    Objects(JsonObjects),
    Csv {
        begun: bool,
    },
    Table {
        single: bool,
    },
    Explained,
}

const CSV_HEADER: [&str; 18] = [
    "id", "line", "query", "status", "hit", "caption", "schema", "score", "ofac", "name", "datasets", "programs", "why",
    "warnings", "error", "snapshot", "engine", "settings",
];

impl Writer {
    fn new(format: Format, args: &Screen) -> Self {
        match format {
            Format::Json if args.name.is_some() => Self::One,
            Format::Json => Self::Objects(JsonObjects::new(true)),
            Format::Jsonl => Self::Objects(JsonObjects::new(false)),
            Format::Csv => Self::Csv { begun: false },
            Format::Table if args.explain => Self::Explained,
            Format::Table => Self::Table { single: args.name.is_some() },
        }
    }

    fn write(&mut self, out: &mut dyn Write, chunk: &[Screened], run: &Run<'_>) -> anyhow::Result<()> {
        match self {
            Self::One => chunk.iter().try_for_each(|screened| output::write_json(out, &screened.line(run))),
            Self::Objects(objects) => chunk.iter().try_for_each(|screened| objects.write(out, &screened.line(run))),
            Self::Csv { begun } => {
                if !std::mem::replace(begun, true) {
                    write_csv_header(out, &CSV_HEADER)?;
                }
                write_csv_rows(out, chunk.iter().flat_map(|screened| csv_rows(screened, run)))
            }
            Self::Table { single } => {
                // For one name the message has said it all.
                if chunk.is_empty() || (*single && chunk.iter().all(|screened| screened.result.is_err())) {
                    return Ok(());
                }
                let header = ["query", "status", "score", "OFAC", "listed party", "schema", "programmes", "why"];
                let rows = chunk.iter().flat_map(|screened| table_rows(screened, *single));
                write_table(out, &header, rows, &[2, 3])?;
                for screened in chunk.iter().filter(|screened| !screened.why_not.is_empty()) {
                    writeln!(out, "{}", harmless(&query_text(screened)))?;
                    screened.why_not.iter().try_for_each(|missed| missed.write(out))?;
                }
                Ok(())
            }
            Self::Explained => Ok(chunk.iter().try_for_each(|screened| write_explained(out, screened))?),
        }
    }

    fn finish(self, out: &mut dyn Write) -> anyhow::Result<()> {
        match self {
            Self::Objects(objects) => objects.finish(out),
            _ => Ok(()),
        }
    }
}

fn csv_rows(screened: &Screened, run: &Run<'_>) -> Vec<Vec<String>> {
    let row = |hit: Option<&Found>| {
        let of = |text: fn(&Found) -> String| hit.map(text).unwrap_or_default();
        vec![
            screened.row.id.clone(),
            if run.single { String::new() } else { screened.row.line.to_string() },
            screened.shown.clone(),
            screened.status().to_owned(),
            of(|hit| hit.id.clone()),
            of(|hit| hit.caption.clone()),
            of(|hit| hit.schema.clone()),
            of(|hit| hit.score.to_string()),
            of(Found::ofac_text),
            of(|hit| hit.name.clone().unwrap_or_default()),
            of(|hit| hit.datasets.join(";")),
            of(|hit| hit.programs.join(";")),
            of(|hit| hit.why.join("; ")),
            screened.warnings.join("; "),
            screened.error().unwrap_or_default(),
            run.snapshot.to_owned(),
            env!("CARGO_PKG_VERSION").to_owned(),
            screened.settings_id(run).to_owned(),
        ]
    };
    if screened.hits().is_empty() { vec![row(None)] } else { screened.hits().iter().map(|hit| row(Some(hit))).collect() }
}

/// The row's id and its name, once where they are the same.
fn title(screened: &Screened) -> (&str, Option<&str>) {
    let id = screened.row.id.as_str();
    (id, Some(screened.shown.as_str()).filter(|shown| *shown != id && !shown.is_empty()))
}

/// The row's id and its name in one text.
fn query_text(screened: &Screened) -> String {
    let (id, shown) = title(screened);
    shown.map_or_else(|| id.to_owned(), |shown| format!("{id}  {shown}"))
}

fn table_rows(screened: &Screened, single: bool) -> Vec<Vec<String>> {
    let query = match title(screened) {
        (_, Some(shown)) if single => shown.to_owned(),
        (id, Some(shown)) => format!("{id} {shown}"),
        (id, None) => id.to_owned(),
    };
    if screened.hits().is_empty() {
        let mut row = vec![String::new(); 8];
        row[0] = query;
        screened.status().clone_into(&mut row[1]);
        row[7] = screened.error().unwrap_or_default();
        return vec![row];
    }
    let hits = screened.hits().iter().enumerate();
    hits.map(|(at, hit)| {
        vec![
            if at == 0 { query.clone() } else { String::new() },
            if at == 0 { "hit".to_owned() } else { String::new() },
            format!("{:.2}", hit.score),
            hit.ofac_text(),
            format!("{}\n{}", hit.caption, hit.id),
            hit.schema.clone(),
            hit.programs.join(" "),
            hit.why.join("\n"),
        ]
    })
    .collect()
}

fn write_explained(out: &mut dyn Write, screened: &Screened) -> std::io::Result<()> {
    let status = match screened.error() {
        Some(error) => format!("error: {error}"),
        None => screened.status().to_owned(),
    };
    writeln!(out, "{}  [{}]", harmless(&query_text(screened)), harmless(&status))?;
    for hit in screened.hits() {
        let mut lines = hit.explanation.iter().flat_map(Explanation::to_lines);
        let mut root = vec![lines.next().unwrap_or_default(), hit.schema.clone()];
        root.extend((!hit.programs.is_empty()).then(|| hit.programs.join(" ")));
        root.extend(hit.ofac.map(|ofac| format!("OFAC score {ofac}")));
        writeln!(out, "  {}", harmless(&root.join(", ")))?;
        for line in lines {
            writeln!(out, "  {}", harmless(&line))?;
        }
    }
    screened.why_not.iter().try_for_each(|missed| missed.write(out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::SettingsArgs;

    #[test]
    fn explanations_are_kept_only_when_asked_for() {
        let snapshot = dataset::built_in().unwrap();
        let args = SettingsArgs { settings: None, profile: None, no_weak_aliases: false };
        let choice = Choice::read(&args, None, None).unwrap();
        let mut entity = Entity::new("q", Schema::Person);
        entity.add("name", "Jong In Chol");
        for explain in [true, false] {
            let matcher = Matcher::new(&snapshot, choice.settings.clone()).explaining(true);
            let entity = Ok(entity.clone());
            let row = Row { line: 1, id: "q".into(), text: String::new(), entity, settings: None, warnings: Vec::new() };
            let screening = Screening { matcher: &matcher, choice: &choice, wanted: &[], explain };
            let screened = screening.row(&mut Scratch::default(), row);
            assert!(!screened.hits().is_empty());
            assert!(screened.hits().iter().all(|hit| hit.explanation.is_some() == explain));
        }
    }
}
