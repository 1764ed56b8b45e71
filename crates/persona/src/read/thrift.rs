//! A look at the footer and the page headers of a Parquet file before the library reads them. The library passes over what it does not know,
//! also over lists that state billions of truth values, each of no byte: a file of a few bytes would keep it busy for minutes. Neither has
//! such a list, and in every other a value takes a byte at least. What is read here is read as the library reads it, numbers of any length and
//! ends of structures that state a field included; but the library does not compare the kind of a field that it knows, and this does not know
//! which fields those are.
//!
//! The form is the Thrift compact protocol, <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>; the fields
//! are those of <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>.

/// Structures and lists in each other, at most; a footer has about ten.
const DEPTH: u32 = 64;
/// The field of a page header that states how many bytes follow it.
const COMPRESSED_PAGE_SIZE: u64 = 3;

/// Why bytes are no structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// They end within it.
    Short,
    /// It states values of no byte, or is nested too deep.
    Endless,
    /// It has a kind that is none, or lacks what it must have.
    Malformed,
}

/// Whether the bytes begin with a structure whose lists are no longer than what is left of the bytes.
pub(super) fn is_bounded(mut bytes: &[u8]) -> bool {
    structure(&mut bytes, DEPTH, &mut |_, _| ()).is_ok()
}

/// How many bytes the page takes whose header the bytes begin with: the header, and what it says to follow.
pub(super) fn page_size(bytes: &[u8]) -> Result<u64, Flaw> {
    let mut rest = bytes;
    let mut follow = None;
    structure(&mut rest, DEPTH, &mut |field, number| {
        if field == COMPRESSED_PAGE_SIZE {
            follow = Some(number);
        }
    })?;
    // A number of 32 bits, whose further ones are not looked at.
    let follow = u64::try_from(follow.ok_or(Flaw::Malformed)? as i32).map_err(|_| Flaw::Malformed)?;
    Ok((bytes.len() - rest.len()) as u64 + follow)
}

/// Passes over a structure, and tells its numbers with their fields.
fn structure(rest: &mut &[u8], depth: u32, tell: &mut dyn FnMut(u64, i64)) -> Result<(), Flaw> {
    let depth = depth.checked_sub(1).ok_or(Flaw::Endless)?;
    let mut field = 0_u64;
    loop {
        let header = take(rest, 1)?[0];
        let kind = header & 15;
        if kind == 0 {
            return Ok(());
        }
        // The number of the field stands apart, or is told by how much it is more than the one before.
        field = match header >> 4 {
            0 => number(rest)? >> 1,
            more => field.wrapping_add(u64::from(more)),
        };
        match kind {
            // A truth value stands in the header.
            _ if is_truth(kind) => {}
            4..=6 => tell(field, signed(number(rest)?)),
            _ => value(rest, kind, depth)?,
        }
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
            let header = take(rest, 1)?[0];
            let count = if header >> 4 == 15 { number(rest)? } else { u64::from(header >> 4) };
            values(rest, count, &[header & 15], depth)
        }
        11 => {
            let count = number(rest)?;
            if count == 0 {
                return Ok(());
            }
            let kinds = take(rest, 1)?[0];
            values(rest, count, &[kinds >> 4, kinds & 15], depth)
        }
        12 => structure(rest, depth, &mut |_, _| ()),
        13 => take(rest, 16).map(|_| ()),
        _ => Err(Flaw::Malformed),
    }
}

/// So many times values of these kinds.
fn values(rest: &mut &[u8], count: u64, kinds: &[u8], depth: u32) -> Result<(), Flaw> {
    let depth = depth.checked_sub(1).ok_or(Flaw::Endless)?;
    if count > 0 && kinds.iter().any(|kind| is_truth(*kind)) {
        return Err(Flaw::Endless);
    }
    if count > rest.len() as u64 {
        return Err(Flaw::Short);
    }
    for _ in 0..count {
        for kind in kinds {
            value(rest, *kind, depth)?;
        }
    }
    Ok(())
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
        // A truth value, a byte, a number of two bytes in a field whose number stands apart, a double, a text.
        assert!(is_bounded(&[0x11, 0x13, 9, 0x05, 8, 0x96, 1, 0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0x18, 2, b'a', b'b', 0, 77]));
        // A list of two numbers, one of structures, a map, one without entries, a structure.
        assert!(is_bounded(&[0x19, 0x25, 1, 2, 0x19, 0x1c, 0, 0x1b, 1, 0x85, 1, b'a', 7, 0x1b, 0, 0x1c, 0x13, 1, 0, 0]));
        assert!(is_bounded(&[0x19, 0xf5, 16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0]));
    }

    #[test]
    fn what_would_never_end_or_breaks_off() {
        // Two billion truth values, and as many numbers.
        assert!(!is_bounded(&[0x19, 0xf1, 0xff, 0xff, 0xff, 0xff, 7, 0]));
        assert!(!is_bounded(&[0x19, 0xf5, 0xff, 0xff, 0xff, 0xff, 7, 0]));
        assert!(!is_bounded(&[0x1b, 0xff, 0xff, 0xff, 0xff, 7, 0x11, 0]));
        assert!(!is_bounded(&[]));
        assert!(!is_bounded(&[0x18, 5, b'a']));
        assert!(!is_bounded(&[0x15, 0xff, 0xff, 0xff]));
        // A kind that is none.
        assert!(!is_bounded(&[0x1e, 0]));
        // Structures in structures.
        let within = |count: u32| [vec![0x1c; count as usize], vec![0; count as usize + 1]].concat();
        assert!(is_bounded(&within(DEPTH - 1)));
        assert!(!is_bounded(&within(DEPTH)));
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
