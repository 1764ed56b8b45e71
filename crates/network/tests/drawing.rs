//! Drawings: golden files of two small ones in all forms, and what holds of any drawing: well-formed documents, boxes that do not
//! overlap and stand on the page, the same bytes twice.

#![expect(clippy::expect_used, reason = "a helper that cannot go on ends its test")]

use interdict_network::drawing::{Direction, Drawing, DrawingError, Edge, Kind, MAX_LINES, MAX_NODES, Node, Style, Tone};
use proptest::prelude::*;
use quick_xml::events::Event;

/// An element as it was read: its name, its attributes without escapes, and its text.
#[derive(Debug, Clone, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
}

impl Element {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str) -> f64 {
        let text = self.get(name).unwrap_or_else(|| panic!("no {name} in {self:?}"));
        let value: f64 = text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}"));
        assert!(value.is_finite(), "{name} is {text:?}");
        value
    }

    fn is(&self, class: &str) -> bool {
        self.get("class").is_some_and(|classes| classes.split(' ').any(|one| one == class))
    }

    /// Left, top, right and bottom of a rectangle.
    fn rect(&self) -> [f64; 4] {
        let (x, y) = (self.number("x"), self.number("y"));
        [x, y, x + self.number("width"), y + self.number("height")]
    }
}

/// Reads an XML document whole, and fails where it is not well-formed. Elements come in the order of their ends.
fn read_xml(document: &str) -> Vec<Element> {
    let forbidden = document
        .chars()
        .find(|c| !matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}'));
    assert_eq!(forbidden, None, "a character that XML does not allow");
    let mut reader = quick_xml::Reader::from_str(document);
    let mut open: Vec<Element> = Vec::new();
    let mut done = Vec::new();
    loop {
        let event = reader.read_event().expect("well-formed");
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
                let name = start.name().as_ref().to_owned();
                let attributes = start.attributes().map(|attribute| {
                    let attribute = attribute.expect("an attribute, once");
                    let key = attribute.key.as_ref().to_owned();
                    let raw = attribute.value.as_ref();
                    assert!(!raw.contains('<'), "a bare < in an attribute");
                    (key, quick_xml::escape::unescape(raw).expect("known entities").into_owned())
                });
                let element = Element { name, attributes: attributes.collect(), text: String::new() };
                if matches!(event, Event::Empty(_)) { done.push(element) } else { open.push(element) }
            }
            Event::End(_) => done.push(open.pop().expect("an open element")),
            Event::Text(text) => {
                let text: &str = &text;
                match open.last_mut() {
                    Some(element) => element.text.push_str(text),
                    None => assert!(text.trim().is_empty(), "text outside: {text:?}"),
                }
            }
            Event::GeneralRef(reference) => {
                let escaped = format!("&{};", &*reference);
                let text = quick_xml::escape::unescape(&escaped).expect("known entities").into_owned();
                open.last_mut().expect("an open element").text.push_str(&text);
            }
            Event::Decl(_) => {}
            Event::Eof => break,
            other => panic!("unexpected: {other:?}"),
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    done
}

/// All numbers of the data of a path.
fn path_numbers(data: &str) -> Vec<f64> {
    data.split(|c: char| c.is_ascii_alphabetic() || c == ' ')
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap_or_else(|_| panic!("{part:?} in {data:?}")))
        .collect()
}

fn overlap(a: [f64; 4], b: [f64; 4]) -> bool {
    // Places have one decimal, so touching edges can be 0.1 px off.
    a[0] + 0.2 < b[2] && b[0] + 0.2 < a[2] && a[1] + 0.2 < b[3] && b[1] + 0.2 < a[3]
}

/// Points along a path that this program writes: absolute moves, straight pieces and cubic curves.
fn path_points(data: &str) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for (at, command) in data.match_indices(['M', 'L', 'C']) {
        let end = data[at + 1..].find(['M', 'L', 'C', 'Z']).map_or(data.len(), |end| at + 1 + end);
        let numbers = path_numbers(&data[at + 1..end]);
        let from = points.last().copied().unwrap_or_default();
        match (command, numbers.as_slice()) {
            ("M", &[x, y]) => points.push((x, y)),
            ("L", &[x, y]) => {
                points.extend(
                    (1..=16).map(|step| f64::from(step) / 16.0).map(|t| (from.0 + (x - from.0) * t, from.1 + (y - from.1) * t)),
                );
            }
            ("C", &[x1, y1, x2, y2, x3, y3]) => points.extend((1..=16).map(|step| f64::from(step) / 16.0).map(|t| {
                let bezier = |a: f64, b: f64, c: f64, d: f64| {
                    let s = 1.0 - t;
                    s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d
                };
                (bezier(from.0, x1, x2, x3), bezier(from.1, y1, y2, y3))
            })),
            other => panic!("{other:?} in {data:?}"),
        }
    }
    points
}

