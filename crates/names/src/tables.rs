//! Reading of the embedded data tables: tab-separated UTF-8 text with `#` comment lines and one header
//! line goes in, rows with exactly the header's number of columns come out. A malformed line is left
//! out at run time and fails the unit tests, so a release never carries one.

/// The data rows of a table with `N` columns: comments, blank lines and the header are skipped. A row of another number of columns is left
/// out.
pub fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    data_lines(text).skip(1).filter_map(split::<N>)
}

fn data_lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn split<const N: usize>(line: &'static str) -> Option<[&'static str; N]> {
    let mut columns = [""; N];
    let mut parts = line.split('\t');
    for column in &mut columns {
        *column = parts.next()?.trim();
    }
    parts.next().is_none().then_some(columns)
}

/// A fingerprint of the rules by which names are read: of the embedded tables and of the crate's version. Tokens that were stored under
/// another fingerprint may differ from those that the same name gives now, and must not be looked up.
#[must_use]
pub fn rules_fingerprint() -> u64 {
    // FNV-1a, 64 bits: stable across builds and machines, and there is nobody to defend against.
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let texts = data::ALL.iter().copied().chain([env!("CARGO_PKG_VERSION"), RULES_REVISION]);
    texts.flat_map(str::bytes).fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

/// To be changed with any change of code that makes a name give other tokens.
const RULES_REVISION: &str = "4";

/// Every embedded table, by the name of its file under `data/`.
pub(crate) mod data {
    pub(super) const ALL: &[&str] = &[
        ADDRESS_WORDS,
        COMMON_WORDS,
        SEMITIC_NAMES,
        CANTONESE_READINGS,
        CHINESE_CYRILLIC,
        CHINESE_SURNAMES,
        CHINESE_SURNAME_SPELLINGS,
        CHINESE_SYLLABLES,
        CHINESE_WORDS,
        GENERIC_SYNONYMS,
        GENERIC_WORDS,
        HANJA_READINGS,
        HOMOGLYPHS,
        JAPANESE_GIVEN_NAMES,
        JAPANESE_NAME_READINGS,
        JAPANESE_SURNAMES,
        JAPANESE_VARIANTS,
        KOREAN_CYRILLIC,
        KOREAN_SURNAMES,
        KOREAN_SYLLABLES,
        KOREAN_WORDS,
        LEGAL_FORMS,
        NAME_WORDS,
        NICKNAMES,
        ROMANISE_ARMENIAN_GEORGIAN,
        ROMANISE_CYRILLIC,
        ROMANISE_GREEK,
        ROMANISE_HAN,
        ROMANISE_INDIC,
        ROMANISE_KANA,
        ROMANISE_LATIN,
        ROMANISE_SEMITIC,
        TRANSLATED_WORDS,
    ];
    pub(crate) const ADDRESS_WORDS: &str = include_str!("../../../data/address_words.tsv");
    pub(crate) const SEMITIC_NAMES: &str = include_str!("../../../data/semitic_names.tsv");
    pub(crate) const COMMON_WORDS: &str = include_str!("../../../data/common_words.tsv");
    pub(crate) const CANTONESE_READINGS: &str = include_str!("../../../data/cantonese_readings.tsv");
    pub(crate) const CHINESE_SURNAME_SPELLINGS: &str = include_str!("../../../data/chinese_surname_spellings.tsv");
    pub(crate) const CHINESE_SYLLABLES: &str = include_str!("../../../data/chinese_syllables.tsv");
    pub(crate) const CHINESE_CYRILLIC: &str = include_str!("../../../data/chinese_cyrillic.tsv");
    pub(crate) const CHINESE_SURNAMES: &str = include_str!("../../../data/chinese_surnames.tsv");
    pub(crate) const CHINESE_WORDS: &str = include_str!("../../../data/chinese_words.tsv");
    pub(crate) const GENERIC_SYNONYMS: &str = include_str!("../../../data/generic_synonyms.tsv");
    pub(crate) const GENERIC_WORDS: &str = include_str!("../../../data/generic_words.tsv");
    pub(crate) const HANJA_READINGS: &str = include_str!("../../../data/hanja_readings.tsv");
    pub(crate) const HOMOGLYPHS: &str = include_str!("../../../data/homoglyphs.tsv");
    pub(crate) const JAPANESE_GIVEN_NAMES: &str = include_str!("../../../data/japanese_given_names.tsv");
    pub(crate) const JAPANESE_NAME_READINGS: &str = include_str!("../../../data/japanese_name_readings.tsv");
    pub(crate) const JAPANESE_SURNAMES: &str = include_str!("../../../data/japanese_surnames.tsv");
    pub(crate) const JAPANESE_VARIANTS: &str = include_str!("../../../data/japanese_variants.tsv");
    pub(crate) const KOREAN_CYRILLIC: &str = include_str!("../../../data/korean_cyrillic.tsv");
    pub(crate) const KOREAN_SURNAMES: &str = include_str!("../../../data/korean_surnames.tsv");
    pub(crate) const KOREAN_SYLLABLES: &str = include_str!("../../../data/korean_syllables.tsv");
    pub(crate) const KOREAN_WORDS: &str = include_str!("../../../data/korean_words.tsv");
    pub(crate) const LEGAL_FORMS: &str = include_str!("../../../data/legal_forms.tsv");
    pub(crate) const NAME_WORDS: &str = include_str!("../../../data/name_words.tsv");
    pub(crate) const NICKNAMES: &str = include_str!("../../../data/nicknames.tsv");
    pub(crate) const ROMANISE_ARMENIAN_GEORGIAN: &str = include_str!("../../../data/romanise_caucasus.tsv");
    pub(crate) const ROMANISE_CYRILLIC: &str = include_str!("../../../data/romanise_cyrillic.tsv");
    pub(crate) const ROMANISE_GREEK: &str = include_str!("../../../data/romanise_greek.tsv");
    pub(crate) const ROMANISE_HAN: &str = include_str!("../../../data/romanise_han.tsv");
    pub(crate) const ROMANISE_INDIC: &str = include_str!("../../../data/romanise_indic.tsv");
    pub(crate) const ROMANISE_KANA: &str = include_str!("../../../data/romanise_kana.tsv");
    pub(crate) const ROMANISE_LATIN: &str = include_str!("../../../data/romanise_latin.tsv");
    pub(crate) const ROMANISE_SEMITIC: &str = include_str!("../../../data/romanise_semitic.tsv");
    pub(crate) const TRANSLATED_WORDS: &str = include_str!("../../../data/translated_words.tsv");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<const N: usize>(name: &str, text: &'static str, at_least: usize) {
        let header = data_lines(text).next().unwrap_or_else(|| panic!("{name}: no header"));
        assert_eq!(header.split('\t').count(), N, "{name}: header {header:?}");
        assert_eq!(header.split('\t').next_back(), Some("source"), "{name}: the last column names the source");
        let mut count = 0;
        for line in data_lines(text).skip(1) {
            let columns = split::<N>(line).unwrap_or_else(|| panic!("{name}: not {N} columns: {line:?}"));
            assert!(!columns[0].is_empty(), "{name}: empty key: {line:?}");
            assert!(!columns[N - 1].is_empty(), "{name}: no source: {line:?}");
            count += 1;
        }
        assert!(count >= at_least, "{name}: {count} rows");
    }

    #[test]
    fn every_line_parses() {
        check::<4>("address_words", data::ADDRESS_WORDS, 700);
        check::<4>("semitic_names", data::SEMITIC_NAMES, 150);
        check::<3>("cantonese_readings", data::CANTONESE_READINGS, 300);
        check::<4>("chinese_surname_spellings", data::CHINESE_SURNAME_SPELLINGS, 250);
        check::<5>("chinese_syllables", data::CHINESE_SYLLABLES, 250);
        check::<3>("chinese_cyrillic", data::CHINESE_CYRILLIC, 250);
        check::<3>("chinese_surnames", data::CHINESE_SURNAMES, 60);
        check::<5>("chinese_words", data::CHINESE_WORDS, 150);
        check::<4>("common_words", data::COMMON_WORDS, 500);
        check::<2>("generic_synonyms", data::GENERIC_SYNONYMS, 15);
        check::<4>("generic_words", data::GENERIC_WORDS, 300);
        check::<3>("hanja_readings", data::HANJA_READINGS, 250);
        check::<4>("homoglyphs", data::HOMOGLYPHS, 30);
        check::<3>("japanese_given_names", data::JAPANESE_GIVEN_NAMES, 4000);
        check::<3>("japanese_name_readings", data::JAPANESE_NAME_READINGS, 900);
        check::<3>("japanese_surnames", data::JAPANESE_SURNAMES, 5000);
        check::<3>("japanese_variants", data::JAPANESE_VARIANTS, 200);
        check::<4>("korean_cyrillic", data::KOREAN_CYRILLIC, 40);
        check::<4>("korean_surnames", data::KOREAN_SURNAMES, 80);
        check::<4>("korean_syllables", data::KOREAN_SYLLABLES, 80);
        check::<4>("korean_words", data::KOREAN_WORDS, 100);
        check::<5>("legal_forms", data::LEGAL_FORMS, 250);
        check::<4>("name_words", data::NAME_WORDS, 120);
        check::<2>("nicknames", data::NICKNAMES, 60);
        check::<4>("romanise_caucasus", data::ROMANISE_ARMENIAN_GEORGIAN, 70);
        check::<5>("romanise_cyrillic", data::ROMANISE_CYRILLIC, 60);
        check::<3>("romanise_greek", data::ROMANISE_GREEK, 30);
        check::<3>("romanise_han", data::ROMANISE_HAN, 10);
        check::<4>("romanise_indic", data::ROMANISE_INDIC, 60);
        check::<3>("romanise_kana", data::ROMANISE_KANA, 80);
        check::<3>("romanise_latin", data::ROMANISE_LATIN, 20);
        check::<5>("romanise_semitic", data::ROMANISE_SEMITIC, 60);
        check::<6>("translated_words", data::TRANSLATED_WORDS, 1500);
    }
}
