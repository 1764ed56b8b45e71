//! The form of the output: which one, and JSON objects written one after another, as lines or as one array.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use crate::args::{AskedFormat, Format};
use crate::failure::Usage;

/// The form to use: as asked, else by the ending of the output file, else `otherwise`.
pub(crate) fn choose(asked: Option<AskedFormat>, output: Option<&Path>, otherwise: Format) -> Format {
    asked
        .and_then(AskedFormat::plain)
        .or_else(|| {
            let own = output?.extension()?.to_str()?;
            ENDINGS.iter().find(|(ending, _)| own.eq_ignore_ascii_case(ending)).map(|(_, format)| *format)
        })
        .unwrap_or(otherwise)
}

/// The same, where the ending of a file that says no form is refused: nobody should find a table where he asked for something else. A file
/// without an ending, such as a device, takes `otherwise`.
pub(crate) fn chosen(asked: Option<AskedFormat>, output: Option<&Path>, otherwise: Format) -> Result<Format, Usage> {
    let is_asked = asked.and_then(AskedFormat::plain).is_some();
    let ending = output.and_then(Path::extension).map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("txt") if !is_asked => Ok(Format::Table),
        Some(ending) if !is_asked && !ENDINGS.iter().any(|(known, _)| *known == ending) => Err(Usage(format!(
            "--output: `.{ending}` says no form; there are .txt, {}, or say it with --format",
            ENDINGS.map(|(ending, _)| format!(".{ending}")).join(", ")
        ))),
        _ => Ok(choose(asked, output, otherwise)),
    }
}

/// Endings of files and their forms.
const ENDINGS: [(&str, Format); 4] =
    [("json", Format::Json), ("jsonl", Format::Jsonl), ("ndjson", Format::Jsonl), ("csv", Format::Csv)];

/// Writes a value as one JSON document.
pub(crate) fn write_json(out: &mut dyn Write, value: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// Writes a value as one line of JSON.
pub(crate) fn write_jsonl(out: &mut dyn Write, value: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// Writes JSON objects as they come: one a line, or as the elements of one array.
#[derive(Debug)]
pub(crate) struct JsonObjects {
    array: bool,
    written: u64,
}

impl JsonObjects {
    /// Elements of one array if `array`, else lines.
    pub(crate) fn new(array: bool) -> Self {
        Self { array, written: 0 }
    }

    pub(crate) fn write(&mut self, out: &mut dyn Write, value: &impl Serialize) -> anyhow::Result<()> {
        if self.array {
            out.write_all(if self.written == 0 { b"[\n" } else { b",\n" })?;
        }
        serde_json::to_writer(&mut *out, value)?;
        if !self.array {
            out.write_all(b"\n")?;
        }
        self.written += 1;
        Ok(())
    }

    pub(crate) fn finish(self, out: &mut dyn Write) -> anyhow::Result<()> {
        if self.array {
            out.write_all(if self.written == 0 { b"[]\n" } else { b"\n]\n" })?;
        }
        Ok(())
    }
}

/// A score as it is written out: rounded to four places.
pub(crate) fn rounded(score: f64) -> f64 {
    (score * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_json_whatever_their_length() {
        for length in 0..3_u64 {
            let mut out = Vec::new();
            let mut objects = JsonObjects::new(true);
            for n in 0..length {
                objects.write(&mut out, &n).unwrap();
            }
            objects.finish(&mut out).unwrap();
            assert_eq!(serde_json::from_slice::<Vec<u64>>(&out).unwrap(), (0..length).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_form_follows_the_option_then_the_ending() {
        let output = |name: &'static str| Some(Path::new(name));
        for (asked, path, expected) in [
            (None, None, Format::Table),
            (None, output("a.JSONL"), Format::Jsonl),
            (None, output("a.csv"), Format::Csv),
            (None, output("a.json"), Format::Json),
            (None, output("a.out"), Format::Table),
            (Some(AskedFormat::Csv), output("a.json"), Format::Csv),
        ] {
            assert_eq!(choose(asked, path, Format::Table), expected);
        }
    }

    #[test]
    fn an_ending_that_says_no_form_is_refused() {
        let output = |name: &'static str| Some(Path::new(name));
        for (asked, path, expected) in [
            (None, None, Some(Format::Json)),
            (None, output("a.CSV"), Some(Format::Csv)),
            (None, output("a.txt"), Some(Format::Table)),
            (None, output("/dev/stdout"), Some(Format::Json)),
            (None, output("a.xlsx"), None),
            (Some(AskedFormat::Csv), output("a.xlsx"), Some(Format::Csv)),
        ] {
            assert_eq!(chosen(asked, path, Format::Json).ok(), expected, "{path:?}");
        }
        let refused = chosen(None, output("a.XLSX"), Format::Table).unwrap_err().to_string();
        assert!(refused.contains("`.xlsx`") && refused.contains(".txt, .json, .jsonl, .ndjson, .csv"), "{refused}");
    }
}
