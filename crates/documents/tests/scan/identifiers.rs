//! Identifiers of every kind, as texts write them.

use crate::{check, check_none};

#[test]
fn wallets() {
    const W: (&str, &str) = ("0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c", "ofac-42498");
    const T: (&str, &str) = ("TGXE9dGWawjfd3xqFSho1h1bRbRv9wUGrF", "ofac-42498");
    const S: (&str, &str) = ("bc1qyy5pt5cx3zth8xlj92lq5y87dh8xv3nwgs4ncq", "ofac-57035");
    check(&[
        ("It went to 0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c.", &[W]),
        ("It went to 0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c, then on.", &[W]),
        ("(0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c)", &[W]),
        ("https://explorer.example.org/address/0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c?tab=1", &[W]),
        ("ethereum:0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c", &[W]),
        ("{\"to\":\"0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c\"}", &[W]),
        ("钱包0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c的余额", &[W]),
        ("tx_0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c_out", &[W]),
        ("0X4F47BC496083C727C5FBE3CE9CDF2B0F6496270C", &[("0X4F47BC496083C727C5FBE3CE9CDF2B0F6496270C", W.1)]),
        ("USDT: TGXE9dGWawjfd3xqFSho1h1bRbRv9wUGrF;", &[T]),
        ("TGXE9dGWawjfd3xqFSho1h1bRbRv9wUGrF's owner", &[T]),
        ("bitcoin:bc1qyy5pt5cx3zth8xlj92lq5y87dh8xv3nwgs4ncq?amount=1", &[S]),
        ("BC1QYY5PT5CX3ZTH8XLJ92LQ5Y87DH8XV3NWGS4NCQ", &[("BC1QYY5PT5CX3ZTH8XLJ92LQ5Y87DH8XV3NWGS4NCQ", S.1)]),
    ]);
    check_none(&[
        "0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270d",
        "0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270",
        "TGXE9dGWawjfd3xqFSho1h1bRbRv9wUGrf",
        "a0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c1",
    ]);
}

#[test]
fn imo_numbers() {
    const V: (&str, &str) = ("9074729", "v-hope");
    check(&[
        ("The ship (IMO 9074729) sailed.", &[V]),
        ("The ship, IMO: 9074729, sailed.", &[V]),
        ("The ship, IMO-No. 9074729, sailed.", &[V]),
        ("The ship, IMO No. 9074729, sailed.", &[V]),
        ("The ship, IMO no 9074729.", &[V]),
        ("The ship, IMO number 9074729.", &[V]),
        ("The ship, IMO Number: 9074729.", &[V]),
        ("The ship, IMO Nr. 9074729.", &[V]),
        ("The ship, IMO #9074729.", &[V]),
        ("The ship, IMO\t9074729\t", &[V]),
        ("The ship, imo 9074729.", &[V]),
        ("{\"imo\":9074729}", &[V]),
        ("imo=9074729", &[V]),
        ("The ship, IMO9074729.", &[("IMO9074729", "v-hope")]),
        ("The ship, IMO/9074729.", &[V]),
        ("судно, ИМО 9074729", &[V]),
        ("The ship, IMO\n9074729.", &[V]),
        ("IMO 9074729 and IMO 9123453", &[V, ("9123453", "v-zenvara")]),
        ("IMO numbers 9074729, 9123453 and 9555010", &[V, ("9123453", "v-zenvara"), ("9555010", "v-glory")]),
    ]);
    check_none(&["It paid 9074729 won.", "Phone 9074729", "IMO 9074730", "IMO 90747290"]);
}

#[test]
fn banks_and_accounts() {
    const B: (&str, &str) = ("FTBDKPPY", "ofac-15603");
    check(&[
        ("SWIFT FTBDKPPY.", &[B]),
        ("BIC: FTBDKPPYXXX", &[("FTBDKPPYXXX", "ofac-15603")]),
        ("(FTBDKPPY)", &[B]),
        (":52A:FTBDKPPY\n:59:/123", &[B]),
        ("<BICFI>FTBDKPPY</BICFI>", &[B]),
        ("SWIFT KCBKKPP1", &[("KCBKKPP1", "ofac-23004")]),
        ("SWIFT code NDBKMMMY, please", &[("NDBKMMMY", "c-bank")]),
        ("IBAN DE61500105170000555101.", &[("DE61500105170000555101", "b-velmora")]),
        ("IBAN: DE61 5001 0517 0000 5551 01", &[("DE61 5001 0517 0000 5551 01", "b-velmora")]),
        ("(DE61 5001 0517 0000 5551 01)", &[("DE61 5001 0517 0000 5551 01", "b-velmora")]),
        (
            "IBAN DE61\u{a0}5001\u{a0}0517\u{a0}0000\u{a0}5551\u{a0}01",
            &[("DE61\u{a0}5001\u{a0}0517\u{a0}0000\u{a0}5551\u{a0}01", "b-velmora")],
        ),
        ("IBAN DE61-5001-0517-0000-5551-01", &[("DE61-5001-0517-0000-5551-01", "b-velmora")]),
        ("IBAN de61500105170000555101", &[("de61500105170000555101", "b-velmora")]),
        ("account NL06TEST0000555102,", &[("NL06TEST0000555102", "b-kestwick")]),
        ("account NL06 TEST 0000 5551 02,", &[("NL06 TEST 0000 5551 02", "b-kestwick")]),
        ("LEI 5299000INTERDICT9989", &[("5299000INTERDICT9989", "c-brightvane")]),
        ("lei:5299000interdict9989", &[("5299000interdict9989", "c-brightvane")]),
    ]);
    check_none(&["ftbdkppy", "FTBDKPPYX", "FTBDKPPZ", "IBAN DE62500105170000555101", "IBAN DE61 5001 0517 0000 5551 02"]);
}

