//! Listed names in texts: how fast text is scanned, how many planted mentions are found in generated articles and how many others are
//! reported, and what is reported in pages that name nobody listed. The articles are made by a generator that knows nothing of the scanner
//! (`documents/`): templates and names go in, texts with their truth come out.

mod article;
mod forms;
pub(crate) mod parties;
mod russian;
mod templates;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher;
use std::hint::black_box;
use std::time::Instant;

use anyhow::Result;
use interdict_documents::{Mention, ScanScratch, ScanSettings, Scanner};
use interdict_matching::Settings;
use interdict_snapshot::Snapshot;
use rayon::prelude::*;
use rustc_hash::FxHasher;
use serde_json::{Value as Json, json};

use self::article::{APART, Article, Tongue, Truth, Writer};
use self::forms::rough;
use self::parties::Pools;
use self::templates::{Kind, Templates};
use crate::data::{Dice, ISSUE, Setting};
use crate::lists::on_processor;
use crate::speed::median;
use crate::table::{Bar, dump, percent, print, progress, rate, say, share};

/// Seeds of the articles.
const SEEDS: [u64; 3] = [20_260_601, 104_729, 611_953];
/// Articles of a seed.
const ARTICLES: usize = 1_000;
/// Bytes of distinct text that are scanned for speed, and passes over them.
const BYTES: usize = 40_000_000;
const PASSES: usize = 5;
/// Pages that name nobody listed, and letters of a page.
const PAGES: usize = 2_000;
const PAGE: usize = 3_000;
/// MB a second on one core, the share of mentions that is to be found, the share of reports that is to be right, false mentions a hundred pages.
const SPEED: f64 = 20.0;
const RECALL: f64 = 0.97;
const PRECISION: f64 = 0.95;
const FALSE: f64 = 1.0;
/// Of the false mentions, how many are shown.
const SHOWN: usize = 12;

/// The templates of all languages.
struct Library {
    english: Templates,
    prose: Templates,
    russian: Templates,
    others: Templates,
}

impl Library {
    fn new() -> Self {
        Self {
            english: Templates::parse(include_str!("documents/english.txt")),
            prose: Templates::parse(include_str!("documents/prose.txt")),
            russian: Templates::parse(include_str!("documents/russian.txt")),
            others: Templates::parse(include_str!("documents/others.txt")),
        }
    }

    /// Templates and the kinds of a language; `prose` is English that is no news.
    fn of(&self, language: &str) -> (&Templates, Vec<&Kind>) {
        let (templates, all) = match language {
            "en" => (&self.english, true),
            "prose" => (&self.prose, true),
            "ru" => (&self.russian, true),
            _ => (&self.others, false),
        };
        (templates, templates.kinds.iter().filter(|kind| all || kind.name == language).collect())
    }
}

fn tongue(language: &str) -> Tongue<'_> {
    Tongue { code: if language == "prose" { "en" } else { language } }
}

pub(crate) fn run(setting: &Setting) -> Result<()> {
    if !setting.data.join(ISSUE).exists() || !setting.data.join("negatives").is_dir() {
        say("documents: skipped: the SDN list or the people and firms on no list are not here");
        return Ok(());
    }
    let snapshot = setting.sdn()?;
    progress("documents: reading who may stand in a text");
    let pools = Pools::new(&snapshot, setting)?;
    let library = Library::new();
    let scanner = Scanner::new(&snapshot, Settings::default(), ScanSettings::default());
    speed(setting, &pools, &library, &scanner);
    planted(setting, &snapshot, &pools, &library, &scanner)?;
    nobody(setting, &pools, &library, &scanner)
}

/// Articles of a language until there are so many bytes.
fn corpus(pools: &Pools, library: &Library, language: &str, bytes: usize, named: bool) -> Vec<String> {
    let (templates, kinds) = library.of(language);
    let mut writer = Writer { pools, dice: Dice(4_049) };
    let mut texts = Vec::new();
    let mut made = 0;
    while made < bytes {
        let Some(kind) = kinds.get(writer.dice.roll(kinds.len())) else { break };
        let mentions = if named { 1 + writer.dice.roll(6) } else { 0 };
        let most = 150 + writer.dice.roll(551);
        let text = writer.article(templates, kind, tongue(language), mentions, most).text;
        made += text.len();
        texts.push(text);
    }
    texts
}