/// Checks a picture: everything on the page, boxes and labels clear of each other, and no line through a box. Gives its boxes.
fn check_svg(svg: &str) -> Vec<[f64; 4]> {
    let elements = read_xml(svg);
    let root = elements.last().expect("a root");
    assert_eq!(root.name, "svg");
    let (width, height) = (root.number("width"), root.number("height"));
    assert_eq!(root.get("viewBox"), Some(format!("0 0 {width} {height}").as_str()));
    let boxes: Vec<[f64; 4]> = elements.iter().filter(|e| e.is("ni-box")).map(Element::rect).collect();
    let labels = elements.iter().filter(|e| e.name == "rect" && e.is("ni-page") && e.get("x").is_some());
    let mut all = boxes.clone();
    all.extend(labels.map(Element::rect));
    for (index, one) in all.iter().enumerate() {
        assert!(one[0] >= 0.0 && one[1] >= 0.0 && one[2] <= width && one[3] <= height, "{one:?} is off the page");
        for other in &all[..index] {
            assert!(!overlap(*one, *other), "{one:?} and {other:?} overlap");
        }
    }
    for path in elements.iter().filter(|e| e.name == "path") {
        let points = path_points(path.get("d").expect("data"));
        assert!(!points.is_empty());
        for (x, y) in points {
            assert!((0.0..=width).contains(&x) && (0.0..=height).contains(&y), "{x}, {y} is off the page");
            let inside = |one: &&[f64; 4]| one[0] + 0.5 < x && x < one[2] - 0.5 && one[1] + 0.5 < y && y < one[3] - 0.5;
            assert_eq!(boxes.iter().find(inside), None, "a line goes through a box at {x}, {y}");
        }
    }
    for text in elements.iter().filter(|e| e.name == "text") {
        assert!((0.0..=width).contains(&text.number("x")) && (0.0..=height).contains(&text.number("y")), "{text:?}");
    }
    for element in &elements {
        assert!(!["script", "image", "use", "foreignObject", "a"].contains(&element.name.as_str()), "{element:?}");
        assert!(element.attributes.iter().all(|(name, _)| !name.contains("href") && !name.starts_with("on")), "{element:?}");
    }
    boxes
}

/// Two listed persons who own half of a company in aggregate, through two others.
fn ownership() -> Drawing {
    let nodes = vec![
        Node::new("x", "Person X", Kind::Person).tone(Tone::Listed).note("ofac-90001").note("SDN, DPRK3"),
        Node::new("y", "Person Y", Kind::Person).tone(Tone::Listed).note("ofac-90002"),
        Node::new("a", "Entity A Trading Company Limited", Kind::Company).tone(Tone::Blocked).note("la"),
        Node::new("b", "Entity B \"Shipping\" & Co", Kind::Company).tone(Tone::Blocked),
        Node::new("c", "Entity C", Kind::Company).tone(Tone::Blocked).asked(),
    ];
    let edge = |from, to, label, share, source| {
        Edge::new(from, to, label, Style::Solid, source).share(share, share).emphasised().dates(Some("2024-03-01"), None)
    };
    let edges = vec![
        edge("x", "a", "50 %", 50.0, "own.csv, line 2"),
        edge("y", "b", "50 %", 50.0, "own.csv, line 3"),
        edge("a", "c", "25 %", 25.0, "own.csv, line 4"),
        edge("b", "c", "25 %", 25.0, "own.csv, line 5"),
        Edge::new("y", "c", "director", Style::Dashed, "own.csv, line 6"),
    ];
    Drawing::new("Entity C is blocked", nodes, edges)
        .expect("a drawing")
        .footnote("Rule: 50 Percent Rule")
        .footnote("Snapshot: 0123abcd")
}

