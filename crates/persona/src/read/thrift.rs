//! A look at the footer and the page headers of a Parquet file before the library reads them. The library passes over what it does not know,
//! also over lists that state billions of truth values, each of no byte: a file of a few bytes would keep it busy for minutes. Neither has
//! such a list, and in every other a value takes a byte at least. Of a field that it knows the library does not look at the kind that is
//! stated, so that what it would pass over is where something else stands for others: such a field is refused.
//!
//! The form is the Thrift compact protocol, <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>, read as the
//! library reads it, numbers of any length and ends of structures that state a field included; the fields are those of
//! <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>.

/// Structures and lists in each other, at most; a footer has about ten.
const DEPTH: u32 = 64;
/// The field of a page header that states how many bytes follow it.
const COMPRESSED_PAGE_SIZE: i16 = 3;

/// What a field holds; numbers of two, four and eight bytes are written alike, and so are lists and sets.
#[derive(Debug)]
enum Kind {
    Truth,
    Byte,
    Number,
    Double,
    Bytes,
    List(&'static Self),
    Struct(Fields),
}

/// The fields of a structure that are known, by their numbers.
type Fields = &'static [(i16, Kind)];

const NUMBER: Kind = Kind::Number;
const BYTES: Kind = Kind::Bytes;
const NONE: Kind = Kind::Struct(&[]);
const NUMBERS: Kind = Kind::List(&NUMBER);
const KEY_VALUES: Kind = Kind::List(&Kind::Struct(&[(1, BYTES), (2, BYTES)]));
const TIME_UNIT: Kind = Kind::Struct(&[(1, NONE), (2, NONE), (3, NONE)]);
const STATISTICS: Kind = Kind::Struct(&[
    (1, BYTES),
    (2, BYTES),
    (3, NUMBER),
    (4, NUMBER),
    (5, BYTES),
    (6, BYTES),
    (7, Kind::Truth),
    (8, Kind::Truth),
]);
const LOGICAL_TYPE: Kind = Kind::Struct(&[
    (1, NONE),
    (2, NONE),
    (3, NONE),
    (4, NONE),
    (5, Kind::Struct(&[(1, NUMBER), (2, NUMBER)])),
    (6, NONE),
    (7, Kind::Struct(&[(1, Kind::Truth), (2, TIME_UNIT)])),
    (8, Kind::Struct(&[(1, Kind::Truth), (2, TIME_UNIT)])),
    (10, Kind::Struct(&[(1, Kind::Byte), (2, Kind::Truth)])),
    (11, NONE),
    (12, NONE),
    (13, NONE),
    (14, NONE),
    (15, NONE),
    (16, Kind::Struct(&[(1, Kind::Byte)])),
    (17, Kind::Struct(&[(1, BYTES)])),
    (18, Kind::Struct(&[(1, BYTES), (2, NUMBER)])),
]);
const SCHEMA_ELEMENT: Kind = Kind::Struct(&[
    (1, NUMBER),
    (2, NUMBER),
    (3, NUMBER),
    (4, BYTES),
    (5, NUMBER),
    (6, NUMBER),
    (7, NUMBER),
    (8, NUMBER),
    (9, NUMBER),
    (10, LOGICAL_TYPE),
]);
const BOUNDING_BOX: Kind = Kind::Struct(&[
    (1, Kind::Double),
    (2, Kind::Double),
    (3, Kind::Double),
    (4, Kind::Double),
    (5, Kind::Double),
    (6, Kind::Double),
    (7, Kind::Double),
    (8, Kind::Double),
]);
const COLUMN_METADATA: Kind = Kind::Struct(&[
    (1, NUMBER),
    (2, NUMBERS),
    (3, Kind::List(&BYTES)),
    (4, NUMBER),
    (5, NUMBER),
    (6, NUMBER),
    (7, NUMBER),
    (8, KEY_VALUES),
    (9, NUMBER),
    (10, NUMBER),
    (11, NUMBER),
    (12, STATISTICS),
    (13, Kind::List(&Kind::Struct(&[(1, NUMBER), (2, NUMBER), (3, NUMBER)]))),
    (14, NUMBER),
    (15, NUMBER),
    (16, Kind::Struct(&[(1, NUMBER), (2, NUMBERS), (3, NUMBERS)])),
    (17, Kind::Struct(&[(1, BOUNDING_BOX), (2, NUMBERS)])),
]);
const COLUMN_CHUNK: Kind = Kind::Struct(&[
    (1, BYTES),
    (2, NUMBER),
    (3, COLUMN_METADATA),
    (4, NUMBER),
    (5, NUMBER),
    (6, NUMBER),
    (7, NUMBER),
    (8, Kind::Struct(&[(1, NONE), (2, Kind::Struct(&[(1, Kind::List(&BYTES)), (2, BYTES)]))])),
    (9, BYTES),
]);
const ROW_GROUP: Kind = Kind::Struct(&[
    (1, Kind::List(&COLUMN_CHUNK)),
    (2, NUMBER),
    (3, NUMBER),
    (4, Kind::List(&Kind::Struct(&[(1, NUMBER), (2, Kind::Truth), (3, Kind::Truth)]))),
    (5, NUMBER),
    (6, NUMBER),
    (7, NUMBER),
]);
const ENCRYPTION: Kind = Kind::Struct(&[(1, BYTES), (2, BYTES), (3, Kind::Truth)]);
const FOOTER: Fields = &[
    (1, NUMBER),
    (2, Kind::List(&SCHEMA_ELEMENT)),
    (3, NUMBER),
    (4, Kind::List(&ROW_GROUP)),
    (5, KEY_VALUES),
    (6, BYTES),
    (7, Kind::List(&Kind::Struct(&[(1, NONE), (2, NONE)]))),
    (8, Kind::Struct(&[(1, ENCRYPTION), (2, ENCRYPTION)])),
    (9, BYTES),
];
const PAGE_HEADER: Fields = &[
    (1, NUMBER),
    (2, NUMBER),
    (COMPRESSED_PAGE_SIZE, NUMBER),
    (4, NUMBER),
    (5, Kind::Struct(&[(1, NUMBER), (2, NUMBER), (3, NUMBER), (4, NUMBER), (5, STATISTICS)])),
    (6, NONE),
    (7, Kind::Struct(&[(1, NUMBER), (2, NUMBER), (3, Kind::Truth)])),
    (
        8,
        Kind::Struct(&[
            (1, NUMBER),
            (2, NUMBER),
            (3, NUMBER),
            (4, NUMBER),
            (5, NUMBER),
            (6, NUMBER),
            (7, Kind::Truth),
            (8, STATISTICS),
        ]),
    ),
];

/// Why bytes are no structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// They end within it.
    Short,
    /// It states values of no byte, is nested too deep, or has something else where a known field stands.
    Endless,
    /// It has a kind that is none, or lacks what it must have.
    Malformed,
}

