//! Policies: what a file may say, what is refused and how, corridors, and good-guy rules with each way in which one ends.

use interdict_model::{Entity, Schema, SchemaName, Value};
use interdict_payments::{
    Cleared, Decision, Field, GoodGuy, IdKind, MessageKind, Party, PartyId, Payment, Policy, Role, Thresholds,
};
use interdict_snapshot::{Builder, Snapshot};

fn field(value: &str) -> Field {
    Field { path: "test".to_owned(), value: value.to_owned() }
}

fn policy(text: &str) -> Policy {
    Policy::from_toml(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn the_example_is_a_policy() {
    let policy = policy(include_str!("../../../examples/policy.toml"));
    assert!(policy.corridors.len() >= 2);
    assert_eq!(policy.good_guys().len(), 1);
}

#[test]
fn nothing_is_a_policy_too() {
    for text in ["", "# nothing\n", "\u{feff}", "[thresholds]\n"] {
        assert_eq!(policy(text), Policy::default(), "{text:?}");
    }
}

#[test]
fn a_policy_says_what_it_says() {
    let policy = policy(
        "[thresholds]\nreport = 0.7\nblock = 1\n\n[[corridor]]\nname = \"c\"\nfrom = \"US\"\nto = [\"cu\", \"North Korea\"]\n\
         messages = [\"PACS.008\", \"mt103\"]\nhold = 0.75\ndecision = \"block\"\n",
    );
    assert_eq!(policy.thresholds, Thresholds { report: 0.7, hold: 0.8, block: 1.0 });
    let corridor = &policy.corridors[0];
    assert_eq!((corridor.from.join(" "), corridor.to.join(" ")), ("US".to_owned(), "CU KP".to_owned()));
    assert_eq!(corridor.messages, [MessageKind::Pacs008, MessageKind::Mt103]);
    assert_eq!(corridor.thresholds, Some(Thresholds { report: 0.7, hold: 0.75, block: 1.0 }));
    assert_eq!(corridor.decision, Some(Decision::Block));
}

const RULE: &str = "[[good_guy]]\nid = \"g\"\nlisted = \"x-1\"\nlisted_facts = \"0123456789abcdef\"\nreason = \"r\"\nby = \"b\"\n\
                    on = 2026-01-15\nparty = { name = \"Ada Beispiel\", account = \"1\" }\n";

#[test]
fn what_is_wrong_is_said_with_line_table_and_key() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = Policy::from_toml(text).map(|_| ()).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}\nnot {expected}\n{text}");
    }
    let corridor = |lines: &str| format!("[[corridor]]\nname = \"a\"\n{lines}\n");
    for (text, expected) in [
        ("[thresholds\n", "line 1: not TOML:"),
        ("x = 1\n", "line 1: policy: `x` is not known here; there are thresholds, corridor, good_guy"),
        ("\n[threshold]\nhold = 1\n", "line 2: policy: `threshold` is not known"),
        ("thresholds = 1\n", "line 1: policy: `thresholds` must be a table"),
        ("[thresholds]\nhold = 1.5\n", "line 2: [thresholds]: `hold` must be a number from 0 to 1"),
        ("[thresholds]\nhold = -0.1\n", "line 2: [thresholds]: `hold` must be a number"),
        ("[thresholds]\nhold = nan\n", "line 2: [thresholds]: `hold` must be a number"),
        ("[thresholds]\nhold = inf\n", "line 2: [thresholds]: `hold` must be a number"),
        ("[thresholds]\nhold = \"0.8\"\n", "line 2: [thresholds]: `hold` must be a number"),
        ("[thresholds]\n\nreport = 0.9\n", "line 3: [thresholds]: `report` (0.9) must not be above `hold` (0.8)"),
        ("[thresholds]\nhold = 0.99\n", "line 2: [thresholds]: `hold` (0.99) must not be above `block` (0.95)"),
        ("[thresholds]\nhold = 0.9\nhold = 0.9\n", "line 3: not TOML:"),
        ("[corridor]\nname = \"a\"\n", "line 1: `corridor` must be tables: [[corridor]]"),
        ("[[corridor]]\nhold = 0.8\n", "line 1: [[corridor]] 1: `name` is missing"),
        (&corridor(""), "line 1: [[corridor]] 1: says nothing"),
        (&corridor("hold = 0.8\nfrom = [\"Korea\"]"), "line 4: [[corridor]] 1: `from` `Korea` is no country"),
        (&corridor("hold = 0.8\nto = [\"US\", \"\"]"), "line 4: [[corridor]] 1: `to` is empty"),
        (&corridor("hold = 0.8\nto = []"), "line 4: [[corridor]] 1: `to` is empty"),
        (&corridor("hold = 0.8\nto = [1]"), "line 4: [[corridor]] 1: `to` must be a text"),
        (&corridor("hold = 0.8\nmessages = [\"MT999\"]"), "line 4: [[corridor]] 1: `messages` `MT999` is no kind of message"),
        (&corridor("decision = \"pass\""), "line 3: [[corridor]] 1: `decision` must be hold or block"),
        (&corridor("hold = 0.96"), "line 3: [[corridor]] 1: `hold` (0.96) must not be above `block`"),
        (&corridor("country = \"US\""), "line 3: [[corridor]] 1: `country` is not known here"),
        (&corridor("hold = 0.8").repeat(2), "line 4: [[corridor]] 2: `name` `a` is the name of another corridor"),
        (&RULE.replace("id = \"g\"\n", ""), "line 1: [[good_guy]] 1: `id` is missing"),
        (&RULE.replace("\"g\"", "\" \""), "line 2: [[good_guy]] 1: `id` is empty"),
        (&RULE.replace("listed = \"x-1\"\n", ""), "line 1: [[good_guy]] 1: `listed` is missing"),
        (&RULE.replace("listed_facts", "facts"), "line 4: [[good_guy]] 1: `facts` is not known here"),
        (
            &RULE.replace("listed_facts = \"0123456789abcdef\"\n", ""),
            "line 1: [[good_guy]] 1: `listed_facts` is missing: `interdict pay --good-guy x-1` prints it",
        ),
        (&RULE.replace("0123456789abcdef", "abc"), "line 4: [[good_guy]] 1: `listed_facts` must be 16 hexadecimal digits"),
        (&RULE.replace("reason = \"r\"\n", ""), "line 1: [[good_guy]] 1: `reason` is missing"),
        (&RULE.replace("by = \"b\"\n", ""), "line 1: [[good_guy]] 1: `by` is missing"),
        (&RULE.replace("on = 2026-01-15\n", ""), "line 1: [[good_guy]] 1: `on` is missing"),
        (&RULE.replace("2026-01-15", "\"15.1.2026\""), "line 7: [[good_guy]] 1: `on` must be a day"),
        (&RULE.replace("2026-01-15", "2026-01-15T10:00:00Z"), "line 7: [[good_guy]] 1: `on` must be a day"),
        (&RULE.replace("2026-01-15", "2026-01-15\nuntil = 2025-01-01"), "line 8: [[good_guy]] 1: `until` is before `on`"),
        (&RULE.replace("party", "who"), "line 8: [[good_guy]] 1: `who` is not known"),
        (&RULE.replace("{ name = \"Ada Beispiel\", account = \"1\" }", "1"), "line 8: [[good_guy]] 1: `party` must be a table"),
        (&RULE.replace(", account = \"1\"", ""), "line 8: [[good_guy]] 1 party: says too little: a name is borne by many. Add"),
        (&RULE.replace("account = \"1\"", "country = \"FR\""), "line 8: [[good_guy]] 1 party: says too little"),
        (&RULE.replace("account = \"1\"", "account = \"-\""), "line 8: [[good_guy]] 1 party: `account` has neither"),
        (&RULE.replace("account = \"1\"", "shoe_size = \"1\""), "line 8: [[good_guy]] 1 party: `shoe_size` is not known"),
        (&RULE.replace("account = \"1\"", "birth_date = \"1990\""), "line 8: [[good_guy]] 1 party: `birth_date` must be a day"),
        (&RULE.replace("name = \"Ada Beispiel\", ", ""), "line 8: [[good_guy]] 1 party: `name` is missing"),
        (&RULE.replace("Ada Beispiel", "..."), "line 8: [[good_guy]] 1 party: `name` has no letters"),
        (&RULE.repeat(2), "line 9: [[good_guy]] 2: `id` `g` is the id of another rule"),
    ] {
        check(text, expected);
    }
}

