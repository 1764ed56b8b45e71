//! Rich text format: the bytes of an RTF go in; its text comes out, in whatever code pages and Unicode escapes it is written (RTF
//! Specification 1.9.1). Of its groups those with text are read: body, headers, footers, notes, properties; pictures and data are not.

use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS, WINDOWS_874, WINDOWS_1252, WINDOWS_1254};
use rustc_hash::FxHashMap;

use super::super::{Budget, Read};
use super::{Out, PROPERTIES, Trouble};

/// Groups in each other beyond which the file is given up.
const MAX_DEPTH: usize = 1000;

/// Places of groups with text, and of properties, by the word that begins them.
fn destination(word: &str) -> Option<&'static str> {
    Some(match word {
        "header" | "headerl" | "headerr" | "headerf" => "headers",
        "footer" | "footerl" | "footerr" | "footerf" => "footers",
        "footnote" => "footnotes",
        "annotation" => "comments",
        "atnauthor" => "comments",
        "title" | "subject" | "author" | "manager" | "company" | "operator" | "category" | "keywords" | "comment"
        | "doccomm" | "hlinkbase" => PROPERTIES,
        _ => return None,
    })
}

/// Groups whose content is no text.
fn is_passed(word: &str) -> bool {
    let passed = [
        "stylesheet",
        "colortbl",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "themedata",
        "colorschememapping",
        "latentstyles",
        "datastore",
        "generator",
        "xmlnstbl",
        "filetbl",
        "revtbl",
        "pict",
        "objdata",
        "bkmkstart",
        "bkmkend",
        "atnid",
        "atnref",
        "atndate",
        "blipuid",
        "datafield",
        "template",
        "pgptbl",
        "mmathPr",
        "panose",
        "falt",
        "fontemb",
        "sp",
        "nonshppict",
        "creatim",
        "revtim",
        "printim",
        "buptim",
    ];
    passed.contains(&word)
}

/// What the characters of a group are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Text,
    /// The table of fonts.
    Fonts,
    /// The instruction of a field.
    Instruction,
    /// Nothing that is read.
    Passed,
}

#[derive(Clone)]
struct Group {
    content: Content,
    label: &'static str,
    encoding: &'static Encoding,
    /// Characters that stand for each Unicode escape, for readers that know none.
    fallback: usize,
    /// Whether the next word may be the one that says what the group is.
    begins: bool,
    /// The word was marked as one that may be passed over by a reader that does not know it.
    optional: bool,
}

struct Rtf<'o, 'b, 'l> {
    out: &'o mut Out<'b, 'l>,
    groups: Vec<Group>,
    group: Group,
    default: &'static Encoding,
    fonts: FxHashMap<i32, &'static Encoding>,
    font: i32,
    /// Bytes in a code page whose characters are not decoded yet: two may be one character.
    bytes: Vec<u8>,
    text: String,
    /// What a paragraph has so far while a note in it is read, with how deep the note is.
    held: Vec<(usize, String)>,
    skip_next: usize,
    high: Option<u16>,
    pictures: usize,
    instruction: String,
    unknown_page: Option<i32>,
}

/// Reads rich text.
pub(in super::super) fn rtf(bytes: &[u8], budget: &Budget) -> Read {
    let mut out = Out::new(budget);
    let begin = bytes.windows(5).take(1024).position(|window| window == b"{\\rtf");
    let Some(begin) = begin else {
        return out.failed(Trouble::Damaged("it does not begin as rich text does".to_owned()));
    };
    let bytes = bytes.get(begin..).unwrap_or_default();
    let group =
        Group { content: Content::Text, label: "", encoding: WINDOWS_1252, fallback: 1, begins: false, optional: false };
    let mut rtf = Rtf {
        out: &mut out,
        groups: Vec::new(),
        group,
        default: WINDOWS_1252,
        fonts: FxHashMap::default(),
        font: 0,
        bytes: Vec::new(),
        text: String::new(),
        held: Vec::new(),
        skip_next: 0,
        high: None,
        pictures: 0,
        instruction: String::new(),
        unknown_page: None,
    };
    let outcome = rtf.run(bytes);
    rtf.end_paragraph();
    // What a paragraph had before a note that is cut off.
    while let Some((_, text)) = rtf.held.pop() {
        rtf.text = text;
        rtf.group.label = "";
        rtf.end_paragraph();
    }
    let (pictures, unknown) = (rtf.pictures, rtf.unknown_page);
    if let Some(page) = unknown {
        out.trouble(Trouble::Unsupported(format!("code page {page} is not known; its text was read as Windows-1252")));
    }
    if let Err(trouble) = outcome {
        out.trouble(trouble);
    }
    out.finish(pictures)
}

