//! One record of a file as a tree: small enough to hold, and what a delta file changes element by element. The names of the format's
//! elements and attributes are shared, so that a whole list of trees stays small.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::error::SourceError;
use crate::xml::Xml;

/// Elements of one record beyond which a file is refused. The largest record of a real list has some thousands.
const MAX_ELEMENTS: usize = 500_000;

/// The attribute with which a delta file says what becomes of an element.
pub(crate) const ACTION: &str = "action";
/// The attribute with which a delta file says what an element held before.
pub(crate) const OLD_VALUE: &str = "oldValue";

static NAMES: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    "action address addressPart addressParts addresses aliasType comments country datePublished dateRange documentNumber entity \
     entityId entityType expirationDate feature featureTypeId featureVersionId features formattedFirstName formattedFullName \
     formattedLastName fromDateBegin fromDateEnd generalInfo id idFeature idFeatures identityDocument identityDocuments identityId \
     isApproximate isDateRange isLowQuality isPrimary isUsCitizen isUsPerson isValid issueDate issuingAuthority issuingCountry \
     issuingLocation legalAuthorities legalAuthority livingStatus name nameId namePart nameParts nameTranslationId names oldValue \
     quality refId relatedEntity relationship relationships reliability remarks sanctionsList sanctionsLists sanctionsProgram \
     sanctionsPrograms sanctionsType sanctionsTypes script title toDateBegin toDateEnd translation translations type value valueDate \
     valueRefId versionId"
        .split_ascii_whitespace()
        .collect()
});

fn shared(name: &str) -> Cow<'static, str> {
    NAMES.get(name).map_or_else(|| Cow::Owned(name.to_owned()), |name| Cow::Borrowed(*name))
}

/// An element with all that is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    name: Cow<'static, str>,
    attributes: Vec<(Cow<'static, str>, Box<str>)>,
    text: Box<str>,
    children: Vec<Self>,
    line: u32,
    /// Whether it, or anything in it, says what becomes of it.
    acted: bool,
}

impl Node {
    /// Reads the current element.
    pub(crate) fn read(xml: &mut Xml<'_>) -> Result<Self, SourceError> {
        Self::read_within(xml, &mut 0)
    }

    fn read_within(xml: &mut Xml<'_>, elements: &mut usize) -> Result<Self, SourceError> {
        *elements += 1;
        if *elements > MAX_ELEMENTS {
            return Err(xml.error(format!("a record of more than {MAX_ELEMENTS} elements; refused")));
        }
        let mut node = Self {
            name: shared(xml.name()),
            attributes: xml.attributes().map(|(name, value)| (shared(name), value.into())).collect(),
            text: Box::default(),
            children: Vec::new(),
            line: u32::try_from(xml.line()).unwrap_or(u32::MAX),
            acted: false,
        };
        node.acted = node.attributes.iter().any(|(name, _)| name == ACTION);
        xml.children(|xml| {
            node.push_text(xml.text());
            let child = Self::read_within(xml, elements)?;
            node.acted |= child.acted;
            node.children.push(child);
            Ok(())
        })?;
        node.push_text(xml.text());
        Ok(node)
    }

    /// Adds text that stands in the element: before its first child, after its last, or in between.
    fn push_text(&mut self, text: &str) {
        if self.text.is_empty() {
            self.text = text.into();
        } else if !text.is_empty() {
            self.text = [&self.text, " ", text].concat().into();
        }
    }

    /// Gives back the memory that was set aside for more children.
    pub(crate) fn shrink(&mut self) {
        self.children.shrink_to_fit();
        self.children.iter_mut().for_each(Self::shrink);
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its text without surrounding white space.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Line in the file, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line.into()
    }

