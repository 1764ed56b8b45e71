//! The System Log of Okta, as `GET /api/v1/logs` answers, as JSON lines, or as the page of the log saves it in CSV: log-ins that succeeded, log-outs and new factors go in as events
//! of the account that did them. What systems and services do, and what did not succeed, is nobody's log-in and is left out.

use std::io::{self, BufRead};

use serde_json::Value;

use super::console::{self, Column};
use super::json::{first, items, records_in, text};
use super::once::Once;
use crate::people::{Builder, Describe, FileId, NewEvent, Seen, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{EventKind, Field, IdKind};

/// The columns of the table that the page of the log saves.
const COLUMNS: &[Column] = &[
    ("uuid", &["uuid"]),
    ("published", &["timestamp", "published"]),
    ("eventType", &["eventtype"]),
    ("actor.id", &["actorid"]),
    ("actor.type", &["actortype"]),
    ("actor.alternateId", &["actoralternateid"]),
    ("actor.displayName", &["actordisplayname"]),
    ("outcome.result", &["outcomeresult"]),
    ("client.ipAddress", &["clientipaddress"]),
    ("client.geographicalContext.country", &["clientgeographicalcontextcountry"]),
    ("client.geographicalContext.city", &["clientgeographicalcontextcity"]),
    ("client.geographicalContext.geolocation.lat", &["clientgeographicalcontextgeolocationlat"]),
    ("client.geographicalContext.geolocation.lon", &["clientgeographicalcontextgeolocationlon"]),
    ("client.userAgent.rawUserAgent", &["clientuseragentrawuseragent"]),
    ("request.ipChain.0.ip", &["requestipchain0ip", "requestipchainip"]),
    ("securityContext.asNumber", &["securitycontextasnumber"]),
    ("securityContext.asOrg", &["securitycontextasorg"]),
    ("securityContext.isProxy", &["securitycontextisproxy"]),
    ("authenticationContext.externalSessionId", &["authenticationcontextexternalsessionid"]),
    ("device.id", &["deviceid"]),
    ("device.managed", &["devicemanaged"]),
    ("debugContext.debugData.deviceFingerprint", &["debugcontextdebugdatadevicefingerprint"]),
    ("debugContext.debugData.dtHash", &["debugcontextdebugdatadthash"]),
    ("debugContext.debugData.factor", &["debugcontextdebugdatafactor"]),
    ("target.0.id", &["target0id"]),
    ("target.0.type", &["target0type"]),
    ("target.0.alternateId", &["target0alternateid"]),
    ("target.0.displayName", &["target0displayname"]),
    ("target.1.id", &["target1id"]),
    ("target.1.type", &["target1type"]),
    ("target.1.alternateId", &["target1alternateid"]),
    ("target.1.displayName", &["target1displayname"]),
];

/// Reads the log.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> io::Result<()> {
    let (mut events, mut people) = (Once::default(), Once::default());
    if console::is_table(input)? {
        return console::records_of(input, file, to, COLUMNS, |record, source, to| {
            console::truth(record, "/securityContext/isProxy");
            console::truth(record, "/device/managed");
            take(record, source, to, &mut events, &mut people);
        });
    }
    records_in(input, file, to, &["value", "data", "events", "logs", "results", "records"], |record, source, to| {
        take(record, source, to, &mut events, &mut people);
    })
}

/// What an event is; `None` for the many that say nothing about who is where.
fn kind(event_type: &str) -> Option<EventKind> {
    match event_type {
        "user.session.start" => Some(EventKind::Login),
        "user.session.end" | "user.authentication.slo" | "user.authentication.universal_logout" => Some(EventKind::Logout),
        "user.mfa.factor.activate" => Some(EventKind::Renamed),
        other if other.starts_with("user.authentication.") || other.starts_with("authentication.") => Some(EventKind::Login),
        _ => None,
    }
}

