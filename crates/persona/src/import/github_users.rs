//! Accounts and commits as GitHub's interface answers them. An account becomes a person with its profile; a commit belongs to the account
//! that GitHub names, else to the author's e-mail address.

use std::io::{self, BufRead};

use interdict_model::Country;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use super::git_log::{Commit, author, commit, is_machine};
use super::json::{records, text};
use super::payouts::event;
use crate::people::{Builder, Describe, FileId, NewDocument, PersonId, Seen, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let mut authors = FxHashMap::default();
    let mut emails = FxHashSet::default();
    let mut seen = FxHashSet::default();
    records(input, file, to, |value, source, to| {
        let (login, sha) = (text(value, "login"), text(value, "sha"));
        if sha.is_empty() && login.is_empty() {
            return to.problem(source, ProblemKind::Missing("login"));
        }
        let key = if sha.is_empty() { login.to_lowercase() } else { format!("{sha} {}", repo_of(value)) };
        if !seen.insert(key) {
            return to.problem(source, ProblemKind::DuplicateId);
        }
        if sha.is_empty() {
            profile(value, to, source);
        } else {
            one_commit(value, &sha, to, &mut authors, &mut emails, source);
        }
    })
}

/// Puts an account in, and answers who it is; `None` for what is no person, as an organisation or a program.
pub(super) fn profile(value: &Value, to: &mut Builder, source: Source) -> Option<PersonId> {
    let get = |name| text(value, name);
    if matches!(get("type").as_ref(), "Organization" | "Bot") {
        return None;
    }
    let login = get("login").to_lowercase();
    let person = to.account("github", &login, source);
    let (name, created, updated) = (get("name"), get("created_at"), get("updated_at"));
    to.describe(person, Describe { name: &name, ..Describe::default() }, source);
    let seen = Seen { first: "", last: &updated };
    to.identifier(person, IdKind::Handle, &format!("github:{login}"), seen, source);
    to.identifier(person, IdKind::Email, &get("email"), seen, source);
    to.identifier(person, IdKind::Url, &get("blog"), seen, source);
    let twitter = get("twitter_username");
    if !twitter.is_empty() {
        to.identifier(person, IdKind::Handle, &format!("twitter:{}", twitter.trim_start_matches('@')), seen, source);
    }
    let location = get("location");
    let (followers, following, repos, company) = (get("followers"), get("following"), get("public_repos"), get("company"));
    let facts = [
        (Field::Name, 0, name.as_ref()),
        (Field::Created, 0, created.as_ref()),
        (Field::Followers, 0, followers.as_ref()),
        (Field::Following, 0, following.as_ref()),
        (Field::Repos, 0, repos.as_ref()),
        (Field::Company, 0, company.as_ref()),
        (Field::Country, 0, country(&location).map_or("", Country::code)),
    ];
    to.document(person, &NewDocument { time: &updated, facts: &facts, ..NewDocument::new(DocKind::Profile) }, source);
    let bio = get("bio");
    if !bio.trim().is_empty() {
        to.document(person, &NewDocument { time: &updated, text: &bio, ..NewDocument::new(DocKind::Bio) }, source);
    }
    if !created.is_empty() {
        to.event(person, &event(EventKind::ProfileCreated, &created, &[]), source);
    }
    Some(person)
}

/// A country by its name. Towns, codes of two letters (`CA`, `GA`) and words for people are none.
fn country(location: &str) -> Option<Country> {
    let location = location.trim();
    let country = Country::parse(location)?;
    let is = |name: &str| name.eq_ignore_ascii_case(location);
    let named = is(country.name())
        || country.alpha3().is_some_and(is)
        || ["UK", "U.K.", "U.S.", "U.S.A.", "United States of America", "The Netherlands", "Great Britain"].into_iter().any(is);
    // Also a state of the USA.
    (named && !is("Georgia")).then_some(country)
}

/// `owner/name` of the repository of a commit.
fn repo_of(value: &Value) -> String {
    let full = text(value, "repository.full_name");
    if !full.is_empty() {
        return full.into_owned();
    }
    let page = text(value, "html_url");
    let Some(path) = page.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, path)| path) else {
        return String::new();
    };
    path.split_once("/commit").map_or(String::new(), |(repo, _)| repo.to_owned())
}