/// Whether the bytes begin with a footer whose lists are no longer than what is left of the bytes.
pub(super) fn is_bounded(mut bytes: &[u8]) -> bool {
    structure(&mut bytes, FOOTER, DEPTH, &mut |_, _| ()).is_ok()
}

/// How many bytes the page takes whose header the bytes begin with: the header, and what it says to follow.
pub(super) fn page_size(bytes: &[u8]) -> Result<u64, Flaw> {
    let mut rest = bytes;
    let mut follow = None;
    structure(&mut rest, PAGE_HEADER, DEPTH, &mut |field, number| {
        if field == COMPRESSED_PAGE_SIZE {
            follow = Some(number);
        }
    })?;
    // A number of 32 bits, whose further ones are not looked at.
    let follow = u64::try_from(follow.ok_or(Flaw::Malformed)? as i32).map_err(|_| Flaw::Malformed)?;
    Ok((bytes.len() - rest.len()) as u64 + follow)
}

/// Passes over a structure, and tells its numbers with their fields.
fn structure(rest: &mut &[u8], known: Fields, depth: u32, tell: &mut dyn FnMut(i16, i64)) -> Result<(), Flaw> {
    let depth = depth.checked_sub(1).ok_or(Flaw::Endless)?;
    let mut field = 0_i16;
    loop {
        let header = take(rest, 1)?[0];
        let kind = header & 15;
        if kind == 0 {
            return Ok(());
        }
        // The number of the field stands apart, or is told by how much it is more than the one before.
        field = match header >> 4 {
            0 => signed(number(rest)?) as i16,
            more => field.checked_add(i16::from(more)).ok_or(Flaw::Malformed)?,
        };
        match known.iter().find(|(number, _)| *number == field) {
            Some((_, Kind::Truth)) if is_truth(kind) => {}
            Some((_, Kind::Number)) if matches!(kind, 4..=6) => tell(field, signed(number(rest)?)),
            Some((_, of)) => of_kind(rest, kind, of, depth)?,
            // A truth value stands in the header.
            None if is_truth(kind) => {}
            None => value(rest, kind, depth)?,
        }
    }
}

