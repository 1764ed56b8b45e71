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
        Test::ImpossibleSpeed { kmh, at_least } => places::impossible_speed(&line(), context, *kmh, *at_least),
        Test::ConcurrentSessions { at_least } => places::concurrent_sessions(&line(), context, *at_least),
        Test::FirstContactElsewhere {} => places::first_contact_elsewhere(&line(), context),
        Test::NeverMeet { a, b, days } => places::never_meet(&line(), context, *a, *b, *days),
        Test::HoursShift { events, hours, days } => hours::hours_shift(&line(), events, *hours, *days),
        Test::OffsetDiffers { events, share, at_least } => hours::offset_differs(&line(), events, *share, *at_least),
        Test::SoonAfter { first, then, hours, hours_before } => {
            change::soon_after(&line(), context, *first, *then, *hours, *hours_before)
        }
        Test::DormantThenBusy { days, at_least } => change::dormant_then_busy(&line(), *days, *at_least),
        Test::ChangePoint { at_least } => change::change_point(&line(), context, *at_least),
        Test::UnmanagedDevice { at_least } => change::unmanaged_device(&line(), *at_least),
        Test::IdentityChanged { at_least, days } => change::identity_changed(&line(), context, *at_least, *days),
        _ => return None,
    })
}
