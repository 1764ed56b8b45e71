//! Names that a text may have without meaning anybody: weak aliases, names of ordinary words, ships called by one word. Each says what
//! it needs; mentions that need nothing, and countries and words of the text, say whether it is there.

use std::cell::OnceCell;
use std::sync::LazyLock;

use interdict_model::Country;
use interdict_names::table_rows;
use interdict_snapshot::{EntityRef, Snapshot};
use rustc_hash::{FxHashMap, FxHashSet};

use super::words::{Case, Gap, Word, words};
use super::{Found, Mention, Raw, Waiting};

const TRANSPORT_TSV: &str = include_str!("../../../../data/transport_words.tsv");

/// What a mention needs to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Needs {
    /// Nothing: the name tells.
    Nothing,
    /// A word of ships or aircraft in its sentence, or what [`Self::Link`] needs.
    Transport,
    /// A word of ships or aircraft right beside it, or what [`Self::Link`] needs: for names that are an ordinary word.
    Beside,
    /// A country of the party near it, or what [`Self::Link`] needs.
    Country,
    /// The party by another name, or one that the list links with it, anywhere in the text.
    Link,
}

static TRANSPORT: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| table_rows(TRANSPORT_TSV).flat_map(|[_, words, _]| words.split(' ')).collect());

/// How far from a mention a country speaks for it, in bytes: some paragraphs.
const NEAR: usize = 3000;

/// How far a word of ships does: the sentence, or the next words.
const IN_SENTENCE: usize = 120;
const BESIDE: usize = 24;

/// Properties of a listed party that name a country it is linked with.
const COUNTRIES: [&str; 6] = ["country", "jurisdiction", "nationality", "citizenship", "mainCountry", "flag"];

/// The mentions that count, each with whether it was scored.
pub(super) fn resolve<'s>(
    snapshot: &'s Snapshot,
    text: &str,
    raw: Vec<Raw<'s>>,
    waiting: &[Waiting],
) -> Vec<(Mention<'s>, bool)> {
    let countries = Countries::new(text);
    let speaks = |raw: &Raw<'_>| match raw.needs {
        Needs::Nothing => true,
        Needs::Transport => is_among_ships(text, &raw.mention, IN_SENTENCE),
        Needs::Beside => is_among_ships(text, &raw.mention, BESIDE),
        Needs::Country => countries.speak_for(&raw.mention),
        Needs::Link => false,
    };
    let sure: FxHashSet<u32> = raw.iter().filter(|raw| speaks(raw)).map(|raw| raw.mention.entity.index()).collect();
    let mut linked: FxHashMap<u32, bool> = FxHashMap::default();
    let mut is_meant = |entity: EntityRef<'_>| {
        !sure.is_empty()
            && (sure.contains(&entity.index())
                || *linked.entry(entity.index()).or_insert_with(|| is_linked(snapshot, entity, &sure)))
    };
    let mut found = Vec::with_capacity(raw.len());
    for Raw { mention, needs } in raw {
        let counts = needs == Needs::Nothing || is_meant(mention.entity);
        if counts {
            found.push((mention, true));
        }
    }
    for Waiting { name, start, end } in waiting {
        let Some(name) = snapshot.name_at(*name).filter(|name| is_meant(name.entity())) else { continue };
        let mention =
            Mention { span: *start..*end, entity: name.entity(), score: 0.0, found: Found::Name { name, by_context: true } };
        found.push((mention, false));
    }
    found
}

/// Whether the list links the party with one of those: by a relation, or by a value that names the other.
fn is_linked(snapshot: &Snapshot, entity: EntityRef<'_>, sure: &FxHashSet<u32>) -> bool {
    let mut ends = Vec::new();
    let mut add = |id: &str| ends.extend(snapshot.entity(id).map(EntityRef::index));
    for (_, value, _) in entity.properties() {
        add(value);
    }
    for link in entity.referrers() {
        ends.push(link.entity.index());
        for (_, value, _) in link.entity.properties() {
            ends.extend(snapshot.entity(value).map(EntityRef::index));
        }
    }
    ends.iter().any(|end| *end != entity.index() && sure.contains(end))
}

/// A piece of the text around a mention.
fn around<'t>(text: &'t str, mention: &Mention<'_>, reach: usize) -> (usize, &'t str) {
    let from = text.floor_char_boundary(mention.span.start.saturating_sub(reach));
    let to = text.ceil_char_boundary((mention.span.end + reach).min(text.len()));
    (from, &text[from..to])
}

/// Whether a word is one of ships or aircraft, in small letters.
pub(super) fn is_transport(word: &str) -> bool {
    TRANSPORT.contains(word)
}

/// Whether a word says that this is a ship or an aircraft, given the word before it: M/V and M/T are two letters with a stroke.
pub(super) fn calls_ship(before: &str, word: &str) -> bool {
    is_transport(word) || (before == "m" && matches!(word, "v" | "t"))
}

fn is_among_ships(text: &str, mention: &Mention<'_>, reach: usize) -> bool {
    let mut found = false;
    let (start, near) = around(text, mention, reach);
    // The name itself says nothing of what it is.
    let own = mention.span.start - start..mention.span.end - start;
    let mut before = String::new();
    words(near, 0, |word| {
        if own.contains(&(word.start)) {
            return;
        }
        let here = near[word.span()].to_lowercase();
        found = found || calls_ship(&before, &here);
        before = here;
    });
    found
}

/// The countries that a text names, each with its place, found when they are first asked for.
struct Countries<'t> {
    text: &'t str,
    found: OnceCell<Vec<(usize, Country)>>,
}

impl<'t> Countries<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, found: OnceCell::new() }
    }

    /// Whether a country of the party is named near the mention.
    fn speak_for(&self, mention: &Mention<'_>) -> bool {
        let wanted: Vec<Country> =
            COUNTRIES.iter().flat_map(|property| mention.entity.texts(property)).filter_map(Country::parse).collect();
        if wanted.is_empty() {
            return false;
        }
        let found = self.found.get_or_init(|| countries(self.text));
        let from = found.partition_point(|(at, _)| *at + NEAR < mention.span.start);
        found[from..].iter().take_while(|(at, _)| *at < mention.span.end + NEAR).any(|(_, country)| wanted.contains(country))
    }
}

/// The fewest letters of a country's name in a text: two or three may be its code, and anything else.
const SHORTEST: usize = 4;

fn countries(text: &str) -> Vec<(usize, Country)> {
    /// Words of the longest name of a country.
    const LONGEST: usize = 8;
    let mut held: Vec<Word> = Vec::new();
    words(text, 0, |word| held.push(word));
    let mut begins: FxHashMap<&str, bool> = FxHashMap::default();
    let mut found = Vec::new();
    for at in 0..held.len() {
        let word = &text[held[at].span()];
        if held[at].case == Case::Lower || word.len() > 64 || !*begins.entry(word).or_insert_with(|| Country::begins(word)) {
            continue;
        }
        for length in 1..=LONGEST.min(held.len() - at) {
            let last = held[at + length - 1];
            let name = &text[held[at].start..last.end];
            if (length > 1 && (last.gap == Gap::Hard || name.len() > 128)) || !Country::begins(name) {
                break;
            }
            if name.len() >= SHORTEST {
                found.extend(Country::parse(name).map(|country| (held[at].start, country)));
            }
        }
    }
    found
}
