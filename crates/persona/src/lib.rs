//! People where a business meets them: records of applicants, employees and accounts come in; whose records contradict each other, and who of them share
//! an operator, comes out, each with the records that say so.
//!
//! Nothing here reads nationality, ethnicity, race, religion, native language, accent or looks, and nothing decides about a person.

mod assess;
mod career;
mod chunks;
mod conceal;
mod evaluate;
mod feeds;
mod groups;
mod import;
mod indicators;
mod key;
mod link;
mod lists;
mod mrz;
mod networks;
mod oversight;
mod people;
mod policy;
mod privacy;
mod problem;
mod read;
mod sanctions;
mod sketch;
mod text;
mod time;
mod value;
mod vocabulary;

pub use assess::{Assessment, Assessor, Band, Finding, Part, Scale, Summary, Tests};
pub use evaluate::{Evidence, Fired, MAX_EVIDENCE, MAX_OTHERS, Outcome};
pub use feeds::{
    Disclosure, Exported, FeedKind, Feeds, Format as FeedFormat, HalfLife, Listed, POSSIBLE_VICTIM, Shared, SharedSighting,
    Sighting, Tlp, Weight, Withheld, export_csv, export_misp, export_stix, recognise as recognise_feed, weight as feed_weight,
};
pub use import::{
    ColumnMap, Format, ImportError, MAX_PAPER_BYTES, MapError, Owner, Paper, Picture, PictureError, PictureLimits, Reading,
    import, import_paper, import_picture, import_with, owner, recognise,
};
pub use indicators::{Catalogue, Category, Class, Indicator, Reference, Refusal, RuleError, Strength, Test};
pub use key::{KeyError, KeyedHash, MIN_KEY_BYTES, TenantKey};
pub use link::{
    Account, Base, Between, CareerPair, Cause, Common, Counted, Factor, Family, Farm, FarmFact, FarmKey, Key, LinkKind,
    LinkSettings, LinkWeight, Links, Member, NearPhoto, NearText, Newcomer, PhotoPair, Reckoned, Ring, RingLink, Stand,
    TextEnd, TextPair, Tie, WEIGHTS, Why as LinkWhy,
};
pub use lists::{DprkNetwork, ListError, Lists, VpnService};
pub use oversight::{
    Difference, Fairness, Group, Groups, Interval, Of as DifferenceOf, OversightError, Side, Tried, Verdict, Verdicts,
};
pub use people::{
    Builder, Describe, Document, Event, Fact, FileId, Identifier, Limits, NewDocument, NewEvent, People, Person, PersonId,
    Relation, Seen, Shown, SlashedDates, Source, Zone, ZoneError,
};
pub use policy::{Policy, PolicyError};
pub use privacy::{
    Access, AccessLog, AlertState, ChainError, Decision, EraseError, Erased, PersonFacts, Reason, Retention, Verified,
    erase_csv, erase_jsonl, export_person, verify_log,
};
pub use problem::{Problem, ProblemKind, Problems};
pub use read::{Form, Table, parquet, read_parquet, read_table};
pub use sanctions::{HitRole, HitStrength, ListedParty, MAX_HITS_PER_NAME, Owners, RingHit, SanctionHit, SanctionHits};
pub use time::{Read as ReadTime, Time, TimeError};
pub use value::{MAX_VALUE_BYTES, ValueError, parse_ip};
pub use vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};
