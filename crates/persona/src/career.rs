//! Positions and schools that the text of a CV states, in the layouts in which people write them: `Firm, Role, 2021 - present`,
//! `Role at Firm (2018 – 2021)`, `03/2018 – 02/2021: Role, Firm`, or dates, role and firm on lines of their own. Lines are anchored at their
//! dates. Which part is the firm is known by a word such as `at`, by the role beside it, by a legal form, or by the other lines of the
//! paper; where none of them tells, the line is left out and not guessed.

use std::borrow::Cow;
use std::sync::LazyLock;

use interdict_names::{NameKind, Token, TokenKind, parse_name};
use regex::Regex;
use rustc_hash::FxHashSet;

use crate::vocabulary::{DocKind, Field};

/// What marks stations that were read out of a text, beside those that a record states.
pub(crate) const READ: &str = "read from the text";

/// Bytes of a text that are read for stations. A career has some kilobytes.
const MAX_BYTES: usize = 64 << 10;

/// Bytes of a line that may be a station; longer ones are prose.
const MAX_LINE: usize = 160;

/// Words of a firm, a school or a role.
const MAX_WORDS: usize = 9;

/// Stations of a paper.
const MAX_STATIONS: usize = 40;

/// Lines above or below one with dates that may name its firm and role.
const BESIDE: usize = 2;

/// A position or a school.
#[derive(Debug, PartialEq, Eq)]
struct Station {
    is_school: bool,
    name: String,
    /// Role or degree; empty where none stands beside it.
    role: String,
    /// `None` of a school that stands without them.
    dates: Option<Dates>,
}

/// `2018` or `2018-03`, and the same or `present`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Dates {
    from: String,
    to: String,
}

