//! Settings as users give them: a file in TOML or JSON with profiles in it, flags, and the member `settings` of a query. They go in as
//! they stand; out come settings in range, or the field and the reason why there are none. The more specific wins: the file, then its
//! profile, then the flags, then the query.

use std::path::Path;

use interdict_matching::Settings;
use serde_json::{Map, Number, Value as Json};

use crate::args::SettingsArgs;
use crate::failure::Usage;
use crate::files::small_text;
use crate::input::Problem;

/// The most that is read of a file: settings are a few kilobytes, and what is larger is some other file.
const MAX_FILE: u64 = 1 << 20;

/// Member of a file with the profiles, and of a query with the name of one.
const PROFILES: &str = "profiles";
const PROFILE: &str = "profile";

type Overrides = Map<String, Json>;

/// What applies to every query, and what a query may choose from.
#[derive(Debug)]
pub(crate) struct Choice {
    /// The settings of a query that says nothing of its own.
    pub(crate) settings: Settings,
    file: Option<SettingsFile>,
    flags: Overrides,
}

/// A file of settings that is sound in all its parts.
#[derive(Debug)]
struct SettingsFile {
    name: String,
    base: Overrides,
    profiles: Map<String, Json>,
}

impl Choice {
    /// Reads the file, if one is named, and sets on top of it what the command line says.
    pub(crate) fn read(args: &SettingsArgs, threshold: Option<f64>, limit: Option<u32>) -> anyhow::Result<Self> {
        let mut flags = Overrides::new();
        flags.extend(threshold.map(|threshold| ("threshold".to_owned(), threshold.into())));
        flags.extend(limit.map(|limit| ("limit".to_owned(), limit.into())));
        if args.no_weak_aliases {
            flags.insert("weak_aliases".to_owned(), false.into());
        }
        let file = args.settings.as_deref().map(SettingsFile::read).transpose()?;
        let profile = match (&args.profile, &file) {
            (Some(name), Some(file)) => {
                Some(file.profile(name).map_err(|reason| Usage(format!("--profile: {reason}")))?.clone())
            }
            _ => None,
        };
        let base = file.as_ref().map(|file| file.base.clone());
        let layers = base.into_iter().chain(profile).chain([flags.clone()]);
        let settings = layered(&Settings::default(), layers).map_err(|problem| Usage(describe(&problem)))?;
        Ok(Self { settings, file, flags })
    }

    /// The settings of a query with a member `settings`.
    pub(crate) fn for_query(&self, own: &Json) -> Result<Settings, Problem> {
        let Json::Object(own) = own else { return Err(Problem::field("settings", "must be an object")) };
        let mut own = own.clone();
        let within = |problem: Problem| Problem { field: format!("settings.{}", problem.field), ..problem };
        let Some(profile) = own.shift_remove(PROFILE) else { return apply(&self.settings, &own).map_err(within) };
        let unknown = |reason: String| Problem::field(format!("settings.{PROFILE}"), reason);
        let name = profile.as_str().ok_or_else(|| unknown("must be the name of a profile".to_owned()))?;
        let file = self
            .file
            .as_ref()
            .ok_or_else(|| unknown(format!("`{name}` needs a file that has it, and none was given with --settings")))?;
        let profile = file.profile(name).map_err(unknown)?;
        layered(&Settings::default(), [&file.base, &self.flags, profile, &own].map(Clone::clone)).map_err(within)
    }
}

impl SettingsFile {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        let parse = match ending.as_deref() {
            Some("toml") => parse_toml,
            Some("json") => parse_json,
            _ => return Err(Usage(format!("--settings: `{name}` must end in .toml or .json")).into()),
        };
        let text = small_text(path, MAX_FILE, "no settings are")?;
        let mut base =
            parse(text.strip_prefix('\u{feff}').unwrap_or(&text)).map_err(|reason| anyhow::anyhow!("{name}:{reason}"))?;
        let refused = |problem: &Problem| anyhow::anyhow!("{name}: {}", describe(problem));
        let profiles = match base.shift_remove(PROFILES) {
            None => Map::new(),
            Some(Json::Object(profiles)) => profiles,
            Some(_) => return Err(refused(&Problem::field(PROFILES, "must be a table of profiles"))),
        };
        // All of the file is checked, also what this run does not use: a query may ask for any profile.
        let checked = apply(&Settings::default(), &base).map_err(|problem| refused(&problem))?;
        for (profile, fields) in &profiles {
            let place = format!("{PROFILES}.{profile}");
            let Json::Object(fields) = fields else { return Err(refused(&Problem::field(place, "must be a table"))) };
            apply(&checked, fields)
                .map_err(|problem| refused(&Problem { field: format!("{place}.{}", problem.field), ..problem }))?;
        }
        Ok(Self { name, base, profiles })
    }

    fn profile(&self, name: &str) -> Result<&Overrides, String> {
        self.profiles.get(name).and_then(Json::as_object).ok_or_else(|| {
            let names: Vec<&str> = self.profiles.keys().map(String::as_str).collect();
            let there = if names.is_empty() { "it has none".to_owned() } else { format!("there are {}", names.join(", ")) };
            format!("`{name}` is not a profile of {}; {there}", self.name)
        })
    }
}

fn describe(problem: &Problem) -> String {
    format!("{}: {}", problem.field, problem.reason)
}

fn layered(settings: &Settings, layers: impl IntoIterator<Item = Overrides>) -> Result<Settings, Problem> {
    layers.into_iter().try_fold(settings.clone(), |settings, layer| apply(&settings, &layer))
}

