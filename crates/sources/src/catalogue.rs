//! The catalogue of lists: what each source is, where its publisher has it, what a hit on it means, and what a plausible issue of it looks
//! like. The built-in catalogue is `data/catalog.toml`; a file of the user's, in the same form, adds sources and replaces those of the same id.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::load::Format;
use crate::table::ColumnMap;

const BUILT_IN: &str = include_str!("../../../data/catalog.toml");

/// Percent by which a count may fall from issue to issue, where the catalogue says nothing.
const MAX_SHRINK: f64 = 10.0;

/// How the names of lists' files end.
const ENDINGS: [&str; 8] = [".xml", ".csv", ".json", ".jsonl", ".xlsx", ".zip", ".gz", ".bz2"];

/// What stands for a name in an id that is a pattern and in its address.
const NAME: &str = "{name}";

/// Why a catalogue was refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// The file cannot be read.
    #[error("catalogue {}: {reason}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// It is not TOML, or not of the form of a catalogue.
    #[error("catalogue {place}: {reason}")]
    Form {
        /// The file, or `built in`.
        place: String,
        /// What is wrong, with its line.
        reason: String,
    },
    /// A source says something that cannot be.
    #[error("catalogue {place}: source `{id}`: {reason}")]
    Source {
        /// The file, or `built in`.
        place: String,
        /// Id of the source.
        id: String,
        /// What is wrong.
        reason: String,
    },
}

/// What a true match on a list means for who finds it. The programme may decide otherwise ([`Source::effect_of`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Property is frozen and reported.
    Block,
    /// The transaction is refused, and nothing is frozen.
    Reject,
    /// Some dealings are forbidden: new debt, correspondent accounts, securities.
    Restricted,
    /// Exports need a licence, or none is given.
    ExportLicence,
    /// Something to know.
    Information,
}

impl Effect {
    /// The code in files: `block`, `reject`, `restricted`, `export_licence`, `information`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Reject => "reject",
            Self::Restricted => "restricted",
            Self::ExportLicence => "export_licence",
            Self::Information => "information",
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What sort of source it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Designations.
    List,
    /// Companies and owners: evidence for networks. Large, and fetched only when asked for.
    Register,
    /// Names only, for what another list lacks.
    Supplement,
}

/// A source of the catalogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its id: lower-case letters, digits, `_`, `-` and `/`. One that ends in `/*` stands for every id that begins so.
    pub id: String,
    /// For people.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// Code of the country that lists; `un` and `eu` are among the codes.
    #[serde(default)]
    pub country: String,
    /// The publisher's page on it.
    #[serde(default)]
    pub page: String,
    /// The parts to fetch. None: the source is manual.
    #[serde(default)]
    pub urls: Vec<String>,
    /// SHA-256 that the fetched files must have, in the order of `urls`; for files that never change.
    #[serde(default)]
    pub sha256: Vec<String>,
    /// What to call ourselves where the publisher refuses the usual name.
    #[serde(default)]
    pub user_agent: Option<String>,
    /// Names of the formats in which it may come, the best first.
    pub formats: Vec<String>,
    /// Names of files in a folder, where the format alone does not tell the list. `*` stands for anything.
    #[serde(default)]
    pub files: Vec<String>,
    /// The licence of the data.
    pub licence: String,
    /// What sort of source it is.
    pub kind: SourceKind,
    /// For a supplement: the list that it supplements.
    #[serde(default)]
    pub supplements: Option<String>,
    /// Lists that it repeats: their rows are left out where those lists are loaded themselves.
    #[serde(default)]
    pub repeats: Vec<String>,
    /// What a true match means.
    pub effect: Effect,
    /// The same by programme or sub-list, by the beginning of its name.
    #[serde(default)]
    pub effects: BTreeMap<String, Effect>,
    /// Counts below which an issue is implausible.
    #[serde(default)]
    pub at_least: BTreeMap<String, u64>,
    /// Percent by which a count may fall from one issue to the next.
    #[serde(default = "max_shrink")]
    pub max_shrink: f64,
    /// Days after which the last good check is too old.
    pub stale_after: u32,
    /// For a table: which column is what.
    #[serde(default)]
    pub columns: Option<ColumnMap>,
}

fn max_shrink() -> f64 {
    MAX_SHRINK
}

impl Source {
    /// Whether it must be put into a folder by hand.
    #[must_use]
    pub fn is_manual(&self) -> bool {
        self.urls.is_empty()
    }

    /// The place of a format in its order of preference; `None` when it does not come in that format.
    #[must_use]
    pub fn preference(&self, format: Format) -> Option<usize> {
        self.formats.iter().position(|name| name == format.name())
    }

    /// What a match under a programme or sub-list means.
    #[must_use]
    pub fn effect_of(&self, program: &str) -> Effect {
        let known = self.effects.iter().filter(|(name, _)| program.starts_with(name.as_str()));
        // `NS-PLC` says more than `NS`.
        known.max_by_key(|(name, _)| name.len()).map_or(self.effect, |(_, effect)| *effect)
    }