/// MB a second over the texts, the median of all passes, in time on the processor where the kernel tells it.
fn megabytes(texts: &[String], mut pass: impl FnMut(&str) -> usize) -> (f64, usize) {
    let bytes: usize = texts.iter().map(String::len).sum();
    let mut found = 0;
    let samples = (0..PASSES).map(|_| {
        let (clock, begin) = (Instant::now(), on_processor());
        found = texts.iter().map(|text| pass(text)).sum();
        let seconds = match (begin, on_processor()) {
            (Some(begin), Some(end)) if end > begin => end - begin,
            _ => clock.elapsed().as_secs_f64(),
        };
        bytes as f64 / 1e6 / seconds
    });
    let samples = samples.collect();
    (median(samples), found)
}

/// What any reading of a text costs at least: its words, each hashed.
fn words(text: &str) -> usize {
    let mut count = 0;
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let mut hasher = FxHasher::default();
        hasher.write(word.as_bytes());
        black_box(hasher.finish());
        count += 1;
    }
    count
}

fn speed(setting: &Setting, pools: &Pools, library: &Library, scanner: &Scanner<'_>) {
    let bytes = BYTES / setting.stride();
    let show = |value: f64| format!("{value:.1} MB/s");
    let mut rows = Vec::new();
    let mut scratch = ScanScratch::default();
    let mut line = |what: &str, texts: &[String]| {
        progress(&format!("documents: scanning {what}"));
        let size: usize = texts.iter().map(String::len).sum();
        let (measured, mentions) = megabytes(texts, |text| scanner.scan(text, &mut scratch).len());
        let (reference, _) = megabytes(texts, words);
        let [bar, verdict] = Bar::AtLeast(SPEED).columns(measured, show);
        rows.push(vec![
            what.to_owned(),
            texts.len().to_string(),
            format!("{:.1}", size as f64 / 1e6),
            mentions.to_string(),
            show(measured),
            bar,
            verdict,
            show(reference),
            format!("{:.1}", reference / measured),
        ]);
    };
    let news = corpus(pools, library, "en", bytes, true);
    line("articles in English with mentions", &news);
    // The time is to grow with the text and not faster.
    line("the same as one text", &[news.concat()]);
    drop(news);
    line("articles in English with none", &corpus(pools, library, "en", bytes / 2, false));
    line("prose in English with none", &corpus(pools, library, "prose", bytes / 2, false));
    line("articles in Russian with mentions", &corpus(pools, library, "ru", bytes / 2, true));
    line("articles in Chinese with mentions", &corpus(pools, library, "zh", bytes / 8, true));
    print(
        &format!("Scanning plain text against the whole SDN list, one core, median of {PASSES} passes, time on the processor"),
        &["what", "texts", "MB", "mentions", "measured", "bar", "", "its words, each hashed", "times its time"],
        &rows,
    );
}

/// The articles of a seed, of a thousand: 780 in English, 100 in Russian, 15 each in Spanish, German and French, 25 each in Arabic, Chinese
/// and Korean.
fn articles(pools: &Pools, library: &Library, seed: u64, count: usize) -> Vec<Article> {
    let mut writer = Writer { pools, dice: Dice(seed) };
    let mut made = Vec::new();
    for number in 0..count {
        let language = match number * 1_000 / count {
            0..780 => "en",
            780..880 => "ru",
            880..895 => "es",
            895..910 => "de",
            910..925 => "fr",
            925..950 => "ar",
            950..975 => "zh",
            _ => "ko",
        };
        let (templates, kinds) = library.of(language);
        let Some(kind) = kinds.get(writer.dice.roll(kinds.len())) else { continue };
        let mentions = 1 + writer.dice.roll(6);
        let most = 150 + writer.dice.roll(551);
        made.push(writer.article(templates, kind, tongue(language), mentions, most));
    }
    made
}

/// Whether a mention names who is meant, or somebody who bears the same name.
fn right(mention: &Mention<'_>, truth: &Truth) -> bool {
    truth.entities.contains(&mention.entity.index())
        || mention.entity.names().any(|name| truth.keys.iter().any(|key| *key == rough(name.text())))
}

fn overlaps(mention: &Mention<'_>, truth: &Truth) -> bool {
    mention.span.start < truth.span.end && truth.span.start < mention.span.end
}

/// What came of the articles of a seed.
#[derive(Default)]
struct Outcome {
    /// Found and all, by class.
    classes: BTreeMap<&'static str, [usize; 2]>,
    found: usize,
    truths: usize,
    /// Distinct spans that overlap what is truly named, those of them with the wrong party alone, and those that overlap nothing.
    spans: [usize; 3],
    mentions: usize,
    cases: Vec<Json>,
}

