//! What a document says as a whole: the parties that its mentions are of, listings of several lists put together as `cluster` does, and how
//! they are linked with each other, as `network path` finds it.

use std::collections::HashSet;

use interdict_exchange::{NamedParty, PartyLink, PartyListing, ScanDocument, ScanPart, Span};
use interdict_network::drawing::Direction;
use interdict_network::{Graph, Hop, Path};
use interdict_snapshot::{EntityRef, Snapshot};
use rustc_hash::{FxHashMap, FxHashSet};

use super::read::ReadDocument;
use crate::args::{Global, GraphArgs};
use crate::commands::identity::Identities;
use crate::commands::network::draw::{self, Form, Piece};

/// Steps of a way that links two parties.
const STEPS: u8 = 3;

/// Links of a document that are told.
const LINKS: usize = 30;

/// Pairs of parties of a document for which a way is looked for.
const PAIRS: usize = 300;

/// Listings of a party from which ways are looked for, the best found first.
const LISTINGS: usize = 3;

/// Parties on the ways up to which they are drawn.
const DRAWN: usize = 60;

/// Makes documents of what was read.
pub(super) struct Finisher<'s> {
    global: &'s Global,
    snapshot: &'s Snapshot,
    identities: Identities<'s>,
    /// Whether there are lists that may have the same party.
    several: bool,
    network: bool,
    /// Whether links are drawn.
    drawing: bool,
    /// Made when it is first needed, since it reads the whole snapshot.
    graph: Option<Graph<'s>>,
}

/// The mentions of one party.
struct Group {
    /// Its listings that were found, with the best score of each.
    listings: Vec<(u32, f64)>,
    /// Words that mean it, each counted once.
    words: FxHashSet<(usize, usize, usize)>,
    best: f64,
}

impl<'s> Finisher<'s> {
    pub(super) fn new(global: &'s Global, snapshot: &'s Snapshot, network: bool, drawing: bool) -> anyhow::Result<Self> {
        let identities = Identities::read(global, snapshot)?;
        let several = snapshot.meta().sources.len() > 1;
        Ok(Self { global, snapshot, identities, several, network, drawing, graph: None })
    }

    pub(super) fn document(&mut self, read: ReadDocument) -> anyhow::Result<ScanDocument> {
        let ReadDocument { file, mut parts, listings, .. } = read;
        let groups = self.groups(&parts, &listings);
        let ids: Vec<String> = groups.iter().map(|group| self.id(group)).collect();
        let mut party: FxHashMap<u32, &str> = FxHashMap::default();
        for (group, id) in groups.iter().zip(&ids) {
            party.extend(group.listings.iter().map(|(listing, _)| (*listing, id.as_str())));
        }
        for (part, listings) in parts.iter_mut().zip(&listings) {
            for (mention, listing) in part.mentions.iter_mut().zip(listings) {
                party.get(listing).copied().unwrap_or_default().clone_into(&mut mention.party);
            }
        }
        let parties = groups.iter().filter_map(|group| self.party(group, &parts)).collect();
        let mut document = ScanDocument {
            file,
            result: ScanDocument::result_of(&parts),
            parties,
            links: Vec::new(),
            pairs_left_out: 0,
            parts,
            drawing: None,
        };
        if self.network && groups.len() > 1 {
            self.link(&groups, &ids, &mut document)?;
        }
        Ok(document)
    }

    /// The parties, the best found first, then the most often named, then the first.
    fn groups(&mut self, parts: &[ScanPart], listings: &[Vec<u32>]) -> Vec<Group> {
        let mut entities: Vec<u32> = listings.iter().flatten().copied().collect();
        entities.sort_unstable();
        entities.dedup();
        if self.several && !entities.is_empty() {
            self.identities.cluster(&entities);
        }
        let identity = self.identities.identity();
        let mut places: FxHashMap<u32, usize> = FxHashMap::default();
        let mut groups: Vec<Group> = Vec::new();
        for (at, (part, listings)) in parts.iter().zip(listings).enumerate() {
            for (mention, listing) in part.mentions.iter().zip(listings) {
                let place = *places.entry(identity.first(*listing)).or_insert(groups.len());
                if place == groups.len() {
                    groups.push(Group { listings: Vec::new(), words: FxHashSet::default(), best: 0.0 });
                }
                let Some(group) = groups.get_mut(place) else { continue };
                let Span { start, end } = mention.span;
                group.words.insert((at, start, end));
                group.best = group.best.max(mention.score);
                match group.listings.iter_mut().find(|(held, _)| held == listing) {
                    Some((_, score)) => *score = score.max(mention.score),
                    None => group.listings.push((*listing, mention.score)),
                }
            }
        }
        for group in &mut groups {
            // Between equals it stays as the text has it.
            group.listings.sort_by(|a, b| b.1.total_cmp(&a.1));
        }
        groups.sort_by(|a, b| b.best.total_cmp(&a.best).then(b.words.len().cmp(&a.words.len())));
        groups
    }

