//! HTML: bytes go in; the main text comes out first, then under places of their own what stands beside it (menus, notices, texts of
//! attributes) and what is hidden. Nothing is thrown away but scripts, styles and comments: to lose a name is worse than to keep a menu.

use encoding_rs::Encoding;

use super::markup::{Attributes, Token, Tokens, unescape};
use super::text::decoded;
use super::{Budget, Place, Read, Status};

/// Tokens between two questions whether to stop.
const STEP: usize = 4096;
/// Characters that the part of a page that it calls its main part must have to be taken for it.
const MAIN: usize = 200;

/// Elements that part blocks of text.
const BLOCKS: [&str; 45] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "button",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "legend",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "select",
    "summary",
    "table",
    "template",
    "textarea",
    "ul",
    "video",
];
/// Elements that begin a line.
const LINES: [&str; 6] = ["br", "li", "tr", "option", "optgroup", "tbody"];
/// Elements that never have an end.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Elements that stand beside the main text.
const BESIDE: [&str; 3] = ["nav", "aside", "menu"];
/// Words in the class or id of what stands beside the main text.
const BESIDE_WORDS: [&str; 14] = [
    "cookie",
    "consent",
    "navbar",
    "navigation",
    "nav-",
    "menu",
    "sidebar",
    "breadcrumb",
    "footer",
    "social",
    "share",
    "advert",
    "newsletter",
    "related",
];

/// Where a block stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four things that are true of a block or not, in any combination")]
struct Where {
    /// In what the page calls its main part.
    main: bool,
    /// In a menu or the like.
    beside: bool,
    /// Not shown.
    hidden: bool,
    /// As written, with its spaces.
    pre: bool,
}

#[derive(Debug, Default)]
struct Block {
    text: String,
    /// Bytes of the text that are links.
    linked: usize,
    place: Where,
}

/// An open element: its name and where its text stands.
struct Open {
    name: String,
    place: Where,
}

/// Reads HTML in bytes.
pub(super) fn html(bytes: &[u8], budget: &Budget<'_>) -> Read {
    decoded(bytes, declared(bytes), usize::MAX / 4, "", |text| page(text, budget))
}

/// The character set that a page says it has, in its first bytes.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..4096).unwrap_or(bytes).to_ascii_lowercase();
    let at = head.windows(7).position(|seven| seven == b"charset").or_else(|| {
        let xml = head.starts_with(b"<?xml");
        head.windows(8).position(|eight| xml && eight == b"encoding").map(|at| at + 1)
    })?;
    let value = head.get(at + 7..)?.trim_ascii_start().strip_prefix(b"=")?;
    let value = value.trim_ascii_start();
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let end = value.iter().position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_' | b':' | b'.'));
    Encoding::for_label(value.get(..end.unwrap_or(value.len()))?)
}

/// Reads the text of a page.
pub(super) fn page(text: &str, budget: &Budget<'_>) -> Read {
    let mut page = Page::default();
    let mut stopped = false;
    let mut cut = false;
    for (number, token) in Tokens::new(text).enumerate() {
        if number % STEP == STEP - 1 && budget.stop() {
            stopped = true;
            break;
        }
        match token {
            Token::Text(text) => page.text(text),
            Token::Start(name, attributes) => page.start(name, attributes),
            Token::End(name) => page.end(&name),
            Token::Raw(name, attributes, inside) => page.raw(&name, attributes, inside),
        }
        if page.len > budget.text_left() {
            cut = true;
            break;
        }
    }
    page.flush();
    let mut read = page.read();
    if cut {
        read.missing(budget.text_reason(), Status::TooLarge);
    }
    if stopped {
        read.missing("the reading was stopped".to_owned(), |_| Status::Stopped);
    }
    read
}

#[derive(Default)]
struct Page {
    open: Vec<Open>,
    /// How many elements of each name are open, so that an end without a beginning is told at once.
    counts: rustc_hash::FxHashMap<String, usize>,
    block: Block,
    blocks: Vec<Block>,
    /// Text that is hidden inside a block that is not.
    aside: Block,
    title: String,
    description: String,
    /// What attributes say.
    said: String,
    in_link: bool,
    /// Cells of the row so far.
    cells: usize,
    /// Bytes of text so far.
    len: usize,
    scratch: String,
}

impl Page {
    fn place(&self) -> Where {
        self.open.last().map_or_else(Where::default, |open| open.place)
    }

    fn text(&mut self, text: &str) {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        unescape(text, &mut scratch);
        self.append(&scratch);
        self.scratch = scratch;
    }

