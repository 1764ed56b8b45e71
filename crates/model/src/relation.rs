//! Relations between parties: what an edge of `FollowTheMoney` (an Ownership, a Directorship, an `UnknownLink` with its words) says of power
//! and property. In goes an entity; out come its relations, each from who has the power to whom it is over, with its kind, share and period.

use std::sync::LazyLock;

use crate::date::DateValue;
use crate::entity::Entity;
use crate::schema::Schema;
use crate::share::{ShareError, ShareRange};

const ROLES_TSV: &str = include_str!("../../../data/relation_roles.tsv");

/// States in which a relation is over although no end is dated.
const ENDED: [&str; 7] = ["former", "closed", "ceased", "inactive", "ended", "dissolved", "terminated"];

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $code:literal / $label:literal,)+) => {
        /// What a relation is, by what follows from it for ownership and control.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum RelationKind { $($(#[$doc])* $variant,)+ }

        impl RelationKind {
            /// Every kind, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name in files and interfaces.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What the first end is to the second, in words: "owner of shares of".
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }
        }
    };
}

kinds! {
    /// Shares: property. The only kind whose shares are added up for ownership.
    Shares = "shares" / "shareholder of",
    /// Owned, or controlled: which of the two is not said, nor how much.
    OwnershipOrControl = "ownership_or_control" / "owns or controls",
    /// Votes.
    Votes = "votes" / "holder of votes in",
    /// The right to appoint or remove the majority of the board.
    Board = "board" / "appoints the board of",
    /// Significant or dominant influence, or control by other means.
    Influence = "influence" / "controls",
    /// Parent that consolidates the accounts.
    Consolidation = "consolidation" / "consolidates the accounts of",
    /// Rights to profit, income or what is left on a winding up, without shares.
    Income = "income" / "has rights to income of",
    /// Trustee, settlor, protector or beneficiary.
    Trust = "trust" / "party to the trust",
    /// Holds for another: from the nominee to the principal.
    Nominee = "nominee" / "nominee of",
    /// The second is a front of the first.
    Front = "front" / "has as a front",
    /// Director, chief executive, official.
    Direction = "direction" / "director or official of",
    /// Runs a ship or a business without owning it.
    Operation = "operation" / "operates",
    /// Acts for: from the agent to the principal.
    Agency = "agency" / "acts for",
    /// Supports, supplies, pays.
    Support = "support" / "supports",
    /// Employs.
    Employment = "employment" / "employs",
    /// Member of a body.
    Membership = "membership" / "member of",
    /// Kin.
    Family = "family" / "family of",
    /// Knows, works with.
    Associate = "associate" / "associate of",
    /// Came before.
    Succession = "succession" / "predecessor of",
    /// Anything else.
    Other = "other" / "linked to",
}

impl RelationKind {
    /// The kind of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// The kind of a number, as `as u8` gives it.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// What is said of how much is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// A share or a range of shares.
    Stated(ShareRange),
    /// Nothing.
    Unstated,
    /// Something that is no share.
    Faulty(ShareError),
}

impl Held {
    /// The range that follows: what is not known may be anything.
    #[must_use]
    pub fn range(self) -> ShareRange {
        match self {
            Self::Stated(range) => range,
            Self::Unstated | Self::Faulty(_) => ShareRange::UNKNOWN,
        }
    }
}

/// What a relation says beside its ends.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact that a register states on its own")]
pub struct RelationTerms {
    /// What it is.
    pub kind: RelationKind,
    /// How much, of what the kind says.
    pub held: Held,
    /// Number of shares, where the source counts them.
    pub count: Option<u64>,
    /// Class of the shares; empty when none is said.
    pub class: String,
    /// Since when; none when it is not said.
    pub begin: Option<DateValue>,
    /// Until when, that day not included; none when it is not said.
    pub end: Option<DateValue>,
    /// The source says that it is over; perhaps not since when.
    pub ended: bool,
    /// The holder holds for somebody else.
    pub nominee: bool,
    /// Held through a trust or a firm, so that the property may be another's.
    pub trust: bool,
    /// A part of another statement, which already says the whole.
    pub component: bool,
    /// Held through others, who may stand in the graph too.
    pub indirect: bool,
    /// Label of the joint arrangement under which it is held; empty when there is none.
    pub joint: String,
    /// Whether the power runs against the direction of the entity: its second end has it.
    pub against: bool,
}

impl RelationTerms {
    /// A relation of which nothing else is said.
    #[must_use]
    pub const fn new(kind: RelationKind, held: Held) -> Self {
        Self {
            kind,
            held,
            count: None,
            class: String::new(),
            begin: None,
            end: None,
            ended: false,
            nominee: false,
            trust: false,
            component: false,
            indirect: false,
            joint: String::new(),
            against: false,
        }
    }
}