/// The settings with some of their fields changed.
fn apply(settings: &Settings, overrides: &Overrides) -> Result<Settings, Problem> {
    let mut values = serde_json::to_value(settings).map_err(|error| Problem::row(error.to_string()))?;
    for (field, value) in overrides {
        let held = values.get_mut(field).ok_or_else(|| Problem::field(field, "is not a setting"))?;
        let expected = match held {
            Json::Bool(_) => (!value.is_boolean()).then_some("must be true or false"),
            Json::Number(number) if number.is_u64() => {
                let fits = value.as_u64().is_some_and(|value| usize::try_from(value).is_ok());
                (!fits).then_some(Settings::LIMIT_EXPECTED)
            }
            _ => (!value.is_number()).then_some(Settings::SHARE_EXPECTED),
        };
        if let Some(expected) = expected {
            return Err(Problem::field(field, expected));
        }
        held.clone_from(value);
    }
    let settings: Settings = serde_json::from_value(values).map_err(|error| Problem::row(error.to_string()))?;
    settings.validate().map_err(|error| Problem::field(error.field, error.reason))?;
    Ok(settings)
}

/// The members of a JSON object; an error begins with its line.
fn parse_json(text: &str) -> Result<Overrides, String> {
    match serde_json::from_str(text) {
        Ok(Json::Object(members)) => Ok(members),
        Ok(_) => Err("1: not a JSON object".to_owned()),
        Err(error) => {
            let reason = error.to_string();
            let reason = reason.split(" at line ").next().unwrap_or_default();
            Err(format!("{}: not JSON: {reason} at column {}", error.line(), error.column()))
        }
    }
}

/// The entries of a TOML document; an error begins with its line.
fn parse_toml(text: &str) -> Result<Overrides, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        format!("{}: not TOML: {}", before.matches('\n').count() + 1, error.message().replace('\n', "; "))
    })?;
    Ok(table.into_iter().map(|(key, value)| (key, json(value))).collect())
}

fn json(value: toml::Value) -> Json {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        // NaN and the infinities, which TOML can write, are in no range: as null they are refused like any other value that is no number.
        toml::Value::Float(number) => Number::from_f64(number).map_or(Json::Null, Json::Number),
        toml::Value::Boolean(set) => set.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(json).collect(),
        toml::Value::Table(table) => Json::Object(table.into_iter().map(|(key, value)| (key, json(value))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn overrides(value: Json) -> Overrides {
        let Json::Object(overrides) = value else { panic!("{value}") };
        overrides
    }

    fn choice() -> Choice {
        let file = SettingsFile {
            name: "s.toml".to_owned(),
            base: overrides(json!({"threshold": 0.6, "limit": 7, "weak_aliases": false})),
            profiles: overrides(json!({"strict": {"threshold": 0.5, "limit": 20}})),
        };
        let flags = overrides(json!({"limit": 3}));
        let settings = layered(&Settings::default(), [file.base.clone(), flags.clone()]).unwrap();
        Choice { settings, file: Some(file), flags }
    }

    #[test]
    fn the_more_specific_wins() {
        for (own, threshold, limit) in [
            (json!({}), 0.6, 3),
            (json!({"threshold": 1}), 1.0, 3),
            (json!({"limit": 4}), 0.6, 4),
            (json!({"profile": "strict"}), 0.5, 20),
            (json!({"profile": "strict", "limit": 1}), 0.5, 1),
        ] {
            let settings = choice().for_query(&own).unwrap();
            assert_eq!((settings.threshold, settings.limit, settings.weak_aliases), (threshold, limit, false), "{own}");
        }
    }

    #[test]
    fn bad_fields_are_named_with_their_reason() {
        for (own, field, reason) in [
            (json!([]), "settings", "must be an object"),
            (json!({"treshold": 0.5}), "settings.treshold", "is not a setting"),
            (json!({"profiles": {}}), "settings.profiles", "is not a setting"),
            (json!({"threshold": "0.5"}), "settings.threshold", "must be a number from 0 to 1"),
            (json!({"threshold": 1.5}), "settings.threshold", "must be a number from 0 to 1"),
            (json!({"threshold": null}), "settings.threshold", "must be a number from 0 to 1"),
            (json!({"conflict_cap": -0.1}), "settings.conflict_cap", "must be a number from 0 to 1"),
            (json!({"limit": 0}), "settings.limit", "must be a whole number of at least 1"),
            (json!({"limit": 2.5}), "settings.limit", "must be a whole number of at least 1"),
            (json!({"limit": -1}), "settings.limit", "must be a whole number of at least 1"),
            (json!({"use_gender": 1}), "settings.use_gender", "must be true or false"),
            (json!({"profile": 1}), "settings.profile", "must be the name of a profile"),
            (json!({"profile": "no"}), "settings.profile", "`no` is not a profile of s.toml; there are strict"),
        ] {
            assert_eq!(choice().for_query(&own).unwrap_err(), Problem::field(field, reason), "{own}");
        }
    }

    #[test]
    fn both_forms_of_file_say_where_they_are_broken() {
        assert_eq!(parse_toml("a = 1\nb = nan\n").unwrap(), overrides(json!({"a": 1, "b": null})));
        assert!(parse_toml("a = 1\nb = \n").unwrap_err().starts_with("2: not TOML: "));
        assert!(parse_json("{\"a\": 1,\n").unwrap_err().starts_with("2: not JSON: "));
        assert_eq!(parse_json("[1]"), Err("1: not a JSON object".to_owned()));
    }
}
