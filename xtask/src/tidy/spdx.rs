//! SPDX licence expressions as crate manifests carry them. An expression goes in with a predicate that says which
//! single licences are accepted; whether some choice of its alternatives is acceptable comes out.
//!
//! The grammar is annex D of the SPDX specification (2.3), with the `/` that Cargo took for `OR` before it adopted SPDX:
//! `AND` binds tighter than `OR`, `WITH` tighter than both, and parentheses group.

/// Parentheses nest this deep at most; real expressions stay below three, and a bound keeps the recursion finite.
const MAX_DEPTH: usize = 32;

/// Whether `expression` can be satisfied with licences for which `accepts` is true. `accepts` is given one licence,
/// such as `MIT` or `Apache-2.0 WITH LLVM-exception`, as the expression spells it.
///
/// # Errors
/// An expression that does not follow the grammar gives a message that says where it stops making sense.
pub(super) fn satisfied(expression: &str, accepts: impl Fn(&str) -> bool) -> Result<bool, String> {
    let mut parser = Parser { tokens: tokens(expression), next: 0, accepts };
    let satisfied = parser.any_of(0)?;
    match parser.peek() {
        None => Ok(satisfied),
        Some(token) => Err(format!("`{token}` is not expected here")),
    }
}

/// Splits an expression into licence ids, operators and parentheses.
fn tokens(expression: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    for word in expression.split_whitespace() {
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '(' | ')' | '/' => 1,
                _ => rest.find(['(', ')', '/']).unwrap_or(rest.len()),
            };
            let (token, tail) = rest.split_at(length);
            tokens.push(token);
            rest = tail;
        }
    }
    tokens
}

struct Parser<'a, F> {
    tokens: Vec<&'a str>,
    next: usize,
    accepts: F,
}

impl<'a, F: Fn(&str) -> bool> Parser<'a, F> {
    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.next).copied()
    }

    /// Steps over the next token when it is one of `operators`.
    fn take(&mut self, operators: &[&str]) -> bool {
        let found = self.peek().is_some_and(|token| operators.contains(&token));
        self.next += usize::from(found);
        found
    }

    fn any_of(&mut self, depth: usize) -> Result<bool, String> {
        let mut satisfied = self.all_of(depth)?;
        while self.take(&["OR", "or", "/"]) {
            satisfied |= self.all_of(depth)?;
        }
        Ok(satisfied)
    }

    fn all_of(&mut self, depth: usize) -> Result<bool, String> {
        let mut satisfied = self.one(depth)?;
        while self.take(&["AND", "and"]) {
            satisfied &= self.one(depth)?;
        }
        Ok(satisfied)
    }

    fn one(&mut self, depth: usize) -> Result<bool, String> {
        if self.take(&["("]) {
            if depth == MAX_DEPTH {
                return Err(format!("parentheses nest deeper than {MAX_DEPTH}"));
            }
            let satisfied = self.any_of(depth + 1)?;
            return if self.take(&[")"]) { Ok(satisfied) } else { Err("a parenthesis is not closed".to_owned()) };
        }
        let licence = self.id()?;
        if self.take(&["WITH", "with"]) {
            let exception = self.id()?;
            return Ok((self.accepts)(&format!("{licence} WITH {exception}")));
        }
        // "Or any later version" includes the version that is named.
        Ok((self.accepts)(licence.strip_suffix('+').unwrap_or(licence)))
    }

    /// A licence or exception id: letters, digits, `-`, `.`, `:` (of `DocumentRef-…:LicenseRef-…`), and a final `+`.
    fn id(&mut self) -> Result<&'a str, String> {
        let token = self.peek().ok_or("the expression ends where a licence is expected")?;
        let operator = ["AND", "and", "OR", "or", "WITH", "with"].contains(&token);
        let stem = token.strip_suffix('+').unwrap_or(token);
        let well_formed = !stem.is_empty() && stem.chars().all(|c| c.is_ascii_alphanumeric() || "-.:".contains(c));
        if operator || !well_formed {
            return Err(format!("`{token}` stands where a licence is expected"));
        }
        self.next += 1;
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evaluates an expression with MIT, Apache-2.0 (also with the LLVM exception) and Unicode-3.0 accepted.
    fn evaluate(expression: &str) -> Result<bool, String> {
        satisfied(expression, |licence| {
            ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"].contains(&licence)
        })
    }

    #[test]
    fn expressions_are_satisfied_or_not() {
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("MIT OR GPL-3.0-only", true),
            ("GPL-3.0-only OR MIT", true),
            ("MIT AND GPL-3.0-only", false),
            ("MIT/Apache-2.0", true),
            ("GPL-2.0 / MIT", true),
            ("GPL-2.0/LGPL-2.1", false),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("(MIT OR Apache-2.0) AND OpenSSL", false),
            ("MIT OR Apache-2.0 AND OpenSSL", true),
            ("OpenSSL AND MIT OR Apache-2.0", true),
            ("OpenSSL AND (MIT OR Apache-2.0)", false),
            ("((MIT))", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", true),
            ("GPL-2.0 WITH Classpath-exception-2.0", false),
            ("MIT WITH LLVM-exception", false),
            ("Apache-2.0+", true),
            ("mit or gpl-2.0", false),
            ("GPL-2.0 or MIT", true),
            ("DocumentRef-x:LicenseRef-y OR MIT", true),
        ] {
            assert_eq!(evaluate(expression), Ok(expected), "{expression}");
        }
    }

    #[test]
    fn malformed_expressions_are_refused() {
        for expression in [
            "",
            " ",
            "MIT OR",
            "OR MIT",
            "MIT MIT",
            "(MIT",
            "MIT)",
            "()",
            "MIT AND AND MIT",
            "MIT WITH",
            "WITH x",
            "/",
            "MIT//MIT",
            "MIT, Apache-2.0",
            "(MIT OR Apache-2.0) WITH x",
            "+",
            "見",
        ] {
            assert!(evaluate(expression).is_err(), "{expression:?}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_without_recursing_into_it() {
        let nested = |depth: usize| format!("{}MIT{}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(evaluate(&nested(MAX_DEPTH)), Ok(true));
        assert!(evaluate(&nested(MAX_DEPTH + 1)).is_err());
        assert!(evaluate(&"(".repeat(1_000_000)).is_err());
    }
}