fn party(role: Role, name: &str) -> Party {
    let mut party = Party::new(role, "test");
    party.names.push(field(name));
    party
}

fn id(kind: IdKind, value: &str) -> PartyId {
    PartyId { kind, field: field(value), scheme: None }
}

#[test]
fn corridors_go_by_the_countries_of_the_sides() {
    use MessageKind::{Camt053, Pacs008};
    use Role::{Creditor, CreditorAgent, Debtor, DebtorAgent};

    let policy = policy(
        "[[corridor]]\nname = \"statement\"\nmessages = \"camt.053\"\nhold = 0.8\n\
         [[corridor]]\nname = \"to Cuba\"\nfrom = [\"US\", \"CA\"]\nto = \"Cuba\"\ndecision = \"hold\"\n\
         [[corridor]]\nname = \"from Germany\"\nfrom = \"DE\"\nhold = 0.85\n\
         [[corridor]]\nname = \"to Cuba too\"\nto = \"CU\"\nhold = 0.8\n",
    );
    let check = |kind: MessageKind, parties: Vec<Party>, expected: Option<&str>| {
        let mut payment = Payment::new(kind, "test", 1, 1);
        payment.parties = parties;
        assert_eq!(policy.corridor(&payment).map(|corridor| corridor.name.as_str()), expected, "{:?}", payment.parties);
    };
    let of = |role: Role, change: &dyn Fn(&mut Party)| {
        let mut party = party(role, "Example Trading");
        change(&mut party);
        party
    };
    let country = |role, code: &str| of(role, &|party| party.address.country = Some(field(code)));
    let iban = |role, number: &str| of(role, &|party| party.ids.push(id(IdKind::Iban, number)));
    let bic = |role, code: &str| of(role, &|party| party.ids.push(id(IdKind::Bic, code)));
    let lives = |role, code: &str| of(role, &|party| party.countries.push(field(code)));
    check(Pacs008, vec![], None);
    check(Camt053, vec![], Some("statement"));
    check(Pacs008, vec![country(Debtor, "US"), country(Creditor, "CU")], Some("to Cuba"));
    check(Pacs008, vec![country(Debtor, "Canada"), bic(CreditorAgent, "BNACCUHH")], Some("to Cuba"));
    check(Pacs008, vec![country(Debtor, "FR"), country(Creditor, "CU")], Some("to Cuba too"));
    check(Pacs008, vec![country(Creditor, "CU")], Some("to Cuba too"));
    check(Pacs008, vec![iban(Debtor, "DE02120300000000202051")], Some("from Germany"));
    check(Pacs008, vec![lives(Debtor, "DE")], Some("from Germany"));
    check(Pacs008, vec![bic(DebtorAgent, "DEUTDEFF")], Some("from Germany"));
    check(Pacs008, vec![bic(Debtor, "DEUTDEFF")], Some("from Germany"));
    // The address goes before the account, the account before the bank.
    let both = of(Debtor, &|party| {
        party.address.country = Some(field("FR"));
        party.ids.push(id(IdKind::Iban, "DE02120300000000202051"));
    });
    check(Pacs008, vec![both], None);
    check(Pacs008, vec![iban(Debtor, "FR7630006000011234567890189"), bic(DebtorAgent, "DEUTDEFF")], None);
    let line = of(Debtor, &|party| party.address.lines.push(field("1 Example Street\nGermany")));
    check(Pacs008, vec![line], Some("from Germany"));
    check(Pacs008, vec![iban(Debtor, "é"), bic(DebtorAgent, "x")], None);
}

