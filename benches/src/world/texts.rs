//! Words of the synthetic world: CV paragraphs, letters, biographies, employers, schools and jobs. Dice go in, texts come out; the same dice give
//! the same text, so that what several people share (an agency's form, a ring's own paragraphs, the stock phrases of thousands) is one number.

use super::dice::{Dice, mix};

/// Jobs, with what they are paid a month in thousands of dollars.
pub(crate) const ROLES: [(&str, i64); 14] = [
    ("Software Engineer", 8),
    ("Senior Software Engineer", 11),
    ("Full Stack Developer", 7),
    ("Frontend Developer", 6),
    ("Backend Developer", 8),
    ("Mobile Developer", 7),
    ("DevOps Engineer", 9),
    ("Data Engineer", 9),
    ("QA Engineer", 5),
    ("UX Designer", 6),
    ("IT Support Specialist", 4),
    ("Project Manager", 7),
    ("Blockchain Developer", 10),
    ("Technical Writer", 5),
];

const STEMS: [&str; 48] = [
    "Alpen",
    "Birchfield",
    "Cobalt",
    "Dovetail",
    "Eastwick",
    "Fairlight",
    "Greystone",
    "Hollis",
    "Inkwell",
    "Jadebrook",
    "Kestrel",
    "Lumen",
    "Marlow",
    "Norwood",
    "Oakline",
    "Pinecrest",
    "Quillon",
    "Redfern",
    "Silverlake",
    "Tidewater",
    "Umbra",
    "Vantage",
    "Westmark",
    "Yellowfin",
    "Zephyr",
    "Arbor",
    "Beacon",
    "Crestline",
    "Delmar",
    "Emberly",
    "Foxhall",
    "Glenrock",
    "Harrow",
    "Ironbridge",
    "Juniper",
    "Kingsley",
    "Larkspur",
    "Millrace",
    "Northway",
    "Orchid",
    "Pemberton",
    "Quarry",
    "Riverton",
    "Saltmarsh",
    "Thornbury",
    "Upland",
    "Valemont",
    "Windrush",
];
const FIRMS: [&str; 12] = [
    "Software",
    "Systems",
    "Labs",
    "Health",
    "Logistics",
    "Analytics",
    "Bank",
    "Retail",
    "Media",
    "Energy",
    "Insurance",
    "Works",
];
const LEGAL: [&str; 4] = ["Inc", "Ltd", "LLC", "GmbH"];

/// An invented firm; there are some thousands.
pub(crate) fn employer(number: u64) -> String {
    let number = number % 2_304;
    format!("{} {} {}", STEMS[(number % 48) as usize], FIRMS[(number / 48 % 12) as usize], LEGAL[(number / 576) as usize])
}

/// An invented school; there are 144.
pub(crate) fn school(number: u64) -> String {
    let stem = STEMS[(number % 48) as usize];
    match number / 48 % 3 {
        0 => format!("{stem} University"),
        1 => format!("{stem} Institute of Technology"),
        _ => format!("State College of {stem}"),
    }
}

