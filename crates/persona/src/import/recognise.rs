//! What an export is: the name of a file and its first bytes go in; its format comes out. Content decides: members of the records, headings
//! of a table, signs at the begin. The name decides only where content cannot, as for a CV in plain text.

use rustc_hash::FxHashSet;

use super::Format;
use super::payouts::{ACCOUNT, AMOUNT, HOLDER, IBAN, WALLET, WORKER_ID};
use super::table::{Header, header_of};

/// Bytes of a file that are looked at. The members of a record stand in far fewer.
const HEAD_BYTES: usize = 1 << 20;

/// Members that are noted.
const MAX_MEMBERS: usize = 10_000;

/// Levels of objects and lists that are noted.
const MAX_DEPTH: usize = 64;

/// Says what a file is by its begin; 64 KiB are plenty. `None` for what no importer reads.
#[must_use]
pub fn recognise(name: &str, head: &[u8]) -> Option<Format> {
    let head = head.get(..HEAD_BYTES).unwrap_or(head);
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let ending = last.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_ascii_lowercase());
    if let Some(format) = by_sign(head, &ending) {
        return Some(format);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match text.first()? {
        b'{' | b'[' => by_members(&Members::of(text)),
        b'<' => is_page(text).then_some(Format::Cv),
        _ if text.contains(&0) => None,
        _ if is_git_log(text) => Some(Format::GitLog),
        _ => {
            let (header, _) = header_of(text);
            let table = if header.names.len() > 1 { by_headings(&header) } else { None };
            table.or_else(|| matches!(ending.as_str(), "txt" | "text" | "md" | "markdown").then_some(Format::Cv))
        }
    }
}

