//! What the columns of a table of payouts hold: headings go in; for each, whose column it is and what is in it come out. The words stand in
//! `data/payout_columns.tsv`; here a heading is folded and taken apart.

use std::sync::LazyLock;

use interdict_names::table_rows;
use rustc_hash::FxHashMap;

const TABLE_TSV: &str = include_str!("../../../../../data/payout_columns.tsv");

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(TABLE_TSV));

/// Longest heading that is looked at, in bytes.
const MAX_BYTES: usize = 100;

/// Words of a heading that say nothing.
const FILLERS: [&str; 5] = ["of", "the", "for", "s", "your"];

macro_rules! meanings {
    ($name:ident, $doc:literal: $($word:literal => $variant:ident,)+) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum $name {
            $($variant,)+
        }

        impl $name {
            fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

meanings! {
    Whose, "Whose column it is.":
    "" => Nobody,
    "creditor" => Creditor,
    "debtor" => Debtor,
    "intermediary" => Intermediary,
    "ultimate_creditor" => UltimateCreditor,
    "ultimate_debtor" => UltimateDebtor,
}

meanings! {
    What, "What is in a column. Parts of names stand in the order in which they are joined.":
    "first_name" => FirstName,
    "middle_name" => MiddleName,
    "last_name" => LastName,
    "name" => Name,
    "company" => Company,
    "account" => Account,
    "bic" => Bic,
    "clearing" => Clearing,
    "bank_name" => BankName,
    "street" => Street,
    "city" => City,
    "post_code" => PostCode,
    "state" => State,
    "country" => Country,
    "residence" => Residence,
    "birth_date" => BirthDate,
    "birth_place" => BirthPlace,
    "passport" => Passport,
    "national_id" => NationalId,
    "tax_id" => TaxId,
    "register" => Register,
    "lei" => Lei,
    "phone" => Phone,
    "email" => Email,
    "wallet" => Wallet,
    "amount" => Amount,
    "currency" => Currency,
    "date" => Date,
    "reference" => Reference,
    "id" => Id,
    "invoice" => Invoice,
    "remittance" => Remittance,
    "purpose" => Purpose,
    "" => Unknown,
}

impl What {
    /// Whether a party can be found by it.
    pub(super) fn names_somebody(self) -> bool {
        matches!(
            self,
            Self::Name | Self::Company | Self::FirstName | Self::LastName | Self::Account | Self::Wallet | Self::Email
        )
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// The heading as written, or its place when it has none.
    pub(super) path: String,
    pub(super) whose: Whose,
    /// Whether it speaks of the bank of that party.
    pub(super) bank: bool,
    pub(super) what: What,
}

struct Table {
    /// The longest first.
    who: Vec<(&'static str, Whose)>,
    what: FxHashMap<&'static str, What>,
}

impl Table {
    fn read(tsv: &'static str) -> Self {
        let mut table = Self { who: Vec::new(), what: FxHashMap::default() };
        for [heading, part, means, _sure, _source] in table_rows(tsv) {
            match part {
                "who" => table.who.extend(Whose::from_word(means).map(|whose| (heading, whose))),
                _ => table.what.extend(What::from_word(means).map(|what| (heading, what))),
            }
        }
        table.who.sort_by_key(|(heading, _)| std::cmp::Reverse(heading.len()));
        table
    }

    /// Whose bank or own column, and what is in it.
    fn look_up(&self, folded: &str) -> Option<(Whose, bool, What)> {
        if let Some(what) = self.what.get(folded) {
            return Some((Whose::Nobody, false, *what));
        }
        if let Some(what) = folded.strip_prefix("bank").and_then(|rest| self.what.get(rest)) {
            return Some((Whose::Nobody, true, *what));
        }
        self.who.iter().find_map(|(word, whose)| {
            let rests = [folded.strip_prefix(word), folded.strip_suffix(word)];
            rests.into_iter().flatten().find_map(|rest| {
                if rest.is_empty() {
                    return Some((*whose, false, What::Name));
                }
                let what = self.what.get(rest).map(|what| (*whose, false, *what));
                what.or_else(|| Some((*whose, true, *self.what.get(rest.strip_prefix("bank")?)?)))
            })
        })
    }
}

/// What the columns of a header hold.
pub(super) fn columns(headings: &[String]) -> Vec<Column> {
    let read = |(at, heading): (usize, &String)| {
        let heading = heading.trim();
        let path = if heading.is_empty() { format!("column {}", at + 1) } else { heading.to_owned() };
        let found =
            Some(heading).filter(|heading| heading.len() <= MAX_BYTES).and_then(|heading| TABLE.look_up(&fold(heading)));
        let (whose, bank, what) = found.unwrap_or((Whose::Nobody, false, What::Unknown));
        Column { path, whose, bank, what }
    };
    headings.iter().enumerate().map(read).collect()
}

/// A heading without case, punctuation and words that say nothing.
fn fold(heading: &str) -> String {
    let words = heading.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| !FILLERS.contains(&word.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_means_something() {
        let rows = TABLE_TSV.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count() - 1;
        assert_eq!(TABLE.who.len() + TABLE.what.len(), rows);
        for heading in TABLE.who.iter().map(|(heading, _)| *heading).chain(TABLE.what.keys().copied()) {
            assert_eq!(fold(heading), heading);
        }
    }

    #[test]
    fn headings_are_told_whatever_their_form() {
        use What::*;
        for (heading, expected) in [
            ("Beneficiary Name", (Whose::Creditor, false, Name)),
            ("beneficiary_name", (Whose::Creditor, false, Name)),
            ("BENEFICIARYNAME", (Whose::Creditor, false, Name)),
            ("Name of the beneficiary", (Whose::Creditor, false, Name)),
            ("Payee", (Whose::Creditor, false, Name)),
            ("recipient's name", (Whose::Creditor, false, Name)),
            ("Name", (Whose::Nobody, false, Name)),
            ("sender-country", (Whose::Debtor, false, Country)),
            ("IBAN / Account number", (Whose::Nobody, false, Account)),
            ("SWIFT/BIC", (Whose::Nobody, false, Bic)),
            ("Bank name", (Whose::Nobody, false, BankName)),
            ("Bank country", (Whose::Nobody, true, Country)),
            ("Beneficiary bank address", (Whose::Creditor, true, Street)),
            ("Beneficiary Bank", (Whose::Creditor, false, BankName)),
            ("Bank account", (Whose::Nobody, false, Account)),
            ("Date of birth", (Whose::Nobody, false, BirthDate)),
            ("Town", (Whose::Nobody, false, City)),
            ("Total", (Whose::Nobody, false, Amount)),
            ("Wallet Address", (Whose::Nobody, false, Wallet)),
            ("Ultimate debtor", (Whose::UltimateDebtor, false, Name)),
            ("Employee ID", (Whose::Creditor, false, Id)),
            ("Favourite colour", (Whose::Nobody, false, Unknown)),
            ("", (Whose::Nobody, false, Unknown)),
        ] {
            let found = &columns(&[heading.to_owned()])[0];
            assert_eq!((found.whose, found.bank, found.what), expected, "{heading}");
        }
    }
}