/// A relation from one party to another, both by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation<'e> {
    /// Who has the power, holds, acts.
    pub from: &'e str,
    /// Over whom, of whom, for whom.
    pub to: &'e str,
    /// What it says.
    pub terms: RelationTerms,
}

/// What a phrase means.
#[derive(Debug, Clone, Copy)]
struct Role {
    phrase: &'static str,
    kind: RelationKind,
    against: bool,
    flag: &'static str,
}

/// The phrases, the longest first.
static ROLES: LazyLock<Vec<Role>> = LazyLock::new(|| {
    let rows = ROLES_TSV.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1);
    let mut roles: Vec<Role> = rows
        .filter_map(|line| {
            let mut fields = line.split('\t');
            let phrase = fields.next()?;
            let kind = RelationKind::from_code(fields.next()?)?;
            let against = fields.next()? == "against";
            Some(Role { phrase, kind, against, flag: fields.next()? })
        })
        .collect();
    roles.sort_by_key(|role| (std::cmp::Reverse(role.phrase.len()), role.phrase));
    roles
});

/// What the words of a role mean; `None` when the table does not have them.
fn role_of(text: &str) -> Option<Role> {
    let text = text.trim().to_lowercase();
    ROLES
        .iter()
        .find(|role| {
            text.strip_prefix(role.phrase)
                .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric) || role.phrase.ends_with(' '))
        })
        .copied()
}

impl Relation<'_> {
    /// The relations that an entity states; none when it is no edge, or an end is missing.
    #[must_use]
    pub fn of(entity: &Entity) -> Vec<Relation<'_>> {
        let Some(schema) = entity.schema.known() else { return Vec::new() };
        let Some((source, target)) = schema.edge() else { return Vec::new() };
        let terms = terms(entity, schema, entity.values(source).len() > 1);
        let mut relations = Vec::new();
        for from in entity.texts(source) {
            for to in entity.texts(target) {
                for terms in &terms {
                    let (from, to) = if terms.against { (to, from) } else { (from, to) };
                    relations.push(Relation { from, to, terms: terms.clone() });
                }
            }
        }
        relations
    }
}

/// What an edge says, once for every kind of thing that is held under it.
fn terms(entity: &Entity, schema: Schema, several_owners: bool) -> Vec<RelationTerms> {
    let roles: Vec<Role> = entity.texts("role").flat_map(|text| text.split(';')).filter_map(role_of).collect();
    let said = |word: &str| entity.texts("role").any(|role| has_word(role, word));
    let date =
        |property: &str| entity.texts(property).filter_map(|text| DateValue::parse(text).ok()).min_by_key(DateValue::earliest);
    let held = match entity.first("percentage").filter(|text| !text.trim().is_empty()) {
        None => Held::Unstated,
        Some(text) => ShareRange::parse(text).map_or_else(Held::Faulty, Held::Stated),
    };
    let joint = entity.texts("legalBasis").find_map(|text| text.strip_prefix("joint arrangement: ")).unwrap_or_default();
    let base = RelationTerms {
        count: entity.first("sharesCount").and_then(|text| text.trim().parse().ok()),
        class: entity.first("sharesType").unwrap_or_default().trim().to_lowercase(),
        begin: date("startDate"),
        end: date("endDate"),
        ended: entity.texts("status").any(|status| ENDED.contains(&status.trim().to_lowercase().as_str())),
        nominee: schema == Schema::Ownership && said("nominee"),
        component: roles.iter().any(|role| role.flag == "component"),
        indirect: said("indirect") && !said("direct"),
        // Several owners of one holding hold it jointly.
        joint: if joint.is_empty() && several_owners { entity.id.clone() } else { joint.to_owned() },
        ..RelationTerms::new(RelationKind::Other, held)
    };
    if schema == Schema::Ownership {
        return ownership(entity, &base, &roles);
    }
    let plain = match schema {
        Schema::Directorship => RelationKind::Direction,
        Schema::Employment => RelationKind::Employment,
        Schema::Membership => RelationKind::Membership,
        Schema::Representation => RelationKind::Agency,
        Schema::Succession => RelationKind::Succession,
        Schema::Family => RelationKind::Family,
        Schema::Associate => RelationKind::Associate,
        _ => RelationKind::Other,
    };
    // Words refine what says nothing by its schema; where several mean something, the one with the most power.
    let role = roles.iter().min_by_key(|role| role.kind).filter(|_| plain == RelationKind::Other);
    vec![match role {
        Some(role) => RelationTerms { kind: role.kind, against: role.against, ..base },
        None => RelationTerms { kind: plain, ..base },
    }]
}