/// Passes over a value of a known kind, if it is stated to be of that.
fn of_kind(rest: &mut &[u8], kind: u8, known: &Kind, depth: u32) -> Result<(), Flaw> {
    match (known, kind) {
        (Kind::Byte, 3) | (Kind::Number, 4..=6) | (Kind::Double, 7) | (Kind::Bytes, 8) => value(rest, kind, depth),
        (Kind::Struct(fields), 12) => structure(rest, fields, depth, &mut |_, _| ()),
        (Kind::List(of), 9 | 10) => {
            let (count, kind, depth) = list(rest, depth)?;
            (0..count).try_for_each(|_| of_kind(rest, kind, of, depth))
        }
        _ => Err(Flaw::Endless),
    }
}

fn value(rest: &mut &[u8], kind: u8, depth: u32) -> Result<(), Flaw> {
    match kind {
        3 => take(rest, 1).map(|_| ()),
        4..=6 => number(rest).map(|_| ()),
        7 => take(rest, 8).map(|_| ()),
        8 => {
            let length = usize::try_from(number(rest)?).map_err(|_| Flaw::Malformed)?;
            take(rest, length).map(|_| ())
        }
        9 | 10 => {
            let (count, kind, depth) = list(rest, depth)?;
            (0..count).try_for_each(|_| value(rest, kind, depth))
        }
        11 => {
            let count = number(rest)?;
            if count == 0 {
                return Ok(());
            }
            let kinds = take(rest, 1)?[0];
            let kinds = [kinds >> 4, kinds & 15];
            let depth = within(rest, count, &kinds, depth)?;
            (0..count).try_for_each(|_| kinds.iter().try_for_each(|kind| value(rest, *kind, depth)))
        }
        12 => structure(rest, &[], depth, &mut |_, _| ()),
        13 => take(rest, 16).map(|_| ()),
        _ => Err(Flaw::Malformed),
    }
}

/// How many values a list has, of which kind, and how deep they may be.
fn list(rest: &mut &[u8], depth: u32) -> Result<(u64, u8, u32), Flaw> {
    let header = take(rest, 1)?[0];
    let count = if header >> 4 == 15 { number(rest)? } else { u64::from(header >> 4) };
    let kind = header & 15;
    Ok((count, kind, within(rest, count, &[kind], depth)?))
}

/// How deep so many values of these kinds may be: each must have a byte, and there must be as many.
fn within(rest: &[u8], count: u64, kinds: &[u8], depth: u32) -> Result<u32, Flaw> {
    if count > 0 && kinds.iter().any(|kind| is_truth(*kind)) {
        return Err(Flaw::Endless);
    }
    if count > rest.len() as u64 {
        return Err(Flaw::Short);
    }
    depth.checked_sub(1).ok_or(Flaw::Endless)
}

const fn is_truth(kind: u8) -> bool {
    matches!(kind, 1 | 2)
}

/// A number, seven bits to a byte; of one that is longer than 64 bits it is not said which.
fn number(rest: &mut &[u8]) -> Result<u64, Flaw> {
    let mut number = 0_u64;
    let mut shift = 0_u32;
    loop {
        let byte = take(rest, 1)?[0];
        number |= u64::from(byte & 127).wrapping_shl(shift);
        if byte < 128 {
            return Ok(number);
        }
        shift = shift.wrapping_add(7);
    }
}

