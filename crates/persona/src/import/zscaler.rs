//! Web logs of Zscaler Internet Access as CSV, with the columns that the customer chose: each request goes in as a sign of the user's
//! device, with the address that it came from, the host and the application, so that remote tools and VPN services are seen. It is no
//! log-in. Requests that no user is known for are left out.

use std::borrow::Cow;
use std::io::{self, BufRead};

use super::once::Once;
use super::table::{Header, Row, rows};
use crate::people::{Builder, FileId, NewEvent, Seen, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{EventKind, Field, IdKind};

/// Where the columns are.
#[derive(Debug, Clone, Copy)]
struct Columns {
    time: Option<usize>,
    zone: Option<usize>,
    user: Option<usize>,
    location: Option<usize>,
    ip: Option<usize>,
    host: Option<usize>,
    app: Option<usize>,
    device: Option<usize>,
    device_name: Option<usize>,
}

impl Columns {
    fn of(header: &Header) -> Self {
        Self {
            time: header.find(&["datetime", "time", "eventtime", "loggedtime", "timestamp", "epochtime"]),
            zone: header.find(&["tz", "timezone"]),
            user: header.find(&["user", "login", "elogin", "username", "useremail", "userid"]),
            location: header.find(&["location", "elocation", "locationname"]),
            ip: header.find(&["clientexternalip", "clientpublicip", "cip", "clientip", "clientipaddress", "sourceip", "srcip"]),
            host: header.find(&["host", "ehost", "hostname", "desthost", "domain", "url", "eurl"]),
            app: header.find(&["appname", "cloudapplication", "cloudapplicationname", "application", "app"]),
            device: header.find(&["externaldevid", "externaldeviceid", "deviceid"]),
            device_name: header.find(&["devicehostname", "edevicehostname", "devicename"]),
        }
    }
}

/// Reads a web log.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let mut columns = None;
    let mut people = Once::default();
    rows(input, file, to, |row, source, to| {
        let columns = *columns.get_or_insert_with(|| {
            row.header().pass(&["sip", "serverip", "appclass", "deviceowner"]);
            Columns::of(row.header())
        });
        take(row, columns, source, to, &mut people);
    })
}

fn take(row: Row<'_>, columns: Columns, source: Source, to: &mut Builder, people: &mut Once) {
    let cell = |column| stated(row.of(column));
    let user = cell(columns.user).to_lowercase();
    if user.is_empty() {
        return to.problem(source, ProblemKind::Missing("user"));
    }
    // Traffic of nobody in particular has the location as its user.
    if user == cell(columns.location).to_lowercase() {
        return;
    }
    let time = moment(cell(columns.time), cell(columns.zone));
    if time.is_empty() {
        return to.problem(source, ProblemKind::Missing("datetime"));
    }
    let person = to.account("zscaler", &user, source);
    if user.contains('@') && people.first(&[&user]) {
        to.identifier(person, IdKind::Email, &user, Seen::default(), source);
    }
    let device = match cell(columns.device) {
        "" => named(cell(columns.device_name)),
        id => id,
    };
    let facts = [(Field::Host, host(cell(columns.host))), (Field::App, cell(columns.app).into())];
    let facts = facts.each_ref().map(|(field, text)| (*field, &**text));
    let event =
        NewEvent { kind: EventKind::DeviceSeen, time: &time, offset: None, ip: cell(columns.ip), device, facts: &facts };
    to.event(person, &event, source);
}

/// The text, unless it is one of the words that the log has where there is nothing.
fn stated(text: &str) -> &str {
    let nothing = ["none", "na", "n/a", "null", "unknown", "-"];
    if nothing.iter().any(|word| text.eq_ignore_ascii_case(word)) { "" } else { text }
}

/// The name of a device, unless it is one that devices have before anybody names them: it would be that of many.
fn named(name: &str) -> &str {
    let short = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let stem = short.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', ' ']);
    let unnamed =
        ["localhost", "macbook", "macbook-pro", "macbook-air", "imac", "mac", "iphone", "ipad", "android", "ubuntu", "desktop"];
    let more = ["laptop", "pc", "windows", "computer", "kali", "debian", "fedora", "raspberrypi"];
    if unnamed.contains(&stem) || more.contains(&stem) { "" } else { name }
}

/// The host of a host, a host with port, or a web address; in lower case.
fn host(text: &str) -> Cow<'_, str> {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split(['/', '?']).next().unwrap_or_default();
    let text = match text.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => text,
    };
    text.trim_end_matches('.').to_ascii_lowercase().into()
}

/// The moment, from `Mon Jun 20 15:29:11 2022` and `Mon Jun 20 2022 15:29:11 GMT` as well; in UTC where the column of the zone says so.
fn moment<'t>(text: &'t str, zone: &str) -> Cow<'t, str> {
    let mut at = Cow::Borrowed(text);
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    if let [weekday, month, day, clock, year] = words.as_slice()
        && weekday.chars().all(char::is_alphabetic)
        && let Some(month) = month_number(month)
    {
        at = format!("{year}-{month:02}-{day:0>2}T{clock}").into();
    } else if let [weekday, month, day, year, clock, own_zone] = words.as_slice()
        && weekday.chars().all(char::is_alphabetic)
        && let Some(month) = month_number(month)
        && let Some(offset) = own_zone.strip_prefix("GMT").or_else(|| own_zone.strip_prefix("UTC"))
    {
        let offset = if offset.is_empty() { "Z" } else { offset };
        at = format!("{year}-{month:02}-{day:0>2}T{clock}{offset}").into();
    }
    let digits = at.bytes().all(|byte| byte.is_ascii_digit());
    if matches!(zone, "GMT" | "UTC" | "gmt" | "utc") && !digits && at.len() > 10 && at.ends_with(|c: char| c.is_ascii_digit()) {
        at = format!("{at}Z").into();
    }
    at
}