#[test]
fn documents_and_registers() {
    check(&[
        ("passport 109484100", &[("109484100", "ofac-42498")]),
        ("passport No. 109484100", &[("109484100", "ofac-42498")]),
        ("passport number: 109484100.", &[("109484100", "ofac-42498")]),
        ("Passport: 109484100 (North Korea)", &[("109484100", "ofac-42498")]),
        ("Passport #109484100", &[("109484100", "ofac-42498")]),
        ("passport no 715501234", &[("715501234", "p-lavrentyev")]),
        ("pasaporte 715501234", &[("715501234", "p-lavrentyev")]),
        ("паспорт № 715501234", &[("715501234", "p-lavrentyev")]),
        ("паспорт серии 71 5501234", &[("71 5501234", "p-lavrentyev")]),
        ("holder of E59165201", &[("E59165201", "ofac-42496")]),
        ("passport EJ4340624;", &[("EJ4340624", "ofac-52174")]),
        ("passport EJ 4340624;", &[("EJ 4340624", "ofac-52174")]),
        ("passport B7083978", &[("B7083978", "ofac-57054")]),
        ("ID card 371326198812157611", &[("371326198812157611", "ofac-42496")]),
        ("Hong Kong identity card G563542(9)", &[("G563542(9)", "ofac-42497")]),
        ("registration number 1162536087230", &[("1162536087230", "ofac-48260")]),
        ("ОГРН 1162536087230", &[("1162536087230", "ofac-48260")]),
        ("ИНН 9901122339", &[("9901122339", "c-brightvane")]),
        ("ИНН: 9901122339, КПП 770101001", &[("9901122339", "c-brightvane")]),
        ("INN 9901122339", &[("9901122339", "c-brightvane")]),
        ("Company no. SC555101", &[("SC555101", "c-kestwick")]),
        ("身份证号371326198812157611", &[("371326198812157611", "ofac-42496")]),
        ("护照号109484100", &[("109484100", "ofac-42498")]),
        ("여권 109484100", &[("109484100", "ofac-42498")]),
        ("جواز سفر 109484100", &[("109484100", "ofac-42498")]),
    ]);
}

#[test]
fn numbers_that_are_no_identifiers() {
    check_none(&[
        "109484100",
        "It cost 109484100 won.",
        "EUR 109484100",
        "109,484,100 people",
        "call 109484100",
        "Tel. 109484100",
        "phone number 109484100",
        "Fax no. 109484100",
        "Invoice no. 109484100",
        "the national debt is 109484100",
        "order number 109484100",
        "page 9074729",
        "2026-11-27 10:94:84.100",
        "passport 109484101",
        "passport 1094841001",
    ]);
}

#[test]
fn mail_addresses_web_sites_and_ships_calls() {
    const M: (&str, &str) = ("kdb@co.chesin.com", "ofac-12312");
    const D: (&str, &str) = ("desk@velmora.example.com", "c-velmora");
    check(&[
        ("Write to kdb@co.chesin.com.", &[M]),
        ("<kdb@co.chesin.com>", &[M]),
        ("mailto:kdb@co.chesin.com?subject=x", &[M]),
        ("\"kdb@co.chesin.com\",", &[M]),
        ("(kdb@co.chesin.com)", &[M]),
        ("KDB@CO.CHESIN.COM", &[("KDB@CO.CHESIN.COM", "ofac-12312")]),
        ("邮箱kdb@co.chesin.com。", &[M]),
        ("...kdb@co.chesin.com", &[M]),
        ("- kdb@co.chesin.com - ", &[M]),
        ("From: Desk <desk@velmora.example.com>\n", &[D]),
        ("wangge327@yahoo.com;desk@velmora.example.com", &[("wangge327@yahoo.com", "ofac-49970"), D]),
        ("see www.velmora.example.com for more", &[("www.velmora.example.com", "c-velmora")]),
        ("see https://www.velmora.example.com/about.", &[("www.velmora.example.com", "c-velmora")]),
        ("see velmora.example.com.", &[("velmora.example.com", "c-velmora")]),
        ("see http://velmora.example.com:8080/x", &[("velmora.example.com", "c-velmora")]),
        ("tel. +1 555 010 0177", &[("+1 555 010 0177", "c-velmora")]),
        ("tel. +850 2 381 8221, 9 to 5", &[("+850 2 381 8221", "ofac-12312")]),
        ("tel. +850-2-381-8221.", &[("+850-2-381-8221", "ofac-12312")]),
        ("tel. +850 (2) 381.8221", &[("+850 (2) 381.8221", "ofac-12312")]),
        ("+85023818221", &[("+85023818221", "ofac-12312")]),
        ("MMSI 636055101", &[("636055101", "v-glory")]),
    ]);
    check_none(&["akdb@co.chesin.com", "kdb@co.chesin.com.example.org", "kdb@co.chesin.co", "kdb at co chesin com"]);
}
