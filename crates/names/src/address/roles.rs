//! What each word of an address is: names of street and town, house number, room, postcode. Words go in, keys come out.

use std::fmt::Write;

use interdict_model::Country;

use super::AddressKeys;
use super::read::{Token, Words};
use super::words::{self, Class};

/// What a word of an address does in its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A name, by its own text.
    Name,
    /// A name, under another spelling.
    As(&'static str),
    /// The kind of street, which is part of its name.
    Kind(&'static str),
    /// A province.
    Province,
    /// A number without a label, or with one for houses.
    House,
    Building,
    Room,
    Floor,
    Box,
    Quarter,
    Postcode,
    /// Left out.
    Nothing,
}

/// What a part holds.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "words of several kinds stand in one part, and none excludes another")]
struct Part {
    names: u16,
    numbers: u16,
    street: bool,
    region: bool,
    area: bool,
    city: bool,
    site: bool,
}

struct Reader<'w> {
    words: &'w Words,
    roles: Vec<Role>,
    parts: Vec<Part>,
    country: Option<Country>,
    /// Whether syllables of one name may be written apart.
    syllables: bool,
    /// Whether the country writes in Cyrillic, the romanisations of which differ in `y` and `i`.
    cyrillic: bool,
}

/// The keys of an address that was read into words.
pub(super) fn keys(words: &Words, country: Option<Country>) -> AddressKeys {
    // Without a number or a named building there is no key, and most such texts are short.
    let parts = words.tokens.last().map_or(0, |last| usize::from(last.part) + 1);
    let telling =
        words.tokens.iter().any(|token| token.number || matches!(token.class, Some(Class::Site | Class::Building { .. })));
    if parts == 0 || !telling {
        return AddressKeys::default();
    }
    let mut reader = Reader {
        words,
        roles: vec![Role::Name; words.tokens.len()],
        parts: vec![Part::default(); parts],
        country,
        syllables: false,
        cyrillic: false,
    };
    reader.find_country();
    reader.give_roles();
    reader.find_marked_rooms();
    reader.count_parts();
    reader.find_postcodes();
    reader.drop_wide_parts();
    reader.write()
}

