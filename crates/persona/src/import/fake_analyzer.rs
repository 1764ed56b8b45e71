//! `report.json` of gh-fake-analyzer, which looks at one account of GitHub: its profile, the commits in its own repositories whoever wrote
//! them, the contributors there, and commits whose messages stand in other projects. All commits become events of the account, since what
//! is asked is under how many names its repositories were written; a hash of a commit is the account's only where the account wrote it.

use std::io::{self, BufRead};

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::git_log::{Commit, commit, is_machine, noreply_login};
use super::github_users::profile;
use super::json::{items, records, text};
use super::payouts::event;
use crate::people::{Builder, FileId, NewDocument, PersonId, Seen, Source};
use crate::problem::ProblemKind;
use crate::value::normalise;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

/// A message that more other projects have is one that everybody writes (`Add files via upload`).
const COMMON_MESSAGE: u64 = 30;
/// How many repositories with copied messages, or author identities, one report adds.
const MOST: usize = 200;

pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let mut seen = FxHashSet::default();
    records(input, file, to, |value, source, to| {
        // The full report calls it `profile_data`.
        let Some(info) =
            ["profile_info", "profile_data"].iter().find_map(|name| value.get(*name)).filter(|info| info.is_object())
        else {
            return to.problem(source, ProblemKind::Missing("profile_info"));
        };
        let login = text(info, "login").to_lowercase();
        if login.is_empty() {
            return to.problem(source, ProblemKind::Missing("profile_info.login"));
        }
        if !seen.insert(login.clone()) {
            return to.problem(source, ProblemKind::DuplicateId);
        }
        if let Some(person) = profile(info, to, source) {
            Report { value, info, login: &login, person, source }.take(to);
        }
    })
}

struct Report<'a> {
    value: &'a Value,
    info: &'a Value,
    login: &'a str,
    person: PersonId,
    source: Source,
}