fn listed(properties: &[(&str, &str)]) -> Snapshot {
    let mut entity = Entity::new("x-1", SchemaName::from("Person"));
    for (property, value) in properties {
        entity.add(property, Value::from(*value));
    }
    assert_eq!(entity.schema.known(), Some(Schema::Person));
    let mut passport = Entity::new("x-1-passport", SchemaName::from("Passport"));
    passport.add("holder", Value::from("x-1"));
    passport.add("number", Value::from("P000001"));
    let mut builder = Builder::new();
    builder.add(&entity);
    builder.add(&passport);
    let built = builder.finish().unwrap_or_else(|error| panic!("{error}"));
    built.open().unwrap_or_else(|error| panic!("{error}"))
}

const LISTED: [(&str, &str); 4] =
    [("name", "Ada BEISPIEL"), ("alias", "A. Beispiel"), ("birthDate", "1960-01-01"), ("nationality", "kp")];

const KNOWN: &str = "name = [\"Ada Beispiel\", \"Beispiel, Ada\"], birth_date = 1990-05-01, country = \"FR\", \
                     address = \"12 Example Street\", account = [\"FR76 3000 6000 0112 3456 7890 189\"], passport = \"P-900\"";

fn rule(known: &str, facts: &str) -> Policy {
    policy(&format!(
        "[[good_guy]]\nid = \"g\"\nlisted = \"x-1\"\nlisted_facts = \"{facts}\"\nreason = \"r\"\nby = \"b\"\non = 2026-01-15\n\
         until = 2027-01-14\nparty = {{ {known} }}\n"
    ))
}

