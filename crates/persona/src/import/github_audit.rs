//! The audit log of an organisation on GitHub: clones and downloads of its repositories, pushes to those of others, members that somebody
//! added, keys, and log-ins, each with the address and country that the log states.

use std::io::{self, BufRead};

use super::console::{self, Column};
use super::json::{records, text};
use rustc_hash::FxHashSet;
use serde_json::Value;

use crate::people::{Builder, FileId, NewEvent, PersonId, Seen, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{EventKind, Field, IdKind};

/// The columns of the table that the page of the log saves: the members by their names.
const COLUMNS: &[Column] = &[
    ("_document_id", &["documentid"]),
    ("@timestamp", &["timestamp"]),
    ("created_at", &["createdat"]),
    ("action", &["action"]),
    ("actor", &["actor"]),
    ("actor_ip", &["actorip"]),
    ("actor_is_bot", &["actorisbot"]),
    ("actor_location.country_code", &["actorlocationcountrycode"]),
    ("external_identity_nameid", &["externalidentitynameid"]),
    ("external_identity_username", &["externalidentityusername"]),
    ("user_agent", &["useragent"]),
    ("repo", &["repo", "repository"]),
    ("org", &["org", "organization"]),
    ("user", &["user"]),
    ("old_login", &["oldlogin"]),
    ("fingerprint", &["fingerprint"]),
];

pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let mut handles = FxHashSet::default();
    let mut ids = FxHashSet::default();
    let mut identities = FxHashSet::default();
    let mut take = |value: &Value, source: Source, to: &mut Builder| {
        let action = text(value, "action");
        if action.is_empty() {
            return to.problem(source, ProblemKind::Missing("action"));
        }
        let Some(kind) = kind_of(&action, value) else { return };
        let id = text(value, "_document_id");
        if !id.is_empty() && !ids.insert(twox_hash::XxHash3_64::oneshot(id.as_bytes())) {
            return to.problem(source, ProblemKind::DuplicateId);
        }
        let actor = text(value, "actor").to_lowercase();
        if actor.ends_with("[bot]") || text(value, "actor_is_bot") == "yes" {
            return;
        }
        if actor.is_empty() {
            return to.problem(source, ProblemKind::Missing("actor"));
        }
        let person = to.account("github", &actor, source);
        if handles.insert(person) {
            to.identifier(person, IdKind::Handle, &format!("github:{actor}"), Seen::default(), source);
        }
        // Who the actor is for the identity provider of the organisation.
        for member in ["external_identity_nameid", "external_identity_username"] {
            let identity = text(value, member).to_lowercase();
            if identity.contains('@') && !identities.contains(&(person, identity.clone())) {
                to.identifier(person, IdKind::Email, &identity, Seen::default(), source);
                identities.insert((person, identity));
            }
        }
        one(value, &action, kind, person, to, source);
    };
    if console::is_table(input)? {
        return console::records_of(input, file, to, COLUMNS, |record, source, to| take(record, source, to));
    }
    records(input, file, to, take)
}

/// What an action is here; `None` for what no indicator reads.
fn kind_of(action: &str, value: &Value) -> Option<EventKind> {
    Some(match action {
        "git.clone" | "repo.download_zip" => EventKind::Clone,
        // Pushes to repositories of the organisation are daily work.
        "git.push" => {
            let (repo, org) = (text(value, "repo"), text(value, "org"));
            let owner = repo.split_once('/').map_or("", |(owner, _)| owner);
            if owner.is_empty() || org.is_empty() || owner.eq_ignore_ascii_case(&org) {
                return None;
            }
            EventKind::Push
        }
        "org.add_member" | "org.invite_member" | "org.add_outside_collaborator" | "repo.add_member" | "team.add_member" => {
            EventKind::MemberAdded
        }
        "public_key.create" | "user.rename" | "account.rename" => EventKind::Renamed,
        "user.login" | "user.sign_in" | "org.sso_response" | "business.sso_response" => EventKind::Login,
        _ => return None,
    })
}

fn one(value: &Value, action: &str, kind: EventKind, person: PersonId, to: &mut Builder, source: Source) {
    let get = |name| text(value, name);
    let time = match get("@timestamp") {
        time if time.is_empty() => get("created_at"),
        time => time,
    };
    let (ip, agent, repo, country) = (get("actor_ip"), get("user_agent"), get("repo"), get("actor_location.country_code"));
    let (user, old) = (get("user"), get("old_login"));
    let fingerprint = get("fingerprint");
    let mut facts = vec![(Field::Repo, repo.as_ref()), (Field::Country, country.as_ref()), (Field::Agent, agent.as_ref())];
    match action {
        "public_key.create" => {
            to.identifier(person, IdKind::SigningKey, &fingerprint, Seen { first: &time, last: "" }, source);
            facts.extend([(Field::What, "key"), (Field::To, fingerprint.as_ref())]);
        }
        "user.rename" | "account.rename" => {
            facts.extend([(Field::What, "handle"), (Field::From, old.as_ref()), (Field::To, user.as_ref())]);
        }
        _ if kind == EventKind::MemberAdded => facts.push((Field::To, user.as_ref())),
        _ => {}
    }
    to.event(person, &NewEvent { kind, time: &time, offset: None, ip: &ip, device: "", facts: &facts }, source);
}