impl Outcome {
    fn add(&mut self, article: &Article, mentions: &[Mention<'_>], snapshot: &Snapshot, seed: u64) {
        let text = &article.text;
        self.mentions += mentions.len();
        for truth in &article.truths {
            let found = mentions.iter().any(|mention| overlaps(mention, truth) && right(mention, truth));
            for class in truth.classes.iter().copied() {
                let counts = self.classes.entry(class).or_default();
                counts[0] += usize::from(found);
                counts[1] += 1;
            }
            if !truth.classes.contains(&APART) {
                self.found += usize::from(found);
                self.truths += 1;
            }
            if !found {
                let party = truth.entities.first().and_then(|index| snapshot.entity_at(*index));
                let instead: Vec<_> =
                    mentions.iter().filter(|mention| overlaps(mention, truth)).map(|mention| told(mention, text)).collect();
                self.cases.push(json!({
                    "failure": "missed", "seed": seed, "classes": truth.classes, "text": text.get(truth.span.clone()),
                    "party": party.map(|party| json!({"id": party.id(), "name": party.caption()})), "around": around(text, &truth.span),
                    "instead": instead,
                }));
            }
        }
        let spans: BTreeSet<(usize, usize)> = mentions.iter().map(|mention| (mention.span.start, mention.span.end)).collect();
        for (start, end) in spans {
            let mut of = mentions.iter().filter(|mention| mention.span == (start..end));
            let Some(best) = of.clone().next() else { continue };
            let mut truths = article.truths.iter().filter(|truth| overlaps(best, truth)).peekable();
            if truths.peek().is_none() {
                self.spans[2] += 1;
                let mut case = told(best, text);
                case["failure"] = "false".into();
                case["seed"] = seed.into();
                self.cases.push(case);
            } else {
                self.spans[0] += 1;
                let named: Vec<_> = truths.collect();
                self.spans[1] += usize::from(!of.any(|mention| named.iter().any(|truth| right(mention, truth))));
            }
        }
    }
}

/// What stands around a span.
fn around(text: &str, span: &std::ops::Range<usize>) -> String {
    let from = text.floor_char_boundary(span.start.saturating_sub(40));
    let to = text.ceil_char_boundary((span.end + 40).min(text.len()));
    text.get(from..to).unwrap_or_default().to_owned()
}

/// A mention for who looks into it.
fn told(mention: &Mention<'_>, text: &str) -> Json {
    json!({
        "text": text.get(mention.span.clone()), "score": mention.score, "id": mention.entity.id(), "name": mention.entity.caption(),
        "around": around(text, &mention.span),
    })
}

fn planted(setting: &Setting, snapshot: &Snapshot, pools: &Pools, library: &Library, scanner: &Scanner<'_>) -> Result<()> {
    let show = |value: f64| format!("{:.2} %", value * 100.0);
    let mut rows = Vec::new();
    let mut classes: BTreeMap<&'static str, [usize; 2]> = BTreeMap::new();
    let mut cases = Vec::new();
    for seed in SEEDS {
        progress(&format!("documents: looking for planted mentions, seed {seed}"));
        let articles = articles(pools, library, seed, ARTICLES / setting.stride());
        let mentions: Vec<Vec<Mention<'_>>> = articles
            .par_iter()
            .map_init(ScanScratch::default, |scratch, article| scanner.scan(&article.text, scratch))
            .collect();
        let mut outcome = Outcome::default();
        for (article, mentions) in articles.iter().zip(&mentions) {
            outcome.add(article, mentions, snapshot, seed);
        }
        for (class, counts) in &outcome.classes {
            let sum = classes.entry(class).or_default();
            *sum = [sum[0] + counts[0], sum[1] + counts[1]];
        }
        let [true_spans, wrong, false_spans] = outcome.spans;
        let spans = true_spans + false_spans;
        let [recall_bar, recall_verdict] = Bar::AtLeast(RECALL).columns(share(outcome.found, outcome.truths), show);
        let [precision_bar, precision_verdict] = Bar::AtLeast(PRECISION).columns(share(true_spans, spans), show);
        let words: usize = articles.iter().map(|article| article.text.split_whitespace().count()).sum();
        rows.push(vec![
            seed.to_string(),
            articles.len().to_string(),
            (words / articles.len().max(1)).to_string(),
            outcome.truths.to_string(),
            rate(outcome.found, outcome.truths),
            recall_bar,
            recall_verdict,
            spans.to_string(),
            rate(true_spans, spans),
            precision_bar,
            precision_verdict,
            percent(wrong, true_spans),
            format!("{:.2}", outcome.mentions as f64 / spans.max(1) as f64),
        ]);
        cases.extend(outcome.cases);
    }
    print(
        "Planted mentions in generated articles",
        &[
            "seed",
            "articles",
            "words each",
            "planted",
            "recall (95 % interval)",
            "bar",
            "",
            "reported",
            "precision (95 % interval)",
            "bar",
            "",
            "wrong party alone",
            "parties a span",
        ],
        &rows,
    );
    let rows: Vec<_> = classes
        .iter()
        .map(|(class, [found, all])| {
            let class = if *class == APART { format!("{class} (not in the total)") } else { (*class).to_owned() };
            vec![class, all.to_string(), found.to_string(), rate(*found, *all)]
        })
        .collect();
    print(
        "The same by how the name is written; a mention may be of several classes",
        &["class", "planted", "found", "recall (95 % interval)"],
        &rows,
    );
    worst("The most frequent false mentions in these articles", &cases);
    if let Some(path) = &setting.dump {
        dump(path, cases)?;
    }
    Ok(())
}

/// A table of the false mentions that come most often.
fn worst(title: &str, cases: &[Json]) {
    let mut counts: BTreeMap<[String; 2], (usize, f64)> = BTreeMap::new();
    for case in cases.iter().filter(|case| case["failure"] == "false") {
        let [text, name] = ["text", "name"].map(|key| case[key].as_str().unwrap_or_default().replace('\n', " "));
        let count = counts.entry([text, name]).or_default();
        *count = (count.0 + 1, case["score"].as_f64().unwrap_or_default().max(count.1));
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|one, other| other.1.0.cmp(&one.1.0).then_with(|| one.0.cmp(&other.0)));
    let rows: Vec<_> = counts
        .into_iter()
        .take(SHOWN)
        .map(|([text, name], (count, score))| vec![text, name, format!("{score:.3}"), count.to_string()])
        .collect();
    if rows.is_empty() {
        say(&format!("{title}: there is none."));
    } else {
        print(title, &["text", "taken for", "highest score", "times"], &rows);
    }
}

fn nobody(setting: &Setting, pools: &Pools, library: &Library, scanner: &Scanner<'_>) -> Result<()> {
    let shares = [
        ("en", "articles in English", 35),
        ("prose", "prose in English", 25),
        ("ru", "Russian", 10),
        ("es", "Spanish", 6),
        ("de", "German", 6),
        ("fr", "French", 6),
        ("ar", "Arabic", 4),
        ("zh", "Chinese", 4),
        ("ko", "Korean", 4),
    ];
    progress("documents: scanning pages that name nobody listed");
    let show = |value: f64| format!("{value:.2}");
    let (mut rows, mut cases) = (Vec::new(), Vec::new());
    let (mut pages_of_all, mut false_of_all) = (0.0, 0);
    for (language, what, part) in shares {
        let wanted = PAGES / setting.stride() * PAGE * part / 100;
        let (templates, kinds) = library.of(language);
        let mut writer = Writer { pools, dice: Dice(SEEDS[0] + part as u64) };
        let (mut texts, mut letters) = (Vec::new(), 0);
        while letters < wanted {
            let Some(kind) = kinds.get(writer.dice.roll(kinds.len())) else { break };
            let most = 150 + writer.dice.roll(551);
            let text = writer.article(templates, kind, tongue(language), 0, most).text;
            letters += text.chars().count();
            texts.push(text);
        }
        let found: Vec<Vec<Json>> = texts
            .par_iter()
            .map_init(ScanScratch::default, |scratch, text| {
                let mentions = scanner.scan(text, scratch);
                let mut spans = BTreeSet::new();
                let first = mentions.iter().filter(|mention| spans.insert((mention.span.start, mention.span.end)));
                first.map(|mention| told(mention, text)).collect()
            })
            .collect();
        let pages = letters as f64 / PAGE as f64;
        let count: usize = found.iter().map(Vec::len).sum();
        pages_of_all += pages;
        false_of_all += count;
        let rate = count as f64 * 100.0 / pages;
        rows.push(vec![what.to_owned(), format!("{pages:.0}"), count.to_string(), show(rate), String::new(), String::new()]);
        cases.extend(found.into_iter().flatten().map(|mut case| {
            case["failure"] = "false".into();
            case["pages"] = language.into();
            case
        }));
    }
    let rate = f64::from(u32::try_from(false_of_all)?) * 100.0 / pages_of_all;
    let [bar, verdict] = Bar::AtMost(FALSE).columns(rate, show);
    rows.push(vec!["all".to_owned(), format!("{pages_of_all:.0}"), false_of_all.to_string(), show(rate), bar, verdict]);
    print(
        "Pages that name nobody listed (3,000 letters each)",
        &["language", "pages", "false mentions", "a hundred pages", "bar", ""],
        &rows,
    );
    worst("The most frequent false mentions in these pages", &cases);
    if let Some(path) = &setting.dump {
        dump(path, cases)?;
    }
    Ok(())
}
