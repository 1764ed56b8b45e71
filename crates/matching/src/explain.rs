//! An explanation is a tree of values: what was found, what it was worth, and what it is made of. It is data; the command line prints it,
//! the server serialises it.

/// A value and what it is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The value, from 0 to 1.
    pub value: f64,
    /// What the value is, in words a person can follow.
    pub description: String,
    /// What it is made of.
    pub children: Vec<Explanation>,
}

impl Explanation {
    /// A value without parts.
    #[must_use]
    pub fn leaf(value: f64, description: impl Into<String>) -> Self {
        Self { value, description: description.into(), children: Vec::new() }
    }

    /// The tree as indented lines, each with its value.
    #[must_use]
    pub fn to_lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        self.lines(0, &mut lines);
        lines
    }

    fn lines(&self, depth: usize, lines: &mut Vec<String>) {
        lines.push(format!("{:indent$}{:.2}  {}", "", self.value, self.description, indent = depth * 2));
        for child in &self.children {
            child.lines(depth + 1, lines);
        }
    }
}