/// The facts of the positions and schools that a text states; none where the record of the paper, whose facts with their groups are
/// `stated`, states them itself.
pub(crate) fn facts(
    kind: DocKind,
    text: &str,
    stated: impl IntoIterator<Item = (Field, u8)>,
) -> Vec<(Field, u8, Cow<'static, str>)> {
    let is_of_station = |(field, group): (Field, u8)| group > 0 && matches!(field, Field::Employer | Field::School);
    let is_read = matches!(kind, DocKind::Cv | DocKind::Profile) && !text.is_empty() && !stated.into_iter().any(is_of_station);
    if !is_read {
        return Vec::new();
    }
    let of_station = |(group, station): (u8, Station)| {
        let Station { is_school, name, role, dates } = station;
        let (from, to) = dates.map_or_else(Default::default, |Dates { from, to }| (from, to));
        let [is, does] = if is_school { [Field::School, Field::Degree] } else { [Field::Employer, Field::Role] };
        let facts =
            [(is, name), (Field::From, from), (Field::To, to), (does, role)].map(|(field, text)| (field, Cow::Owned(text)));
        let facts = facts.into_iter().filter(|(_, text): &(Field, Cow<'_, str>)| !text.is_empty());
        facts.chain([(Field::Flag, Cow::Borrowed(READ))]).map(move |(field, text)| (field, group, text))
    };
    (1..).zip(stations(text)).flat_map(of_station).collect()
}

/// The stations of a text, in its order.
fn stations(text: &str) -> Vec<Station> {
    let text = &text[..text.floor_char_boundary(MAX_BYTES)];
    let mut lines: Vec<Line<'_>> = text.lines().map(Line::of).collect();
    if lines.iter().all(|line| line.dates.is_none()) {
        return Vec::new();
    }
    let mut section = Section::Work;
    let mut is_after_gap = true;
    for line in &mut lines {
        match line.heading {
            // `Key projects:` in the middle of a position ends nothing.
            Some(Section::Other) if !is_after_gap => line.heading = None,
            Some(heading) => section = heading,
            None => {}
        }
        is_after_gap = line.is_empty;
        line.section = section;
    }
    let dated = || (0..lines.len()).filter(|at| lines[*at].dates.is_some() && lines[*at].section != Section::Other);
    // Where the lines above and those below would both do, it is as with the other lines of the paper.
    let sides: Vec<Sides<'_>> = dated().take(MAX_STATIONS).map(|at| Sides::of(&lines, at)).collect();
    let is_above = sides.iter().any(|sides| sides.above.is_some() && sides.below.is_none());
    let is_below = sides.iter().any(|sides| sides.below.is_some() && sides.above.is_none());
    let column = column(&sides);
    let found = dated().zip(sides).filter_map(|(at, sides)| {
        let line = &lines[at];
        let found = sides.found(is_above, is_below).or_else(|| {
            let parts = line.parts();
            let (_, name) = column.filter(|(count, _)| *count > 1 && *count == parts.len())?;
            Some(Found { parts, name })
        })?;
        Some(found.station(line.section, line.dates.clone()))
    });
    let mut all: Vec<Station> = found.collect();
    // A school often stands with the year of a degree alone.
    let schools = lines.iter().filter(|line| line.section == Section::School && line.dates.is_none() && line.heading.is_none());
    for line in schools.filter(|line| !line.is_text).take(MAX_STATIONS) {
        let parts = line.parts();
        let Some(name) = parts.iter().position(|part| part.is == Is::School) else { continue };
        let station = Found { parts, name }.station(line.section, None);
        if all.iter().all(|known| known.name != station.name) {
            all.push(station);
        }
    }
    all
}

/// The number of parts of lines and which of them is the name, where all lines that tell agree, and there are two of them.
fn column(sides: &[Sides<'_>]) -> Option<(usize, usize)> {
    let mut own = sides.iter().filter_map(|sides| sides.own.as_ref()).map(|found| (found.parts.len(), found.name));
    let first = own.next()?;
    let second = own.next()?;
    (first == second && own.all(|other| other == first)).then_some(first)
}

/// What is known of a line with dates by itself, and with the lines on either side.
struct Sides<'t> {
    own: Option<Found<'t>>,
    above: Option<Found<'t>>,
    below: Option<Found<'t>>,
}

/// The parts of a station, and which of them is the name of the firm or school.
#[derive(Debug, Clone)]
struct Found<'t> {
    parts: Vec<Part<'t>>,
    name: usize,
}

impl<'t> Sides<'t> {
    fn of(lines: &[Line<'t>], at: usize) -> Self {
        let line = &lines[at];
        let parts = line.parts();
        if let Some(name) = name_of(&parts, line.section) {
            return Self { own: Some(Found { parts, name }), above: None, below: None };
        }
        let above = with(&parts, line.section, lines[..at].iter().rev());
        let below = with(&parts, line.section, lines[at + 1..].iter());
        Self { own: None, above, below }
    }

    /// What the line and those beside it say; where both sides would do, the side on which the other lines of the paper have it.
    fn found(self, is_above: bool, is_below: bool) -> Option<Found<'t>> {
        match (self.own, self.above, self.below) {
            (Some(own), ..) => Some(own),
            (None, Some(one), None) | (None, None, Some(one)) => Some(one),
            (None, Some(one), Some(_)) if is_above && !is_below => Some(one),
            (None, Some(_), Some(one)) if is_below && !is_above => Some(one),
            (None, ..) => None,
        }
    }
}

/// What the parts of a line say together with the lines beside it, one more at a time.
fn with<'l, 't: 'l>(own: &[Part<'t>], section: Section, beside: impl Iterator<Item = &'l Line<'t>>) -> Option<Found<'t>> {
    let mut parts = own.to_vec();
    beside.take(BESIDE).take_while(|beside| beside.may_belong()).find_map(|beside| {
        parts.extend(beside.parts());
        name_of(&parts, section).map(|name| Found { parts: parts.clone(), name })
    })
}

