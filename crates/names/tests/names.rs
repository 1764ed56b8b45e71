//! Table tests of name parsing: a name as it is met in lists and records, and the tokens it must give.

use interdict_names::NameKind::{Object, Organization, Person, Unknown};
use interdict_names::{
    MAX_CHARS, MAX_TOKENS, NameKind, NameNote, ParsedName, Script, TokenKind, fold, korean_keys, parse_name, romanise, skeleton,
};

/// Tokens as text, with what is not a plain word marked: `=canon` generic, `:class` legal form, `~`
/// particle, `!` title, `.` initial, `#` number, `-` function word.
fn shown(name: &ParsedName) -> String {
    let token = |t: &interdict_names::Token| match t.kind {
        TokenKind::Word => t.text.clone(),
        TokenKind::Initial => format!("{}.", t.text),
        TokenKind::Number => format!("#{}", t.text),
        TokenKind::LegalForm(id) => format!(":{id}"),
        TokenKind::Generic => format!("{}={}", t.text, t.canon.unwrap_or("?")),
        TokenKind::Particle => format!("~{}", t.text),
        TokenKind::Title => format!("!{}", t.text),
        TokenKind::Stop => format!("-{}", t.text),
    };
    name.tokens.iter().map(token).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(kind: NameKind, cases: &[(&str, &str)]) {
    for (raw, wanted) in cases {
        assert_eq!(shown(&parse_name(raw, kind)), *wanted, "{raw:?}");
    }
}

#[test]
fn folding() {
    for (raw, folded) in [
        ("  Łukasz   ŻÓŁĆ ", "lukasz zolc"),
        ("Straße", "strasse"),
        ("Ærøskøbing", "aeroskobing"),
        ("Đorđe", "dorde"),
        ("İSTANBUL", "istanbul"),
        ("ışık", "isik"),
        ("Þórir", "thorir"),
        ("ﬁne ﬂow", "fine flow"),
        ("Ｆｕｌｌ　Ｗｉｄｔｈ", "full width"),
        ("Ch'o'ngsa", "chongsa"),
        ("O’Brien ʻAlī Qur`an Ja´far", "obrien ali quran jafar"),
        ("In-ch'ol", "in chol"),
        ("soft\u{ad}hyphen zero\u{200b}width", "softhyphen zerowidth"),
        ("\u{202e}evil\u{202c}", "evil"),
        ("variation\u{fe0f}", "variation"),
        ("Петро́в Соловьёв", "петров соловьев"),
        ("Чайковский", "чайковский"),
        ("Κώστας Παπάς", "κωστασ παπασ"),
        ("مُحَمَّد", "محمد"),
        ("أحمد", "احمد"),
        ("ک‌ی", "كي"),
        ("בע\"מ", "בעמ"),
        ("정인철", "정인철"),
        ("정인철", "정인철"),
        ("शर्मा", "शर्मा"),
        ("٣٩", "39"),
        ("a & b", "a and b"),
        ("№ 39", "no 39"),
        ("Ⅷ", "viii"),
        ("", ""),
        ("?!… —", ""),
    ] {
        assert_eq!(fold(raw), folded, "{raw:?}");
    }
}

#[test]
fn romanisation() {
    for (raw, latin) in [
        ("Сергей Королёв", "sergey korolev"),
        ("Хрущёв Щербаков", "khrushchev shcherbakov"),
        ("Юлія Гриценко", "yuliya hrytsenko"),
        ("Сліжэўскі", "slizheuski"),
        ("Александър", "aleksandar"),
        ("Объект", "obekt"),
        ("Љубица Ђорђевић", "ljubica djordjevic"),
        ("Қасым Ғали", "kasym ghali"),
        ("Παναγιώτης Μπαλτάς", "panagiotis baltas"),
        ("Ευγενία Ντόρα", "evgenia dora"),
        ("ნუცა ლომიძე", "nutsa lomidze"),
        ("Սարգսյան", "sargsyan"),
        ("Պողոսյան", "poghosyan"),
        ("Ուլուբաբյան", "ulubabyan"),
        ("さくら", "sakura"),
        ("ジュンイチロウ", "junichiro"),
        ("おおの きょうこ", "ono kyoko"),
        ("はっとり", "hattori"),
        ("पटेल", "patel"),
        ("सिंह", "sinh"),
        ("शर्मा", "sharma"),
        ("ইসলাম", "isalam"),
        ("محمد حسن", "mohammad hassan"),
        ("כהן", "cohen"),
        ("천수림", "chonsurim"),
        ("王伟", "wangwei"),
    ] {
        assert_eq!(romanise(raw), latin, "{raw:?}");
    }
}

#[test]
fn persons() {
    check(
        Person,
        &[
            ("JONG, In Chol", "jong in chol"),
            ("Chong In-ch'ol", "chong in chol"),
            ("J. R. R. Smith", "j. r. r. smith"),
            ("J.R. Smith", "j. r. smith"),
            ("O'Brien, Sean", "obrien sean"),
            ("Dr. Hassan Ali", "!dr hassan ali"),
            ("Gen. Kim Yong Chol", "!gen kim yong chol"),
            ("Mr. Kim", "!mr kim"),
            ("Sayed Hassan Ali", "!sayed hassan ali"),
            ("Youssef El Sayed", "youssef ~el sayed"),
            ("EL SAYED, Youssef", "~el sayed youssef"),
            ("Omar bin Khan", "omar ~bin khan"),
            ("Prince Charles", "prince charles"),
            ("Omar al-Bashir", "omar ~al bashir"),
            ("Omar Al Bashir", "omar ~al bashir"),
            ("Hassan ash-Shabab", "hassan ~al shabab"),
            ("Salah ad-Din", "salah ~al din"),
            ("Osama bin Laden", "osama ~bin laden"),
            ("Ludwig van Houten", "ludwig ~van houten"),
            ("Abd al-Rahman", "abdul rahman"),
            ("Abdulrahman", "abdulrahman"),
            ("LE, Van Tam", "le ~van tam"),
            ("Ri Da Hyon", "ri da hyon"),
            ("Maria da Silva", "maria ~da silva"),
            ("Bin", "bin"),
            ("Jane Trading Ltd", "jane trading ltd"),
            ("Kim Co", "kim co"),
            ("In On For", "in on for"),
            ("Dmitriy Andreevich Artyukhov", "dmitriy andreevich artyukhov"),
            ("Дмитрий Артюхов", "dmitriy artyukhov"),
            ("محمد بن سلمان", "mohammad ~bin salman"),
            ("جعفر الحسيني", "jafar ~al hosseini"),
            ("رمضان اولادی", "ramadan uladi"),
            ("سید ایمانی", "seyyed imani"),
            ("عبد الرحمن", "abdul rahman"),
            ("عبدالرحمن", "abdulrahman"),
            ("محمد الله", "mohammad allah"),
            ("Sofi Մարգարյան", "sofi margaryan"),
        ],
    );
}

#[test]
fn korean_persons() {
    check(
        Person,
        &[
            ("정인철", "jong in chol"),
            ("정 인철", "jong in chol"),
            ("정 인 철", "jong in chol"),
            ("김정은", "kim jong un"),
            ("이설주", "ri sol ju"),
            ("리설주", "ri sol ju"),
            ("박 화성", "pak hwa song"),
            ("김 수길", "kim su gil"),
            ("황 길수", "hwang kil su"),
            ("최 은 혁", "choe un hyok"),
            ("전 연근", "jon yon gun"),
            ("철민 최", "chol min choe"),
            ("남궁민수", "namgung min su"),
            ("황보 인", "hwangbo in"),
            ("서준", "so jun"),
            ("김", "kim"),
            ("O, Yong Ho", "o yong ho"),
            ("U Yong Guk", "u yong guk"),
            ("I. Smith", "i. smith"),
            ("블라디미르 푸틴", "pulladimiru pu tin"),
            ("정인철 (鄭仁哲)", "jong in chol zheng renzhe"),
        ],
    );
}

#[test]
fn chinese_persons() {
    check(
        Person,
        &[
            ("郭运年", "guo yunnian"),
            ("张建", "zhang jian"),
            ("欧阳修文", "ouyang xiuwen"),
            ("歐陽 修文", "ouyang xiuwen"),
            ("单雄信", "shan xiongxin"),
            ("崔 哲民", "cui zhemin"),
            ("卢新宁", "lu xinning"),
            ("李", "li"),
            ("阿卜杜拉·买买提", "abudula maimaiti"),
        ],
    );
}

#[test]
fn japanese_persons() {
    check(
        Person,
        &[
            ("藤田碧", "fujita aoi"),
            ("佐々木 凛", "sasaki rin"),
            ("髙橋健太郎", "takahashi kentaro"),
            ("原田さくら", "harada sakura"),
            ("佐藤みゆき", "sato miyuki"),
            ("大谷翔平", "otani shohei"),
            ("長谷川", "hasegawa"),
            // One character may be a family name of either language: the reading stays Chinese, the Japanese one is held beside it.
            ("林颯真", "lin sazhen"),
            ("王小明", "wang xiaoming"),
            ("金子涵", "jin zihan"),
        ],
    );
}

/// Whether every token of each name is met by a token of the other, or by two that stand side by side.
fn meet(a: &str, b: &str) -> bool {
    type Spellings = (Vec<String>, Vec<String>);
    let spellings = |raw: &str| -> Vec<Spellings> {
        let tokens = parse_name(raw, Person).tokens;
        tokens.into_iter().map(|t| (std::iter::once(t.text).chain(t.readings).collect(), t.korean)).collect()
    };
    let concat = |x: &[String], y: &[String]| x.iter().flat_map(|x| y.iter().map(move |y| format!("{x}{y}"))).collect();
    let with_joins = |tokens: &[Spellings]| -> Vec<(std::ops::Range<usize>, Spellings)> {
        let single = tokens.iter().cloned().enumerate().map(|(i, token)| (i..i + 1, token));
        let joined = tokens
            .windows(2)
            .enumerate()
            .map(|(i, pair)| (i..i + 2, (concat(&pair[0].0, &pair[1].0), concat(&pair[0].1, &pair[1].1))));
        single.chain(joined).collect()
    };
    let alike = |x: &Spellings, y: &Spellings| x.0.iter().any(|s| y.0.contains(s)) || x.1.iter().any(|key| y.1.contains(key));
    let covers = |one: &[Spellings], other: &[Spellings]| {
        let (left, right) = (with_joins(one), with_joins(other));
        (0..one.len()).all(|i| left.iter().any(|(at, x)| at.contains(&i) && right.iter().any(|(_, y)| alike(x, y))))
    };
    let (a, b) = (spellings(a), spellings(b));
    covers(&a, &b) && covers(&b, &a)
}

#[test]
fn spellings_of_east_asian_names_meet() {
    for (native, spellings) in [
        ("習近平", "Xi Jinping|Hsi Chin-p'ing|Shi Jinping|Си Цзиньпин"),
        ("毛泽东", "Mao Zedong|Mao Tse-tung"),
        ("蔣介石", "Jiang Jieshi|Chiang Chieh-shih"),
        ("黃志明", "Huang Zhiming|Wong Chi Ming|Huang Chih-ming|Oei Zhiming"),
        ("林俊傑", "Lin Junjie|Lin Chun-chieh|Lam Chun Kit|Lim Junjie"),
        ("陳國強", "Chen Guoqiang|Chan Kwok Keung|Tan Kuo-chiang|Chen Kuo-Chiang"),
        ("李桂華", "Kwai-wah Li|Lee Kuei-hua"),
        ("淑娟", "Shu-chuan|Shujuan"),
        ("歐陽子軒", "Ouyang Zixuan|Au Yeung Tsz Hin"),
        ("許建宏", "Hsu Chien-hung|Xu Jianhong"),
        ("渡邊陽菜", "Watanabe Hina|Haruna Watanabe"),
        ("林颯真", "Hayashi Sōma|Hayashi Souma|Lin Sazhen"),
        ("佐藤純平", "Satoh Jumpei|Satō Junpei"),
        ("斎藤優", "Saitō Yū|Saito Yuu"),
        ("김정은", "Kim Jong Un|Ким Чен Ын|金正恩|Kim Jong-eun"),
        ("陳서준", "Jin Seo-jun|Chin Seojun"),
        ("최룡해", "Choe Ryong Hae|Цой Рен Хэ|Choi Ryong-hae"),
    ] {
        for spelling in spellings.split('|') {
            assert!(meet(native, spelling), "{native} {spelling}: {:?}", parse_name(native, Person).tokens);
        }
    }
    for (a, b) in [("習近平", "Li Keqiang"), ("藤田碧", "Miyazaki Yuna"), ("王小明", "Zhang Wei"), ("김정은", "Pak Chol")]
    {
        assert!(!meet(a, b), "{a} {b}");
    }
}

#[test]
fn hanja_names_meet_their_korean_spelling() {
    let name = parse_name("崔哲民", Person);
    let (family, given) = (&name.tokens[0], &name.tokens[1]);
    assert!(korean_keys("choe").iter().any(|key| family.korean.contains(key)));
    let joined: String = ["chol", "min"].iter().filter_map(|part| interdict_names::korean_key(part)).collect();
    assert!(given.korean.contains(&joined), "{:?} {joined}", given.korean);
}

#[test]
fn organisations() {
    check(
        Organization,
        &[
            ("Chonsurim Trading Corporation", "chonsurim trading=trading :corp"),
            ("CHONSURIM TRDG CORP.", "chonsurim trdg=trading :corp"),
            ("A.B.C. Co.,Ltd.", "abc :co :llc"),
            (
                "Yanbian Silverstar Network Technology Co., Ltd.",
                "yanbian silverstar network=network technology=technology :co :llc",
            ),
            ("Foo L.L.C", "foo :llc"),
            ("Foo L L C", "foo :llc"),
            ("Foo Limited Liability Company", "foo :llc"),
            ("Foo S.A.", "foo :jsc"),
            ("Foo S. A.", "foo :jsc"),
            ("Foo A/S", "foo :llc"),
            ("Foo Bar S.A. de C.V.", "foo bar :jsc"),
            ("Foo Bar S. A. de C. V.", "foo bar :jsc"),
            ("Foo Bar S de RL de CV", "foo bar :llc"),
            ("Foo Sp. z o.o.", "foo :llc"),
            ("Foo s.r.o.", "foo :llc"),
            ("Foo d.o.o.", "foo :llc"),
            ("Foo G.m.b.H.", "foo :llc"),
            ("Foo GmbH & Co. KG", "foo :lp"),
            ("Foo & Co", "foo :co"),
            ("Foo Pte. Ltd.", "foo :llc"),
            ("Foo Sdn Bhd", "foo :llc"),
            ("Foo FZ-LLC", "foo :fz"),
            ("Foo DMCC", "foo :fz"),
            ("Foo Ltd. Şti.", "foo :llc"),
            ("Foo Anonim Şirketi", "foo :jsc"),
            ("PT Foo Tbk", ":jsc foo :jsc"),
            ("AO Foo", ":jsc foo"),
            ("Foo, AO", "foo :jsc"),
            ("ООО РУССТРОЙ-СК", ":llc russtroy sk"),
            ("OOO АЭРО", ":llc aero"),
            ("О.О.О. Ромашка", ":llc romashka"),
            ("Общество с ограниченной ответственностью Ромашка", ":llc romashka"),
            ("Общество c ограниченной ответственностью Ромашка", ":llc romashka"),
            ("Obshchestvo s ogranichennoy otvetstvennostyu Romashka", ":llc romashka"),
            ("Публичное акционерное общество Ромашка", ":jsc romashka"),
            ("ФГУП Завод", ":state zavod=plant"),
            ("شركة باوي للتجارة العامة ش.ذ.م.م", ":co bawi laltajara=trading alama=general :llc"),
            ("شرکت خدمات پارس", ":co khadmat=service pars"),
            ("株式会社さくら", ":corp sakura"),
            ("Siemens Aktiengesellschaft", "siemens :jsc"),
            ("Department 53", "department=department #53"),
            ("Office #39", "office=office #39"),
            ("No. 39 Bureau", "#39 bureau=bureau"),
            ("Nr 039 Bureau", "#39 bureau=bureau"),
            ("№39 Bureau", "#39 bureau=bureau"),
            ("39th Bureau", "#39 bureau=bureau"),
            ("Bank of the East", "bank=bank -of -the east=east"),
            ("Foo and Bar", "foo -and bar"),
            ("Foo & Bar", "foo -and bar"),
            ("Int'l Tech Grp", "intl=international tech=technology grp=group"),
            ("Al Jil General Trading", "~al jil general=general trading=trading"),
            ("Korea Choson Bank", "korea=korea choson=korea bank=bank"),
            ("Foo Co Ltd (HK)", "foo :co :llc hk=hongkong"),
            ("As Sadiq Trading", "as sadiq trading=trading"),
            ("LLC", ":llc"),
            ("Ltd.", ":llc"),
            ("X", "x."),
            ("3M", "3m"),
        ],
    );
}

#[test]
fn organisations_in_hangul_and_han() {
    check(
        Organization,
        &[
            ("천수림무역회사", "chonsurim trading=trading :co"),
            ("조선봉래산무역회사", "korea=korea pongnaesan trading=trading :co"),
            ("대진무역총회사", "taejin trading=trading general=general :corp"),
            ("합장강무역회사", "hapjanggang trading=trading :co"),
            ("화려은행", "hwaryo bank=bank"),
            ("은성인터네트기술회사", "unsong internet=internet technology=technology :co"),
            ("로케트공업부", "missile=missile industrial=industrial department=department"),
            ("주식회사 하늘", ":corp hanul"),
            ("深圳市亚新通用机械有限公司", "shenzhen city=city yaxin general=general machinery=machinery :llc"),
            ("望舒貿易有限公司", "wangshu trading=trading :llc"),
            ("朝鲜华丽银行", "korea=korea huali bank=bank"),
            ("大连天贻国际贸易有限公司", "dalian tianyi international=international trading=trading :llc"),
            ("鴻祥海運(香港)有限公司", "hongxiang shipping=shipping hongkong=hongkong :llc"),
            ("永信至成科技集团股份有限公司", "yongxinzhicheng technology=technology group=group :jsc"),
        ],
    );
}

#[test]
fn objects() {
    check(
        Object,
        &[
            ("M/V CHON MA SAN", "!mv chon ma san"),
            ("MV Chon Ma San", "!mv chon ma san"),
            ("M.T. KUM UN SAN 3", "!mt kum un san #3"),
            ("Limited Star", "limited star"),
            ("천마산", "chonmasan"),
            ("Mt", "mt"),
        ],
    );
}

#[test]
fn unknown_kind_applies_both_rules() {
    check(
        Unknown,
        &[
            ("Kim Se Un", "kim se un"),
            ("Foo Trading LLC", "foo trading=trading :llc"),
            ("정인철", "jong in chol"),
            ("천수림무역회사", "chonsurim trading=trading :co"),
            ("郭运年", "guo yunnian"),
            ("望舒貿易有限公司", "wangshu trading=trading :llc"),
            ("Dr. Hassan Ali", "!dr hassan ali"),
        ],
    );
}

#[test]
fn comma_order_is_noted_for_persons() {
    for (raw, kind, wanted) in [
        ("JONG, In Chol", Person, Some(0)),
        ("DE LA CRUZ, Juan", Person, Some(2)),
        ("Kim,", Person, None),
        (", Kim", Person, None),
        ("Kim Se Un", Person, None),
        ("SMITH, John, Jr", Person, Some(0)),
        ("الحسيني، جعفر", Person, Some(1)),
        ("JONG, In Chol", Unknown, Some(0)),
        ("Foo Co., Ltd.", Unknown, None),
        ("Foo, Bar", Organization, None),
    ] {
        assert_eq!(parse_name(raw, kind).comma_after, wanted, "{raw}");
    }
}

#[test]
fn homoglyphs_are_folded_to_the_majority_script() {
    for (raw, text, count) in [
        ("Jоhn Smith", "john smith", 1),
        ("Кim", "kim", 1),
        ("Вiталь Аляксеевiч", "vital alyakseevich", 2),
        ("Ιvan", "ivan", 1),
    ] {
        let name = parse_name(raw, Person);
        assert_eq!(shown(&name), text, "{raw}");
        assert_eq!(name.notes, [NameNote::HomoglyphsFolded(count)], "{raw}");
    }
    // Two whole words in two scripts are not homoglyphs.
    assert_eq!(parse_name("Сара Petrevski", Person).notes, []);
}

/// The look-alikes are Cyrillic letters written as escapes, since nobody could see them otherwise.
#[test]
fn a_latin_name_with_cyrillic_look_alikes_is_latin() {
    for (raw, text, count) in [
        ("N\u{456}k\u{43e}l\u{430}\u{456} K\u{43e}r\u{43e}bk\u{43e}", "nikolai korobko", 7),
        // The first word has no letter that is Latin alone, but the second shows what was done.
        ("\u{420}\u{43e}\u{440}\u{435} Sm\u{456}th", "pope smith", 5),
        ("\u{41a}\u{456}m Jong", "kim jong", 2),
        ("D\u{2019}\u{410}lmeida", "dalmeida", 1),
        // Latin letters with marks and in full width are Latin too.
        ("\u{15e}\u{430}hin", "sahin", 1),
        ("\u{ff2e}\u{456}\u{ff4b}\u{43e}\u{ff4c}a", "nikola", 2),
    ] {
        let name = parse_name(raw, Person);
        assert_eq!(shown(&name), text, "{raw}");
        assert_eq!(name.script, Script::Latin, "{raw}");
        assert!(name.tokens.iter().all(|token| token.native.is_none()), "{raw}: {:?}", name.tokens);
        assert_eq!(name.notes, [NameNote::HomoglyphsFolded(count)], "{raw}");
    }
}

#[test]
fn a_cyrillic_name_with_a_latin_letter_is_cyrillic() {
    for (raw, count) in [("Никол\u{61}й Коробко", 1), ("Николай К\u{6f}р\u{6f}бк\u{6f}", 3), ("Ник\u{6f}лай Коробко", 1)]
    {
        let name = parse_name(raw, Person);
        let natives: Vec<&str> = name.tokens.iter().filter_map(|token| token.native.as_deref()).collect();
        assert_eq!(natives, ["николай", "коробко"], "{raw}");
        assert_eq!(name.notes, [NameNote::HomoglyphsFolded(count)], "{raw}");
        assert_eq!(name.script, Script::Cyrillic, "{raw}");
    }
}

#[test]
fn a_name_in_two_scripts_keeps_both() {
    for (raw, text, native) in [
        ("Juan Перез", "juan perez", [None, Some("перез")]),
        ("Сара Petrevski", "sara petrevski", [Some("сара"), None]),
        // Only what looks Latin is replaced, and only where nothing in the name is Cyrillic alone.
        ("Јован Smith", "jovan smith", [Some("јован"), None]),
    ] {
        let name = parse_name(raw, Person);
        assert_eq!(shown(&name), text, "{raw}");
        assert_eq!(name.tokens.iter().map(|token| token.native.as_deref()).collect::<Vec<_>>(), native, "{raw}");
        assert_eq!(name.notes, [], "{raw}");
    }
}

#[test]
fn look_alikes_are_told_in_either_normal_form() {
    // The letter ї looks like no Latin letter that has a row, and і with a mark is the same letter.
    let (composed, decomposed) = ("N\u{456}kola\u{457}", "N\u{456}kola\u{456}\u{308}");
    assert_eq!(parse_name(composed, Person), parse_name(decomposed, Person));
}

#[test]
fn common_words_are_told_by_kind_of_name() {
    for (kind, raw, classes) in [
        (Person, "Mohammad Zarkari", [2, 0].as_slice()),
        (Person, "Ivan Petrovich Zarkari", &[1, 2, 0]),
        (Person, "Мухаммед Заркари", &[2, 0]),
        (Organization, "Green Zarkari", &[2, 0]),
        (Organization, "Mohammad Zarkari", &[0, 0]),
        (Object, "Mohammad Solar", &[0, 0]),
        (Unknown, "Mohammad Solar", &[0, 0]),
        // Only words have a class: not initials, numbers, particles, titles or legal forms.
        (Person, "Dr. M. van Zarkari", &[0, 0, 0, 0]),
        (Organization, "Zarkari 7 Ltd", &[0, 0, 0]),
    ] {
        let name = parse_name(raw, kind);
        assert_eq!(name.tokens.iter().map(|token| token.common).collect::<Vec<_>>(), classes, "{raw}: {:?}", name.tokens);
        assert!(name.tokens.iter().all(|token| token.common == 0 || token.kind == TokenKind::Word), "{raw}");
    }
}

#[test]
fn removed_characters_are_noted() {
    for (raw, notes) in [
        ("a\u{202e}b\u{202c}", vec![NameNote::BidiRemoved(2)]),
        ("a\u{0}b\u{1}", vec![NameNote::ControlRemoved(2)]),
        ("a\u{0}\u{e9}", vec![NameNote::ControlRemoved(1)]),
        ("a\u{200b}b", vec![NameNote::InvisibleRemoved(1)]),
        ("a\tb\nc", vec![]),
    ] {
        assert_eq!(parse_name(raw, Person).notes, notes, "{raw:?}");
    }
}

#[test]
fn bad_input_gives_few_or_no_tokens() {
    for raw in ["", " ", "...", "'", "\u{301}", "\u{202e}", "\u{0}", "-- !? \u{200b}", "\u{64b}\u{64c}"] {
        for kind in [Person, Organization, Object, Unknown] {
            let name = parse_name(raw, kind);
            assert_eq!(name.tokens, [], "{raw:?}");
            assert_eq!(name.script, Script::None, "{raw:?}");
        }
    }
    // A letter without a sound still makes a token.
    assert_eq!(parse_name("ь", Person).tokens.len(), 1);
}

#[test]
fn long_input_is_cut_and_says_so() {
    let words = "abc ".repeat(25_000);
    let unbroken = "a".repeat(100_000);
    let hangul = "천수림무역회사".repeat(5_000);
    let arabic = "محمد ".repeat(20_000);
    for raw in [&words, &unbroken, &hangul, &arabic] {
        for kind in [Person, Organization, Object, Unknown] {
            let name = parse_name(raw, kind);
            assert!(name.tokens.len() <= MAX_TOKENS);
            assert!(name.tokens.iter().all(|token| token.text.len() <= 8 * MAX_CHARS));
            assert!(name.notes.contains(&NameNote::Truncated), "{}", &raw[..12]);
        }
    }
    let fits = "abc ".repeat(MAX_TOKENS);
    assert_eq!(parse_name(&fits, Person).notes, []);
}

#[test]
fn native_text_is_kept_for_other_scripts_only() {
    let name = parse_name("Sofi Մարգարյան", Person);
    assert_eq!(name.tokens[0].native, None);
    assert_eq!(name.tokens[1].native.as_deref(), Some("մարգարյան"));
    assert_eq!(name.script, Script::Armenian);
    let name = parse_name("천수림무역회사", Organization);
    assert_eq!(name.tokens[0].native.as_deref(), Some("천수림"));
    assert_eq!(name.script, Script::Hangul);
}

#[test]
fn canonical_words_of_legal_forms() {
    for (raw, canon) in [("Foo Ltd", "limited"), ("Foo Co", "company"), ("Foo Corp", "corporation"), ("Foo Inc", "corporation")]
    {
        assert_eq!(parse_name(raw, Organization).tokens[1].canon, Some(canon), "{raw}");
    }
}

#[test]
fn spellings_of_one_name_share_a_key() {
    let keys = |raw: &str| parse_name(raw, Person).tokens.into_iter().map(|t| (t.skeleton, t.korean)).collect::<Vec<_>>();
    for (a, b) in
        [("정인철", "Jeong In Cheol"), ("정 성화", "Jung Sung-hwa"), ("이 수길", "Lee Soo-gil"), ("박 철", "Park Chul")]
    {
        let (a_keys, b_keys) = (keys(a), keys(b));
        assert_eq!(a_keys.len(), b_keys.len(), "{a} {b}");
        for ((_, x), (_, y)) in a_keys.iter().zip(&b_keys) {
            assert!(x.iter().any(|key| y.contains(key)), "{a} {b}: {x:?} {y:?}");
        }
    }
    for (a, b) in [("محمود", "Mahmood"), ("Сергей", "Sergej"), ("Мікалай", "Mikalai"), ("ქეთევან", "Ketevan")]
    {
        assert_eq!(skeleton(&parse_name(a, Person).tokens[0].text), skeleton(&fold(b)), "{a} {b}");
    }
}
