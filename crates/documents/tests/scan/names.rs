//! Forms that a name has in a text of a language with Latin letters.

use crate::check;

#[test]
fn as_listed_and_in_other_cases() {
    check(&[
        ("The notice names Sim Hyon Sop and others.", &[("Sim Hyon Sop", "ofac-42498")]),
        ("The notice names SIM HYON SOP and others.", &[("SIM HYON SOP", "ofac-42498")]),
        ("the notice names sim hyon sop and others.", &[("sim hyon sop", "ofac-42498")]),
        ("The notice names SIM Hyon Sop and others.", &[("SIM Hyon Sop", "ofac-42498")]),
        ("pay sim hyon sop today", &[("sim hyon sop", "ofac-42498")]),
        ("the owner is velmora petrochemical trading llc of dubai", &[("velmora petrochemical trading llc", "c-velmora")]),
        ("The owner is Velmora Petrochemical Trading LLC.", &[("Velmora Petrochemical Trading LLC", "c-velmora")]),
        ("A report on chonsurim trading corporation came out.", &[("chonsurim trading corporation", "ofac-52283")]),
        ("TREASURY SANCTIONS BANKER SIM HYON SOP FOR LAUNDERING", &[("SIM HYON SOP", "ofac-42498")]),
        ("Treasury Sanctions North Korean Banker Sim Hyon Sop Over Wallets", &[("Sim Hyon Sop", "ofac-42498")]),
        ("Quenlark opened an office in Zug.", &[("Quenlark", "c-quenlark")]),
        ("The firm is called QUENLARK and sells clocks.", &[("QUENLARK", "c-quenlark")]),
        ("The Lazarus Group was blamed for the theft.", &[("Lazarus Group", "ofac-27307")]),
        ("the lazarus group was blamed for the theft.", &[("lazarus group", "ofac-27307")]),
        ("Andariel is another of the units.", &[("Andariel", "ofac-27309")]),
    ]);
}

#[test]
fn possessives() {
    check(&[
        ("Sim Hyon Sop's wallets were named.", &[("Sim Hyon Sop", "ofac-42498")]),
        ("Sim Hyon Sop’s wallets were named.", &[("Sim Hyon Sop", "ofac-42498")]),
        ("SIM HYON SOP'S WALLETS WERE NAMED.", &[("SIM HYON SOP", "ofac-42498")]),
        ("It is Orlin Marquez’ third house.", &[("Orlin Marquez", "p-marquez")]),
        ("It is Orlin Marquez' third house.", &[("Orlin Marquez", "p-marquez")]),
        ("Quenlark's owner did not answer.", &[("Quenlark", "c-quenlark")]),
        ("Velmora Petrochemical Trading’s tanks", &[("Velmora Petrochemical Trading", "c-velmora")]),
        ("Liam O’Brannigan’s lawyer", &[("Liam O’Brannigan", "p-obrannigan")]),
        ("in North Korea the Ministry of People's Armed Forces said", &[("Ministry of People's Armed Forces", "ofac-22285")]),
        ("in North Korea the Ministry of People’s Armed Forces said", &[("Ministry of People’s Armed Forces", "ofac-22285")]),
    ]);
}

