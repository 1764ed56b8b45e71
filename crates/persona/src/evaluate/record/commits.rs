//! Commits of one person against the age of the account and the names and addresses of the person.

use super::contacts::holds_name;
use super::names::Likeness;
use super::papers::relate_person;
use super::{Findings, past, stated};
use crate::evaluate::{Context, Evidence, Fired, Outcome};
use crate::people::{Fact, Identifier, Person, Source};
use crate::text::TextId;
use crate::time::Time;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

/// Whether commits outside forks are older than the account by more than so many days.
pub(super) fn before_account(days: u32, person: Person<'_>) -> Outcome {
    if !person.has_event(EventKind::Commit) {
        return Outcome::NotChecked("commits");
    }
    let Some((made, source)) = account(person) else { return Outcome::NotChecked("when the account was made") };
    let bound = i64::from(days) * 86_400;
    let (mut count, mut own) = (0_u32, 0_u32);
    let (mut first, mut last) = (None, None);
    for event in person.events_of(EventKind::Commit).take_while(|event| made.since(event.time()) > bound) {
        if event.fact(Field::Fork).and_then(Fact::yes) == Some(true) {
            continue;
        }
        count += 1;
        own += u32::from(event.fact(Field::Email).is_some_and(|email| is_own_email(person, email.text())));
        first = first.or(Some(event));
        last = Some(event);
    }
    let (Some(first), Some(last)) = (first, last) else { return Outcome::Clear };
    let mut evidence = vec![Evidence::new(person, "account made", made.to_string(), Some(made), source)];
    for event in if first.source() == last.source() { vec![first] } else { vec![first, last] } {
        let repository = event.fact(Field::Repo).map_or("", |fact| fact.text());
        let value = format!("{} {repository}", event.time());
        evidence.push(Evidence::new(person, "commit", value.trim_end(), Some(event.time()), event.source()));
    }
    // Own work of before that was put there later is common.
    let share = match (own * 2 >= count, count) {
        (true, _) => 0.4,
        (false, 1..=3) => 0.6,
        (false, _) => 1.0,
    };
    let years = made.since(first.time()) / 86_400;
    let note = format!(
        "{count} commits outside forks are older than the account, the first by {years} days; {own} under an own address"
    );
    Outcome::Fired(Fired { share, ..Fired::new(evidence, note) })
}

/// When the first account for code was made. An account at a market of work is none.
fn account(person: Person<'_>) -> Option<(Time, Source)> {
    let for_code = |app: &str| ["git", "bitbucket", "codeberg", "sourceforge"].iter().any(|name| super::has_word(app, name));
    let events = person
        .events_of(EventKind::ProfileCreated)
        .filter(|event| event.fact(Field::App).or_else(|| event.fact(Field::Host)).is_none_or(|app| for_code(app.text())));
    let papers = person.documents_of(DocKind::Profile).filter_map(|document| {
        document.fact(Field::App).or_else(|| document.fact(Field::Host)).filter(|app| for_code(app.text()))?;
        Some((document.fact(Field::Created)?.time()?, document.source()))
    });
    events.map(|event| (event.time(), event.source())).chain(papers).min_by_key(|(time, _)| *time)
}

/// Whether an address of a commit is one of the person's, also in the form in which code hosts hide it.
fn is_own_email(person: Person<'_>, email: &str) -> bool {
    let held = person.id_rows().iter().filter(|row| matches!(row.kind, IdKind::Email | IdKind::RecoveryEmail));
    let people = person.people();
    if held.clone().any(|row| {
        people.text(TextId(row.value.0)).eq_ignore_ascii_case(email)
            || row.shown != crate::people::NONE && people.text(TextId(row.shown)).eq_ignore_ascii_case(email)
    }) {
        return true;
    }
    if let Some((local, host)) = email.rsplit_once('@')
        && host.contains("noreply")
    {
        let handle = local.split_once('+').map_or(local, |(_, handle)| handle);
        return is_own_handle(person, handle);
    }
    crate::value::normalise(IdKind::Email, email, None)
        .is_ok_and(|email| held.clone().any(|row| people.text(TextId(row.value.0)) == email))
}

