//! A look at the footer of a Parquet file before the library reads it. The library passes over what it does not know, also over lists that
//! state billions of truth values, each of no byte: a file of a few bytes would keep it busy for minutes. No footer has such a list, and in
//! every other a value takes a byte at least.
//!
//! The form is the Thrift compact protocol, <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.

/// Structures and lists in each other, at most; a footer has about ten.
const DEPTH: u32 = 64;

/// Whether the bytes begin with a structure whose lists are no longer than what is left of the bytes.
pub(super) fn is_bounded(mut bytes: &[u8]) -> bool {
    structure(&mut bytes, DEPTH).is_some()
}

fn structure(rest: &mut &[u8], depth: u32) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    loop {
        let header = take(rest, 1)?[0];
        if header == 0 {
            return Some(());
        }
        if header >> 4 == 0 {
            // The number of the field.
            number(rest)?;
        }
        // A truth value stands in the header.
        if !is_truth(header & 15) {
            value(rest, header & 15, depth)?;
        }
    }
}

fn value(rest: &mut &[u8], kind: u8, depth: u32) -> Option<()> {
    match kind {
        3 => take(rest, 1).map(|_| ()),
        4..=6 => number(rest).map(|_| ()),
        7 => take(rest, 8).map(|_| ()),
        8 => {
            let length = usize::try_from(number(rest)?).ok()?;
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
                return Some(());
            }
            let kinds = take(rest, 1)?[0];
            values(rest, count, &[kinds >> 4, kinds & 15], depth)
        }
        12 => structure(rest, depth),
        _ => None,
    }
}

/// So many times values of these kinds.
fn values(rest: &mut &[u8], count: u64, kinds: &[u8], depth: u32) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    if count > rest.len() as u64 || count > 0 && kinds.iter().any(|kind| is_truth(*kind)) {
        return None;
    }
    for _ in 0..count {
        for kind in kinds {
            value(rest, *kind, depth)?;
        }
    }
    Some(())
}

const fn is_truth(kind: u8) -> bool {
    matches!(kind, 1 | 2)
}

/// A number of at most 64 bits, seven to a byte.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for at in 0..10 {
        let byte = take(rest, 1)?[0];
        number |= u64::from(byte & 127) << (7 * at);
        if byte < 128 {
            return Some(number);
        }
    }
    None
}

fn take<'b>(rest: &mut &'b [u8], count: usize) -> Option<&'b [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::{DEPTH, is_bounded};

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
        assert!(!is_bounded(&[0x15, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0]));
        // A kind that is none.
        assert!(!is_bounded(&[0x1e, 0]));
        // Structures in structures.
        let within = |count: u32| [vec![0x1c; count as usize], vec![0; count as usize + 1]].concat();
        assert!(is_bounded(&within(DEPTH - 1)));
        assert!(!is_bounded(&within(DEPTH)));
    }
}