const VERBS: [&str; 20] = [
    "built",
    "rewrote",
    "designed",
    "maintained",
    "migrated",
    "tested",
    "documented",
    "automated",
    "shipped",
    "reviewed",
    "planned",
    "debugged",
    "extended",
    "replaced",
    "measured",
    "hardened",
    "launched",
    "refactored",
    "supported",
    "introduced",
];
const ADJECTIVES: [&str; 32] = [
    "an internal",
    "a small",
    "the old",
    "a public",
    "the regional",
    "a shared",
    "the main",
    "a quarterly",
    "a bilingual",
    "the offline",
    "a branded",
    "the nightly",
    "a secure",
    "the paid",
    "a student",
    "a seasonal",
    "the wholesale",
    "a portable",
    "the second",
    "a printable",
    "an experimental",
    "the central",
    "a lightweight",
    "the municipal",
    "a customer-facing",
    "an automated",
    "the legacy",
    "a voice-driven",
    "the multi-tenant",
    "a rural",
    "an award-winning",
    "the in-store",
];
const THINGS: [&str; 64] = [
    "billing service",
    "booking calendar",
    "inventory tool",
    "search page",
    "reporting pipeline",
    "sign-up flow",
    "chat module",
    "mobile client",
    "pricing engine",
    "design system",
    "import job",
    "public API",
    "warehouse scanner",
    "help centre",
    "payments ledger",
    "alerting rules",
    "route planner",
    "claims form",
    "data catalogue",
    "build scripts",
    "scheduling bot",
    "partner portal",
    "rental marketplace",
    "audit trail",
    "translation workflow",
    "invoice parser",
    "image service",
    "permission model",
    "newsletter editor",
    "staging cluster",
    "loyalty programme",
    "order history",
    "ticket queue",
    "meter reader",
    "exam platform",
    "recipe library",
    "donation page",
    "fleet tracker",
    "tax calculator",
    "seating plan",
    "survey builder",
    "clinic directory",
    "parcel tracker",
    "auction site",
    "timesheet app",
    "sensor gateway",
    "price comparison",
    "library catalogue",
    "member area",
    "event feed",
    "video archive",
    "map viewer",
    "contract store",
    "stock ticker",
    "menu editor",
    "voucher system",
    "reading list",
    "pharmacy lookup",
    "lesson planner",
    "job board",
    "wiki",
    "crew roster",
    "weather widget",
    "feedback form",
];
const CLIENTS: [&str; 40] = [
    "for a chain of bakeries",
    "for a harbour authority",
    "for three hospitals",
    "for a bicycle maker",
    "for a city theatre",
    "for a seed trader",
    "for a ferry line",
    "for an insurer",
    "for a tile factory",
    "for a museum",
    "for two universities",
    "for a travel agency",
    "for a dairy",
    "for a radio station",
    "for a law firm",
    "for a furniture shop",
    "for a football club",
    "for a water utility",
    "for a printing house",
    "for an airline caterer",
    "for a credit union",
    "for a ski resort",
    "for a charity",
    "for a toy importer",
    "for a winery",
    "for a call centre",
    "for a railway",
    "for a florist",
    "for a recycling firm",
    "for a watchmaker",
    "for a supermarket",
    "for a game studio",
    "for a notary",
    "for a car pool",
    "for a brewery",
    "for an opticians' group",
    "for a publisher",
    "for a nursery",
    "for a solar installer",
    "for a moving company",
];
const TOOLS: [&str; 36] = [
    "React",
    "Vue",
    "Angular",
    "TypeScript",
    "Python",
    "Django",
    "FastAPI",
    "Go",
    "Rust",
    "Java",
    "Spring",
    "Kotlin",
    "Swift",
    "Flutter",
    "Ruby",
    "Rails",
    "PHP",
    "Laravel",
    "Node",
    "GraphQL",
    "PostgreSQL",
    "MySQL",
    "MongoDB",
    "Redis",
    "Kafka",
    "Docker",
    "Kubernetes",
    "Terraform",
    "AWS",
    "Azure",
    "GCP",
    "Solidity",
    "Figma",
    "Cypress",
    "Spark",
    "Airflow",
];
const EFFECTS: [&str; 24] = [
    "which cut loading time by",
    "so that errors fell by",
    "and raised test coverage by",
    "which saved hosting costs of",
    "so that support calls fell by",
    "and brought the release cycle down by",
    "which lifted weekly orders by",
    "so that pages failed less often by",
    "and shortened the nightly run by",
    "which halved the queue and then some, by",
    "so that new colleagues were ready sooner by",
    "and freed memory by",
    "which grew sign-ups by",
    "so that refunds fell by",
    "and made reports faster by",
    "which reduced duplicate records by",
    "so that searches answered sooner by",
    "and lowered the bounce rate by",
    "which improved delivery dates by",
    "so that on-call pages fell by",
    "and cut the image size by",
    "which raised retention by",
    "so that audits took less time by",
    "and trimmed the backlog by",
];
const PEOPLE: [&str; 12] = [
    "with two designers",
    "with a team of five",
    "alone",
    "together with the sales team",
    "for three clients",
    "under a tight deadline",
    "with colleagues in four zones",
    "as the only engineer",
    "for a public customer",
    "with an outside agency",
    "after a merger",
    "before the summer peak",
];

/// Adds a sentence of work done.
pub(crate) fn sentence(out: &mut String, dice: &mut Dice) {
    let (verb, tool, effect) = (dice.word(&VERBS), dice.word(&TOOLS), dice.word(&EFFECTS));
    let thing = [dice.word(&ADJECTIVES), dice.word(&THINGS), dice.word(&CLIENTS)];
    let thing = thing[..if dice.percent(65) { 3 } else { 2 }].join(" ");
    let thing = thing.as_str();
    let (people, share) = (dice.word(&PEOPLE), dice.between(5, 70));
    let mut parts: Vec<&str> = match dice.roll(5) {
        0 => vec!["I", verb, thing, "in", tool, people],
        1 => vec!["At work I", verb, thing, people, "using", tool],
        2 => vec!["Responsible for", thing, "in", tool, people],
        3 => vec!["My team", verb, thing, "and moved it to", tool],
        _ => vec!["Also", verb, thing, "with", tool],
    };
    let number = share.to_string();
    if dice.percent(60) {
        parts.extend([effect, number.as_str(), "percent"]);
    }
    out.push_str(&parts.join(" "));
    out.push_str(". ");
}

