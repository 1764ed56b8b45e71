//! Pictures and files of a piece of the network: parties as boxes and what links them as lines, which any command fills and
//! which knows nothing of the graph that they come from. Parties, links, a title and footnotes go in; SVG for a report, DOT,
//! `GraphML` and JSON come out, the same bytes for the same drawing.
//!
//! The picture is a layered drawing after Sugiyama, Tagawa and Toda (1981): owners stand above what they own, or a path runs
//! from left to right. The layout is computed here and not by a crate: a picture for a report needs the place of every label and
//! of every bend of a line, with texts of many scripts in boxes of their own size. `rust-sugiyama` 0.4 gives the places of boxes
//! only, and `layout-rs` 0.1 draws whole pictures with text measures of its own, in which parents do not stand above the
//! middle of their children and a neighbourhood of 150 parties is several times as wide as it has to be.

mod cut;
mod dot;
mod graphml;
mod layout;
mod svg;
mod text;

use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use thiserror::Error;

/// The most parties that a picture shows; the other forms hold all.
pub const MAX_NODES: usize = 400;
/// The most lines that a picture shows, where all links between the same two parties in one direction are one line.
pub const MAX_LINES: usize = 1_500;

/// What stops a set of parties and links from being a drawing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DrawingError {
    /// A node without an id.
    #[error("node {index} has no id")]
    NoId {
        /// Its place among the nodes, from 0.
        index: usize,
    },
    /// Two nodes with one id.
    #[error("nodes {first} and {second} have the same id {id:?}")]
    RepeatedId {
        /// The id.
        id: String,
        /// The place of the first node that has it, from 0.
        first: usize,
        /// The place of the next one.
        second: usize,
    },
    /// An edge that leads to or from a node that is not there.
    #[error("edge {index}, field `{field}`: there is no node {id:?}")]
    UnknownNode {
        /// The place of the edge among the edges, from 0.
        index: usize,
        /// `from` or `to`.
        field: &'static str,
        /// The id that no node has.
        id: String,
    },
    /// A share that is no interval of numbers from 0 up.
    #[error("edge {index}, field `share`: {reason}")]
    Share {
        /// The place of the edge among the edges, from 0.
        index: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A natural person.
    Person,
    /// A company.
    Company,
    /// An organisation that is no company, such as a ministry or a foundation.
    Organization,
    /// A ship.
    Vessel,
    /// An aircraft.
    Aircraft,
    /// An address of a crypto asset.
    Wallet,
    /// A postal address.
    Address,
    /// A telephone number.
    Phone,
    /// An e-mail address or its domain.
    Email,
    /// A website.
    Website,
    /// A passport, a registration or another paper.
    Document,
    /// Anything else.
    Other,
}

impl Kind {
    /// All kinds, in their order.
    pub const ALL: [Self; 12] = [
        Self::Person,
        Self::Company,
        Self::Organization,
        Self::Vessel,
        Self::Aircraft,
        Self::Wallet,
        Self::Address,
        Self::Phone,
        Self::Email,
        Self::Website,
        Self::Document,
        Self::Other,
    ];

    /// The word for it in files: lower case, one word.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Company => "company",
            Self::Organization => "organization",
            Self::Vessel => "vessel",
            Self::Aircraft => "aircraft",
            Self::Wallet => "wallet",
            Self::Address => "address",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Website => "website",
            Self::Document => "document",
            Self::Other => "other",
        }
    }

    /// The word for it in a picture; nothing for what is of no special kind.
    fn caption(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::Company => "Company",
            Self::Organization => "Organization",
            Self::Vessel => "Vessel",
            Self::Aircraft => "Aircraft",
            Self::Wallet => "Wallet",
            Self::Address => "Address",
            Self::Phone => "Phone",
            Self::Email => "E-mail",
            Self::Website => "Website",
            Self::Document => "Document",
            Self::Other => "",
        }
    }
}

/// What was found about a party. Whether it is the one asked about is said by [`Node::asked`], since that one can be blocked too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Tone {
    /// Nothing.
    #[default]
    Plain,
    /// It stands on a list itself.
    Listed,
    /// It is blocked because of who owns it.
    Blocked,
    /// Exports to it need a licence because of who owns it.
    Licence,
    /// What is known does not decide whether it is blocked.
    Undecided,
    /// It is not blocked, and a reviewer should look at it: control without ownership, for example.
    Caution,
}

