//! Where everything of a picture stands. Boxes with their sizes and lines with the sizes of their labels go in; the middle of
//! every box, the way of every line and the place of every label come out.
//!
//! The steps are those of a layered drawing: every line gets a direction so that none runs in a circle (`ranks`), every box a
//! rank, every long line a bend in each rank that it crosses and one in the rank of its label, every rank an order with few
//! crossings (`order`), and every box and bend a place (`place`). Here *along* is the axis that ranks follow each other on, down the
//! page or to the right, and *across* the other one. Bends and labels keep a slot of their own in their rank, so no line runs
//! through a box or another line's label.

mod order;
mod place;
mod ranks;

/// The least distance between two boxes of one rank, in px.
const BOX_GAP: f64 = 26.0;
/// The least distance of anything else in one rank, in px.
const BEND_GAP: f64 = 14.0;
/// The distance between parts of a picture that no line links, in px.
const PART_GAP: f64 = 48.0;
/// How far a line from a box to itself goes out, in px.
pub(super) const LOOP_REACH: f64 = 30.0;

/// A size in px, in the axes of the layout.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Size {
    /// Across the ranks.
    pub across: f64,
    /// Along the ranks.
    pub along: f64,
}

/// A place in px, in the axes of the layout.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Point {
    /// Across the ranks.
    pub across: f64,
    /// Along the ranks.
    pub along: f64,
}

/// A line that is to be drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineSpec {
    /// The box that it comes from.
    pub from: usize,
    /// The box that it leads to.
    pub to: usize,
    /// The size of its label; zero when it has none.
    pub label: Size,
    /// How much it matters that the line is short and straight.
    pub weight: f64,
}

/// What is to be laid out.
#[derive(Debug)]
pub(super) struct Spec {
    /// The sizes of the boxes.
    pub boxes: Vec<Size>,
    /// The lines.
    pub lines: Vec<LineSpec>,
    /// The box that the picture starts from; without one it follows the direction of the lines.
    pub start: Option<usize>,
    /// A rank that is longer than this is broken into several, in px.
    pub room: f64,
}

/// A straight piece of a line along the ranks; a curve leads from the end of one to the start of the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Where it is across the ranks.
    pub across: f64,
    /// Where it starts, along the ranks.
    pub start: f64,
    /// Where it ends.
    pub end: f64,
}

/// How a line runs.
#[derive(Debug, Clone, Default)]
pub(super) struct Route {
    /// Its pieces, from the box that it comes from to the one that it leads to; none for a line from a box to itself.
    pub pieces: Vec<Piece>,
    /// The middle of its label.
    pub label: Point,
}

/// A picture with everything in its place.
#[derive(Debug)]
pub(super) struct Placed {
    /// The middle of every box.
    pub boxes: Vec<Point>,
    /// The way of every line.
    pub routes: Vec<Route>,
    /// The size of the whole; everything is between 0 and this.
    pub size: Size,
}

/// Lays a picture out.
pub(super) fn layout(spec: &Spec) -> Placed {
    let mut placed = Placed {
        boxes: vec![Point::default(); spec.boxes.len()],
        routes: vec![Route::default(); spec.lines.len()],
        size: Size::default(),
    };
    let mut parts: Vec<place::Part> = parts(spec).into_iter().map(|part| lay_part(spec, &part)).collect();
    // The part with the party asked about comes first, then the large ones; single boxes fill the last row.
    let start = spec.start;
    parts.sort_by_key(|part| {
        let first = start.is_some_and(|start| part.boxes.iter().any(|(index, _)| *index == start));
        (!first, std::cmp::Reverse(part.boxes.len()))
    });
    let area: f64 = parts.iter().map(|part| (part.size.across + PART_GAP) * (part.size.along + PART_GAP)).sum();
    let widest = parts.iter().map(|part| part.size.across).fold(0.0, f64::max);
    let room = widest.max((area * 1.8).sqrt());
    let mut corner = Point::default();
    let mut row_end = 0.0_f64;
    for part in parts {
        if corner.across > 0.0 && corner.across + part.size.across > room {
            corner = Point { across: 0.0, along: row_end + PART_GAP };
        }
        for (index, point) in part.boxes {
            placed.boxes[index] = Point { across: point.across + corner.across, along: point.along + corner.along };
        }
        for (index, mut route) in part.routes {
            for piece in &mut route.pieces {
                piece.across += corner.across;
                piece.start += corner.along;
                piece.end += corner.along;
            }
            route.label.across += corner.across;
            route.label.along += corner.along;
            placed.routes[index] = route;
        }
        row_end = row_end.max(corner.along + part.size.along);
        placed.size.across = placed.size.across.max(corner.across + part.size.across);
        placed.size.along = placed.size.along.max(row_end);
        corner.across += part.size.across + PART_GAP;
    }
    placed
}

/// The boxes of every part that lines hold together, in the order of their first boxes.
fn parts(spec: &Spec) -> Vec<Vec<usize>> {
    let mut around = vec![Vec::new(); spec.boxes.len()];
    for line in &spec.lines {
        around[line.from].push(line.to);
        around[line.to].push(line.from);
    }
    let mut seen = vec![false; spec.boxes.len()];
    let mut parts = Vec::new();
    for first in 0..spec.boxes.len() {
        if seen[first] {
            continue;
        }
        seen[first] = true;
        let mut part = vec![first];
        let mut done = 0;
        while let Some(&node) = part.get(done) {
            done += 1;
            for &next in &around[node] {
                if !seen[next] {
                    seen[next] = true;
                    part.push(next);
                }
            }
        }
        part.sort_unstable();
        parts.push(part);
    }
    parts
}