/// Which of the parts is the name of a firm or school, where that can be told.
fn name_of(parts: &[Part<'_>], section: Section) -> Option<usize> {
    let first = |is: &dyn Fn(&Part<'_>) -> bool| parts.iter().position(is);
    let is_of_school = section == Section::School || !has_post(parts);
    first(&|part| part.is_at)
        .or_else(|| first(&|part| part.is == Is::School).filter(|_| is_of_school))
        .or_else(|| first(&|part| part.is == Is::Firm))
        .or_else(|| first(&|part| !part.is_role() && !part.is_place()).filter(|_| parts.iter().any(Part::is_role)))
}

fn has_post(parts: &[Part<'_>]) -> bool {
    parts.iter().any(|part| part.is == Is::Post)
}

impl Found<'_> {
    fn station(&self, section: Section, dates: Option<Dates>) -> Station {
        let name = self.parts[self.name];
        let role = self.parts.iter().find(|part| part.is_role() && **part != name).or_else(|| {
            // Of a line without a known role, what stands beside the name on it.
            self.parts.iter().find(|part| **part != name && !part.is_place())
        });
        let is_school = section == Section::School || name.is == Is::School && !has_post(&self.parts);
        Station { is_school, name: name.text.to_owned(), role: role.map_or("", |role| role.text).to_owned(), dates }
    }
}

/// What a part of a paper is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Work,
    School,
    /// Projects, certificates, languages: their dates are no stations.
    Other,
}

const SCHOOL_HEADINGS: &str = "academic ausbildung bildung edukacja educación educacion education educação formación formation \
    formação istruzione studium wykształcenie образование освіта opleiding studies éducation schools qualifications";

const WORK_HEADINGS: &str = "arbeitserfahrung beruflicher berufserfahrung career doświadczenie employment esperienza esperienze \
    experience experiencia experiência expérience expériences history professional werdegang werkervaring work zatrudnienie опыт досвід";

const OTHER_HEADINGS: &str = "achievements awards certificates certifications certificados courses cursos contact hobbies idiomas interests \
    języki kenntnisse kursy languages memberships patents portfolio projects projekte projekty proyectos projets publications \
    publikationen references referenzen skills sprachen summary talks training trainings volunteering weiterbildung zertifikate \
    zainteresowania проекты навыки";

impl Section {
    /// What begins with a line, when that is a heading: `Key projects`, `EDUCATION`, `Professional experience:`.
    fn of(line: &str) -> Option<Self> {
        let line = line.trim_matches(|c: char| !c.is_alphanumeric());
        if line.is_empty() || line.len() > 60 || line.contains([',', '|', '@', '.']) {
            return None;
        }
        let lower = line.to_lowercase();
        let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        // `Work` and the like may begin the title of a post.
        if words.len() > 4 || words.iter().any(|word| is_role(word)) {
            return None;
        }
        let all = [(SCHOOL_HEADINGS, Self::School), (OTHER_HEADINGS, Self::Other), (WORK_HEADINGS, Self::Work)];
        let of = |word: &&str| {
            all.iter().find(|(names, _)| names.split_whitespace().any(|name| name == *word)).map(|(_, section)| *section)
        };
        // The last word says what it is of, where it is one; `Education and training` begins with it.
        words.last().and_then(of).filter(|_| words.len() < 3).or_else(|| words.first().and_then(of))
    }
}

#[derive(Debug)]
struct Line<'t> {
    /// What stands before its dates and after them; all of it without dates.
    rest: [&'t str; 2],
    /// `None` without dates, and with dates that are not those of one station.
    dates: Option<Dates>,
    heading: Option<Section>,
    section: Section,
    is_empty: bool,
    /// Whether it is one of a list, as of what was done.
    is_listed: bool,
    /// Whether it is prose.
    is_text: bool,
}

const BULLETS: [char; 11] = ['-', '•', '*', '·', '▪', '●', '–', '—', '‣', '◦', '○'];

impl<'t> Line<'t> {
    fn of(line: &'t str) -> Self {
        let line = line.trim();
        // `#` and `**` mark headings and names; a bullet stands before a space.
        let is_listed = line.starts_with(BULLETS) && line.chars().nth(1).is_some_and(char::is_whitespace);
        let bare = line.trim_start_matches(|c: char| BULLETS.contains(&c) || c == '#' || c.is_whitespace());
        let is_long = bare.len() > MAX_LINE || bare.ends_with('.') && bare.split_whitespace().count() > MAX_WORDS;
        let cut = if is_long { None } else { cut(bare) };
        let (rest, dates) = cut.map_or(([bare, ""], None), |(before, dates, after)| ([before, after], Some(dates)));
        // Dates that are none of one station, as `2016-2018 and 2019-2020`.
        let is_text = is_long || matches!(dates, Some(None));
        let heading = if is_text || is_listed || dates.is_some() { None } else { Section::of(bare) };
        Self { rest, dates: dates.flatten(), heading, section: Section::Work, is_empty: bare.is_empty(), is_listed, is_text }
    }

    fn parts(&self) -> Vec<Part<'t>> {
        parts(self.rest)
    }

    /// Whether it may say more of the station of a line beside it.
    fn may_belong(&self) -> bool {
        !self.is_text && !self.is_listed && !self.is_empty && self.heading.is_none() && self.dates.is_none()
    }
}