impl Reader<'_> {
    fn tokens(&self) -> &[Token] {
        &self.words.tokens
    }

    fn text(&self, at: usize) -> &str {
        self.words.tokens.get(at).map_or("", |token| self.words.text(*token))
    }

    /// The country in the text: a part that is its name and nothing else, the last first, or a word that can be nothing else.
    fn find_country(&mut self) {
        let tokens = self.tokens();
        let mut found = None;
        let mut joined = String::new();
        let mut end = tokens.len();
        while end > 0 && found.is_none() {
            let part = tokens[end - 1].part;
            let start = tokens[..end].iter().rposition(|token| token.part != part).map_or(0, |at| at + 1);
            let of_part = &tokens[start..end];
            if of_part.len() <= 6 && !of_part.iter().any(|token| token.number) {
                joined.clear();
                for token in of_part {
                    if !joined.is_empty() {
                        joined.push(' ');
                    }
                    joined.push_str(self.words.text(*token));
                }
                // "CA" and "DE" are states as well as countries, and Georgia is both.
                let state = joined.len() == 2 && words::is_state(&joined) || joined == "georgia" && self.country.is_some();
                if !state && let Some(country) = Country::parse(&joined) {
                    found = Some((start..end, country));
                }
            }
            end = start;
        }
        // A country at the end that no comma separates.
        if found.is_none() && self.country.is_none() {
            for count in [2, 1] {
                let Some(start) = tokens.len().checked_sub(count).filter(|start| *start > 0) else { continue };
                let text: Vec<&str> = tokens[start..].iter().map(|token| self.words.text(*token)).collect();
                let text = text.join(" ");
                if text.len() > 3
                    && text != "georgia"
                    && let Some(country) = Country::parse(&text)
                {
                    found = Some((start..tokens.len(), country));
                    break;
                }
            }
        }
        if let Some((range, country)) = found {
            self.country = Some(country);
            self.roles[range].fill(Role::Nothing);
        } else if let Some(code) = tokens.iter().find_map(|token| match token.class {
            Some(Class::Country(code)) => Some(code),
            _ => None,
        }) {
            self.country = Country::from_code(code);
        }
    }

    fn code(&self) -> &'static str {
        // England is a part of the United Kingdom, which its addresses name as well.
        self.country.and_then(|country| country.code().split('-').next()).unwrap_or("??")
    }

    /// Gives each word its role by its class and its neighbours'.
    fn give_roles(&mut self) {
        self.syllables = matches!(self.code(), "cn" | "hk" | "mo" | "tw" | "kp" | "kr" | "jp" | "vn" | "sg");
        self.cyrillic = matches!(
            self.code().get(..2).unwrap_or_default(),
            "ru" | "by" | "ua" | "kz" | "kg" | "uz" | "tj" | "tm" | "bg" | "rs" | "mk" | "md" | "mn"
        );
        let federal = matches!(self.code(), "us" | "ca" | "au" | "??");
        let count = self.tokens().len();
        let mut at = 0;
        while at < count {
            let token = self.words.tokens[at];
            if token.number || self.roles[at] != Role::Name {
                if token.number && self.roles[at] == Role::Name {
                    self.roles[at] = Role::House;
                }
                at += 1;
                continue;
            }
            // "MH 96960", "US-DE": the country's code before a postcode or state.
            let before_state = || federal && at + 1 < count && words::is_state(self.text(at + 1));
            if self.text(at) == self.code() && (self.next_is_number(at) || before_state()) {
                self.roles[at] = Role::Nothing;
                at += 1;
                continue;
            }
            if let Some((length, class)) = self.several(at) {
                self.roles[at..at + length].fill(Role::Nothing);
                self.one(at, class);
                at += length;
                continue;
            }
            if federal && self.is_state(at) {
                self.roles[at] = Role::Province;
            } else if federal
                && self.text(at).len() == 1
                && !self.next_is_number(at)
                && let Some(long) = words::direction(self.text(at))
            {
                self.roles[at] = Role::As(long);
            } else if let Some(class) = token.class
                && !self.is_syllable(at, class)
            {
                self.one(at, class);
            }
            at += 1;
        }
    }

    /// "4035 Oak Place, #17": of two house numbers the one behind a `#` is a flat's. Where streets have numbers and the `#` stands before
    /// the house's, as in "Calle 10 # 20-30", it is the house.
    fn find_marked_rooms(&mut self) {
        if matches!(
            self.code(),
            "bo" | "co" | "cr" | "cu" | "do" | "ec" | "gt" | "hn" | "mx" | "ni" | "pa" | "pe" | "sv" | "ve"
        ) {
            return;
        }
        let Some(house) = (0..self.roles.len()).find(|at| self.is_house_number(*at) && !self.words.tokens[*at].marked) else {
            return;
        };
        // A street that bears a number may be of such a country, where none is named.
        let street_with_number = |at: usize| self.country.is_none() && at == house + 1;
        let rooms: Vec<usize> = (house + 1..self.roles.len())
            .filter(|at| self.words.tokens[*at].marked && self.is_house_number(*at) && !street_with_number(*at))
            .collect();
        for at in rooms {
            self.roles[at] = Role::Room;
        }
    }

    fn is_house_number(&self, at: usize) -> bool {
        self.words.tokens[at].number && self.roles[at] == Role::House
    }

    /// Whether a word of an Asian address is a syllable of a name: what says "town" or "road" there stands behind a name.
    fn is_syllable(&self, at: usize, class: Class) -> bool {
        let kind = matches!(class, Class::Area | Class::Region | Class::City | Class::Street(_));
        let token = self.words.tokens[at];
        let behind = at.checked_sub(1).and_then(|before| self.words.tokens.get(before));
        self.syllables
            && kind
            && (2..=5).contains(&self.text(at).len())
            && !behind.is_some_and(|before| before.part == token.part && !before.number)
            && self.words.tokens.get(at + 1).is_some_and(|next| next.part == token.part && !next.number)
    }

    /// An entry of several words that begins here.
    fn several(&self, at: usize) -> Option<(usize, Class)> {
        let part = self.words.tokens[at].part;
        words::several(self.text(at)).iter().find_map(|(rest, class)| {
            let fits = rest.iter().enumerate().all(|(offset, word)| {
                let next = at + 1 + offset;
                self.words.tokens.get(next).is_some_and(|token| token.part == part) && self.text(next) == *word
            });
            fits.then_some((1 + rest.len(), *class))
        })
    }

    /// Whether the word is the abbreviation of a state: by itself between commas, before a postcode, or at the end.
    fn is_state(&self, at: usize) -> bool {
        if !words::is_state(self.text(at)) {
            return false;
        }
        let tokens = self.tokens();
        let part = tokens[at].part;
        let first = at == 0 || tokens[at - 1].part != part;
        match tokens.get(at + 1).filter(|next| next.part == part) {
            Some(next) => next.number && next_is_last(tokens, at + 1) && self.text(at + 1).len() >= 4,
            None => first || !tokens[at - 1].number,
        }
    }

    fn next_is_number(&self, at: usize) -> bool {
        let part = self.words.tokens[at].part;
        self.words.tokens.get(at + 1).is_some_and(|next| next.number && next.part == part)
    }

    /// Whether "number" and a number follow.
    fn next_is_label(&self, at: usize) -> bool {
        let part = self.words.tokens[at].part;
        let label = self.words.tokens.get(at + 1).filter(|next| next.part == part).and_then(|next| next.class);
        matches!(label, Some(Class::House { after: false })) && self.next_is_number(at + 1)
    }

    fn one(&mut self, at: usize, class: Class) {
        let letter = self.text(at).len() == 1 && self.text(at) != ".";
        let role = match class {
            // The abbreviation of a building (stroenie) in Russia and Belarus.
            Class::Street(None) if self.cyrillic && self.text(at) == "str" && self.next_is_number(at) => {
                (Role::Building, false)
            }
            Class::Street(kind) => {
                // "St Petersburg" is a saint's, "ul" is a street's wherever it stands; both leave the word out.
                self.roles[at] = kind.map_or(Role::Nothing, Role::Kind);
                return;
            }
            Class::House { after } => (Role::House, after),
            Class::Building { after } => (Role::Building, after),
            Class::Unit { floor, after } => (if floor { Role::Floor } else { Role::Room }, after),
            Class::Box => (Role::Box, false),
            Class::Quarter => (Role::Quarter, true),
            Class::Ordinal(_) | Class::Name(_) | Class::RegionName | Class::StateName => {
                self.roles[at] = match class {
                    Class::Ordinal(number) => Role::As(number),
                    Class::Name(canon) => Role::As(canon),
                    _ => Role::Province,
                };
                return;
            }
            Class::Fill { article: true } if self.syllables => return,
            Class::Area if self.text(at) != "." && self.next_is_number(at) || self.next_is_label(at) => (Role::Quarter, false),
            Class::BoxPart
            | Class::Region
            | Class::Area
            | Class::City
            | Class::Site
            | Class::Fill { .. }
            | Class::Country(_) => {
                self.roles[at] = Role::Nothing;
                return;
            }
        };
        let (role, after) = role;
        // One letter is a label only before a number, and a name elsewhere.
        if letter && !after && !self.next_is_number(at) {
            if role != Role::House && role != Role::Building {
                self.roles[at] = Role::Nothing;
            }
            if matches!(role, Role::Floor) {
                self.label_before(at, role);
            }
            return;
        }
        self.roles[at] = Role::Nothing;
        let floor_before = role == Role::Floor && at > 0 && self.is_ordinal(at - 1);
        if after || floor_before {
            if !self.label_before(at, role) {
                self.label_after(at, role);
            }
        } else if !self.label_after(at, role) && role != Role::House {
            self.label_before(at, role);
        }
    }

    fn is_ordinal(&self, at: usize) -> bool {
        let text = self.text(at).as_bytes();
        matches!(text, [b'0'..=b'9', .., b'o']) || matches!(self.words.tokens[at].class, Some(Class::Ordinal(_)))
    }

    /// Gives the role to the number or letter that follows, whatever labels stand between.
    fn label_after(&mut self, at: usize, role: Role) -> bool {
        let part = self.words.tokens[at].part;
        let mut next = at + 1;
        while let Some(token) = self.words.tokens.get(next).filter(|token| token.part == part) {
            if token.number {
                if role == Role::House {
                    return true;
                }
                self.roles[next] = role;
                return true;
            }
            let length = self.text(next).len();
            let skipped =
                matches!(token.class, Some(Class::House { after: false })) && (length > 1 || self.next_is_number(next));
            if !skipped {
                if length == 1 && self.text(next) != "." && matches!(role, Role::Room | Role::Building | Role::Floor) {
                    self.roles[next] = role;
                    return true;
                }
                return false;
            }
            self.roles[next] = Role::Nothing;
            next += 1;
        }
        false
    }

    fn label_before(&mut self, at: usize, role: Role) -> bool {
        let part = self.words.tokens[at].part;
        let Some(before) = at.checked_sub(1).filter(|before| self.words.tokens[*before].part == part) else { return false };
        let number = self.words.tokens[before].number;
        if number && self.roles[before] == Role::House || self.is_ordinal(before) && role == Role::Floor {
            self.roles[before] = role;
            return true;
        }
        number
    }

    fn count_parts(&mut self) {
        for (at, token) in self.words.tokens.iter().enumerate() {
            let labels = self.next_is_number(at);
            let part = &mut self.parts[usize::from(token.part)];
            match self.roles[at] {
                Role::Name | Role::As(_) => part.names += 1,
                Role::Kind(_) => part.street = true,
                Role::House | Role::Building | Role::Room | Role::Floor | Role::Box | Role::Quarter => part.numbers += 1,
                Role::Province | Role::Postcode | Role::Nothing => {}
            }
            match token.class {
                Some(Class::Street(_)) => part.street = true,
                Some(Class::Region) => part.region = true,
                Some(Class::Area | Class::Quarter) => part.area = true,
                Some(Class::City) => part.city = true,
                Some(Class::Site | Class::Building { .. }) if !labels => part.site = true,
                _ => {}
            }
        }
    }

    /// Tells postcodes from house numbers, by their form in the country and by where they stand.
    fn find_postcodes(&mut self) {
        let code = self.code();
        let count = self.tokens().len();
        // British, Canadian and Dutch codes are of two words.
        for at in 0..count {
            let token = self.words.tokens[at];
            if self.roles[at] != Role::House {
                continue;
            }
            // "MH96960": the country's code and its postcode in one.
            let own = |rest: &str| rest.len() >= 4 && rest.bytes().all(|byte| byte.is_ascii_digit());
            if self.text(at).strip_prefix(code).is_some_and(own) {
                self.postcode(at);
                continue;
            }
            if !matches!(code.get(..2), Some("gb" | "je" | "gg" | "im" | "ca" | "nl" | "ie" | "??")) {
                continue;
            }
            let next = self.words.tokens.get(at + 1).filter(|next| next.part == token.part);
            let inward = next.map_or("", |next| self.words.text(*next));
            if two_word_postcode(code, self.text(at), inward) {
                self.postcode(at);
                self.postcode(at + 1);
            } else if one_word_postcode(code, self.text(at)) {
                self.postcode(at);
            }
        }
        let form = |text: &str| digit_postcode(code, text);
        let other_numbers =
            (0..count).filter(|at| matches!(self.roles[*at], Role::House) && form(self.text(*at)) == Form::None).count()
                + self.roles.iter().filter(|role| matches!(role, Role::Building | Role::Box)).count();
        // Of several numbers that all look like postcodes the first with names beside it is the house's.
        let mut sure = (0..count).filter(|at| self.roles[*at] == Role::House && form(self.text(*at)) == Form::Sure);
        let house = if other_numbers == 0 && sure.clone().count() > 1 {
            sure.find(|at| self.parts[usize::from(self.words.tokens[*at].part)].names > 0)
        } else {
            None
        };
        for at in 0..count {
            if self.roles[at] != Role::House {
                continue;
            }
            let token = self.words.tokens[at];
            let part = self.parts[usize::from(token.part)];
            let first = at == 0 || self.words.tokens[at - 1].part != token.part;
            let labelled = at > 0
                && self.words.tokens[at - 1].part == token.part
                && matches!(self.words.tokens[at - 1].class, Some(Class::House { .. }));
            let is_house = labelled || house.map_or(first && part.street && other_numbers == 0, |house| house == at);
            let is_postcode = match form(self.text(at)) {
                Form::Sure => !is_house,
                Form::Likely => !labelled && other_numbers > 0 && !(first && part.street),
                Form::None => false,
            };
            if is_postcode {
                self.postcode(at);
            }
        }
    }

    /// Makes a number a postcode, which is none of the numbers of its part.
    fn postcode(&mut self, at: usize) {
        if self.roles[at] == Role::House {
            let numbers = &mut self.parts[usize::from(self.words.tokens[at].part)].numbers;
            *numbers = numbers.saturating_sub(1);
        }
        self.roles[at] = Role::Postcode;
    }

    /// Leaves out provinces, and districts where a town is named: many leave them out.
    fn drop_wide_parts(&mut self) {
        let wide = |part: &Part| (part.region || part.area && !part.city) && part.numbers == 0 && !part.street && !part.site;
        let towns = self.parts.iter().filter(|part| part.names > 0 && part.numbers == 0 && !part.street && !wide(part)).count();
        let named = self.parts.iter().filter(|part| part.names > 0 && !wide(part)).count();
        for (at, token) in self.words.tokens.iter().enumerate() {
            let part = &self.parts[usize::from(token.part)];
            if !matches!(self.roles[at], Role::Name | Role::As(_)) || !wide(part) {
                continue;
            }
            if towns > 0 || part.region && named > 1 {
                self.roles[at] = Role::Nothing;
            }
        }
    }

    /// The names for which the test holds, sorted, each once.
    fn names(&self, take: impl Fn(&Token) -> bool) -> Vec<String> {
        let mut names: Vec<String> = Vec::with_capacity(8);
        let mut last: Option<usize> = None;
        for (at, token) in self.words.tokens.iter().enumerate() {
            if !take(token) {
                continue;
            }
            match self.roles[at] {
                Role::Name => {
                    let follows = last.is_some_and(|last| last + 1 == at && self.words.tokens[last].part == token.part);
                    match names.last_mut() {
                        Some(name) if self.syllables && follows => name.push_str(self.text(at)),
                        _ if self.cyrillic => names.push(without_y(self.text(at))),
                        _ => names.push(self.text(at).to_owned()),
                    }
                    last = Some(at);
                }
                Role::As(canon) => {
                    let ordinal = matches!(token.class, Some(Class::Ordinal(_)));
                    names.push(if ordinal { format!("{canon}o") } else { canon.to_owned() });
                }
                Role::Kind(kind) => names.push(kind.to_owned()),
                _ => {}
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The numbers of the building. Where there is more than one without a label, each stands with the words of its part, so that two
    /// streets do not exchange their numbers.
    fn numbers(&self) -> Vec<String> {
        let houses = || (0..self.roles.len()).filter(|at| self.roles[*at] == Role::House);
        let mut numbers = Vec::with_capacity(2);
        if houses().count() > 1 {
            let mut at = houses().peekable();
            while let Some(first) = at.next() {
                let part = self.words.tokens[first].part;
                let mut number = self.text(first).to_owned();
                while let Some(next) = at.next_if(|next| self.words.tokens[*next].part == part) {
                    number.push('.');
                    number.push_str(self.text(next));
                }
                if let Some(name) = self.names(|token| token.part == part).first() {
                    number.push('@');
                    number.push_str(name);
                }
                numbers.push(number);
            }
        } else {
            numbers.extend(houses().map(|at| self.text(at).to_owned()));
        }
        // A house is called a building in many translations; a letter on its own is none.
        let sole = numbers.is_empty() && self.roles.iter().filter(|role| **role == Role::Building).count() == 1;
        let labelled = |role: Role, prefix: char, numbers: &mut Vec<String>| {
            for at in (0..self.roles.len()).filter(|at| self.roles[*at] == role) {
                if sole && role == Role::Building && self.words.tokens[at].number {
                    numbers.push(self.text(at).to_owned());
                } else {
                    numbers.push(format!("{prefix}{}", self.text(at)));
                }
            }
        };
        labelled(Role::Building, 'b', &mut numbers);
        labelled(Role::Quarter, 'q', &mut numbers);
        if !self.roles.iter().any(|role| matches!(role, Role::House | Role::Building)) {
            labelled(Role::Box, 'x', &mut numbers);
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    fn write(mut self) -> AddressKeys {
        let mut words = self.names(|_| true);
        if matches!(self.code(), "cn" | "hk" | "??")
            && let Some(at) = words.iter().position(|word| word == "hongkong")
        {
            // The territory is written as a city of China, as a country, or as both.
            self.country = Country::from_code("hk");
            if words.len() > 1 {
                words.remove(at);
            }
        }
        // A province is all the place there is where no other word is left.
        if words.len() < 2 && self.roles.contains(&Role::Province) {
            for at in 0..self.roles.len() {
                if self.roles[at] == Role::Province {
                    words.push(self.text(at).to_owned());
                }
            }
            words.sort_unstable();
            words.dedup();
        }
        let code = self.code();
        let numbers = self.numbers();
        let has = |role: Role| self.roles.contains(&role);
        let street = self.parts.iter().any(|part| part.street);
        let exact = has(Role::House) || has(Role::Building) || has(Role::Box);
        let named = self.parts.iter().any(|part| part.site && part.names > 0);
        let mut keys = AddressKeys::default();
        let enough = if exact {
            words.len() >= 2 || words.len() == 1 && (street || has(Role::Postcode) || has(Role::Box))
        } else {
            named && words.len() >= 3
        };
        if enough {
            let mut place = format!("{code}|");
            join(&mut place, &words);
            place.push('|');
            join(&mut place, &numbers);
            keys.unit = self.unit(&place);
            keys.place = Some(place);
        } else if has(Role::Quarter) && words.len() >= 2 {
            keys.loose.push(loose(code, "qt", &words, &numbers));
        }
        if exact && !numbers.is_empty() {
            self.loose(code, &words, &numbers, &mut keys.loose);
        }
        keys
    }

    fn unit(&self, place: &str) -> Option<String> {
        let boxed = self.roles.iter().any(|role| matches!(role, Role::House | Role::Building));
        let mut units: Vec<String> = (0..self.roles.len())
            .filter_map(|at| {
                let prefix = match self.roles[at] {
                    Role::Room => 'u',
                    Role::Floor => 'f',
                    Role::Box if boxed => 'x',
                    _ => return None,
                };
                let text = match self.roles[at] {
                    Role::Floor if matches!(self.words.tokens[at].class, Some(Class::Ordinal(_))) => {
                        match self.words.tokens[at].class {
                            Some(Class::Ordinal(number)) => number,
                            _ => "",
                        }
                    }
                    Role::Floor => self.text(at).trim_end_matches('o'),
                    _ => self.text(at),
                };
                Some(format!("{prefix}{text}"))
            })
            .collect();
        if units.is_empty() {
            return None;
        }
        units.sort_unstable();
        units.dedup();
        let mut key = format!("{place}|");
        join(&mut key, &units);
        Some(key)
    }

    /// Postcode with number, and street with number.
    fn loose(&self, code: &str, words: &[String], numbers: &[String], out: &mut Vec<String>) {
        let postcode: String =
            (0..self.roles.len()).filter(|at| self.roles[*at] == Role::Postcode).map(|at| self.text(at)).collect();
        if !postcode.is_empty() {
            // The numbers without the names that hold them apart, which may be those of a street or not.
            let bare: Vec<String> =
                numbers.iter().map(|number| number.split('@').next().unwrap_or_default().to_owned()).collect();
            let mut key = format!("{code}|pc:{postcode}|");
            join(&mut key, &bare);
            out.push(key);
        }
        let in_street = |token: &Token| self.parts[usize::from(token.part)].street;
        let in_numbered = |token: &Token| self.parts[usize::from(token.part)].numbers > 0;
        let mut names = self.names(in_street);
        if names.is_empty() {
            names = self.names(in_numbered);
        }
        if !names.is_empty() && names.len() < words.len() {
            out.push(loose(code, "st", &names, numbers));
        }
    }
}

fn loose(code: &str, kind: &str, words: &[String], numbers: &[String]) -> String {
    let mut key = String::with_capacity(64);
    // Writing to a string cannot fail.
    let _ = write!(key, "{code}|{kind}:");
    join(&mut key, words);
    key.push('|');
    join(&mut key, numbers);
    key
}

fn join(out: &mut String, words: &[String]) {
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
}

/// A name from Cyrillic as all romanisations have it: `y`, `i`, `iy`, `yy` and `ii` are one, and so are `ye` and `e`.
fn without_y(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().map(|c| if c == 'y' { 'i' } else { c }) {
        match (out.chars().next_back(), c) {
            (Some('i'), 'i') => {}
            (Some('i'), 'e') => {
                out.pop();
                out.push('e');
            }
            _ => out.push(c),
        }
    }
    out
}

fn next_is_last(tokens: &[Token], at: usize) -> bool {
    tokens.get(at + 1).is_none_or(|next| next.part != tokens[at].part)
}

/// How sure a number is a postcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    None,
    /// House numbers may look the same.
    Likely,
    /// House numbers hardly ever look like it.
    Sure,
}

/// Postcodes of digits, by the length that the country's have (Universal Postal Union, addressing systems of its members).
fn digit_postcode(code: &str, text: &str) -> Form {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let only = digits == text.len();
    let shape = text.split_once('-').map(|(left, right)| (left.len(), right.len()));
    if !only && (digits + 1 != text.len() || shape.is_none()) {
        return Form::None;
    }
    let sure = match code.get(..2).unwrap_or_default() {
        "cn" | "ru" | "in" | "by" | "kz" | "kg" | "uz" | "tj" | "tm" | "sg" | "ro" | "vn" | "co" | "ng" => only && digits == 6,
        "us" | "pr" => only && digits == 5 || shape == Some((5, 4)),
        "jp" => only && digits == 7 || shape == Some((3, 4)),
        "ir" => only && digits == 10 || shape == Some((5, 5)),
        "il" => only && matches!(digits, 5 | 7),
        "kr" => only && digits == 5 || shape == Some((3, 3)),
        "tw" => only && matches!(digits, 5 | 6),
        "br" => only && digits == 8 || shape == Some((5, 3)),
        "pl" => only && digits == 5 || shape == Some((2, 3)),
        "pt" => shape == Some((4, 3)),
        "at" | "be" | "ch" | "dk" | "no" | "hu" | "au" | "nz" | "bg" | "lu" | "si" | "za" | "ph" | "cy" | "ge" | "am"
        | "lv" | "bd" => false,
        "hk" | "ae" | "kp" | "gb" | "ca" | "nl" => false,
        // Five digits and four are a postcode in the United States alone.
        "??" => only && matches!(digits, 5 | 6) || shape == Some((5, 4)),
        _ => only && matches!(digits, 5 | 6),
    };
    let likely = only
        && digits == 4
        && matches!(
            code.get(..2).unwrap_or_default(),
            "at" | "be"
                | "ch"
                | "dk"
                | "no"
                | "hu"
                | "au"
                | "nz"
                | "bg"
                | "lu"
                | "si"
                | "za"
                | "ph"
                | "cy"
                | "ge"
                | "am"
                | "lv"
                | "bd"
        );
    if sure {
        Form::Sure
    } else if likely {
        Form::Likely
    } else {
        Form::None
    }
}

/// Whether two words are the two halves of a postcode: "EC2R 7HD", "K1A 0B1", "1012 AB".
fn two_word_postcode(code: &str, outward: &str, inward: &str) -> bool {
    let shape = |text: &str| text.bytes().map(|b| if b.is_ascii_digit() { '9' } else { 'a' }).collect::<String>();
    let (left, right) = (shape(outward), shape(inward));
    let british = matches!(left.as_str(), "a9" | "a99" | "aa9" | "aa99" | "a9a" | "aa9a") && right == "9aa";
    let canadian = left == "a9a" && right == "9a9";
    let dutch = left == "9999" && right == "aa";
    match code.get(..2).unwrap_or_default() {
        "gb" | "je" | "gg" | "im" => british,
        "ca" => canadian,
        "nl" => dutch,
        "ie" => matches!(left.as_str(), "a99" | "a9a") && right.len() == 4,
        _ => british || canadian,
    }
}

/// Whether a word is such a postcode written as one word.
fn one_word_postcode(code: &str, text: &str) -> bool {
    let inward = match code.get(..2).unwrap_or_default() {
        "gb" | "je" | "gg" | "im" | "ca" => 3,
        "nl" => 2,
        _ => return false,
    };
    text.len() > inward
        && text.is_ascii()
        && two_word_postcode(code, &text[..text.len() - inward], &text[text.len() - inward..])
}
