//! What follows what: events that come too soon after another, accounts that wake, that change hands at once, that are entered from
//! devices which the company does not manage, and profiles that change their names.

use rustc_hash::{FxHashMap, FxHashSet};

use super::line::{ACTIVITY, DAY, HOUR, Kinds, LOGINS, Line, counted, excess, has_hour, share};
use super::places::span;
use crate::evaluate::{Context, Evidence, Fired, MAX_EVIDENCE, Outcome};
use crate::networks::NetClass;
use crate::people::{EventRow, FileId, NONE, Source, ValueId};
use crate::vocabulary::{EventKind, Field, IdKind};

fn happened(line: &Line<'_>, row: &EventRow) -> Evidence {
    line.evidence(row, row.kind.label(), row.time.to_string())
}

/// One event within a period after, or before, another.
pub(super) fn soon_after(
    line: &Line<'_>,
    context: &Context<'_>,
    (first, then): (EventKind, EventKind),
    (hours, hours_before): (u32, u32),
    at_least: u32,
) -> Outcome {
    let (firsts, thens) = (Kinds::of(&[first]), Kinds::of(&[then]));
    if !line.may_have(firsts) {
        return Outcome::NotChecked(first.label());
    }
    if !line.may_have(thens) {
        // Where nobody has one, none is recorded.
        return if context.baselines.recorded(then) { Outcome::Clear } else { Outcome::NotChecked(then.label()) };
    }
    let (after, before) = (i64::from(hours) * HOUR, i64::from(hours_before) * HOUR);
    let mut last: [Option<&EventRow>; 2] = [None, None];
    let mut found = 0_usize;
    let mut best: Option<Near<'_>> = None;
    for (_, row) in line.of(firsts.with(then)) {
        if row.kind == then
            && let Some(first) = last[0]
        {
            let near = Near::of(first, row, true);
            if near.seconds <= after {
                found += 1;
                keep(&mut best, near);
            }
        }
        if row.kind == first
            && first != then
            && let Some(then) = last[1]
        {
            let near = Near::of(row, then, false);
            if near.seconds <= if near.after { after } else { before } {
                found += 1;
                keep(&mut best, near);
            }
        }
        last[usize::from(row.kind != first)] = Some(row);
    }
    let Some(near) = best else { return Outcome::Clear };
    if at_least > 1 && !is_often(line, (first, then), (after, before), at_least as usize) {
        return Outcome::Clear;
    }
    let note = format!(
        "{} {} {} {}{}",
        then.label(),
        if near.certain { span(near.seconds) } else { format!("within {}", span(near.seconds + DAY)) },
        if near.after { "after" } else { "before" },
        first.label(),
        if found > 1 { format!("; {found} times in all") } else { String::new() },
    );
    let most = if near.after { after } else { before };
    let clearness = (1.0 - 0.4 * near.seconds as f64 / most.max(1) as f64)
        * if near.certain { 1.0 } else { 0.7 }
        * if near.after { 1.0 } else { 0.7 };
    let evidence = vec![happened(line, near.first), happened(line, near.then)];
    Outcome::Fired(Fired { share: share(clearness), ..Fired::new(evidence, note) })
}

/// Whether so many of the second event lie within the seconds after and before one of the first.
fn is_often(line: &Line<'_>, (first, then): (EventKind, EventKind), (after, before): (i64, i64), at_least: usize) -> bool {
    let thens: Vec<&EventRow> = line.of(Kinds::of(&[then])).map(|(_, row)| row).collect();
    line.of(Kinds::of(&[first])).any(|(_, first)| {
        // A day that is stated without an hour may be off by one.
        let start = thens.partition_point(|row| row.time.since(first.time) < -before - DAY);
        let near = thens[start..].iter().take_while(|row| row.time.since(first.time) <= after + DAY).filter(|row| {
            let near = Near::of(first, row, row.time.since(first.time) >= 0);
            near.seconds <= if near.after { after } else { before }
        });
        near.take(at_least).count() == at_least
    })
}

struct Near<'r> {
    first: &'r EventRow,
    then: &'r EventRow,
    seconds: i64,
    /// Whether `then` came after `first`, or on the same day where one of them states a day alone.
    after: bool,
    certain: bool,
}

impl<'r> Near<'r> {
    fn of(first: &'r EventRow, then: &'r EventRow, after: bool) -> Self {
        if has_hour(first) && has_hour(then) {
            let seconds = then.time.since(first.time).abs();
            return Self { first, then, seconds, after: after || seconds == 0, certain: true };
        }
        let days = i64::from(first.time.day().abs_diff(then.time.day()));
        Self { first, then, seconds: days * DAY, after: after || days == 0, certain: false }
    }
}