/// The line before and after its dates, and they; `None` without dates. Of dates that are not those of one station there are none inside.
fn cut(line: &str) -> Option<(&str, Option<Dates>, &str)> {
    static RANGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let date = |name: &str| {
            let year = "(?:19|20)[0-9]{2}";
            let forms = [
                format!(r"{year}[-./](?:0[1-9]|1[0-2])(?:[-./][0-9]{{2}})?\b"),
                format!(r"(?:[0-9]{{1,2}}[./-])?(?:0?[1-9]|1[0-2])[./-]{year}\b"),
                format!(r"{year}\s?年(?:\s?[0-9]{{1,2}}\s?月)?"),
                format!(r"\pL{{3,12}}\.?,?\s(?:de\s)?{year}\b"),
                r"\pL{3,9}\.?\s?['’][0-9]{2}\b".to_owned(),
                format!(r"{year}\b"),
            ];
            format!("(?P<{name}>{})", forms.join("|"))
        };
        let [a, b, since, left] = ["a", "b", "since", "left"].map(date);
        let to = r"(?:[-–—−~→至]|\b(?:to|until|till|through|bis|do|hasta|au|al|até|a|à|tot|по|до)\b)";
        let now = r"\b(?:present|now|current(?:ly)?|today|ongoing|date|heute|aktuell|jetzt|laufend|obecnie|teraz|nadal|actualidad|actual(?:mente)?|presente|hoy|hoje|atual(?:mente)?|oggi|attuale|heden|aujourd['’]hui|présent|сейчас|настоящее время|дотепер)\b|至今|现在|現在|현재";
        let from = r"\b(?:since|seit|od|desde|depuis|dal|sinds|from|с)\s";
        let all = format!(r"(?i)\b{a}\s?{to}\s?(?:{b}|{now})|{from}{since}|\b{left}\s?[-–—]\s?(?:$|[)\]])");
        Regex::new(&all).ok()
    });
    if !has_year(line) {
        return None;
    }
    let mut all = RANGE.as_ref()?.captures_iter(line);
    let captures = all.next()?;
    let whole = captures.get(0)?;
    let begin = ["a", "since", "left"].iter().find_map(|name| captures.name(name))?;
    let (from, at) = date(begin.as_str())?;
    let to = captures.name("b").map_or_else(|| Some("present".to_owned()), |to| Some(date(to.as_str())?.0));
    let is_one = all.next().is_none();
    let dates = to.filter(|to| is_one && from.get(..4) <= to.get(..4)).map(|to| Dates { from, to });
    // A word before the year that is no month belongs to what stands before the dates.
    let start = if at > 0 { begin.start() + at } else { whole.start() };
    Some((&line[..start], dates, &line[whole.end()..]))
}

