//! Records of one person against lists: a person and a test go in; which addresses, programs, devices, files and words of the person are on
//! a list, or of a class that a rule names, comes out. What the user's policy knows as his own never counts.

mod network;
mod seen;
mod texts;

use crate::evaluate::{Context, Outcome};
use crate::indicators::Test;
use crate::people::Person;

/// What became of a test of this module; `None` for tests of others.
pub(crate) fn evaluate(test: &Test, person: Person<'_>, context: &Context<'_>) -> Option<Outcome> {
    Some(match test {
        Test::ListedIp { lists, share } => network::listed_ip(lists, *share, person, context),
        Test::OpenPort { ports } => network::open_port(ports, person, context),
        Test::ListedSoftware { classes, at_least, days, after_boot } => {
            seen::software(classes, *at_least, *days, *after_boot, person, context)
        }
        Test::ListedHardware {} => seen::hardware(person, context),
        Test::FileSoftware { documents, programs, minutes } => seen::files(documents, programs, *minutes, person),
        Test::AddressClass { classes } => seen::address_class(classes, person, context),
        Test::Marked { documents, events, field, values } => seen::marked(documents, events, *field, values, person, context),
        Test::Phrases { phrases } => texts::phrases(phrases, person, context),
        _ => return None,
    })
}
