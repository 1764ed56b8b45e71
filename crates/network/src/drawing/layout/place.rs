//! The place of every vertex. Layers in order go in; the middles of the boxes and the ways of the lines come out.
//!
//! Across the ranks every vertex is drawn to the mean of its neighbours, weighted so that long lines become straight first. Rank by
//! rank that is a least-squares problem with least distances between neighbours, which pooling adjacent violators solves exactly.

use super::{BEND_GAP, BOX_GAP, Chain, Layers, Piece, Point, Role, Route, Size, Spec};

/// How often all ranks are gone through, at most.
const SWEEPS: usize = 60;
/// The work that all sweeps together may take, in links looked at.
const WORK: usize = 4_000_000;
/// How often bends are taken out of the lines after that.
const STRAIGHTENINGS: usize = 16;
/// A line whose ends are less than this out of line, in px, is made straight in the end.
const KINK: f64 = 16.0;
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

/// The places across the ranks.
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
    across
}

/// Moves all so that nothing is before 0.
fn from_zero(layers: &Layers, across: &mut [f64]) {
    let start = across.iter().zip(&layers.vertices).map(|(at, vertex)| at - vertex.before).fold(f64::INFINITY, f64::min);
    if start.is_finite() {
        for at in across {
            *at -= start;
        }
    }
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
            at += RANK_GAP + (shift * 0.1).min(70.0);
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

/// Where a vertex can go across the ranks while its neighbours stay where they are.
fn room(layers: &Layers, slots: &[usize], across: &[f64], vertex: usize) -> (f64, f64) {
    let rank = &layers.ranks[layers.vertices[vertex].rank];
    let slot = slots[vertex];
    let least = match slot.checked_sub(1).and_then(|left| rank.get(left)) {
        Some(&left) => across[left] + distance(layers, left, vertex),
        None => f64::NEG_INFINITY,
    };
    let most = match rank.get(slot + 1) {
        Some(&right) => across[right] - distance(layers, vertex, right),
        None => f64::INFINITY,
    };
    // Sums of many numbers differ in their last digits; a vertex can always stay.
    (least.min(across[vertex]), most.max(across[vertex]))
}

/// Takes bends out of lines: bends that can stand below each other do, under the box of that end which has fewer lines.
fn straighten(spec: &Spec, layers: &Layers, across: &mut [f64]) {
    let mut slots = vec![0; layers.vertices.len()];
    for rank in &layers.ranks {
        for (slot, vertex) in rank.iter().enumerate() {
            slots[*vertex] = slot;
        }
    }
    let rounds = (WORK / 8 / (layers.links.len() + layers.vertices.len()).max(1)).clamp(4, STRAIGHTENINGS);
    for round in 0..rounds {
        let (at_upper, at_lower) = ports(spec, layers, across);
        for chain in &layers.chains {
            let [upper, inner @ .., lower] = chain.vertices.as_slice() else { continue };
            let (Some(&top), Some(&bottom)) = (inner.first(), inner.last()) else { continue };
            let (Some(&start), Some(&end)) = (layers.above[top].first(), layers.below[bottom].first()) else { continue };
            let (out, back) = (layers.below[*upper].len(), layers.above[*lower].len());
            let to_start = out <= back;
            let mut wish = if out == back && round + 1 < rounds {
                // Both ends come nearer to each other, and the last round takes one of them.
                f64::midpoint(at_upper[start], at_lower[end])
            } else if to_start {
                at_upper[start]
            } else {
                at_lower[end]
            };
            // From the end that they follow, as many bends as have a place in common stand there.
            let mut open: Vec<usize> = if to_start { inner.to_vec() } else { inner.iter().rev().copied().collect() };
            while !open.is_empty() {
                let (mut least, mut most) = (f64::NEG_INFINITY, f64::INFINITY);
                let mut count = 0;
                for vertex in &open {
                    let (from, to) = room(layers, &slots, across, *vertex);
                    if least.max(from) > most.min(to) {
                        break;
                    }
                    (least, most) = (least.max(from), most.min(to));
                    count += 1;
                }
                wish = wish.clamp(least, most);
                for vertex in open.drain(..count.max(1)) {
                    across[vertex] = wish;
                }
            }
        }
        let (at_upper, at_lower) = ports(spec, layers, across);
        for (vertex, here) in layers.vertices.iter().enumerate() {
            if !matches!(here.role, Role::Box(_)) {
                continue;
            }
            // How far each line would have the box go, so that it meets its port straight.
            let above =
                layers.above[vertex].iter().map(|link| (&layers.links[*link], at_lower[*link], layers.links[*link].upper));
            let below =
                layers.below[vertex].iter().map(|link| (&layers.links[*link], at_upper[*link], layers.links[*link].lower));
            let ends: Vec<_> = above.chain(below).collect();
            let any_main = ends.iter().any(|(link, _, _)| link.main);
            let (mut sum, mut weights) = (0.0, 0.0);
            for (link, port, other) in ends.into_iter().filter(|(link, _, _)| link.main || !any_main) {
                sum += (across[other] - port) * link.weight;
                weights += link.weight;
            }
            if weights > 0.0 {
                let (least, most) = room(layers, &slots, across, vertex);
                across[vertex] = (across[vertex] + sum / weights).clamp(least, most);
            }
        }
    }
    remove_kinks(spec, layers, &slots, across);
}

/// Makes lines straight that are almost so: from the first rank on, a box with one line above it goes under the end of that line.
fn remove_kinks(spec: &Spec, layers: &Layers, slots: &[usize], across: &mut [f64]) {
    let (at_upper, at_lower) = ports(spec, layers, across);
    // A box takes its ports with it.
    let mut moved = vec![0.0; across.len()];
    let mut chains: Vec<&Chain> = layers.chains.iter().collect();
    chains.sort_by_key(|chain| (chain.vertices.first().map(|vertex| layers.vertices[*vertex].rank), chain.line));
    for chain in chains {
        let [upper, inner @ .., lower] = chain.vertices.as_slice() else { continue };
        let (Some(&top), Some(&bottom)) = (inner.first(), inner.last()) else { continue };
        let (Some(&start), Some(&end)) = (layers.above[top].first(), layers.below[bottom].first()) else { continue };
        let main = layers.links[end].main;
        let rivals = layers.above[*lower].iter().filter(|link| layers.links[**link].main || !main).count();
        let wish = at_upper[start] + moved[*upper];
        let shift = wish - (at_lower[end] + moved[*lower]);
        let fits = |vertex: usize, at: f64| {
            let (least, most) = room(layers, slots, across, vertex);
            least <= at && at <= most
        };
        if rivals == 1
            && shift.abs() < KINK
            && inner.iter().all(|vertex| fits(*vertex, wish))
            && fits(*lower, across[*lower] + shift)
        {
            for vertex in inner {
                across[*vertex] = wish;
            }
            across[*lower] += shift;
            moved[*lower] += shift;
        }
    }
}

/// Puts everything in its place.
pub(super) fn place(spec: &Spec, layers: &Layers) -> Part {
    let mut across = places_across(layers);
    straighten(spec, layers, &mut across);
    from_zero(layers, &mut across);
    let bands = bands(layers, &across);
    let (at_upper, at_lower) = ports(spec, layers, &across);
    let middle = |vertex: usize| {
        let (start, end) = bands[layers.vertices[vertex].rank];
        f64::midpoint(start, end)
    };
    let mut placed = Part { boxes: Vec::new(), routes: Vec::new(), size: Size::default() };
    for (index, vertex) in layers.vertices.iter().enumerate() {
        placed.size.across = placed.size.across.max(across[index] + vertex.after);
        let Role::Box(node) = vertex.role else { continue };
        let point = Point { across: across[index], along: middle(index) };
        placed.boxes.push((node, point));
        for (line, _) in spec.lines.iter().enumerate().filter(|(_, line)| line.from == node && line.to == node) {
            let label_middle = spec.boxes[node].across / 2.0 + super::LOOP_REACH + spec.lines[line].label.across / 2.0;
            let label = Point { across: point.across + label_middle, along: point.along };
            placed.routes.push((line, Route { pieces: Vec::new(), label }));
        }
    }
    placed.size.along = bands.last().map_or(0.0, |band| band.1);
    for chain in &layers.chains {
        let mut pieces = Vec::with_capacity(chain.vertices.len());
        let last = chain.vertices.len() - 1;
        for (step, &vertex) in chain.vertices.iter().enumerate() {
            let band = bands[layers.vertices[vertex].rank];
            let half = match layers.vertices[vertex].role {
                Role::Box(node) => spec.boxes[node].along / 2.0,
                Role::Bend | Role::Label => 0.0,
            };
            let link_to = |other: usize| layers.below[vertex].iter().copied().find(|link| layers.links[*link].lower == other);
            let piece = if step == 0 {
                let link = chain.vertices.get(1).and_then(|next| link_to(*next));
                let port = link.map_or(across[vertex], |link| at_upper[link]);
                Piece { across: port, start: middle(vertex) + half, end: band.1 }
            } else if step == last {
                let link =
                    layers.above[vertex].iter().copied().find(|link| layers.links[*link].upper == chain.vertices[step - 1]);
                let port = link.map_or(across[vertex], |link| at_lower[link]);
                Piece { across: port, start: band.0, end: middle(vertex) - half }
            } else {
                Piece { across: across[vertex], start: band.0, end: band.1 }
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
        placed.routes.push((chain.line, Route { pieces, label }));
    }
    placed
}