/// Whether there is what may be the year of a date: `2018`, or `'18`.
fn has_year(line: &str) -> bool {
    let bytes = line.as_bytes();
    let is_year = |four: &[u8]| matches!(four, [b'1', b'9', ..] | [b'2', b'0', ..]) && four[2..].iter().all(u8::is_ascii_digit);
    let is_short = |at: usize| bytes[at..].len() > 1 && bytes[at..at + 2].iter().all(u8::is_ascii_digit);
    bytes.windows(4).any(is_year) || line.match_indices(['\'', '’']).any(|(at, mark)| is_short(at + mark.len()))
}

/// Whether a line is a station: words with dates before or behind them. It is no sentence about work, however many words it has.
pub(crate) fn is_station(line: &str) -> bool {
    const MAX_STATION_WORDS: usize = 16;
    let line = line.trim();
    let years = line.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 4).count();
    let goes_on = || ["present", "now", "today", "heute", "obecnie"].iter().any(|now| line.to_lowercase().contains(now));
    if line.len() > MAX_LINE || line.split_whitespace().count() > MAX_STATION_WORDS || years < 2 && !goes_on() {
        return false;
    }
    let is_bare = |side: &str| !side.contains(char::is_alphanumeric);
    cut(line).is_some_and(|(before, dates, after)| dates.is_some() && (is_bare(before) || is_bare(after)))
}

/// A date as `2018` or `2018-03`, and where it begins in a text that matches one of the forms of [`cut`].
fn date(text: &str) -> Option<(String, usize)> {
    let digits = |c: char| c.is_ascii_digit();
    let begin = text.find(digits)?;
    let numbers: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()).collect();
    let word = text[..begin].split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let named = month(word);
    let short = |number: &str| number.parse::<u32>().ok();
    let (year, month) = match numbers.as_slice() {
        // `Mar '18`.
        [year] if year.len() == 2 => (short(year).map(|year| if year > 70 { 1900 + year } else { 2000 + year })?, Some(named?)),
        [year] => (short(year)?, named),
        [year, month, ..] if year.len() == 4 => (short(year)?, short(month)),
        [.., month, year] => (short(year)?, short(month)),
        [] => return None,
    };
    let month = month.filter(|month| (1..=12).contains(month));
    let at = if named.is_none() { begin } else { 0 };
    Some((month.map_or_else(|| year.to_string(), |month| format!("{year}-{month:02}")), at))
}

/// Months by their names in languages in which CVs for this work are written, from January; `mar` and the like begin a name.
const MONTHS: [&str; 12] = [
    "january januar janvier enero janeiro gennaio styczeń stycznia января январь",
    "february februar février fevrier febrero fevereiro febbraio luty lutego февраля февраль",
    "march märz maerz mars marzo março marzec marca maart mrt марта март",
    "april avril abril aprile kwiecień kwietnia апреля апрель",
    "may mai mayo maio maggio maj maja mei мая май",
    "june juni juin junio junho giugno czerwiec czerwca июня июнь",
    "july juli juillet julio julho luglio lipiec lipca июля июль",
    "august août aout agosto sierpień sierpnia augustus августа август",
    "september septembre septiembre setiembre setembro settembre wrzesień września сентября сентябрь",
    "october oktober octobre octubre outubro ottobre październik października октября октябрь",
    "november novembre noviembre novembro listopad listopada ноября ноябрь",
    "december dezember décembre decembre diciembre dezembro dicembre grudzień grudnia декабря декабрь",
];

fn month(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    if word.chars().count() < 3 {
        return None;
    }
    let is = |names: &&str| names.split(' ').any(|name| name.starts_with(&word));
    (1..).zip(MONTHS.iter()).find(|(_, names)| is(names)).map(|(number, _)| number)
}

/// What a piece of a line is, as far as its words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    School,
    /// It has the legal form of a firm.
    Firm,
    Degree,
    /// The title of a post.
    Post,
    Unknown,
}

/// A piece of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part<'t> {
    text: &'t str,
    is: Is,
    /// Whether a word such as `at` stands before it.
    is_at: bool,
}

