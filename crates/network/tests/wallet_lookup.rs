//! Look-ups of wallet addresses of every family: as listed, in other ways of writing, with the case lost, with slips, look-alikes, and
//! texts that are none. The addresses are made of invented hashes, with right checksums.

use std::path::Path;

use interdict_model::{Entity, Schema, WalletError, WalletFamily, parse_wallet};
use interdict_network::{CaseLost, ListedWallet, Lookup, WalletIndex, WalletListing};
use interdict_snapshot::Builder;
use proptest::prelude::*;

/// One listed address of each family, and other ways to write it.
const LISTED: [(WalletFamily, &str, &[&str]); 18] = [
    (
        WalletFamily::Bitcoin,
        "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu",
        &["bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A"],
    ),
    (WalletFamily::Bitcoin, "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", &["bitcoin:3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC?amount=1"]),
    (
        WalletFamily::Bitcoin,
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        &["BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "(bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4)."],
    ),
    (WalletFamily::Bitcoin, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", &[]),
    (WalletFamily::BitcoinGold, "GPwg61XoHqQPNmAucFACuQ5H9sGCDv9TpS", &[]),
    (WalletFamily::Litecoin, "", &[]),
    (WalletFamily::Dash, "XnPFsRWTaSgiVauosEwQ6dEitGYXgwznz2", &[]),
    (WalletFamily::Dogecoin, "DFFJhnQNZf8rf67tYnesPu7MuGUpYtzv7Z", &[]),
    (WalletFamily::Verge, "", &[]),
    (WalletFamily::Zcash, "", &[]),
    (
        WalletFamily::Evm,
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        &["0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359", "0XFB6916095CA1DF60BB79CE92CE3EA74C37C5D359"],
    ),
    (WalletFamily::Tron, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", &["41a614f803b6fd780986a42c78ec9c7f77e6ded13c"]),
    (
        WalletFamily::Monero,
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
        &[],
    ),
    (WalletFamily::Xrp, "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59", &["X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ"]),
    (WalletFamily::BnbBeacon, "bnb136ns6lfw4zs5hg4n85vdthaad7hq5m4gtkgf23", &[]),
    (WalletFamily::Stellar, "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ", &[]),
    (
        WalletFamily::Ton,
        "0:83dfd552e63729b472fcbcc8c45ebcc6691702558b68ec7527e1ba403a0f31a8",
        &["EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N", "UQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqEBI"],
    ),
    (WalletFamily::Solana, "42RLPACwZPx3vYYmxSueqsogfynBDqXK298EDsNoyoHi", &[]),
];

/// Families with a version before a hash of 20 bytes.
const VERSIONS: [(WalletFamily, &[u8]); 9] = [
    (WalletFamily::Bitcoin, &[0x00]),
    (WalletFamily::Bitcoin, &[0x05]),
    (WalletFamily::BitcoinGold, &[0x26]),
    (WalletFamily::Litecoin, &[0x30]),
    (WalletFamily::Dash, &[0x4c]),
    (WalletFamily::Dogecoin, &[0x1e]),
    (WalletFamily::Verge, &[0x21]),
    (WalletFamily::Tron, &[0x41]),
    (WalletFamily::Zcash, &[0x1c, 0xb8]),
];

fn base58(version: &[u8], hash: [u8; 20]) -> String {
    bs58::encode([version, &hash].concat()).with_check().into_string()
}

/// The listed addresses, with those of the families that are made here.
fn listed() -> Vec<(WalletFamily, String, Vec<String>)> {
    let made = LISTED.iter().map(|(family, address, others)| {
        let address = match VERSIONS.iter().find(|(made, _)| made == family) {
            Some((_, version)) if address.is_empty() => base58(version, [0x2a; 20]),
            _ => (*address).to_owned(),
        };
        (*family, address, others.iter().map(|other| (*other).to_owned()).collect())
    });
    made.collect()
}

fn wallet(text: &str) -> ListedWallet {
    let address = parse_wallet(text).ok();
    ListedWallet {
        key: address.as_ref().map_or_else(|| text.to_lowercase(), |address| address.key.clone()),
        shown: text.to_owned(),
        family: address.map(|address| address.family),
        listings: vec![WalletListing {
            holder: "x-1".to_owned(),
            caption: "Example Trading".to_owned(),
            stated_by: "x-1-wallet".to_owned(),
            record: String::new(),
            source: "test".to_owned(),
            programs: Vec::new(),
            datasets: Vec::new(),
            currencies: Vec::new(),
        }],
    }
}

fn index(texts: &[&str]) -> WalletIndex {
    WalletIndex::from_listed(texts.iter().map(|text| wallet(text)).collect())
}

fn all() -> WalletIndex {
    WalletIndex::from_listed(listed().iter().map(|(_, address, _)| wallet(address)).collect())
}

#[test]
fn every_family_is_found_however_it_is_written() {
    let index = all();
    for (family, address, others) in listed() {
        let key = parse_wallet(&address).unwrap().key;
        for text in others.iter().chain([&address]) {
            for found in [index.find(text), Some(index.look_up(text))] {
                let Some(Lookup::Listed { listed, warning }) = found else { panic!("{text}: {found:?}") };
                assert_eq!((listed.family, &listed.key, warning), (Some(family), &key, None), "{text}");
            }
        }
    }
}

#[test]
fn integrated_addresses_of_monero_are_the_standard_one() {
    let index = all();
    let standard = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A";
    // The integrated form of the Monero documentation for another address is none of the listed ones.
    let integrated =
        "4LL9oSLmtpccfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2bYXZKKQePHES9khPK";
    assert!(matches!(index.look_up(standard), Lookup::Listed { .. }));
    assert!(!matches!(index.look_up(integrated), Lookup::Listed { .. }));
}

#[test]
fn a_lost_case_is_restored_by_the_checksum() {
    let index = all();
    for (family, address, _) in listed() {
        let upper = address.to_ascii_uppercase();
        let lower = address.to_ascii_lowercase();
        for text in [upper, lower] {
            let free = matches!(family, WalletFamily::Evm | WalletFamily::Ton | WalletFamily::BnbBeacon);
            if free || address.starts_with("bc1") || text == address {
                continue;
            }
            match index.look_up(&text) {
                Lookup::CaseLost(CaseLost { listed, lost_in_list: false, open_letters, check_bits }) => {
                    assert_eq!(listed.family, Some(family), "{text}");
                    assert_eq!(open_letters == 0, family == WalletFamily::Stellar, "{text}");
                    let bits = match family {
                        WalletFamily::Solana | WalletFamily::Stellar => 0,
                        _ => 32,
                    };
                    assert_eq!(check_bits, bits, "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}

#[test]
fn how_likely_another_address_is() {
    let index = index(&["1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"]);
    let Lookup::CaseLost(found) = index.look_up("1bpei6dfdaufd7gtittlsdbeyjvcoavggu") else { panic!("not found") };
    // B p E D f D A U F d G t t t S d B e Y J v c a V g g u; not i, L and o, which stand in one case alone.
    assert_eq!((found.open_letters, found.check_bits), (27, 32));
    assert!((found.others_expected() - (2.0_f64.powi(27) - 1.0) / 2.0_f64.powi(32)).abs() < 1e-12);
    // Bech32 in mixed case is no address, and no letter is open.
    let index = all();
    let Lookup::CaseLost(found) = index.look_up("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4") else { panic!("not found") };
    assert_eq!((found.open_letters, found.others_expected()), (0, 0.0));
    // TON in its user-friendly form has a checksum of 16 bits.
    let Lookup::CaseLost(found) = index.look_up("eqcd39vs5jcpthl8vmjexrzgarccvyto7hun4bpaog8xqb2n") else {
        panic!("not found")
    };
    assert_eq!(found.check_bits, 16);
    assert!(found.others_expected() > 1.0);
}

#[test]
fn several_that_differ_in_case_are_ambiguous_and_none_is_not_listed() {
    // Solana addresses have no checksum, so that two can differ in case alone.
    let one = "42RLPACwZPx3vYYmxSueqsogfynBDqXK298EDsNoyoHi";
    let other = one.replacen('w', "W", 1);
    assert!(parse_wallet(&other).is_ok());
    let index = index(&[one, &other]);
    let found = index.look_up(&one.to_ascii_lowercase());
    assert!(matches!(&found, Lookup::Ambiguous(several) if several.len() == 2), "{found:?}");
    assert_eq!(found.hits().len(), 2);
    assert!(matches!(index.look_up(&other), Lookup::Listed { listed, .. } if listed.key == other));
    let found = index.look_up("tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t");
    assert!(matches!(found, Lookup::Invalid { error: WalletError::Checksum, .. }), "{found:?}");
}

#[test]
fn what_the_list_has_wrong_is_found_too() {
    let right = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
    let lost = right.to_ascii_lowercase();
    let nothing = "5be5543ff73456ab9f2d207887e2af87322c651ea1a873c5b25b7ffae456c320";
    let index = index(&[&lost, nothing]);
    let found = index.look_up(right);
    assert!(matches!(found, Lookup::CaseLost(CaseLost { lost_in_list: true, check_bits: 32, .. })), "{found:?}");
    for text in [lost.as_str(), &lost.to_ascii_uppercase(), nothing, &nothing.to_ascii_uppercase()] {
        let found = index.look_up(text);
        assert!(matches!(found, Lookup::Unverified { .. }), "{text}: {found:?}");
        assert_eq!(found.hits().len(), 1);
    }
    // Where another list has the right one, both are one address.
    let both = self::index(&[&lost, right]);
    assert_eq!(both.wallets().len(), 1);
    assert!(matches!(both.look_up(right), Lookup::Listed { listed, .. } if listed.listings.len() == 2));
}

#[test]
fn a_wrong_eip_55_case_is_a_warning() {
    let found = all().look_up("0xFb6916095ca1df60bB79Ce92cE3Ea74c37c5d359").hits().len();
    assert_eq!(found, 1);
    let index = all();
    let found = index.look_up("0xFb6916095ca1df60bB79Ce92cE3Ea74c37c5d359");
    assert!(matches!(found, Lookup::Listed { warning: Some(_), .. }), "{found:?}");
}

#[test]
fn look_alikes_are_shown_and_are_no_hits() {
    let index = all();
    // Listed 0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359: the first four digits and the last four are the same.
    let found = index.look_up("0xfb692111111111111111111111111111111cd359");
    let Lookup::NotListed { look_alikes, .. } = &found else { panic!("{found:?}") };
    assert_eq!(look_alikes.len(), 1);
    assert_eq!((look_alikes[0].first, look_alikes[0].last), (2 + 4, 4));
    assert!(found.hits().is_empty());
    assert!(index.find("0xfb692111111111111111111111111111111cd359").is_some());
    // Three at either end are not enough.
    for text in ["0xfb601111111111111111111111111111111cd359", "0xfb692111111111111111111111111111111ce359"] {
        assert!(index.find(text).is_none());
        let found = index.look_up(text);
        assert!(matches!(&found, Lookup::NotListed { look_alikes, near, .. } if look_alikes.is_empty() && near.is_empty()));
    }
    // The same ends with a checksum that fails are no address at all.
    let found = index.look_up("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLL6t");
    assert!(matches!(found, Lookup::Invalid { .. }), "{found:?}");
}

/// A right Base58 address with the same ends as another, searched as poisoning kits do, by trying hashes; the version is Tron's.
#[test]
fn look_alikes_of_base58() {
    let listed = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
    let index = index(&[listed]);
    // The first characters follow from the first bytes of the hash; for the last a few hundred thousand are tried.
    let bytes = bs58::decode(listed).with_check(None).into_vec().unwrap();
    let mut hash = <[u8; 20]>::try_from(&bytes[1..]).unwrap();
    let end = &listed[listed.len() - 2..];
    let made = (0_u32..).map(|n| {
        hash[16..].copy_from_slice(&n.to_be_bytes());
        base58(&[0x41], hash)
    });
    let near = made.take(200_000).find(|made| made.to_lowercase().ends_with(&end.to_lowercase()) && made != listed).unwrap();
    assert_eq!(near[..5], listed[..5]);
    // Two characters at the end are not enough: a valid address, not listed, no warning.
    assert!(matches!(index.look_up(&near), Lookup::NotListed { look_alikes, .. } if look_alikes.is_empty()), "{near}");
}

#[test]
fn slips_of_a_listed_address_are_shown() {
    let index = all();
    let listed = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
    for (text, slips) in [
        // Replaced, exchanged, missing, added, and two of them.
        ("TR7NHqjeKQxGTCi8q8ZZ4pL8otSzgjLj6t", 1),
        ("TR7NHqjeKQxGTC8iq8ZY4pL8otSzgjLj6t", 1),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6", 1),
        ("R7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", 1),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjjLj6t", 1),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjL6tt", 2),
        ("TR7NHqjKeQxGTCi8q8YZ4pL8otSzgjLj6t", 2),
    ] {
        let found = index.look_up(text);
        let Lookup::Invalid { error: WalletError::Checksum, near } = &found else { panic!("{text}: {found:?}") };
        assert_eq!(near.iter().map(|near| (near.listed.key.as_str(), near.slips)).collect::<Vec<_>>(), [(listed, slips)]);
    }
    // Three slips are too many.
    let found = index.look_up("TR7NHqjeKQxGTCi8q8ZZZZL8otSzgjLj6t");
    assert!(matches!(&found, Lookup::Invalid { near, .. } if near.is_empty()), "{found:?}");
    // An EVM address in one case has nothing that would tell a slip: it is an address, with a warning.
    let found = index.look_up("0xfb7916095ca1df60bb79ce92ce3ea74c37c5d359");
    assert!(matches!(&found, Lookup::NotListed { near, .. } if near.len() == 1 && near[0].slips == 1), "{found:?}");
    // A digit is missing.
    let found = index.look_up("0xfb6916095ca1df60bb79ce92ce3ea74c37c5d35");
    assert!(matches!(&found, Lookup::Invalid { error: WalletError::EvmLength(39), near } if near.len() == 1), "{found:?}");
}

#[test]
fn what_is_no_address_says_why() {
    let index = all();
    for (text, error) in [
        ("", WalletError::Empty),
        (" \u{200b}.", WalletError::Empty),
        ("Example Trading", WalletError::Unrecognised),
        ("주소", WalletError::Unrecognised),
        ("0x", WalletError::EvmLength(0)),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", WalletError::Checksum),
        ("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", WalletError::TestNetwork),
    ] {
        assert!(index.find(text).is_none(), "{text}");
        let found = index.look_up(text);
        assert!(matches!(&found, Lookup::Invalid { error: found, .. } if *found == error), "{text}: {found:?}");
    }
    let long = "1".repeat(100_000);
    assert!(matches!(index.look_up(&long), Lookup::Invalid { error: WalletError::TooLong(100_000), .. }));
    assert!(WalletIndex::from_listed(Vec::new()).find("0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359").is_none());
}

#[test]
fn a_hit_names_holder_record_programmes_datasets_and_all_tickers() {
    let mut holder = Entity::new("x-1", Schema::Company);
    holder.add("name", "Example Trading Ltd");
    let mut sanction = Entity::new("x-s", Schema::Sanction);
    sanction.add("entity", "x-1");
    sanction.add("program", "TEST");
    let mut builder = Builder::new();
    let add = |builder: &mut Builder, id: &str, text: &str, currency: &str, holder: &str| {
        let mut wallet = Entity::new(id, Schema::CryptoWallet);
        wallet.add_from("publicKey", text, "record 7");
        wallet.add("currency", currency);
        wallet.add("holder", holder);
        wallet.datasets = vec!["test_list".to_owned()];
        builder.add(&wallet);
    };
    builder.add(&holder);
    builder.add(&sanction);
    add(&mut builder, "w-1", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "USDT", "x-1");
    add(&mut builder, "w-2", "0xFB6916095CA1DF60BB79CE92CE3EA74C37C5D359", "ARB", "x-1");
    // A cell that holds one address in two letterings, and a holder that is not there.
    add(&mut builder, "w-3", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t|tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t", "USDT", "gone");
    let snapshot = builder.finish().unwrap().open().unwrap();
    let index = WalletIndex::new(&snapshot);
    assert_eq!(index.wallets().len(), 2);
    let found = index.look_up("0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359");
    let hits = found.hits();
    let listings = &hits[0].listings;
    assert_eq!(listings.len(), 2);
    let first = &listings[0];
    assert_eq!((first.holder.as_str(), first.caption.as_str()), ("x-1", "Example Trading Ltd"));
    assert_eq!((first.stated_by.as_str(), first.record.as_str()), ("w-1", "record 7"));
    assert_eq!((&first.programs[..], &first.datasets[..]), (&["TEST".to_owned()][..], &["test_list".to_owned()][..]));
    let tickers: Vec<_> = listings.iter().flat_map(|listing| &listing.currencies).collect();
    assert_eq!(tickers, ["USDT", "ARB"]);
    let found = index.look_up("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
    assert_eq!(found.hits()[0].listings[0].holder, "w-3");
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn every_listed_address_is_found_in_any_case() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/wallets/sdn_digital_currency_with_owner_2025-11-19.tsv");
    let Ok(table) = std::fs::read_to_string(path) else {
        eprintln!("skipped: the list of digital currency addresses in ../shared/data is absent");
        return;
    };
    let texts: Vec<&str> = table.lines().skip(1).filter_map(|line| line.split('\t').nth(4)).collect();
    assert!(texts.len() > 700);
    let index = index(&texts);
    for text in &texts {
        for asked in [(*text).to_owned(), text.to_lowercase(), text.to_uppercase()] {
            let found = index.look_up(&asked);
            let hits = found.hits();
            // What is listed is found, and nothing else with it.
            assert!(hits.len() == 1 && hits[0].shown.eq_ignore_ascii_case(text), "{asked}: {found:?}");
        }
        let exact = index.look_up(text);
        assert!(matches!(exact, Lookup::Listed { .. } | Lookup::Unverified { .. }), "{text}: {exact:?}");
    }
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>()) {
        let index = all();
        let _ = index.look_up(&text);
    }

    #[test]
    fn the_quick_way_and_the_whole_way_agree(text in "[ (]?(bitcoincash:|bc1|0x|41|t1|X|r|G|4|EQ|0:|TR7N)?[0-9A-Za-z]{20,110}[ .)]?") {
        let index = all();
        let (quick, whole) = (index.find(&text), index.look_up(&text));
        if let Some(quick) = quick {
            prop_assert_eq!(format!("{quick:?}"), format!("{whole:?}"));
        } else {
            prop_assert!(whole.hits().is_empty());
        }
    }

    #[test]
    fn what_is_listed_is_found_in_every_version(version in 0..VERSIONS.len(), hash in any::<[u8; 20]>(), other in any::<[u8; 20]>()) {
        let (family, version) = VERSIONS[version];
        let text = base58(version, hash);
        let index = index(&[&text, &base58(version, other)]);
        let found = index.look_up(&text);
        let listed = matches!(&found, Lookup::Listed { listed, .. } if listed.key == text && listed.family == Some(family));
        prop_assert!(listed, "{} {:?}", text, found);
        for lost in [text.to_lowercase(), text.to_uppercase()] {
            let found = index.look_up(&lost);
            prop_assert!(found.hits().iter().any(|hit| hit.key == text), "{} {:?}", lost, found);
        }
        // Others of the family are not.
        let mut next = hash;
        next[19] ^= 1;
        prop_assert!(index.look_up(&base58(version, next)).hits().is_empty());
    }
}
