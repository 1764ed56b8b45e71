//! The log of git, one commit a line as `%H%x09%an%x09%ae%x09%aI%x09%cn%x09%ce%x09%cI%x09%GK`, with or without what follows the author. A
//! line `# repo: NAME owner: ID` says to which repository the lines below it belong, and `fork: yes` that it is a fork. Who commits is
//! whoever has the e-mail address of the author.

use std::io::{self, BufRead};

use rustc_hash::{FxHashMap, FxHashSet};

use super::payouts::event;
use crate::people::{Builder, Describe, FileId, PersonId, Seen, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{EventKind, Field, IdKind, RelKind};

/// The longest line that is read. Names in commits have no bound of their own.
const MAX_LINE_BYTES: u64 = 64 << 10;
/// Keys with which GitHub signs what people do on its pages.
const SITE_KEYS: [&str; 2] = ["4AEE18F83AFDEB23", "B5690EEEBB952194"];

pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let mut log = Log::default();
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let read = io::Read::take(&mut *input, MAX_LINE_BYTES).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        number += 1;
        let source = Source { file, line: number };
        if read as u64 == MAX_LINE_BYTES && line.last() != Some(&b'\n') {
            to.problem(source, ProblemKind::Row(format!("it is longer than {MAX_LINE_BYTES} bytes")));
            let mut rest = Vec::new();
            while io::Read::take(&mut *input, MAX_LINE_BYTES).read_until(b'\n', &mut rest)? > 0 && rest.last() != Some(&b'\n') {
                rest.clear();
            }
            continue;
        }
        let whole = line.last() == Some(&b'\n');
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\n', '\r']);
        if let Some(header) = text.strip_prefix('#') {
            log.header(header, to, source);
        } else if !text.trim().is_empty() {
            log.commit(text, whole, to, source);
        }
    }
}

#[derive(Debug, Default)]
struct Log {
    repo: String,
    fork: &'static str,
    owner: Option<PersonId>,
    authors: FxHashMap<String, PersonId>,
    keys: FxHashSet<(PersonId, String)>,
    with: FxHashSet<(PersonId, PersonId)>,
    commits: FxHashSet<u64>,
}

impl Log {
    /// `repo: NAME owner: ID fork: yes`, in any order.
    fn header(&mut self, header: &str, to: &mut Builder, source: Source) {
        let mut words = header.split_whitespace();
        let (mut repo, mut owner, mut fork) = ("", "", "");
        while let Some(word) = words.next() {
            match word.to_ascii_lowercase().as_str() {
                "repo:" => repo = words.next().unwrap_or_default(),
                "owner:" => owner = words.next().unwrap_or_default(),
                "fork:" => fork = words.next().unwrap_or_default(),
                // Any other remark.
                _ => return,
            }
        }
        let login = owner.strip_prefix("github:").unwrap_or(owner);
        self.repo = if login.is_empty() || repo.contains('/') { repo.to_owned() } else { format!("{login}/{repo}") };
        self.fork = match fork {
            "yes" | "true" | "1" => "yes",
            "no" | "false" | "0" => "no",
            _ => "",
        };
        self.owner = match owner.split_once(':') {
            _ if owner.is_empty() => None,
            Some((system, id)) if !system.is_empty() && !id.is_empty() => Some(to.account(system, id, source)),
            _ => Some(to.known_person(owner, source)),
        };
    }

    fn commit(&mut self, text: &str, whole: bool, to: &mut Builder, source: Source) {
        let mut cells = text.split('\t').map(str::trim);
        let mut next = || cells.next().unwrap_or_default();
        let (sha, name, email, time, committer, committer_email, _, key) =
            (next(), next(), next(), next(), next(), next(), next(), next());
        if time.is_empty() {
            let kind = if whole { ProblemKind::Row("it has fewer than four columns".to_owned()) } else { ProblemKind::CutOff };
            return to.problem(source, kind);
        }
        if !is_sha(sha) {
            return to.problem(source, ProblemKind::Row("its first column is no hash of a commit".to_owned()));
        }
        if !self.commits.insert(twox_hash::XxHash3_64::oneshot(format!("{}\t{sha}", self.repo).as_bytes())) {
            return to.problem(source, ProblemKind::DuplicateId);
        }
        if is_machine(name, email) {
            return;
        }
        let Some(author) = author(&mut self.authors, to, name, email, source) else {
            return to.problem(source, ProblemKind::Missing("author e-mail"));
        };
        commit(to, author, &Commit { sha, name, email, time, repo: &self.repo, fork: self.fork }, true, source);
        if let Some(owner) = self.owner
            && self.with.insert((author, owner))
        {
            to.relation(author, RelKind::CommitsWith, owner, time, source);
        }
        // Who commits signs, not who wrote it.
        if !key.is_empty() && !SITE_KEYS.contains(&key) && !is_machine("", committer_email) {
            let signer = self::author(&mut self.authors, to, committer, committer_email, source).unwrap_or(author);
            if self.keys.insert((signer, key.to_owned())) {
                to.identifier(signer, IdKind::SigningKey, key, Seen::default(), source);
            }
        }
    }
}