fn by_sign(head: &[u8], ending: &str) -> Option<Format> {
    let begins = |sign: &[u8]| head.starts_with(sign);
    let webp = begins(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    if begins(b"\x89PNG\r\n\x1a\n") || begins(b"\xff\xd8\xff") || begins(b"GIF87a") || begins(b"GIF89a") || webp {
        return Some(Format::Picture);
    }
    let start = head.get(..1024).unwrap_or(head);
    if start.windows(5).any(|five| five == b"%PDF-") || head.trim_ascii_start().starts_with(b"{\\rt") {
        return Some(Format::Cv);
    }
    // The members of a ZIP have their names in the open; a workbook is no CV.
    let word = || memchr::memmem::find(head, b"word/document").is_some() || (ending == "docx" || ending == "docm");
    (begins(b"PK\x03\x04") && word()).then_some(Format::Cv)
}

fn is_page(text: &[u8]) -> bool {
    let start = text.get(..1024).unwrap_or(text).to_ascii_lowercase();
    [&b"<!doctype html"[..], b"<html", b"<head", b"<body"].iter().any(|sign| memchr::memmem::find(&start, sign).is_some())
}

/// `hash TAB name TAB e-mail TAB time ...`, as `git log` is told to write; lines that begin with `#` are remarks.
fn is_git_log(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let line = lines.find(|line| !line.is_empty() && !line.starts_with(b"#")).unwrap_or_default();
    let mut cells = line.split(|byte| *byte == b'\t');
    let hash = cells.next().unwrap_or_default();
    matches!(hash.len(), 40 | 64) && hash.iter().all(u8::is_ascii_hexdigit) && cells.count() >= 3
}

fn by_members(members: &Members) -> Option<Format> {
    let has = |path: &str| members.has(path);
    let any = |paths: &[&str]| paths.iter().any(|path| members.has(path));
    if has("trackResponse") {
        return Some(Format::Ups);
    }
    if any(&["output.completeTrackResults", "completeTrackResults"]) {
        return Some(Format::FedEx);
    }
    if has("eventType") && any(&["published", "legacyEventType"]) {
        return Some(Format::Okta);
    }
    if any(&["managedDeviceOwnerType", "managedDeviceName"])
        || has("serialNumber") && any(&["enrolledDateTime", "complianceState", "lastSyncDateTime", "wiFiMacAddress"])
        || has("deviceCount") && has("displayName")
    {
        return Some(Format::Intune);
    }
    if has("createdDateTime")
        && any(&["userPrincipalName", "appDisplayName"])
        && any(&["ipAddress", "appDisplayName", "clientAppUsed"])
    {
        return Some(Format::Entra);
    }
    if any(&["general.lastIpAddress", "general.lastReportedIp", "hardware.serialNumber"])
        || any(&["general", "hardware"]) && any(&["userAndLocation", "operatingSystem"])
    {
        return Some(Format::Jamf);
    }
    if any(&["event.cip", "event.devicehostname", "cip", "devicehostname"]) {
        return Some(Format::Zscaler);
    }
    if has("profile_info")
        || any(&["unique_emails", "commit_filter", "commits_to_other_repos"])
            && any(&["repo_list", "repos", "contributors", "followers"])
    {
        return Some(Format::FakeAnalyzer);
    }
    if has("action") && has("actor") && any(&["@timestamp", "_document_id", "created_at", "org"]) {
        return Some(Format::GithubAudit);
    }
    if has("login") && any(&["public_repos", "followers", "twitter_username", "bio", "html_url"])
        || has("sha") && any(&["commit.author", "commit.verification", "commit.message"])
    {
        return Some(Format::GithubUsers);
    }
    if has("accountHolderName")
        || has("targetAccount") && any(&["sourceValue", "targetValue", "customerTransactionId", "sourceCurrency"])
    {
        return Some(Format::Wise);
    }
    if has("worker") && any(&["client", "title", "type", "start_date", "amount"]) {
        return Some(Format::Deel);
    }
    if has("candidate_id") && any(&["applied_at", "current_stage", "prospect", "prospect_detail"]) {
        return Some(Format::GreenhouseApplications);
    }
    if any(&["first_name", "last_name"]) && any(&["email_addresses", "application_ids", "keyed_custom_fields", "phone_numbers"])
    {
        return Some(Format::Greenhouse);
    }
    if any(&["primaryEmailAddress", "creditedToUser", "resumeFileHandle", "candidate.primaryEmailAddress"])
        || has("candidate.id") && any(&["job.title", "currentInterviewStage", "createdAt"])
    {
        return Some(Format::Ashby);
    }
    if has("emails")
        && any(&["phones", "headline", "contact", "origin"])
        && any(&["createdAt", "stage", "sources", "archived", "links"])
    {
        return Some(Format::Lever);
    }
    let plain: FxHashSet<String> = members.leaves().map(super::table::plain).collect();
    is_hr(&|name| plain.contains(name)).then_some(Format::Hris)
}

fn by_headings(header: &Header) -> Option<Format> {
    let has = |name: &str| header.has(name);
    let any = |names: &[&str]| header.find(names).is_some();
    let ends = |end: &str| header.plain().iter().any(|name| name.ends_with(end));
    if has("person") && has("kind") || has("a") && has("b") && has("kind") || has("displayname") && has("claimedcountry") {
        // The neutral tables have a reader of their own.
        return None;
    }
    if any(&["eventtype"]) && (any(&["published", "actorid", "actoralternateid", "clientipaddress"])) {
        return Some(Format::Okta);
    }
    if any(&["cip", "clientip", "devicehostname", "deviceowner"])
        && any(&["datetime", "time"])
        && any(&["sip", "host", "url", "appname", "location"])
    {
        return Some(Format::Zscaler);
    }
    if any(&["dateutc", "createddatetime"])
        && any(&["userprincipalname", "username", "user", "requestid"])
        && any(&["ipaddress", "application", "appdisplayname"])
    {
        return Some(Format::Entra);
    }
    if any(&["jamfbinaryversion", "jamfprocomputerid", "computername", "jamfcomputerid"])
        && any(&["serialnumber", "lastreportedipaddress", "lastcheckin"])
    {
        return Some(Format::Jamf);
    }
    if any(&["serialnumber", "deviceid"])
        && any(&[
            "primaryuserupn",
            "compliance",
            "compliancestate",
            "managedby",
            "lastcheckin",
            "enrolleddatetime",
            "enrollmentdate",
        ])
    {
        return Some(Format::Intune);
    }
    if any(&["tracking", "trackingnumber", "trackingid", "trackingno"])
        && any(&["shipto", "shiptoaddress", "shippedat", "deliveredat", "signedby", "carrier", "recipient"])
    {
        return Some(Format::ParcelsCsv);
    }
    if any(&["txid", "txhash", "transactionhash"]) || has("chain") && any(&["address", "wallet"]) {
        return Some(Format::CryptoPayroll);
    }
    if any(&["action"]) && any(&["actor", "actorip"]) {
        return Some(Format::GithubAudit);
    }
    if any(&["payoneerid", "payoneerpayeeid", "payeeid"]) && any(&["amount", "currency", "status"]) {
        return Some(Format::Payoneer);
    }
    if header.names.iter().any(|name| name.to_lowercase().contains("deel"))
        || any(&["contractid", "contractoid", "withdrawalid"])
            && any(&["workername", "workeremail", "worker", "withdrawalmethod", "paymentmethod"])
    {
        return Some(Format::Deel);
    }
    if any(&["accountid", "freelancerid", "userid", "freelancer", "account"])
        && any(&[
            "bidid",
            "bids",
            "bid",
            "projectid",
            "proposal",
            "freelancerid",
            "hourlyrate",
            "jobid",
            "registeredip",
            "registrationip",
            "registeredat",
        ])
    {
        return Some(Format::Freelance);
    }
    let paid_to = [IBAN, ACCOUNT, HOLDER, WALLET].iter().any(|names| any(names)) || any(&["recipient"]);
    if any(AMOUNT) && any(WORKER_ID) && paid_to && !is_hr(&|name| has(name))
        || has("amount")
            && any(&["payee", "payeeaccount", "iban", "accountnumber", "bankaccount", "account", "recipient", "beneficiary"])
    {
        return Some(Format::PayoutsCsv);
    }
    if is_hr(&|name| has(name)) || ends("hiredate") && ends("name") {
        return Some(Format::Hris);
    }
    is_platform(header).then_some(Format::Freelance)
}

/// Whether plain headings are those of a platform's own table: the number of an account beside what the platform alone writes of it.
fn is_platform(header: &Header) -> bool {
    let any = |names: &[&str]| header.find(names).is_some();
    let account = any(&["accountid", "userid", "freelancerid", "sellerid", "contractorid"]);
    let log_in = any(&["ip", "ipaddress", "loginip", "clientip"])
        || any(&["fingerprint", "devicefingerprint", "browserfingerprint", "deviceid", "device"]);
    let rated = any(&["rating", "score", "stars"]) && any(&["clientid", "client", "buyerid", "buyer", "raterid", "rater"]);
    let written = any(&["messageid", "threadid", "conversationid"]) || any(&["senderid", "sender"]);
    let opened = any(&["created", "createdat", "registered", "registeredat", "joined", "joinedat", "signupdate"]);
    let own = any(&["email", "emailaddress"]) && any(&["name", "displayname", "fullname", "handle", "username"]);
    account
        && (log_in && any(&["time", "timestamp", "datetime", "date", "loginat", "logintime", "createdat"])
            || rated
            || written
            || opened && own)
}

/// Whether plain names of columns or members are those of HR records: something that only HR holds, with a name or number of an employee.
fn is_hr(has: &dyn Fn(&str) -> bool) -> bool {
    let any = |names: &[&str]| names.iter().any(|name| has(name));
    any(&[
        "hiredate",
        "originalhiredate",
        "terminationdate",
        "workemail",
        "emailwork",
        "personalemail",
        "homeemail",
        "legalname",
        "legalfirstname",
        "supervisor",
        "reportsto",
        "employmentstatus",
    ]) && any(&[
        "employeeid",
        "employeenumber",
        "employee",
        "workerid",
        "worker",
        "eeid",
        "id",
        "legalname",
        "legalfirstname",
        "firstname",
        "displayname",
        "fullname",
        "fullname1",
        "name",
    ])
}

/// The paths of members in the begin of a JSON text, lists left out: `client.ipAddress`. The text may be cut anywhere.
#[derive(Debug, Default)]
struct Members(FxHashSet<String>);

impl Members {
    fn of(text: &[u8]) -> Self {
        let mut members = FxHashSet::default();
        // For each open object or list: whether it is an object, and how long the path was before its member.
        let mut open: Vec<(bool, usize)> = Vec::new();
        let mut path = String::new();
        let mut before = 0;
        let mut is_name = false;
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            match byte {
                b'{' | b'[' => {
                    if open.len() == MAX_DEPTH {
                        break;
                    }
                    open.push((*byte == b'{', before));
                    before = path.len();
                    is_name = *byte == b'{';
                }
                b'}' | b']' => {
                    path.truncate(before);
                    before = open.pop().map_or(0, |(_, before)| before);
                    path.truncate(before);
                    is_name = false;
                }
                b',' => {
                    path.truncate(before);
                    is_name = open.last().is_some_and(|(is_object, _)| *is_object);
                }
                b'"' => {
                    let start = at + 1;
                    at = start;
                    while text.get(at).is_some_and(|byte| *byte != b'"') {
                        at += if text[at] == b'\\' { 2 } else { 1 };
                    }
                    if is_name && at < text.len() {
                        path.truncate(before);
                        if !path.is_empty() {
                            path.push('.');
                        }
                        path.push_str(&String::from_utf8_lossy(&text[start..at]));
                        if members.len() < MAX_MEMBERS {
                            members.insert(path.clone());
                        }
                        is_name = false;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        Self(members)
    }

    /// Whether a record has the member: at the top, or inside the member of an answer that holds the records.
    fn has(&self, path: &str) -> bool {
        self.0.contains(path)
            // A record has an id, and an answer has none: what a record holds in such a member is its own.
            || !self.0.contains("id") && super::json::WRAPPERS.iter().any(|wrapper| self.0.contains(&format!("{wrapper}.{path}")))
    }

    /// The names of all members.
    fn leaves(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|path| path.rsplit('.').next().unwrap_or(path))
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, recognise};

    #[track_caller]
    fn check(name: &str, head: &str, expected: Option<Format>) {
        assert_eq!(recognise(name, head.as_bytes()), expected, "{head}");
    }

    #[test]
    fn json_by_its_members() {
        for (head, format) in [
            (r#"[{"id":1,"first_name":"Ada","last_name":"Example","application_ids":[2]"#, Format::Greenhouse),
            (
                r#"{"id":1,"first_name":"Ada","email_addresses":[{"value":"a@example.com","type":"personal"}],"applications":[{"id":3,"candidate_id":1,"applied_at":"#,
                Format::Greenhouse,
            ),
            (
                r#"[{"id":2,"candidate_id":1,"prospect":false,"applied_at":"2026-03-01T00:00:00Z"}]"#,
                Format::GreenhouseApplications,
            ),
            (
                r#"{"success":true,"results":[{"id":"u","name":"Ada","primaryEmailAddress":{"value":"a@example.com"}}]}"#,
                Format::Ashby,
            ),
            (
                r#"{"success":true,"results":[{"id":"u","createdAt":"2026-03-01T00:00:00Z","candidate":{"id":"c","name":"Ada"},"job":{"id":"j","title":"T"}}]}"#,
                Format::Ashby,
            ),
            (
                r#"{"data":[{"id":"u","name":"Ada","emails":["a@example.com"],"phones":[],"createdAt":1772366400000}],"hasNext":false}"#,
                Format::Lever,
            ),
            (
                r#"{"employees":[{"id":"4","displayName":"Ada Example","workEmail":"a@example.com","supervisor":"B"}]}"#,
                Format::Hris,
            ),
            (r#"{"Report_Entry":[{"Employee_ID":"4","Legal_Name":"Ada Example","Hire_Date":"2026-01-01"}]}"#, Format::Hris),
            (
                r#"{"uuid":"u","published":"2026-03-01T00:00:00Z","eventType":"user.session.start","actor":{"id":"a"}}"#,
                Format::Okta,
            ),
            (
                r#"{"value":[{"id":"u","createdDateTime":"2026-03-01T00:00:00Z","userPrincipalName":"a@example.com","ipAddress":"203.0.113.1"}]}"#,
                Format::Entra,
            ),
            (
                r#"{"value":[{"id":"u","userPrincipalName":"a@example.com","serialNumber":"X","enrolledDateTime":"2026-03-01T00:00:00Z"}]}"#,
                Format::Intune,
            ),
            (
                r#"{"totalCount":1,"results":[{"id":"1","general":{"name":"x","lastIpAddress":"203.0.113.1"},"hardware":{}}]}"#,
                Format::Jamf,
            ),
            (r#"{"trackResponse":{"shipment":[]}}"#, Format::Ups),
            (r#"{"transactionId":"x","output":{"completeTrackResults":[]}}"#, Format::FedEx),
            (r#"[{"id":1,"profile":2,"accountHolderName":"Ada","currency":"EUR"}]"#, Format::Wise),
            (r#"[{"id":1,"targetAccount":2,"sourceCurrency":"EUR","sourceValue":2}]"#, Format::Wise),
            (
                r#"{"data":[{"id":"c","title":"Engineer","type":"ongoing","worker":{"id":"w","full_name":"Ada"}}]}"#,
                Format::Deel,
            ),
            (r#"{"login":"ada","id":1,"public_repos":2,"followers":3}"#, Format::GithubUsers),
            (
                r#"{"@timestamp":1772366400000,"action":"git.clone","actor":"ada","actor_ip":"203.0.113.1"}"#,
                Format::GithubAudit,
            ),
            (r#"{"profile_info":{"login":"ada","followers":1}}"#, Format::FakeAnalyzer),
            (r#"{"sourcetype":"zscalernss-web","event":{"datetime":"x","cip":"203.0.113.1"}}"#, Format::Zscaler),
        ] {
            check("export.json", head, Some(format));
        }
        check("export.json", r#"{"name":"something","value":3}"#, None);
        check("export.json", r#"{"quoted \" {\"login\":1}":"text, \"bio\": {","other":[1,2]}"#, None);
    }

    #[test]
    fn tables_by_their_headings() {
        for (head, format) in [
            ("Employee ID,Legal Name,Work Email,Hire Date\n", Format::Hris),
            ("Employee #;First Name;Last Name;Hire Date\n", Format::Hris),
            ("employee_id,asset_serial,carrier,tracking,ship_to,shipped_at,delivered_at,signed_by\n", Format::ParcelsCsv),
            ("worker_id,chain,asset,address,txid,amount,time\n", Format::CryptoPayroll),
            ("payee id,name,e-mail,country,amount,currency,date,status\n", Format::Payoneer),
            ("datetime,user,location,cip,sip,host,appname\n", Format::Zscaler),
            ("worker,amount,currency,iban,date\n", Format::PayoutsCsv),
            ("account_id,bid_id,client,amount,time\n", Format::Freelance),
            ("account_id,full_name,email,recovery_email,created_at\n", Format::Freelance),
            ("user_id,time,ip,fingerprint,country\n", Format::Freelance),
            ("account_id,client_id,rating,date\n", Format::Freelance),
            ("user_id,sender_id,time,text\n", Format::Freelance),
            ("Device name,Serial number,Primary user UPN,Compliance\n", Format::Intune),
            (
                "0123456789012345678901234567890123456789\tAda\ta@example.com\t2026-03-01T12:00:00+01:00\tAda\ta@example.com\n",
                Format::GitLog,
            ),
            (
                "# repo: tools owner: E-1\n\n0123456789012345678901234567890123456789\tAda\ta@example.com\t2026-03-01T12:00:00+01:00\n",
                Format::GitLog,
            ),
        ] {
            check("export.csv", head, Some(format));
        }
        for head in [
            "id,display_name,claimed_country,claimed_tz,role,start,end\n",
            "person,kind,time,tz_offset,ip,device,detail\n",
            "person,kind,value,first_seen\n",
            "a,kind,b,time\n",
            "one,two\n",
            // What their importers read is JSON.
            "login,name,public_repos,followers\n",
            "ID,Status,Direction,Created on,Source name,Source currency,Target name,Target currency\n",
        ] {
            check("event.csv", head, None);
        }
    }

    #[test]
    fn papers_and_pictures_by_their_signs() {
        check("a.bin", "%PDF-1.7\n", Some(Format::Cv));
        check("a.bin", "{\\rtf1 text}", Some(Format::Cv));
        check("a.bin", "<!DOCTYPE html><html>", Some(Format::Cv));
        check("a.docx", "PK\u{3}\u{4}....", Some(Format::Cv));
        check("a.xlsx", "PK\u{3}\u{4}....xl/workbook.xml", None);
        check("a.txt", "Ada Example, engineer\nTen years of work", Some(Format::Cv));
        check("a.dat", "Ada Example, engineer\nTen years of work", None);
        check("a.xml", "<?xml version='1.0'?><feed/>", None);
        check("a", "", None);
        assert_eq!(recognise("cv.pdf", b"\xff\xd8\xff\xe0"), Some(Format::Picture));
        assert_eq!(recognise("x", b"\x89PNG\r\n\x1a\n...."), Some(Format::Picture));
        assert_eq!(recognise("x", b"GIF89a...."), Some(Format::Picture));
        assert_eq!(recognise("x", b"RIFF\0\0\0\0WEBPVP8 "), Some(Format::Picture));
        assert_eq!(recognise("x.txt", b"\0\x01\x02"), None);
    }
}