fn keep<'r>(best: &mut Option<Near<'r>>, near: Near<'r>) {
    if best.as_ref().is_none_or(|known| near.seconds < known.seconds) {
        *best = Some(near);
    }
}

/// Days after waking in which events are counted.
const BUSY_DAYS: i64 = 30;

/// Silence, then many events of kinds that were recorded before it.
pub(super) fn dormant_then_busy(line: &Line<'_>, days: u32, at_least: u32) -> Outcome {
    let silence = i64::from(days) * DAY;
    let long = match (line.rows.first(), line.rows.last()) {
        (Some(first), Some(last)) => last.time.since(first.time) >= silence,
        _ => false,
    };
    if !long || !line.may_have(ACTIVITY) {
        return Outcome::NotChecked("activity over a longer time than the silence");
    }
    let mut before: Option<(usize, &EventRow)> = None;
    let mut kinds = Kinds::of(&[]);
    let mut activity = 0_usize;
    for (index, row) in line.of(ACTIVITY) {
        activity += 1;
        if let Some((before_index, before)) = before
            && row.time.since(before.time) >= silence
        {
            // A log that begins today says nothing of yesterday: only kinds that were there before the silence count.
            let woke = line.of(kinds).map(|(_, row)| row).find(|later| later.time >= row.time);
            let busy = woke.map_or(0, |woke| {
                (line.of(kinds).skip_while(|(at, _)| *at < index))
                    .filter(|(_, later)| later.time >= woke.time)
                    .take_while(|(_, later)| later.time.since(woke.time) <= BUSY_DAYS * DAY)
                    .count()
            });
            if let Some(woke) = woke
                && busy >= at_least.max(1) as usize
            {
                return woken(line, before_index, before, index, woke, busy, at_least);
            }
        }
        before = Some((index, row));
        kinds = kinds.with(row.kind);
    }
    if activity < 2 { Outcome::NotChecked("activity over a longer time than the silence") } else { Outcome::Clear }
}

fn woken(
    line: &Line<'_>,
    before_index: usize,
    before: &EventRow,
    index: usize,
    woke: &EventRow,
    busy: usize,
    at_least: u32,
) -> Outcome {
    let devices =
        |rows: &[EventRow]| -> FxHashSet<u32> { rows.iter().map(|row| row.device).filter(|device| *device != NONE).collect() };
    let (old, new) = (devices(&line.rows[..=before_index]), devices(&line.rows[index..]));
    // Somebody who comes back comes with the device of before, or with a new one after years.
    let (clear, said) = match (old.is_empty() || new.is_empty(), old.is_disjoint(&new)) {
        (true, _) => (0.6, ""),
        (false, false) => (0.3, ", with a device of before"),
        (false, true) => (0.9, ", with other devices than before"),
    };
    let note = format!(
        "{} days without activity, then {busy} events within {BUSY_DAYS} days{said}",
        woke.time.since(before.time) / DAY
    );
    let evidence = vec![
        line.evidence(before, format!("last before: {}", before.kind.label()), before.time.to_string()),
        line.evidence(woke, format!("first after: {}", woke.kind.label()), woke.time.to_string()),
    ];
    Outcome::Fired(Fired { share: share(clear * (0.7 + 0.3 * excess(busy, at_least))), ..Fired::new(evidence, note) })
}

/// Log-ins with a fact that each side of a split must have.
const SIDE: usize = 5;
/// Hours by which the middle of activity must move.
const MOVED: f64 = 4.0;
/// Resultant length that activity needs for a middle.
const MIDDLE: f64 = 0.4;

const WHAT: [&str; 4] = ["device", "country of the log-in", "network of the log-in", "hours of the log-in"];

