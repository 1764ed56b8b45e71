//! Countries, territories and former states: any spelling that an official list or a user writes goes in, one canonical
//! [`Country`] comes out. The facts stand in `data/countries.tsv`; this module folds the spelling (case, accents, punctuation,
//! a leading "the", the inversion in "Korea, North") and looks it up. Codes are those of FollowTheMoney: ISO 3166-1 alpha-2 in lower
//! case, ISO 3166-3 for former states, and a few parts of countries that sanctions regimes treat on their own.

use std::fmt;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

const TABLE_TSV: &str = include_str!("../../../data/countries.tsv");

/// Longest spelling that is looked at, in bytes; the longest official name has about a hundred.
const MAX_BYTES: usize = 256;

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(TABLE_TSV));

/// All folded spellings, sorted.
static BEGINNINGS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut sorted: Vec<&str> = TABLE.spellings.keys().map(String::as_str).collect();
    sorted.sort_unstable();
    sorted
});

/// A country, territory or former state. Small and `Copy`; ordered by its code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(u16);

impl Country {
    /// Reads any spelling: a code ("KP", "PRK"), a short or official name in any word order ("Korea, North", "Iran (Islamic
    /// Republic of)"), an adjective of nationality ("Iranian"), the bilingual form of the Canadian list ("Russia / Russie").
    ///
    /// `None` when the text is no country ("undetermined") or could be more than one ("Korea", "Congolese"): a screening engine
    /// must not guess. The decisions on ambiguous spellings are listed at the head of `data/countries.tsv`. Note that "na" is the
    /// code of Namibia; a list that writes "na" for *not available* has to drop it before it comes here.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > MAX_BYTES {
            return None;
        }
        let table = &*TABLE;
        if let Some(country) = table.parse_one(text) {
            return Some(country);
        }
        // Bilingual lists write one country twice; when the parts name different countries there is no answer.
        if text.contains(['/', ';', '|']) {
            return all_agree(text.split(['/', ';', '|']).map(|part| table.parse_one(part)));
        }
        None
    }

    /// Whether a country may be spelled with these words at its beginning: for texts, in which names of countries are looked for word by
    /// word. Codes are no words of a text.
    #[must_use]
    pub fn begins(words: &str) -> bool {
        let key = fold(words);
        let sorted = &*BEGINNINGS;
        let at = sorted.partition_point(|spelling| *spelling < key.as_str());
        !key.is_empty() && sorted.get(at).is_some_and(|spelling| spelling.starts_with(&key))
    }

    /// Reads a code and nothing else: ISO 3166-1 alpha-2 or alpha-3, a FollowTheMoney code, or the withdrawn ISO code of a former
    /// state ("SU", "YUG"), in any case. "CS" is Serbia and Montenegro, its last holder.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        TABLE.by_code(code)
    }

    /// The FollowTheMoney code, in lower case: "kp", "suhh", "ua-cri".
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// The short English name: "North Korea".
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The ISO 3166-1 alpha-3 code in upper case (the withdrawn one for a former state), where there is one.
    #[must_use]
    pub fn alpha3(self) -> Option<&'static str> {
        Some(self.row().alpha3).filter(|code| !code.is_empty())
    }

    /// The ISO 3166-1 alpha-2 code, in lower case, of the country or of the country this territory is a part of: "gb" for "gb-sct".
    /// `None` for former states.
    #[must_use]
    pub fn alpha2(self) -> Option<&'static str> {
        let code = self.code();
        match code.split_once('-') {
            Some((parent, _)) => Some(parent),
            None => (code.len() == 2).then_some(code),
        }
    }

    /// All countries, in the order of their codes.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        (0..u16::try_from(TABLE.rows.len()).unwrap_or(u16::MAX)).map(Self)
    }

    /// The length of an IBAN of this country, where one is in use (ISO 13616).
    pub(crate) fn iban_length(self) -> Option<usize> {
        self.row().iban
    }

    fn row(self) -> &'static Row {
        // The index is only ever made from this table, which does not change.
        &TABLE.rows[usize::from(self.0)]
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({})", self.code())
    }
}