/// A way in several scripts, with a shared address, a line to itself and a party without links.
fn path() -> Drawing {
    let nodes = vec![
        Node::new("1", "발명무역회사", Kind::Company).asked(),
        Node::new("2", "发明国际贸易有限公司", Kind::Company).note("USCC 000"),
        Node::new("3", "شركة الاختراع للتجارة", Kind::Company).tone(Tone::Caution),
        Node::new("4", "12 Example Street", Kind::Address),
        Node::new("5", "Bureau of Invention", Kind::Organization).tone(Tone::Listed),
        Node::new("6", "Alone Ltd", Kind::Other).tone(Tone::Undecided),
    ];
    let edges = vec![
        Edge::new("2", "1", ">25–50 %", Style::Solid, "register, 7").share(25.0, 50.0).emphasised(),
        Edge::new("2", "3", "director", Style::Dashed, "register, 9").emphasised(),
        Edge::new("2", "3", "secretary", Style::Dashed, "register, 10").dates(Some("2020"), Some("2021-05")),
        Edge::new("3", "4", "address", Style::Dotted, "register, 12").emphasised(),
        Edge::new("5", "4", "address", Style::Dotted, "list, 1").emphasised(),
        Edge::new("3", "3", "treasury shares", Style::Solid, "register, 13"),
    ];
    Drawing::new("How two parties are linked", nodes, edges).expect("a drawing").direction(Direction::Right)
}

#[test]
fn golden_files() {
    for (name, drawing) in [("ownership", ownership()), ("path", path())] {
        check_svg(&drawing.to_svg());
        insta::assert_snapshot!(format!("{name}_svg"), drawing.to_svg());
        insta::assert_snapshot!(format!("{name}_dot"), drawing.to_dot());
        insta::assert_snapshot!(format!("{name}_graphml"), drawing.to_graphml());
        let json = serde_json::to_string_pretty(&drawing.to_json()).expect("JSON");
        insta::assert_snapshot!(format!("{name}_json"), json);
    }
}

#[test]
fn owners_stand_above() {
    let boxes = check_svg(&ownership().to_svg());
    for (owner, owned) in [(0, 2), (1, 3), (2, 4), (3, 4)] {
        assert!(boxes[owner][3] < boxes[owned][1], "{owner} is not above {owned}");
    }
}

#[test]
fn a_path_runs_to_the_right_whichever_way_its_links_point() {
    let boxes = check_svg(&path().to_svg());
    for step in 1..5 {
        assert!(boxes[step - 1][2] < boxes[step][0], "step {step} is not to the right");
    }
}

#[test]
fn findings_stand_in_words_and_sources_on_the_page() {
    let elements = read_xml(&ownership().to_svg());
    let texts: Vec<&str> = elements.iter().filter(|e| e.name == "text").map(|e| e.text.as_str()).collect();
    for text in ["LISTED", "BLOCKED", "ASKED ABOUT", "50 % [1]", "[1] own.csv, line 2", "Snapshot: 0123abcd"] {
        assert!(texts.contains(&text), "{text} is not in {texts:?}");
    }
    let tooltips: Vec<&str> = elements.iter().filter(|e| e.name == "title").map(|e| e.text.as_str()).collect();
    assert!(tooltips.contains(&"Person X → Entity A Trading Company Limited\n50 %, since 2024-03-01 — own.csv, line 2"));
}

#[test]
fn links_of_the_same_two_parties_are_one_line() {
    let nodes = || vec![Node::new("a", "A", Kind::Person), Node::new("b", "B", Kind::Company)];
    let edge = |label: &str, style| Edge::new("a", "b", label, style, "");
    let edges = vec![edge("director", Style::Dashed), edge("60 %", Style::Solid), edge("director", Style::Dashed)];
    let elements = read_xml(&Drawing::new("", nodes(), edges).expect("a drawing").to_svg());
    assert_eq!(elements.iter().filter(|e| e.is("ni-head")).count(), 1);
    let labels: Vec<&str> = elements.iter().filter(|e| e.is("ni-label")).map(|e| e.text.as_str()).collect();
    assert_eq!(labels, ["director ×2", "60 %"]);
}

