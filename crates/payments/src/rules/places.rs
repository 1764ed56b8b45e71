//! Embargoed places: the table and a day go in, findings in countries, BICs and texts come out.

use std::collections::VecDeque;
use std::ops::Range;

use interdict_model::Country;
use interdict_names::table_rows;
use interdict_network::Regime;
use rustc_hash::{FxHashMap, FxHashSet};

use super::phrases::{Hit, Phrases};
use super::{MOST_FINDINGS, PlaceFinding, PlaceKind, PlaceRule};
use crate::screener::Decision;

const TABLE: &str = include_str!("../../../../data/embargoed_places.tsv");

/// Begins a name that counts only beside its country.
const AMBIGUOUS: char = '~';

/// Words between a place and its country that still stand beside each other.
const BESIDE: usize = 6;

/// Letters that a name of several words has at least to be looked for as one word.
const JOINED: usize = 9;

/// A row of the table, as written.
struct Row {
    kind: &'static str,
    name: &'static str,
    names: &'static str,
    country: &'static str,
    within: &'static str,
    regime: &'static str,
    decision: &'static str,
    measure: &'static str,
    from: &'static str,
    until: &'static str,
    source: &'static str,
}

fn table() -> impl Iterator<Item = Row> {
    table_rows::<13>(TABLE).map(
        |[kind, name, names, country, within, regime, decision, measure, from, until, _sure, source, _note]| Row {
            kind,
            name,
            names,
            country,
            within,
            regime,
            decision,
            measure,
            from,
            until,
            source,
        },
    )
}

impl Row {
    /// Whether it is in force. Days of ISO 8601 are in the order of their texts.
    fn holds(&self, day: &str) -> bool {
        self.from <= day && (self.until.is_empty() || day < self.until)
    }
}

fn kind(code: &str) -> Option<PlaceKind> {
    Some(match code {
        "country" => PlaceKind::Country,
        "region" => PlaceKind::Region,
        "town" => PlaceKind::Town,
        "port" => PlaceKind::Port,
        _ => return None,
    })
}

fn decision(code: &str) -> Option<Decision> {
    Some(match code {
        "hold" => Decision::Hold,
        "block" => Decision::Block,
        _ => return None,
    })
}

/// What a phrase says.
#[derive(Debug)]
struct Meaning {
    /// Its rules; none where it is no embargoed place: South Korea, Cuba Street.
    rules: Range<usize>,
    /// Numbers of the countries that it is in.
    countries: Vec<u16>,
    /// It counts only beside one of these.
    ambiguous: bool,
    /// It tells where another place is.
    locates: bool,
    /// It must be written in capitals: a code of a country.
    capitals: bool,
}

/// The places in force on a day.
#[derive(Debug)]
pub(super) struct Places {
    rules: Vec<PlaceRule>,
    /// Rules of countries and regions, by the code of [`Country`].
    by_country: FxHashMap<&'static str, Range<usize>>,
    meanings: Vec<Meaning>,
    phrases: Phrases,
}

impl Places {
    pub(super) fn on(day: &str) -> Self {
        let rows: Vec<Row> = table().collect();
        let mut places = Self {
            rules: Vec::new(),
            by_country: FxHashMap::default(),
            meanings: Vec::new(),
            phrases: Phrases::new(|word, form| form.push_str(word)),
        };
        let mut numbers: FxHashMap<&str, u16> = FxHashMap::default();
        // Places by name, in the order of the table: a place has one row for each regime and period.
        let mut seen: FxHashSet<(&str, &str)> = FxHashSet::default();
        for row in &rows {
            if !seen.insert((row.kind, row.name)) {
                continue;
            }
            let own = || rows.iter().filter(|other| other.kind == row.kind && other.name == row.name);
            let start = places.rules.len();
            if let Some(kind) = kind(row.kind) {
                for stated in own() {
                    places.add_rules(stated, kind, &rows, day);
                }
            }
            let rules = start..places.rules.len();
            let countries: Vec<u16> = (row.country.split('|').filter(|code| !code.is_empty()))
                .map(|code| {
                    let next = numbers.len() as u16;
                    *numbers.entry(code).or_insert(next)
                })
                .collect();
            if matches!(row.kind, "country" | "region")
                && let Some(country) = Country::parse(row.name)
            {
                places.by_country.entry(country.code()).or_insert(rules.clone());
            }
            // The names first: one of them may say that the first name is ambiguous.
            for name in own().flat_map(|row| row.names.split('|').chain([row.name])) {
                let (name, ambiguous) = name.strip_prefix(AMBIGUOUS).map_or((name, false), |name| (name, true));
                let meaning = Meaning {
                    rules: rules.clone(),
                    countries: countries.clone(),
                    ambiguous,
                    locates: !ambiguous && row.kind != "other",
                    capitals: false,
                };
                places.add_phrase(name, meaning);
            }
        }
        for (code, number) in numbers {
            let alpha3 = Country::from_code(code).and_then(Country::alpha3);
            for code in std::iter::once(code).chain(alpha3) {
                let meaning = Meaning { rules: 0..0, countries: vec![number], ambiguous: false, locates: true, capitals: true };
                places.add_phrase(code, meaning);
            }
        }
        places
    }