impl Rtf<'_, '_, '_> {
    fn run(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            at += 1;
            if self.out.ended {
                return Ok(());
            }
            match byte {
                b'{' => {
                    self.flush_bytes();
                    if self.groups.len() >= MAX_DEPTH {
                        return Err(Trouble::TooLarge(format!("more than {MAX_DEPTH} groups in each other")));
                    }
                    self.groups.push(self.group.clone());
                    self.group.begins = true;
                    self.group.optional = false;
                    self.skip_next = 0;
                }
                b'}' => {
                    self.flush_bytes();
                    self.skip_next = 0;
                    let depth = self.groups.len();
                    let Some(outer) = self.groups.pop() else {
                        return Err(Trouble::Damaged("a group ends that never began".to_owned()));
                    };
                    if self.group.content == Content::Instruction && outer.content != Content::Instruction {
                        self.end_instruction();
                    }
                    if self.held.last().is_some_and(|(held, _)| *held == depth) {
                        self.end_paragraph();
                        self.text = self.held.pop().map(|(_, text)| text).unwrap_or_default();
                    }
                    self.group = outer;
                    if self.groups.is_empty() {
                        return Ok(());
                    }
                }
                b'\\' => at = self.control(bytes, at),
                b'\r' | b'\n' => {}
                byte => self.byte(*byte),
            }
        }
        Err(Trouble::Damaged(format!("it ends inside {} open groups; it is cut off", self.groups.len())))
    }

    /// A control word or symbol behind its backslash at `at`; gives where the text goes on.
    fn control(&mut self, bytes: &[u8], mut at: usize) -> usize {
        let Some(first) = bytes.get(at) else { return at };
        if !first.is_ascii_alphabetic() {
            at += 1;
            match first {
                b'\'' => {
                    let digit = |at: usize| bytes.get(at).and_then(|digit| (*digit as char).to_digit(16));
                    if let (Some(high), Some(low)) = (digit(at), digit(at + 1)) {
                        at += 2;
                        self.byte((high * 16 + low) as u8);
                    }
                }
                b'*' => {
                    self.group.optional = true;
                    return at;
                }
                b'~' => self.text("\u{a0}"),
                b'_' => self.text("-"),
                // A hyphen that is seen only at the end of a line, and two marks for an index.
                b'-' | b'|' | b':' => {}
                b'\r' | b'\n' => self.end_paragraph(),
                other => self.byte(*other),
            }
            self.group.begins = false;
            return at;
        }
        let begin = at;
        while at - begin < 32 && bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            at += 1;
        }
        let word = bytes.get(begin..at).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or_default().to_owned();
        let digits = at;
        if bytes.get(at) == Some(&b'-') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        while at - digits < 11 && bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        let number = bytes
            .get(digits..at)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| digits.parse::<i32>().ok());
        if bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        if word == "bin" {
            // So many raw bytes follow.
            let length = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
            return at.saturating_add(length).min(bytes.len());
        }
        self.word(&word, number);
        at
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        if self.group.begins {
            self.group.begins = false;
            self.begin(word);
        }
        if word != "u" {
            self.flush_bytes();
        }
        match word {
            "ansicpg" => {
                self.default = self.page(number);
                self.group.encoding = self.default;
            }
            "mac" => self.group.encoding = encoding_rs::MACINTOSH,
            "uc" => self.group.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(100),
            "u" => self.unicode(number.unwrap_or(0)),
            "fcharset" if self.group.content == Content::Fonts => {
                if let Some(encoding) = charset(number.unwrap_or(0)) {
                    self.fonts.insert(self.font, encoding);
                }
            }
            "f" if self.group.content == Content::Fonts => self.font = number.unwrap_or(0),
            "f" | "plain" => {
                let font = number.unwrap_or(0);
                let found = self.fonts.get(&font).filter(|_| word == "f");
                self.group.encoding = found.copied().unwrap_or(self.default);
            }
            "par" | "sect" | "page" | "column" => self.end_paragraph(),
            "line" | "softline" => self.text("\n"),
            "row" | "nestrow" => self.end_line(),
            "cell" | "nestcell" | "tab" => self.text("\t"),
            "emdash" => self.text("\u{2014}"),
            "endash" => self.text("\u{2013}"),
            "lquote" => self.text("\u{2018}"),
            "rquote" => self.text("\u{2019}"),
            "ldblquote" => self.text("\u{201c}"),
            "rdblquote" => self.text("\u{201d}"),
            "bullet" => self.text("\u{2022}"),
            "emspace" | "enspace" | "qmspace" => self.text(" "),
            "deleted" if number != Some(0) => self.out.note("text that a tracked change deletes was kept"),
            _ => {}
        }
    }

    /// What a group is, by its first word.
    fn begin(&mut self, word: &str) {
        let optional = std::mem::take(&mut self.group.optional);
        if word == "pict" {
            self.pictures += usize::from(self.group.content != Content::Passed);
        }
        if word == "object" {
            self.out.trouble(Trouble::Unsupported("an object embedded in the text was not read".to_owned()));
        }
        if self.group.content == Content::Passed {
            return;
        }
        if word == "fonttbl" {
            self.group.content = Content::Fonts;
        } else if word == "fldinst" {
            self.group.content = Content::Instruction;
        } else if let Some(label) = destination(word) {
            self.flush_bytes();
            self.held.push((self.groups.len(), std::mem::take(&mut self.text)));
            self.group.label = label;
            if label == PROPERTIES {
                let name = if word == "operator" { "Last modified by" } else { word };
                let mut letters = name.chars();
                let first = letters.next().map(|first| first.to_ascii_uppercase());
                self.text.extend(first.into_iter().chain(letters));
                self.text.push_str(": ");
            }
        } else if is_passed(word)
            || (optional
                && !matches!(
                    word,
                    "shptxt" | "shpinst" | "shprslt" | "ud" | "upr" | "nesttableprops" | "shppict" | "userprops" | "pgdsctbl"
                ))
        {
            // `userprops`, `shpinst` and `ud` have text within; what else may be passed over is.
            self.group.content = Content::Passed;
        }
    }

    fn byte(&mut self, byte: u8) {
        self.group.begins = false;
        if self.skip_next > 0 {
            self.skip_next -= 1;
            return;
        }
        self.high = None;
        self.bytes.push(byte);
    }

    fn unicode(&mut self, number: i32) {
        self.flush_bytes();
        // Written as a signed number of 16 bits; some programs write it without a sign, or whole.
        let code = if number < 0 { number + 65_536 } else { number };
        self.skip_next = self.group.fallback;
        let unit = u16::try_from(code).ok();
        let character = match (unit, self.high.take()) {
            (Some(high @ 0xd800..=0xdbff), _) => {
                self.high = Some(high);
                return;
            }
            (Some(low @ 0xdc00..=0xdfff), Some(high)) => char::decode_utf16([high, low]).next().and_then(Result::ok),
            _ => u32::try_from(code).ok().and_then(char::from_u32),
        };
        self.add(character.unwrap_or('\u{fffd}').encode_utf8(&mut [0; 4]));
    }

    fn text(&mut self, text: &str) {
        self.flush_bytes();
        if self.skip_next > 0 {
            self.skip_next -= 1;
            return;
        }
        self.add(text);
    }

    fn add(&mut self, text: &str) {
        if matches!(self.group.content, Content::Passed | Content::Fonts) {
            return;
        }
        if self.group.content == Content::Instruction {
            self.instruction.push_str(text);
        } else {
            self.text.push_str(text);
        }
    }

    fn flush_bytes(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let text = self.group.encoding.decode_without_bom_handling(&bytes).0;
        self.add(&text);
    }

    fn end_instruction(&mut self) {
        let instruction = std::mem::take(&mut self.instruction);
        if let Some(target) = instruction.trim_start().strip_prefix("HYPERLINK").and_then(|rest| rest.split('"').nth(1)) {
            self.out.label("links");
            self.out.paragraph(target);
        }
    }

    fn end_line(&mut self) {
        self.flush_bytes();
        let text = std::mem::take(&mut self.text);
        self.out.label(if self.group.label.is_empty() { "body" } else { self.group.label });
        if !text.trim().is_empty() {
            self.out.line(text.trim_end_matches('\t'));
        }
    }

    fn end_paragraph(&mut self) {
        self.flush_bytes();
        let text = std::mem::take(&mut self.text);
        self.out.label(if self.group.label.is_empty() { "body" } else { self.group.label });
        let is_empty_property = self.group.label == PROPERTIES && text.trim_end().ends_with(':');
        if !text.trim().is_empty() && !is_empty_property {
            self.out.paragraph(&text);
        }
    }

    fn page(&mut self, number: Option<i32>) -> &'static Encoding {
        let page = number.unwrap_or(1252);
        match page {
            0 | 1252 | 437 | 850 => WINDOWS_1252,
            10_000 => encoding_rs::MACINTOSH,
            874 => WINDOWS_874,
            932 => SHIFT_JIS,
            936 => GBK,
            949 | 1361 => EUC_KR,
            950 => BIG5,
            866 => encoding_rs::IBM866,
            65_001 => encoding_rs::UTF_8,
            1250..=1258 => Encoding::for_label(format!("windows-{page}").as_bytes()).unwrap_or(WINDOWS_1252),
            _ => {
                self.unknown_page = Some(page);
                WINDOWS_1252
            }
        }
    }
}

/// The encoding of a font's character set; the default one has none of its own.
fn charset(number: i32) -> Option<&'static Encoding> {
    let label = match number {
        0 => return Some(WINDOWS_1252),
        77 => return Some(encoding_rs::MACINTOSH),
        128 => return Some(SHIFT_JIS),
        129 | 130 => return Some(EUC_KR),
        134 => return Some(GBK),
        136 => return Some(BIG5),
        162 => return Some(WINDOWS_1254),
        222 => return Some(WINDOWS_874),
        161 => "windows-1253",
        163 => "windows-1258",
        177 => "windows-1255",
        178 => "windows-1256",
        186 => "windows-1257",
        204 => "windows-1251",
        238 => "windows-1250",
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}