    /// Adds text whose references are resolved.
    fn append(&mut self, text: &str) {
        let place = self.place();
        let hidden_inside = place.hidden && !self.block.place.hidden && !self.block.text.is_empty();
        let block = if hidden_inside { &mut self.aside } else { &mut self.block };
        if block.text.is_empty() {
            block.place = place;
        }
        let before = block.text.len();
        if place.pre {
            block.text.push_str(text);
        } else {
            let mut space = block.text.is_empty() || block.text.ends_with([' ', '\n']);
            // Words are copied whole: most text has one space between them.
            for piece in text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
                let word = piece.trim_end_matches(|c: char| c.is_ascii_whitespace());
                if !word.is_empty() {
                    block.text.push_str(word);
                    space = false;
                }
                if word.len() < piece.len() && !space {
                    block.text.push(' ');
                    space = true;
                }
            }
        }
        let came = block.text.len() - before;
        if self.in_link {
            block.linked += came;
        }
        self.len += came;
    }

    fn line(&mut self) {
        let end = self.block.text.trim_end_matches(' ').len();
        self.block.text.truncate(end);
        if end > 0 {
            self.block.text.push('\n');
        }
    }

    fn flush(&mut self) {
        self.cells = 0;
        for block in [&mut self.block, &mut self.aside] {
            let block = std::mem::take(block);
            let text = if block.place.pre { block.text.trim_matches('\n').trim_end() } else { block.text.trim() };
            if !text.is_empty() {
                self.blocks.push(Block { text: text.to_owned(), ..block });
            }
        }
    }

    fn start(&mut self, name: String, attributes: Attributes<'_>) {
        // These end where the next of their kind begins.
        let top = self.open.last().map(|open| open.name.as_str());
        let ends = match name.as_str() {
            "p" | "li" | "tr" | "option" => top == Some(name.as_str()),
            "td" | "th" => matches!(top, Some("td" | "th")),
            "dt" | "dd" => matches!(top, Some("dt" | "dd")),
            _ => false,
        };
        if ends {
            self.pop();
        }
        let mut place = self.place();
        let mut hidden = name == "template";
        let mut content = String::new();
        let mut about = String::new();
        for (key, value) in attributes.iter() {
            let is = |name: &str| key.eq_ignore_ascii_case(name);
            if is("alt") {
                let space = if value.is_empty() { "" } else { " " };
                self.append(space);
                self.text(value);
                self.append(space);
            } else if is("title") || is("aria-label") || is("placeholder") || is("summary") || (is("value") && name == "input")
            {
                self.say(value);
            } else if is("href") && value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
                self.say(value.get(7..).unwrap_or_default());
            } else if is("href") && value.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("tel:")) {
                self.say(value.get(4..).unwrap_or_default());
            } else if is("hidden") {
                hidden = true;
            } else if is("style") {
                let style: String =
                    value.chars().take(512).filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
                hidden |=
                    style.contains("display:none") || style.contains("visibility:hidden") || style.contains("font-size:0;");
            } else if is("class") || is("id") || is("role") {
                let words: String = value.chars().take(256).map(|c| c.to_ascii_lowercase()).collect();
                place.beside |= !place.main && BESIDE_WORDS.iter().any(|word| words.contains(word));
                place.main |= is("role") && words == "main";
            } else if is("content") && content.is_empty() {
                unescape(value, &mut content);
            } else if (is("name") || is("property")) && about.is_empty() {
                about = value.chars().take(64).map(|c| c.to_ascii_lowercase()).collect();
            }
        }
        if name == "meta" {
            self.meta(&about, &content);
        }
        if name == "a" {
            self.in_link = true;
        }
        place.hidden |= hidden;
        place.main |= name == "article" || name == "main";
        place.beside |= BESIDE.contains(&name.as_str()) || (!place.main && (name == "footer" || name == "header"));
        place.pre |= name == "pre" || name == "textarea";
        if BLOCKS.contains(&name.as_str()) {
            self.flush();
        } else if name == "td" || name == "th" {
            if self.cells > 0 {
                self.append(" ");
                self.block.text.push_str("| ");
            }
            self.cells += 1;
        } else if LINES.contains(&name.as_str()) {
            self.cells = 0;
            self.line();
        }
        if VOID.contains(&name.as_str()) {
            return;
        }
        *self.counts.entry(name.clone()).or_default() += 1;
        self.open.push(Open { name, place });
    }

    fn pop(&mut self) -> Option<String> {
        let open = self.open.pop()?;
        if let Some(count) = self.counts.get_mut(&open.name) {
            *count -= 1;
        }
        Some(open.name)
    }

    fn end(&mut self, name: &str) {
        if name == "a" {
            self.in_link = false;
        }
        if BLOCKS.contains(&name) {
            self.flush();
        } else if name == "tr" || name == "li" {
            self.cells = 0;
            self.line();
        }
        if self.counts.get(name).is_none_or(|&count| count == 0) {
            return;
        }
        while let Some(closed) = self.pop() {
            if closed == name {
                break;
            }
        }
    }

    fn raw(&mut self, name: &str, attributes: Attributes<'_>, inside: &str) {
        match name {
            "title" => {
                // A picture in the page has a title of its own.
                if self.title.is_empty() {
                    unescape(inside, &mut self.title);
                    self.len += inside.len();
                } else {
                    self.say(inside);
                }
            }
            // Descriptions of a page for programs name people and firms too.
            "script" => {
                let data = attributes.iter().any(|(key, value)| key.eq_ignore_ascii_case("type") && value.contains("json"));
                if data {
                    self.said.push_str(inside.trim());
                    self.said.push('\n');
                    self.len += inside.len();
                }
            }
            "style" => {}
            _ => {
                self.flush();
                self.text(inside);
                self.flush();
            }
        }
    }

    /// Keeps what an attribute says.
    fn say(&mut self, value: &str) {
        if !value.trim().is_empty() {
            let before = self.said.len();
            unescape(value.trim(), &mut self.said);
            self.said.push('\n');
            self.len += self.said.len() - before;
        }
    }

    fn meta(&mut self, about: &str, content: &str) {
        const KEPT: [&str; 5] = ["og:", "twitter:", "dc.", "article:", "citation_"];
        if about == "description" && self.description.is_empty() {
            content.trim().clone_into(&mut self.description);
            self.len += content.len();
        } else if about == "author" || about == "keywords" || KEPT.iter().any(|kept| about.starts_with(kept)) {
            self.said.push_str(content.trim());
            self.said.push('\n');
            self.len += content.len();
        }
    }

    /// The main text, then what is beside it, then what is hidden.
    fn read(self) -> Read {
        let in_main = |block: &Block| block.place.main && !block.place.beside && !block.place.hidden;
        let named: usize = self.blocks.iter().filter(|block| in_main(block)).map(|block| block.text.len()).sum();
        let all: usize = self.blocks.iter().map(|block| block.text.len()).sum();
        let has_main = named >= MAIN || named * 4 >= all.max(1);
        let chosen = |block: &Block| {
            if has_main {
                return in_main(block);
            }
            let menu = block.linked * 2 > block.text.len() && block.text.len() < MAIN;
            !block.place.hidden && !block.place.beside && !menu
        };
        let mut text = String::with_capacity(self.len + 64);
        let mut places = Vec::new();
        let add = |block: &str, text: &mut String| {
            if !block.trim().is_empty() {
                if !text.is_empty() {
                    text.push_str("\n\n");
                }
                text.push_str(block.trim_matches('\n'));
            }
        };
        let title: Vec<&str> = self.title.split_whitespace().collect();
        add(&title.join(" "), &mut text);
        add(&self.description, &mut text);
        let any_main = self.blocks.iter().any(chosen);
        let beside = |block: &Block| !block.place.hidden && any_main && !chosen(block);
        for block in self.blocks.iter().filter(|block| !block.place.hidden && !beside(block)) {
            add(&block.text, &mut text);
        }
        let mut section = |label: &str, blocks: &mut dyn Iterator<Item = &str>| {
            let mut begun = false;
            for block in blocks.filter(|block| !block.trim().is_empty()) {
                let at = text.len() + if text.is_empty() { 0 } else { 2 };
                add(block, &mut text);
                if !begun {
                    begun = true;
                    if at > 0 && places.is_empty() {
                        places.push(Place { at: 0, label: "main text".to_owned() });
                    }
                    places.push(Place { at, label: label.to_owned() });
                }
            }
            begun
        };
        let said = [self.said.as_str()];
        section(
            "beside the main text",
            &mut self.blocks.iter().filter(|block| beside(block)).map(|block| block.text.as_str()).chain(said),
        );
        let mut hidden = self.blocks.iter().filter(|block| block.place.hidden).map(|block| block.text.as_str());
        let hidden = section("hidden text", &mut hidden);
        let mut read = Read::text(text);
        read.places = places;
        if hidden {
            read.notes.push("it has text that is not shown, which was kept".to_owned());
        }
        read
    }
}
