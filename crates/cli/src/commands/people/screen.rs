//! The tests in force with what they look things up in besides the people: feeds, and hits on sanctions lists.

use interdict_matching::Settings;
use interdict_persona::{Lists, SanctionHits, Scale, Tests};

use super::input::Loaded;
use crate::args::Global;
use crate::dataset;
use crate::messages::Messages;

/// What is looked things up in.
pub(super) struct Screened {
    lists: Lists,
    hits: Option<SanctionHits>,
}

impl Screened {
    /// Compares all people with the lists of the snapshot in use, but for `leave_out`.
    pub(super) fn find(global: &Global, loaded: &Loaded, leave_out: bool, messages: Messages) -> anyhow::Result<Self> {
        let lists = Lists::built_in();
        if leave_out {
            messages.note("nobody was compared with sanctions lists (--no-screen)");
            return Ok(Self { lists, hits: None });
        }
        let snapshot = dataset::open(global, messages)?;
        let hits = SanctionHits::find(&loaded.people, &snapshot, &loaded.key, &Settings::default(), loaded.as_of);
        if hits.unread() > 0 {
            let (unread, names) = (hits.unread(), hits.names());
            Messages::warning(&format!(
                "{unread} of {names} names could not be compared with sanctions lists: they are not clear"
            ));
        }
        Ok(Self { lists, hits: Some(hits) })
    }

    /// The tests.
    pub(super) fn tests<'a>(&'a self, loaded: &'a Loaded) -> Tests<'a> {
        let (people, catalogue, policy) = (&loaded.people, &loaded.catalogue, &loaded.policy);
        let mut tests = Tests::new(people, catalogue, &self.lists, policy, Scale::default(), loaded.as_of);
        if !loaded.feeds.is_empty() {
            tests = tests.with_feeds(&loaded.feeds);
        }
        if let Some(hits) = &self.hits {
            tests = tests.with_sanctions(hits);
        }
        tests.with_verdicts(&loaded.verdicts)
    }

    /// The id of the snapshot that people were compared with.
    pub(super) fn snapshot(&self) -> Option<&str> {
        self.hits.as_ref().map(SanctionHits::snapshot)
    }
}
