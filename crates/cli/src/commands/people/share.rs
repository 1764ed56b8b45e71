//! `people share`: a ring that somebody confirmed goes in; indicators for others come out, as STIX 2.1, MISP or CSV. People's own contacts
//! leave as keyed hashes under the key that was agreed with the receivers; names, homes and numbers under the tenant's key do not leave.

use std::collections::BTreeMap;
use std::io::Write as _;

use interdict_persona::{
    Assessor, Disclosure, FeedKind, IdKind, LinkKind, LinkSettings, Links, Shared, SharedSighting, Tlp, export_csv,
    export_misp, export_stix,
};

use super::access::Recorder;
use super::input;
use super::screen::Screened;
use crate::args::{AskedFormat, Global, PeopleShare};
use crate::failure::{Failure, Outcome, Usage};
use crate::files::Target;
use crate::messages::Messages;

/// The form of the file.
#[derive(Clone, Copy)]
enum Form {
    Stix,
    Misp,
    Csv,
}

pub(super) fn run(global: &Global, args: &PeopleShare, messages: Messages) -> anyhow::Result<Outcome> {
    let recorder = Recorder::new(global, &args.reading.access, "people share")?;
    let form = match global.format {
        Some(AskedFormat::Stix) | None => Form::Stix,
        Some(AskedFormat::Misp) => Form::Misp,
        Some(AskedFormat::Csv) => Form::Csv,
        Some(other) => {
            let word = other.word();
            return Err(Usage(format!("--format: {word} is no form for sharing; there are stix, misp and csv")).into());
        }
    };
    let Some(tlp) = Tlp::parse(&args.tlp) else {
        let tlp = &args.tlp;
        return Err(Usage(format!("--tlp: `{tlp}` is none; there are clear, green, amber, amber+strict and red")).into());
    };
    for (name, text) in [("--confirmed-by", &args.confirmed_by), ("--producer", &args.producer)] {
        if text.trim().is_empty() {
            return Err(Usage(format!("{name}: it is empty")).into());
        }
    }
    if args.reading.sharing_key.is_none() && !args.plain {
        let missing = "--sharing-key FILE is missing: contacts are shared as hashes under a key that the receivers have too";
        return Err(Usage(format!("{missing}; `--plain` shares wallets, addresses of the Internet and domains alone")).into());
    }
    input::keep_apart(("--out", args.out.as_deref()), &recorder, &args.input.paths, &args.reading, &[])?;
    let sharing = args.reading.sharing_key.as_deref().map(input::read_key).transpose()?;
    let loaded = input::load(&args.input.paths, &args.reading, messages)?;
    let screened = Screened::find(global, &loaded, args.no_screen, messages)?;
    let tests = screened.tests(&loaded);
    let links = Links::find(&tests, &LinkSettings::default());
    let count = links.rings().len();
    let Some(ring) = links.rings().get(args.ring as usize - 1) else {
        return Err(Failure::new(
            format!("there is no ring {}: there are {count}", args.ring),
            "`people rings` shows them with their numbers; the same files, policy and lists give the same numbers",
        )
        .into());
    };
    recorder.record(ring.members.iter().map(|member| loaded.people.person(member.person).key()), messages)?;
    let mut sightings = Vec::new();
    for key in &ring.keys {
        let (Some(value), records) = links.key(&loaded.people, key) else { continue };
        let Some(kind) = kind(key.kind) else { continue };
        let times = || records.iter().filter_map(|record| record.time);
        sightings.push(SharedSighting { kind, value, first: times().min(), last: times().max() });
    }
    let shared = Shared {
        ring: format!("{} of {}", args.ring, loaded.as_of.to_string().chars().take(10).collect::<String>()),
        producer: args.producer.trim().to_owned(),
        tlp,
        sightings,
        patterns: patterns(&Assessor::new(&tests, &links), ring),
        text: format!("{} accounts, consistent with one operator. Confirmed by a person who looked at it.", ring.members.len()),
    };
    let disclosure = if args.plain { Disclosure::default() } else { Disclosure::HASHED_ONLY };
    let exported = match form {
        Form::Stix => export_stix(&shared, disclosure, sharing.as_ref(), loaded.as_of),
        Form::Misp => export_misp(&shared, disclosure, sharing.as_ref(), loaded.as_of),
        Form::Csv => export_csv(&shared, disclosure, sharing.as_ref()),
    };
    if exported.rows == 0 {
        Messages::warning("no value of the ring can be shared: the file holds its pattern alone");
    }
    let mut target = Target::open(args.out.as_deref())?;
    target.write_all(exported.text.as_bytes())?;
    target.finish()?;
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for withheld in &exported.withheld {
        *reasons.entry(withheld.reason).or_default() += 1;
    }
    for (reason, count) in reasons {
        messages.note(&format!("{count} values are not shared: {reason}"));
    }
    messages.note(&format!("ring {}: {} values are shared, TLP:{}", args.ring, exported.rows, tlp.code().to_uppercase()));
    Ok(Outcome::Done)
}

/// As what a shared value is listed; `None` for what is no value of its own, such as a text.
fn kind(link: LinkKind) -> Option<FeedKind> {
    Some(match link {
        LinkKind::Document => IdKind::Doc.into(),
        LinkKind::Tax => IdKind::Tax.into(),
        LinkKind::Payee => IdKind::Payee.into(),
        LinkKind::Card => IdKind::Card.into(),
        LinkKind::Wallet => IdKind::Wallet.into(),
        LinkKind::Device => IdKind::Device.into(),
        LinkKind::Serial => IdKind::Serial.into(),
        LinkKind::Usb => IdKind::Usb.into(),
        LinkKind::SigningKey => IdKind::SigningKey.into(),
        LinkKind::Ip => IdKind::Ip.into(),
        LinkKind::Address => IdKind::Address.into(),
        LinkKind::ShipTo => IdKind::ShipTo.into(),
        LinkKind::Email => IdKind::Email.into(),
        LinkKind::Phone => IdKind::Phone.into(),
        LinkKind::Messenger => IdKind::Messenger.into(),
        LinkKind::Handle => IdKind::Handle.into(),
        LinkKind::Url => IdKind::Url.into(),
        _ => return None,
    })
}

/// The published indicators that at least half of the members show, each with the texts that it follows. What is only remembered is not
/// quoted to others.
fn patterns(assessor: &Assessor<'_>, ring: &interdict_persona::Ring) -> Vec<String> {
    let mut shown: BTreeMap<&str, (usize, &interdict_persona::Indicator)> = BTreeMap::new();
    let assessments: Vec<_> = ring.members.iter().map(|member| assessor.assess(member.person)).collect();
    for finding in assessments.iter().flat_map(|assessment| &assessment.findings) {
        shown.entry(&finding.indicator.id).or_insert((0, finding.indicator)).0 += 1;
    }
    let half = shown.into_values().filter(|(count, _)| count * 2 >= ring.members.len());
    half.filter_map(|(_, indicator)| {
        let read = indicator.sources.iter().filter(|source| source.read != "memory");
        let titles: Vec<&str> = read.map(|source| source.title.as_str()).collect();
        (!titles.is_empty()).then(|| format!("{} ({})", indicator.id, titles.join("; ")))
    })
    .collect()
}