fn known_party() -> Party {
    let mut party = party(Role::Creditor, "ADA BEISPIEL");
    party.birth_date = Some(field("1990-05-01"));
    party.address.country = Some(field("France"));
    party.address.lines.push(field("Example Street 12\nParis"));
    party.ids.push(id(IdKind::Iban, "FR7630006000011234567890189"));
    party.ids.push(id(IdKind::Passport, "P900"));
    party
}

#[test]
fn a_rule_holds_while_both_sides_are_as_they_were() {
    let snapshot = listed(&LISTED);
    let entity = snapshot.entity("x-1").unwrap();
    let policy = rule(KNOWN, &GoodGuy::listed_facts_of(entity));
    for day in ["2026-01-15", "2026-06-01", "2027-01-14"] {
        let cleared = policy.clears(&known_party(), entity, day);
        assert!(matches!(cleared, Some(Cleared::By(rule)) if rule.id == "g"), "{day}: {cleared:?}");
    }
    let other = party(Role::Creditor, "Ben Beispiel");
    assert_eq!(policy.clears(&other, entity, "2026-06-01"), None);
    assert_eq!(policy.clears(&Party::new(Role::Creditor, "test"), entity, "2026-06-01"), None);
    let passport = snapshot.entity("x-1-passport").unwrap();
    assert_eq!(policy.clears(&known_party(), passport, "2026-06-01"), None);
}

#[test]
fn a_rule_ends_and_says_why() {
    #[track_caller]
    fn check(policy: &Policy, party: &Party, entity: interdict_snapshot::EntityRef<'_>, day: &str, expected: &str) {
        match policy.clears(party, entity, day) {
            Some(Cleared::Lapsed { why, .. }) => assert!(why.starts_with(expected), "{why}\nnot {expected}"),
            other => panic!("{other:?}, not {expected}"),
        }
    }

    let snapshot = listed(&LISTED);
    let entity = snapshot.entity("x-1").unwrap();
    let policy = rule(KNOWN, &GoodGuy::listed_facts_of(entity));
    let changed = |change: &dyn Fn(&mut Party)| {
        let mut party = known_party();
        change(&mut party);
        party
    };
    check(&policy, &known_party(), entity, "2026-01-14", "the rule was written on 2026-01-15");
    check(&policy, &known_party(), entity, "2027-01-15", "the rule ended on 2027-01-14");
    for (party, expected) in [
        (changed(&|party| party.names.push(field("A. Beispiel"))), "the payment also states the name A. Beispiel"),
        (changed(&|party| party.birth_date = None), "the payment states no birth date"),
        (
            changed(&|party| party.birth_date = Some(field("1960-01-01"))),
            "the payment states the birth date 1960-01-01, the rule 1990-05-01",
        ),
        (changed(&|party| party.birth_date = Some(field("1990"))), "the payment states the birth date 1990, the rule"),
        (changed(&|party| party.birth_date = Some(field("?"))), "the payment states the birth date ?, the rule"),
        (changed(&|party| party.address.country = None), "the payment states no country"),
        (changed(&|party| party.address.country = Some(field("KP"))), "the payment states the country KP, the rule FR"),
        (changed(&|party| party.countries.push(field("KP"))), "the payment states the country KP, the rule FR"),
        (changed(&|party| party.address.lines.clear()), "the payment states no address"),
        (
            changed(&|party| party.address.lines[0] = field("13 Example Street\nParis")),
            "the payment states the address 13 Example Street, Paris, the rule 12 Example Street",
        ),
        (changed(&|party| party.ids.clear()), "the payment states no account"),
        (
            changed(&|party| party.ids[0] = id(IdKind::Account, "4711")),
            "the payment states the account 4711, the rule FR76 3000",
        ),
        (changed(&|party| party.ids.push(id(IdKind::Account, "4711"))), "the payment states the account 4711, the rule"),
        (changed(&|party| party.ids.truncate(1)), "the payment states no passport"),
        (changed(&|party| party.ids[1] = id(IdKind::Passport, "P901")), "the payment states the passport P901, the rule P-900"),
    ] {
        check(&policy, &party, entity, "2026-06-01", expected);
    }
    for change in [("alias", "Ada Example"), ("birthDate", "1990-05-01"), ("country", "fr"), ("idNumber", "123456")] {
        let mut properties = LISTED.to_vec();
        properties.push(change);
        let later = listed(&properties);
        check(&policy, &known_party(), later.entity("x-1").unwrap(), "2026-06-01", "the listing has changed: ");
    }
}

