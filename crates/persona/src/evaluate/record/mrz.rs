//! The machine readable zone of identity documents: its check digits, and its names, expiry and country of issue against the fields that
//! are printed.

use super::geography::same;
use super::names::{Likeness, relate};
use super::{Findings, stated};
use crate::evaluate::{Evidence, Outcome};
use crate::mrz::Zone;
use crate::people::{Document, Fact, Person};
use crate::vocabulary::{DocKind, Field};

/// What is wrong: the words, what the zone says, what it should say.
struct Fault {
    what: &'static str,
    zone: String,
    expected: String,
    share: f64,
}

/// Whether the zone of an identity document disagrees with itself or with what is printed, by the words of a reader (`bad`) or by the lines.
pub(super) fn bad(person: Person<'_>) -> Outcome {
    let mut findings = Findings::default();
    let mut notes: Vec<String> = Vec::new();
    for document in person.documents_of(DocKind::IdentityDocument) {
        let Some(fact) = document.fact(Field::Mrz) else { continue };
        match fact.text() {
            "ok" | "OK" | "pass" => findings.looked += 1,
            "bad" | "BAD" | "fail" => {
                findings.looked += 1;
                notes.push("the reader of the document says that the zone is bad".to_owned());
                let evidence = stated(person, "machine readable zone", fact, document.time(), document.source());
                findings.add(1.0, [evidence]);
            }
            text => {
                let Some(zone) = Zone::of_kept(text) else { continue };
                findings.looked += 1;
                for fault in faults(&zone, document, person) {
                    notes.push(format!("{}: `{}` instead of `{}`", fault.what, fault.zone, fault.expected));
                    let new =
                        |what: String, value: String| Evidence::new(person, what, value, document.time(), document.source());
                    let pair = [
                        new(format!("{} in the machine readable zone", fault.what), fault.zone),
                        new(format!("{} as printed or computed", fault.what), fault.expected),
                    ];
                    findings.add(fault.share, pair);
                }
            }
        }
    }
    findings.outcome("a machine readable zone", |_| notes.join("; "))
}

fn faults(zone: &Zone<'_>, document: Document<'_>, person: Person<'_>) -> Vec<Fault> {
    let wrong = zone.wrong.iter();
    let mut faults: Vec<Fault> = wrong
        .map(|wrong| Fault {
            what: wrong.check.label(),
            zone: wrong.is.to_string(),
            expected: wrong.should_be.to_string(),
            share: 1.0,
        })
        .collect();
    // One wrong character breaks the digit of its field and that of all: what is misread by a machine looks the same.
    if faults.len() == 1 {
        faults[0].share = 0.8;
    }
    let printed_name = document.fact(Field::Name).map(Fact::text).or(person.name());
    if let Some(printed) = printed_name {
        let names = zone.names.trim_end_matches('<');
        // A name that fills the line is cut.
        let cut = names.len() == zone.names.len();
        let (family, given) = names.split_once("<<").unwrap_or((names, ""));
        let shown = format!("{} {}", given.replace('<', " ").trim(), family.replace('<', " ").trim());
        let found = relate(printed, shown.trim());
        if !cut && !names.is_empty() && !matches!(found, Likeness::Same | Likeness::Company) {
            faults.push(Fault {
                what: "name",
                zone: shown.trim().to_owned(),
                expected: printed.to_owned(),
                share: found.share().max(0.5),
            });
        }
    }
    if let Some(printed) = document.fact(Field::Expires) {
        let written: Option<String> = printed.text().get(..10).map(|day| day.chars().filter(char::is_ascii_digit).collect());
        if let Some(expected) = written.filter(|day| day.len() == 8 && printed.time().is_some()).map(|day| day[2..].to_owned())
            && expected != zone.expiry
            && zone.expiry.bytes().all(|c| c.is_ascii_digit())
        {
            faults.push(Fault { what: "expiry", zone: zone.expiry.to_owned(), expected, share: 0.8 });
        }
    }
    if let Some(printed) = document.fact(Field::IssuingCountry).and_then(Fact::country) {
        let issuer = match zone.issuer.trim_end_matches('<') {
            "D" => "DEU",
            "RKS" => "XKX",
            "GBD" | "GBN" | "GBO" | "GBP" | "GBS" => "GBR",
            other => other,
        };
        // Organisations that issue documents are no country.
        if let Some(stated) = interdict_model::Country::from_code(issuer)
            && let (Some(a), Some(b)) = (stated.alpha2(), printed.alpha2())
            && issuer.len() == 3
            && !same(a, b)
        {
            let (zone, expected) = (stated.name().to_owned(), printed.name().to_owned());
            faults.push(Fault { what: "country of issue", zone, expected, share: 0.8 });
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use crate::evaluate::record::testing::check;
    use crate::indicators::Test;
    use crate::mrz::specimens::{TD1, TD2, TD3};

    #[test]
    fn zones() {
        let test = Test::MrzBad {};
        let rows =
            |zone: &str, more: &str| format!("person name=Anna Eriksson\ndoc identity_document mrz={zone}; agent=x; {more}");
        check(&test, &rows("bad", ""), "1.00");
        check(&test, &rows("ok", ""), "clear");
        for zone in [TD3, TD2, TD1] {
            check(&test, &rows(zone, "name=Anna Maria Eriksson; expires=2012-04-15"), "clear");
        }
        // A birth that was changed breaks its own digit and that of all.
        check(&test, &rows(&TD3.replace("740812", "840812"), ""), "1.00");
        check(&test, &rows(&TD1.replace("<<<<6|", "<<<<5|"), ""), "0.80");
        check(&test, &rows(TD3, "name=Robert Sample"), "1.00");
        check(&test, &rows(TD3, "name=Anna Sample"), "0.50");
        check(&test, &rows(TD3, "expires=2022-04-15"), "0.80");
        let german = TD3.replace("P<UTO", "P<D<<");
        check(&test, &rows(&german, "issuing_country=de"), "clear");
        check(&test, &rows(&german, "issuing_country=fr"), "0.80");
        check(&test, &rows("not read", ""), "not checked");
        check(&test, &rows("?", ""), "not checked");
        check(&test, "person name=Ada", "not checked");
    }
}