    /// Whether a file of this name may be one of its own. A source that names no files takes any.
    #[must_use]
    pub fn takes_file(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.files.is_empty() || self.files.iter().any(|pattern| matches(&pattern.to_lowercase(), &name))
    }

    /// Whether the id stands for every id that begins as it does.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        self.id.ends_with("/*")
    }

    fn check(&self) -> Result<(), String> {
        if !is_id(self.id.strip_suffix("/*").unwrap_or(&self.id)) {
            return Err("an id has lower-case letters, digits, `_`, `-` and, between them, `/` only".to_owned());
        }
        if let Some(unknown) = self.formats.iter().find(|name| Format::from_name(name).is_none()) {
            let known: Vec<&str> = Format::ALL.into_iter().map(Format::name).collect();
            return Err(format!("`{unknown}` is no format; known are {}", known.join(", ")));
        }
        if self.formats.is_empty() {
            return Err("`formats` names none".to_owned());
        }
        if let Some(url) = self.urls.iter().find(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
            return Err(format!("`{url}` is no address of the web"));
        }
        let is_table = self.formats.iter().any(|name| name == Format::Table.name());
        if self.columns.is_some() && !is_table {
            return Err("it has `columns`, and `table` is not among its `formats`".to_owned());
        }
        if is_table && self.columns.is_none() && !(self.files.is_empty() && self.urls.is_empty()) {
            return Err("a table needs `columns`, which say what stands in which".to_owned());
        }
        if !self.sha256.is_empty() && self.sha256.len() != self.urls.len() {
            return Err("`sha256` must have one digest for each of `urls`".to_owned());
        }
        if !(0.0..=100.0).contains(&self.max_shrink) {
            return Err("`max_shrink` must be a number from 0 to 100".to_owned());
        }
        if (self.kind == SourceKind::Supplement) != self.supplements.is_some() {
            return Err("a supplement names the list that it supplements, and nothing else does".to_owned());
        }
        Ok(())
    }
}

/// Whether a text has the form of an id: words of lower-case letters, digits, `_` and `-`, with `/` between them.
fn is_id(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    text.split('/').all(|word| !word.is_empty() && word.chars().all(allowed))
}