fn is_own_handle(person: Person<'_>, text: &str) -> bool {
    person
        .identifiers_of(IdKind::Handle)
        .filter_map(Identifier::value)
        .any(|handle| handle.rsplit(':').next().is_some_and(|name| name.eq_ignore_ascii_case(text)))
}

/// Authors that are no people, and what tools write when nobody set a name.
fn is_nobody(name: &str, email: &str) -> bool {
    const NAMES: [&str; 16] = [
        "actions-user",
        "administrator",
        "admin",
        "dependabot",
        "dev",
        "developer",
        "github",
        "github-actions",
        "gitlab",
        "pi",
        "renovate",
        "root",
        "ubuntu",
        "unknown",
        "user",
        "your name",
    ];
    name.ends_with("[bot]")
        || NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
        || email.contains("[bot]")
        || [".local", ".localdomain", ".(none)", "localhost"].iter().any(|end| email.ends_with(end))
            && (name.is_empty() || !name.contains(' '))
}

/// Different authors that are held against the person.
const MAX_AUTHORS: usize = 32;

/// Whether commits of the person's account are under a name that is not the person's. An unknown address under the person's name is not:
/// many have several. Forks hold the work of those from whom they come.
pub(super) fn as_other(person: Person<'_>, context: &Context<'_>) -> Outcome {
    const MISSING: Outcome = Outcome::NotChecked("commits with an author");
    if !person.has_event(EventKind::Commit) {
        return MISSING;
    }
    let Some(own) = person.name() else { return Outcome::NotChecked("the name of the person") };
    let mut findings = Findings::default();
    let (mut all, mut others) = (0_u32, 0_u32);
    // Authors met so far, by the numbers of their texts, and whether they are another.
    let mut met: Vec<((u32, u32), bool)> = Vec::new();
    for event in past(person, EventKind::Commit, context.as_of) {
        if event.fact(Field::Fork).and_then(Fact::yes) == Some(true) {
            continue;
        }
        let (mut name, mut email) = (u32::MAX, u32::MAX);
        for row in context.people.facts.get(event.facts_set()) {
            match row.field {
                Field::Name => name = row.value,
                Field::Email => email = row.value,
                _ => {}
            }
        }
        if name == u32::MAX && email == u32::MAX {
            continue;
        }
        all += 1;
        if let Some((_, other)) = met.iter().find(|(author, _)| *author == (name, email)) {
            others += u32::from(*other);
            continue;
        }
        if met.len() == MAX_AUTHORS {
            continue;
        }
        let text = |id: u32| if id == u32::MAX { "" } else { context.people.text(TextId(id)) };
        let (name_text, email_text) = (text(name), text(email));
        let share = author_share(person, own, name_text, email_text);
        met.push(((name, email), share > 0.0));
        if share > 0.0 {
            others += 1;
            if findings.found == 0 {
                findings.evidence.push(Evidence::new(person, "name", own, None, person.source()));
            }
            let facts = event.facts().filter(|fact| matches!(fact.field(), Field::Name | Field::Email));
            let evidence = facts.map(|fact| {
                stated(person, format!("{} of the commit", fact.field().label()), fact, Some(event.time()), event.source())
            });
            findings.add(share, evidence);
        }
    }
    findings.looked = all;
    // One commit may be a borrowed desk, or a colleague's work that was taken in.
    findings.share *= match others {
        0 | 1 => 0.5,
        2 => 0.7,
        _ => 1.0,
    };
    let (found, total) = (findings.found, all);
    findings
        .outcome("commits with an author", |_| format!("{others} of {total} commits are under another name ({found} authors)"))
}