#[test]
fn circles_and_nothing_are_drawn() {
    assert!(check_svg(&Drawing::new("", Vec::new(), Vec::new()).expect("a drawing").to_svg()).is_empty());
    let nodes = ["a", "b", "c"].map(|id| Node::new(id, id, Kind::Company)).to_vec();
    let edges = [("a", "b"), ("b", "c"), ("c", "a"), ("b", "a"), ("c", "c")]
        .map(|(from, to)| Edge::new(from, to, "30 %", Style::Solid, "r"))
        .to_vec();
    assert_eq!(check_svg(&Drawing::new("circle", nodes, edges).expect("a drawing").to_svg()).len(), 3);
}

#[test]
fn a_large_picture_is_cut_to_what_is_near_and_says_so() {
    let count = MAX_NODES + 60;
    let nodes = (0..count).map(|i| {
        let node = Node::new(format!("n{i}"), format!("Company {i}"), Kind::Company);
        if i == count - 1 { node.asked() } else { node }
    });
    let edges = (1..count).map(|i| Edge::new(format!("n{}", i / 40 * 40 / 2), format!("n{i}"), "", Style::Solid, "r"));
    let drawing = Drawing::new("large", nodes.collect(), edges.collect()).expect("a drawing");
    let svg = drawing.to_svg();
    assert_eq!(check_svg(&svg).len(), MAX_NODES);
    assert!(svg.contains(&format!("shows {MAX_NODES} of {count} parties")), "no footnote");
    assert!(svg.contains("60 are left out"));
    assert!(svg.contains(&format!("Company {}", count - 1)), "the party asked about is cut");
    assert_eq!(drawing.to_json()["nodes"].as_array().map(Vec::len), Some(count));
    assert_eq!(drawing.to_graphml().matches("<node ").count(), count);
}

#[test]
fn too_many_lines_are_cut_too() {
    let count = 40;
    let nodes = (0..count).map(|i| Node::new(i.to_string(), i.to_string(), Kind::Other)).collect();
    let mut edges = Vec::new();
    for from in 0..count {
        edges.extend(
            (0..count).filter(|to| *to != from).map(|to| Edge::new(from.to_string(), to.to_string(), "", Style::Dashed, "")),
        );
    }
    let total = edges.len();
    assert!(total > MAX_LINES);
    let svg = Drawing::new("all", nodes, edges).expect("a drawing").to_svg();
    assert!(svg.contains(&format!("shows {MAX_LINES} of {total} lines")));
    assert_eq!(svg.matches("ni-head\" d").count(), MAX_LINES);
}

#[test]
fn what_is_no_drawing_is_refused() {
    let node = |id: &str| Node::new(id, id, Kind::Person);
    let edge = |from: &str, to: &str| Edge::new(from, to, "", Style::Solid, "");
    let refused = |nodes, edges| Drawing::new("", nodes, edges).expect_err("no drawing");
    assert_eq!(refused(vec![node("a"), node("")], vec![]), DrawingError::NoId { index: 1 });
    assert_eq!(
        refused(vec![node("a"), node("b"), node("a")], vec![]),
        DrawingError::RepeatedId { id: "a".to_owned(), first: 0, second: 2 }
    );
    let error = refused(vec![node("a")], vec![edge("a", "a"), edge("a", "z")]);
    assert_eq!(error.to_string(), "edge 1, field `to`: there is no node \"z\"");
    for (least, greatest) in [(f64::NAN, 1.0), (0.0, f64::INFINITY), (-1.0, 3.0), (50.0, 25.0)] {
        let error = refused(vec![node("a")], vec![edge("a", "a").share(least, greatest)]);
        assert!(matches!(error, DrawingError::Share { index: 0, .. }), "{error}");
    }
}

/// Takes a DOT document apart: the quoted texts without quotes and escapes of quotes, and what stands between them.
fn read_dot(document: &str) -> (Vec<String>, String) {
    let (mut quoted, mut plain) = (Vec::new(), String::new());
    let mut chars = document.chars();
    while let Some(c) = chars.next() {
        if c != '"' {
            plain.push(c);
            continue;
        }
        let mut text = String::new();
        loop {
            match chars.next().expect("a closing quote") {
                '"' => break,
                '\\' => {
                    text.push('\\');
                    text.push(chars.next().expect("an escaped character"));
                }
                c => text.push(c),
            }
        }
        quoted.push(text);
    }
    (quoted, plain)
}