#[cfg(test)]
mod tests {
    use super::super::payouts::testing::{cut_anywhere, events, find, import, told};
    use super::read;
    use crate::import::Format;
    use crate::vocabulary::{EventKind, IdKind};

    const LOG: &str = r#"{"@timestamp": 1772368245000, "_document_id": "a", "action": "git.clone", "actor": "Ada", "actor_ip": "203.0.113.7", "actor_location": {"country_code": "PL"}, "user_agent": "git/2.43", "repo": "example/core", "org": "example"}
{"@timestamp": 1772368245000, "_document_id": "a", "action": "git.clone", "actor": "Ada", "repo": "example/core", "org": "example"}
{"@timestamp": 1772368246000, "action": "git.push", "actor": "ada", "repo": "example/core", "org": "example"}
{"@timestamp": 1772368247000, "action": "git.push", "actor": "ada", "repo": "ada/mirror", "org": "example"}
{"@timestamp": 1772368248000, "action": "org.add_member", "actor": "ada", "user": "bob", "org": "example"}
{"@timestamp": 1772368249000, "action": "public_key.create", "actor": "ada", "fingerprint": "SHA256:abcDEF"}
{"@timestamp": 1772368250000, "action": "user.login", "actor": "ada", "actor_ip": "not an address"}
{"@timestamp": 1772368250000, "action": "repo.create", "actor": "ada"}
{"@timestamp": 1772368250000, "action": "git.clone", "actor": "helper[bot]"}
{"@timestamp": "noon", "action": "git.clone", "actor": "ada"}
{"@timestamp": 1772368250000, "action": "git.clone"}
{"@timestamp": 1772368250000, "action": 7.5, "actor": ["x"]}
{"actor": "ada"}
{"@timestamp": 1772368250000, "acti"#;

    #[test]
    fn an_audit_log() {
        let (people, problems) = import(read, &[LOG]);
        let all = told(&problems);
        for (problem, expected) in all.iter().zip([
            "2: the id",
            "7: the IP address",
            "10: `time`",
            "11: the row is left out: `actor`",
            "13: the row is left out: `action`",
            "14: the file ends",
        ]) {
            assert!(problem.starts_with(expected), "{problem} / {expected}\n{all:#?}");
        }
        assert_eq!(all.len(), 6, "{all:#?}");
        let ada = find(&people, "github:ada");
        assert_eq!(people.len(), 1);
        assert_eq!(
            events(ada),
            [
                "clone repo=example/core,country=PL,agent=git/2.43",
                "push repo=ada/mirror",
                "member_added to=bob",
                "renamed what=key,to=SHA256:abcDEF",
                "login ",
            ]
        );
        assert_eq!(ada.events_of(EventKind::Clone).next().unwrap().ip(), Some("203.0.113.7".parse().unwrap()));
        assert_eq!(ada.identifiers_of(IdKind::SigningKey).next().unwrap().value(), Some("SHA256:abcDEF"));
    }

    #[test]
    fn the_actor_is_who_the_identity_provider_says() {
        let hr = "Employee ID,Worker,Email - Work\n1001,\"Ionescu, Razvan\",R.Ionescu@example.com\n";
        let log = r#"{"@timestamp":1772368245000,"action":"git.clone","actor":"razvan-i","repo":"example/api","org":"example","external_identity_nameid":"r.ionescu@example.com"}"#;
        let (people, problems) = crate::import::testing::imported(&[(Format::Hris, hr), (Format::GithubAudit, log)], None);
        assert_eq!(problems.total(), 0, "{:?}", told(&problems));
        assert_eq!(people.len(), 1);
        assert_eq!(find(&people, "hris:1001").id(), find(&people, "github:razvan-i").id());
    }

    #[test]
    fn the_table_that_the_page_saves() {
        let table = "action,actor,actor_ip,repo,org,created_at,visibility\n\
            git.clone,Ada,203.0.113.7,example/core,example,1772368245000,private\n";
        let (people, problems) = import(read, &[table]);
        assert_eq!(events(find(&people, "github:ada")), ["clone repo=example/core"]);
        assert_eq!(told(&problems), ["1: `visibility` is not read"]);
    }

    #[test]
    fn a_file_may_be_cut_anywhere() {
        cut_anywhere(read, LOG);
    }
}
