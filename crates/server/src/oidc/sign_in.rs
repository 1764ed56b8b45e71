//! Browsers sign in at the issuer by an authorization code: the browser goes there with a state, a nonce and the digest of a verifier,
//! and comes back with a code, for which this server gets a token of its own.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use rustc_hash::FxHashMap;
use serde_json::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use ureq::Agent;

use super::{MAX_ANSWER, Oidc, OidcClient, base64url, is_safe, refused};
use crate::access::Identity;
use crate::admission::full;
use crate::identity::Clock;
use crate::problem::Problem;
use crate::sessions::random;
use crate::throttle::forget;

/// Time in which a browser must come back.
const PATIENCE: Duration = Duration::from_mins(10);
/// Browsers that may be away at a time; beyond, those that have been away for longest are given up.
const MOST: usize = 16_384;
/// Codes that the issuer is asked about at a time.
const AT_A_TIME: usize = 8;

/// The browsers that are away to sign in, by the digest of their state.
pub(crate) struct SignIns {
    away: Mutex<FxHashMap<[u8; 32], Away>>,
    room: Semaphore,
}

impl Default for SignIns {
    fn default() -> Self {
        Self { away: Mutex::default(), room: Semaphore::new(AT_A_TIME) }
    }
}

impl std::fmt::Debug for SignIns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIns").finish_non_exhaustive()
    }
}

struct Away {
    nonce: String,
    verifier: String,
    redirect: String,
    since: Instant,
}

impl SignIns {
    fn put(&self, state: &str, away: Away) {
        let mut held = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        let now = away.since;
        if held.len() >= MOST {
            held.retain(|_, away| now.saturating_duration_since(away.since) < PATIENCE);
        }
        if held.len() >= MOST {
            forget(&mut held, |away| Some(away.since));
        }
        held.insert(Sha256::digest(state.as_bytes()).into(), away);
    }

    /// Each comes back once.
    fn take(&self, state: &str, now: Instant) -> Option<Away> {
        let state: [u8; 32] = Sha256::digest(state.as_bytes()).into();
        let away = self.away.lock().unwrap_or_else(PoisonError::into_inner).remove(&state)?;
        (now.saturating_duration_since(away.since) < PATIENCE).then_some(away)
    }
}

/// What a browser comes back with.
pub(crate) struct Back<'a> {
    /// The state in the address.
    pub(crate) state: &'a str,
    /// The state in the cookie.
    pub(crate) cookie: Option<&'a str>,
    /// The code.
    pub(crate) code: &'a str,
}

impl Oidc {
    fn client(&self) -> Result<&OidcClient, Problem> {
        self.options.client.as_ref().ok_or_else(|| {
            let detail = "browsers do not sign in at an issuer here";
            Problem::new(StatusCode::NOT_FOUND, "no_sign_in", "No sign-in", detail)
        })
    }

    /// Where a browser is to go, and the state that it keeps in a cookie.
    pub(crate) async fn begin(&self, origin: &str, clock: &Clock) -> Result<(String, String), Problem> {
        let client = self.client()?;
        let document = self.fresh(clock, |_| true).await?.document.clone();
        let Some(place) = document.authorization_endpoint.filter(|place| is_safe(place)) else {
            return Err(unfit("the issuer does not say where to sign in"));
        };
        let (state, nonce, verifier) = (random()?, random()?, random()?);
        let redirect = format!("{origin}/api/v1/oidc/callback");
        let challenge = base64url(&Sha256::digest(verifier.as_bytes()));
        let fields = [
            ("response_type", "code"),
            ("client_id", &client.id),
            ("redirect_uri", &redirect),
            ("scope", "openid"),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let fields = fields.map(|(name, value)| format!("{name}={}", escaped(value))).join("&");
        let joint = if place.contains('?') { '&' } else { '?' };
        self.sign_ins.put(&state, Away { nonce, verifier, redirect, since: clock.instant() });
        Ok((format!("{place}{joint}{fields}"), state))
    }

    /// Who came back.
    pub(crate) async fn end(&self, back: Back<'_>, clock: &Clock) -> Result<Identity, Problem> {
        let client = self.client()?.clone();
        let same = back.cookie.is_some_and(|cookie| cookie.as_bytes().ct_eq(back.state.as_bytes()).into());
        // A state is taken away also by a browser that is another.
        let away = self.sign_ins.take(back.state, clock.instant());
        let Some(away) = away.filter(|_| same) else {
            return Err(refused("this browser did not begin this sign-in, or too long ago"));
        };
        let document = self.fresh(clock, |_| true).await?.document.clone();
        let Some(place) = document.token_endpoint.filter(|place| is_safe(place)) else {
            return Err(unfit("the issuer does not say where to get tokens"));
        };
        let Ok(_permit) = self.sign_ins.room.try_acquire() else {
            return Err(full("as many sign in as the server asks the issuer about at a time"));
        };
        let (agent, code) = (self.agent.clone(), back.code.to_owned());
        let asked = {
            let (client, redirect, verifier) = (client.clone(), away.redirect, away.verifier);
            tokio::task::spawn_blocking(move || {
                exchange(
                    &agent,
                    &place,
                    &client,
                    &[
                        ("grant_type", "authorization_code"),
                        ("code", &code),
                        ("redirect_uri", &redirect),
                        ("client_id", &client.id),
                        ("code_verifier", &verifier),
                    ],
                )
            })
            .await
        };
        let token = asked.map_err(|_| Problem::internal())?.map_err(|reason| {
            tracing::warn!(reason, "the issuer gives no token for a code");
            refused("the issuer gives none for the code")
        })?;
        let mut validation = self.validation.clone();
        validation.set_audience(&[&client.id]);
        let claims = self.claims(&token, &validation, clock).await?;
        let nonce = claims.get("nonce").and_then(Value::as_str).unwrap_or_default();
        if !bool::from(nonce.as_bytes().ct_eq(away.nonce.as_bytes())) {
            return Err(refused("it is of another sign-in"));
        }
        self.identity_of(&claims)
    }
}

fn unfit(detail: &str) -> Problem {
    Problem::new(StatusCode::BAD_GATEWAY, "issuer_unfit", "Issuer does not fit", detail)
}

fn exchange(agent: &Agent, place: &str, client: &OidcClient, fields: &[(&str, &str)]) -> Result<String, String> {
    let body = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&");
    let mut asked = agent.post(place).header("accept", "application/json").content_type("application/x-www-form-urlencoded");
    if let Some(secret) = &client.secret {
        use base64::Engine as _;
        let pair = format!("{}:{}", escaped(&client.id), escaped(secret));
        asked = asked.header("authorization", format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair)));
    }
    // What went wrong is told without the answer, which may hold a token.
    let mut answer = asked.send(&body).map_err(|_| "it cannot be reached".to_owned())?;
    if answer.status() != 200 {
        return Err(format!("it answers with status {}", answer.status().as_u16()));
    }
    let read =
        answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec().map_err(|_| "its answer broke off".to_owned())?;
    let read: Value = serde_json::from_slice(&read).map_err(|_| "what it answers is not JSON".to_owned())?;
    read.get("id_token").and_then(Value::as_str).map(str::to_owned).ok_or_else(|| "it gives no `id_token`".to_owned())
}

/// A text as part of an address or a form.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte.into());
        } else {
            // Writing to a text does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
