//! Patterns of STIX 2.1 (part 9 of the standard): a text goes in; the alternatives under which it matches come out, each with the
//! comparisons that must hold together.
//!
//! Comparisons with `=`, `IN` and `ISSUBSET` are values that can be looked up. Every other operator and every negation is told as such,
//! and never as a value.

/// The longest pattern that is read, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// The most alternatives and comparisons of one pattern.
const MAX_PARTS: usize = 50_000;
/// The deepest brackets.
const MAX_DEPTH: u32 = 64;

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// `=`, or one of a set.
    Equal,
    /// Inside a network.
    Subset,
    /// Anything that is no value to look up, negations too.
    Other,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comparison {
    /// Path with its type, as `email-addr:value`; quotes of steps taken away.
    pub(super) path: String,
    pub(super) operator: Operator,
    /// The constant without quotes and escapes; the operator's name for [`Operator::Other`].
    pub(super) value: String,
}

/// Comparisons that must hold together.
pub(super) type Together = Vec<Comparison>;

/// Why a pattern is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum PatternError {
    #[error("the pattern cannot be read at byte {0}")]
    At(usize),
    #[error("the pattern is too long or too deep")]
    TooLarge,
}

/// The alternatives of a pattern.
pub(super) fn parse(text: &str) -> Result<Vec<Together>, PatternError> {
    if text.len() > MAX_BYTES {
        return Err(PatternError::TooLarge);
    }
    let mut parser = Parser { text, at: 0, depth: 0 };
    let found = parser.observations()?;
    parser.space();
    if parser.at < text.len() { Err(PatternError::At(parser.at)) } else { Ok(found) }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: u32,
}

