//! Which part of a drawing a picture shows. A drawing goes in; the nodes that are shown, the lines between them, each with the
//! edges that it stands for, and the sentences that say what was left out come out.

use std::collections::{BTreeMap, VecDeque};

use super::{Drawing, MAX_LINES, MAX_NODES};

/// All edges from one node to another, which the picture shows as one line.
#[derive(Debug)]
pub(super) struct Line {
    /// The place of the node that it comes from, in [`Shown::nodes`].
    pub from: usize,
    /// The place of the node that it leads to.
    pub to: usize,
    /// The places of its edges in the drawing.
    pub edges: Vec<usize>,
}

/// What a picture shows.
#[derive(Debug)]
pub(super) struct Shown {
    /// The places of the nodes in the drawing, in its order.
    pub nodes: Vec<usize>,
    /// The lines between them.
    pub lines: Vec<Line>,
    /// What was left out, as sentences for the foot of the picture.
    pub notes: Vec<String>,
}

/// How many links every node is away from the nodes asked about and from the chain; from the node with the most links when there
/// are none. What no link leads to is as far as can be.
fn distances(drawing: &Drawing) -> Vec<usize> {
    let count = drawing.nodes.len();
    let mut around = vec![Vec::new(); count];
    for &(from, to) in &drawing.ends {
        around[from].push(to);
        around[to].push(from);
    }
    let mut starts: Vec<bool> = drawing.nodes.iter().map(|node| node.asked).collect();
    for (edge, &(from, to)) in drawing.edges.iter().zip(&drawing.ends) {
        if edge.emphasised {
            starts[from] = true;
            starts[to] = true;
        }
    }
    if !starts.contains(&true) {
        let mut most = 0;
        for node in 1..count {
            if around[node].len() > around[most].len() {
                most = node;
            }
        }
        if let Some(start) = starts.get_mut(most) {
            *start = true;
        }
    }
    let mut distance = vec![usize::MAX; count];
    let mut queue: VecDeque<usize> = (0..count).filter(|node| starts[*node]).collect();
    for &node in &queue {
        distance[node] = 0;
    }
    while let Some(node) = queue.pop_front() {
        for &next in &around[node] {
            if distance[next] == usize::MAX {
                distance[next] = distance[node] + 1;
                queue.push_back(next);
            }
        }
    }
    distance
}

/// Chooses what is shown.
pub(super) fn shown(drawing: &Drawing) -> Shown {
    let count = drawing.nodes.len();
    let distance = distances(drawing);
    let mut nodes: Vec<usize> = (0..count).collect();
    let mut notes = Vec::new();
    if count > MAX_NODES {
        nodes.sort_by_key(|node| (!drawing.nodes[*node].asked, distance[*node], *node));
        nodes.truncate(MAX_NODES);
        nodes.sort_unstable();
        let left_out = count - MAX_NODES;
        notes.push(format!(
            "Cut: the picture shows {MAX_NODES} of {count} parties, the nearest to what was asked; {left_out} are left out."
        ));
    }
    let mut place = vec![None; count];
    for (index, node) in nodes.iter().enumerate() {
        place[*node] = Some(index);
    }
    let mut bundles: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (edge, &(from, to)) in drawing.ends.iter().enumerate() {
        if let (Some(from), Some(to)) = (place[from], place[to]) {
            bundles.entry((from, to)).or_default().push(edge);
        }
    }
    let mut lines: Vec<Line> = bundles.into_iter().map(|((from, to), edges)| Line { from, to, edges }).collect();
    let total = lines.len();
    if total > MAX_LINES {
        lines.sort_by_key(|line| {
            let emphasised = line.edges.iter().any(|edge| drawing.edges[*edge].emphasised);
            (!emphasised, distance[nodes[line.from]].max(distance[nodes[line.to]]), line.from, line.to)
        });
        lines.truncate(MAX_LINES);
        lines.sort_by_key(|line| (line.from, line.to));
        let left_out = total - MAX_LINES;
        notes.push(format!(
            "Cut: the picture shows {MAX_LINES} of {total} lines, the nearest to what was asked; {left_out} are left out."
        ));
    }
    Shown { nodes, lines, notes }
}