impl Report<'_> {
    fn take(&self, to: &mut Builder) {
        let with_commits = self.commits(to);
        self.first_commits(&with_commits, to);
        if with_commits.is_empty() {
            self.identities(to);
        }
        self.copies(to);
        self.people(to);
        self.recent(to);
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.value.get(name).filter(|value| !value.is_null())
    }

    /// Lists that later versions write as an array of objects and earlier ones as an object: its name and what is in it.
    fn pairs<'v>(list: Option<&'v Value>, key: &str, inside: &str) -> Vec<(String, &'v Value)> {
        match list {
            Some(Value::Object(members)) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
            Some(Value::Array(values)) => {
                (values.iter()).filter_map(|value| Some((text(value, key).into_owned(), value.get(inside)?))).collect()
            }
            _ => Vec::new(),
        }
    }

    fn wrong(&self, what: &str, to: &mut Builder) {
        to.problem(self.source, ProblemKind::Row(format!("`{what}` is neither a list nor an object")));
    }

    /// The commits of its own repositories. Answers which repositories had some.
    fn commits(&self, to: &mut Builder) -> FxHashSet<String> {
        let mut with = FxHashSet::default();
        let Some(commits) = self.get("commits") else { return with };
        let Some(repos) = commits.as_object() else {
            self.wrong("commits", to);
            return with;
        };
        let mut seen = FxHashSet::default();
        for (repo, list) in repos {
            let full = format!("{}/{repo}", self.login);
            for value in list.as_array().map_or(&[][..], Vec::as_slice) {
                let (sha, name, email) =
                    (text(value, "sha"), text(value, "commit.author.name"), text(value, "commit.author.email"));
                let time = text(value, "commit.author.date");
                if is_machine(&name, &email) || !seen.insert((repo.as_str(), sha.to_string())) {
                    continue;
                }
                if time.is_empty() {
                    to.problem(self.source, ProblemKind::Missing("commit.author.date"));
                    continue;
                }
                with.insert(repo.clone());
                let made = Commit { sha: &sha, name: &name, email: &email, time: &time, repo: &full, fork: "no" };
                commit(to, self.person, &made, self.is_own(&name, &email), self.source);
            }
        }
        with
    }

    /// Whether the account wrote under this name or address.
    fn is_own(&self, name: &str, email: &str) -> bool {
        let stated = text(self.info, "email");
        let same_mail = !stated.is_empty() && normalise(IdKind::Email, email, None) == normalise(IdKind::Email, &stated, None);
        let same_name =
            [self.login, text(self.info, "name").trim()].iter().any(|own| !own.is_empty() && own.eq_ignore_ascii_case(name));
        same_mail || same_name || noreply_login(email).is_some_and(|login| login.eq_ignore_ascii_case(self.login))
    }

    /// First commits that are older than the account, where the commits themselves are not in the report.
    fn first_commits(&self, with_commits: &FxHashSet<String>, to: &mut Builder) {
        for value in ["potential_copy", "date_filter"].iter().flat_map(|name| items(self.value, name)) {
            let (repo, date) = (text(value, "repo"), text(value, "commit_date"));
            if with_commits.contains(repo.as_ref()) || date.is_empty() {
                continue;
            }
            let full = format!("{}/{repo}", self.login);
            to.event(self.person, &event(EventKind::Commit, &date, &[(Field::Repo, &full), (Field::Fork, "no")]), self.source);
        }
    }

    /// Names and addresses of authors, where the commits themselves are not in the report: a document, as no moment is stated.
    fn identities(&self, to: &mut Builder) {
        let found = Self::pairs(self.get("unique_emails"), "email", "name");
        let found: Vec<(&str, &str)> = (found.iter().map(|(email, name)| (email.as_str(), name.as_str().unwrap_or_default())))
            .filter(|(email, name)| !is_machine(name, email) && (!email.is_empty() || !name.is_empty()))
            .take(MOST)
            .collect();
        let mut facts = Vec::new();
        for (group, (email, name)) in (1_u8..).zip(found) {
            facts.extend([(Field::Email, group, email), (Field::Name, group, name)]);
        }
        if !facts.is_empty() {
            to.document(self.person, &NewDocument { facts: &facts, ..NewDocument::new(DocKind::Portfolio) }, self.source);
        }
    }

    /// Commits whose messages stand in the history of other projects: one document for each repository.
    fn copies(&self, to: &mut Builder) {
        let mut repos: Vec<(String, u32, String)> = Vec::new();
        for value in items(self.value, "commit_filter") {
            let own = format!("{}/", self.login);
            let others: Vec<&str> = items(value, "matching_repos")
                .iter()
                .filter_map(Value::as_str)
                .map(|repo| repo.trim_start_matches("https://github.com/"))
                .filter(|repo| !repo.to_lowercase().starts_with(&own))
                .collect();
            let found = value.get("search_results").and_then(Value::as_u64).unwrap_or(0);
            let (Some(other), true) = (others.first(), found <= COMMON_MESSAGE) else { continue };
            let repo = text(value, "target_repo");
            if let Some((_, count, _)) = repos.iter_mut().find(|(name, ..)| *name == repo) {
                *count += 1;
            } else if repos.len() < MOST {
                repos.push((repo.into_owned(), 1, (*other).to_owned()));
            }
        }
        for (repo, count, other) in repos {
            let (full, count) = (format!("{}/{repo}", self.login), count.to_string());
            let facts = [
                (Field::Flag, 0, "copied_commits"),
                (Field::Repo, 0, full.as_str()),
                (Field::From, 0, other.as_str()),
                (Field::Count, 0, count.as_str()),
            ];
            to.document(self.person, &NewDocument { facts: &facts, ..NewDocument::new(DocKind::Portfolio) }, self.source);
        }
    }

    /// Who contributes to its repositories, and who follows and is followed.
    fn people(&self, to: &mut Builder) {
        let mut seen = FxHashSet::default();
        let mut other = |name: &str, to: &mut Builder| {
            let login = name.trim_start_matches("https://github.com/").to_lowercase();
            let fits = !login.is_empty() && login != self.login && !login.ends_with("[bot]") && !login.contains(['/', ' ']);
            fits.then(|| {
                let person = to.account("github", &login, self.source);
                if seen.insert(person) {
                    to.identifier(person, IdKind::Handle, &format!("github:{login}"), Seen::default(), self.source);
                }
                person
            })
        };
        let mut with = FxHashSet::default();
        for (_, logins) in Self::pairs(self.get("contributors"), "repo", "contributors") {
            for login in logins.as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Value::as_str) {
                if let Some(person) = other(login, to)
                    && with.insert(person)
                {
                    to.relation(person, RelKind::CommitsWith, self.person, "", self.source);
                }
            }
        }
        // Those who follow one way only are everybody's.
        for login in items(self.value, "mutual_followers").iter().filter_map(Value::as_str) {
            if let Some(person) = other(login, to) {
                to.relation(self.person, RelKind::Follows, person, "", self.source);
            }
        }
    }

    /// What the account did lately at the projects of others.
    fn recent(&self, to: &mut Builder) {
        for value in items(self.value, "recent_events") {
            let kind = match text(value, "type").as_ref() {
                "PullRequestEvent" => EventKind::PullRequest,
                "IssuesEvent" => EventKind::Issue,
                _ => continue,
            };
            let (time, repo) = (text(value, "created_at"), text(value, "repo.name"));
            let repo = if repo.is_empty() { text(value, "repo") } else { repo };
            let own = repo.to_lowercase().starts_with(&format!("{}/", self.login));
            if own || time.is_empty() || !matches!(text(value, "payload.action").as_ref(), "" | "opened") {
                continue;
            }
            let merged = text(value, "payload.pull_request.merged");
            to.event(self.person, &event(kind, &time, &[(Field::Repo, &repo), (Field::Merged, &merged)]), self.source);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::payouts::testing::{cut_anywhere, events, find, import, told};
    use super::read;
    use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

    const REPORT: &str = r#"{
        "profile_info": {"login": "Ada-Test", "type": "User", "name": "Ada Test", "email": "ada@example.com", "public_repos": 2,
            "followers": 2, "following": 2, "created_at": "2025-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"},
        "mutual_followers": ["cy"], "followers": ["cy", "dee"], "following": ["cy", "eve"],
        "unique_emails": [{"email": "ada@example.com", "name": "Ada Test"}],
        "contributors": [{"repo": "tool", "contributors": ["Ada-Test", "bob", "dependabot[bot]"]}],
        "commits": {"tool": [
            {"sha": "1111111111111111111111111111111111111111", "commit": {"author": {"name": "Ada Test", "email": "x@example.com", "date": "2024-01-01T00:00:00+08:00"}}},
            {"sha": "2222222222222222222222222222222222222222", "commit": {"author": {"name": "Kim Example", "email": "kim@example.com", "date": "2025-03-01T00:00:00Z"}}},
            {"sha": "2222222222222222222222222222222222222222", "commit": {"author": {"name": "Kim Example", "email": "kim@example.com", "date": "2025-03-01T00:00:00Z"}}},
            {"sha": "3333333333333333333333333333333333333333", "commit": {"author": {"name": "GitHub", "email": "noreply@github.com", "date": "2025-03-01T00:00:00Z"}}},
            {"sha": "4444444444444444444444444444444444444444", "commit": null}
        ], "empty": []},
        "potential_copy": [{"repo": "tool", "commit_date": "2024-01-01T00:00:00+08:00"}, {"repo": "old", "commit_date": "2019-01-01T00:00:00+00:00"}],
        "commit_filter": [
            {"target_repo": "tool", "target_commit": "A message of its own kind", "search_results": 2, "matching_repos": ["ada-test/tool", "example/origin"]},
            {"target_repo": "tool", "target_commit": "Another message like no other", "search_results": 1, "matching_repos": ["https://github.com/example/origin"]},
            {"target_repo": "tool", "target_commit": "Add files via upload again", "search_results": 90000, "matching_repos": ["example/any"]},
            {"target_repo": "tool", "target_commit": "Only in its own projects", "search_results": 1, "matching_repos": ["Ada-Test/tool"]}
        ],
        "recent_events": [
            {"type": "PullRequestEvent", "created_at": "2026-01-01T00:00:00Z", "repo": {"name": "example/big"}, "payload": {"action": "opened"}},
            {"type": "PullRequestEvent", "created_at": "2026-01-01T00:00:00Z", "repo": {"name": "ada-test/tool"}},
            {"type": "WatchEvent", "created_at": "2026-01-01T00:00:00Z"}
        ]
    }"#;

    #[test]
    fn a_report() {
        let (people, problems) = import(read, &[REPORT]);
        assert_eq!(told(&problems), ["1: the row is left out: `commit.author.date` is missing"]);
        let ada = find(&people, "github:ada-test");
        let commits: Vec<_> = events(ada).into_iter().filter(|event| event.starts_with("commit")).collect();
        assert_eq!(
            commits,
            [
                "commit repo=ada-test/old,fork=no",
                "commit name=Ada Test,email=x@example.com,sha=1111111111111111111111111111111111111111,repo=ada-test/tool,fork=no",
                "commit name=Kim Example,email=kim@example.com,sha=2222222222222222222222222222222222222222,repo=ada-test/tool,fork=no",
            ]
        );
        assert_eq!(ada.identifiers_of(IdKind::Commit).count(), 1, "not the hash of what another wrote");
        let copies: Vec<_> = ada.documents_of(DocKind::Portfolio).collect();
        assert_eq!(copies.len(), 1);
        let fact = |field| copies[0].fact(field).unwrap().text();
        assert_eq!((fact(Field::Flag), fact(Field::From), fact(Field::Count)), ("copied_commits", "example/origin", "2"));
        let bob = find(&people, "github:bob");
        assert_eq!(bob.relations().next().unwrap().kind(), RelKind::CommitsWith);
        assert_eq!(ada.relations().next().unwrap().b().key(), "github:cy");
        assert_eq!(people.len(), 3, "who follows one way only is nobody here");
        assert_eq!(ada.events_of(EventKind::PullRequest).count(), 1);
    }

    #[test]
    fn an_early_report_has_objects_for_lists_and_no_commits() {
        let early = r#"{"profile_info": {"login": "bob", "created_at": "2020-01-01T00:00:00Z"},
            "unique_emails": {"a@example.com": "A Test", "noreply@github.com": "GitHub", "b@example.com": 7},
            "contributors": {"tool": ["bob", "cy"]}, "commits": 7}"#;
        let (people, problems) = import(read, &[early]);
        assert_eq!(told(&problems).len(), 1);
        let bob = find(&people, "github:bob");
        let document = bob.documents_of(DocKind::Portfolio).next().unwrap();
        let emails: Vec<_> =
            document.facts().filter(|fact| fact.field() == Field::Email).map(|fact| (fact.group(), fact.text())).collect();
        assert_eq!(emails, [(1, "a@example.com"), (2, "b@example.com")]);
        assert_eq!(bob.relations_to().count(), 1);
    }

    #[test]
    fn what_is_no_report_says_so() {
        let half = &REPORT[..REPORT.len() / 2];
        assert!(told(&import(read, &[half]).1)[0].contains("the file ends"));
        for text in ["{}", r#"{"profile_info": null}"#, r#"{"profile_info": {"id": 1}}"#] {
            let all = told(&import(read, &[text]).1);
            assert!(all[0].contains("`profile_info"), "{all:?}");
        }
        let twice = told(&import(read, &[&format!("[{REPORT},{REPORT}]")]).1);
        assert!(twice.iter().any(|problem| problem.starts_with("2: the id")), "{twice:?}");
    }

    #[test]
    fn a_file_may_be_cut_anywhere() {
        cut_anywhere(read, REPORT);
    }
}
