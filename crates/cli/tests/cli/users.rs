//! Users with passwords, and what `serve` asks for before it takes an address that others reach.

use serde_json::json;

use crate::run::Place;

const PASSWORD: &[u8] = b"glass harbour lantern 7\n";

fn add<'a>(name: &'a str, role: &'a str) -> [&'a str; 8] {
    ["users", "add", "--users", "users.toml", "--role", role, "--password-stdin", name]
}

#[test]
fn users_are_added_listed_disabled_and_get_passwords() {
    let place = Place::new();
    place.run_with(&add("ada", "viewer,analyst"), PASSWORD).code(0).says(&["user ada is added"]);
    place.run_with(&add("ben", "approver"), PASSWORD).code(0);
    let file = place.read("users.toml");
    assert!(file.contains("$argon2id$v=19$m=19456,t=2,p=1$") && !file.contains("lantern"), "{file}");
    place.run_with(&add("ada", "viewer"), PASSWORD).code(1).says(&["there is a user `ada` already", "users password"]);
    place.run(&["users", "disable", "--users", "users.toml", "ben"]).code(0);
    let listed = place.run(&["users", "list", "--users", "users.toml", "--format", "json"]).code(0);
    assert!(!listed.stdout.contains("argon2"), "{}", listed.stdout);
    let listed = listed.json();
    assert_eq!((&listed[0]["roles"], &listed[0]["disabled"]), (&json!(["viewer", "analyst"]), &json!(false)));
    assert_eq!((&listed[1]["actor"], &listed[1]["disabled"]), (&json!("ben"), &json!(true)));
    place.run(&["users", "disable", "--users", "users.toml", "ben", "--undo"]).code(0);
    place
        .run_with(&["users", "password", "--users", "users.toml", "--password-stdin", "ada"], b"another long password")
        .code(0);
    let changed = place.read("users.toml");
    assert!(changed.contains("name = \"ben\"") && changed != file, "{changed}");
    place
        .run_with(&["users", "password", "--users", "users.toml", "--password-stdin", "eve"], PASSWORD)
        .code(1)
        .says(&["no user `eve`"]);
}

#[test]
fn what_is_no_user_is_refused_and_changes_nothing() {
    let place = Place::new();
    place.run_with(&add("ada", "viewer"), b"elevenchars\n").code(1).says(&["at least 12 characters"]);
    place.run_with(&add("ada.is.the.name", "viewer"), b"Ada.Is.The.Name\n").code(1).says(&["must not be the name"]);
    place.run_with(&add("Ada", "viewer"), PASSWORD).code(1).says(&["lower-case letters"]);
    place.run_with(&add("ada", "king"), PASSWORD).code(2).says(&["--role"]);
    place.run_with(&add("ada", "admin,approver"), PASSWORD).code(1).says(&["who gives roles decides nothing"]);
    // A password on the command line would stand in the list of processes.
    place.run(&["users", "add", "--users", "users.toml", "--role", "viewer", "ada", "--password", "x"]).code(2);
    place.run(&["users", "add", "--users", "users.toml", "--role", "viewer", "ada"]).code(2).says(&["--password-stdin"]);
    assert!(!place.path("users.toml").exists());
}

#[cfg(unix)]
#[test]
fn a_file_of_users_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let place = Place::new();
    place.run_with(&add("ada", "viewer"), PASSWORD).code(0);
    let mode = std::fs::metadata(place.path("users.toml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn serve_refuses_an_address_that_others_reach_without_users_and_tls() {
    let place = Place::new();
    let open = ["serve", "--bind", "0.0.0.0:0"];
    place.run(&open).code(1).says(&["no key or user says who may use the server", "interdict users add"]);
    place.run_with(&add("ada", "viewer"), PASSWORD).code(0);
    let known = [&open[..], &["--users", "users.toml"]].concat();
    place.run(&known).code(1).says(&["without TLS all can read along", "--behind-proxy"]);
    let issuer = ["--oidc-issuer", "http://login.example.com", "--oidc-audience", "interdict"];
    place.run(&[&known[..], &issuer].concat()).code(1).says(&["begins with https://"]);
    place.run(&[&known[..], &["--trusted-proxy", "everywhere"]].concat()).code(2);
    place.run(&[&known[..], &["--oidc-issuer", "https://login.example.com"]].concat()).code(2).says(&["--oidc-audience"]);
}