    pub(crate) fn children(&self) -> &[Self] {
        &self.children
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of a child; empty when there is none.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", Self::text)
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(held, _)| held == name).map(|(_, value)| value.trim())
    }

    pub(crate) fn number(&self, attribute: &str) -> Option<u32> {
        self.attribute(attribute)?.parse().ok()
    }

    /// Whether the text is true in either spelling of XML Schema, or false; `None` when it is neither.
    pub(crate) fn flag(&self) -> Option<bool> {
        match self.text() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    /// Whether it, or anything in it, says what becomes of it.
    pub(crate) fn is_acted(&self) -> bool {
        self.acted
    }

    /// Whether it says nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.children.is_empty()
    }

    /// The same as it stands in a list: without what a delta file says of its elements, and without those that it removes.
    pub(crate) fn settled(&self) -> Self {
        let removed = |child: &&Self| child.attribute(ACTION).and_then(Action::of) != Some(Action::Remove);
        Self { acted: false, children: self.children.iter().filter(removed).map(Self::settled).collect(), ..self.shell() }
    }

    /// The element without its children and without what a delta file says of it.
    fn shell(&self) -> Self {
        Self {
            name: self.name.clone(),
            attributes: self.attributes.iter().filter(|(name, _)| name != ACTION && name != OLD_VALUE).cloned().collect(),
            text: self.text.clone(),
            children: Vec::new(),
            line: self.line,
            acted: false,
        }
    }

    /// The element as text, for the file of rejects.
    pub(crate) fn outline(&self) -> String {
        let attributes: String = self.attributes.iter().map(|(name, value)| [" ", name, "=\"", value, "\""].concat()).collect();
        let children: String = self.children.iter().map(Self::outline).collect();
        format!("<{}{attributes}>{}{children}</{}>", self.name, self.text, self.name)
    }

    /// Makes the changes that `delta`, the same element in a delta file, says. `say` is told what did not fit.
    ///
    /// A child with an action is added, updated or removed; one without is the way to children that have one, or stands for what the
    /// element says now. What a delta does not name stays.
    pub(crate) fn merge(&mut self, delta: &Self, say: &mut dyn FnMut(&Self, String)) {
        for change in &delta.children {
            let found = self.position(change);
            let action = match change.attribute(ACTION) {
                Some(text) => {
                    let action = Action::of(text);
                    if action.is_none() {
                        say(change, format!("the action `{text}` is not known; taken as an update"));
                    }
                    Some(action.unwrap_or(Action::Update))
                }
                None => None,
            };
            match (action, found) {
                (Some(Action::Remove), Some(place)) => drop(self.children.remove(place)),
                (Some(Action::Remove), None) => say(change, "it is to be removed, and is not in the list".to_owned()),
                (Some(Action::Add), Some(place)) => {
                    say(change, "it is to be added, and is in the list already; it was replaced".to_owned());
                    self.children[place] = change.settled();
                }
                (Some(Action::Update) | None, Some(place)) => self.children[place].update(change, say),
                (None, None) if change.acted => {
                    let mut container = change.shell();
                    container.merge(change, say);
                    if !container.children.is_empty() {
                        self.children.push(container);
                    }
                }
                (action, None) => {
                    if action == Some(Action::Update) {
                        say(change, "it is to be updated, and is not in the list; it was added".to_owned());
                    }
                    self.children.push(change.settled());
                }
            }
        }
    }

    fn update(&mut self, change: &Self, say: &mut dyn FnMut(&Self, String)) {
        if let Some(old) = change.attribute(OLD_VALUE)
            && self.children.is_empty()
            && *old != *self.text
        {
            say(change, format!("the list says `{}` where the delta file expects `{old}`", self.text));
        }
        for (name, value) in change.attributes.iter().filter(|(name, _)| name != ACTION && name != OLD_VALUE) {
            match self.attributes.iter_mut().find(|(held, _)| held == name) {
                Some(held) => held.1.clone_from(value),
                None => self.attributes.push((name.clone(), value.clone())),
            }
        }
        if change.children.is_empty() {
            if !change.text.is_empty() || change.attribute(ACTION).is_some() {
                self.text.clone_from(&change.text);
            }
        } else {
            self.merge(change, say);
        }
    }

    /// The child that `change` speaks of: of elements that stand many times the one with its id, or without an id the one with its text
    /// (or its former text); of the others the one of its name.
    fn position(&self, change: &Self) -> Option<usize> {
        if !is_repeated(&self.name, &change.name) {
            return self.children.iter().position(|child| child.name == change.name);
        }
        if let Some(id) = change.attribute("id") {
            return self.children.iter().position(|child| child.name == change.name && child.attribute("id") == Some(id));
        }
        let text = change.attribute(OLD_VALUE).unwrap_or(&change.text);
        if text.is_empty() || !change.children.is_empty() {
            return None;
        }
        self.children.iter().position(|child| child.name == change.name && child.text() == text)
    }
}

/// What becomes of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Add,
    Update,
    Remove,
}

impl Action {
    /// The action of a word: `add`, `remove` and `update` are OFAC's, the others its synonyms.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let is_any = |words: &[&str]| words.iter().any(|word| text.trim().eq_ignore_ascii_case(word));
        if is_any(&["add", "added", "new", "insert"]) {
            Some(Self::Add)
        } else if is_any(&["update", "modify", "change", "updated", "modified", "changed"]) {
            Some(Self::Update)
        } else if is_any(&["remove", "delete", "removed", "deleted"]) {
            Some(Self::Remove)
        } else {
            None
        }
    }
}

/// Whether an element may stand many times in its parent.
fn is_repeated(parent: &str, name: &str) -> bool {
    match name {
        "sanctionsList" | "sanctionsProgram" | "sanctionsType" | "legalAuthority" | "translation" | "namePart" | "address"
        | "addressPart" | "feature" | "identityDocument" | "idFeature" | "relationship" => true,
        // A document has one name, and a party many.
        "name" => parent == "names",
        _ => false,
    }
}

#[cfg(test)]
impl Node {
    /// What a publisher would write to bring this element to `next`: the way down to what changed, with the actions there.
    pub(crate) fn changes_to(&self, next: &Self) -> Self {
        let mut delta = Self { text: Box::default(), ..self.shell() };
        for child in &next.children {
            match self.position(child).map(|place| &self.children[place]) {
                None => delta.children.push(child.with(ACTION, "add")),
                Some(held) if held.outline() == child.outline() => {}
                Some(held) if held.children.is_empty() && child.children.is_empty() => {
                    delta.children.push(child.with(OLD_VALUE, &held.text).with(ACTION, "update"));
                }
                Some(held) => delta.children.push(held.changes_to(child)),
            }
        }
        for held in self.children.iter().filter(|held| next.position(held).is_none()) {
            delta.children.push(held.shell().with(ACTION, "remove"));
        }
        delta.acted = delta.children.iter().any(|child| child.acted);
        delta
    }

    fn with(&self, attribute: &'static str, value: &str) -> Self {
        let mut node = self.clone();
        node.attributes.push((Cow::Borrowed(attribute), value.into()));
        node.acted |= attribute == ACTION;
        node
    }
}