    /// The rules of a row that are in force: its own, or those of the place that it is in.
    fn add_rules(&mut self, row: &Row, kind: PlaceKind, rows: &[Row], day: &str) {
        let Some(country) = row.country.split('|').next() else { return };
        let most = decision(row.decision);
        let holding: Vec<&Row> = if row.within.is_empty() {
            vec![row]
        } else {
            rows.iter().filter(|other| other.name == row.within && other.within.is_empty()).collect()
        };
        for stated in holding.into_iter().filter(|stated| stated.holds(day)) {
            let (Some(regime), Some(stated_decision)) = (Regime::from_code(stated.regime), decision(stated.decision)) else {
                continue;
            };
            self.rules.push(PlaceRule {
                name: row.name.to_owned(),
                kind,
                country: country.to_owned(),
                regime,
                decision: most.map_or(stated_decision, |most| most.min(stated_decision)),
                measure: stated.measure.to_owned(),
                source: stated.source.to_owned(),
            });
        }
    }

    fn add_phrase(&mut self, name: &str, meaning: Meaning) {
        let number = self.meanings.len() as u32;
        if self.phrases.add(name, number) {
            if !meaning.ambiguous {
                self.phrases.add_joined(name, number, JOINED);
            }
            self.meanings.push(meaning);
        }
    }

    pub(super) fn rules(&self) -> &[PlaceRule] {
        &self.rules
    }

    fn findings(&self, rules: &Range<usize>, span: &Range<usize>) -> impl Iterator<Item = PlaceFinding<'_>> {
        let span = span.clone();
        self.rules[rules.clone()].iter().map(move |rule| PlaceFinding { rule, span: span.clone() })
    }

    pub(super) fn country(&self, text: &str) -> Vec<PlaceFinding<'_>> {
        let whole = 0..text.len();
        if let Some(rules) = Country::parse(text).map(|country| self.by_country.get(country.code())) {
            return rules.map(|rules| self.findings(rules, &whole).collect()).unwrap_or_default();
        }
        // Words around the name, a region that has no code, or a town in the wrong place; each rule once.
        let mut found = self.find(text);
        let mut seen: Vec<*const PlaceRule> = Vec::new();
        found.retain(|finding| {
            let rule: *const PlaceRule = finding.rule;
            let is_new = !seen.contains(&rule);
            seen.push(rule);
            is_new
        });
        for finding in &mut found {
            finding.span = whole.clone();
        }
        found
    }

    pub(super) fn bic(&self, bic: &str) -> Vec<PlaceFinding<'_>> {
        let code = bic.trim();
        let letters = code.get(4..6).filter(|_| code.is_ascii()).filter(|code| code.bytes().all(|b| b.is_ascii_alphabetic()));
        let Some(country) = letters.and_then(Country::from_code) else { return Vec::new() };
        let start = bic.len() - bic.trim_start().len();
        let rules = self.by_country.get(country.code());
        rules.map(|rules| self.findings(rules, &(start..start + code.len())).collect()).unwrap_or_default()
    }

    pub(super) fn find(&self, text: &str) -> Vec<PlaceFinding<'_>> {
        let mut places = Found { places: self, counts: FxHashMap::default(), spans: Vec::new() };
        let mut beside = Beside::default();
        self.phrases.each_hit(text, |hit| {
            let Some(meaning) = self.meanings.get(hit.phrase as usize) else { return };
            if meaning.capitals && text.get(hit.span.clone()).is_some_and(|code| code.bytes().any(|b| b.is_ascii_lowercase())) {
                return;
            }
            beside.pass(hit.words.0);
            if meaning.locates {
                for &country in &meaning.countries {
                    beside.locate(country, hit.words, &mut places);
                }
            }
            if meaning.rules.is_empty() {
                return;
            }
            if !meaning.ambiguous || beside.is_near(meaning, hit) {
                places.add(meaning, hit.span.clone());
            } else {
                beside.waiting.push_back(hit.clone());
            }
        });
        let mut spans = places.spans;
        spans.sort_by_key(|(rules, span)| (span.start, span.end, rules.start));
        spans.iter().flat_map(|(rules, span)| self.findings(rules, span)).collect()
    }
}

/// Places found so far.
struct Found<'p> {
    places: &'p Places,
    /// How often each was found, by its first rule.
    counts: FxHashMap<usize, usize>,
    spans: Vec<(Range<usize>, Range<usize>)>,
}

impl Found<'_> {
    fn add(&mut self, meaning: &Meaning, span: Range<usize>) {
        let count = self.counts.entry(meaning.rules.start).or_insert(0);
        *count += 1;
        if *count <= MOST_FINDINGS {
            self.spans.push((meaning.rules.clone(), span));
        }
    }
}

/// What stands beside what.
#[derive(Default)]
struct Beside {
    /// The last word that told a country.
    located: FxHashMap<u16, usize>,
    /// Places that count if their country comes soon.
    waiting: VecDeque<Hit>,
}

impl Beside {
    /// Forgets what waits for a country and is too far from a word.
    fn pass(&mut self, word: usize) {
        while self.waiting.front().is_some_and(|hit| hit.words.1 + 1 + BESIDE < word) {
            self.waiting.pop_front();
        }
    }

    fn locate(&mut self, country: u16, words: (usize, usize), found: &mut Found<'_>) {
        let last = self.located.entry(country).or_insert(0);
        *last = (*last).max(words.1 + 1);
        let places = found.places;
        self.waiting.retain(|hit| {
            let near = hit.words.1 + 1 + BESIDE >= words.0;
            let meaning = places.meanings.get(hit.phrase as usize);
            let meaning = meaning.filter(|meaning| near && meaning.countries.contains(&country));
            if let Some(meaning) = meaning {
                found.add(meaning, hit.span.clone());
            }
            meaning.is_none()
        });
    }

    fn is_near(&self, meaning: &Meaning, hit: &Hit) -> bool {
        // What was located is one more than the number of the word.
        let near = |country| self.located.get(country).is_some_and(|&last| last + BESIDE >= hit.words.0);
        meaning.countries.iter().any(near)
    }
}