/// The split of the time line at which most of device, country, network and hours change at once.
pub(super) fn change_point(line: &Line<'_>, at_least: u32) -> Outcome {
    const MISSING: Outcome = Outcome::NotChecked("enough log-ins with device, country, network or time of day");
    if !line.may_have(LOGINS) || line.rows.len() < 2 * SIDE {
        return MISSING;
    }
    // What is the same in the first and the last log-in changed nowhere for good.
    let mut counts = [0_usize; 4];
    let mut ends = [None::<(u32, u32)>; 4];
    for (_, row) in line.of(LOGINS) {
        let device = (row.device != NONE).then_some(row.device);
        let class = line.network(row);
        let country = line.fact(row, Field::Country).filter(|_| class.has_country());
        let network = (row.ip != NONE).then_some(row.ip).or_else(|| line.fact(row, Field::Asn));
        let network = network.filter(|_| !matches!(class, NetClass::Mobile | NetClass::Office));
        let hour = has_hour(row).then_some(0);
        for (feature, value) in [device, country, network, hour].into_iter().enumerate() {
            if let Some(value) = value {
                counts[feature] += 1;
                ends[feature].get_or_insert((value, value)).1 = value;
            }
        }
    }
    let available = counts.iter().filter(|count| **count >= 2 * SIDE).count();
    let needed = at_least.max(1) as usize;
    if available < needed {
        return MISSING;
    }
    let changed = ends.iter().flatten().filter(|(first, last)| first != last).count() + 1;
    if changed < needed {
        return Outcome::Clear;
    }
    let rows: Vec<&EventRow> = line.of(LOGINS).map(|(_, row)| row).collect();
    let features = Features::of(line, &rows);
    let Some((split, changed)) = features.best(rows.len()) else { return Outcome::Clear };
    let number = changed.iter().filter(|changed| **changed).count();
    if number < needed {
        return Outcome::Clear;
    }
    let names: Vec<&str> = (0..4).filter(|feature| changed[*feature]).map(|feature| WHAT[feature]).collect();
    let note = format!(
        "{} of {available} changed at once and for good: {}; {} log-ins before, {} after",
        number,
        names.join(", "),
        split,
        rows.len() - split
    );
    let mut evidence = Vec::new();
    for feature in (0..4).filter(|feature| changed[*feature]) {
        let has = |index: &usize| features.values[feature][*index].is_some();
        let (Some(old), Some(new)) = ((0..split).rev().find(has), (split..rows.len()).find(has)) else { continue };
        for row in [rows[old], rows[new]] {
            evidence.push(match feature {
                0 => Evidence {
                    person: line.person.id(),
                    what: WHAT[0].to_owned(),
                    value: line.person.people().value(IdKind::Device, ValueId(row.device)),
                    time: Some(row.time),
                    source: Source { file: FileId(row.file), line: row.line },
                },
                3 => line.evidence(row, WHAT[3], row.time.to_string()),
                _ => line.evidence(row, WHAT[feature], line.place_shown(row)),
            });
        }
    }
    let smaller = split.min(rows.len() - split);
    let clearness = [0.3, 0.5, 0.75, 1.0][number - 1] * (0.7 + 0.3 * excess(smaller, SIDE as u32));
    Outcome::Fired(Fired { share: share(clearness), ..Fired::new(evidence, note) })
}

/// What each log-in states, as numbers that are equal for equal values: device, country, network, hour of the day.
struct Features {
    values: [Vec<Option<u64>>; 4],
}

impl Features {
    fn of(line: &Line<'_>, rows: &[&EventRow]) -> Self {
        let classes: Vec<NetClass> = rows.iter().map(|row| line.network(row)).collect();
        // By the autonomous system where nearly all state it, as an address at home changes; never a mixture of both.
        let by_asn = rows.iter().filter(|row| line.fact(row, Field::Asn).is_some()).count() * 5 >= rows.len() * 4;
        let mut countries: FxHashMap<u32, Option<u64>> = FxHashMap::default();
        let mut codes = Vec::new();
        let mut country = |row: &EventRow| {
            let text = line.fact(row, Field::Country)?;
            *countries.entry(text).or_insert_with(|| {
                let country = line.country(row)?;
                let known = codes.iter().position(|code| *code == country);
                Some(known.unwrap_or_else(|| {
                    codes.push(country);
                    codes.len() - 1
                }) as u64)
            })
        };
        let with_class = || rows.iter().zip(&classes);
        let device = rows.iter().map(|row| (row.device != NONE).then_some(u64::from(row.device))).collect();
        let countries = with_class().map(|(row, class)| if class.has_country() { country(row) } else { None }).collect();
        let network = with_class()
            .map(|(row, class)| match class {
                NetClass::Office | NetClass::Mobile => None,
                _ if by_asn => line.fact(row, Field::Asn).map(u64::from),
                _ => line.subnet(row),
            })
            .collect();
        let hour = rows.iter().map(|row| has_hour(row).then_some((row.time.seconds() % DAY / 60) as u64)).collect();
        Self { values: [device, countries, network, hour] }
    }