fn author_share(person: Person<'_>, own: &str, name: &str, email: &str) -> f64 {
    if is_nobody(name, email) || !name.is_empty() && is_own_handle(person, name) {
        return 0.0;
    }
    let own_email = !email.is_empty() && is_own_email(person, email);
    let several_words = name.split_whitespace().count() > 1;
    if !several_words {
        // A handle or nothing: only the address tells.
        if own_email || email.is_empty() || !name.is_empty() && holds_name(name, own) {
            return 0.0;
        }
        let local = email.split('@').next().unwrap_or_default();
        let handle = email.contains("noreply").then(|| local.split_once('+').map_or(local, |(_, handle)| handle));
        return if holds_name(handle.unwrap_or(local), own) { 0.0 } else { 0.5 };
    }
    match relate_person(person, own, name) {
        // A former name, or a firm.
        Likeness::Same | Likeness::Company | Likeness::Given => 0.0,
        // The own address under another name is a persona that slipped.
        found if own_email => found.share(),
        found => found.share() * 0.8,
    }
}

/// The owner and the name of a repository, without the host and the ending.
fn owner_and_name(repo: &str) -> (Option<&str>, &str) {
    let repo = repo.trim_end_matches('/').trim_end_matches(".git");
    let mut parts = repo.rsplit(['/', ':']);
    let name = parts.next().unwrap_or(repo);
    (parts.next().filter(|owner| !owner.is_empty()), name)
}

/// Whether code of a repository at which the person worked was pushed to a place of the person: a repository of the same name under an own
/// handle, or at a host that is not the company's. A fork in the open is how open source works.
pub(super) fn pushed_outside(person: Person<'_>, context: &Context<'_>) -> Outcome {
    const MISSING: Outcome = Outcome::NotChecked("pushes that name the owner of the repository or the host");
    if !person.has_event(EventKind::Push) {
        return MISSING;
    }
    let domains = &context.policy.company_domains;
    let is_house = |host: &str| {
        let within = |domain: &str| host.len() > domain.len() && host.as_bytes()[host.len() - domain.len() - 1] == b'.';
        domains.iter().any(|domain| {
            let (host, domain) = (host.to_ascii_lowercase(), domain.to_ascii_lowercase());
            host == domain || host.ends_with(&domain) && within(&domain)
        })
    };
    let mut findings = Findings::default();
    for event in past(person, EventKind::Push, context.as_of) {
        let Some(repo) = event.fact(Field::Repo) else { continue };
        let (owner, name) = owner_and_name(repo.text());
        let host = event.fact(Field::Host).filter(|_| !domains.is_empty());
        if owner.is_none() && host.is_none() {
            continue;
        }
        findings.looked += 1;
        let own = owner.is_some_and(|owner| is_own_handle(person, owner)) || host.is_some_and(|host| !is_house(host.text()));
        if !own || event.fact(Field::Fork).and_then(Fact::yes) == Some(true) {
            continue;
        }
        // The same repository under another owner, from which the person took it.
        let taken = [EventKind::Clone, EventKind::Download]
            .into_iter()
            .flat_map(|kind| past(person, kind, context.as_of))
            .find(|taken| {
                taken.time() <= event.time()
                    && taken.fact(Field::Repo).is_some_and(|from| {
                        let (from_owner, from_name) = owner_and_name(from.text());
                        from_name.eq_ignore_ascii_case(name)
                            && !from_owner.is_some_and(|from_owner| is_own_handle(person, from_owner))
                    })
            });
        let Some(taken) = taken else { continue };
        let mut evidence = vec![stated(person, "pushed to", repo, Some(event.time()), event.source())];
        evidence.extend(host.map(|host| stated(person, "host of the push", host, Some(event.time()), event.source())));
        if let Some(from) = taken.fact(Field::Repo) {
            evidence.push(stated(person, "taken from", from, Some(taken.time()), taken.source()));
        }
        findings.add(1.0, evidence);
    }
    findings.outcome("pushes that name the owner of the repository or the host", |all| {
        format!("{} of {} pushes went from a repository of the company to a place outside", all.found, all.looked)
    })
}

#[cfg(test)]
mod tests {
    use crate::evaluate::record::testing::{check, word_under};
    use crate::indicators::Test;
    use crate::policy::Policy;