/// The pieces of what stands before and after the dates of a line.
fn parts(sides: [&str; 2]) -> Vec<Part<'_>> {
    static CUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let marks = r"\s*[|;\t•·▪]\s*|\s/\s|\s{3,}|:(?:\s|$)|\s[-–—]+(?:\s|$)|^[-–—]+\s|[–—]$|,(?:\s|$)";
        let at = r"(?:^|\s)(?P<at>at|@|bei|chez|presso|w firmie|в)\s";
        Regex::new(&format!("(?i){marks}|{at}")).ok()
    });
    let Some(cut) = CUT.as_ref() else { return Vec::new() };
    let mut all = Vec::new();
    for side in sides {
        let mut is_at = false;
        let mut begin = 0;
        for found in cut.captures_iter(side) {
            let Some(whole) = found.get(0) else { continue };
            all.extend(Part::of(&side[begin..whole.start()], is_at));
            (begin, is_at) = (whole.end(), found.name("at").is_some());
        }
        all.extend(Part::of(&side[begin..], is_at));
    }
    all
}

impl<'t> Part<'t> {
    fn of(text: &'t str, is_at: bool) -> Option<Self> {
        // What stands in brackets behind a name says more of it.
        let text = text.trim_start_matches(['(', '[', ')', ']', ' ']);
        let text = text.split(['(', '[']).next().unwrap_or_default();
        let text = text.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '&' | '+')).trim_start_matches('.');
        let words = text.split_whitespace().count();
        let lower = text.to_lowercase();
        if !(1..=MAX_WORDS).contains(&words) || !text.contains(char::is_alphabetic) || says_how(&lower) {
            return None;
        }
        let tokens = parse_name(text, NameKind::Organization).tokens;
        let is_form = |token: &Token| matches!(token.kind, TokenKind::LegalForm(_));
        // A comma cut the form from its name.
        if tokens.iter().all(is_form) {
            return None;
        }
        let has_form = tokens.len() > 1 && tokens.last().is_some_and(is_form);
        let words = || lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let is = if words().any(is_school) {
            Is::School
        } else if has_form {
            Is::Firm
        } else if words().any(|word| DEGREES.contains(&word)) {
            Is::Degree
        } else if words().any(is_role) {
            Is::Post
        } else {
            Is::Unknown
        };
        Some(Self { text, is, is_at })
    }

    /// Whether it says what somebody did somewhere.
    fn is_role(&self) -> bool {
        matches!(self.is, Is::Post | Is::Degree)
    }

    /// Whether it is a country or a short form of a state, as behind a town.
    fn is_place(&self) -> bool {
        interdict_model::Country::parse(self.text).is_some() || self.text.len() < 3
    }
}

/// Whether a part says how somebody worked, or how long, and nothing of where.
fn says_how(lower: &str) -> bool {
    const HOW: &str =
        "remote hybrid onsite contract permanent fulltime parttime employed temporary vollzeit teilzeit festanstellung zdalnie";
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let squeezed: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_span = |word: &str| {
        matches!(word, "y" | "yr" | "yrs" | "year" | "years" | "m" | "mo" | "mos" | "mths" | "month" | "months" | "and")
            || word.bytes().all(|byte| byte.is_ascii_digit())
    };
    HOW.split(' ').any(|how| how == squeezed) || words.all(is_span)
}

/// Words of the titles of posts, as they stand alone; those from six letters on also end a longer word
/// (`Softwareentwickler`).
const ROLES: &str = "accountant admin administrator administrador analista analityk analyst analyste aprendiz arbeiter architect architecte \
    architekt arquitecto artist asistente assistant assistent associate backend berater beraterin buchhalter cfo \
    ceo chef cio clerk coach consultant consultor contractor coo coordinator cto desarrollador desarrolladora desenvolvedor designer \
    deweloper dev developer développeur développeuse devops director diseñador doctor engineer entwickler \
    entwicklerin executive expert founder freelance freelancer frontend fullstack geschäftsführer grafik head ingeniera ingeniero \
    ingénieur ingenieur inżynier intern interim internship kierownik konsultant koordynator lead leiter leiterin lecturer \
    lider manager mitarbeiter modeler moderator nurse officer operator owner partner \
    praktikant praktikantin praktyka praktykant president principal producer professor programista programmer programmierer programador \
    qa recruiter representative researcher sachbearbeiter scientist secretary seo specialist specjalista sre stage stagiaire staż \
    stażysta student support sviluppatore sysadmin teacher techlead technician techniker technik tester trainee trainer translator tutor \
    vp volunteer werkstudent werkstudentin writer инженер аналитик менеджер программист разработчик тестировщик";

