//! Names that a text may have without meaning anybody count where the rest of the text speaks for them.

use crate::{check, check_none};

#[test]
fn generic_aliases_beside_a_linked_party() {
    check(&[
        (
            "Department 53 sells through Korea Osong Shipping Corporation.",
            &[("Department 53", "ofac-52262"), ("Korea Osong Shipping Corporation", "ofac-52282")],
        ),
        (
            "Korea Osong Shipping is a front. Its owner is Department 53.",
            &[("Korea Osong Shipping", "ofac-52282"), ("Department 53", "ofac-52262")],
        ),
        (
            "Third Bureau officers work for the Technical Reconnaissance Bureau of North Korea.",
            &[("Third Bureau", "ofac-43337"), ("Technical Reconnaissance Bureau", "ofac-43337")],
        ),
        ("Wu Huihui, also called Wakemeupupup, moved coins.", &[("Wu Huihui", "ofac-42496"), ("Wakemeupupup", "ofac-42496")]),
        ("Zinc is a name of the Lazarus Group.", &[("Zinc", "ofac-27307"), ("Lazarus Group", "ofac-27307")]),
        ("Viktor Zelenchuk, known as Jackal, fled.", &[("Viktor Zelenchuk", "p-jackal"), ("Jackal", "p-jackal")]),
        // Its company is named, not he.
        ("Jackal owns Quenlark.", &[("Jackal", "p-jackal"), ("Quenlark", "c-quenlark")]),
        ("Hasan Jalil al-Mansuri (Abu Zayd) was there.", &[("Hasan Jalil al-Mansuri", "p-mansuri"), ("Abu Zayd", "p-mansuri")]),
        ("BTB, the Black Thistle Brigade, said so.", &[("BTB", "o-brigade"), ("Black Thistle Brigade", "o-brigade")]),
        ("KKBC and BTSB are one bank.", &[("KKBC", "ofac-11581"), ("BTSB", "ofac-11581")]),
    ]);
    check_none(&[
        "Department 53 of the city council repairs roads.",
        "Send it to Department 53, Third Floor.",
        "The office is on the third floor.",
        "The Third Floor was empty.",
        "Third Bureau Street",
        "Jackal packs live in the hills.",
        "A jackal was seen near the river.",
        "Zinc is a metal.",
        "BTB stands for back to back.",
        "Miles of road, and Miles Davis on the radio.",
        "Abu Zayd is a village.",
        "Office 91 is closed, Red Dot won a prize and Group 77 met.",
        "The Third Man is a film.",
    ]);
}

/// The example has its four organisations, without their legal forms, and their two people.
#[test]
fn the_example_article() {
    check(&[(
        include_str!("../../../../examples/article.txt"),
        &[
            ("Department 53 of the Ministry of the People's Armed Forces", "ofac-52262"),
            ("Korea Osong Shipping", "ofac-52282"),
            ("Son Kyong Sik", "ofac-52286"),
            ("Chonsurim Trading", "ofac-52283"),
            ("Jong In Chol", "ofac-52289"),
            ("Liaoning China Trade Industry", "ofac-52264"),
            ("Department 53", "ofac-52262"),
        ],
    )]);
}

#[test]
fn ships_of_one_word() {
    check(&[
        ("The vessel Hope left port.", &[("Hope", "v-hope")]),
        ("The tanker HOPE left port.", &[("HOPE", "v-hope")]),
        ("M/V Hope left port.", &[("Hope", "v-hope")]),
        ("MV HOPE left port.", &[("HOPE", "v-hope")]),
        ("M/T \"Hope\" left port.", &[("Hope", "v-hope")]),
        ("HOPE (IMO 9074729) left port.", &[("HOPE", "v-hope"), ("9074729", "v-hope")]),
        ("The tanker Zenvara left port.", &[("Zenvara", "v-zenvara")]),
        ("m/v zenvara left port", &[("zenvara", "v-zenvara")]),
        ("Das Schiff Zenvara lief aus.", &[("Zenvara", "v-zenvara")]),
        ("Танкер Zenvara вышел, но танкер Zenvara вернулся.", &[("Zenvara", "v-zenvara"); 2]),
        ("The tanker Ocean Pearl Glory left port.", &[("Ocean Pearl Glory", "v-glory")]),
        ("The tanker Arctic Lantern 7 left port.", &[("Arctic Lantern 7", "v-arctic7")]),
    ]);
    check_none(&[
        "Hope is a good breakfast.",
        "We hope the vessel comes soon.",
        "Hope dies last.",
        "HOPE AND FAITH",
        "The vessel left. We hope so.",
        "The tanker Arctic Lantern 8 left port.",
        "The tanker Ocean Pearl left port.",
        "The tanker Zenvaro Star left port.",
    ]);
}

#[test]
fn names_of_ordinary_words_need_a_country() {
    check(&[
        ("Maritime Fuel Services of Iran bought it.", &[("Maritime Fuel Services", "c-maritime")]),
        ("Tehran, Iran: the cargo went to Maritime Fuel Services.", &[("Maritime Fuel Services", "c-maritime")]),
        ("Myanmar's National Development Bank lent the money.", &[("National Development Bank", "c-bank")]),
        (
            "Maritime Fuel Services belongs to the Black Thistle Brigade.",
            &[("Maritime Fuel Services", "c-maritime"), ("Black Thistle Brigade", "o-brigade")],
        ),
    ]);
    check_none(&[
        "Maritime Fuel Services of Norway bought it.",
        "Maritime fuel services cost more this year.",
        "The National Development Bank of Fiji lent the money.",
        "A national development bank lends the money to Myanmar.",
    ]);
    // Too far away to speak for another's "of".
    let far = format!(
        "Iran.\n\n{}\n\nMaritime Fuel Services of Norway bought it.",
        "The sea was calm and the price was low. ".repeat(120)
    );
    check(&[(&far, &[])]);
}
