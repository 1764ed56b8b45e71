//! Names that papers and parcels state against the name that the person goes by.

use super::names::{Likeness, relate, same_words};
use super::{Findings, past, stated};
use crate::evaluate::{Context, Evidence, Outcome};
use crate::people::{Event, Fact, Person, Relation, Source};
use crate::time::Time;
use crate::value::normalise;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

/// How a written name relates to the person, by the name it goes by and by those that it openly had before.
pub(super) fn relate_person(person: Person<'_>, own: &str, other: &str) -> Likeness {
    let mut found = relate(own, other);
    if found == Likeness::Same || !person.has_event(EventKind::Renamed) {
        return found;
    }
    for event in person.events_of(EventKind::Renamed) {
        if event.fact(Field::What).is_some_and(|what| !matches!(what.text(), "name" | "display_name" | "surname")) {
            continue;
        }
        for side in [Field::From, Field::To] {
            if let Some(name) = event.fact(side) {
                let other = relate(name.text(), other);
                if other.share() < found.share() {
                    found = other;
                }
            }
        }
    }
    found
}

fn own_name(person: Person<'_>) -> Option<Evidence> {
    person.name().map(|name| Evidence::new(person, "name", name, None, person.source()))
}

/// A name in a record that is to be held against the person's.
struct Stated<'a> {
    /// What it names.
    what: &'static str,
    /// In what kind of record.
    of: &'static str,
    fact: Fact<'a>,
    time: Option<Time>,
    source: Source,
}

fn compare_all<'a>(person: Person<'a>, all: impl Iterator<Item = Stated<'a>>) -> Outcome {
    let Some(own) = person.name() else { return Outcome::NotChecked("the name of the person") };
    let mut findings = Findings::default();
    let mut worst = Likeness::Same;
    for stated_name in all {
        findings.looked += 1;
        let text = stated_name.fact.text();
        let found = relate_person(person, own, text);
        // One word may be the name of an account.
        let one_word = text.is_ascii() && !text.trim().contains(' ');
        // Another surname beside the given name is a marriage; a relative and a firm are openly named.
        if found != Likeness::Other || one_word && super::contacts::holds_name(text, own) {
            continue;
        }
        if is_joint(person, own, text) || is_of_household(person, text) || is_of_firm(person, text) {
            continue;
        }
        if findings.found == 0 {
            findings.evidence.extend(own_name(person));
        }
        if found.share() > worst.share() {
            worst = found;
        }
        let Stated { what, of, fact, time, source } = stated_name;
        let evidence = stated(person, format!("{what} of the {of}"), fact, time, source);
        findings.add(if one_word { found.share() * 0.5 } else { found.share() }, [evidence]);
    }
    findings.outcome("a name in these records", |all| {
        format!("{} of {} names in records are not that of the person: {}", all.found, all.looked, worst.words())
    })
}

/// Whether a holder is several people, one of whom has a name of the person: a joint account.
fn is_joint(person: Person<'_>, own: &str, text: &str) -> bool {
    const JOINS: [&str; 10] = ["&", "+", "/", "and", "or", "und", "et", "y", "e", "family"];
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let is_join = |word: &&str| JOINS.iter().any(|join| join.eq_ignore_ascii_case(word));
    words.iter().any(is_join)
        && words.split(is_join).any(|part| {
            let part = part.join(" ");
            !part.is_empty() && (relate_person(person, own, &part) != Likeness::Other || is_of_household(person, &part))
        })
}

/// Names in these documents against the person's. Payouts state the holder of an account as well as its record does.
pub(super) fn names_differ(documents: &[DocKind], fields: &[Field], person: Person<'_>) -> Outcome {
    let in_documents = person.documents().filter(|document| documents.contains(&document.kind())).flat_map(|document| {
        let is_name = |fact: &Fact<'_>| fact.group() == 0 && fields.contains(&fact.field());
        document.facts().filter(is_name).map(move |fact| Stated {
            what: fact.field().label(),
            of: document.kind().label(),
            fact,
            time: document.time(),
            source: document.source(),
        })
    });
    let holders = fields.contains(&Field::Holder) && documents.contains(&DocKind::BankAccount);
    let kinds: &[EventKind] = if holders { &[EventKind::Payout, EventKind::PayeeOpened, EventKind::PayeeChanged] } else { &[] };
    // Hundreds of payouts state one holder: each writing of it counts once.
    let mut seen: Vec<u32> = Vec::new();
    let in_events = kinds.iter().flat_map(|kind| person.events_of(*kind)).filter_map(|event| {
        let fact = event.fact(Field::Holder)?;
        if seen.contains(&fact.text_id()) || seen.len() == 64 {
            return None;
        }
        seen.push(fact.text_id());
        Some(Stated {
            what: "account holder",
            of: event.kind().label(),
            fact,
            time: Some(event.time()),
            source: event.source(),
        })
    });
    compare_all(person, in_documents.chain(in_events))
}