/// Words of degrees.
const DEGREES: [&str; 18] = [
    "ba",
    "bachelor",
    "bachelors",
    "bsc",
    "degree",
    "diplom",
    "diploma",
    "doctorate",
    "grado",
    "licence",
    "licenciatura",
    "magister",
    "master",
    "masters",
    "mba",
    "meng",
    "msc",
    "phd",
];

fn is_role(word: &str) -> bool {
    static ALL: LazyLock<FxHashSet<&str>> = LazyLock::new(|| ROLES.split_whitespace().collect());
    let ends = |role: &&str| role.len() >= 6 && word.len() > role.len() && word.ends_with(role);
    ALL.contains(word) || word.len() > 8 && ALL.iter().any(ends)
}

fn is_school(word: &str) -> bool {
    const SCHOOLS: [&str; 18] = [
        "academ",
        "akadem",
        "berufsschule",
        "colleg",
        "escola",
        "escuela",
        "fachhochschule",
        "faculty",
        "gymnasium",
        "hochschule",
        "institut",
        "liceum",
        "politech",
        "polytech",
        "politec",
        "school",
        "univers",
        "uniwersyt",
    ];
    const MORE: [&str; 4] = ["университет", "институт", "école", "szkoła"];
    SCHOOLS.iter().chain(&MORE).any(|school| word.starts_with(school))
}

#[cfg(test)]
mod tests {
    use super::stations;

    fn read(text: &str) -> Vec<String> {
        let all = stations(text).into_iter();
        let dates = |station: &super::Station| {
            station.dates.as_ref().map_or_else(|| "no dates".to_owned(), |dates| format!("{} | {}", dates.from, dates.to))
        };
        all.map(|s| format!("{}{} | {} | {}", if s.is_school { "school: " } else { "" }, s.name, s.role, dates(&s))).collect()
    }

    #[test]
    fn layouts_on_one_line() {
        for (text, expected) in [
            ("Northwind Systems, Backend Engineer, 2021 - present", "Northwind Systems | Backend Engineer | 2021 | present"),
            ("Backend Engineer at Northwind Systems (2018 – 2021)", "Northwind Systems | Backend Engineer | 2018 | 2021"),
            (
                "03/2018 – 02/2021: Backend Engineer, Northwind Systems",
                "Northwind Systems | Backend Engineer | 2018-03 | 2021-02",
            ),
            (
                "Northwind Systems | Backend Engineer | Mar 2018 - Feb 2021",
                "Northwind Systems | Backend Engineer | 2018-03 | 2021-02",
            ),
            (
                "* Backend Engineer, Northwind Systems, Riga, Latvia — March 2018 to Now",
                "Northwind Systems | Backend Engineer | 2018-03 | present",
            ),
            (
                "01.03.2018 - 28.02.2021 Softwareentwickler bei Nordwind GmbH",
                "Nordwind GmbH | Softwareentwickler | 2018-03 | 2021-02",
            ),
            ("seit 03/2018: Nordwind GmbH, Entwicklung", "Nordwind GmbH | Entwicklung | 2018-03 | present"),
            (
                "Nordwind Sp. z o.o. – programista (luty 2018 – obecnie)",
                "Nordwind Sp. z o.o. | programista | 2018-02 | present",
            ),
            ("2018-03 - 2021-02  Northwind   Senior Developer", "Northwind | Senior Developer | 2018-03 | 2021-02"),
            (
                "Desarrollador, Viento Norte S.A. (marzo de 2018 – actualidad)",
                "Viento Norte S.A. | Desarrollador | 2018-03 | present",
            ),
            (
                "Ingénieur logiciel chez Vent du Nord, févr. 2018 à août 2021",
                "Vent du Nord | Ingénieur logiciel | 2018-02 | 2021-08",
            ),
            ("Northwind, Inc. — Staff Engineer (Remote) Mar '18 – Feb '21", "Northwind | Staff Engineer | 2018-03 | 2021-02"),
            ("**Northwind Systems** - Engineer - 2018 -", "Northwind Systems | Engineer | 2018 | present"),
            (
                "University of Northport, BSc Computer Science, 2012 - 2016",
                "school: University of Northport | BSc Computer Science | 2012 | 2016",
            ),
            (
                "Research Assistant, University of Northport, 2016 - 2018",
                "University of Northport | Research Assistant | 2016 | 2018",
            ),
        ] {
            assert_eq!(read(text), [expected], "{text}");
        }
    }