    /// The first index of the later side, and what is changed there.
    fn best(&self, count: usize) -> Option<(usize, [bool; 4])> {
        let mut changed = vec![[false; 4]; count + 1];
        for (feature, values) in self.values.iter().enumerate().take(3) {
            disjoint(values, |split| changed[split][feature] = true);
        }
        moved(&self.values[3], |split| changed[split][3] = true);
        let splits = (SIDE..=count.saturating_sub(SIDE)).map(|split| (split, changed[split]));
        splits
            .max_by_key(|(split, changed)| {
                (changed.iter().filter(|changed| **changed).count(), changed[0], (*split).min(count - split))
            })
            .filter(|(_, changed)| changed.contains(&true))
    }
}

/// Calls `found` for each split at which no value of the one side occurs on the other, where the values of both sides come again.
fn disjoint(values: &[Option<u64>], mut found: impl FnMut(usize)) {
    let mut reach: FxHashMap<u64, (usize, usize)> = FxHashMap::default();
    let mut total = 0_usize;
    for (index, value) in values.iter().enumerate() {
        if let Some(value) = value {
            total += 1;
            reach.entry(*value).or_insert((index, index)).1 = index;
        }
    }
    if reach.len() < 2 || total < 2 * SIDE {
        return;
    }
    let mut opened = vec![0_usize; values.len() + 1];
    let mut closed = vec![0_usize; values.len() + 1];
    for (first, last) in reach.values() {
        opened[first + 1] += 1;
        closed[last + 1] += 1;
    }
    let (mut begun, mut over, mut before) = (0, 0, 0);
    for split in 1..values.len() {
        begun += opened[split];
        over += closed[split];
        before += usize::from(values[split - 1].is_some());
        let after = total - before;
        let again = 2 * over <= before && 2 * (reach.len() - over) <= after;
        if begun == over && before >= SIDE && after >= SIDE && again {
            found(split);
        }
    }
}

/// Calls `found` for each split at which the middle of the hours moves.
fn moved(minutes: &[Option<u64>], mut found: impl FnMut(usize)) {
    let sums = |values: &[Option<u64>]| {
        values.iter().flatten().fold((0.0, 0.0, 0_usize), |(x, y, count), minute| {
            let angle = *minute as f64 * std::f64::consts::TAU / 1440.0;
            (x + angle.cos(), y + angle.sin(), count + 1)
        })
    };
    let (all_x, all_y, all) = sums(minutes);
    let (mut x, mut y, mut count) = (0.0, 0.0, 0_usize);
    for split in 1..minutes.len() {
        let (step_x, step_y, step) = sums(&minutes[split - 1..split]);
        (x, y, count) = (x + step_x, y + step_y, count + step);
        let rest = all - count;
        if count < SIDE || rest < SIDE {
            continue;
        }
        let (later_x, later_y): (f64, f64) = (all_x - x, all_y - y);
        let clear = f64::hypot(x, y) >= MIDDLE * count as f64 && later_x.hypot(later_y) >= MIDDLE * rest as f64;
        let turn = (later_y.atan2(later_x) - f64::atan2(y, x)).rem_euclid(std::f64::consts::TAU);
        let hours = turn.min(std::f64::consts::TAU - turn) * 24.0 / std::f64::consts::TAU;
        if clear && hours >= MOVED {
            found(split);
        }
    }
}

