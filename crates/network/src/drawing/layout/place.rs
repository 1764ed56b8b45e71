//! The place of every vertex. Layers in order go in; the middles of the boxes and the ways of the lines come out.
//!
//! Across the ranks every vertex is drawn to the mean of its neighbours, weighted so that long lines become straight first. Rank by
//! rank that is a least-squares problem with least distances between neighbours, which pooling adjacent violators solves exactly.

use super::{BEND_GAP, BOX_GAP, Layers, Piece, Point, Role, Route, Size, Spec};

/// How often all ranks are gone through, at most.
const SWEEPS: usize = 60;
/// The work that all sweeps together may take, in links looked at.
const WORK: usize = 4_000_000;
/// The least distance of two ranks, in px, from labels or boxes to the next.
const RANK_GAP: f64 = 22.0;
/// The distance of two lines at one box, in px, where the box is wide enough.
const PORT_GAP: f64 = 20.0;
/// No line leaves a box nearer to its corner than this, in px, unless the box is small.
const CORNER: f64 = 14.0;

/// One part with everything in its place, from 0 up.
#[derive(Debug)]
pub(super) struct Part {
    /// The boxes by their number, with their middles.
    pub boxes: Vec<(usize, Point)>,
    /// The lines by their number, with their ways.
    pub routes: Vec<(usize, Route)>,
    /// The size of the part.
    pub size: Size,
}

/// The least distance of the middles of two neighbours in a rank.
fn distance(layers: &Layers, left: usize, right: usize) -> f64 {
    let (left, right) = (&layers.vertices[left], &layers.vertices[right]);
    let boxes = matches!((left.role, right.role), (Role::Box(_), Role::Box(_)));
    left.after + right.before + if boxes { BOX_GAP } else { BEND_GAP }
}

/// Which neighbours a sweep looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Above,
    Below,
    Both,
}

/// Moves the vertices of one rank as near to the mean of their neighbours as their distances allow.
fn settle(layers: &Layers, across: &mut [f64], rank: usize, look: Look) {
    let vertices = &layers.ranks[rank];
    // The pools: sum of weighted wishes, sum of weights, number of vertices; in places from which the least distances are taken off.
    let mut pools: Vec<(f64, f64, usize)> = Vec::with_capacity(vertices.len());
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(vertices.len());
    for (slot, &vertex) in vertices.iter().enumerate() {
        if slot > 0 {
            offset += distance(layers, vertices[slot - 1], vertex);
        }
        offsets.push(offset);
        let (mut sum, mut weights) = (0.0, 0.0);
        if look != Look::Below {
            for link in layers.above[vertex].iter().map(|link| layers.links[*link]) {
                sum += across[link.upper] * link.weight;
                weights += link.weight;
            }
        }
        if look != Look::Above {
            for link in layers.below[vertex].iter().map(|link| layers.links[*link]) {
                sum += across[link.lower] * link.weight;
                weights += link.weight;
            }
        }
        if weights <= 0.0 {
            // Nothing draws it: it stays, and gives way to all others.
            weights = 0.05;
            sum = across[vertex] * weights;
        }
        let mut pool = (sum - offset * weights, weights, 1);
        while let Some(&(sum, weights, count)) = pools.last() {
            if sum / weights <= pool.0 / pool.1 {
                break;
            }
            pool = (sum + pool.0, weights + pool.1, count + pool.2);
            pools.pop();
        }
        pools.push(pool);
    }
    let mut slot = 0;
    for (sum, weights, count) in pools {
        for _ in 0..count {
            across[vertices[slot]] = sum / weights + offsets[slot];
            slot += 1;
        }
    }
}

/// The places across the ranks, from 0 up.
fn places_across(layers: &Layers) -> Vec<f64> {
    let mut across = vec![0.0; layers.vertices.len()];
    for rank in &layers.ranks {
        let length: f64 = rank.windows(2).map(|pair| distance(layers, pair[0], pair[1])).sum();
        let mut at = -length / 2.0;
        for (slot, &vertex) in rank.iter().enumerate() {
            if slot > 0 {
                at += distance(layers, rank[slot - 1], vertex);
            }
            across[vertex] = at;
        }
    }
    let count = layers.ranks.len();
    let sweeps = (WORK / (layers.links.len() + layers.vertices.len()).max(1)).clamp(4, SWEEPS);
    for sweep in 0..sweeps {
        // The last third looks both ways, which straightens what the others left.
        let both = sweep * 3 >= sweeps * 2;
        if sweep % 2 == 0 {
            for rank in usize::from(!both)..count {
                settle(layers, &mut across, rank, if both { Look::Both } else { Look::Above });
            }
        } else {
            for rank in (0..count - usize::from(!both)).rev() {
                settle(layers, &mut across, rank, if both { Look::Both } else { Look::Below });
            }
        }
    }
    let start = across.iter().zip(&layers.vertices).map(|(at, vertex)| at - vertex.before).fold(f64::INFINITY, f64::min);
    if start.is_finite() {
        for at in &mut across {
            *at -= start;
        }
    }
    across
}