#[test]
fn one_rule_that_holds_is_enough() {
    let snapshot = listed(&LISTED);
    let entity = snapshot.entity("x-1").unwrap();
    let facts = GoodGuy::listed_facts_of(entity);
    let one = |id: &str, account: &str| {
        RULE.replace("\"g\"", &format!("\"{id}\""))
            .replace("0123456789abcdef", &facts)
            .replace("\"1\"", &format!("\"{account}\""))
    };
    let policy = policy(&format!("{}{}", one("a", "1"), one("b", "2")));
    let mut stated = party(Role::Debtor, "Ada Beispiel");
    stated.ids.push(id(IdKind::Account, "2"));
    assert!(matches!(policy.clears(&stated, entity, "2026-02-01"), Some(Cleared::By(rule)) if rule.id == "b"));
    stated.ids[0] = id(IdKind::Account, "3");
    assert!(matches!(policy.clears(&stated, entity, "2026-02-01"), Some(Cleared::Lapsed { rule, .. }) if rule.id == "a"));
}

#[test]
fn the_digest_is_of_the_facts_and_of_nothing_else() {
    let digest = |properties: &[(&str, &str)]| GoodGuy::listed_facts_of(listed(properties).entity("x-1").unwrap());
    let facts = digest(&LISTED);
    assert!(facts.len() == 16 && facts.bytes().all(|byte| byte.is_ascii_hexdigit()), "{facts}");
    let mut turned = LISTED;
    turned.reverse();
    assert_eq!(digest(&turned), facts);
    let mut more = LISTED.to_vec();
    more.push(("notes", "something else"));
    assert_eq!(digest(&more), facts);
    assert_ne!(digest(&LISTED[..3]), facts);
}

#[test]
fn the_template_is_toml_that_is_to_be_filled_in() {
    let snapshot = listed(&LISTED);
    let entity = snapshot.entity("x-1").unwrap();
    let text = GoodGuy::template(entity, "2026-01-15");
    for part in ["# listed: name Ada BEISPIEL\n", "# listed: birth date 1960-01-01\n", "# listed: identifier P000001\n"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(Policy::from_toml(&text).unwrap_err().to_string().contains("`id` is empty"), "{text}");
    let filled = text
        .replace("id = \"\"", "id = \"g\"")
        .replace("reason = \"\"", "reason = \"r\"")
        .replace("by = \"\"", "by = \"b\"")
        .replace("name = []", "name = [\"Ada Beispiel\"]")
        .replace("birth_date = \"\"", "birth_date = \"1990-05-01\"")
        .replace(", account = []", "");
    let mut stated = party(Role::Debtor, "Ada Beispiel");
    stated.birth_date = Some(field("1990-05-01"));
    assert!(matches!(policy(&filled).clears(&stated, entity, "2026-01-15"), Some(Cleared::By(_))), "{filled}");
}