/// Log-ins from devices that the company does not manage, after log-ins from one that it does.
pub(super) fn unmanaged_device(line: &Line<'_>, at_least: u32) -> Outcome {
    const MISSING: Outcome = Outcome::NotChecked("log-ins from a device that is said to be managed");
    if !line.may_have(LOGINS) {
        return MISSING;
    }
    let mut managed: Option<&EventRow> = None;
    let (mut managed_total, mut others) = (0_usize, 0_usize);
    for (_, row) in line.of(LOGINS) {
        match line.yes(row, Field::Managed) {
            Some(true) => {
                managed_total += 1;
                managed = managed.or(Some(row));
            }
            Some(false) => others += usize::from(managed.is_some()),
            None => {}
        }
    }
    let Some(managed) = managed else { return MISSING };
    if others == 0 || others < at_least as usize {
        return Outcome::Clear;
    }
    // A device that loses its state and gets it back is one and the same device.
    let known: FxHashSet<u32> = (line.of(LOGINS))
        .filter(|(_, row)| row.device != NONE && line.yes(row, Field::Managed) == Some(true))
        .map(|(_, row)| row.device)
        .collect();
    let sessions: FxHashSet<u32> = (line.of(LOGINS))
        .filter(|(_, row)| line.yes(row, Field::Managed) == Some(true))
        .filter_map(|(_, row)| line.fact(row, Field::Session))
        .collect();
    let unmanaged: Vec<&EventRow> = (line.of(LOGINS))
        .map(|(_, row)| row)
        .filter(|row| row.time >= managed.time && line.yes(row, Field::Managed) == Some(false))
        .filter(|row| !known.contains(&row.device) && !is_phone(line, row))
        .collect();
    if unmanaged.is_empty() || unmanaged.len() < at_least as usize {
        return Outcome::Clear;
    }
    let taken = unmanaged.iter().find(|row| line.fact(row, Field::Session).is_some_and(|session| sessions.contains(&session)));
    let mut days: Vec<u32> = unmanaged.iter().map(|row| row.time.day()).collect();
    days.dedup();
    let note = format!(
        "{} of {} log-ins on {} are from a device that is not managed{}",
        unmanaged.len(),
        unmanaged.len() + managed_total,
        counted(days.len(), "day"),
        if taken.is_some() { "; one goes on with a session of a managed device" } else { "" },
    );
    let mut evidence = vec![line.evidence(managed, "managed device", "yes")];
    let first = taken
        .copied()
        .into_iter()
        .chain(unmanaged.iter().copied().filter(|row| taken.is_none_or(|taken| !std::ptr::eq(*taken, *row))));
    evidence.extend(first.take(4).map(|row| line.evidence(row, "managed device", "no")));
    let part = unmanaged.len() as f64 / (unmanaged.len() + managed_total) as f64;
    let clearness = if taken.is_some() { 1.0 } else { 0.4 + 0.3 * part + 0.2 * excess(unmanaged.len(), at_least) };
    Outcome::Fired(Fired { share: share(clearness), ..Fired::new(evidence, note) })
}

/// Whether a log-in is that of somebody's own telephone or tablet, which most companies allow.
fn is_phone(line: &Line<'_>, row: &EventRow) -> bool {
    line.fact_text(row, Field::Agent).is_some_and(|agent| {
        let agent = agent.to_ascii_lowercase();
        agent.starts_with("ios") || ["iphone", "ipad", "android", "mobile"].iter().any(|word| agent.contains(word))
    })
}

const RENAMED: Kinds = Kinds::of(&[EventKind::Renamed]);

struct Rename<'r> {
    row: &'r EventRow,
    what: &'r str,
    from: String,
    to: String,
}

/// Changes of name, handle or e-mail address.
pub(super) fn identity_changed(line: &Line<'_>, context: &Context<'_>, at_least: u32, days: u32) -> Outcome {
    if !line.may_have(RENAMED) {
        return if context.baselines.recorded(EventKind::Renamed) {
            Outcome::Clear
        } else {
            Outcome::NotChecked(EventKind::Renamed.label())
        };
    }
    let mut changes: Vec<Rename<'_>> = Vec::new();
    let mut same_person: Vec<Rename<'_>> = Vec::new();
    for (_, row) in line.of(RENAMED) {
        let what = line.fact_text(row, Field::What).unwrap_or("profile");
        let folded = |field| line.fact_text(row, field).map(|text| interdict_names::fold(own_part(text))).unwrap_or_default();
        let rename = Rename { row, what, from: folded(Field::From), to: folded(Field::To) };
        let picture = ["picture", "photo", "avatar"].iter().any(|word| what.eq_ignore_ascii_case(word));
        let written_anew = !rename.from.is_empty() && same_words(&rename.from, &rename.to);
        if picture || written_anew {
            continue;
        }
        // A new family name with the old given name, and what follows from it, is a marriage and no other person.
        let kept = words(&rename.from).any(|word| words(&rename.to).any(|other| other == word));
        if kept {
            same_person.push(rename);
        } else {
            changes.push(rename);
        }
    }
    changes.retain(|change| {
        !same_person.iter().any(|marriage| {
            let near = change.row.time.since(marriage.row.time).abs() <= 60 * DAY;
            near && words(&marriage.to).any(|word| change.to.contains(word))
        })
    });
    let needed = at_least.max(1) as usize;
    let within = if days == 0 { i64::MAX } else { i64::from(days) * DAY };
    let (mut start, mut best) = (0, 0..0);
    for (end, change) in changes.iter().enumerate() {
        while change.row.time.since(changes[start].row.time) > within {
            start += 1;
        }
        if end + 1 - start > best.len() {
            best = start..end + 1;
        }
    }
    if best.len() < needed {
        return Outcome::Clear;
    }
    let found = &changes[best];
    let mut kinds: Vec<&str> = found.iter().map(|change| change.what).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let note = format!(
        "{} ({}) within {}",
        counted(found.len(), "change"),
        kinds.join(", "),
        span(found[found.len() - 1].row.time.since(found[0].row.time)),
    );
    let evidence = (found.iter())
        .flat_map(|change| {
            let said = |field| line.fact_text(change.row, field).unwrap_or("not stated");
            [
                line.evidence(change.row, format!("{} before", change.what), said(Field::From)),
                line.evidence(change.row, format!("{} after", change.what), said(Field::To)),
            ]
        })
        .take(MAX_EVIDENCE)
        .collect();
    let several = if kinds.len() > 1 { 0.2 } else { 0.0 };
    Outcome::Fired(Fired { share: share(0.6 + several + 0.2 * excess(found.len(), at_least)), ..Fired::new(evidence, note) })
}