#[test]
fn spelled_another_way() {
    check(&[
        // Russian names in other transliterations.
        ("The firm of Dmitri Olegovich Sorokin sold it.", &[("Dmitri Olegovich Sorokin", "p-sorokin")]),
        ("The firm of Dmitrij Sorokin sold it.", &[("Dmitrij Sorokin", "p-sorokin")]),
        ("The firm of Dmitriy Olegovitch Sorokin sold it.", &[("Dmitriy Olegovitch Sorokin", "p-sorokin")]),
        ("The firm of Sergey Mikhaylovich Lavrentiev sold it.", &[("Sergey Mikhaylovich Lavrentiev", "p-lavrentyev")]),
        ("The trader Vitaliy Andreyev sold it.", &[("Vitaliy Andreyev", "ofac-55065")]),
        ("The trader Marina Belskaya sold it.", &[("Marina Belskaya", "p-belskaya")]),
        ("The trader Marina Pavlovna Bel'skaya sold it.", &[("Marina Pavlovna Bel'skaya", "p-belskaya")]),
        // Korean names, with hyphens, as one word, and in other transcriptions.
        ("The trader Sim Hyon-sop left.", &[("Sim Hyon-sop", "ofac-42498")]),
        ("The trader Sim Hyonsop left.", &[("Sim Hyonsop", "ofac-42498")]),
        ("The trader Sim Hyon‑sop left.", &[("Sim Hyon‑sop", "ofac-42498")]),
        ("The trader Sim Hyŏn-sŏp left.", &[("Sim Hyŏn-sŏp", "ofac-42498")]),
        ("The trader Mun Kwang-jin left.", &[("Mun Kwang-jin", "p-mun")]),
        ("The trader Moon Kwang Jin left.", &[("Moon Kwang Jin", "p-mun")]),
        ("The trader Moon Gwangjin left.", &[("Moon Gwangjin", "p-mun")]),
        ("The banker Cho Chol-song left.", &[("Cho Chol-song", "ofac-21744")]),
        ("The banker Hyon Sop Sim left.", &[("Hyon Sop Sim", "ofac-42498")]),
        // Chinese given name first, or in two words.
        ("The broker Mingzhe Ouyang left.", &[("Mingzhe Ouyang", "p-ouyang")]),
        ("The broker Ouyang Ming Zhe left.", &[("Ouyang Ming Zhe", "p-ouyang")]),
        ("The broker Wu Hui-hui left.", &[("Wu Hui-hui", "ofac-42496")]),
        // Arabic and Persian.
        ("The trader Hassan Jalil Al Mansouri left.", &[("Hassan Jalil Al Mansouri", "p-mansuri")]),
        ("The trader Hasan Jaleel El-Mansuri left.", &[("Hasan Jaleel El-Mansuri", "p-mansuri")]),
        ("The trader Behrooz Ghasemi Tehrani left.", &[("Behrooz Ghasemi Tehrani", "p-tehrani")]),
        // Accents and letters of a language.
        ("The lawyer Jose Luis Ibanez Cordero left.", &[("Jose Luis Ibanez Cordero", "p-ibanez")]),
        ("The lawyer JOSÉ LUIS IBÁÑEZ CORDERO left.", &[("JOSÉ LUIS IBÁÑEZ CORDERO", "p-ibanez")]),
        ("The lawyer Juergen Grossmann-Weisshaupt left.", &[("Juergen Grossmann-Weisshaupt", "p-grossmann")]),
        ("The lawyer Jurgen Grossmann Weisshaupt left.", &[("Jurgen Grossmann Weisshaupt", "p-grossmann")]),
        ("The lawyer Etienne d’Arbois left.", &[("Etienne d’Arbois", "p-arbois")]),
        ("The lawyer Liam OBrannigan left.", &[("Liam OBrannigan", "p-obrannigan")]),
        ("The lawyer Maria D'Angelo Ruiz left.", &[("Maria D'Angelo Ruiz", "p-dangelo")]),
        ("The lawyer MARIA D’ANGELO RUIZ left.", &[("MARIA D’ANGELO RUIZ", "p-dangelo")]),
        ("The lawyer Maria DAngelo Ruiz left.", &[("Maria DAngelo Ruiz", "p-dangelo")]),
        // One letter wrong.
        ("The broker Tarquin Ravensworht left.", &[("Tarquin Ravensworht", "p-miles")]),
    ]);
}

#[test]
fn in_another_order_and_with_titles() {
    check(&[
        ("Signed: Sorokin, Dmitry Olegovich", &[("Sorokin, Dmitry Olegovich", "p-sorokin")]),
        ("Signed: SOROKIN Dmitry", &[("SOROKIN Dmitry", "p-sorokin")]),
        ("He met Mr. Sim Hyon Sop in March.", &[("Sim Hyon Sop", "ofac-42498")]),
        ("He met Mr Tarquin Ravensworth in March.", &[("Tarquin Ravensworth", "p-miles")]),
        ("He met Dr. Tarquin Ravensworth in March.", &[("Tarquin Ravensworth", "p-miles")]),
        ("He met General Viktor Zelenchuk in March.", &[("Viktor Zelenchuk", "p-jackal")]),
        ("He met Chairman Viktor Zelenchuk in March.", &[("Viktor Zelenchuk", "p-jackal")]),
        ("He met Defence Minister Viktor Zelenchuk in March.", &[("Viktor Zelenchuk", "p-jackal")]),
        ("Händler Viktor Zelenchuk lebt in Wien.", &[("Viktor Zelenchuk", "p-jackal")]),
        (
            "Вчера Виктор Зеленчук уехал. Позднее Виктор Зеленчук вернулся.",
            &[("Виктор Зеленчук", "p-jackal"), ("Виктор Зеленчук", "p-jackal")],
        ),
        ("Il a vu M. Étienne d'Arbois à Lyon.", &[("Étienne d'Arbois", "p-arbois")]),
        ("Se reunió con el Sr. José Luis Ibáñez Cordero ayer.", &[("José Luis Ibáñez Cordero", "p-ibanez")]),
        ("On Monday Viktor Zelenchuk flew home.", &[("Viktor Zelenchuk", "p-jackal")]),
        ("In Minsk Viktor Zelenchuk flew home.", &[("Viktor Zelenchuk", "p-jackal")]),
        ("Yesterday, Viktor Zelenchuk flew home.", &[("Viktor Zelenchuk", "p-jackal")]),
    ]);
}