/// What carriers write when a house, a desk or nobody signs.
const NO_SIGNER: [&str; 40] = [
    "agent",
    "authority",
    "backdoor",
    "building",
    "carport",
    "concierge",
    "customer",
    "deck",
    "desk",
    "dock",
    "door",
    "doorman",
    "driver",
    "employee",
    "entrance",
    "front",
    "garage",
    "guard",
    "leasing",
    "left",
    "lobby",
    "locker",
    "mail",
    "mailbox",
    "mailroom",
    "manager",
    "neighbor",
    "neighbour",
    "office",
    "onfile",
    "patio",
    "porch",
    "porter",
    "receiver",
    "receiving",
    "reception",
    "receptionist",
    "recipient",
    "resident",
    "security",
];

fn is_no_signer(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    text.chars().filter(|c| c.is_alphabetic()).count() < 3
        || words.any(|word| {
            NO_SIGNER.iter().any(|known| known.eq_ignore_ascii_case(word)) || word.eq_ignore_ascii_case("signature")
        })
}

/// Who signed for parcels against the person. Desks, relatives and the openly stated household are nobody else, and one stranger at the
/// person's door is a neighbour: a stranger counts who signs again, or where the person states no home.
pub(super) fn signed_by_other(person: Person<'_>, context: &Context<'_>) -> Outcome {
    if !person.has_event(EventKind::ParcelDelivered) {
        return Outcome::NotChecked("parcels with a signature");
    }
    let Some(own) = person.name() else { return Outcome::NotChecked("the name of the person") };
    let mut findings = Findings::default();
    let mut elsewhere = 0;
    let mut others: Vec<&str> = Vec::new();
    for event in past(person, EventKind::ParcelDelivered, context.as_of) {
        let Some(fact) = event.fact(Field::SignedBy) else { continue };
        findings.looked += 1;
        if !is_stranger(person, own, fact.text()) {
            continue;
        }
        if findings.found == 0 {
            findings.evidence.extend(own_name(person));
        }
        if !others.contains(&fact.text()) {
            others.push(fact.text());
        }
        let address = event.fact(Field::ShipTo);
        let away = super::addresses::is_elsewhere(address.map(Fact::text), person, context) == Some(true);
        elsewhere += u32::from(away);
        let mut evidence = vec![stated(person, "signed by", fact, Some(event.time()), event.source())];
        evidence
            .extend(address.filter(|_| away).map(|to| stated(person, "delivered to", to, Some(event.time()), event.source())));
        findings.add(if away { 1.0 } else { 0.5 }, evidence);
    }
    if findings.found == 1 && elsewhere == 0 {
        findings.found = 0;
    }
    findings.outcome("parcels with a signature", |all| {
        format!(
            "{} of {} parcels were signed for by another name ({} names), {elsewhere} of them away from the homes stated",
            all.found,
            all.looked,
            others.len(),
        )
    })
}

/// Whether somebody who signs is a stranger to a person of a name.
fn is_stranger(person: Person<'_>, own: &str, signer: &str) -> bool {
    !is_no_signer(signer) && relate_person(person, own, signer) == Likeness::Other && !is_of_household(person, signer)
}

/// The stranger who signed for a parcel of a person.
pub(crate) fn stranger_who_signed<'p>(person: Person<'_>, parcel: Event<'p>) -> Option<Fact<'p>> {
    let own = person.name()?;
    parcel.fact(Field::SignedBy).filter(|fact| is_stranger(person, own, fact.text()))
}

