//! Casework over HTTP: the whole path from a customer to a decision that is proved offline, and what must not happen on the way; the same on
//! SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "these are tests")]

#[path = "cases/bad_input.rs"]
mod bad_input;
#[path = "cases/common.rs"]
mod common;
#[path = "cases/customers.rs"]
mod customers;
#[path = "cases/hooks.rs"]
mod hooks;
#[path = "cases/matrix.rs"]
mod matrix;
#[path = "cases/once.rs"]
mod once;
#[path = "../../casework/tests/casework/place.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod place;
#[path = "cases/tenants.rs"]
mod tenants;
#[path = "cases/whole.rs"]
mod whole;

/// Makes a test of each contract on SQLite, and one test of all of them on PostgreSQL, which starts one server for them.
macro_rules! contracts {
    ($($module:ident::$name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    crate::$module::$name(crate::place::Place::sqlite()).await;
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
                    crate::$module::$name(cluster.place(stringify!($name))).await;
                )+
                crate::bad_input::a_database_that_goes_away_comes_back(&cluster).await;
            }
        }
    };
}

contracts!(
    bad_input::changes_of_what_changed_meanwhile_are_refused,
    bad_input::it_is_refused_in_words,
    customers::all_are_screened_beside_the_requests,
    customers::they_come_in_every_form,
    hooks::they_are_told_in_order_and_again,
    hooks::those_that_do_not_answer_are_given_up,
    matrix::every_route_asks_for_its_role,
    once::a_request_with_a_key_is_done_once,
    tenants::actors_follow_the_keys,
    tenants::nobody_reaches_the_cases_of_another,
    whole::from_a_customer_to_a_decision_that_is_proved,
);
