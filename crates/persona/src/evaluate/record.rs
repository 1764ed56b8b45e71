//! Facts of one person against each other: a person and a test go in; whether two of the person's own records contradict each other comes
//! out, with both values and both records. A country is only ever compared with another statement of the same person.

mod addresses;
mod answers;
mod career;
mod commits;
mod contacts;
mod countries;
mod dates;
pub(crate) mod geography;
mod mrz;
pub(crate) mod names;
pub(crate) mod papers;
mod pictures;
mod zones;

use crate::evaluate::{Context, Evidence, Outcome};
use crate::indicators::Test;
use crate::people::{Event, Fact, Person, Source};
use crate::time::Time;
use crate::vocabulary::EventKind;

/// What became of a test of this module; `None` for tests of others.
pub(crate) fn evaluate(test: &Test, person: Person<'_>, context: &Context<'_>) -> Option<Outcome> {
    Some(match test {
        Test::NamesDiffer { documents, fields } => papers::names_differ(documents, fields, person),
        Test::SignedByOther {} => papers::signed_by_other(person, context),
        Test::AuthorDiffers {} => papers::author_differs(person),
        Test::CountriesDiffer { statements, at_least } => countries::differ(statements, *at_least, person, context),
        Test::LoginCountry { share, days } => countries::logins(*share, *days, person, context),
        Test::AddressesDiffer { a, b, town } => addresses::differ(*a, *b, *town, person, context),
        Test::EmailUnlikeName {} => contacts::email_unlike_name(person, context),
        Test::EmailPattern { patterns } => contacts::email_pattern(patterns, person, context),
        Test::EmailDomain { young_days } => contacts::email_domain(*young_days, person, context),
        Test::LineType { types } => contacts::line_type(types, person),
        Test::PositionsOverlap { months } => career::positions_overlap(*months, person, context),
        Test::CareerChanged {} => career::changed(person),
        Test::EmployerYounger {} => career::employer_younger(person),
        Test::UnverifiedEducation {} => career::unverified_education(person),
        Test::PhotoElsewhere {} => pictures::elsewhere(person, context),
        Test::SameSourcePicture { distance } => pictures::same_source(*distance, person, context),
        Test::BrowserZone { hours, days } => zones::browser(*hours, *days, person, context),
        Test::CommitsBeforeAccount { days } => commits::before_account(*days, person),
        Test::CommitAsOther {} => commits::as_other(person, context),
        Test::PushedOutside {} => commits::pushed_outside(person, context),
        Test::MrzBad {} => mrz::bad(person),
        Test::Answer { question, fires } => answers::answer(question, fires, person),
        _ => return None,
    })
}

/// A fact as evidence.
pub(super) fn stated(
    person: Person<'_>,
    what: impl Into<String>,
    fact: Fact<'_>,
    time: Option<Time>,
    source: Source,
) -> Evidence {
    Evidence { person: person.id(), what: what.into(), value: fact.shown(), time, source }
}

/// The events of a kind that do not lie in the future: a clock that is off proves nothing.
pub(super) fn past(person: Person<'_>, kind: EventKind, as_of: Time) -> impl Iterator<Item = Event<'_>> {
    person.events_of(kind).take_while(move |event| event.time().since(as_of) <= 86_400)
}

/// Whether `part` stands in `text` whatever the case of ASCII letters, at the begin of a word.
pub(super) fn has_word(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    if part.is_empty() || part.len() > text.len() {
        return false;
    }
    (0..=text.len() - part.len())
        .any(|at| text[at..at + part.len()].eq_ignore_ascii_case(part) && (at == 0 || !text[at - 1].is_ascii_alphanumeric()))
}

/// Letters that must be changed, put in, left out or swapped to make one text of the other; `None` beyond `most`.
pub(crate) fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    // One change takes at most one letter out of the set and puts one in.
    let letters = |text: &[char]| text.iter().fold(0_u64, |set, letter| set | 1 << (*letter as u32 % 64));
    if a.len().abs_diff(b.len()) > most || (letters(&a) ^ letters(&b)).count_ones() as usize > 2 * most {
        return None;
    }
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            row[j + 1] = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    Some(last[b.len()]).filter(|steps| *steps <= most)
}

/// What a test came to that several records decide: nothing to look at, nothing found, or the strongest of what was found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) looked: u32,
    pub(super) found: u32,
    pub(super) share: f64,
    pub(super) evidence: Vec<Evidence>,
}

impl Findings {
    /// Takes a finding with its evidence.
    pub(super) fn add(&mut self, share: f64, evidence: impl IntoIterator<Item = Evidence>) {
        self.found += 1;
        self.share = self.share.max(share);
        let room = crate::evaluate::MAX_EVIDENCE.saturating_sub(self.evidence.len());
        self.evidence.extend(evidence.into_iter().take(room));
    }

    /// The outcome, with a note that is only made when something was found.
    pub(super) fn outcome(self, missing: &'static str, note: impl FnOnce(&Self) -> String) -> Outcome {
        if self.looked == 0 {
            return Outcome::NotChecked(missing);
        }
        if self.found == 0 {
            return Outcome::Clear;
        }
        let note = note(&self);
        Outcome::Fired(crate::evaluate::Fired {
            share: self.share.clamp(0.05, 1.0),
            ..crate::evaluate::Fired::new(self.evidence, note)
        })
    }
}

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests {
    use super::{distance, has_word};

    #[test]
    fn letters_that_differ() {
        for (a, b, steps) in
            [("acme", "acme", Some(0)), ("acme", "amce", Some(1)), ("acme", "acne", Some(1)), ("acme", "ace", Some(1))]
        {
            assert_eq!(distance(a, b, 2), steps, "{a} {b}");
        }
        assert_eq!(distance("acme", "abmé", 2), Some(2));
        assert_eq!(distance("acme", "xyme", 1), None);
        assert_eq!(distance("acme", "other", 2), None);
    }

    #[test]
    fn words_begin_at_their_begin() {
        assert!(has_word("Adobe Photoshop 2024", "photoshop"));
        assert!(has_word("GIMP", "gimp"));
        assert!(!has_word("Adobe Photoshop", "shop"));
        assert!(!has_word("x", "photoshop"));
    }
}