fn take(record: &Value, source: Source, to: &mut Builder, events: &mut Once, people: &mut Once) {
    let event_type = text(record, "eventType");
    if event_type.is_empty() {
        return to.problem(source, ProblemKind::Missing("eventType"));
    }
    let Some(kind) = kind(&event_type) else { return };
    if is_not_user(&text(record, "actor.type")) {
        return;
    }
    let result = text(record, "outcome.result");
    if result.is_empty() {
        return to.problem(source, ProblemKind::Missing("outcome.result"));
    }
    if !result.eq_ignore_ascii_case("SUCCESS") {
        return;
    }
    let actor = text(record, "actor.id");
    if actor.is_empty() {
        return to.problem(source, ProblemKind::Missing("actor.id"));
    }
    if !events.first(&[&text(record, "uuid")]) {
        return to.problem(source, ProblemKind::Row("its `uuid` was there before".to_owned()));
    }

    // An administrator who sets up a factor of somebody else does so with his own device, from his own address.
    let other = items(record, "target").iter().find(|target| {
        let id = text(target, "id");
        kind == EventKind::Renamed && text(target, "type") == "User" && !id.is_empty() && id != actor
    });
    let holder = other.or_else(|| record.get("actor")).unwrap_or(record);
    let id = text(holder, "id");
    let person = to.account("okta", &id, source);
    let (mail, name) = (stated(text(holder, "alternateId")), stated(text(holder, "displayName")));
    if people.first(&[&id, &mail, &name]) {
        to.describe(person, Describe { name: &name, ..Describe::default() }, source);
        if mail.contains('@') {
            to.identifier(person, IdKind::Email, &mail, Seen::default(), source);
        }
    }

    let at = text(record, "published");
    let what = if kind == EventKind::Renamed { "factor" } else { "" };
    let factor = if kind == EventKind::Renamed { text(record, "debugContext.debugData.factor") } else { "".into() };
    if other.is_some() {
        let facts = [(Field::What, what), (Field::To, &*factor)];
        return to.event(person, &NewEvent { kind, time: &at, offset: None, ip: "", device: "", facts: &facts }, source);
    }
    let client = |member: &str| text(record, &format!("client.geographicalContext.{member}"));
    let ip = first(record, &["client.ipAddress", "request.ipChain.0.ip"]);
    // `client.id` is the application and `client.device` its class; these name the device.
    let device = first(record, &["debugContext.debugData.deviceFingerprint", "device.id", "debugContext.debugData.dtHash"]);
    let proxy = if text(record, "securityContext.isProxy") == "yes" { "proxy" } else { "" };
    let facts = [
        (Field::Country, client("country")),
        (Field::City, client("city")),
        (Field::Lat, client("geolocation.lat")),
        (Field::Lon, client("geolocation.lon")),
        (Field::Asn, text(record, "securityContext.asNumber")),
        (Field::Org, text(record, "securityContext.asOrg")),
        (Field::Network, proxy.into()),
        (Field::Session, stated(text(record, "authenticationContext.externalSessionId"))),
        (Field::Managed, text(record, "device.managed")),
        (Field::Agent, text(record, "client.userAgent.rawUserAgent")),
        (Field::What, what.into()),
        (Field::To, factor),
    ];
    let facts = facts.each_ref().map(|(field, text)| (*field, &**text));
    to.event(person, &NewEvent { kind, time: &at, offset: None, ip: &ip, device: &device, facts: &facts }, source);
}

fn is_not_user(actor_type: &str) -> bool {
    !actor_type.is_empty() && !actor_type.eq_ignore_ascii_case("User")
}

