//! Any text, read as an identifier of every kind: a canonical form is its own canonical form, and what is recognised is also read.
#![no_main]

use interdict_model::{Country, Identifier, IdentifierKind, identify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for country in [None, Country::from_code("ru"), Country::from_code("us")] {
        for kind in IdentifierKind::ALL {
            let _ = Identifier::unverified_key(*kind, text);
            let Ok(identifier) = Identifier::parse(*kind, text, country) else { continue };
            assert!(!identifier.key().is_empty() && !identifier.lookup_key().is_empty());
            // A canonical form says all by itself, so no country helps to read it.
            let again = Identifier::parse(identifier.kind(), identifier.key(), None);
            let again = again.unwrap_or_else(|error| panic!("{text:?} as {kind}: key {:?}: {error}", identifier.key()));
            assert_eq!(again.key(), identifier.key(), "{text:?} as {kind}");
        }
    }
    for identifier in identify(text) {
        assert!(Identifier::parse(identifier.kind(), text, None).is_ok_and(|again| again == identifier));
    }
});