/// One line of the data file.
#[derive(Debug)]
struct Row {
    code: &'static str,
    alpha3: &'static str,
    name: &'static str,
    iban: Option<usize>,
    aliases: &'static str,
}

impl Row {
    /// Reads a line; `None` when a column is missing or malformed, which the tests exclude for the built-in table.
    fn read(line: &'static str) -> Option<Self> {
        let mut columns = line.split('\t');
        let row = Self {
            code: columns.next()?,
            alpha3: columns.next()?,
            name: columns.next()?,
            iban: match columns.next()? {
                "" => None,
                length => Some(length.parse().ok()?),
            },
            aliases: columns.next()?,
        };
        let source = columns.next()?;
        let complete = !row.code.is_empty() && !row.name.is_empty() && !source.is_empty() && columns.next().is_none();
        complete.then_some(row)
    }

    fn spellings(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.split('|').filter(|alias| !alias.is_empty()))
    }
}

struct Table {
    rows: Vec<Row>,
    codes: FxHashMap<String, Country>,
    spellings: FxHashMap<String, Country>,
    /// The spellings as the table has them: what most lists write needs no folding.
    as_written: FxHashMap<&'static str, Country>,
}

impl Table {
    fn read(tsv: &'static str) -> Self {
        let lines = tsv.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1);
        let mut rows: Vec<Row> = lines.filter_map(Row::read).collect();
        rows.sort_by_key(|row| row.code);
        rows.truncate(usize::from(u16::MAX));

        let mut codes = FxHashMap::default();
        let mut spellings = FxHashMap::default();
        let mut as_written = FxHashMap::default();
        for (row, index) in rows.iter().zip(0..) {
            let country = Country(index);
            codes.insert(row.code.to_owned(), country);
            if !row.alpha3.is_empty() {
                codes.insert(row.alpha3.to_ascii_lowercase(), country);
            }
            for spelling in row.spellings() {
                // The first row with a spelling has it, in either form.
                let held = *spellings.entry(fold(spelling)).or_insert(country);
                as_written.insert(spelling, held);
            }
        }
        // A four-letter code of ISO 3166-3 begins with the withdrawn alpha-2 code. Rows are in order, so the last holder wins.
        for (row, index) in rows.iter().zip(0..) {
            if row.code.len() == 4 && row.code.is_ascii() {
                codes.insert(row.code[..2].to_owned(), Country(index));
            }
        }
        Self { rows, codes, spellings, as_written }
    }

    fn by_code(&self, code: &str) -> Option<Country> {
        // A stack buffer: codes are looked up once a value of every record.
        let mut buffer = [0_u8; 8];
        let bytes = code.trim().as_bytes();
        let lower = buffer.get_mut(..bytes.len())?;
        lower.copy_from_slice(bytes);
        lower.make_ascii_lowercase();
        self.codes.get(std::str::from_utf8(lower).ok()?).copied()
    }

    /// One spelling of one country.
    fn parse_one(&self, text: &str) -> Option<Country> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if let Some(country) = self.by_code(text).or_else(|| self.look_up(text)) {
            return Some(country);
        }
        if let Some((head, tail)) = text.split_once(',') {
            // "Korea, North", "Congo, Democratic Republic of the", "Bahamas, The".
            return self.look_up(&format!("{tail} {head}"));
        }
        if let Some((head, inner)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            // "Korea (North)" turned around; else "Myanmar (Burma)" and "Iran (IR)", two names of one country.
            return self.look_up(&format!("{inner} {head}")).or_else(|| {
                all_agree([head, inner].into_iter().map(|part| self.by_code(part).or_else(|| self.look_up(part))))
            });
        }
        None
    }

    fn look_up(&self, text: &str) -> Option<Country> {
        if let Some(country) = self.as_written.get(text) {
            return Some(*country);
        }
        let words = words(text);
        let joined = words.concat();
        self.spellings.get(&joined).copied().or_else(|| {
            // The long form of any state; those where it changes the meaning (Korea, Congo, China) are spellings of their own.
            let name = match words.as_slice() {
                [form, of, name @ ..] if of == "of" && matches!(form.as_str(), "republic" | "kingdom") => name,
                _ => return None,
            };
            self.spellings.get(&name.concat()).copied()
        })
    }
}