fn is_sha(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a program or the site itself committed.
pub(super) fn is_machine(name: &str, email: &str) -> bool {
    name.ends_with("[bot]") || email.contains("[bot]@") || email.eq_ignore_ascii_case("noreply@github.com")
}

/// The login in an address that GitHub gives out: `login@` or `123+login@users.noreply.github.com`.
pub(super) fn noreply_login(email: &str) -> Option<&str> {
    let (local, host) = email.rsplit_once('@')?;
    if !host.eq_ignore_ascii_case("users.noreply.github.com") {
        return None;
    }
    Some(local.split_once('+').map_or(local, |(_, login)| login)).filter(|login| !login.is_empty())
}

/// The person of an e-mail address in commits; `None` without one.
pub(super) fn author(
    known: &mut FxHashMap<String, PersonId>,
    to: &mut Builder,
    name: &str,
    email: &str,
    source: Source,
) -> Option<PersonId> {
    if email.is_empty() {
        return None;
    }
    if let Some(person) = known.get(email) {
        to.also_called(*person, name);
        return Some(*person);
    }
    let person = match noreply_login(email) {
        Some(login) => {
            let login = login.to_lowercase();
            let person = to.account("github", &login, source);
            to.identifier(person, IdKind::Handle, &format!("github:{login}"), Seen::default(), source);
            person
        }
        None => {
            let person = to.account("git", &email.to_lowercase(), source);
            to.identifier(person, IdKind::Email, email, Seen::default(), source);
            person
        }
    };
    to.describe(person, Describe { name, ..Describe::default() }, source);
    // Another log may have described it under another name.
    to.also_called(person, name);
    known.insert(email.to_owned(), person);
    Some(person)
}

/// One commit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Commit<'a> {
    pub(super) sha: &'a str,
    pub(super) name: &'a str,
    pub(super) email: &'a str,
    pub(super) time: &'a str,
    pub(super) repo: &'a str,
    pub(super) fork: &'a str,
}

/// Puts a commit in; its hash as an identifier where it is the person's own.
pub(super) fn commit(to: &mut Builder, person: PersonId, commit: &Commit<'_>, own: bool, source: Source) {
    if own {
        to.identifier(person, IdKind::Commit, commit.sha, Seen::default(), source);
    }
    let facts = [
        (Field::Name, commit.name),
        (Field::Email, commit.email),
        (Field::Sha, commit.sha),
        (Field::Repo, commit.repo),
        (Field::Fork, commit.fork),
    ];
    to.event(person, &event(EventKind::Commit, commit.time, &facts), source);
}

#[cfg(test)]
mod tests {
    use super::super::payouts::testing::{cut_anywhere, events, find, import, told};
    use super::read;
    use crate::import::Format;
    use crate::vocabulary::{EventKind, IdKind, RelKind};

    const LOG: &str = "# repo: tool owner: github:ada fork: no\n\
        1111111111111111111111111111111111111111\tAda Test\tada@example.com\t2026-03-01T22:00:00+09:00\tAda Test\tada@example.com\t2026-03-01T22:00:00+09:00\tABCDEF0123456789\n\
        2222222222222222222222222222222222222222\tBob Test\tBob@example.com\t2026-03-02T10:00:00Z\tGitHub\tnoreply@github.com\t2026-03-02T10:00:00Z\t4AEE18F83AFDEB23\n\
        3333333333333333333333333333333333333333\tCy Test\t7+cy@users.noreply.github.com\t2026-03-02T10:00:00-05:00\n\
        4444444444444444444444444444444444444444\tdependabot[bot]\tx@example.com\t2026-03-02T10:00:00Z\n\
        1111111111111111111111111111111111111111\tAda Test\tada@example.com\t2026-03-01T22:00:00+09:00\n\
        \n\
        not a hash\tAda Test\tada@example.com\t2026-03-01T22:00:00+09:00\n\
        5555555555555555555555555555555555555555\tAda Test\n\
        6666666666666666666666666666666666666666\tAda Test\tada@example.com\tMarch\n\
        7777777777777777777777777777777777777777\tAda Test\t\t2026-03-01T22:00:00+09:00\n\
        # repo: other/fork owner: P9 fork: yes\n\
        1111111111111111111111111111111111111111\tAda Test\tada@example.com\t2026-03-01T22:00:00+09:00\n\
        888888888888";

