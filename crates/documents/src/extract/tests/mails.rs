//! Tests of mails in the Internet message format and of mails of Outlook, which the tests build.

use std::io::{Cursor, Write as _};

use encoding_rs::WINDOWS_1251;

use super::super::*;
use super::{all, one, outline};

#[test]
fn a_mail_with_all_its_parts() {
    let mail = "From sender Thu Jan 16 00:00:00 2025\r\n\
        Return-Path: <ann@example.com>\r\n\
        From: =?UTF-8?B?0JDQvdC90LA=?= Example <ann@example.com>\r\n\
        To: \"Example, Bob\" <bob@example.org>, Team: cid@example.org, dee@example.org;\r\n\
        Cc: eve@example.net\r\n\
        Subject: =?koi8-r?Q?=EB=C9=CD?= pays\r\n\
        Date: Thu, 16 Jan 2025 10:00:00 +0900\r\n\
        MIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=\"out\"\r\n\r\n\
        preamble\r\n\
        --out\r\n\
        Content-Type: multipart/alternative; boundary=in\r\n\r\n\
        --in\r\nContent-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        =CA=E8=EC pays=\r\n here\r\n\
        --in\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Ким pays <b>here</b></p>\r\n\
        --in--\r\n\
        --out\r\n\
        Content-Type: text/csv; name=\"list.csv\"\r\nContent-Transfer-Encoding: base64\r\n\
        Content-Disposition: attachment; filename*=utf-8''p%C3%A4yees.csv\r\n\r\n\
        bmFtZSxhZ2UKQW5uLDUK\r\n\
        --out\r\n\
        Content-Type: message/rfc822\r\n\r\n\
        From: fay@example.com\r\nTo: gus@example.com\r\nSubject: inner\r\n\r\nHal Example\r\n\
        --out--\r\nepilogue\r\n";
    let parts = all("a.eml", mail.as_bytes());
    assert_eq!(outline(&parts), ["a.eml: read", "a.eml > päyees.csv: read", "a.eml > part 2.eml: read"]);
    let expected = "From: Анна Example <ann@example.com>\nTo: Example, Bob <bob@example.org>; cid@example.org; dee@example.org; Team\n\
        Cc: eve@example.net\nReturn-Path: ann@example.com\nDate: 2025-01-16T10:00:00+09:00\nSubject: Ким pays\n\n\
        Ким pays here\n\nAttachment: päyees.csv\nAttachment: part 2.eml\n";
    assert_eq!(parts[0].text, expected);
    assert_eq!(parts[0].place(parts[0].text.find("here").unwrap()), Some("body"));
    assert_eq!(parts[1].text, "name; age\nname: Ann; age: 5\n");
    assert_eq!(parts[2].text, "From: fay@example.com\nTo: gus@example.com\nSubject: inner\n\nHal Example\n");
}

#[track_caller]
fn body(rest: &str, expected: &str, status: &str) {
    let part = one("a.eml", format!("From: a@example.com\nDate: x\n{rest}").as_bytes());
    let text = part.text.split_once("\n\n").map_or("", |(_, body)| body);
    assert_eq!((text, part.status.code()), (expected, status), "{part:?}");
}

#[test]
fn bodies() {
    body("\nAnn", "Ann\n", "read");
    body("Content-Type: text/html\n\n<p>Ann<p>Bob", "Ann\n\nBob\n", "read");
    body("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nQW5uIEV4YW1wbGU", "Ann Example\n", "read");
    // A form of the body that says more than the other is kept.
    let alternative =
        "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nAnn\n--b\nContent-Type: text/html\n\n<p>Ann Bob\n--b--\n";
    body(alternative, "Ann\n\nAnn Bob\n", "read");
    body("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nAnn", "Ann\n", "partly");
    body("Content-Type: multipart/mixed\n\n--b\n\nAnn", "--b\n\nAnn\n", "read");
}

#[test]
fn mails_in_mails_end_at_the_limit() {
    let levels = 50_000;
    let deep = format!(
        "From: a@example.com\nMIME-Version: 1.0\n{}\nAnn",
        "Content-Type: message/rfc822\n\nSubject: x\n".repeat(levels)
    );
    let parts = all("a.eml", deep.as_bytes());
    assert_eq!(parts.len(), 6);
    assert_eq!(parts[5].status, Status::TooLarge("more than 4 files inside each other".to_owned()));
    let mixed =
        (0..1000).map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n")).collect::<Vec<_>>().concat();
    let part = one("a.eml", format!("From: a@example.com\n{mixed}\nAnn Example").as_bytes());
    assert!(part.status.code() == "partly" && part.text.contains("Ann Example"), "{:?}", part.status);
}