/// The text, unless it is Okta's word for one that is missing.
fn stated(text: std::borrow::Cow<'_, str>) -> std::borrow::Cow<'_, str> {
    if text.eq_ignore_ascii_case("unknown") { "".into() } else { text }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::cases::{check, check_cut};
    use super::read;

    /// An event after the public list of fields.
    fn event(uuid: &str, event_type: &str, published: &str) -> Value {
        json!({
            "uuid": uuid, "published": published, "eventType": event_type, "version": "0", "severity": "INFO",
            "displayMessage": "An event",
            "actor": {
                "id": "00uAda", "type": "User", "alternateId": "ada@example.com", "displayName": "Ada Test", "detailEntry": null,
            },
            "client": {
                "userAgent": {"rawUserAgent": "Mozilla/5.0 (X11)", "os": "Linux", "browser": "FIREFOX"},
                "zone": "null", "device": "Computer", "id": "0oaApp", "ipAddress": "203.0.113.7",
                "geographicalContext": {
                    "city": "Springfield", "state": "Illinois", "country": "United States", "postalCode": "62701",
                    "geolocation": {"lat": 39.8, "lon": -89.64},
                },
            },
            "outcome": {"result": "SUCCESS", "reason": null},
            "target": [],
            "transaction": {"type": "WEB", "id": "t", "detail": {}},
            "debugContext": {"debugData": {"deviceFingerprint": "fp1", "dtHash": "dt1", "requestUri": "/api/v1/authn"}},
            "authenticationContext": {"externalSessionId": "s1", "credentialType": null},
            "securityContext": {"asNumber": 64500, "asOrg": "Example Net", "isp": "Example", "domain": "example.net", "isProxy": false},
            "request": {"ipChain": [{"ip": "203.0.113.7", "version": "V4", "source": null}]},
        })
    }

    fn with(mut event: Value, pointer: &str, value: Value) -> Value {
        *event.pointer_mut(pointer).unwrap() = value;
        event
    }

    fn without(mut event: Value, member: &str) -> Value {
        event.as_object_mut().unwrap().remove(member).unwrap();
        event
    }

    fn log(events: &[Value]) -> String {
        events.iter().map(|event| event.to_string() + "\n").collect()
    }

    const PERSON: &str = "person okta:00uAda name=Ada Test\nemail ada@example.com\n";
    const AT: &str = "2026-03-01T12:00:00.123Z";

    #[test]
    fn log_ins_log_outs_and_factors() {
        let start = event("1", "user.session.start", AT);
        let sso = with(event("2", "user.authentication.sso", "2026-03-01T12:01:00Z"), "/securityContext/isProxy", json!(true));
        let factor = with(
            event("3", "user.mfa.factor.activate", "2026-03-01T12:02:00Z"),
            "/debugContext/debugData",
            json!({"dtHash": "dt1", "factor": "OKTA_VERIFY_PUSH"}),
        );
        let end = event("4", "user.session.end", "2026-03-01T13:00:00Z");
        let facts = "country=United States city=Springfield lat=39.8 lon=-89.64 asn=64500 org=Example Net";
        let expected = format!(
            "{PERSON}
            login 2026-03-01T12:00:00Z ip=203.0.113.7 <device fp1> {facts} session=s1 agent=Mozilla/5.0 (X11) @4
            login 2026-03-01T12:01:00Z ip=203.0.113.7 <device fp1> {facts} network=proxy session=s1 agent=Mozilla/5.0 (X11) @2
            renamed 2026-03-01T12:02:00Z ip=203.0.113.7 <device dt1> {facts} session=s1 agent=Mozilla/5.0 (X11) what=factor to=OKTA_VERIFY_PUSH @3
            logout 2026-03-01T13:00:00Z ip=203.0.113.7 <device fp1> {facts} session=s1 agent=Mozilla/5.0 (X11) @1"
        );
        // Out of order, as lines and as one array.
        let events = [end, sso, factor, start];
        check(read, &log(&events), &expected);
        check(read, &serde_json::to_string_pretty(&events).unwrap(), &expected);
    }

    /// The table has the members in small letters with underscores; one line is one event.
    #[test]
    fn the_table_that_the_page_saves() {
        let table = "timestamp,actor.id,actor.type,actor.alternate_id,actor.display_name,client.ip_address,\
            client.geographical_context.country,client.geographical_context.city,client.geographical_context.geolocation.lat,\
            client.geographical_context.geolocation.lon,event_type,outcome.result,display_message,\
            debug_context.debug_data.device_fingerprint,security_context.as_number,security_context.as_org,security_context.is_proxy,uuid\n\
            2026-03-01T12:00:00.123Z,00uAda,User,ada@example.com,Ada Test,203.0.113.7,United States,Springfield,39.8,-89.64,\
            user.session.start,SUCCESS,User login to Okta,fp1,64500,Example Net,true,1\n\
            2026-03-01T12:05:00.123Z,00uAda,User,ada@example.com,Ada Test,203.0.113.7,,,,,user.session.start,FAILURE,,,,,,2\n";
        assert_eq!(crate::import::recognise("log.csv", table.as_bytes()), Some(crate::import::Format::Okta));
        check(
            read,
            table,
            &format!(
                "{PERSON}
                login 2026-03-01T12:00:00Z ip=203.0.113.7 <device fp1> country=United States city=Springfield lat=39.8 lon=-89.64 asn=64500 org=Example Net network=proxy @2
                ! f:1: `display_message` is not read"
            ),
        );
    }

    #[test]
    fn what_failed_or_is_nobodys_is_left_out() {
        let failed = with(event("1", "user.session.start", AT), "/outcome/result", json!("FAILURE"));
        let denied = with(event("2", "user.authentication.sso", AT), "/outcome/result", json!("DENY"));
        let system = with(event("3", "user.session.start", AT), "/actor/type", json!("SystemPrincipal"));
        let service = with(event("4", "user.authentication.sso", AT), "/actor/type", json!("PublicClientApp"));
        let other = event("5", "policy.evaluate_sign_on", AT);
        check(read, &log(&[failed, denied, system, service, other]), "");
    }

    #[test]
    fn an_administrator_is_not_where_the_user_is() {
        let bob = json!([{"id": "00uBob", "type": "User", "alternateId": "bob@example.org", "displayName": "Bob Test"}]);
        let factor = with(event("1", "user.mfa.factor.activate", AT), "/target", bob);
        check(
            read,
            &log(&[factor]),
            "person okta:00uBob name=Bob Test
            email bob@example.org
            renamed 2026-03-01T12:00:00Z what=factor @1",
        );
    }

    #[test]
    fn what_is_missing_is_said() {
        let base = || event("1", "user.session.start", AT);
        check(read, &log(&[without(base(), "eventType")]), "! f:1: the row is left out: `eventType` is missing");
        check(read, &log(&[without(base(), "outcome")]), "! f:1: the row is left out: `outcome.result` is missing");
        check(read, &log(&[without(base(), "actor")]), "! f:1: the row is left out: `actor.id` is missing");
        let time = "`time` is not taken: it is no date or time (RFC 3339, `2026-03-01 12:00:00`, a date, or seconds or milliseconds since 1970)";
        check(read, &log(&[without(base(), "published")]), &format!("{PERSON}! f:1: {time}"));
        let mut least = base();
        for member in ["client", "securityContext", "debugContext", "authenticationContext", "uuid"] {
            least = without(least, member);
        }
        check(read, &log(&[least.clone()]), &format!("{PERSON}login 2026-03-01T12:00:00Z ip=203.0.113.7 @1"));
        check(read, &log(&[without(least, "request")]), &format!("{PERSON}login 2026-03-01T12:00:00Z @1"));
    }

    #[test]
    fn wrong_types_cost_themselves() {
        let mut wrong = event("1", "user.session.start", AT);
        for (member, value) in [
            ("client", json!("text")),
            ("securityContext", json!([1])),
            ("debugContext", json!(null)),
            ("authenticationContext", json!(5)),
            ("request", json!({"ipChain": {"ip": "203.0.113.7"}})),
        ] {
            wrong[member] = value;
        }
        let actor = with(event("2", "user.session.start", AT), "/actor", json!("ada"));
        check(
            read,
            &log(&[wrong, actor, json!([]), json!(7)]),
            &format!(
                "{PERSON}
                login 2026-03-01T12:00:00Z @1
                ! f:2: the row is left out: `actor.id` is missing
                ! f:4: the row is left out: it is no JSON: invalid type: integer `7`, expected an array or an object at line 1 column 1"
            ),
        );
        let unknown = with(event("1", "user.session.start", AT), "/actor/alternateId", json!("unknown"));
        let unknown = with(unknown, "/actor/displayName", json!("unknown"));
        let unknown = without(without(unknown, "client"), "securityContext");
        check(
            read,
            &log(&[unknown]),
            "person okta:00uAda\nlogin 2026-03-01T12:00:00Z ip=203.0.113.7 <device fp1> session=s1 @1",
        );
    }

    #[test]
    fn pages_that_overlap_count_once() {
        let page = [event("1", "user.session.start", AT), event("1", "user.session.start", AT)];
        let page = page.map(|event| without(without(event, "client"), "securityContext"));
        check(
            read,
            &log(&page),
            &format!(
                "{PERSON}
                login 2026-03-01T12:00:00Z ip=203.0.113.7 <device fp1> session=s1 @1
                ! f:2: the row is left out: its `uuid` was there before"
            ),
        );
    }

    #[test]
    fn addresses_in_every_notation() {
        for (written, expected) in [
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("203.0.113.7:51234", "203.0.113.7"),
            ("2001:0DB8::0001", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("3405803783", "203.0.113.7"),
        ] {
            let mut login = without(event("1", "user.session.start", AT), "securityContext");
            login["client"] = json!({"ipAddress": written});
            let expected = format!("{PERSON}login 2026-03-01T12:00:00Z ip={expected} <device fp1> session=s1 @1");
            check(read, &log(&[login]), &expected);
        }
        let mut login = without(event("1", "user.session.start", AT), "securityContext");
        login["client"] = json!({"ipAddress": "203.0.113.007"});
        check(
            read,
            &log(&[login]),
            &format!(
                "{PERSON}login 2026-03-01T12:00:00Z <device fp1> session=s1 @1
                ! f:1: the IP address is not taken: `203.0.113.007`"
            ),
        );
    }

    #[test]
    fn cut_in_half() {
        let events = [event("1", "user.session.start", AT), event("2", "user.session.end", "2026-03-01T13:00:00Z")];
        check_cut(read, &Value::from(events.to_vec()).to_string());
        check_cut(read, &serde_json::to_string_pretty(&events[0]).unwrap());
    }
}