fn one_commit(
    value: &Value,
    sha: &str,
    to: &mut Builder,
    authors: &mut FxHashMap<String, PersonId>,
    emails: &mut FxHashSet<(PersonId, String)>,
    source: Source,
) {
    let (name, email, time) =
        (text(value, "commit.author.name"), text(value, "commit.author.email"), text(value, "commit.author.date"));
    let login = text(value, "author.login").to_lowercase();
    if is_machine(&name, &email) || login.ends_with("[bot]") {
        return;
    }
    let person = if login.is_empty() {
        author(authors, to, &name, &email, source)
    } else {
        let person = to.account("github", &login, source);
        if emails.insert((person, email.to_string())) {
            to.identifier(person, IdKind::Handle, &format!("github:{login}"), Seen::default(), source);
            to.identifier(person, IdKind::Email, &email, Seen::default(), source);
        }
        Some(person)
    };
    let Some(person) = person else { return to.problem(source, ProblemKind::Missing("commit.author.email")) };
    let fork = text(value, "repository.fork");
    commit(
        to,
        person,
        &Commit { sha, name: &name, email: &email, time: &time, repo: &repo_of(value), fork: &fork },
        true,
        source,
    );
}

#[cfg(test)]
mod tests {
    use super::super::payouts::testing::{cut_anywhere, events, find, import, told};
    use super::{country, read};
    use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

    const USERS: &str = r#"[
        {"login": "Ada-Test", "id": 1, "type": "User", "name": "Ada Test", "company": null, "blog": "https://ada.example.com/",
         "location": "Poland", "email": "ada@example.com", "bio": "Builder of small tools", "twitter_username": "adatest",
         "public_repos": 12, "followers": 3, "following": 400, "created_at": "2025-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"},
        {"login": "bob", "location": "somewhere", "created_at": "long ago", "email": "none at all", "followers": "many"},
        {"login": "example-org", "type": "Organization"},
        {"id": 4},
        {"login": "bob"}
    ]"#;

    #[test]
    fn accounts() {
        let (people, problems) = import(read, &[USERS]);
        let all = told(&problems);
        for (problem, expected) in
            all.iter().zip(["2: the e-mail address", "2: `time`", "4: the row is left out: `login`", "5: the id"])
        {
            assert!(problem.starts_with(expected), "{problem} / {expected}\n{all:#?}");
        }
        assert_eq!(all.len(), 4, "{all:#?}");
        assert_eq!(people.len(), 2);
        let ada = find(&people, "github:ada-test");
        let profile = ada.documents_of(DocKind::Profile).next().unwrap();
        let fact = |field| profile.fact(field).unwrap().text();
        assert_eq!((fact(Field::Followers), fact(Field::Following), fact(Field::Repos)), ("3", "400", "12"));
        assert_eq!((fact(Field::Country), fact(Field::Created)), ("pl", "2025-01-01T00:00:00Z"));
        assert_eq!(ada.country(), None, "a profile states no residence");
        assert_eq!(ada.documents_of(DocKind::Bio).next().unwrap().text().as_deref(), Some("Builder of small tools"));
        let handles: Vec<_> =
            ada.identifiers_of(IdKind::Handle).filter_map(super::super::super::people::Identifier::value).collect();
        assert_eq!(handles.len(), 2, "{handles:?}");
        assert_eq!(ada.identifiers_of(IdKind::Url).count(), 1);
        assert_eq!(ada.events_of(EventKind::ProfileCreated).count(), 1);
    }

    #[test]
    fn commits() {
        let lines = r#"{"sha": "1111111111111111111111111111111111111111", "html_url": "https://github.com/ada-test/tool/commit/1111", "commit": {"author": {"name": "Ada", "email": "ada@example.com", "date": "2026-03-01T00:00:00Z"}}, "author": {"login": "ada-test", "id": 1}}
{"sha": "2222222222222222222222222222222222222222", "commit": {"author": {"name": "Cy", "email": "cy@example.com", "date": "2026-03-01T00:00:00Z"}}, "author": null}
{"sha": "3333333333333333333333333333333333333333", "commit": null}
{"sha": "2222222222222222222222222222222222222222", "commit": {"author": {"name": "Cy", "email": "cy@example.com", "date": "2026-03-01T00:00:00Z"}}}
{"sha": "4444444444444444"#;
        let (people, problems) = import(read, &[USERS, lines]);
        let all = told(&problems);
        assert_eq!(all.len(), 7, "{all:#?}");
        let ada = find(&people, "github:ada-test");
        assert!(events(ada).iter().any(|event| event.contains("repo=ada-test/tool")), "{:?}", events(ada));
        assert_eq!(ada.identifiers_of(IdKind::Commit).count(), 1);
        assert_eq!(find(&people, "git:cy@example.com").events().count(), 1);
    }

    #[test]
    fn only_names_of_countries_are_countries() {
        for (text, expected) in [
            ("Poland", Some("pl")),
            ("usa", Some("us")),
            ("Warsaw, Poland", None),
            ("CA", None),
            ("Georgia", None),
            ("Polish", None),
            ("", None),
            ("the moon", None),
        ] {
            assert_eq!(country(text).map(interdict_model::Country::code), expected, "{text}");
        }
    }

    #[test]
    fn a_file_may_be_cut_anywhere() {
        cut_anywhere(read, USERS);
    }
}