/// A compound file out of paths and bytes.
fn compound(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (path, bytes) in streams {
        if let Some((storage, _)) = path.rsplit_once('/') {
            file.create_storage_all(storage).unwrap();
        }
        file.create_stream(path).unwrap().write_all(bytes).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_mail_of_outlook() {
    let inner = "/__attach_version1.0_#00000001/__substg1.0_3701000D";
    let bytes = compound(&[
        ("/__properties_version1.0", vec![0; 32]),
        ("/__substg1.0_0037001F", wide("Ким pays")),
        ("/__substg1.0_1000001F", wide("Ann Example\r\nin Seoul\0")),
        ("/__substg1.0_0C1A001F", wide("Bob Example")),
        ("/__substg1.0_5D01001F", wide("bob@example.org")),
        ("/__substg1.0_0C1F001F", wide("/O=EXAMPLE/CN=BOB")),
        ("/__substg1.0_0E04001F", wide("Cid Example")),
        ("/__recip_version1.0_#00000000/__substg1.0_3001001F", wide("Cid Example")),
        ("/__recip_version1.0_#00000000/__substg1.0_39FE001F", wide("cid@example.org")),
        ("/__attach_version1.0_#00000000/__substg1.0_3707001F", wide("liste.csv")),
        ("/__attach_version1.0_#00000000/__substg1.0_37010102", b"name,age\nDee Example,5\n".to_vec()),
        (&format!("{inner}/__properties_version1.0"), vec![0; 24]),
        (&format!("{inner}/__substg1.0_0037001F"), wide("inner")),
        (&format!("{inner}/__substg1.0_10130102"), b"<p>Eve <b>Example</b></p>".to_vec()),
    ]);
    let parts = all("a.msg", &bytes);
    assert_eq!(outline(&parts), ["a.msg: read", "a.msg > liste.csv: read", "a.msg > attached mail 2.msg: read"]);
    let expected = "From: Bob Example <bob@example.org> </O=EXAMPLE/CN=BOB>\nTo: Cid Example\nRecipient: Cid Example <cid@example.org>\n\
        Subject: Ким pays\n\nAnn Example\nin Seoul\n\nAttachment: liste.csv\nAttachment: attached mail 2.msg\n";
    assert_eq!(parts[0].text, expected);
    assert_eq!(parts[0].place(parts[0].text.find("Seoul").unwrap()), Some("body"));
    assert_eq!(parts[1].text, "name; age\nname: Dee Example; age: 5\n");
    assert_eq!((parts[2].kind, parts[2].text.as_str()), (FileKind::OutlookMail, "Subject: inner\n\nEve Example\n"));
}

#[test]
fn a_mail_of_outlook_in_an_old_character_set() {
    let mut properties = vec![0; 32];
    for number in [0x3ffd_0003_u32, 0, 1251, 0] {
        properties.extend(number.to_le_bytes());
    }
    let old = |text: &str| WINDOWS_1251.encode(text).0.into_owned();
    let bytes = compound(&[
        ("/__properties_version1.0", properties),
        ("/__substg1.0_0037001E", old("Договор")),
        ("/__substg1.0_1000001E", old("Ким платит\0")),
    ]);
    assert_eq!(one("a.msg", &bytes).text, "Subject: Договор\n\nКим платит\n");
    let packed = compound(&[("/__properties_version1.0", vec![0; 32]), ("/__substg1.0_10090102", vec![1; 40])]);
    assert!(matches!(one("a.msg", &packed).status, Status::Unsupported(_)));
}

#[test]
fn broken_mails_of_outlook() {
    let bytes = compound(&[("/__properties_version1.0", vec![0; 32]), ("/__substg1.0_1000001F", wide("Ann Example"))]);
    for at in 0..bytes.len().min(2048) {
        let mut broken = bytes.clone();
        broken[at] ^= 0xff;
        super::promises("a.msg", &broken);
    }
    for len in (0..bytes.len()).step_by(97) {
        super::promises("a.msg", &bytes[..len]);
    }
}
