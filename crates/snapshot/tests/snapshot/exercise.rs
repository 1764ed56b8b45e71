//! Reads everything that an open snapshot hands out, in every way that it can be asked. For a well-formed file this is dull; for a file
//! that is wrong inside it is the proof that nothing panics. The fuzz targets share it.

use interdict_model::entity_to_json;
use interdict_snapshot::{
    EntityRef, KeyKind, NameRef, Snapshot, TokenRef, bare, deletions, shape, skeleton_deletions, token_class,
};

const KINDS: [KeyKind; 12] = [
    KeyKind::Text,
    KeyKind::Near,
    KeyKind::Skeleton,
    KeyKind::Korean,
    KeyKind::Joined,
    KeyKind::Native,
    KeyKind::Identifier,
    KeyKind::Id,
    KeyKind::Ends,
    KeyKind::SkeletonDeletion,
    KeyKind::Shape,
    KeyKind::Bare,
];

/// Names and tokens read through look-ups and postings at most; a hostile table may say that every key has every row.
const FOLLOWED: usize = 64;

/// Reads everything; returns how many things there were, so that nothing is optimised away.
pub(crate) fn read_everything(snapshot: &Snapshot, keys: &[&str]) -> usize {
    let mut count = format!("{snapshot:?}").len() + snapshot.id().len() + snapshot.size() + snapshot.meta().sources.len();
    // Files that pass the fast checksums and fail the strong ones are errors, not panics.
    count += usize::from(snapshot.verify("exercise").is_ok());
    for entity in snapshot.entities() {
        count += entity_everything(entity);
        count += snapshot.entity(entity.id()).map_or(0, |found| found.id().len());
        for held in snapshot.attributes().of(entity.index()) {
            let value = held.value();
            let found = snapshot.attributes().find(value.kind(), value.key());
            count += found.map_or(0, |found| found.holders().map(|one| one.shown().len() + one.record().len()).sum());
            count += value.held_by(entity.index()).map_or(0, |one| one.stated_by() as usize);
        }
    }
    for name in (0..snapshot.name_count()).map_while(|at| snapshot.name_at(at)) {
        count += name_everything(name);
        let tokens: Vec<TokenRef<'_>> = name.tokens().take(FOLLOWED).collect();
        for pair in tokens.windows(2) {
            let joined = format!("{}{}", pair[0].text(), pair[1].text());
            count += snapshot.names_by_joined(&joined).take(FOLLOWED).map(name_everything).sum::<usize>();
            if let (Some(first), Some(second)) = (pair[0].korean().next(), pair[1].korean().next()) {
                count += snapshot.names_by_korean_pair(&format!("{first}{second}")).take(FOLLOWED).count();
            }
        }
    }
    for token in (0..snapshot.token_count()).map_while(|at| snapshot.token_at(at)) {
        count += token_everything(snapshot, token);
        for kind in KINDS {
            count += snapshot.tokens_by_key(kind, token.text()).take(FOLLOWED).map(|found| found.text().len()).sum::<usize>();
        }
        let near = deletions(token.text()).map(|key| (KeyKind::Near, key));
        let skeletons = skeleton_deletions(token.skeleton()).map(|key| (KeyKind::SkeletonDeletion, key));
        let alike = [(KeyKind::Shape, shape(token.text()))];
        let bare = bare(token.text()).map(|key| (KeyKind::Bare, key));
        for (kind, key) in near.chain(skeletons).chain(alike).chain(bare) {
            count += snapshot.tokens_by_key(kind, &key).count();
        }
    }
    for key in keys {
        for kind in KINDS {
            count += snapshot.tokens_by_key(kind, key).take(FOLLOWED).map(|found| found.postings().len()).sum::<usize>();
        }
        count += snapshot.entity(key).map_or(0, entity_everything);
        count += snapshot.names_by_joined(key).take(FOLLOWED).map(name_everything).sum::<usize>();
        count += snapshot.names_by_korean_pair(key).take(FOLLOWED).map(name_everything).sum::<usize>();
        for hit in snapshot.identifiers(key) {
            count += hit.entity().id().len() + hit.stated_by().id().len();
            count +=
                [hit.property(), hit.kind(), hit.key(), hit.shown(), hit.record()].iter().map(|text| text.len()).sum::<usize>();
        }
    }
    count += snapshot.schemata().flatten().map(|schema| schema.name().len()).sum::<usize>();
    for beyond in [snapshot.entity_count(), snapshot.name_count(), snapshot.token_count(), u32::MAX] {
        count += usize::from(snapshot.entity_at(beyond).is_some());
        count += usize::from(snapshot.name_at(beyond).is_some());
        count += usize::from(snapshot.token_at(beyond).is_some());
    }
    count
}

fn entity_everything(entity: EntityRef<'_>) -> usize {
    let whole = entity_to_json(&entity.to_entity()).to_string();
    let properties: usize = entity.properties().map(|(name, value, record)| name.len() + value.len() + record.len()).sum();
    let referrers: usize = entity.referrers().map(|link| link.entity.id().len() + link.property.len()).sum();
    whole.len()
        + properties
        + referrers
        + entity.caption().len()
        + entity.schema().map_or(0, |schema| schema.name().len())
        + entity.texts("name").count()
        + entity.datasets().len()
        + entity.origin().record.len()
        + entity.name_details().len()
        + entity.names().map(|name| name.text().len()).sum::<usize>()
}

fn name_everything(name: NameRef<'_>) -> usize {
    name.text().len()
        + name.property().len()
        + name.record().len()
        + name.entity().id().len()
        + name.entity_index() as usize
        + name.schema().map_or(0, |schema| schema.name().len())
        + name.schema_index()
        + name.classes().iter().map(|count| usize::from(*count)).sum::<usize>()
        + name.comma_after().map_or(0, |at| name.token_indexes()[..=at].len())
        + name.tokens().map(|token| token.index() as usize).sum::<usize>()
}

fn token_everything(snapshot: &Snapshot, token: TokenRef<'_>) -> usize {
    let names = token.postings().iter().take(FOLLOWED).filter_map(|name| snapshot.name_at(*name));
    [token.text(), token.native(), token.skeleton(), token.korean_joined(), token.canon()]
        .iter()
        .map(|text| text.len())
        .sum::<usize>()
        + [token.text_bytes(), token.native_bytes(), token.korean_bytes(), token.canon_bytes(), token.readings_bytes()]
            .iter()
            .map(|bytes| bytes.len())
            .sum::<usize>()
        + token.korean().count()
        + token.letters().count_ones() as usize
        + token.skeleton_code() as usize % 16
        + token_class(token.kind(), token.common())
        + format!("{:?}", token.kind()).len()
        + names.map(|name| name.text().len()).sum::<usize>()
}