/// Start and end of every rank along the ranks.
fn bands(layers: &Layers, across: &[f64]) -> Vec<(f64, f64)> {
    let mut bands = Vec::with_capacity(layers.ranks.len());
    let mut at = 0.0;
    for (index, rank) in layers.ranks.iter().enumerate() {
        if index > 0 {
            // Lines that go far to the side need more room, or they would run almost level.
            let shift = layers.ranks[index - 1]
                .iter()
                .flat_map(|vertex| &layers.below[*vertex])
                .map(|link| (across[layers.links[*link].upper] - across[layers.links[*link].lower]).abs())
                .fold(0.0, f64::max);
            at += RANK_GAP + (shift * 0.07).min(44.0);
        }
        let height = rank.iter().map(|vertex| layers.vertices[*vertex].along).fold(0.0, f64::max);
        bands.push((at, at + height));
        at += height;
    }
    bands
}

/// Where each link meets the boxes at its ends, across the ranks: the lines of one side of a box are spread around its middle.
fn ports(spec: &Spec, layers: &Layers, across: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let mut at_upper: Vec<f64> = layers.links.iter().map(|link| across[link.upper]).collect();
    let mut at_lower: Vec<f64> = layers.links.iter().map(|link| across[link.lower]).collect();
    for (index, vertex) in layers.vertices.iter().enumerate() {
        let Role::Box(node) = vertex.role else { continue };
        let width = spec.boxes[node].across;
        for below in [true, false] {
            let mut links = if below { layers.below[index].clone() } else { layers.above[index].clone() };
            let other = |link: usize| across[if below { layers.links[link].lower } else { layers.links[link].upper }];
            links.sort_by(|a, b| other(*a).total_cmp(&other(*b)).then(a.cmp(b)));
            let steps = links.len().saturating_sub(1).max(1) as f64;
            let gap = PORT_GAP.min((width - 2.0 * CORNER).max(width * 0.3) / steps);
            let middle = links.len().saturating_sub(1) as f64 / 2.0;
            for (slot, link) in links.into_iter().enumerate() {
                let port = across[index] + (slot as f64 - middle) * gap;
                if below { at_upper[link] = port } else { at_lower[link] = port }
            }
        }
    }
    (at_upper, at_lower)
}

/// Puts everything in its place.
pub(super) fn place(spec: &Spec, layers: &Layers) -> Part {
    let across = places_across(layers);
    let bands = bands(layers, &across);
    let (at_upper, at_lower) = ports(spec, layers, &across);
    let middle = |vertex: usize| {
        let (start, end) = bands[layers.vertices[vertex].rank];
        (start + end) / 2.0
    };
    let mut part = Part { boxes: Vec::new(), routes: Vec::new(), size: Size::default() };
    for (index, vertex) in layers.vertices.iter().enumerate() {
        part.size.across = part.size.across.max(across[index] + vertex.after);
        let Role::Box(node) = vertex.role else { continue };
        let point = Point { across: across[index], along: middle(index) };
        part.boxes.push((node, point));
        for (line, _) in spec.lines.iter().enumerate().filter(|(_, line)| line.from == node && line.to == node) {
            let label_middle = spec.boxes[node].across / 2.0 + super::LOOP_REACH + spec.lines[line].label.across / 2.0;
            let label = Point { across: point.across + label_middle, along: point.along };
            part.routes.push((line, Route { pieces: Vec::new(), label }));
        }
    }
    part.size.along = bands.last().map_or(0.0, |band| band.1);
    for chain in &layers.chains {
        let mut pieces = Vec::with_capacity(chain.vertices.len());
        let last = chain.vertices.len() - 1;
        for (step, &vertex) in chain.vertices.iter().enumerate() {
            let (start, end) = bands[layers.vertices[vertex].rank];
            let half = match layers.vertices[vertex].role {
                Role::Box(node) => spec.boxes[node].along / 2.0,
                Role::Bend | Role::Label => 0.0,
            };
            let link_to = |other: usize| layers.below[vertex].iter().copied().find(|link| layers.links[*link].lower == other);
            let piece = if step == 0 {
                let link = chain.vertices.get(1).and_then(|next| link_to(*next));
                let port = link.map_or(across[vertex], |link| at_upper[link]);
                Piece { across: port, start: middle(vertex) + half, end }
            } else if step == last {
                let link =
                    layers.above[vertex].iter().copied().find(|link| layers.links[*link].upper == chain.vertices[step - 1]);
                let port = link.map_or(across[vertex], |link| at_lower[link]);
                Piece { across: port, start, end: middle(vertex) - half }
            } else {
                Piece { across: across[vertex], start, end }
            };
            pieces.push(piece);
        }
        if chain.reversed {
            pieces.reverse();
            for piece in &mut pieces {
                std::mem::swap(&mut piece.start, &mut piece.end);
            }
        }
        let label = chain.label.map_or(Point::default(), |at| {
            let vertex = chain.vertices[at];
            Point { across: across[vertex], along: middle(vertex) }
        });
        part.routes.push((chain.line, Route { pieces, label }));
    }
    part
}
