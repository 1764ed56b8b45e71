//! Names of one party as different lists write them: in its own script, translated and transliterated. Their words must meet, which
//! means that each telling word of one side has the text or the English meaning of a word of the other.

use interdict_names::{NameKind, ParsedName, Token, TokenKind, nicknames, parse_name};

fn says(token: &Token, other: &Token) -> bool {
    token.text == other.text
        || token.skeleton == other.skeleton
        || (token.canon.is_some() && token.canon == other.canon)
        || token.canon == Some(&other.text)
        || other.canon == Some(&token.text)
        || nicknames(&token.text).contains(&other.text.as_str())
}

fn telling(name: &ParsedName) -> impl Iterator<Item = &Token> {
    name.tokens.iter().filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Generic | TokenKind::Number))
}

#[track_caller]
fn meet(kind: NameKind, pairs: &[(&str, &str)]) {
    for (a, b) in pairs {
        let (left, right) = (parse_name(a, kind), parse_name(b, kind));
        for (from, to) in [(&left, &right), (&right, &left)] {
            for token in telling(from) {
                assert!(telling(to).any(|other| says(token, other)), "{a} / {b}: nothing answers {token:?}\n{to:?}");
            }
        }
    }
}

#[test]
fn organisations_in_cyrillic() {
    meet(
        NameKind::Organization,
        &[
            ("Казанский вертолетный завод", "Kazan Helicopter Plant"),
            ("Уральский институт ядерных исследований", "Ural Institute of Nuclear Research"),
            ("Морской торговый порт", "Sea Trade Port"),
            ("Научно-исследовательский институт электронных приборов", "Research Institute of Electronic Devices"),
            ("Северная судостроительная верфь", "Northern Shipyard"),
            ("Министерство обороны Российской Федерации", "Ministry of Defence of the Russian Federation"),
            ("Машиностроительный завод Звезда", "Machine-Building Plant Zvezda"),
            ("Машиностроительный завод Звезда", "Mashinostroitelnyy zavod Zvezda"),
            ("Авиаремонтная компания Восток", "Aviaremontnaya kompaniya Vostok"),
            ("Державне підприємство Антонов", "State Enterprise Antonov"),
            ("Мінскі завод аўтаматыкі", "Minski zavod automatyki"),
            ("Гомельский химический завод", "Gomel Chemical Works"),
        ],
    );
}

#[test]
fn organisations_in_arabic_script() {
    meet(
        NameKind::Organization,
        &[
            ("شركة النجم الذهبي للتجارة", "Golden Star Trading Company"),
            ("أجنحة الشرق للطيران", "East Wings Aviation"),
            ("مصفاة حمص", "Homs Refinery"),
            ("شرکت خودروسازی پارس", "Pars Vehicle Manufacturing Company"),
            ("شرکت سرمایه گذاری ملی", "National Investment Company"),
            ("شرکت سرمایه‌گذاری ملی", "National Investment Co"),
            ("ستار لوجستيكس ش.ذ.م.م", "Star Logistics LLC"),
            ("البحر الأحمر للشحن", "Red Sea Shipping"),
            ("جلوبال انفستمنت جروب", "Global Investment Group"),
        ],
    );
}

#[test]
fn organisations_in_chinese() {
    meet(
        NameKind::Organization,
        &[
            ("绍兴发动机制造有限公司", "Shaoxing Engine Manufacturing Co., Ltd."),
            ("泉州國際貨運有限公司", "Quanzhou International Freight Limited"),
            ("洛阳轴承机械设备有限公司", "Luoyang Bearing Machinery Equipment Co Ltd"),
        ],
    );
}

#[test]
fn people() {
    meet(
        NameKind::Person,
        &[
            ("عبد العزيز الحربي", "Abdul Aziz al-Harbi"),
            ("'Abd al-Aziz", "Abdul Aziz"),
            ("رضا رضوی", "Reza Razavi"),
            ("ذبیح لاله", "Zabih Laleh"),
            ("Юрій Коваленко", "Iurii Kovalenko"),
            ("Галина Петрова", "Halyna Petrova"),
            ("Γεωργία Παππά", "Georgina Pappa"),
            ("נועה אוחיון", "Noa Ohayon"),
            ("गीता क्षेत्री", "Gita Chhetri"),
            ("Benny Cohen", "Benjamin Cohen"),
        ],
    );
}

#[test]
fn legal_forms_with_slips_and_in_transliteration() {
    for (raw, id) in [
        ("Siemens Aktiengeselschaft", "jsc"),
        ("Acme Limted", "llc"),
        ("Acme Corportion", "corp"),
        ("Acme Incorparated", "corp"),
        ("Obschestvo s organichennoy otvetstvennostyu Sokol", "llc"),
        ("Obshchestvo s ogranichennoi otvetstvennostiu Sokol", "llc"),
        ("Publichnoe aktsionernoe obschestvo Sokol", "jsc"),
        ("Общество c ограниченной ответвенностью Сокол", "llc"),
        ("Закрытое Акционерно Общество Сокол", "jsc"),
        ("Societatea cu Răspundere Limitată Soare", "llc"),
        ("SiemensAG", "jsc"),
    ] {
        let name = parse_name(raw, NameKind::Organization);
        let found = name.tokens.iter().find_map(|token| match token.kind {
            TokenKind::LegalForm(id) => Some(id),
            _ => None,
        });
        assert_eq!(found, Some(id), "{raw}: {:?}", name.tokens);
        assert_eq!(name.tokens.len(), 2, "{raw}");
    }
}

#[test]
fn numbers_in_names() {
    for (raw, text) in [("Brigade Forty-four", "44"), ("Brigade 44", "44"), ("Growth Fund IV", "4"), ("Growth Fund 4", "4")] {
        let name = parse_name(raw, NameKind::Organization);
        let last = name.tokens.last().unwrap();
        assert!(last.text == text || last.canon == Some(text), "{raw}: {last:?}");
    }
}
