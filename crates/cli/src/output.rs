//! The form of the output: which one, and JSON objects written one after another, as lines or as one array.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use crate::args::{AskedFormat, Format};

/// The form to use: as asked, else by the ending of the output file, else `otherwise`.
pub(crate) fn choose(asked: Option<AskedFormat>, output: Option<&Path>, otherwise: Format) -> Format {
    asked
        .and_then(AskedFormat::plain)
        .or_else(|| match output?.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "json" => Some(Format::Json),
            "jsonl" | "ndjson" => Some(Format::Jsonl),
            "csv" => Some(Format::Csv),
            _ => None,
        })
        .unwrap_or(otherwise)
}

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
}