/// The one country that all parts name; `None` if a part names none or another one.
fn all_agree(parts: impl IntoIterator<Item = Option<Country>>) -> Option<Country> {
    let mut parts = parts.into_iter();
    let first = parts.next()??;
    parts.all(|part| part == Some(first)).then_some(first)
}

/// The form under which a spelling is stored: its folded words without spaces, so that "Viet Nam", "Vietnam", "U.S.A." and
/// "Guinea Bissau" meet their variants.
fn fold(text: &str) -> String {
    words(text).concat()
}

/// The folded words of a name: lower case, no accents, no apostrophes, no article; usual abbreviations spelt out.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once(' ')) {
        match c {
            // Apostrophes, combining marks, Arabic vowel signs and tatweel are no part of the word.
            '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | '`' | '´' | '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{652}' | '\u{640}' => {}
            '&' => {
                end_word(&mut words, &mut word);
                words.push("and".to_owned());
            }
            c if c.is_alphanumeric() => {
                for lower in c.to_lowercase() {
                    fold_letter(lower, &mut word);
                }
            }
            _ => end_word(&mut words, &mut word),
        }
    }
    // "Cayman Is."; a text that is nothing but "is" stays the code of Iceland.
    if let [_, .., last] = words.as_mut_slice()
        && matches!(last.as_str(), "is" | "isl" | "isls")
    {
        "islands".clone_into(last);
    }
    words
}

fn end_word(words: &mut Vec<String>, word: &mut String) {
    let spelt_out = match word.as_str() {
        "" | "the" => None,
        "st" | "ste" => Some("saint"),
        "rep" => Some("republic"),
        "dem" => Some("democratic"),
        word => Some(word),
    };
    if let Some(spelt_out) = spelt_out {
        words.push(spelt_out.to_owned());
    }
    word.clear();
}

/// Appends a lower-case letter without its accent. Only letters that occur in names of countries in languages that write accents
/// as part of the letter are here; decomposed accents are dropped by the caller.
fn fold_letter(c: char, out: &mut String) {
    let base = match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ạ' | 'ả' | 'ấ' | 'ầ' | 'ẩ' | 'ẫ' | 'ậ' | 'ắ' | 'ằ' | 'ẳ' | 'ẵ' | 'ặ' | 'ə' => {
            'a'
        }
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' | 'ð' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ẻ' | 'ẽ' | 'ế' | 'ề' | 'ể' | 'ễ' | 'ệ' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ỉ' | 'ị' => 'i',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ọ' | 'ỏ' | 'ố' | 'ồ' | 'ổ' | 'ỗ' | 'ộ' | 'ơ' | 'ớ' | 'ờ' | 'ở' | 'ỡ' | 'ợ' => {
            'o'
        }
        'ŕ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ụ' | 'ủ' | 'ư' | 'ứ' | 'ừ' | 'ử' | 'ữ' | 'ự' => {
            'u'
        }
        'ý' | 'ÿ' | 'ỳ' | 'ỵ' | 'ỷ' | 'ỹ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ё' => 'е',
        'й' => 'и',
        'ї' => 'і',
        'ў' => 'у',
        // Arabic and Persian letters that writers exchange freely.
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        'ة' => 'ه',
        'ß' => {
            out.push_str("ss");
            return;
        }
        'æ' => {
            out.push_str("ae");
            return;
        }
        other => other,
    };
    out.push(base);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(cases: &[(&str, &str)]) {
        for &(spelling, code) in cases {
            let found = Country::parse(spelling).map(Country::code);
            let expected = (code != "-").then_some(code);
            assert_eq!(found, expected, "{spelling:?}");
        }
    }

    #[test]
    fn every_line_of_the_table_parses_and_no_two_lines_share_a_spelling() {
        let lines: Vec<_> = TABLE_TSV.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert_eq!(lines[0], "code\talpha3\tname\tiban\taliases\tsource");
        assert_eq!(lines.len() - 1, Country::all().len());
        let mut seen: FxHashMap<String, &str> = FxHashMap::default();
        for line in &lines[1..] {
            let row = Row::read(line).unwrap_or_else(|| panic!("{line}"));
            assert!(row.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{line}");
            assert!(
                row.alpha3.is_empty() || row.alpha3.len() == 3 && row.alpha3.bytes().all(|b| b.is_ascii_uppercase()),
                "{line}"
            );
            assert!(row.iban.is_none_or(|length| (15..=34).contains(&length)), "{line}");
            for spelling in row.spellings() {
                let key = fold(spelling);
                assert!(!key.is_empty(), "{spelling:?} folds to nothing");
                if let Some(other) = seen.insert(key, row.code) {
                    assert_eq!(other, row.code, "{spelling:?} is a spelling of two countries");
                }
                let found = Country::parse(spelling).map(Country::code);
                assert_eq!(found, Some(row.code), "{spelling:?} does not come back");
            }
        }
        // ISO 3166-1 has 249 countries.
        assert_eq!(
            Country::all().filter(|c| c.code().len() == 2 && c.alpha3().is_some()).count(),
            249 + 1,
            "ISO 3166-1 and Kosovo"
        );
    }

    #[test]
    fn codes_come_back_from_themselves() {
        for country in Country::all() {
            assert_eq!(Country::from_code(country.code()), Some(country));
            assert_eq!(Country::from_code(&country.code().to_uppercase()), Some(country));
            if let Some(alpha3) = country.alpha3() {
                assert_eq!(Country::from_code(alpha3), Some(country));
            }
            assert_eq!(country.to_string(), country.code());
            assert_eq!(Country::parse(country.name()), Some(country));
        }
        assert!(Country::all().is_sorted_by_key(Country::code));
        for (code, expected) in [("SU", "suhh"), ("YU", "yucs"), ("CS", "csxx"), ("DD", "ddde"), ("AN", "anhh"), ("prk", "kp")]
        {
            assert_eq!(Country::from_code(code).map(Country::code), Some(expected));
        }
        for code in ["", "K", "North Korea", "XX", "ZZZ", "조선", "KPKPKPKPKPKP"] {
            assert_eq!(Country::from_code(code), None, "{code:?}");
        }
    }

    #[test]
    fn parts_of_countries_know_their_parent() {
        assert_eq!(Country::parse("Scotland").and_then(Country::alpha2), Some("gb"));
        assert_eq!(Country::parse("Crimea").and_then(Country::alpha2), Some("ua"));
        assert_eq!(Country::parse("USSR").and_then(Country::alpha2), None);
        assert_eq!(Country::parse("Peru").and_then(Country::alpha2), Some("pe"));
    }

    /// The country table of OFAC's `SDN_ADVANCED.XML`, issue of 2025-11-19, and the codes by hand.
    #[test]
    fn every_spelling_of_ofac() {
        check(OFAC);
        assert_eq!(OFAC.len(), 186);
    }

    #[rustfmt::skip]
    const OFAC: &[(&str, &str)] = &[
        ("Afghanistan", "af"), ("Albania", "al"), ("Algeria", "dz"), ("Angola", "ao"), ("Antigua and Barbuda", "ag"),
        ("Argentina", "ar"), ("Armenia", "am"), ("Australia", "au"), ("Austria", "at"), ("Azerbaijan", "az"),
        ("Bahamas, The", "bs"), ("Bahrain", "bh"), ("Bangladesh", "bd"), ("Barbados", "bb"), ("Belarus", "by"),
        ("Belgium", "be"), ("Belize", "bz"), ("Benin", "bj"), ("Bolivia", "bo"), ("Bosnia and Herzegovina", "ba"),
        ("Brazil", "br"), ("Brunei", "bn"), ("Bulgaria", "bg"), ("Burkina Faso", "bf"), ("Burma", "mm"),
        ("Cambodia", "kh"), ("Canada", "ca"), ("Cabo Verde", "cv"), ("Central African Republic", "cf"), ("Chile", "cl"),
        ("China", "cn"), ("Colombia", "co"), ("Comoros", "km"), ("Congo, Republic of the", "cg"),
        ("Congo, Democratic Republic of the", "cd"), ("Costa Rica", "cr"), ("Cote d Ivoire", "ci"), ("Croatia", "hr"),
        ("Cuba", "cu"), ("Cyprus", "cy"), ("Czech Republic", "cz"), ("Denmark", "dk"), ("Djibouti", "dj"),
        ("Dominica", "dm"), ("Dominican Republic", "do"), ("Ecuador", "ec"), ("Egypt", "eg"), ("El Salvador", "sv"),
        ("Equatorial Guinea", "gq"), ("Eritrea", "er"), ("Estonia", "ee"), ("Ethiopia", "et"), ("Fiji", "fj"),
        ("Finland", "fi"), ("France", "fr"), ("The Gambia", "gm"), ("Georgia", "ge"), ("Germany", "de"), ("Ghana", "gh"),
        ("Greece", "gr"), ("Guatemala", "gt"), ("Guinea", "gn"), ("Guinea-Bissau", "gw"), ("Guyana", "gy"),
        ("Haiti", "ht"), ("Honduras", "hn"), ("Hungary", "hu"), ("Iceland", "is"), ("India", "in"), ("Indonesia", "id"),
        ("Iran", "ir"), ("Iraq", "iq"), ("Ireland", "ie"), ("Israel", "il"), ("Italy", "it"), ("Jamaica", "jm"),
        ("Japan", "jp"), ("Jordan", "jo"), ("Kazakhstan", "kz"), ("Kenya", "ke"), ("Korea, North", "kp"),
        ("Korea, South", "kr"), ("Kuwait", "kw"), ("Kyrgyzstan", "kg"), ("Laos", "la"), ("Latvia", "lv"),
        ("Lebanon", "lb"), ("Liberia", "lr"), ("Libya", "ly"), ("Liechtenstein", "li"), ("Lithuania", "lt"),
        ("Luxembourg", "lu"), ("North Macedonia, The Republic of", "mk"), ("Malaysia", "my"), ("Maldives", "mv"),
        ("Mali", "ml"), ("Malta", "mt"), ("Marshall Islands", "mh"), ("Mauritania", "mr"), ("Mauritius", "mu"),
        ("Mexico", "mx"), ("Moldova", "md"), ("Monaco", "mc"), ("Mongolia", "mn"), ("Morocco", "ma"),
        ("Mozambique", "mz"), ("Namibia", "na"), ("Netherlands", "nl"), ("New Zealand", "nz"), ("Nicaragua", "ni"),
        ("Niger", "ne"), ("Nigeria", "ng"), ("Norway", "no"), ("Oman", "om"), ("Pakistan", "pk"), ("Palau", "pw"),
        ("Panama", "pa"), ("Paraguay", "py"), ("Peru", "pe"), ("Philippines", "ph"), ("Poland", "pl"),
        ("Portugal", "pt"), ("Qatar", "qa"), ("Romania", "ro"), ("Russia", "ru"), ("Rwanda", "rw"),
        ("Saint Kitts and Nevis", "kn"), ("Saint Vincent and the Grenadines", "vc"), ("Samoa", "ws"),
        ("San Marino", "sm"), ("Saudi Arabia", "sa"), ("Senegal", "sn"), ("Serbia", "rs"), ("Seychelles", "sc"),
        ("Sierra Leone", "sl"), ("Singapore", "sg"), ("Slovakia", "sk"), ("Slovenia", "si"), ("Somalia", "so"),
        ("South Africa", "za"), ("Spain", "es"), ("Sri Lanka", "lk"), ("Sudan", "sd"), ("Suriname", "sr"),
        ("Sweden", "se"), ("Switzerland", "ch"), ("Syria", "sy"), ("Tajikistan", "tj"), ("Tanzania", "tz"),
        ("Thailand", "th"), ("Trinidad and Tobago", "tt"), ("Tunisia", "tn"), ("Turkey", "tr"), ("Turkmenistan", "tm"),
        ("Uganda", "ug"), ("Ukraine", "ua"), ("United Arab Emirates", "ae"), ("United Kingdom", "gb"),
        ("United States", "us"), ("Uruguay", "uy"), ("Uzbekistan", "uz"), ("Vanuatu", "vu"), ("Venezuela", "ve"),
        ("Vietnam", "vn"), ("Yemen", "ye"), ("Zambia", "zm"), ("Zimbabwe", "zw"), ("Aruba", "aw"), ("Bermuda", "bm"),
        ("Cayman Islands", "ky"), ("Gibraltar", "gi"), ("Hong Kong", "hk"), ("Jersey", "je"), ("Macau", "mo"),
        ("Man, Isle of", "im"), ("Virgin Islands, British", "vg"), ("Taiwan", "tw"), ("Palestinian", "ps"),
        ("Montenegro", "me"), ("South Sudan", "ss"), ("Netherlands Antilles", "anhh"), ("undetermined", "-"),
        ("West Bank", "ps"), ("Kosovo", "xk"), ("Region: Northern Mali", "ml"), ("Region: Gaza", "ps"),
    ];

    #[test]
    fn north_and_south_korea_in_every_spelling_and_never_by_guess() {
        check(&[
            ("Democratic People's Republic of Korea", "kp"),
            ("Democratic People’s Republic of Korea", "kp"),
            ("DEMOCRATIC PEOPLES REPUBLIC OF KOREA", "kp"),
            ("Korea, Democratic People's Republic of", "kp"),
            ("KOREA, Democratic People’s Republic of", "kp"),
            ("Korea (Democratic People's Republic of)", "kp"),
            ("Korea (the Democratic People's Republic of)", "kp"),
            ("Korea, Dem. People's Rep. of", "kp"),
            ("DPRK", "kp"),
            ("D.P.R.K.", "kp"),
            ("D. P. R. K.", "kp"),
            ("the DPRK", "kp"),
            ("KP", "kp"),
            ("prk", "kp"),
            ("Korea (North)", "kp"),
            ("north-korea", "kp"),
            ("  North   Korea ", "kp"),
            ("North Korean", "kp"),
            ("Corée du Nord", "kp"),
            ("Core\u{301}e du Nord", "kp"),
            ("조선", "kp"),
            ("조선민주주의인민공화국", "kp"),
            ("КНДР", "kp"),
            ("朝鲜", "kp"),
            ("Korea, Republic of", "kr"),
            ("Korea (Republic of)", "kr"),
            ("Korea, Rep. of", "kr"),
            ("Republic of Korea", "kr"),
            ("The Republic of Korea", "kr"),
            ("ROK", "kr"),
            ("South Korean", "kr"),
            // One country name, two states on opposite sides of every regime.
            ("Korea", "-"),
            ("Korean", "-"),
            ("Korea, Korea", "-"),
            ("Korea, North / Korea, South", "-"),
        ]);
    }

    #[test]
    fn spellings_of_the_other_lists_and_of_users() {
        check(&[
            // UN.
            ("Iran (Islamic Republic of)", "ir"),
            ("Syrian Arab Republic", "sy"),
            ("Democratic Republic of the Congo", "cd"),
            ("United Kingdom of Great Britain and Northern Ireland", "gb"),
            ("United Republic of Tanzania", "tz"),
            ("State of Palestine", "ps"),
            ("Türkiye", "tr"),
            ("Turkiye", "tr"),
            ("Viet Nam", "vn"),
            ("Russian Federation", "ru"),
            ("China, Hong Kong Special Administrative Region", "hk"),
            ("former Soviet Union", "suhh"),
            ("British Virgin Islands", "vg"),
            ("Congo", "cg"),
            // EU.
            ("CONGO, Democratic Republic of (was Zaire)", "cd"),
            ("PALESTINIAN TERRITORY, Occupied", "ps"),
            ("LIBYAN ARAB JAMAHIRIYA", "ly"),
            ("MOLDOVA, Republic of", "md"),
            ("IRAN, Islamic Republic of", "ir"),
            ("TANZANIA, United Republic of", "tz"),
            ("MACEDONIA, the former Yugoslav Republic of", "mk"),
            ("MYANMAR/BURMA", "mm"),
            ("EL", "gr"),
            // Canada, in two languages.
            ("Russia / Russie", "ru"),
            ("Belarus / Bélarus", "by"),
            ("Syria / Syrie", "sy"),
            ("Myanmar (Burma) / Myanmar (Birmanie)", "mm"),
            ("Haiti / Haïti", "ht"),
            ("Sudan / Soudan", "sd"),
            ("South Sudan / Soudan du sud", "ss"),
            ("China / Chine", "cn"),
            ("Venezuela ", "ve"),
            ("Hamas Terrorist Attacks / Attaques terroristes du Hamas", "-"),
            ("Russia / China", "-"),
            // US consolidated screening list and older OFAC issues.
            ("St. Kitts & Nevis", "kn"),
            ("St. Vincent and the Grenadines", "vc"),
            ("Cook Islands", "ck"),
            ("Region: Crimea", "ua-cri"),
            ("Region: Kafia Kingi", "-"),
            ("None Identified", "-"),
            // Users.
            ("UK", "gb"),
            ("U.K.", "gb"),
            ("U.S.A.", "us"),
            ("the United States of America", "us"),
            ("american", "us"),
            ("Hong Kong SAR", "hk"),
            ("Hong Kong, China", "hk"),
            ("Macao S.A.R.", "mo"),
            ("P.R. China", "cn"),
            ("Republic of China", "tw"),
            ("Taiwan, Province of China", "tw"),
            ("Côte d’Ivoire", "ci"),
            ("Cote dIvoire", "ci"),
            ("Cayman Is.", "ky"),
            ("Republic of Belarus", "by"),
            ("Kingdom of Norway", "no"),
            ("Uzbekistan, Republic of", "uz"),
            ("Iranian", "ir"),
            ("Nigerien", "ne"),
            ("Nigerian", "ng"),
            ("Guinea", "gn"),
            ("Papua New Guinea", "pg"),
            ("Republic of Guinea", "gn"),
            ("Georgia", "ge"),
            ("South Georgia", "gs"),
            ("Jersey", "je"),
            ("New Jersey", "-"),
            ("Россия", "ru"),
            ("Китаи\u{306}", "cn"),
            ("ایران", "ir"),
            ("Việt Nam", "vn"),
            ("Northern Cyprus", "cy-trnc"),
            ("Donetsk People's Republic", "ua-dpr"),
            ("ua-lpr", "ua-lpr"),
            ("Transnistria", "md-pm"),
            ("Abkhazia", "ge-ab"),
            ("South Ossetia", "ge-so"),
            ("Somaliland", "so-som"),
            ("Northern Ireland", "gb-nir"),
            ("Yugoslavia", "yucs"),
            ("GDR", "ddde"),
            ("Czechoslovakia", "cshh"),
            ("Zaire", "cd"),
            ("EU", "eu"),
            // Two countries each, or none.
            ("Congolese", "-"),
            ("Dominican", "-"),
            ("Virgin Islands", "-"),
            ("undetermined", "-"),
            ("Unknown", "-"),
            ("stateless", "-"),
            ("00", "-"),
            ("", "-"),
            ("the", "-"),
            (",", "-"),
            ("()", "-"),
            ("/", "-"),
        ]);
    }

    #[test]
    fn a_very_long_text_is_no_country() {
        assert_eq!(Country::parse(&"Iran ".repeat(30_000)), None);
        assert_eq!(Country::parse(&"(".repeat(200)), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Country::parse(&text);
            let _ = Country::from_code(&text);
        }

        #[test]
        fn case_and_surrounding_space_do_not_matter(index in 0..Country::all().len(), left in " {0,3}", right in " {0,3}") {
            let country = Country::all().nth(index).unwrap();
            let written = format!("{left}{}{right}", country.name().to_uppercase());
            prop_assert_eq!(Country::parse(&written), Some(country));
        }
    }
}