#[test]
fn companies_with_and_without_their_legal_form() {
    check(&[
        ("They paid Velmora Petrochemical Trading for it.", &[("Velmora Petrochemical Trading", "c-velmora")]),
        ("They paid Velmora Petrochemical Trading L.L.C. for it.", &[("Velmora Petrochemical Trading L.L.C", "c-velmora")]),
        ("They paid Velmora Petrochemical Trading Ltd. for it.", &[("Velmora Petrochemical Trading Ltd", "c-velmora")]),
        ("They paid Kestwick & Sons Ltd for it.", &[("Kestwick & Sons Ltd", "c-kestwick")]),
        ("They paid Kestwick and Sons, Ltd. for it.", &[("Kestwick and Sons, Ltd", "c-kestwick")]),
        ("They paid Kestwick & Sons for it.", &[("Kestwick & Sons", "c-kestwick")]),
        ("They paid JSC Zarnitsa Aerospace for it.", &[("JSC Zarnitsa Aerospace", "c-zarnitsa")]),
        ("They paid Zarnitsa Aerospace JSC for it.", &[("Zarnitsa Aerospace JSC", "c-zarnitsa")]),
        ("They paid \"Zarnitsa Aerospace\" for it.", &[("Zarnitsa Aerospace", "c-zarnitsa")]),
        ("They paid Brightvane Logistics for it.", &[("Brightvane Logistics", "c-brightvane")]),
        ("They paid LLC Brightvane Logistics for it.", &[("LLC Brightvane Logistics", "c-brightvane")]),
        ("They paid LLC \"Brightvane Logistics\" for it.", &[("LLC \"Brightvane Logistics", "c-brightvane")]),
        ("They paid Brightvane Logistics, LLC for it.", &[("Brightvane Logistics, LLC", "c-brightvane")]),
        ("It ships for Chonsurim Trading again.", &[("Chonsurim Trading", "ofac-52283")]),
        ("It ships for Korea Osong Shipping again.", &[("Korea Osong Shipping", "ofac-52282")]),
        ("It buys from Liaoning China Trade Industry again.", &[("Liaoning China Trade Industry", "ofac-52264")]),
        ("It buys from Green Alpine Trading, of the United Arab Emirates.", &[("Green Alpine Trading", "ofac-52175")]),
    ]);
}

#[test]
fn brackets_quotation_marks_and_signs() {
    check(&[
        ("(Tarquin Ravensworth)", &[("Tarquin Ravensworth", "p-miles")]),
        ("“Tarquin Ravensworth”", &[("Tarquin Ravensworth", "p-miles")]),
        ("«Tarquin Ravensworth»", &[("Tarquin Ravensworth", "p-miles")]),
        ("'Tarquin Ravensworth'", &[("Tarquin Ravensworth", "p-miles")]),
        ("**Tarquin Ravensworth**", &[("Tarquin Ravensworth", "p-miles")]),
        ("[Tarquin Ravensworth](https://www.example.org/)", &[("Tarquin Ravensworth", "p-miles")]),
        ("_Tarquin Ravensworth_", &[("Tarquin Ravensworth", "p-miles")]),
        ("#1:Tarquin Ravensworth;", &[("Tarquin Ravensworth", "p-miles")]),
        ("owner=Tarquin Ravensworth|role=none", &[("Tarquin Ravensworth", "p-miles")]),
        ("the owner—Tarquin Ravensworth—left", &[("Tarquin Ravensworth", "p-miles")]),
        ("the owner – Tarquin Ravensworth – left", &[("Tarquin Ravensworth", "p-miles")]),
        ("the owner (a.k.a. Tarquin Ravensworth).", &[("Tarquin Ravensworth", "p-miles")]),
        ("Tarquin Ravensworth", &[("Tarquin Ravensworth", "p-miles")]),
        ("Tarquin  Ravensworth", &[("Tarquin  Ravensworth", "p-miles")]),
        ("Tarquin\u{a0}Ravensworth", &[("Tarquin\u{a0}Ravensworth", "p-miles")]),
        ("Tarquin \"Quin\" Ravensworth was there.", &[("Tarquin \"Quin\" Ravensworth", "p-miles")]),
        ("Tarquin J. Ravensworth was there.", &[("Tarquin J. Ravensworth", "p-miles")]),
    ]);
}