/// A number whose last bit is its sign.
const fn signed(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

fn take<'b>(rest: &mut &'b [u8], count: usize) -> Result<&'b [u8], Flaw> {
    let (taken, left) = rest.split_at_checked(count).ok_or(Flaw::Short)?;
    *rest = left;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::{DEPTH, Flaw, is_bounded, page_size};

    #[test]
    fn each_form_of_a_value() {
        // In fields that are not known, from 10 on: a truth value, a byte, a number of two bytes in a field whose number stands apart, a
        // double, a text.
        assert!(is_bounded(&[0xa1, 0x13, 9, 0x05, 80, 0x96, 1, 0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0x18, 2, b'a', b'b', 0, 77]));
        // A list of two numbers, one of structures, a map, one without entries, a structure.
        assert!(is_bounded(&[0xa9, 0x25, 1, 2, 0x19, 0x1c, 0, 0x1b, 1, 0x85, 1, b'a', 7, 0x1b, 0, 0x1c, 0x13, 1, 0, 0]));
        assert!(is_bounded(&[0xa9, 0xf5, 16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0]));
        // Known ones: a version, a schema of one element with a name, rows.
        assert!(is_bounded(&[0x15, 2, 0x19, 0x1c, 0x48, 1, b'x', 0, 0x16, 8, 0]));
    }

    #[test]
    fn what_would_never_end_or_breaks_off() {
        // Two billion truth values, and as many numbers.
        assert!(!is_bounded(&[0xa9, 0xf1, 0xff, 0xff, 0xff, 0xff, 7, 0]));
        assert!(!is_bounded(&[0xa9, 0xf5, 0xff, 0xff, 0xff, 0xff, 7, 0]));
        assert!(!is_bounded(&[0xab, 0xff, 0xff, 0xff, 0xff, 7, 0x11, 0]));
        assert!(!is_bounded(&[]));
        assert!(!is_bounded(&[0xa8, 5, b'a']));
        assert!(!is_bounded(&[0x15, 0xff, 0xff, 0xff]));
        // A kind that is none.
        assert!(!is_bounded(&[0xae, 0]));
        // Structures in structures.
        let within = |count: u32| [vec![0xac; count as usize], vec![0; count as usize + 1]].concat();
        assert!(is_bounded(&within(DEPTH - 1)));
        assert!(!is_bounded(&within(DEPTH)));
    }

    /// The library would read the text as a list of orders of columns, and the list in it.
    #[test]
    fn another_kind_where_a_known_field_stands() {
        assert!(!is_bounded(&[0x78, 9, 0x1c, 0x59, 0xf1, 0xff, 0xff, 0xff, 0xff, 7, 0, 0]));
        assert!(!is_bounded(&[0x18, 1, 2, 0]), "the version as text");
        assert!(!is_bounded(&[0x08, 0x82, 0x80, 8, 1, 2, 0]), "the same by a number of which 16 bits are read");
        assert!(!is_bounded(&[0x29, 0x15, 1, 0]), "a schema of numbers");
        assert!(!is_bounded(&[0x29, 0x1c, 0x45, 1, 0, 0]), "a name that is a number");
    }

    #[test]
    fn a_page_takes_its_header_and_what_follows() {
        // A data page of 8 and 7 bytes with a header of its own; then one whose size is told by a field that stands apart.
        assert_eq!(page_size(&[0x15, 0, 0x15, 16, 0x15, 14, 0x2c, 0x15, 2, 0, 0, 99, 99]), Ok(11 + 7));
        assert_eq!(page_size(&[0x05, 6, 0x80, 1, 0]), Ok(5 + 64));
        assert_eq!(page_size(&[0x15, 0, 0x15, 16, 0x15, 14]), Err(Flaw::Short));
        assert_eq!(page_size(&[0x15, 0, 0]), Err(Flaw::Malformed), "no size");
        assert_eq!(page_size(&[0x35, 1, 0]), Err(Flaw::Malformed), "a size below nothing");
        assert_eq!(page_size(&[0x15, 0, 0x25, 14, 0x59, 0xf1, 0xff, 0xff, 0xff, 0xff, 7, 0]), Err(Flaw::Endless));
    }
}
