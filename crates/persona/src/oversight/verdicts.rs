//! What somebody decided about an alert: a table of verdicts goes in; what each person was found to be comes out, and how much of its weight an
//! indicator keeps in this house.

use rustc_hash::FxHashMap;

use super::table::{OversightError, by_id, id_column, rows};
use crate::people::{People, PersonId};
use crate::time::Time;

/// How an alert ended. The words are those of an applicant tracking system that has such a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The person is not who the records say: two people looked.
    Fraudulent,
    /// The alert was wrong.
    NotFraudulent,
    /// Somebody looked and cannot tell: a real end.
    Unsure,
    /// Nobody looked yet.
    Unreviewed,
    /// A check, as a call or papers in person, was passed: the alert was wrong.
    Passed,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 5] = [Self::Fraudulent, Self::NotFraudulent, Self::Unsure, Self::Unreviewed, Self::Passed];

    /// The stable word in files and interfaces.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fraudulent => "fraudulent",
            Self::NotFraudulent => "not_fraudulent",
            Self::Unsure => "unsure",
            Self::Unreviewed => "unreviewed",
            Self::Passed => "passed",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Fraudulent => "fraudulent",
            Self::NotFraudulent => "not fraudulent",
            Self::Unsure => "unsure",
            Self::Unreviewed => "unreviewed",
            Self::Passed => "passed",
        }
    }

    /// The verdict of a word, in any case, with spaces, hyphens or underscores.
    #[must_use]
    pub fn from_code(word: &str) -> Option<Self> {
        let word: String =
            word.trim().chars().map(|c| if c == ' ' || c == '-' { '_' } else { c.to_ascii_lowercase() }).collect();
        Self::ALL.into_iter().find(|verdict| verdict.code() == word)
    }

    /// Whether the alert was right; `None` where that is not known.
    #[must_use]
    pub const fn is_right(self) -> Option<bool> {
        match self {
            Self::Fraudulent => Some(true),
            Self::NotFraudulent | Self::Passed => Some(false),
            Self::Unsure | Self::Unreviewed => None,
        }
    }
}

/// The last verdict on each person.
#[derive(Debug, Clone, Default)]
pub struct Verdicts {
    of: FxHashMap<PersonId, Verdict>,
    unknown: Vec<(u64, String)>,
}

/// A column that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Verdict,
    Reason,
    By,
    Second,
    Date,
}

fn column(heading: &str) -> Option<Column> {
    Some(match heading.to_ascii_lowercase().as_str() {
        "verdict" => Column::Verdict,
        "reason" => Column::Reason,
        "by" => Column::By,
        "second" => Column::Second,
        "date" => Column::Date,
        _ => return None,
    })
}

impl Verdicts {
    /// Reads a table with the columns `person` (or `id`), `verdict`, `reason`, `by`, `second` and `date`. Of several verdicts on one person the
    /// one of the latest date holds, of those of one date the one that stands last.
    ///
    /// # Errors
    /// A verdict that is none, one without a reason or without who gave it, `fraudulent` without a second person, and a date that is none.
    pub fn read(text: &str, people: &People) -> Result<Self, OversightError> {
        let (header, rows) = rows(text)?;
        let id = id_column(&header)?;
        let columns: Vec<Option<Column>> = header.iter().map(|heading| column(heading)).collect();
        if !columns.contains(&Some(Column::Verdict)) {
            return Err(OversightError::new(1, "no column is called `verdict`"));
        }
        let known = by_id(people);
        let mut all = Self::default();
        let mut dates: FxHashMap<PersonId, Option<Time>> = FxHashMap::default();
        for row in &rows {
            let cell = |wanted: Column| {
                columns.iter().position(|column| *column == Some(wanted)).map_or("", |at| row.cells[at].as_str())
            };
            let refused = |what: String| OversightError::new(row.line, what);
            let verdict = Verdict::from_code(cell(Column::Verdict)).ok_or_else(|| {
                let words = Verdict::ALL.map(Verdict::code).join(", ");
                refused(format!("`{}` is no verdict; those are {words}", cell(Column::Verdict)))
            })?;
            let (by, second) = (cell(Column::By), cell(Column::Second));
            if verdict != Verdict::Unreviewed && (by.is_empty() || cell(Column::Reason).is_empty()) {
                return Err(refused(format!("`{}` needs a reason, and `by`: who gave it", verdict.code())));
            }
            if verdict == Verdict::Fraudulent && (second.is_empty() || second.eq_ignore_ascii_case(by)) {
                return Err(refused("`fraudulent` needs a second person, in `second`: nobody decides it alone".to_owned()));
            }
            let date = match cell(Column::Date) {
                "" => None,
                date => Some(Time::parse(date).map_err(|error| refused(format!("`{date}`: {error}")))?.time),
            };
            let Some(person) = known.get(row.cells[id].as_str()).copied() else {
                all.unknown.push((row.line, row.cells[id].clone()));
                continue;
            };
            let last = dates.entry(person).or_insert(date);
            if date >= *last {
                *last = date;
                all.of.insert(person, verdict);
            }
        }
        Ok(all)
    }