    #[test]
    fn layouts_on_several_lines() {
        let linked = "Experience\n\nNorthwind Systems\nSenior Engineer\nMarch 2018 - Present (3 years)\nRiga, Latvia\n\nSouthgate\nDeveloper\n\
            June 2015 - February 2018 (2 years 9 months)\nTallinn, Estonia\n\nEducation\nNorthport College\nBachelor of Science\n2011 - 2015";
        assert_eq!(
            read(linked),
            [
                "Northwind Systems | Senior Engineer | 2018-03 | present",
                "Southgate | Developer | 2015-06 | 2018-02",
                "school: Northport College | Bachelor of Science | 2011 | 2015",
            ]
        );
        let dates_first =
            "Berufserfahrung\n03/2018 - heute\nEntwicklerin\nNordwind\n\n06/2015 - 02/2018\nTesterin\nSüdtor AG\n";
        assert_eq!(
            read(dates_first),
            ["Nordwind | Entwicklerin | 2018-03 | present", "Südtor AG | Testerin | 2015-06 | 2018-02"]
        );
        // Without gaps the first line says on which side the firm stands.
        let below = "Experience:\nSenior Engineer 2018 – 2021\nNorthwind\nDeveloper 2015 – 2018\nSouthgate\n- built things\n";
        assert_eq!(read(below), ["Northwind | Senior Engineer | 2018 | 2021", "Southgate | Developer | 2015 | 2018"]);
        // Two lines tell which column is the firm.
        let column = "Northwind, Engineer, 2018 - 2021\nSouthgate, Developer, 2015 - 2018\nEastfield, Cook, 2014 - 2015";
        assert_eq!(read(column)[2], "Eastfield | Cook | 2014 | 2015");
    }

    #[test]
    fn schools_without_dates() {
        let text = "Engineer at Northwind (2018 – 2021)\nEducation\n- Web Development, Southgate Coding School (2017)\nNorthport College\nBachelor\n2011 - 2015";
        assert_eq!(
            read(text),
            [
                "Northwind | Engineer | 2018 | 2021",
                "school: Northport College | Bachelor | 2011 | 2015",
                "school: Southgate Coding School | Web Development | no dates",
            ]
        );
    }

    #[test]
    fn what_cannot_be_told_is_left_out() {
        for text in [
            "",
            "Senior Engineer 2018 – 2021",
            "Northwind 2018 – 2021",
            "Eastfield, Cook, 2014 - 2015",
            "From 2018 to 2021 I worked on the billing of a large firm and learned very much about how people pay for what they need.",
            "Engineer, Northwind, 2018 - 2019, 2020 - 2021",
            "Engineer, Northwind, 2021 - 2018",
            "Call 555-0100-2018 at any time",
            "Engineer at Northwind, 2018",
            "Projects\nEngineer at Northwind, 2018 - 2021",
            "Engineer, Latvia, 2018 - 2021",
        ] {
            assert!(read(text).is_empty(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn a_long_text_is_read_in_part() {
        let line = "Engineer at Northwind, 2018 - 2021\n";
        assert_eq!(read(&line.repeat(100_000)).len(), super::MAX_STATIONS);
    }
}
