//! JSON documents that are not held whole: an array is given out element by element, at the top or inside an object.

use std::fmt;
use std::io::{self, BufRead, Read};

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::Value as Json;

use crate::error::SourceError;
use crate::input::read_error;

/// Counts the bytes that pass, for messages.
struct Counting<'r> {
    inner: &'r mut dyn BufRead,
    bytes: u64,
}

impl Read for Counting<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.bytes += n as u64;
        Ok(n)
    }
}

/// Reads one JSON document with a seed; nothing but white space may stand behind it.
pub(crate) fn document<'d>(
    file: &str,
    input: &mut dyn BufRead,
    seed: impl for<'de> DeserializeSeed<'de, Value = ()> + 'd,
) -> Result<(), SourceError> {
    let mut counting = Counting { inner: input, bytes: 0 };
    if let Ok([0xef, 0xbb, 0xbf, ..]) = counting.inner.fill_buf() {
        counting.inner.consume(3);
    }
    let mut reader = io::BufReader::with_capacity(1 << 16, &mut counting);
    let mut json = serde_json::Deserializer::from_reader(&mut reader);
    let result = seed.deserialize(&mut json).and_then(|()| json.end());
    let bytes = counting.bytes;
    result.map_err(|error| read_error(file, bytes, error.into()))
}

/// Calls a function with every element of an array.
pub(crate) struct Each<F>(pub(crate) F);

impl<'de, F: FnMut(Json)> DeserializeSeed<'de> for Each<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(Json)> Visitor<'de> for Each<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        while let Some(entry) = entries.next_element::<Json>()? {
            (self.0)(entry);
        }
        Ok(())
    }
}
