//! Answers of people who spoke with the person.

use super::{Findings, stated};
use crate::evaluate::Outcome;
use crate::people::Person;
use crate::vocabulary::{DocKind, Field};

/// The answer to a question of the checklist, as `H-04`. Answers stand in groups of `what` and `answer`. The last answer given counts.
pub(super) fn answer(question: &str, fires: &str, person: Person<'_>) -> Outcome {
    let mut last = None;
    for document in person.documents_of(DocKind::Checklist) {
        let asked = document.facts().filter(|fact| fact.field() == Field::What && fact.text().eq_ignore_ascii_case(question));
        for what in asked {
            let given = document.facts().find(|fact| fact.field() == Field::Answer && fact.group() == what.group());
            if let Some(given) = given.filter(|given| given.yes().is_some()) {
                last = Some((document, given));
            }
        }
    }
    let mut findings = Findings::default();
    if let Some((document, given)) = last {
        findings.looked = 1;
        let bad = match fires {
            "yes" => given.yes() == Some(true),
            "no" => given.yes() == Some(false),
            // A note.
            _ => false,
        };
        if bad {
            findings.add(1.0, [stated(person, format!("answer to {question}"), given, document.time(), document.source())]);
        }
    }
    findings.outcome("an answer to the question", |_| format!("the answer to {question} is `{fires}`"))
}

#[cfg(test)]
mod tests {
    use crate::evaluate::record::testing::check;
    use crate::indicators::Test;

    #[test]
    fn answers_of_people() {
        let test = Test::Answer { question: "H-04".to_owned(), fires: "no".to_owned() };
        check(&test, "doc checklist 2026-01-01 1.what=H-04; 1.answer=no", "1.00");
        check(&test, "doc checklist 2026-01-01 1.what=H-03; 1.answer=no; 2.what=H-04; 2.answer=yes", "clear");
        check(&test, "doc checklist 2026-01-01 1.what=H-04; 1.answer=not asked", "not checked");
        check(&test, "doc checklist 2026-01-01 1.what=H-03; 1.answer=no", "not checked");
        // Asked again with success.
        check(
            &test,
            "doc checklist 2026-01-01 1.what=H-04; 1.answer=no\ndoc checklist 2026-02-01 1.what=H-04; 1.answer=yes",
            "clear",
        );
    }
}