/// Each of one with each of the other.
fn product(left: &[Together], right: &[Together]) -> Result<Vec<Together>, PatternError> {
    let parts = |side: &[Together]| side.iter().map(|together| together.len() + 1).sum::<usize>();
    if left.len().saturating_mul(parts(right)).saturating_add(right.len().saturating_mul(parts(left))) > MAX_PARTS {
        return Err(PatternError::TooLarge);
    }
    let mut all = Vec::with_capacity(left.len() * right.len());
    for a in left {
        all.extend(right.iter().map(|b| a.iter().chain(b).cloned().collect::<Together>()));
    }
    Ok(all)
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn fail<T>(&self) -> Result<T, PatternError> {
        Err(PatternError::At(self.at))
    }

    fn space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if let Some(comment) = trimmed.strip_prefix("/*") {
                match comment.find("*/") {
                    Some(end) => self.at += end + 4,
                    None => return,
                }
            } else if trimmed.starts_with("//") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else {
                return;
            }
        }
    }

    fn sign(&mut self, sign: &str) -> bool {
        self.space();
        let found = self.rest().starts_with(sign);
        if found {
            self.at += sign.len();
        }
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), PatternError> {
        if self.sign(sign) { Ok(()) } else { self.fail() }
    }

    /// A word of the language, which stands in capitals.
    fn word(&mut self, word: &str) -> bool {
        self.space();
        let found = self
            .rest()
            .strip_prefix(word)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '.')));
        if found {
            self.at += word.len();
        }
        found
    }

    fn deeper(&mut self) -> Result<(), PatternError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(PatternError::TooLarge) } else { Ok(()) }
    }

    /// `FOLLOWEDBY` binds least, then `OR`, then `AND`.
    fn observations(&mut self) -> Result<Vec<Together>, PatternError> {
        let mut all = self.any_observation()?;
        while self.word("FOLLOWEDBY") {
            all = product(&all, &self.any_observation()?)?;
        }
        Ok(all)
    }

    fn any_observation(&mut self) -> Result<Vec<Together>, PatternError> {
        let mut all = self.all_observations()?;
        while self.word("OR") {
            all.extend(self.all_observations()?);
        }
        Ok(all)
    }

    fn all_observations(&mut self) -> Result<Vec<Together>, PatternError> {
        let mut all = self.observation()?;
        while self.word("AND") {
            all = product(&all, &self.observation()?)?;
        }
        Ok(all)
    }

    fn observation(&mut self) -> Result<Vec<Together>, PatternError> {
        let found = if self.sign("[") {
            let found = self.any()?;
            self.expect("]")?;
            found
        } else if self.sign("(") {
            self.deeper()?;
            let found = self.observations()?;
            self.expect(")")?;
            self.depth -= 1;
            found
        } else {
            return self.fail();
        };
        // When and how often narrows what was seen; it changes no value.
        loop {
            if self.word("WITHIN") {
                self.constant()?;
                if !self.word("SECONDS") {
                    return self.fail();
                }
            } else if self.word("REPEATS") {
                self.constant()?;
                if !self.word("TIMES") {
                    return self.fail();
                }
            } else if self.word("START") {
                self.constant()?;
                if !self.word("STOP") {
                    return self.fail();
                }
                self.constant()?;
            } else {
                return Ok(found);
            }
        }
    }

    fn any(&mut self) -> Result<Vec<Together>, PatternError> {
        let mut all = self.all()?;
        while self.word("OR") {
            all.extend(self.all()?);
            if all.len() > MAX_PARTS {
                return Err(PatternError::TooLarge);
            }
        }
        Ok(all)
    }

    fn all(&mut self) -> Result<Vec<Together>, PatternError> {
        let mut all = self.one()?;
        while self.word("AND") {
            all = product(&all, &self.one()?)?;
        }
        Ok(all)
    }

    fn one(&mut self) -> Result<Vec<Together>, PatternError> {
        if self.sign("(") {
            self.deeper()?;
            let found = self.any()?;
            self.expect(")")?;
            self.depth -= 1;
            return Ok(found);
        }
        if self.word("EXISTS") {
            let path = self.path()?;
            return Ok(vec![vec![Comparison { path, operator: Operator::Other, value: "EXISTS".to_owned() }]]);
        }
        let path = self.path()?;
        let negated = self.word("NOT");
        let (name, operator) = self.operator()?;
        let constants = if name == "IN" {
            let mut constants = Vec::new();
            self.expect("(")?;
            if !self.sign(")") {
                loop {
                    constants.push(self.constant()?);
                    if self.sign(")") {
                        break;
                    }
                    self.expect(",")?;
                }
            }
            constants
        } else {
            vec![self.constant()?]
        };
        if negated || operator == Operator::Other {
            let value = if negated { format!("NOT {name}") } else { name.to_owned() };
            return Ok(vec![vec![Comparison { path, operator: Operator::Other, value }]]);
        }
        Ok(constants.into_iter().map(|value| vec![Comparison { path: path.clone(), operator, value }]).collect())
    }

    fn operator(&mut self) -> Result<(&'static str, Operator), PatternError> {
        for (sign, operator) in [
            ("==", Operator::Equal),
            ("=", Operator::Equal),
            ("!=", Operator::Other),
            ("<>", Operator::Other),
            ("<=", Operator::Other),
            (">=", Operator::Other),
            ("<", Operator::Other),
            (">", Operator::Other),
        ] {
            if self.sign(sign) {
                return Ok((sign, operator));
            }
        }
        for (word, operator) in [
            ("IN", Operator::Equal),
            ("ISSUBSET", Operator::Subset),
            ("ISSUPERSET", Operator::Other),
            ("LIKE", Operator::Other),
            ("MATCHES", Operator::Other),
        ] {
            if self.word(word) {
                return Ok((word, operator));
            }
        }
        self.fail()
    }

    /// `type:step.step[*].'quoted step'`.
    fn path(&mut self) -> Result<String, PatternError> {
        self.space();
        let mut path = String::new();
        loop {
            let rest = self.rest();
            if rest.starts_with('\'') {
                path.push_str(&self.quoted()?);
                continue;
            }
            let length = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.' | '[' | ']' | '*')))
                .unwrap_or(rest.len());
            // A bracket that was not opened ends the observation.
            let mut open = 0_i32;
            let mut taken = length;
            for (index, c) in rest[..length].char_indices() {
                open += i32::from(c == '[') - i32::from(c == ']');
                if open < 0 {
                    taken = index;
                    break;
                }
            }
            if taken == 0 {
                break;
            }
            path.push_str(&rest[..taken]);
            self.at += taken;
        }
        let fits = path.split_once(':').is_some_and(|(object, property)| !object.is_empty() && !property.is_empty());
        if fits { Ok(path) } else { self.fail() }
    }

    /// A text, number, truth value, moment, or binary or hexadecimal text.
    fn constant(&mut self) -> Result<String, PatternError> {
        self.space();
        let rest = self.rest();
        if rest.starts_with('\'') {
            return self.quoted();
        }
        if let Some(after) = rest.strip_prefix(['t', 'h', 'b'])
            && after.starts_with('\'')
        {
            self.at += 1;
            return self.quoted();
        }
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-'))).unwrap_or(rest.len());
        let word = &rest[..length];
        let number =
            word.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit()) && word.parse::<f64>().is_ok();
        if number || matches!(word, "true" | "false") {
            self.at += length;
            return Ok(word.to_owned());
        }
        self.fail()
    }

    /// In `'…'`, a quote as `\'` and a backslash as `\\`.
    fn quoted(&mut self) -> Result<String, PatternError> {
        let mut text = String::new();
        let mut escaped = false;
        for (index, c) in self.rest().char_indices().skip(1) {
            match c {
                _ if escaped => {
                    // Some producers write `\.`: the backslash is then part of the text.
                    if !matches!(c, '\'' | '\\') {
                        text.push('\\');
                    }
                    text.push(c);
                    escaped = false;
                }
                '\\' => escaped = true,
                '\'' => {
                    self.at += index + 1;
                    return Ok(text);
                }
                _ => text.push(c),
            }
        }
        self.fail()
    }
}

