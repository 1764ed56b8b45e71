//! Networks with the row that lists each: an address goes in; the rows of all networks that it lies in come out, the narrowest first. A
//! look-up costs one step for each length of prefix that occurs, however many networks there are.

use std::net::IpAddr;

use ipnet::IpNet;
use rustc_hash::FxHashMap;

/// Networks by the length of the prefix, the longest first.
#[derive(Debug, Default)]
pub(super) struct Nets {
    v4: Vec<(u8, FxHashMap<u128, u32>)>,
    v6: Vec<(u8, FxHashMap<u128, u32>)>,
}

fn bits(ip: IpAddr) -> (u128, u32) {
    match ip {
        IpAddr::V4(ip) => (u128::from(u32::from(ip)), 32),
        IpAddr::V6(ip) => (u128::from(ip), 128),
    }
}

/// The first `prefix` of `width` bits.
fn masked(bits: u128, width: u32, prefix: u8) -> u128 {
    let dropped = width - u32::from(prefix);
    bits.checked_shr(dropped).and_then(|kept| kept.checked_shl(dropped)).unwrap_or(0)
}

impl Nets {
    /// Puts a network in, and gives the row that was there before.
    pub(super) fn insert(&mut self, net: IpNet, row: u32) -> Option<u32> {
        let (bits, width) = bits(net.addr());
        let prefix = net.prefix_len();
        let family = if width == 32 { &mut self.v4 } else { &mut self.v6 };
        let at = family.partition_point(|(length, _)| *length > prefix);
        if family.get(at).is_none_or(|(length, _)| *length != prefix) {
            family.insert(at, (prefix, FxHashMap::default()));
        }
        family[at].1.insert(masked(bits, width, prefix), row)
    }

    /// Hands over the row of each network that an address lies in.
    pub(super) fn covering(&self, ip: IpAddr, mut take: impl FnMut(u32)) {
        let (bits, width) = bits(ip);
        let family = if width == 32 { &self.v4 } else { &self.v6 };
        for (prefix, nets) in family {
            if let Some(row) = nets.get(&masked(bits, width, *prefix)) {
                take(*row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use ipnet::IpNet;

    use super::Nets;

    #[test]
    fn finds_what_a_walk_over_all_finds() {
        // A generator of the Lehmer kind, so that nets of many lengths overlap.
        let mut seed = 7_u64;
        let mut draw = || {
            seed = seed * 48_271 % 2_147_483_647;
            seed as u32
        };
        let mut nets = Nets::default();
        let mut all: Vec<IpNet> = Vec::new();
        for row in 0..3000 {
            let ip = Ipv4Addr::from(0xc633_0000 | draw() & 0xffff);
            let net = IpNet::new(IpAddr::V4(ip), (16 + draw() % 17) as u8).unwrap().trunc();
            all.push(net);
            nets.insert(net, row);
        }
        let mut hits = 0;
        for _ in 0..300 {
            let ip = IpAddr::V4(Ipv4Addr::from(0xc633_0000 | draw() & 0x1_ffff));
            let mut found = Vec::new();
            nets.covering(ip, |row| found.push(all[row as usize]));
            let mut expected: Vec<IpNet> = all.iter().filter(|net| net.contains(&ip)).copied().collect();
            expected.sort_by_key(|net| std::cmp::Reverse(net.prefix_len()));
            expected.dedup();
            hits += expected.len();
            assert_eq!(found, expected, "{ip}");
        }
        assert!(hits > 500, "{hits}");
    }

    #[test]
    fn the_widest_and_the_narrowest() {
        let mut nets = Nets::default();
        for (row, net) in ["0.0.0.0/0", "198.51.100.1/32", "::/0", "2001:db8::1/128"].into_iter().enumerate() {
            assert_eq!(nets.insert(net.parse().unwrap(), row as u32), None);
        }
        assert_eq!(nets.insert("::/0".parse().unwrap(), 9), Some(2));
        let rows = |ip: &str| {
            let mut found = Vec::new();
            nets.covering(ip.parse().unwrap(), |row| found.push(row));
            found
        };
        assert_eq!(rows("198.51.100.1"), [1, 0]);
        assert_eq!(rows("2001:db8::1"), [3, 9]);
    }
}
