//! Names: the whole forms that their parts and the spelling variants of these make.

use interdict_model::{NamePart, NamePartKind};

/// Forms of one name in one language and script beyond which no more are made.
const MAX_FORMS: usize = 64;

/// A spelling variant of a part.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    pub(super) language: String,
    pub(super) script: String,
    pub(super) text: String,
}

/// A part of a name.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) order: u32,
    pub(super) kind: String,
    pub(super) value: String,
    pub(super) variants: Vec<Variant>,
}

/// A whole name in one spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) parts: Vec<NamePart>,
    /// Code of ISO 15924, empty for the main spelling.
    pub(super) script: String,
}

impl Form {
    pub(super) fn text(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// All forms, the main spelling first; and whether there were more than are made.
///
/// The parts stand in the list's own order. A title is no part of a name.
pub(super) fn forms(parts: &[Part]) -> (Vec<Form>, bool) {
    let mut parts: Vec<&Part> = parts.iter().filter(|part| part.kind != "title").collect();
    parts.sort_by_key(|part| part.order);
    let main = Form {
        parts: parts.iter().filter(|part| !part.value.is_empty()).map(|part| name_part(&part.kind, &part.value)).collect(),
        script: String::new(),
    };
    let mut groups: Vec<(&str, &str)> = Vec::new();
    for variant in parts.iter().flat_map(|part| &part.variants) {
        let group = (variant.language.as_str(), variant.script.as_str());
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    let mut forms = Vec::new();
    if !main.parts.is_empty() {
        forms.push(main);
    }
    let mut cut = false;
    for (language, script) in groups {
        let mut made: Vec<Vec<NamePart>> = vec![Vec::new()];
        for part in &parts {
            let mut spellings: Vec<&str> = part
                .variants
                .iter()
                .filter(|variant| variant.language == language && variant.script == script)
                .map(|variant| variant.text.as_str())
                .collect();
            if spellings.is_empty() && !part.value.is_empty() {
                spellings.push(&part.value);
            }
            if spellings.is_empty() {
                continue;
            }
            let room = (MAX_FORMS / made.len()).max(1);
            cut |= spellings.len() > room;
            made = spellings
                .iter()
                .take(room)
                .flat_map(|spelling| {
                    made.iter().map(|before| {
                        let mut parts = before.clone();
                        parts.push(name_part(&part.kind, spelling));
                        parts
                    })
                })
                .collect();
        }
        for parts in made {
            let form = Form { parts, script: script.to_owned() };
            if !forms.iter().any(|held| held.parts == form.parts) {
                forms.push(form);
            }
        }
    }
    (forms, cut)
}

fn name_part(kind: &str, text: &str) -> NamePart {
    NamePart { kind: part_kind(kind).unwrap_or(NamePartKind::Whole), text: text.to_owned() }
}

/// What a part is; `None` for a type that is not known. A grandfather's name is not the father's, and a name of a tribe stands where
/// others have a family name.
pub(super) fn part_kind(kind: &str) -> Option<NamePartKind> {
    Some(match kind {
        "given-name" => NamePartKind::Given,
        "further-given-name" | "grand-father-name" => NamePartKind::Middle,
        "father-name" => NamePartKind::Patronymic,
        "family-name" | "tribal-name" => NamePartKind::Family,
        "maiden-name" => NamePartKind::Maiden,
        "whole-name" | "suffix" | "title" | "other" => NamePartKind::Whole,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(order: u32, kind: &str, value: &str, variants: &[(&str, &str, &str)]) -> Part {
        Part {
            order,
            kind: kind.into(),
            value: value.into(),
            variants: variants
                .iter()
                .map(|(language, script, text)| Variant {
                    language: (*language).into(),
                    script: (*script).into(),
                    text: (*text).into(),
                })
                .collect(),
        }
    }

    fn texts(parts: &[Part]) -> Vec<String> {
        forms(parts).0.iter().map(Form::text).collect()
    }

    #[test]
    fn variants_of_one_script_go_together() {
        let parts = [
            part(2, "given-name", "Erika", &[("rus", "LATN", "Eryka"), ("rus", "CYRL", "Эрика")]),
            part(
                1,
                "family-name",
                "Muster",
                &[("rus", "LATN", "Mustar"), ("rus", "LATN", "Mustyr"), ("rus", "CYRL", "Мустер")],
            ),
            part(0, "title", "Dr", &[]),
        ];
        assert_eq!(texts(&parts), ["Muster Erika", "Mustar Eryka", "Mustyr Eryka", "Мустер Эрика"]);
    }

    #[test]
    fn a_part_without_a_variant_keeps_its_value() {
        let parts = [part(1, "family-name", "Muster", &[("rus", "LATN", "Mustar")]), part(2, "given-name", "Erika", &[])];
        assert_eq!(texts(&parts), ["Muster Erika", "Mustar Erika"]);
    }

    #[test]
    fn forms_are_bounded() {
        let variants: Vec<(&str, &str, &str)> =
            ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"].iter().map(|text| ("x", "LATN", *text)).collect();
        let parts = [
            part(1, "given-name", "1", &variants),
            part(2, "father-name", "2", &variants),
            part(3, "family-name", "3", &variants),
        ];
        let (forms, cut) = forms(&parts);
        assert!(cut);
        assert!(forms.len() <= MAX_FORMS + 1, "{}", forms.len());
    }
}
