//! Names become UUIDs of version 5 (RFC 9562): the same name has the same UUID, so that an export that is made again says the same.
//! SHA-1 (FIPS 180-4) is what version 5 asks for; nothing here relies on it for secrecy.

/// The namespace of web addresses and URNs (RFC 9562, appendix).
const URL: [u8; 16] = [0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];

/// The UUID of a name, made of parts that may hold anything.
pub(super) fn named(parts: &[&str]) -> String {
    // Lengths keep different parts apart.
    let parts: Vec<String> = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
    version_5(URL, &format!("urn:interdict:{}", parts.join(":")))
}

fn version_5(namespace: [u8; 16], name: &str) -> String {
    let hash = sha1(&[&namespace, name.as_bytes()].concat());
    let mut text = String::with_capacity(36);
    for (index, byte) in hash.into_iter().take(16).enumerate() {
        let byte = match index {
            6 => byte & 0x0f | 0x50,
            8 => byte & 0x3f | 0x80,
            _ => byte,
        };
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
    }
    text
}

fn sha1(message: &[u8]) -> [u8; 20] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64), 0);
    if padded.len() < message.len() + 9 {
        padded.resize(padded.len() + 64, 0);
    }
    let end = padded.len() - 8;
    padded[end..].copy_from_slice(&(message.len() as u64 * 8).to_be_bytes());

    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded.chunks_exact(64) {
        let mut words = [0_u32; 80];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
        }
        for t in 16..80 {
            words[t] = (words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16]).rotate_left(1);
        }
        let mut mix = state;
        for (round, word) in words.into_iter().enumerate() {
            let [_, x, y, z, _] = mix;
            let (mixed, constant) = match round {
                0..20 => (x & y | !x & z, 0x5a82_7999),
                20..40 => (x ^ y ^ z, 0x6ed9_eba1),
                40..60 => (x & y | x & z | y & z, 0x8f1b_bcdc),
                _ => (x ^ y ^ z, 0xca62_c1d6_u32),
            };
            let next = [mixed, mix[4], constant, word].into_iter().fold(mix[0].rotate_left(5), u32::wrapping_add);
            mix = [next, mix[0], mix[1].rotate_left(30), mix[2], mix[3]];
        }
        for (sum, value) in state.iter_mut().zip(mix) {
            *sum = sum.wrapping_add(value);
        }
    }
    let mut hash = [0; 20];
    for (bytes, word) in hash.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::{named, sha1, version_5};

    fn hex(bytes: &[u8]) -> String {
        bytes
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|digit| char::from_digit(u32::from(digit), 16))
            .collect()
    }

    /// The examples of FIPS 180, and `sha1sum` of texts whose lengths lie around the end of a block.
    #[test]
    fn is_sha_1() {
        for (message, expected) in [
            (String::new(), "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("abc".to_owned(), "a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".to_owned(), "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
            ("a".repeat(55), "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
            ("a".repeat(56), "c2db330f6083854c99d4b5bfb6e8f29f201be699"),
            ("a".repeat(63), "03f09f5b158a7a8cdad920bddc29b81c18a551f5"),
            ("a".repeat(64), "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
            ("a".repeat(1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
        ] {
            assert_eq!(hex(&sha1(message.as_bytes())), expected);
        }
    }

    /// The example of RFC 9562, appendix A.4.
    #[test]
    fn is_version_5() {
        let dns = [0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];
        assert_eq!(version_5(dns, "www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
        assert_eq!(named(&["a", "b"]), named(&["a", "b"]));
        assert_ne!(named(&["a", "b"]), named(&["a:1:b"]));
    }
}