/// Whether two texts differ in no more than case, signs and the order of words.
fn same_words(a: &str, b: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let sorted = |text: &str| {
        let mut words: Vec<String> = text.split_whitespace().map(letters).collect();
        words.sort_unstable();
        words
    };
    letters(a) == letters(b) || sorted(a) == sorted(b)
}

/// Without the host of an e-mail address and the platform of a handle, which many have in common.
fn own_part(text: &str) -> &str {
    let text = text.split_once('@').map_or(text, |(local, host)| if local.is_empty() { host } else { local });
    text.rsplit_once(':').map_or(text, |(_, handle)| handle)
}

/// Words of more than two letters.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2)
}

#[cfg(test)]
mod tests {
    use crate::evaluate::Outcome;
    use crate::evaluate::sequence::testing::{check, daily, note_of, share_of};
    use crate::indicators::Test;
    use crate::vocabulary::EventKind;

    #[test]
    fn one_event_soon_after_another() {
        let test = Test::SoonAfter {
            first: EventKind::Hired,
            then: EventKind::ParcelRerouted,
            hours: 336,
            hours_before: 24,
            at_least: 1,
        };
        let hired = "hired 2026-03-01T10:00:00Z";
        for (rows, expected) in [
            (vec![hired, "parcel_rerouted 2026-03-05T10:00:00Z"], "fires"),
            (vec![hired, "parcel_rerouted 2026-03-01T10:00:00Z"], "fires"),
            (vec![hired, "parcel_rerouted 2026-02-28T12:00:00Z"], "fires"),
            (vec![hired, "parcel_rerouted 2026-02-27T12:00:00Z"], "clear"),
            (vec![hired, "parcel_rerouted 2026-03-15T10:00:00Z"], "fires"),
            (vec![hired, "parcel_rerouted 2026-03-15T10:00:01Z"], "clear"),
            (vec!["hired 2026-03-01", "parcel_rerouted 2026-03-14T23:00:00Z"], "fires"),
            // Nobody's parcels are recorded; another person's are.
            (vec![hired], "not checked"),
            (vec![hired, "@b parcel_rerouted 2026-03-05T10:00:00Z"], "clear"),
            (vec!["parcel_rerouted 2026-03-05T10:00:00Z"], "not checked"),
            (vec!["hired 2027-03-01T10:00:00Z", "parcel_rerouted 2027-03-05T10:00:00Z"], "clear"),
        ] {
            check(&test, &rows, expected);
        }
        let soon = check(&test, &[hired, "parcel_rerouted 2026-03-01T12:00:00Z"], "fires");
        let late = check(&test, &[hired, "parcel_rerouted 2026-03-14T12:00:00Z"], "fires");
        assert!(share_of(&soon) > share_of(&late));
        // Hours on a day that is stated without any.
        let hours =
            Test::SoonAfter { first: EventKind::FirstBoot, then: EventKind::Malware, hours: 24, hours_before: 0, at_least: 1 };
        let day = check(&hours, &["first_boot 2026-03-01T10:00:00Z", "malware 2026-03-01"], "fires");
        assert!(share_of(&day) < 0.8, "the day alone is less certain");
        check(&hours, &["first_boot 2026-03-01T10:00:00Z", "malware 2026-02-28"], "clear");
        // An event is not soon after itself.
        let again = Test::SoonAfter {
            first: EventKind::PayeeChanged,
            then: EventKind::PayeeChanged,
            hours: 48,
            hours_before: 48,
            at_least: 1,
        };
        check(&again, &["payee_changed 2026-03-01T10:00:00Z"], "clear");
        check(&again, &["payee_changed 2026-03-01T10:00:00Z", "payee_changed 2026-03-02T10:00:00Z"], "fires");
    }

