//! Entities as bytes: a whole list is held in memory packed, a third of its JSON, and only what changed is unpacked. What goes in comes
//! out equal, provenance and all. Texts that come again and again (names of properties, schemata, sources) are numbers into a dictionary.

use interdict_model::{AliasKind, Entity, NameDetail, NamePart, NamePartKind, Origin, SchemaName, Value};
use rustc_hash::FxHashMap;

const KINDS: [AliasKind; 4] = [AliasKind::Name, AliasKind::AlsoKnownAs, AliasKind::FormerlyKnownAs, AliasKind::NowKnownAs];
const PARTS: [NamePartKind; 8] = [
    NamePartKind::Family,
    NamePartKind::Given,
    NamePartKind::Middle,
    NamePartKind::Maiden,
    NamePartKind::Patronymic,
    NamePartKind::Matronymic,
    NamePartKind::Nickname,
    NamePartKind::Whole,
];

/// Texts that come often, each once.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    numbers: FxHashMap<Box<str>, u64>,
    texts: Vec<Box<str>>,
}

impl Dictionary {
    fn number(&mut self, text: &str) -> u64 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len() as u64;
        self.numbers.insert(text.into(), number);
        self.texts.push(text.into());
        number
    }
}

/// Appends an entity.
pub(super) fn pack(entity: &Entity, dictionary: &mut Dictionary, out: &mut Vec<u8>) {
    put_text(out, &entity.id);
    put_number(out, dictionary.number(entity.schema.as_str()));
    put_optional(out, entity.caption.as_deref());
    put_number(out, entity.datasets.len() as u64);
    for dataset in &entity.datasets {
        put_number(out, dictionary.number(dataset));
    }
    out.push(match entity.target {
        None => 0,
        Some(false) => 1,
        Some(true) => 2,
    });
    match &entity.origin {
        None => out.push(0),
        Some(origin) => {
            out.push(1);
            put_number(out, dictionary.number(&origin.source));
            put_number(out, dictionary.number(&origin.issue));
            put_text(out, &origin.record);
        }
    }
    put_number(out, entity.properties().count() as u64);
    for (property, values) in entity.properties() {
        put_number(out, dictionary.number(property));
        put_number(out, values.len() as u64);
        for value in values {
            put_text(out, &value.text);
            put_optional(out, value.record.as_deref());
        }
    }
    put_number(out, entity.names.len() as u64);
    for name in &entity.names {
        put_text(out, &name.text);
        out.push(KINDS.iter().position(|kind| *kind == name.kind).unwrap_or_default() as u8);
        out.push(u8::from(name.weak));
        put_number(out, dictionary.number(&name.script));
        put_text(out, &name.record);
        put_number(out, name.parts.len() as u64);
        for part in &name.parts {
            out.push(PARTS.iter().position(|kind| *kind == part.kind).unwrap_or(PARTS.len() - 1) as u8);
            put_text(out, &part.text);
        }
    }
    let extra = if entity.extra.is_empty() { None } else { serde_json::to_string(&entity.extra).ok() };
    put_optional(out, extra.as_deref());
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn put_optional(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => out.push(0),
        Some(text) => {
            out.push(1);
            put_text(out, text);
        }
    }
}

/// The entity in `bytes`; `None` never comes of what [`pack`] wrote.
pub(super) fn unpack(bytes: &[u8], dictionary: &Dictionary) -> Option<Entity> {
    let mut from = Reader { bytes, dictionary };
    let id = from.text()?.to_owned();
    let mut entity = Entity::new(id, SchemaName::from(from.word()?));
    entity.caption = from.optional()?.map(ToOwned::to_owned);
    for _ in 0..from.number()? {
        entity.datasets.push(from.word()?.to_owned());
    }
    entity.target = match from.byte()? {
        0 => None,
        flag => Some(flag == 2),
    };
    if from.byte()? == 1 {
        let (source, issue) = (from.word()?.to_owned(), from.word()?.to_owned());
        entity.origin = Some(Origin { source, issue, record: from.text()?.to_owned() });
    }
    for _ in 0..from.number()? {
        let property = from.word()?;
        for _ in 0..from.number()? {
            let text = from.text()?.to_owned();
            let record = from.optional()?.map(Into::into);
            entity.add(property, Value { text, record });
        }
    }
    for _ in 0..from.number()? {
        let text = from.text()?.to_owned();
        let kind = *KINDS.get(from.byte()? as usize)?;
        let weak = from.byte()? == 1;
        let script = from.word()?.to_owned();
        let record = from.text()?.to_owned();
        let mut parts = Vec::new();
        for _ in 0..from.number()? {
            parts.push(NamePart { kind: *PARTS.get(from.byte()? as usize)?, text: from.text()?.to_owned() });
        }
        entity.names.push(NameDetail { text, kind, weak, script, parts, record });
    }
    if let Some(extra) = from.optional()? {
        entity.extra = serde_json::from_str(extra).ok()?;
    }
    Some(entity)
}

struct Reader<'a> {
    bytes: &'a [u8],
    dictionary: &'a Dictionary,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*byte)
    }

    fn number(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()? as usize;
        let (text, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        std::str::from_utf8(text).ok()
    }

    #[expect(clippy::option_option, reason = "whether it could be read, and whether there is one")]
    fn optional(&mut self) -> Option<Option<&'a str>> {
        Some(if self.byte()? == 1 { Some(self.text()?) } else { None })
    }

    fn word(&mut self) -> Option<&'a str> {
        let number = self.number()? as usize;
        self.dictionary.texts.get(number).map(|text| &**text)
    }
}

#[cfg(test)]
mod tests {
    use interdict_model::entity_from_json;

    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let mut dictionary = Dictionary::default();
        let mut entity = entity_from_json(
            r#"{"id":"x-1","caption":"Ada","schema":"Person","properties":{"name":["Ada Example","Ада"],"shoeSize":["38"]},
            "datasets":["a","b"],"target":false,"first_seen":"2020","names":[{"text":"Ada Example","kind":"nka","weak":true,
            "script":"Latin","record":"r","parts":[["given","Ada"],["nickname","E"]]}],"origin":{"source":"s","record":"r"}}"#,
        )
        .unwrap();
        entity.add_from("alias", "A".repeat(300), "Alias 7");
        for entity in [entity, Entity::new("", "Unheard")] {
            let mut bytes = Vec::new();
            pack(&entity, &mut dictionary, &mut bytes);
            assert_eq!(unpack(&bytes, &dictionary), Some(entity));
            assert_eq!(unpack(&bytes[..bytes.len() - 1], &dictionary), None);
        }
    }
}