    #[test]
    fn a_log() {
        let (people, problems) = import(read, &[LOG]);
        let all = told(&problems);
        for (problem, expected) in all.iter().zip([
            "6: the id",
            "8: the row is left out: its first",
            "9: the row is left out: it has fewer",
            "10: `time`",
            "11: the row is left out: `author e-mail`",
            "14: the file ends",
        ]) {
            assert!(problem.starts_with(expected), "{problem} / {expected}\n{all:#?}");
        }
        assert_eq!(all.len(), 6, "{all:#?}");
        let ada = find(&people, "git:ada@example.com");
        assert_eq!(ada.name(), Some("Ada Test"));
        let offsets: Vec<_> = ada.events_of(EventKind::Commit).map(crate::people::Event::offset).collect();
        assert_eq!(offsets, [Some(540), Some(540)]);
        assert!(events(ada).iter().any(|event| event.ends_with("repo=ada/tool,fork=no")), "{:?}", events(ada));
        assert!(events(ada).iter().any(|event| event.ends_with("repo=other/fork,fork=yes")), "{:?}", events(ada));
        assert_eq!(ada.identifiers_of(IdKind::SigningKey).count(), 1);
        let with: Vec<_> = ada.relations().map(|relation| (relation.kind(), relation.b().key().to_owned())).collect();
        assert_eq!(with, [(RelKind::CommitsWith, "github:ada".to_owned()), (RelKind::CommitsWith, "P9".to_owned())]);
        let bob = find(&people, "git:bob@example.com");
        assert_eq!(bob.identifiers_of(IdKind::SigningKey).count(), 0, "the site signed, not he");
        assert_eq!(bob.events().next().unwrap().offset(), None, "`Z` is no place");
        assert_eq!(find(&people, "github:cy").identifiers_of(IdKind::Handle).next().unwrap().value(), Some("github:cy"));
        assert!(people.find("git:x@example.com").is_none());
    }

    /// One commit under a handle does not hide whose mailbox it is, and an author may have two.
    #[test]
    fn names_and_mailboxes_of_one_author() {
        let hr =
            "Employee ID,Worker,Email - Work,Email - Home\n1001,\"Ionescu, Razvan\",r.ionescu@example.com,razvan@example.org\n";
        let log = "1111111111111111111111111111111111111111\tbegonia554\trazvan@example.org\t2026-03-01T22:00:00Z\n\
            2222222222222222222222222222222222222222\tRazvan Ionescu\trazvan@example.org\t2026-03-02T22:00:00Z\n\
            3333333333333333333333333333333333333333\tRazvan Ionescu\tr.ionescu@example.com\t2026-03-03T22:00:00Z\n";
        let formats = [(Format::Hris, hr), (Format::GitLog, log)];
        let (people, problems) = crate::import::testing::imported(&formats, None);
        assert_eq!((people.len(), problems.total()), (1, 0), "{:?}", told(&problems));
        // Under a handle alone nobody can tell, which is said.
        let log = log.lines().next().unwrap();
        let (people, problems) = crate::import::testing::imported(&[(Format::Hris, hr), (Format::GitLog, log)], None);
        assert_eq!(people.len(), 2);
        let expected = "`hris:1001` and `git:razvan@example.org` have one e-mail address and stay two persons: their names have no word in common";
        assert_eq!(problems.told()[0].kind.to_string(), expected);
    }

    #[test]
    fn a_line_without_end_costs_itself() {
        let long = format!("{}\n{}", "9".repeat(200_000), LOG.lines().nth(1).unwrap());
        let (people, problems) = import(read, &[&long]);
        assert_eq!(told(&problems).len(), 1);
        assert_eq!(people.events_len(), 1);
    }

    #[test]
    fn a_file_may_be_cut_anywhere() {
        cut_anywhere(read, LOG);
    }
}