impl Tone {
    /// All tones, in their order.
    pub const ALL: [Self; 6] = [Self::Plain, Self::Listed, Self::Blocked, Self::Licence, Self::Undecided, Self::Caution];

    /// The word for it in files: lower case, one word.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Listed => "listed",
            Self::Blocked => "blocked",
            Self::Licence => "licence",
            Self::Undecided => "undecided",
            Self::Caution => "caution",
        }
    }

    /// The badge in a picture; nothing for a plain party.
    fn badge(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Listed => Some("LISTED"),
            Self::Blocked => Some("BLOCKED"),
            Self::Licence => Some("LICENCE"),
            Self::Undecided => Some("UNDECIDED"),
            Self::Caution => Some("CAUTION"),
        }
    }
}

/// How a line is drawn, by the kind of link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// Ownership.
    Solid,
    /// Control, an office, a transfer, or another link between two parties.
    Dashed,
    /// An attribute that two parties share, such as an address. Such a line has no arrow head.
    Dotted,
}

impl Style {
    /// The word for it in files, which Graphviz knows too.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Solid => "solid",
            Self::Dashed => "dashed",
            Self::Dotted => "dotted",
        }
    }
}

/// Which way a picture runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// From top to bottom along the links: owners above, what they own below.
    #[default]
    Down,
    /// From left to right, from the first party asked about outwards, whichever way the links point: for a path and for a
    /// neighbourhood. Without a party asked about it runs along the links.
    Right,
}

/// A party, or an attribute that parties share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The id, which no other node of the drawing has.
    pub id: String,
    /// The caption.
    pub label: String,
    /// What it is.
    pub kind: Kind,
    /// What was found about it.
    pub tone: Tone,
    /// Whether this is a party that was asked about.
    pub asked: bool,
    /// Small lines under the caption: the id on a list, the country, the programme.
    pub notes: Vec<String>,
}

impl Node {
    /// A plain party.
    #[must_use]
    pub fn new(id: impl Into<String>, label: impl Into<String>, kind: Kind) -> Self {
        Self { id: id.into(), label: label.into(), kind, tone: Tone::Plain, asked: false, notes: Vec::new() }
    }

    /// With what was found about it.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// As a party that was asked about.
    #[must_use]
    pub fn asked(mut self) -> Self {
        self.asked = true;
        self
    }

    /// With one more small line.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

/// A link between two nodes, or of a node with itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// The id of the node that it comes from: the owner, the director, the payer.
    pub from: String,
    /// The id of the node that it leads to.
    pub to: String,
    /// What stands at the line: `50 %`, `>25–50 %`, `director`.
    pub label: String,
    /// How the line is drawn.
    pub style: Style,
    /// Whether it is on the chain or path that the picture is about.
    pub emphasised: bool,
    /// The share in percent as its least and greatest value, where the link is an ownership whose share is known.
    pub share: Option<(f64, f64)>,
    /// Where it was read: dataset, issue and record.
    pub source: String,
    /// Since when it holds, as the source has it.
    pub since: Option<String>,
    /// Until when it held.
    pub until: Option<String>,
}

impl Edge {
    /// A link without emphasis, dates and share.
    #[must_use]
    pub fn new(
        from: impl Into<String>,
        to: impl Into<String>,
        label: impl Into<String>,
        style: Style,
        source: impl Into<String>,
    ) -> Self {
        Self {
            from: from.into(),
            to: to.into(),
            label: label.into(),
            style,
            emphasised: false,
            share: None,
            source: source.into(),
            since: None,
            until: None,
        }
    }

    /// As a link on the chain or path.
    #[must_use]
    pub fn emphasised(mut self) -> Self {
        self.emphasised = true;
        self
    }

    /// With its share in percent, least and greatest.
    #[must_use]
    pub fn share(mut self, least: f64, greatest: f64) -> Self {
        self.share = Some((least, greatest));
        self
    }

    /// With its dates.
    #[must_use]
    pub fn dates(mut self, since: Option<&str>, until: Option<&str>) -> Self {
        self.since = since.map(str::to_owned);
        self.until = until.map(str::to_owned);
        self
    }