/// Labels with everything that can go wrong in a text.
fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => any::<String>(),
        2 => "[A-Za-z 가-힣一-龥ا-ي]{0,60}",
        2 => "[\"'&<>\\\\\\[\\]{}|\u{0}-\u{1f}\u{7f}\u{fffe}\u{202e}\u{301}]{0,20}",
        1 => Just("x".repeat(10_000)),
        1 => Just("long label ".repeat(1_000)),
        1 => Just("&amp;\\N]]>-->\u{0}".to_owned()),
    ]
}

fn drawing() -> impl Strategy<Value = Drawing> {
    let node =
        (label(), 0..Kind::ALL.len(), 0..Tone::ALL.len(), any::<bool>(), proptest::collection::vec(label(), 0..3), label());
    let style = prop_oneof![Just(Style::Solid), Just(Style::Dashed), Just(Style::Dotted)];
    let edge = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), label(), style, any::<bool>(), label());
    (label(), proptest::collection::vec(node, 1..12), proptest::collection::vec(edge, 0..24), any::<bool>()).prop_map(
        |(title, nodes, edges, right)| {
            let nodes: Vec<Node> = nodes
                .into_iter()
                .enumerate()
                .map(|(index, (label, kind, tone, asked, notes, id))| {
                    let mut node = Node::new(format!("{index}{id}"), label, Kind::ALL[kind]).tone(Tone::ALL[tone]);
                    node.asked = asked;
                    node.notes = notes;
                    node
                })
                .collect();
            let edges = edges.into_iter().map(|(from, to, label, style, emphasised, source)| {
                let mut edge = Edge::new(&*from.get(&nodes).id, &*to.get(&nodes).id, label, style, source);
                edge.emphasised = emphasised;
                edge
            });
            let edges = edges.collect();
            let drawing = Drawing::new(title.clone(), nodes, edges).expect("a drawing").footnote(title);
            drawing.direction(if right { Direction::Right } else { Direction::Down })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_drawing_is_a_sound_picture(drawing in drawing()) {
        let svg = drawing.to_svg();
        let boxes = check_svg(&svg);
        prop_assert_eq!(boxes.len(), drawing.nodes().len());
        prop_assert_eq!(svg, drawing.clone().to_svg());
    }

    #[test]
    fn any_drawing_is_sound_graphml(drawing in drawing()) {
        let document = drawing.to_graphml();
        let elements = read_xml(&document);
        let nodes: Vec<&str> = elements.iter().filter(|e| e.name == "node").filter_map(|e| e.get("id")).collect();
        let distinct: std::collections::BTreeSet<&&str> = nodes.iter().collect();
        prop_assert_eq!(distinct.len(), drawing.nodes().len());
        let edges: Vec<&Element> = elements.iter().filter(|e| e.name == "edge").collect();
        prop_assert_eq!(edges.len(), drawing.edges().len());
        for edge in edges {
            prop_assert!(nodes.contains(&edge.get("source").unwrap()) && nodes.contains(&edge.get("target").unwrap()));
        }
        let keys: Vec<&str> = elements.iter().filter(|e| e.name == "key").filter_map(|e| e.get("id")).collect();
        let data = elements.iter().filter(|e| e.name == "data");
        for element in data.clone() {
            prop_assert!(keys.contains(&element.get("key").unwrap()), "{:?} is not declared", element);
        }
        // Line ends and all else that XML allows come back as they were.
        let kept = |text: &str| text.chars().filter(|c| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}')).collect::<String>();
        let labels: Vec<String> = data.filter(|e| e.get("key") == Some("node_label")).map(|e| e.text.clone()).collect();
        let expected: Vec<String> = drawing.nodes().iter().map(|n| kept(&n.label)).filter(|l| !l.is_empty()).collect();
        prop_assert_eq!(labels.into_iter().filter(|l| !l.is_empty()).collect::<Vec<_>>(), expected);
        prop_assert_eq!(document, drawing.clone().to_graphml());
    }

    #[test]
    fn any_drawing_is_sound_dot(drawing in drawing()) {
        let document = drawing.to_dot();
        let (quoted, plain) = read_dot(&document);
        prop_assert!(plain.is_ascii());
        prop_assert_eq!(plain.matches("->").count(), drawing.edges().len());
        prop_assert_eq!(plain.matches(", kind=").count(), drawing.nodes().len());
        prop_assert!(quoted.iter().all(|text| !text.contains('\0')));
        prop_assert_eq!(document, drawing.clone().to_dot());
    }
}