fn is_of_household(person: Person<'_>, name: &str) -> bool {
    let related = person.relations().chain(person.relations_to()).filter(|relation| relation.kind() == RelKind::Household);
    related
        .flat_map(|relation| [relation.a(), relation.b()])
        .any(|other| other.id() != person.id() && other.name().is_some_and(|other| relate(other, name) == Likeness::Same))
}

/// Whether a name is that of a firm through which the person openly works.
fn is_of_firm(person: Person<'_>, name: &str) -> bool {
    let mut firms = person.relations().filter(|relation| relation.kind() == RelKind::StaffedBy).map(Relation::b);
    firms.any(|firm| {
        let registered = firm.documents_of(DocKind::Company).filter_map(|document| document.fact(Field::Name)).map(Fact::text);
        firm.name().into_iter().chain(registered).any(|firm| relate(firm, name) == Likeness::Same)
    })
}

/// Files that the person makes alone.
const OWN_FILES: [DocKind; 5] = [DocKind::Cv, DocKind::Letter, DocKind::Answer, DocKind::Proposal, DocKind::Portfolio];

/// Words in what templates and programs write as author.
const NO_AUTHOR: [&str; 22] = [
    "acrobat",
    "adobe",
    "canva",
    "chrome",
    "computer",
    "creator",
    "desktop",
    "google",
    "indeed",
    "laptop",
    "libreoffice",
    "linkedin",
    "microsoft",
    "novoresume",
    "office",
    "pages",
    "resume",
    "template",
    "unknown",
    "user",
    "wps",
    "zety",
];

/// The author in the metadata of the person's own files against the person. The company of a licence is not read: it is mostly that of an
/// earlier employer or of a shop.
pub(super) fn author_differs(person: Person<'_>) -> Outcome {
    let Some(own) = person.name() else { return Outcome::NotChecked("the name of the person") };
    let mut findings = Findings::default();
    for document in person.documents().filter(|document| OWN_FILES.contains(&document.kind())) {
        let Some(fact) = document.fact(Field::Author) else { continue };
        let text = fact.text();
        if same_words(own, text) {
            findings.looked += 1;
            continue;
        }
        if normalise(IdKind::DocAuthor, text, None).is_err() || NO_AUTHOR.iter().any(|word| super::has_word(text, word)) {
            continue;
        }
        findings.looked += 1;
        let found = relate_person(person, own, text);
        if matches!(found, Likeness::Same | Likeness::Company) || is_of_firm(person, text) {
            continue;
        }
        let words = text.split(|c: char| c.is_whitespace() || c == '.' || c == '_').filter(|word| !word.is_empty()).count();
        // The account of a computer, as `atest` or `star`.
        let share = if words < 2 {
            if super::contacts::holds_name(text, own) {
                continue;
            }
            0.4
        } else {
            found.share()
        };
        if findings.found == 0 {
            findings.evidence.extend(own_name(person));
        }
        let what = format!("author of the {}", document.kind().label());
        findings.add(share, [stated(person, what, fact, document.time(), document.source())]);
    }
    findings.outcome("files with a named author", |all| format!("{} of {} files name another author", all.found, all.looked))
}

#[cfg(test)]
mod tests {
    use crate::evaluate::record::testing::check;
    use crate::indicators::Test;
    use crate::vocabulary::{DocKind, Field};