    fn best(&self, group: &Group) -> Option<EntityRef<'s>> {
        group.listings.first().and_then(|(listing, _)| self.snapshot.entity_at(*listing))
    }

    fn id(&self, group: &Group) -> String {
        self.best(group).map(|entity| entity.id().to_owned()).unwrap_or_default()
    }

    fn party(&self, group: &Group, parts: &[ScanPart]) -> Option<NamedParty> {
        let best = self.best(group)?;
        let mentions = || parts.iter().flat_map(|part| &part.mentions);
        let listings: Vec<PartyListing> = group
            .listings
            .iter()
            .filter_map(|(listing, _)| {
                let id = self.snapshot.entity_at(*listing)?.id();
                let mention = mentions().find(|mention| mention.id == id)?;
                let (datasets, programs) = (mention.datasets.clone(), mention.programs.clone());
                Some(PartyListing { id: id.to_owned(), caption: mention.caption.clone(), datasets, programs })
            })
            .collect();
        let mut programs: Vec<String> = Vec::new();
        for program in listings.iter().flat_map(|listing| &listing.programs) {
            if !programs.contains(program) {
                programs.push(program.clone());
            }
        }
        Some(NamedParty {
            id: best.id().to_owned(),
            caption: best.caption().to_owned(),
            schema: best.schema_name().to_owned(),
            mentions: group.words.len(),
            score: group.best,
            programs,
            listings,
        })
    }

    /// Looks for the ways between the parties of a document, those that were found best first.
    fn link(&mut self, groups: &[Group], ids: &[String], document: &mut ScanDocument) -> anyhow::Result<()> {
        if self.graph.is_none() {
            let args = GraphArgs { date: None, cap: None, output: None };
            self.graph = Some(draw::graph(self.global, &args, self.snapshot, &[])?);
        }
        let Some(graph) = &self.graph else { return Ok(()) };
        let of: FxHashMap<u32, usize> = groups
            .iter()
            .enumerate()
            .flat_map(|(at, group)| group.listings.iter().map(move |(listing, _)| (*listing, at)))
            .collect();
        let mut looked_at = 0;
        let mut paths: Vec<Path> = Vec::new();
        let pairs = (1..groups.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
        for (a, b) in pairs {
            if looked_at == PAIRS || paths.len() == LINKS {
                break;
            }
            looked_at += 1;
            let Some(path) = shortest(graph, &groups[a], &groups[b]) else { continue };
            let mut through: Vec<usize> = path.parties.iter().filter_map(|party| of.get(party).copied()).collect();
            through.retain(|at| *at != a && *at != b);
            through.dedup();
            document.links.push(PartyLink {
                from: ids[a].clone(),
                to: ids[b].clone(),
                through: through.into_iter().map(|at| ids[at].clone()).collect(),
                cost: draw::thousandths(path.cost),
                words: path.hops.iter().map(|hop| words(graph, self.snapshot, hop)).collect(),
                hops: path.hops.iter().map(|hop| draw::hop_json(graph, self.snapshot, hop)).collect(),
            });
            paths.push(path);
        }
        document.pairs_left_out = groups.len() * (groups.len() - 1) / 2 - looked_at;
        if self.drawing && !paths.is_empty() {
            document.drawing = drawn(graph, self.snapshot, &document.file, &paths)?;
        }
        Ok(())
    }
}

/// The cheapest way from a listing of the one party to one of the other.
fn shortest(graph: &Graph<'_>, a: &Group, b: &Group) -> Option<Path> {
    let ends = |group: &Group| group.listings.iter().take(LISTINGS).map(|(listing, _)| *listing).collect::<Vec<u32>>();
    let (from, to) = (ends(a), ends(b));
    let ways = from.iter().flat_map(|from| to.iter().filter_map(|to| graph.shortest(*from, *to, STEPS)));
    ways.min_by_key(|path| (path.cost, path.hops.len()))
}

/// A hop in words: its first step, which says most.
fn words(graph: &Graph<'_>, snapshot: &Snapshot, hop: &Hop) -> String {
    let arrow = hop.steps.first().map(|step| draw::arrow(graph, step)).unwrap_or_default();
    format!("{} {arrow} {}", draw::named(graph, snapshot, hop.from), draw::named(graph, snapshot, hop.to))
}

/// The ways together as a picture; none of very many.
fn drawn(graph: &Graph<'_>, snapshot: &Snapshot, file: &str, paths: &[Path]) -> anyhow::Result<Option<String>> {
    let mut parties: Vec<u32> = paths.iter().flat_map(|path| path.parties.iter().copied()).collect();
    let mut seen = FxHashSet::default();
    parties.retain(|party| seen.insert(*party));
    if parties.len() > DRAWN {
        return Ok(None);
    }
    let mut pairs = FxHashSet::default();
    let hops: Vec<Hop> = paths
        .iter()
        .flat_map(|path| &path.hops)
        .filter(|hop| pairs.insert((hop.from.min(hop.to), hop.from.max(hop.to))))
        .cloned()
        .collect();
    let title = format!("Parties named in {file}");
    let mut svg = Vec::new();
    let piece =
        Piece { title, direction: Direction::Right, parties, asked: Vec::new(), hops: &hops, emphasised: HashSet::new() };
    piece.write(&mut svg, graph, snapshot, Form::Svg)?;
    Ok(Some(String::from_utf8(svg)?))
}
