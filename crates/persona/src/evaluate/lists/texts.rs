//! Phrases in messages, where the policy lets messages be read.

use std::cell::RefCell;

use regex::{Regex, RegexBuilder};

use crate::evaluate::record::Findings;
use crate::evaluate::{Context, Evidence, Outcome};
use crate::people::Person;
use crate::vocabulary::DocKind;

thread_local! {
    /// The phrases of rules as one pattern each: there are few rules, and each is asked for every person.
    static PHRASES: RefCell<Vec<(Vec<String>, Option<Regex>)>> = const { RefCell::new(Vec::new()) };
}

fn pattern(phrases: &[String]) -> Option<Regex> {
    let spaced = |phrase: &String| regex::escape(phrase.trim()).split_whitespace().collect::<Vec<_>>().join(r"\s+");
    let any: Vec<String> = phrases.iter().filter(|phrase| !phrase.trim().is_empty()).map(spaced).collect();
    if any.is_empty() {
        return None;
    }
    // A phrase begins and ends with a word, where it does so in letters.
    RegexBuilder::new(&format!(r"(?:^|\b|\s)(?:{})(?:$|\b|\s)", any.join("|"))).case_insensitive(true).build().ok()
}

/// Characters before and after a phrase that are shown.
const SHOWN: usize = 60;

/// Whether a message has one of these phrases.
pub(super) fn phrases(phrases: &[String], person: Person<'_>, context: &Context<'_>) -> Outcome {
    if !context.policy.read_messages {
        return Outcome::NotChecked("messages, which the policy does not let be read");
    }
    PHRASES.with_borrow_mut(|known| {
        let at = known.iter().position(|(held, _)| held == phrases).unwrap_or_else(|| {
            if known.len() == 64 {
                known.clear();
            }
            known.push((phrases.to_vec(), pattern(phrases)));
            known.len() - 1
        });
        let Some(pattern) = &known[at].1 else { return Outcome::NotChecked("phrases that can be read") };
        let mut findings = Findings::default();
        for document in person.documents_of(DocKind::Message) {
            let Some(text) = document.text() else { continue };
            findings.looked += 1;
            let Some(found) = pattern.find(&text) else { continue };
            let from = text.floor_char_boundary(found.start().saturating_sub(SHOWN));
            let to = text.ceil_char_boundary((found.end() + SHOWN).min(text.len()));
            findings.add(1.0, [Evidence::new(person, "message", text[from..to].trim(), document.time(), document.source())]);
        }
        findings
            .outcome("messages with a text", |all| format!("{} of {} messages have one of the phrases", all.found, all.looked))
    })
}

#[cfg(test)]
mod tests {
    use crate::evaluate::record::testing::{check, word_under};
    use crate::indicators::Test;
    use crate::policy::Policy;

    #[test]
    fn phrases_of_messages() {
        let test = Test::Phrases { phrases: vec!["rent your account".to_owned(), "pay outside".to_owned()] };
        let read = Policy { read_messages: true, ..Policy::default() };
        let rows = |text: &str| format!("doc message 2026-01-01 text={text}");
        assert_eq!(word_under(&read, &test, &rows("Can I Rent  your account for a month?")), "1.00");
        assert_eq!(word_under(&read, &test, &rows("We do not rent accounts")), "clear");
        assert_eq!(word_under(&read, &test, &rows("I prepay outside lights")), "clear");
        assert_eq!(word_under(&read, &test, "doc message 2026-01-01 flag=x"), "not checked");
        assert_eq!(word_under(&read, &test, "doc letter text=rent your account"), "not checked");
        check(&test, &rows("Can I rent your account?"), "not checked");
        assert_eq!(word_under(&read, &Test::Phrases { phrases: vec![" ".to_owned()] }, &rows("x")), "not checked");
    }
}