    #[test]
    fn one_file_before_the_notice_is_no_bulk() {
        let test =
            Test::SoonAfter { first: EventKind::Notice, then: EventKind::Download, hours: 168, hours_before: 168, at_least: 3 };
        let notice = "notice 2026-03-10T10:00:00Z";
        let (before, same, after) =
            ("download 2026-03-05T10:00:00Z", "download 2026-03-10T09:00:00Z", "download 2026-03-16T10:00:00Z");
        for (rows, expected) in [
            (vec![before, notice], "clear"),
            (vec![before, same, notice], "clear"),
            (vec![before, same, notice, after], "fires"),
            (vec!["download 2026-03-01T10:00:00Z", same, notice, after], "clear"),
            (vec!["notice 2026-03-10", before, same, after], "fires"),
        ] {
            check(&test, &rows, expected);
        }
    }

    #[test]
    fn dormant_accounts() {
        let test = Test::DormantThenBusy { days: 730, at_least: 10 };
        let old = daily("2021-01-01", 5, 3, 600, "bid {day} device=d1");
        let with = |more: Vec<String>| [old.clone(), more].concat();
        let other = check(&test, &with(daily("2026-01-01", 20, 1, 600, "bid {day} device=d2")), "fires");
        assert!(note_of(&other).contains("20 events"), "{}", note_of(&other));
        let same = check(&test, &with(daily("2026-01-01", 20, 1, 600, "bid {day} device=d1")), "fires");
        assert!(share_of(&other) > share_of(&same), "who comes back with his old device");
        check(&test, &with(daily("2026-01-01", 5, 1, 600, "bid {day}")), "clear");
        check(&test, &with(daily("2022-06-01", 20, 1, 600, "bid {day}")), "not checked");
        check(&test, &with(daily("2022-06-01", 20, 60, 600, "bid {day}")), "clear");
        // The log of log-ins begins today; the profile is old.
        check(&test, &with(daily("2026-01-01", 20, 1, 600, "login {day}")), "clear");
        let mut profile = daily("2026-01-01", 20, 1, 600, "bid {day}");
        profile.push("profile_created 2019-01-01".to_owned());
        check(&test, &profile, "clear");
        check(&test, &old, "not checked");
        check(&test, &["bid 2021-01-01"], "not checked");
        check::<&str>(&test, &[], "not checked");
        // Spread over a year it is no burst.
        check(&test, &with(daily("2025-06-01", 20, 15, 600, "bid {day}")), "clear");
    }

    /// Log-ins of two halves of a year.
    fn halves(first: &str, later: &str, days: u32) -> Vec<String> {
        [daily("2026-01-01", days, 1, 600, first), daily("2026-04-01", days, 1, 600, later)].concat()
    }

    #[test]
    fn accounts_that_change_hands() {
        let test = Test::ChangePoint { at_least: 3 };
        let first = "login {day} device=d1 country=US ip=198.18.0.1";
        let later = "login {day} device=d2 country=DE ip=198.18.9.1";
        let fired = check(&test, &halves(first, later, 10), "fires");
        assert!(
            note_of(&fired).starts_with("3 of 4") && note_of(&fired).contains("10 log-ins before, 10 after"),
            "{}",
            note_of(&fired)
        );
        let Outcome::Fired(found) = &fired else { panic!() };
        assert_eq!(found.evidence.len(), 6);
        assert!(found.evidence[0].value.to_string().starts_with("device #"), "devices are shown by their keyed hash alone");
        assert_ne!(found.evidence[0].value, found.evidence[1].value);
        let hours = [daily("2026-01-01", 10, 1, 600, first), daily("2026-04-01", 10, 1, 1200, later)].concat();
        assert!(share_of(&check(&test, &hours, "fires")) > share_of(&fired), "all four");
        for (later, days, expected, why) in [
            ("login {day} device=d1 country=DE ip=198.18.9.1", 10, "clear", "a move with the own laptop"),
            ("login {day} device=d2 country=US ip=198.18.0.1", 10, "clear", "a new laptop"),
            ("login {day} device=d2 country=United~States ip=198.18.9.1", 10, "clear", "one country in two writings"),
            (later, 4, "not checked", "too few"),
            ("login {day} device=d2 country=DE ip=198.18.9.1 network=vpn", 10, "clear", "a relay has no country"),
        ] {
            let rows = halves(first, later, days);
            assert!(!rows.is_empty(), "{why}");
            check(&test, &rows, expected);
        }
        // Both sides use what the other had.
        let mut back = halves(first, later, 10);
        back.extend(daily("2026-06-01", 3, 1, 600, first));
        check(&test, &back, "clear");
        // An address at home that changes every day changes nothing.
        let dynamic: Vec<String> = (0..20_u32)
            .map(|day| {
                let device = 1 + day / 10;
                format!("login 2026-03-{:02}T10:00:00Z device=d{device} country=US ip=198.18.{day}.1", day + 1)
            })
            .collect();
        check(&test, &dynamic, "clear");
        check(&test, &daily("2026-01-01", 20, 1, 600, "login {day}"), "not checked");
        check(&test, &["login 2026-01-01T10:00:00Z device=d1"], "not checked");
        let once: Vec<String> = (0..20_u32)
            .map(|number| format!("login 2026-03-01T10:00:00Z device=d{number} country=US ip=198.18.{number}.1"))
            .collect();
        check(&test, &once, "clear");
    }