    #[test]
    fn commits_older_than_the_account() {
        let test = Test::CommitsBeforeAccount { days: 30 };
        let rows = |commits: &str| format!("id email ada@example.com\nprofile_created 2024-01-01 app=github\n{commits}");
        check(&test, &rows("commit 2020-05-01 repo=x"), "0.60");
        let many = (1..9).fold(String::new(), |rows, day| format!("{rows}commit 2020-05-0{day} repo=x; email=o@example.org\n"));
        check(&test, &rows(&many), "1.00");
        check(&test, &rows(&many.replace("o@example.org", "ada@example.com")), "0.40");
        check(&test, &rows("commit 2020-05-01 repo=x; fork=yes"), "clear");
        check(&test, &rows("commit 2023-12-20 repo=x"), "clear");
        check(&test, &rows("commit 2024-05-01 repo=x"), "clear");
        check(&test, &rows(""), "not checked");
        check(&test, "profile_created 2024-01-01 app=upwork\ncommit 2020-05-01 repo=x", "not checked");
        check(&test, "doc profile app=github; created=2024-01-01\ncommit 2020-05-01 repo=x", "0.60");
    }

    #[test]
    fn commits_of_others() {
        let test = Test::CommitAsOther {};
        let rows = |author: &str| {
            let commits = (1..=4).map(|day| format!("commit 2026-01-0{day} repo=x; sha=abcdef{day}; {author}\n"));
            format!("person name=Ada Test\nid email ada@example.com\nid handle github:adat\n{}", commits.collect::<String>())
        };
        check(&test, &rows("name=Robert Sample; email=ada@example.com"), "1.00");
        check(&test, &rows("name=Robert Sample; email=rs@example.org"), "0.80");
        check(&test, &rows("name=star990; email=star990@example.org"), "0.50");
        for author in [
            "name=Ada Test; email=ada@example.com",
            "name=Ada Test; email=ada.old@example.org",
            "name=A. Test; email=x@example.org",
            "name=adat; email=77+adat@users.noreply.github.com",
            "name=atest; email=atest@laptop.local",
            "name=dependabot[bot]; email=support@example.org",
            "name=root; email=root@localhost",
            "name=; email=ADA@example.com",
        ] {
            check(&test, &rows(author), "clear");
        }
        let one = "person name=Ada Test\ncommit 2026-01-01 name=Robert Sample; email=rs@example.org";
        check(&test, one, "0.40");
        // The work of those from whom a fork comes, and a former name.
        check(&test, &rows("name=Robert Sample; email=rs@example.org; fork=yes"), "not checked");
        check(&test, &rows("name=Ada Sample; email=ada.sample@example.org"), "clear");
        check(&test, "person name=Ada Test\ncommit 2026-01-01 repo=x", "not checked");
        check(&test, "person name=Ada Test", "not checked");
    }

    #[test]
    fn code_that_left() {
        let test = Test::PushedOutside {};
        let rows = |push: &str| format!("id handle github:adat\nclone 2026-01-01 repo=acme/ledger\npush 2026-02-01 {push}");
        check(&test, &rows("repo=adat/ledger"), "1.00");
        check(&test, &rows("repo=https://github.com/AdaT/ledger.git"), "1.00");
        // Own work, the company's own repository, a fork in the open, a push before the code was taken.
        check(&test, &rows("repo=adat/website"), "clear");
        check(&test, &rows("repo=acme/ledger"), "clear");
        check(&test, &rows("repo=adat/ledger; fork=yes"), "clear");
        check(&test, &rows("repo=adat/ledger").replace("2026-02-01", "2025-02-01"), "clear");
        let house = Policy { company_domains: vec!["acme.example".to_owned()], ..Policy::default() };
        assert_eq!(word_under(&house, &test, &rows("repo=ledger; host=git.acme.example")), "clear");
        assert_eq!(word_under(&house, &test, &rows("repo=ledger; host=git.example.org")), "1.00");
        // Nothing says where it went.
        check(&test, &rows("repo=ledger"), "not checked");
        check(&test, &rows("repo=ledger; host=git.example.org"), "not checked");
        check(&test, "clone 2026-01-01 repo=acme/ledger", "not checked");
    }
}
