//! Numbers of vessels.

use interdict_network::{Imo, mmsi_country};
use proptest::prelude::*;

#[test]
fn numbers_of_ships_and_companies_are_told_apart() {
    for (text, expected) in [
        ("IMO 9074729", Some(Imo::Ship("9074729".into()))),
        ("9074729", Some(Imo::Ship("9074729".into()))),
        ("imo no. 907 4729", Some(Imo::Ship("9074729".into()))),
        ("Company IMO 6112976", Some(Imo::Company("6112976".into()))),
        ("IMO company number 6112976", Some(Imo::Company("6112976".into()))),
        ("9074728", Some(Imo::Wrong { digits: "9074728".into(), ship: '9', company: '2' })),
        ("907472", None),
        ("90747299", None),
        ("MARAL STAR", None),
        ("", None),
    ] {
        assert_eq!(Imo::read(text), expected, "{text}");
    }
}

#[test]
fn the_digits_of_an_mmsi_name_its_country() {
    for (mmsi, expected) in [
        ("351234567", Some("pa")),
        ("MMSI", None),
        ("422012345", Some("ir")),
        ("445123456", Some("kp")),
        ("998123456", None),
        ("215000001", Some("mt")),
        ("002150000", None),
        ("699123456", None),
    ] {
        assert_eq!(mmsi_country(mmsi).map(interdict_model::Country::code), expected, "{mmsi}");
    }
}

proptest! {
    #[test]
    fn a_single_wrong_digit_is_seen(number in 100_000_u32..=999_999, at in 0_usize..7, by in 1_u8..10) {
        let digits = number.to_string();
        let sum: u32 = digits.bytes().zip([7, 6, 5, 4, 3, 2]).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        let right = format!("{digits}{}", sum % 10);
        prop_assert_eq!(Imo::read(&right), Some(Imo::Ship(right.clone())));
        let mut wrong = right.clone().into_bytes();
        wrong[at] = b'0' + (wrong[at] - b'0' + by) % 10;
        let wrong = String::from_utf8(wrong).unwrap();
        // The weights 6, 5, 4 and 2 share a factor with 10, so that the scheme itself lets some changes there pass.
        let weight = [7, 6, 5, 4, 3, 2, 1][at];
        let seen = (i32::from(wrong.as_bytes()[at]) - i32::from(right.as_bytes()[at])) * weight % 10 != 0;
        prop_assert_eq!(!matches!(Imo::read(&wrong), Some(Imo::Ship(_))), seen);
    }

    #[test]
    fn any_text_is_read(text in ".{0,40}") {
        let _ = (Imo::read(&text), mmsi_country(&text));
    }
}