/// Whether `name` is of the form of `pattern`, in which `*` stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut last = None;
    for piece in pieces {
        last = Some(piece);
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    match last {
        Some(piece) => piece.is_empty() || name.ends_with(piece),
        None => rest.is_empty(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    source: Vec<Source>,
}

/// All sources that are known, in the order of their ids.
#[derive(Clone, Debug)]
pub struct Catalogue {
    sources: BTreeMap<String, Source>,
}

impl Catalogue {
    /// The catalogue that comes with the program.
    pub fn built_in() -> Result<Self, CatalogueError> {
        let mut catalogue = Self { sources: BTreeMap::new() };
        catalogue.add("built in", BUILT_IN)?;
        Ok(catalogue)
    }

    /// Adds the sources of a file; those whose id is known replace what is known.
    pub fn add_file(&mut self, path: &Path) -> Result<(), CatalogueError> {
        let text = std::fs::read_to_string(path).map_err(|reason| CatalogueError::Read { path: path.to_owned(), reason })?;
        self.add(&path.display().to_string(), &text)
    }

    fn add(&mut self, place: &str, text: &str) -> Result<(), CatalogueError> {
        let file: File = toml::from_str(text)
            .map_err(|error| CatalogueError::Form { place: place.to_owned(), reason: error.to_string() })?;
        let mut new = BTreeMap::new();
        for source in file.source {
            let refused = |reason: String| CatalogueError::Source { place: place.to_owned(), id: source.id.clone(), reason };
            source.check().map_err(refused)?;
            if new.contains_key(&source.id) {
                return Err(refused("stands twice".to_owned()));
            }
            new.insert(source.id.clone(), source);
        }
        self.sources.append(&mut new);
        for source in self.sources.values() {
            for other in source.supplements.iter().chain(&source.repeats) {
                if !self.sources.contains_key(other) {
                    let reason = format!("`{other}` is not in the catalogue");
                    return Err(CatalogueError::Source { place: place.to_owned(), id: source.id.clone(), reason });
                }
            }
        }
        Ok(())
    }

    /// All sources by id, patterns among them.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.values()
    }

    /// The source of an id, be it under a pattern.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Source> {
        if let Some(source) = self.sources.get(id) {
            return (!source.is_pattern()).then(|| source.clone());
        }
        if !is_id(id) {
            return None;
        }
        let stands_for = |source: &&Source| source.id.strip_suffix('*').is_some_and(|prefix| id.starts_with(prefix));
        let pattern = self.sources.values().filter(stands_for).max_by_key(|source| source.id.len())?;
        let name = &id[pattern.id.len() - 1..];
        Some(Source {
            id: id.to_owned(),
            title: format!("{} {name}", pattern.title),
            urls: pattern.urls.iter().map(|url| url.replace(NAME, name)).collect(),
            ..pattern.clone()
        })
    }

    /// Whether a file of this name should be an issue of a list: a source names it, and it ends as lists do.
    #[must_use]
    pub fn expects(&self, file_name: &str) -> bool {
        let lower = file_name.to_lowercase();
        ENDINGS.iter().any(|ending| lower.ends_with(ending))
            && self.sources.values().any(|source| !source.files.is_empty() && source.takes_file(&lower))
    }

    /// The sources that a file may belong to, by its format and, where that leaves a choice, its name.
    #[must_use]
    pub fn candidates(&self, format: Format, file_name: &str) -> Vec<&Source> {
        let by_format: Vec<&Source> =
            self.sources.values().filter(|source| !source.is_pattern() && source.preference(format).is_some()).collect();
        // A source that names its files takes no others. One that does not takes what can only be its own; a table says nothing of itself.
        let alone = format != Format::Table && by_format.len() == 1;
        by_format
            .into_iter()
            .filter(|source| if source.files.is_empty() { alone } else { source.takes_file(file_name) })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_is_whole() {
        let catalogue = Catalogue::built_in().unwrap();
        for id in [
            "us_ofac_sdn",
            "us_ofac_cons",
            "us_trade_csl",
            "us_bis_dpl",
            "un_sc_sanctions",
            "eu_fsf",
            "gb_fcdo_sanctions",
            "ch_seco_sanctions",
            "ca_dfatd_sema_sanctions",
            "au_dfat_sanctions",
            "jp_mof_sanctions",
            "kr_mofa",
            "gleif_lei",
            "gleif_rr",
            "gb_psc",
            "opensanctions/us_ofac_sdn",
        ] {
            assert!(catalogue.get(id).is_some(), "{id}");
        }
        assert!(catalogue.get("kr_mofa").unwrap().is_manual());
        let url = &catalogue.get("opensanctions/eu_fsf").unwrap().urls[0];
        assert_eq!(url, "https://data.opensanctions.org/datasets/latest/eu_fsf/entities.ftm.json");
        assert!(catalogue.get("opensanctions/").is_none());
        assert!(catalogue.get("nothing").is_none());
        assert!(catalogue.get("opensanctions/../../x").is_none());
        assert!(catalogue.expects("SDN_ADVANCED.ZIP") && !catalogue.expects("sdn.xsd") && !catalogue.expects("notes.csv"));
    }

    #[test]
    fn files_find_their_list() {
        let catalogue = Catalogue::built_in().unwrap();
        for (format, name, expected) in [
            (Format::OfacAdvanced, "SDN_ADVANCED.XML", Some("us_ofac_sdn")),
            (Format::OfacEnhanced, "CONS_ENHANCED.ZIP", Some("us_ofac_cons")),
            (Format::OfacAdvanced, "list.xml", None),
            (Format::UnXml, "anything.xml", Some("un_sc_sanctions")),
            (Format::NamesJson, "uk.json.gz", Some("gb_fcdo_names")),
            (Format::Table, "vendors.csv", None),
        ] {
            let found: Vec<&str> = catalogue.candidates(format, name).iter().map(|source| source.id.as_str()).collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{name}");
        }
    }

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("sdn*", "sdn.xml", true),
            ("sdn*", "cons_sdn.xml", false),
            ("*.xml", "a.xml", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXbY", false),
            ("a*ab", "ab", false),
            ("x", "x", true),
            ("x", "xy", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn effects_go_by_programme() {
        let list = Catalogue::built_in().unwrap().get("us_ofac_cons").unwrap();
        assert_eq!((list.effect_of("NS-PLC"), list.effect_of("CAPTA")), (Effect::Reject, Effect::Restricted));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let whole = "[[source]]\nid = \"own/x\"\ntitle = \"t\"\npublisher = \"p\"\nformats = [\"ftm_json_lines\"]\nlicence = \"l\"\n\
                     kind = \"list\"\neffect = \"block\"\nstale_after = 1\n";
        let refusal = |text: &str| Catalogue::built_in().unwrap().add("x", text).err().map(|error| error.to_string());
        assert_eq!(refusal(whole), None);
        for (from, to, expected) in [
            ("own/x", "Own", "catalogue x: source `Own`: an id has lower-case letters"),
            ("ftm_json_lines", "pdf", "catalogue x: source `own/x`: `pdf` is no format; known are"),
            ("stale_after", "stale", "unknown field `stale`"),
            ("kind = \"list\"", "kind = \"supplement\"", "a supplement names the list"),
            ("stale_after", "repeats = [\"nope\"]\nstale_after", "`nope` is not in the catalogue"),
            ("stale_after", "urls = [\"ftp://x\"]\nstale_after", "`ftp://x` is no address of the web"),
            ("stale_after", "max_shrink = 101.0\nstale_after", "`max_shrink` must be a number from 0 to 100"),
        ] {
            let message = refusal(&whole.replace(from, to)).unwrap_or_default();
            assert!(message.contains(expected), "{message}");
        }
        assert!(refusal(&format!("{whole}{whole}")).unwrap().contains("stands twice"));
    }
}