fn month_number(name: &str) -> Option<usize> {
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    names.iter().position(|month| month.eq_ignore_ascii_case(name)).map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::super::cases::{check, check_cut};
    use super::{host, moment, named, read};

    #[test]
    fn requests() {
        let log = "\"datetime\",\"tz\",\"user\",\"location\",\"cip\",\"sip\",\"host\",\"appname\",\"devicehostname\"\n\
            \"Sun Mar  1 12:00:00 2026\",\"GMT\",\"Ada@example.com\",\"Road Warrior\",\"203.0.113.7\",\"192.0.2.1\",\"Relay.Example.com:443\",\"AnyDesk\",\"LT-0042\"\n\
            \"2026-03-01 11:00:00\",\"GMT\",\"ada@example.com\",\"Road Warrior\",\"None\",\"192.0.2.1\",\"None\",\"General Browsing\",\"MacBook-Pro-2.local\"\n\
            \"2026-03-01 11:00:00\",\"GMT\",\"Road Warrior\",\"Road Warrior\",\"203.0.113.7\",\"192.0.2.1\",\"example.org\",\"x\",\"NA\"\n";
        check(
            read,
            log,
            "person zscaler:ada@example.com
            email ada@example.com
            device_seen 2026-03-01T11:00:00Z app=General Browsing @3
            device_seen 2026-03-01T12:00:00Z ip=203.0.113.7 <device LT-0042> host=relay.example.com app=AnyDesk @2",
        );
    }

    /// The page of insights has the address inside the house and that at its door.
    #[test]
    fn the_log_as_the_portal_exports_it() {
        let log = "Time,User,Location,Client IP,Client External IP,URL,Cloud Application,Device Hostname\n\
            \"Mon Jun 01 2026 10:22:11 GMT\",ada@example.com,Road Warrior,10.0.0.5,198.51.100.7,github.com,GitHub,LT-0042\n";
        check(
            read,
            log,
            "person zscaler:ada@example.com
            email ada@example.com
            device_seen 2026-06-01T10:22:11Z ip=198.51.100.7 <device LT-0042> host=github.com app=GitHub @2
            ! f:1: `Client IP` is not read",
        );
    }

    #[test]
    fn what_is_missing_or_wrong() {
        let log = "\u{feff}Event Time;User;Client IP;URL\n\
            2026-03-01 12:00:00;;203.0.113.7;example.org\n\
            ;ada@example.com;203.0.113.7;example.org\n\
            later;ada@example.com;203.0.113.7;example.org\n\
            1772366400;ada@example.com;0xcb007107;https://example.org:8443/a?b\n\
            2026-03-01 12:00:01;ada@example.com;203.0.113.0/24;2001:db8::1\n\
            2026-03-01 12:00:02;ada@example.com\n";
        check(
            read,
            log,
            "person zscaler:ada@example.com
            email ada@example.com
            device_seen 2026-03-01T12:00:00Z ip=203.0.113.7 host=example.org @5
            device_seen 2026-03-01T12:00:01Z host=2001:db8::1 @6
            ! f:2: the row is left out: `user` is missing
            ! f:3: the row is left out: `datetime` is missing
            ! f:4: `time` is not taken: it is no date or time (RFC 3339, `2026-03-01 12:00:00`, a date, or seconds or milliseconds since 1970)
            ! f:6: no time zone is stated: taken as UTC
            ! f:6: the IP address is not taken: `203.0.113.0/24`
            ! f:7: the row is left out: it has 2 cells where the header has 4",
        );
        check(read, "host,app\nexample.org,x\n", "! f:2: the row is left out: `user` is missing");
    }

    #[test]
    fn parts() {
        for (text, expected) in [
            ("https://Example.org/a", "example.org"),
            ("example.org:443", "example.org"),
            ("example.org.", "example.org"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("", ""),
        ] {
            assert_eq!(host(text), expected, "{text}");
        }
        for (name, kept) in [
            ("LT-0042", true),
            ("MacBook-Air", false),
            ("localhost.localdomain", false),
            ("DESKTOP-4F2K9Q1", true),
            ("iPhone", false),
        ] {
            assert_eq!(!named(name).is_empty(), kept, "{name}");
        }
        for (text, zone, expected) in [
            ("Mon Jun 20 15:29:11 2022", "GMT", "2022-06-20T15:29:11Z"),
            ("Mon Jun 20 15:29:11 2022", "", "2022-06-20T15:29:11"),
            ("Mon Jun 01 2026 10:22:11 GMT", "", "2026-06-01T10:22:11Z"),
            ("Mon Jun 1 2026 10:22:11 GMT+0200", "", "2026-06-01T10:22:11+0200"),
            ("Mon Jun 1 2026 10:22:11 EST", "", "Mon Jun 1 2026 10:22:11 EST"),
            ("Mon Foo 20 15:29:11 2022", "GMT", "Mon Foo 20 15:29:11 2022Z"),
            ("2022-06-20 15:29:11", "UTC", "2022-06-20 15:29:11Z"),
            ("2022-06-20T15:29:11Z", "UTC", "2022-06-20T15:29:11Z"),
            ("2022-06-20", "UTC", "2022-06-20"),
            ("1655738951", "UTC", "1655738951"),
        ] {
            assert_eq!(moment(text, zone), expected, "{text}");
        }
    }

    #[test]
    fn cut_in_half() {
        check_cut(read, "datetime,user,cip,host\n2026-03-01T12:00:00Z,ada@example.com,203.0.113.7,example.org");
    }
}
