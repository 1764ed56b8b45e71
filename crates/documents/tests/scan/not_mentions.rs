//! Texts that have nobody of the list in them, however near they come.

use crate::{check, check_none};

#[test]
fn other_people() {
    check_none(&[
        "Ali Hassan Karimi said so.",
        "Mohammed Ali Hassan said so.",
        "Omar Ali Hassan Darwish said so.",
        "Sim Hyon Chol said so.",
        "Kim Hyon Sop Sim Lee said so.",
        "Tarquin Ravenscroft said so.",
        "Martin Ravensworth said so.",
        "Tarquin said so. Ravensworth said no.",
        "Orlin Marquez Villanueva said so.",
        "Pedro Orlin Marquez said so.",
        "Chester Parker said so.",
        "Dmitry Ivanovich Sorokin said so.",
        "Dmitry Olegovich said so.",
        "Olegovich Sorokin said so.",
        "Pavel Sorokin said so.",
        "Sorokin said so.",
        "Dmitry Sorokin Pavlov said so.",
        "Anna Dmitrievna Sorokina said so.",
        "Дмитрий Иванович Сорокин сказал.",
        "Елена Сорокина сказала.",
        "José Luis Ibáñez said so.",
        "Kim Sang Mun said so.",
        "Karim Tabrizi said so.",
        "حسن جليل الموسوي قال ذلك",
    ]);
}

#[test]
fn names_over_ends() {
    check_none(&[
        "He called Tarquin. Ravensworth is a town.",
        "He called Tarquin! Ravensworth is a town.",
        "He called Tarquin\n\nRavensworth is a town.",
        "- Tarquin\n- Ravensworth",
        "* Tarquin\n* Ravensworth",
        "1. Tarquin\n2. Ravensworth",
        "Tarquin\tRavensworth Street",
        "Tarquin; Ravensworth",
        "Tarquin: Ravensworth",
        "We met Orlin. Marquez came later.",
        "We saw Chester. Park and ride was full.",
    ]);
}

#[test]
fn ordinary_words_and_places() {
    check_none(&[
        "The weather was fine and nobody came.",
        "The office is at 12 Ravensworth Road.",
        "Silver stars were on the ceiling; a star of silver shone.",
        "A credit bank, a trade bank and a joint bank met at the foreign trade ministry.",
        "Korea, China and Russia trade with each other.",
        "University of Oxford, Faculty of Automation",
        "The military supplies industry department of a store",
        "I was alias Smith, and the LLC was mine.",
        "Sun and wind: sun, wei, jian, son.",
        "in so far as no one may do so",
        "He was born in Pyongyang in 1980.",
        "The Korean People's Army holds a parade.",
        "The Central Bank of Kenya raised rates.",
        "The Ministry of Industry and the Ministry of Trade",
        "Green Alpine meadows are good for trading cattle.",
    ]);
}

#[test]
fn longer_names_of_others() {
    check_none(&[
        "Neo Tarrasq Group Biolabs",
        "Kestwick Brothers Limited",
        "Velmora Botanical Trading LLC",
        "New Andariel Yoga Studio",
        "Lazarus Medical Group",
        "The Hoang Minh Quang Tri Museum",
    ]);
    check(&[("The firm Velmora Agrochemical Trading is not on a list.", &[])]);
}