/// What a vertex of the layered graph stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A box, by its number in the picture.
    Box(usize),
    /// The bend of a line that crosses the rank.
    Bend,
    /// The label of a line.
    Label,
}

/// A box, a bend or a label, with the room that it needs.
#[derive(Debug, Clone, Copy)]
struct Vertex {
    role: Role,
    rank: usize,
    /// The room that it needs before its middle, across the ranks.
    before: f64,
    /// The room that it needs behind its middle.
    after: f64,
    /// The room that it needs along the ranks.
    along: f64,
}

/// A piece of a line from a vertex to one in the next rank.
#[derive(Debug, Clone, Copy)]
struct Link {
    upper: usize,
    lower: usize,
    weight: f64,
}

/// A line as a chain of vertices.
#[derive(Debug)]
struct Chain {
    /// The number of the line in the picture.
    line: usize,
    /// Its vertices, one in each rank, from the first rank to the last.
    vertices: Vec<usize>,
    /// Whether the line points the other way.
    reversed: bool,
    /// Which of the vertices is its label.
    label: Option<usize>,
}

/// A part of a picture in ranks: boxes stand in the even ones, labels in the odd ones.
#[derive(Debug, Default)]
struct Layers {
    vertices: Vec<Vertex>,
    links: Vec<Link>,
    chains: Vec<Chain>,
    /// The vertices of every rank, in their order.
    ranks: Vec<Vec<usize>>,
    /// The links of every vertex to the rank before, by number.
    above: Vec<Vec<usize>>,
    /// The links of every vertex to the rank behind.
    below: Vec<Vec<usize>>,
}

impl Layers {
    fn add(&mut self, vertex: Vertex) -> usize {
        let index = self.vertices.len();
        if self.ranks.len() <= vertex.rank {
            self.ranks.resize_with(vertex.rank + 1, Vec::new);
        }
        self.ranks[vertex.rank].push(index);
        self.vertices.push(vertex);
        self.above.push(Vec::new());
        self.below.push(Vec::new());
        index
    }

    fn link(&mut self, upper: usize, lower: usize, weight: f64) {
        let index = self.links.len();
        self.links.push(Link { upper, lower, weight });
        self.below[upper].push(index);
        self.above[lower].push(index);
    }
}

/// Lays out one part.
fn lay_part(spec: &Spec, part: &[usize]) -> place::Part {
    let ranked = ranks::rank(spec, part);
    let mut layers = build(spec, part, &ranked);
    order::order(&mut layers);
    place::place(spec, &layers)
}

/// Makes vertices of the boxes, bends and labels.
fn build(spec: &Spec, part: &[usize], ranked: &ranks::Ranked) -> Layers {
    let mut layers = Layers::default();
    let mut vertex_of = vec![0; spec.boxes.len()];
    for (local, &index) in part.iter().enumerate() {
        let size = spec.boxes[index];
        let half = size.across / 2.0;
        // Lines from the box to itself stand behind it, with their label.
        let loops = spec.lines.iter().filter(|line| line.from == index && line.to == index).map(|line| line.label);
        let (mut after, mut along) = (half, size.along);
        for label in loops {
            after = half + LOOP_REACH + label.across + 4.0;
            along = along.max(label.along);
        }
        let rank = 2 * ranked.ranks[local];
        vertex_of[index] = layers.add(Vertex { role: Role::Box(index), rank, before: half, after, along });
    }
    let mut degree = vec![0_usize; spec.boxes.len()];
    for &(line, _) in &ranked.lines {
        degree[spec.lines[line].from] += 1;
        degree[spec.lines[line].to] += 1;
    }
    for &(index, reversed) in &ranked.lines {
        let line = spec.lines[index];
        let (first, last) = if reversed { (line.to, line.from) } else { (line.from, line.to) };
        let (top, bottom) = (layers.vertices[vertex_of[first]].rank, layers.vertices[vertex_of[last]].rank);
        // The label stands at the end with fewer lines, where it has more room.
        let label_rank = (line.label.across > 0.0).then(|| if degree[first] > degree[last] { bottom - 1 } else { top + 1 });
        let mut vertices = vec![vertex_of[first]];
        let mut label = None;
        for rank in top + 1..bottom {
            let vertex = if Some(rank) == label_rank {
                label = Some(vertices.len());
                let half = line.label.across / 2.0;
                Vertex { role: Role::Label, rank, before: half, after: half, along: line.label.along }
            } else {
                Vertex { role: Role::Bend, rank, before: 0.0, after: 0.0, along: 0.0 }
            };
            vertices.push(layers.add(vertex));
        }
        vertices.push(vertex_of[last]);
        for pair in vertices.windows(2) {
            // What is between two bends should be straight before all else.
            let bends = pair.iter().filter(|vertex| !matches!(layers.vertices[**vertex].role, Role::Box(_))).count();
            let straight = [1.0, 2.0, 8.0][bends];
            layers.link(pair[0], pair[1], line.weight * straight);
        }
        layers.chains.push(Chain { line: index, vertices, reversed, label });
    }
    layers
}