/// What is held, by the types that the source states.
fn ownership(entity: &Entity, base: &RelationTerms, roles: &[Role]) -> Vec<RelationTerms> {
    let of_type = |text: &str| {
        let text = text.trim().to_lowercase();
        let trust = text.ends_with("(trust)") || text.ends_with("(firm)");
        let kind = if text.starts_with("voting") || text.starts_with("votes") {
            RelationKind::Votes
        } else if text.contains("consolidation") {
            RelationKind::Consolidation
        } else if text.starts_with("surplus") || text.starts_with("profit") {
            RelationKind::Income
        } else {
            RelationKind::Shares
        };
        RelationTerms { kind, trust, ..base.clone() }
    };
    let types: Vec<RelationTerms> = entity.texts("ownershipType").map(of_type).collect();
    if !types.is_empty() {
        return types;
    }
    // A share that is stated is one of property, unless the words say what else it is; without one, the words say what is known.
    let role = roles.iter().min_by_key(|role| role.kind);
    let kind = match (base.held, role.map(|role| role.kind)) {
        (Held::Unstated, Some(RelationKind::Nominee)) => RelationKind::Shares,
        (Held::Unstated, Some(kind)) if base.count.is_none() => kind,
        _ => RelationKind::Shares,
    };
    vec![RelationTerms { kind, ..base.clone() }]
}

/// Whether a text has a word, case aside.
fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|found| found.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(schema: Schema, properties: &[(&str, &str)]) -> Entity {
        let mut entity = Entity::new("e", schema);
        for (property, text) in properties {
            entity.add(property, *text);
        }
        entity
    }

    #[test]
    fn the_table_is_whole() {
        let rows = ROLES_TSV.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count() - 1;
        assert_eq!(ROLES.len(), rows);
        for role in ROLES.iter() {
            assert!(["", "nominee", "trust", "component", "indirect"].contains(&role.flag), "{role:?}");
            assert_eq!(role.phrase, role.phrase.to_lowercase(), "{role:?}");
        }
        for kind in RelationKind::ALL {
            assert_eq!(
                (RelationKind::from_code(kind.code()), RelationKind::from_number(*kind as u8)),
                (Some(*kind), Some(*kind))
            );
        }
    }

    #[test]
    fn edges_become_relations() {
        use RelationKind as Kind;
        let owner = [("owner", "a"), ("asset", "b")];
        let link = [("subject", "a"), ("object", "b")];
        for (schema, ends, properties, kind, shown, from) in [
            (Schema::Ownership, owner, vec![("percentage", "50")], Kind::Shares, "50 %", "a"),
            (Schema::Ownership, owner, vec![("role", "Owned or Controlled By")], Kind::OwnershipOrControl, "unknown", "a"),
            (
                Schema::Ownership,
                owner,
                vec![("ownershipType", "voting rights"), ("percentage", ">50-<75")],
                Kind::Votes,
                ">50–<75 %",
                "a",
            ),
            (
                Schema::Ownership,
                owner,
                vec![("ownershipType", "accounting consolidation")],
                Kind::Consolidation,
                "unknown",
                "a",
            ),
            (Schema::Ownership, owner, vec![("role", "nominee"), ("percentage", "10")], Kind::Shares, "10 %", "a"),
            (Schema::Ownership, owner, vec![("percentage", "approx. 50")], Kind::Shares, "unknown", "a"),
            (Schema::UnknownLink, link, vec![("role", "subordinate to")], Kind::Influence, "unknown", "b"),
            (
                Schema::UnknownLink,
                link,
                vec![("role", "Providing support to"), ("role", "front company of")],
                Kind::Front,
                "unknown",
                "b",
            ),
            (
                Schema::UnknownLink,
                link,
                vec![("role", "right to appoint and remove directors, held by")],
                Kind::Board,
                "unknown",
                "a",
            ),
            (Schema::UnknownLink, link, vec![("role", "sings with")], Kind::Other, "unknown", "a"),
        ] {
            let entity = edge(schema, &[&ends[..], &properties[..]].concat());
            let relations = Relation::of(&entity);
            let found: Vec<_> =
                relations.iter().map(|one| (one.terms.kind, one.terms.held.range().to_string(), one.from)).collect();
            assert_eq!(found, [(kind, shown.to_owned(), from)], "{properties:?}");
        }
    }

    #[test]
    fn several_owners_hold_jointly() {
        let entity = edge(Schema::Ownership, &[("owner", "a"), ("owner", "b"), ("asset", "c"), ("percentage", "60")]);
        let joint: Vec<String> = Relation::of(&entity).into_iter().map(|relation| relation.terms.joint).collect();
        assert_eq!(joint, ["e", "e"]);
    }

    #[test]
    fn an_edge_without_an_end_is_none() {
        assert_eq!(Relation::of(&edge(Schema::Ownership, &[("owner", "a")])), []);
        assert_eq!(Relation::of(&edge(Schema::Company, &[("name", "a")])), []);
    }
}
