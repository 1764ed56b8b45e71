//! Who somebody is on the server, and what security asks for beyond it: over HTTP, as clients have it.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "auth/common.rs"]
mod common;
#[path = "auth/document.rs"]
mod document;
#[path = "auth/issuer.rs"]
mod issuer;
#[path = "auth/keys.rs"]
mod keys;
#[path = "auth/network.rs"]
mod network;
#[path = "auth/oidc.rs"]
mod oidc;
#[path = "auth/secrets.rs"]
mod secrets;
#[path = "auth/sessions.rs"]
mod sessions;
#[path = "auth/sign_in.rs"]
mod sign_in;
#[path = "auth/traces.rs"]
mod traces;
