//! The store from outside: the same contract on SQLite and on PostgreSQL, edits of the database, exports, and processes that are killed.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "these are tests")]
#![allow(clippy::cast_possible_wrap, reason = "numbers of lines of a test")]

mod contract;
mod desk;
mod export;
mod killed;
mod place;
mod sqlite;
mod tampered;

/// All contracts.
mod contract_of {
    pub(crate) use crate::contract::*;
    pub(crate) use crate::desk::*;
}

/// Makes a test of each contract on SQLite, and one test of all of them on PostgreSQL, which starts one server for them.
macro_rules! contracts {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    crate::contract_of::$name(&crate::place::Place::sqlite()).await;
                }
            )+
        }

        mod on_postgres {
            #[tokio::test(flavor = "multi_thread")]
            async fn every_contract() {
                let Some(cluster) = crate::place::Cluster::start() else {
                    eprintln!("skipped: there is no PostgreSQL here");
                    return;
                };
                $(
                    eprintln!("{}", stringify!($name));
                    crate::contract_of::$name(&cluster.place(stringify!($name))).await;
                )+
            }
        }
    };
}

contracts!(
    a_decision_needs_two_people,
    a_screening_that_fails_covers_nobody,
    alerts_are_one_a_pair,
    all_are_screened_and_the_ledger_says_so,
    attachments_links_and_notes,
    bulk_has_limits,
    customers_come_and_go,
    decisions_are_run_again,
    every_edit_by_hand_is_found,
    it_is_the_same_store_after_a_dump,
    kept_things_have_versions,
    many_at_once,
    migrations_are_recorded_and_newer_schemas_refused,
    nobody_does_what_he_may_not,
    queues_and_filters,
    rescreening_a_change_is_screening_everybody,
    settings_are_tried_before_they_are_taken,
    the_audit_is_only_added_to,
    the_ledger_says_who_was_not_screened,
    whitelists_expire_by_themselves,
);