    /// Everything about it in one text, for who points at its line.
    fn tooltip(&self) -> String {
        let mut text = if self.label.is_empty() { "link".to_owned() } else { self.label.clone() };
        match (&self.since, &self.until) {
            (Some(since), Some(until)) => text.extend([", ", since, " to ", until]),
            (Some(since), None) => text.extend([", since ", since]),
            (None, Some(until)) => text.extend([", until ", until]),
            (None, None) => {}
        }
        if !self.source.is_empty() {
            text.push_str(" — ");
            text.push_str(&self.source);
        }
        text
    }
}

/// A drawing whose edges all have their nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    title: String,
    direction: Direction,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// The places of the two nodes of every edge.
    ends: Vec<(usize, usize)>,
    footnotes: Vec<String>,
}

impl Drawing {
    /// Puts a drawing together. What is drawn first, and what is kept when a picture is cut, follows the order of the nodes.
    ///
    /// # Errors
    ///
    /// A node without an id or with one that another has, an edge with a node that is not there, a share that is not a number,
    /// below 0 or upside down.
    pub fn new(title: impl Into<String>, nodes: Vec<Node>, edges: Vec<Edge>) -> Result<Self, DrawingError> {
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        for (index, node) in nodes.iter().enumerate() {
            if node.id.is_empty() {
                return Err(DrawingError::NoId { index });
            }
            if let Some(first) = places.insert(&node.id, index) {
                return Err(DrawingError::RepeatedId { id: node.id.clone(), first, second: index });
            }
        }
        let mut ends = Vec::with_capacity(edges.len());
        for (index, edge) in edges.iter().enumerate() {
            let find = |field, id: &String| {
                places.get(id.as_str()).copied().ok_or_else(|| DrawingError::UnknownNode { index, field, id: id.clone() })
            };
            ends.push((find("from", &edge.from)?, find("to", &edge.to)?));
            if let Some((least, greatest)) = edge.share {
                let problem = if !least.is_finite() || !greatest.is_finite() {
                    Some("not a number")
                } else if least < 0.0 {
                    Some("below 0 %")
                } else if least > greatest {
                    Some("the least value is above the greatest")
                } else {
                    None
                };
                if let Some(reason) = problem {
                    return Err(DrawingError::Share { index, reason });
                }
            }
        }
        Ok(Self { title: title.into(), direction: Direction::Down, nodes, edges, ends, footnotes: Vec::new() })
    }

    /// With the way that the picture runs.
    #[must_use]
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    /// With one more line under the picture: the version of the rules, the id of the snapshot.
    #[must_use]
    pub fn footnote(mut self, line: impl Into<String>) -> Self {
        self.footnotes.push(line.into());
        self
    }

    /// The nodes, in their order.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The edges, in their order.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The picture: one self-contained SVG 1.1 document without scripts, which follows light and dark mode and prints in light.
    /// Above [`MAX_NODES`] or [`MAX_LINES`] it shows what is nearest to the parties asked about and says what it left out.
    #[must_use]
    pub fn to_svg(&self) -> String {
        svg::write(self)
    }

    /// The drawing in the language of Graphviz.
    #[must_use]
    pub fn to_dot(&self) -> String {
        dot::write(self)
    }

    /// The drawing in `GraphML` 1.0 with a declared key for every member.
    #[must_use]
    pub fn to_graphml(&self) -> String {
        graphml::write(self)
    }

    /// The drawing as JSON: `title`, `nodes`, `edges` and `footnotes`, their members in a fixed order. Shares are in percent; what
    /// is not known is `null`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let nodes = self.nodes.iter().map(|node| {
            json!({
                "id": node.id,
                "label": node.label,
                "kind": node.kind.id(),
                "tone": node.tone.id(),
                "asked": node.asked,
                "notes": node.notes,
            })
        });
        let edges = self.edges.iter().map(|edge| {
            json!({
                "from": edge.from,
                "to": edge.to,
                "label": edge.label,
                "style": edge.style.id(),
                "emphasised": edge.emphasised,
                "share": edge.share.map(|(min, max)| json!({ "min": min, "max": max })),
                "since": edge.since,
                "until": edge.until,
                "source": edge.source,
            })
        });
        json!({
            "title": self.title,
            "nodes": nodes.collect::<Vec<_>>(),
            "edges": edges.collect::<Vec<_>>(),
            "footnotes": self.footnotes,
        })
    }
}