    /// The verdict on a person.
    #[must_use]
    pub fn of(&self, person: PersonId) -> Option<Verdict> {
        self.of.get(&person).copied()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Ids that nobody has, each with its line.
    #[must_use]
    pub fn unknown(&self) -> &[(u64, String)] {
        &self.unknown
    }

    /// The people on whom an alert is known to have been right or wrong.
    pub(crate) fn judged(&self) -> Vec<(PersonId, bool)> {
        let mut judged: Vec<(PersonId, bool)> =
            self.of.iter().filter_map(|(person, verdict)| Some((*person, verdict.is_right()?))).collect();
        judged.sort_unstable();
        judged
    }
}

/// How alerts ended in which an indicator fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tried {
    /// The person was found to be what the alert says.
    pub right: u32,
    /// The alert was wrong.
    pub wrong: u32,
}

impl Tried {
    /// How many verdicts the weight of an indicator is worth before any: it rests on published cases, which a few verdicts do not outweigh.
    const WORTH: f64 = 10.0;

    pub(crate) fn add(&mut self, is_right: bool) {
        self.right += u32::from(is_right);
        self.wrong += u32::from(!is_right);
    }

    /// What an indicator keeps of its weight, above 0 to 1: never more than it had.
    #[must_use]
    pub fn keeps(self) -> f64 {
        let kept = Self::WORTH + f64::from(self.right);
        kept / (kept + f64::from(self.wrong))
    }

    /// What it says beside a finding; `None` where nothing is lowered.
    pub(crate) fn note(self) -> Option<String> {
        (self.wrong > 0).then(|| {
            let (wrong, all, keeps) = (self.wrong, self.right + self.wrong, self.keeps());
            format!("alerts with it that your verdicts call wrong: {wrong} of {all}; it keeps {keeps:.2} of its weight")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Tried, Verdict, Verdicts};
    use crate::evaluate::record::testing::people;

    const PEOPLE: &str = "p1: person name=Ada\np2: person name=Ben\np3: person name=Cleo";

    fn read(rows: &str) -> Result<Vec<Option<Verdict>>, String> {
        let people = people(PEOPLE);
        let verdicts = Verdicts::read(&format!("person,verdict,reason,by,second,date\n{rows}"), &people);
        let verdicts = verdicts.map_err(|error| error.to_string())?;
        Ok(people.all().map(|person| verdicts.of(person.id())).collect())
    }

    #[test]
    fn the_last_verdict_holds() {
        let rows = "p1,unreviewed,,,,\np1,Not fraudulent,called back,ann,,2026-03-01\np1,unsure,first look,bob,,2026-02-01\n\
                    p2,fraudulent,papers of another,ann,bob,\np2,not-fraudulent,mixed up,ann,,\np9,passed,in person,ann,,";
        assert_eq!(read(rows).unwrap(), [Some(Verdict::NotFraudulent), Some(Verdict::NotFraudulent), None]);
    }

    #[test]
    fn what_nobody_stands_for_is_refused() {
        let refused = |rows: &str| read(rows).unwrap_err();
        assert!(refused("p1,guilty,,,,").starts_with("line 2: `guilty` is no verdict"));
        assert!(refused("p1,unsure,,,,\n").starts_with("line 2: `unsure` needs a reason"));
        assert!(
            refused("p1,unsure,x,ann,,\np2,fraudulent,x,ann,Ann,").starts_with("line 3: `fraudulent` needs a second person")
        );
        assert!(refused("p1,unsure,x,ann,,soon").starts_with("line 2: `soon`:"));
        assert_eq!(refused("p1,unsure,x"), "line 2: it has 3 cells where the header has 6");
        let people = people(PEOPLE);
        assert_eq!(Verdicts::read("name,verdict\n", &people).unwrap_err().line, 1);
        assert_eq!(Verdicts::read("", &people).unwrap_err().to_string(), "line 1: there is no header");
        assert_eq!(Verdicts::read("id;verdict\nP7;unreviewed\n", &people).unwrap().unknown(), [(2, "P7".to_owned())]);
    }

    #[test]
    fn wrong_alerts_lower_and_right_ones_never_raise() {
        let keeps = |right, wrong| Tried { right, wrong }.keeps();
        assert!((keeps(0, 0) - 1.0).abs() < 1e-9);
        assert!((keeps(30, 0) - 1.0).abs() < 1e-9);
        assert!((keeps(0, 10) - 0.5).abs() < 1e-9);
        assert!((keeps(20, 10) - 0.75).abs() < 1e-9);
        assert!(keeps(0, 1000) > 0.0);
        assert_eq!(Tried { right: 5, wrong: 0 }.note(), None);
    }
}