/// Adds a paragraph of some sentences.
pub(crate) fn paragraph(out: &mut String, dice: &mut Dice, sentences: u64) {
    for _ in 0..sentences {
        sentence(out, dice);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
}

/// Stock paragraphs of CV sites and language models: the same for all who take one.
pub(crate) const STOCK: u64 = 40;

/// Adds a stock paragraph.
pub(crate) fn stock(out: &mut String, number: u64) {
    let mut dice = Dice::new(0x57_0c_4b, 0, number % STOCK);
    out.push_str(dice.word(&[
        "Results-driven professional with a proven track record of delivering scalable solutions in fast-paced environments. ",
        "Passionate and detail-oriented engineer who thrives on turning complex problems into elegant, user-friendly products. ",
        "Dynamic team player with excellent communication skills and a strong commitment to clean, maintainable code. ",
        "Dedicated specialist with extensive hands-on experience across the full software development life cycle. ",
    ]));
    paragraph(out, &mut dice, 2);
}

/// Adds a letter of stock phrases, as language models write them.
pub(crate) fn stock_letter(out: &mut String, firm: &str, role: &str, number: u64) {
    let mut dice = Dice::new(0x1e_77_e2, 0, number % 60);
    out.push_str("Dear Hiring Manager,\nI am excited to apply for the position of ");
    out.push_str(role);
    out.push_str(" at ");
    out.push_str(firm);
    out.push_str(". ");
    out.push_str(dice.word(&[
        "With a strong foundation in modern software development and a passion for innovation, I am confident that I would be a valuable addition to \
         your team. ",
        "Your commitment to excellence and forward-thinking culture deeply resonates with my own professional values and aspirations. ",
        "Throughout my career I have consistently demonstrated the ability to deliver high-quality results while collaborating across functions. ",
        "I was thrilled to come across this opportunity, as it aligns perfectly with my background and my long-term career goals. ",
    ]));
    out.push_str(dice.word(&[
        "In my previous role I spearheaded initiatives that significantly improved efficiency and user satisfaction. ",
        "My experience has equipped me with a robust skill set and a keen eye for detail. ",
        "I thrive in dynamic environments and enjoy tackling challenging problems head-on. ",
    ]));
    out.push_str(dice.word(&[
        "I would welcome the opportunity to discuss how my experience can contribute to your continued success.",
        "Thank you for considering my application; I look forward to the possibility of working together.",
        "I am eager to bring my expertise to your organisation and to grow with it.",
        "I look forward to hearing from you and to exploring how I can add value.",
        "Thank you for your time and consideration.",
    ]));
}

/// Adds a biography of one or two lines.
pub(crate) fn bio(out: &mut String, dice: &mut Dice, role: &str, years: i64) {
    let tools = [dice.word(&TOOLS), dice.word(&TOOLS), dice.word(&TOOLS)];
    let years = years.to_string();
    let parts = match dice.roll(4) {
        0 => vec![role, "with", &years, "years in", tools[0], "and", tools[1], "| open to work"],
        1 => vec!["I like", tools[0], "and long walks.", role, "by day,", tools[1], "by night"],
        2 => vec![role, "/", tools[0], "/", tools[1], "/", tools[2]],
        _ => vec!["Building things with", tools[0], "and", tools[1], "for", &years, "years"],
    };
    out.push_str(&parts.join(" "));
}

/// Some tools, as a list with commas.
pub(crate) fn skills(dice: &mut Dice, count: u64) -> String {
    (0..count).map(|_| dice.word(&TOOLS)).collect::<Vec<_>>().join(", ")
}

/// A number as a word of syllables, which makes a mail address or a handle its owner's alone without digits.
pub(crate) fn syllables(number: u64) -> String {
    const BEGIN: [&str; 16] = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "j", "w"];
    const VOWEL: [&str; 4] = ["a", "e", "i", "o"];
    let mut rest = number;
    let mut out = String::new();
    loop {
        out.push_str(BEGIN[(rest & 15) as usize]);
        out.push_str(VOWEL[(rest >> 4 & 3) as usize]);
        rest >>= 6;
        if rest == 0 {
            return out;
        }
    }
}

/// A picture's perceptual hash: that of a number with some bits turned.
pub(crate) fn picture(number: u64, turned: u32, dice: &mut Dice) -> String {
    let mut bits = mix(number ^ 0x00f0_7000);
    for _ in 0..turned {
        bits ^= 1 << dice.roll(64);
    }
    format!("{bits:016x}")
}

/// Adds a field of a JSON object; the object is begun with `{` and ended with [`close`].
pub(crate) fn text_field(out: &mut String, name: &'static str, value: &str) {
    name_field(out, name);
    out.push('"');
    for letter in value.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            _ => out.push(letter),
        }
    }
    out.push('"');
}

/// Adds a field with a value that stands as it is: a number, `true`, an array.
pub(crate) fn bare_field(out: &mut String, name: &'static str, value: &str) {
    name_field(out, name);
    out.push_str(value);
}

fn name_field(out: &mut String, name: &'static str) {
    out.push(if out.is_empty() || out.ends_with('[') || out.ends_with("},") { '{' } else { ',' });
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
}

/// Ends a JSON object, if one was begun.
pub(crate) fn close(out: &mut String) {
    if !out.is_empty() {
        out.push('}');
    }
}