#[test]
fn line_ends_and_hyphens() {
    check(&[
        ("a partner of Tarquin\nRavensworth since May", &[("Tarquin\nRavensworth", "p-miles")]),
        ("a partner of Tarquin\r\nRavensworth since May", &[("Tarquin\r\nRavensworth", "p-miles")]),
        ("a partner of Tarquin   \n   Ravensworth since May", &[("Tarquin   \n   Ravensworth", "p-miles")]),
        ("a partner of Tarquin Ravens-\nworth since May", &[("Tarquin Ravens-\nworth", "p-miles")]),
        ("a partner of Tarquin Ravens-\r\nworth since May", &[("Tarquin Ravens-\r\nworth", "p-miles")]),
        ("a partner of Tarquin Ravens-\n    worth since May", &[("Tarquin Ravens-\n    worth", "p-miles")]),
        ("a partner of Tar-\nquin Ravensworth since May", &[("Tar-\nquin Ravensworth", "p-miles")]),
        ("a partner of TARQUIN RAVENS-\nWORTH since May", &[("TARQUIN RAVENS-\nWORTH", "p-miles")]),
        ("a partner of Tarquin Ravens\u{ad}worth since May", &[("Tarquin Ravens\u{ad}worth", "p-miles")]),
        ("a partner of Tarquin Ravens\u{ad}\nworth since May", &[("Tarquin Ravens\u{ad}\nworth", "p-miles")]),
        ("a partner of Sim Hyon-\nsop since May", &[("Sim Hyon-\nsop", "ofac-42498")]),
        ("sold by Velmora Petro-\nchemical Trading LLC", &[("Velmora Petro-\nchemical Trading LLC", "c-velmora")]),
        ("sold by Velmora\nPetrochemical\nTrading\nLLC", &[("Velmora\nPetrochemical\nTrading\nLLC", "c-velmora")]),
    ]);
}

#[test]
fn marks_that_are_not_seen_and_letters_that_look_alike() {
    check(&[
        ("a partner of Tar\u{200b}quin Ravens\u{200b}worth", &[("Tar\u{200b}quin Ravens\u{200b}worth", "p-miles")]),
        ("a partner of \u{feff}Tarquin Ravensworth\u{200d}", &[("Tarquin Ravensworth", "p-miles")]),
        ("a partner of Tarquin\u{200b} \u{2060}Ravensworth", &[("Tarquin\u{200b} \u{2060}Ravensworth", "p-miles")]),
        ("a partner of \u{202a}Tarquin Ravensworth\u{202c} today", &[("Tarquin Ravensworth", "p-miles")]),
        // Cyrillic а, е, о among Latin letters.
        ("a partner of Tаrquin Rаvеnswоrth", &[("Tаrquin Rаvеnswоrth", "p-miles")]),
        ("a partner of Ѕim Hyоn Sоp", &[("Ѕim Hyоn Sоp", "ofac-42498")]),
        // Letters and marks apart.
        ("Jose\u{301} Luis Iba\u{301}n\u{303}ez Cordero", &[("Jose\u{301} Luis Iba\u{301}n\u{303}ez Cordero", "p-ibanez")]),
        ("E\u{301}tienne d'Arbois", &[("E\u{301}tienne d'Arbois", "p-arbois")]),
        // Full width.
        ("a partner of Ｔａｒｑｕｉｎ Ｒａｖｅｎｓｗｏｒｔｈ", &[("Ｔａｒｑｕｉｎ Ｒａｖｅｎｓｗｏｒｔｈ", "p-miles")]),
        ("a partner of Ｔａｒｑｕｉｎ　Ｒａｖｅｎｓｗｏｒｔｈ", &[("Ｔａｒｑｕｉｎ　Ｒａｖｅｎｓｗｏｒｔｈ", "p-miles")]),
        // Ligatures and mathematical letters.
        ("a partner of 𝐓𝐚𝐫𝐪𝐮𝐢𝐧 𝐑𝐚𝐯𝐞𝐧𝐬𝐰𝐨𝐫𝐭𝐡", &[("𝐓𝐚𝐫𝐪𝐮𝐢𝐧 𝐑𝐚𝐯𝐞𝐧𝐬𝐰𝐨𝐫𝐭𝐡", "p-miles")]),
    ]);
}