/// A text as constant of a pattern.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for c in text.chars() {
        if matches!(c, '\'' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::{Operator, PatternError, parse, quote};

    #[track_caller]
    fn check(pattern: &str, expected: &[&str]) {
        let shown: Vec<String> = parse(pattern)
            .unwrap()
            .iter()
            .map(|together| {
                let parts: Vec<String> = together
                    .iter()
                    .map(|part| {
                        let operator = match part.operator {
                            Operator::Equal => "=",
                            Operator::Subset => "in",
                            Operator::Other => "?",
                        };
                        format!("{} {operator} {}", part.path, part.value)
                    })
                    .collect();
                parts.join(" & ")
            })
            .collect();
        assert_eq!(shown, expected, "{pattern}");
    }

    #[test]
    fn comparisons() {
        check("[email-addr:value = 'a@example.com']", &["email-addr:value = a@example.com"]);
        check(" [ ipv4-addr:value ISSUBSET '198.51.100.0/24' ] ", &["ipv4-addr:value in 198.51.100.0/24"]);
        check(
            "[domain-name:value IN ('a.example','b.example')]",
            &["domain-name:value = a.example", "domain-name:value = b.example"],
        );
        check("[domain-name:value IN ()]", &[]);
        check(
            "[a:b = 5 OR a:b = -1.5 OR a:b=true OR a:b = t'2026-01-01T00:00:00Z']",
            &["a:b = 5", "a:b = -1.5", "a:b = true", "a:b = 2026-01-01T00:00:00Z"],
        );
        check("[file:hashes.'SHA-256' = 'ab']", &["file:hashes.SHA-256 = ab"]);
        check("[x:refs[*].value = 'q']", &["x:refs[*].value = q"]);
        check("[x:refs[0].value = 'q'] AND [y:z='ORB']", &["x:refs[0].value = q & y:z = ORB"]);
    }

    #[test]
    fn escapes() {
        check(r"[user-account:account_login = 'o\'neil\\x']", &[r"user-account:account_login = o'neil\x"]);
        check("[a:b = '] OR [']", &["a:b = ] OR ["]);
        check(r"[a:b = 'x\.y']", &[r"a:b = x\.y"]);
        for text in ["plain", "o'neil", r"back\slash", r"\'", "] OR [", "ü\n"] {
            check(&format!("[a:b = {}]", quote(text)), &[&format!("a:b = {text}")]);
        }
    }

    #[test]
    fn and_binds_before_or() {
        check("[a:b='1' OR a:b='2' AND a:c='3']", &["a:b = 1", "a:b = 2 & a:c = 3"]);
        check("[(a:b='1' OR a:b='2') AND a:c='3']", &["a:b = 1 & a:c = 3", "a:b = 2 & a:c = 3"]);
        check("[a:b='1'] OR [a:b='2'] AND [a:c='3'] WITHIN 5 SECONDS REPEATS 2 TIMES", &["a:b = 1", "a:b = 2 & a:c = 3"]);
        check(
            "([a:b='1'] FOLLOWEDBY [a:c='3']) START t'2026-01-01T00:00:00Z' STOP t'2026-02-01T00:00:00Z'",
            &["a:b = 1 & a:c = 3"],
        );
    }

    #[test]
    fn what_is_no_value_is_never_one() {
        check("[a:b NOT = '1']", &["a:b ? NOT ="]);
        check(
            "[a:b != '1' OR a:b LIKE '%x' OR a:b MATCHES 'x' OR EXISTS a:b OR a:b > 4 OR a:b ISSUPERSET '10.0.0.0/8']",
            &["a:b ? !=", "a:b ? LIKE", "a:b ? MATCHES", "a:b ? EXISTS", "a:b ? >", "a:b ? ISSUPERSET"],
        );
        check("[a:b NOT IN ('1','2') AND a:c = '3']", &["a:b ? NOT IN & a:c = 3"]);
    }

    #[test]
    fn broken_patterns() {
        for pattern in [
            "",
            "[",
            "[]",
            "a:b = 'x'",
            "[a:b = 'x'",
            "[a:b = 'x']]",
            "[a:b 'x']",
            "[a = 'x']",
            "[a:b = x]",
            "[a:b IN 'x']",
            "[a:b = 'x'] [a:b = 'y']",
            "[a:b = 'x'] WITHIN 5",
            "[a:b = 'x' AND]",
            "[a:b = 'x\\']",
        ] {
            assert!(matches!(parse(pattern), Err(PatternError::At(_))), "{pattern}");
        }
        assert_eq!(parse(&format!("[{}a:b = 'x'", "(".repeat(100))), Err(PatternError::TooLarge));
        let or = format!("({})", vec!["a:b = 'x'"; 300].join(" OR "));
        assert_eq!(parse(&format!("[{or} AND {or}]")), Err(PatternError::TooLarge));
    }
}