    #[test]
    fn devices_that_nobody_manages() {
        let test = Test::UnmanagedDevice { at_least: 2 };
        let managed = "login 2026-03-01T10:00:00Z device=d1 managed=yes session=s1";
        let own =
            |rest: &str| (2..5).map(|day| format!("login 2026-03-0{day}T10:00:00Z managed=no {rest}")).collect::<Vec<_>>();
        let with = |rest: &str| [vec![managed.to_owned()], own(rest)].concat();
        let fired = check(&test, &with("device=d2"), "fires");
        assert!(note_of(&fired).starts_with("3 of 4 log-ins on 3 days"), "{}", note_of(&fired));
        let taken = check(&test, &with("device=d2 session=s1"), "fires");
        assert!(share_of(&taken) > share_of(&fired), "the session of another device");
        check(&test, &with("device=d2 agent=Mozilla~(iPhone)"), "clear");
        check(&test, &with("device=d1"), "clear");
        check(&test, &with("device=d2")[..2], "clear");
        check(&test, &own("device=d2"), "not checked");
        check(&test, &["login 2026-03-01T10:00:00Z device=d1"], "not checked");
        // Before the company gave him a device.
        let before: Vec<String> = own("device=d2").iter().map(|row| row.replace("2026-03", "2026-01")).collect();
        check(&test, &[before, vec![managed.to_owned()]].concat(), "clear");
    }

    #[test]
    fn profiles_that_change() {
        let test = Test::IdentityChanged { at_least: 2, days: 90 };
        let rename = |day: &str, what: &str, from: &str, to: &str| {
            format!("renamed 2026-{day}T10:00:00Z what={what} from={from} to={to}")
        };
        let fired = check(
            &test,
            &[rename("01-01", "name", "Ada~Test", "Bela~Probe"), rename("02-01", "email", "ada@example.com", "bp@example.org")],
            "fires",
        );
        assert!(note_of(&fired).contains("2 changes (email, name)"), "{}", note_of(&fired));
        for (rows, expected) in [
            (vec![rename("01-01", "name", "Ada~Test", "Bela~Probe"), rename("06-01", "handle", "ada", "xyz")], "clear"),
            (vec![rename("01-01", "name", "Ada~Test", "Bela~Probe")], "clear"),
            // A marriage and its e-mail address; another way to write it; a new picture.
            (
                vec![
                    rename("01-01", "name", "Ada~Test", "Ada~Probe"),
                    rename("01-09", "email", "atest@example.com", "probe@example.com"),
                ],
                "clear",
            ),
            (vec![rename("01-01", "name", "Ada~Test", "TEST~Ada"), rename("01-09", "name", "Zoë~Test", "Zoe~Test")], "clear"),
            (vec![rename("01-01", "picture", "x", "y"), rename("01-09", "avatar", "y", "z")], "clear"),
            (vec!["@b renamed 2026-01-01".to_owned()], "clear"),
            (vec!["login 2026-01-01T10:00:00Z".to_owned()], "not checked"),
        ] {
            check(&test, &rows, expected);
        }
        let ever = Test::IdentityChanged { at_least: 2, days: 0 };
        check(&ever, &[rename("01-01", "name", "Ada~Test", "Bela~Probe"), rename("06-01", "handle", "ada", "xyz")], "fires");
    }
}