    #[test]
    fn names_in_papers() {
        let test = Test::NamesDiffer {
            documents: vec![DocKind::IdentityDocument, DocKind::BankAccount, DocKind::Cv],
            fields: vec![Field::Name, Field::Holder],
        };
        let rows = |more: &str| format!("person name=Ada Test\n{more}");
        check(&test, &rows("doc cv name=Robert Sample"), "1.00");
        check(&test, &rows("doc cv name=Ada Test\ndoc bank_account holder=Robert Sample"), "1.00");
        check(&test, &rows("payout 2026-01-01 holder=Robert Sample; amount=10"), "1.00");
        check(&test, &rows("doc cv name=Ada Mary Test\ndoc identity_document name=TEST, ADA"), "clear");
        // A maiden name, whether the change is on record or not.
        check(&test, &rows("doc identity_document name=Ada Sample"), "clear");
        check(
            &test,
            &rows("renamed 2025-01-01 what=name; from=Ada Sample; to=Ada Test\ndoc identity_document name=Ada Sample"),
            "clear",
        );
        // Paid through a firm, or by a joint account.
        check(&test, &rows("doc bank_account holder=Example Payments Ltd"), "clear");
        for joint in
            ["Ada Test and Robert Sample", "Robert Sample & Ada Test", "Carla Sample and family Test", "R. Sample / A. Test"]
        {
            check(&test, &rows(&format!("doc bank_account holder={joint}")), "clear");
        }
        check(&test, &rows("doc bank_account holder=Robert Sample and Carla Sample"), "1.00");
        check(&test, &rows("doc bank_account holder=Robert Test"), "clear");
        let partner =
            format!("{}\np2: person name=Robert Sample\nrel household p2", rows("doc bank_account holder=Robert Sample"));
        check(&test, &partner, "clear");
        // The firm through which the person openly works, whatever its name sounds like.
        let firm =
            format!("{}\np2: person name=Quarry Sample\nrel staffed_by p2", rows("doc bank_account holder=Quarry Sample"));
        check(&test, &firm, "clear");
        // The same by the name under which it is registered.
        let registered =
            format!("{}\np2: doc company name=Quarry Sample\nrel staffed_by p2", rows("doc bank_account holder=Quarry Sample"));
        check(&test, &registered, "clear");
        let other =
            format!("{}\np2: doc company name=Marble Sample\nrel staffed_by p2", rows("doc bank_account holder=Quarry Sample"));
        check(&test, &other, "1.00");
        // The name of an account.
        check(&test, &rows("doc cv name=atest84"), "clear");
        check(&test, &rows("doc cv name=star990"), "0.50");
        // Names that the test does not read.
        check(&test, &rows("doc reference name=Robert Sample"), "not checked");
        check(&test, "person country=gb\ndoc cv name=Robert Sample", "not checked");
    }

    #[test]
    fn signatures() {
        let test = Test::SignedByOther {};
        let rows = |more: &str| format!("person name=Ada Test\n{more}");
        let parcel = |signed: &str| rows(&format!("parcel_delivered 2026-03-01 signed_by={signed}"));
        // One stranger is a neighbour; again, or away from home, it is somebody else's door.
        check(&test, &parcel("R SAMPLE"), "clear");
        check(
            &test,
            &rows("parcel_delivered 2026-03-01 signed_by=R Sample\nparcel_delivered 2026-04-01 signed_by=Robert Sample"),
            "0.50",
        );
        let home = "id address 12 Example Street, Springfield, IL 62701";
        let at = |to: &str| rows(&format!("{home}\nparcel_delivered 2026-03-01 signed_by=R Sample; ship_to={to}"));
        check(&test, &at("98 Sample Avenue, Portland, OR 97201"), "1.00");
        check(&test, &at("12 Example St, Springfield, IL 62701"), "clear");
        check(&test, &format!("{}\nid ship_to 98 Sample Avenue, Portland, OR 97201\n{home}", parcel("R Sample")), "1.00");
        check(&test, &parcel("Bob Test"), "clear");
        for signed in
            ["A TEST", "Test", "Reception", "FRONT DESK", "Left at porch", "AT", "Signature on file", "Neighbour no 4"]
        {
            check(&test, &parcel(signed), "clear");
        }
        check(&test, &format!("{}\np2: person name=Robert Sample\nrel household p2", parcel("Robert Sample")), "clear");
        check(&test, &rows("parcel_delivered 2026-03-01 tracking=1"), "not checked");
        check(&test, &rows(""), "not checked");
        check(&test, &rows("parcel_delivered 2027-03-01 signed_by=Robert Sample"), "not checked");
    }

    #[test]
    fn authors() {
        let test = Test::AuthorDiffers {};
        let rows = |author: &str| format!("person name=Ada Test\ndoc cv author={author}");
        check(&test, &rows("Robert Sample"), "1.00");
        check(&test, &rows("star990"), "0.40");
        check(&test, &rows("Ada Sample"), "0.40");
        for author in ["Ada Test", "atest", "A. Test", "ada", "Example Ltd"] {
            check(&test, &rows(author), "clear");
        }
        for author in ["Microsoft Office User", "Canva", "Dell laptop", "Resume Template"] {
            check(&test, &rows(author), "not checked");
        }
        check(&test, "person name=Ada Test\ndoc reference author=Robert Sample", "not checked");
    }
}
