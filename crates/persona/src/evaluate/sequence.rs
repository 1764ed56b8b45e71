//! Tests in the order of time: the time line of one person goes in; journeys that nobody makes, hours of another zone, accounts that
//! change hands and events that follow each other too soon come out, each with the records that say so.
//!
//! Travellers, people who use a VPN, night workers and office networks are honest: what a relay, a mobile network or an office can explain
//! is not counted, and `share` says how clear the rest is.

mod change;
mod hours;
pub(super) mod line;
mod places;
#[cfg(test)]
pub(super) mod testing;

use super::{Context, Outcome};
use crate::indicators::Test;
use crate::people::Person;
use line::Line;

/// What a test in the order of time finds of a person; `None` for another test.
pub(crate) fn evaluate(test: &Test, person: Person<'_>, context: &Context<'_>) -> Option<Outcome> {
    let line = || Line::new(person, context);
    Some(match test {
        Test::ImpossibleSpeed { kmh, at_least } => places::impossible_speed(&line(), *kmh, *at_least),
        Test::ConcurrentSessions { at_least } => places::concurrent_sessions(&line(), *at_least),
        Test::FirstContactElsewhere {} => places::first_contact_elsewhere(&line()),
        Test::NeverMeet { a, b, days } => places::never_meet(&line(), *a, *b, *days),
        Test::HoursShift { events, hours, days } => hours::hours_shift(&line(), events, *hours, *days),
        Test::OffsetDiffers { events, share, at_least } => hours::offset_differs(&line(), events, *share, *at_least),
        Test::SoonAfter { first, then, hours, hours_before, at_least } => {
            change::soon_after(&line(), context, (*first, *then), (*hours, *hours_before), *at_least)
        }
        Test::DormantThenBusy { days, at_least } => change::dormant_then_busy(&line(), *days, *at_least),
        Test::ChangePoint { at_least } => change::change_point(&line(), *at_least),
        Test::UnmanagedDevice { at_least } => change::unmanaged_device(&line(), *at_least),
        Test::IdentityChanged { at_least, days } => change::identity_changed(&line(), context, *at_least, *days),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::testing::examine;
    use crate::evaluate::Outcome;
    use crate::indicators::{Measure, Test};
    use crate::policy::Policy;
    use crate::vocabulary::EventKind as E;

    fn all_tests() -> Vec<Test> {
        let events = vec![E::Login, E::Session, E::Commit, E::Payout];
        let mut tests = vec![
            Test::ImpossibleSpeed { kmh: 900, at_least: 1 },
            Test::ConcurrentSessions { at_least: 1 },
            Test::HoursShift { events: events.clone(), hours: 4, days: 3 },
            Test::OffsetDiffers { events: events.clone(), share: 0.0, at_least: 0 },
            Test::SoonAfter { first: E::Login, then: E::Payout, hours: 24, hours_before: 24, at_least: 1 },
            Test::SoonAfter { first: E::Commit, then: E::Commit, hours: 0, hours_before: 0, at_least: 2 },
            Test::FirstContactElsewhere {},
            Test::DormantThenBusy { days: 10, at_least: 1 },
            Test::DormantThenBusy { days: 0, at_least: 0 },
            Test::ChangePoint { at_least: 1 },
            Test::NeverMeet { a: E::Session, b: E::Login, days: 0 },
            Test::UnmanagedDevice { at_least: 1 },
            Test::IdentityChanged { at_least: 1, days: 0 },
            Test::Burst { events: events.clone(), at_least: 0, days: 0, after_start: None },
            Test::Burst { events, at_least: 3, days: 30, after_start: Some(30) },
            Test::CountriesInWindow { at_least: 0, days: 0 },
            Test::LongActivity { session_hours: 0, day_hours: 2, days: 1 },
            Test::LongActivity { session_hours: 1, day_hours: 0, days: 0 },
            Test::RoundPayments { at_least: 0, days: 0 },
        ];
        let measures = [
            Measure::FollowRatio,
            Measure::SkillsPerYear,
            Measure::BidsPerWin,
            Measure::PayShare,
            Measure::CameraOff,
            Measure::MergedShare,
            Measure::ProfileYears,
            Measure::Connections,
            Measure::PortfolioDays,
            Measure::CreditGap,
            Measure::ClonesAgainstRole,
            Measure::PayeeAgeDays,
            Measure::CryptoHours,
        ];
        tests.extend(measures.map(|measure| Test::Measure { measure, at_least: Some(-1.0), at_most: Some(1e9) }));
        tests
    }

    /// Rows of every kind with values of every kind, also such as make no sense.
    fn rows(seed: u64) -> Vec<String> {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut pick = |from: &[&str]| -> String {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            from[(state >> 33) as usize % from.len()].to_owned()
        };
        let mut rows = vec![format!("person zone={} start=2026-02-0{}", pick(&["Europe/Berlin", "-05:00"]), pick(&["1", "5"]))];
        if seed.is_multiple_of(3) {
            rows.clear();
        }
        for _ in 0..seed % 60 {
            let kind = pick(&[
                "login",
                "login",
                "session",
                "session",
                "commit",
                "payout",
                "parcel_delivered",
                "enrolment",
                "renamed",
                "meeting",
                "bid",
                "won",
                "clone",
                "pay_in_crypto",
                "payee_opened",
                "pull_request",
                "application",
                "profile_created",
                "hired",
            ]);
            let month = pick(&["2026-01", "2026-02", "2026-02", "2026-05", "2028-01"]);
            let time = pick(&["", "T10:00:00Z", "T10:04:00Z", "T10:04:00", "T23:59:60Z", "T03:00:00+09:00", "T18:30:00Z"]);
            let day = pick(&["01", "02", "03", "11", "28"]);
            let mut row = format!("{kind} {month}-{day}{time}");
            let texts = [
                ("ip", pick(&["", "198.18.0.1", "198.18.9.1", "10.0.0.1", "2001:db8::1", "100.64.0.1"])),
                ("device", pick(&["", "d1", "d2"])),
                ("country", pick(&["", "DE", "US", "Germany", "Nowhere"])),
                ("network", pick(&["", "", "residential", "vpn", "mobile", "office", "cable"])),
                ("lat", pick(&["", "52.5", "-90", "95", "x", "0"])),
                ("lon", pick(&["", "13.4", "-179.9", "180", "1e999", "0"])),
                ("asn", pick(&["", "", "64500", "AS64501"])),
                ("end", pick(&["", "2026-02-01T12:00:00Z", "2026-02-03", "1970-01-01", "soon", "2100-01-01T00:00:00Z"])),
                ("managed", pick(&["", "yes", "no", "maybe"])),
                ("session", pick(&["", "s1"])),
                ("amount", pick(&["", "1000", "990", "-5", "NaN", "1e308", "0"])),
                ("count", pick(&["", "", "0", "3", "1e12", "-1"])),
                ("camera", pick(&["", "yes", "no"])),
                ("merged", pick(&["", "yes", "no"])),
                ("from", pick(&["", "Ada~Test", "日本", "@"])),
                ("to", pick(&["", "Bela~Probe", "a:b@c", ":"])),
            ];
            for (field, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
                row.extend([" ", *field, "=", text.as_str()]);
            }
            rows.push(row);
        }
        for document in ["doc:profile", "doc:cv", "doc:credit_file", "doc:portfolio", "doc:bank_account", "doc:contract"] {
            rows.push(format!(
                "{document} {} followers={} following={} years={} skills={} created={} registered={} offer=5 benchmark={} connections=7",
                pick(&["2026-01-01", ""]),
                pick(&["100", "-3", "x"]),
                pick(&["0", "700"]),
                pick(&["8", "-1", "1e300"]),
                pick(&["40", "0"]),
                pick(&["2020", "2026-01-01", "?", "20"]),
                pick(&["2020-13", "2026-01-01", "ééé", "1850"]),
                pick(&["0", "10"]),
            ));
        }
        rows
    }

    /// Whatever the rows hold, no test panics, depends on their order or on repeats, or fires without numbers and records.
    #[test]
    fn any_rows() {
        let policy = Policy { office_networks: vec!["198.18.9.0/24".parse().unwrap()], ..Policy::default() };
        let tests = all_tests();
        let mut fired = vec![false; tests.len()];
        for seed in 0..150 {
            let rows = rows(seed);
            for (test, fired) in tests.iter().zip(&mut fired) {
                let policy = if seed % 2 == 0 { &policy } else { &Policy::default() };
                *fired |= matches!(examine(test, &rows, policy), Outcome::Fired(_));
            }
        }
        let often = fired.iter().filter(|fired| **fired).count();
        assert!(often * 2 > tests.len(), "only {often} of {} tests were ever reached", tests.len());
    }
}