#[test]
fn several_parties() {
    check(&[
        (
            "Tarquin Ravensworth, Viktor Zelenchuk and Orlin Marquez met.",
            &[("Tarquin Ravensworth", "p-miles"), ("Viktor Zelenchuk", "p-jackal"), ("Orlin Marquez", "p-marquez")],
        ),
        // One name, two parties.
        (
            "It was signed by Karim Nasseri Tabrizi.",
            &[("Karim Nasseri Tabrizi", "p-karim-1"), ("Karim Nasseri Tabrizi", "p-karim-2")],
        ),
        // The longest name wins.
        ("It is owned by Orlin Marquez Holding.", &[("Orlin Marquez Holding", "c-marquez")]),
        ("It is owned by Orlin Marquez.", &[("Orlin Marquez", "p-marquez")]),
        ("It is owned by Tarrasq Group.", &[("Tarrasq Group", "c-tarrasq")]),
        ("It is owned by Tarrasq Group Shipping.", &[("Tarrasq Group Shipping", "c-tarrasq-ship")]),
        (
            "a bureau of North Korea, the Ministry of People's Armed Forces General Political Bureau, said",
            &[("Ministry of People's Armed Forces General Political Bureau", "interdict-mpaf-general-political-bureau")],
        ),
        // A name twice.
        (
            "Tarquin Ravensworth is not Tarquin Ravensworth.",
            &[("Tarquin Ravensworth", "p-miles"), ("Tarquin Ravensworth", "p-miles")],
        ),
        ("Quenlark, Quenlark, Quenlark", &[("Quenlark", "c-quenlark"); 3]),
    ]);
}

#[test]
fn lists_tables_and_records() {
    let three: &[(&str, &str)] =
        &[("Tarquin Ravensworth", "p-miles"), ("Viktor Zelenchuk", "p-jackal"), ("Orlin Marquez", "p-marquez")];
    check(&[
        ("Tarquin Ravensworth\nViktor Zelenchuk\nOrlin Marquez\n", three),
        ("TARQUIN RAVENSWORTH\nVIKTOR ZELENCHUK\n", &[("TARQUIN RAVENSWORTH", "p-miles"), ("VIKTOR ZELENCHUK", "p-jackal")]),
        ("- Tarquin Ravensworth\n- Viktor Zelenchuk\n- Orlin Marquez", three),
        ("* Tarquin Ravensworth\n* Viktor Zelenchuk\n* Orlin Marquez", three),
        ("1. Tarquin Ravensworth\n2. Viktor Zelenchuk\n3. Orlin Marquez", three),
        ("Tarquin Ravensworth\tViktor Zelenchuk\tOrlin Marquez", three),
        ("7\tTarquin Ravensworth\tLondon\n8\tViktor Zelenchuk\tMinsk\n9\tOrlin Marquez\tCaracas", three),
        ("7,Tarquin Ravensworth,London\n8,Viktor Zelenchuk,Minsk\n9,Orlin Marquez,Caracas\n", three),
        ("\"7\",\"Tarquin Ravensworth\",\"GB\"\n\"8\",\"Viktor Zelenchuk\",\"BY\"\n\"9\",\"Orlin Marquez\",\"VE\"\n", three),
        ("Tarquin Ravensworth;Viktor Zelenchuk;Orlin Marquez", three),
        ("| Tarquin Ravensworth | Viktor Zelenchuk | Orlin Marquez |", three),
        ("{\"a\":\"Tarquin Ravensworth\",\"b\":[\"Viktor Zelenchuk\",\"Orlin Marquez\"]}", three),
        ("<td>Tarquin Ravensworth</td><td>Viktor Zelenchuk</td><td>Orlin Marquez</td>", three),
        ("Tarquin Ravensworth      Viktor Zelenchuk        Orlin Marquez", three),
        ("Tarquin Ravensworth, Viktor Zelenchuk, Orlin Marquez", three),
        ("Tarquin Ravensworth / Viktor Zelenchuk / Orlin Marquez", three),
        ("Tarquin Ravensworth & Viktor Zelenchuk & Orlin Marquez", three),
        ("Sorokin,Dmitry,Olegovich,1970", &[("Sorokin,Dmitry,Olegovich", "p-sorokin")]),
        ("Name: Tarquin Ravensworth\nNationality: British\n", &[("Tarquin Ravensworth", "p-miles")]),
        ("Tarquin Ravensworth\nLondon\nUnited Kingdom", &[("Tarquin Ravensworth", "p-miles")]),
        ("Dear Sir,\n\nPlease pay.\n\nTarquin Ravensworth\nDirector", &[("Tarquin Ravensworth", "p-miles")]),
    ]);
}
