//! Tokens of an issuer by `OpenID` Connect: a token goes in, who it is of comes out. The issuer's keys are fetched when they are needed,
//! kept, and looked at again when a token names one that is not there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::signature::{Error as SignatureError, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey, Validation, decode, decode_header};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig};

use crate::access::{Identity, Role, Roles};
use crate::error::ServerError;
use crate::identity::Clock;
use crate::keys::{hex, unreadable};
use crate::problem::Problem;

mod sign_in;

pub(crate) use self::sign_in::{Back, SignIns};

/// The kinds of signatures that are taken: public keys alone, and none that the token chooses.
const TAKEN: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];
/// Bytes of a token.
const MAX_TOKEN: usize = 16 << 10;
/// Bytes of an answer of the issuer.
const MAX_ANSWER: u64 = 1 << 20;
/// Characters of a subject.
const MAX_SUBJECT: usize = 255;
/// Seconds by which clocks may differ.
const LEEWAY: u64 = 60;
/// Time in which the issuer must answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Least time between two looks at the issuer's keys because a token names one that is not there.
const AGAIN: Duration = Duration::from_mins(1);
/// Least time between two attempts while the issuer cannot be reached.
const RETRY: Duration = Duration::from_secs(5);
/// Time after which its keys are looked at in any case.
const FRESH: Duration = Duration::from_mins(15);
/// Time after which keys that could not be looked at again are no longer believed.
const STALE: Duration = Duration::from_hours(24);

/// An issuer, and how its tokens are read.
#[derive(Debug, Clone, Default)]
pub struct OidcOptions {
    /// Its address, as it stands in its tokens.
    pub issuer: String,
    /// Whom the tokens must be for.
    pub audience: String,
    /// Name of the claim with the roles; a dot goes into an object.
    pub roles_claim: String,
    /// What values of that claim stand for which role; empty where they are equal to the names of roles.
    pub roles: BTreeMap<String, Role>,
    /// Name of the claim with the tenant, where there is one.
    pub tenant_claim: Option<String>,
    /// Certificates in PEM to trust beside those of the web.
    pub ca_file: Option<PathBuf>,
    /// How browsers sign in there, where they do.
    pub client: Option<OidcClient>,
}

/// This server as a client of the issuer.
#[derive(Clone)]
pub struct OidcClient {
    /// Its id.
    pub id: String,
    /// Its secret, where it has one.
    pub secret: Option<String>,
}

impl std::fmt::Debug for OidcClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OidcClient").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Reads what values of the claim stand for which role: a table `roles` in TOML, value by value.
pub fn read_role_map(path: &Path) -> Result<BTreeMap<String, Role>, ServerError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        roles: BTreeMap<String, String>,
    }
    let text = std::fs::read_to_string(path).map_err(|reason| ServerError::File { path: path.to_owned(), reason })?;
    let refused = |reason: String| ServerError::Setup(format!("{}: {reason}", path.display()));
    let file: File = toml::from_str(&text).map_err(|error| refused(unreadable(&error, &text, "a file of roles")))?;
    let role = |(value, role): (String, String)| match role.parse() {
        Ok(role) => Ok((value, role)),
        Err(error) => Err(refused(format!("`{value}`: {error}"))),
    };
    file.roles.into_iter().map(role).collect()
}

/// An issuer with its keys.
#[derive(Debug)]
pub struct Oidc {
    options: OidcOptions,
    agent: Agent,
    validation: Validation,
    held: RwLock<Option<Arc<Held>>>,
    // Held while the issuer is asked, so that it is asked once.
    last: tokio::sync::Mutex<Option<Instant>>,
    fetches: AtomicU64,
    pub(crate) sign_ins: SignIns,
}

/// What the issuer said.
#[derive(Debug)]
struct Held {
    keys: FxHashMap<String, (Algorithm, DecodingKey)>,
    document: Document,
    at: Instant,
}

/// What is read of the document in which an issuer describes itself.
#[derive(Debug, Clone, Deserialize)]
struct Document {
    issuer: String,
    jwks_uri: String,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
}

impl Oidc {
    /// An issuer; it is not asked before the first token comes.
    pub fn new(options: OidcOptions) -> Result<Self, ServerError> {
        let refused = |reason: &str| ServerError::Setup(reason.to_owned());
        if !is_safe(&options.issuer) {
            return Err(refused("the issuer must be an address that begins with https:// (or that of this machine)"));
        }
        if options.audience.is_empty() || options.roles_claim.is_empty() {
            return Err(refused("an issuer needs an audience and the claim with the roles"));
        }
        // It can be installed once; who installed one before has installed this.
        let _ = PROVIDER.install_default();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_issuer(&[&options.issuer]);
        validation.set_audience(&[&options.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        Ok(Self {
            agent: agent(&options)?,
            validation,
            options,
            held: RwLock::default(),
            last: tokio::sync::Mutex::default(),
            fetches: AtomicU64::new(0),
            sign_ins: SignIns::default(),
        })
    }

    /// Who a token is of. 401 for one that is not in force, 403 for one without a role, 503 while the issuer cannot be asked.
    pub(crate) async fn identity(self: &Oidc, token: &str, clock: &Clock) -> Result<Arc<Identity>, Problem> {
        let claims = self.claims(token, &self.validation, clock).await?;
        self.identity_of(&claims).map(Arc::new)
    }

    /// The claims of a token whose signature, issuer, audience and times are right.
    async fn claims(&self, token: &str, validation: &Validation, clock: &Clock) -> Result<Value, Problem> {
        if token.len() > MAX_TOKEN {
            return Err(refused("it is too long"));
        }
        // `none` and other words that are no kind of signature end here.
        let header = decode_header(token).map_err(|_| refused("its header cannot be read"))?;
        if !TAKEN.contains(&header.alg) {
            return Err(refused("it must be signed by RS256, ES256 or EdDSA"));
        }
        if header.crit.is_some() {
            return Err(refused("it asks for an extension"));
        }
        let kid = header.kid.ok_or_else(|| refused("it does not name its key"))?;
        let (algorithm, key) = self.key(&kid, clock).await?.ok_or_else(|| refused("its key is not one of the issuer's"))?;
        if algorithm != header.alg {
            return Err(refused("its key is for another kind of signature"));
        }
        // The library wants all kinds that are taken to be of one family: here it is the one of the key.
        let validation = Validation { algorithms: vec![algorithm], ..validation.clone() };
        let read = decode::<Value>(token, &key, &validation).map_err(|error| {
            refused(match error.kind() {
                ErrorKind::ExpiredSignature => "it has expired",
                ErrorKind::ImmatureSignature => "it is not yet in force",
                ErrorKind::InvalidIssuer => "it is of another issuer",
                ErrorKind::InvalidAudience => "it is for somebody else",
                ErrorKind::MissingRequiredClaim(_) => "it lacks a claim",
                ErrorKind::InvalidSignature => "its signature is wrong",
                _ => "it is not in force",
            })
        })?;
        // A list of issuers is none.
        if read.claims.get("iss").and_then(Value::as_str) != Some(&self.options.issuer) {
            return Err(refused("it is of another issuer"));
        }
        Ok(read.claims)
    }

    fn identity_of(&self, claims: &Value) -> Result<Identity, Problem> {
        let subject = claims
            .get("sub")
            .and_then(Value::as_str)
            .filter(|subject| !subject.is_empty() && subject.len() <= MAX_SUBJECT && subject.chars().all(|c| !c.is_control()));
        let subject = subject.ok_or_else(|| refused("its subject is none"))?;
        let forbidden = |code, detail: &str| Problem::new(StatusCode::FORBIDDEN, code, "Forbidden", detail);
        let claim = |path: &str| path.split('.').try_fold(claims, |value, part| value.get(part)).or_else(|| claims.get(path));
        let values: Vec<&str> = match claim(&self.options.roles_claim) {
            Some(Value::String(text)) => text.split_whitespace().collect(),
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let map = &self.options.roles;
        let role = |value: &&str| if map.is_empty() { value.parse().ok() } else { map.get(*value).copied() };
        let roles: Vec<Role> = values.iter().filter_map(role).collect();
        if roles.is_empty() {
            return Err(forbidden("no_role", "the issuer gives no role here"));
        }
        let roles = Roles::new(roles).map_err(|error| forbidden("roles_conflict", &error.to_string()))?;
        let tenant = match &self.options.tenant_claim {
            None => String::new(),
            Some(path) => match claim(path).and_then(Value::as_str) {
                Some(tenant) if !tenant.is_empty() => tenant.to_owned(),
                _ => return Err(forbidden("no_tenant", "the issuer gives no tenant here")),
            },
        };
        Ok(Identity {
            id: format!("oidc-{}", hex(&Sha256::digest(subject.as_bytes())[..6])),
            actor: format!("oidc:{subject}"),
            roles,
            scopes: Vec::new(),
            tenant,
        })
    }

    fn held(&self) -> Option<Arc<Held>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The key of an id, asked for where it is not there.
    async fn key(&self, kid: &str, clock: &Clock) -> Result<Option<(Algorithm, DecodingKey)>, Problem> {
        let held = self.fresh(clock, |held| held.keys.contains_key(kid)).await?;
        Ok(held.keys.get(kid).cloned())
    }

    /// What the issuer said, asked again where it is old or does not have what is wanted.
    async fn fresh(&self, clock: &Clock, has: impl Fn(&Held) -> bool) -> Result<Arc<Held>, Problem> {
        let is_fresh = |held: &Held| clock.instant().saturating_duration_since(held.at) < FRESH && has(held);
        let is_stale = |held: &Held| clock.instant().saturating_duration_since(held.at) >= STALE;
        if let Some(held) = self.held().filter(|held| is_fresh(held)) {
            return Ok(held);
        }
        let mut last = match self.last.try_lock() {
            Ok(last) => last,
            // Somebody asks already. What is held does meanwhile, where it has what is wanted.
            Err(_) => match self.held().filter(|held| has(held) && !is_stale(held)) {
                Some(held) => return Ok(held),
                None => self.last.lock().await,
            },
        };
        let (held, now) = (self.held(), clock.instant());
        if let Some(held) = held.as_ref().filter(|held| is_fresh(held)) {
            return Ok(Arc::clone(held));
        }
        let wait = if held.is_some() { AGAIN } else { RETRY };
        if last.is_none_or(|last| now.saturating_duration_since(last) >= wait) {
            *last = Some(now);
            self.fetches.fetch_add(1, Ordering::Relaxed);
            let (agent, issuer) = (self.agent.clone(), self.options.issuer.clone());
            let asked = tokio::task::spawn_blocking(move || ask(&agent, &issuer)).await;
            match asked.map_err(|_| Problem::internal())? {
                Ok((document, keys)) => {
                    let held = Arc::new(Held { keys, document, at: now });
                    *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&held));
                    return Ok(held);
                }
                Err(reason) => tracing::warn!(reason, "the issuer cannot be asked for its keys"),
            }
        }
        held.filter(|held| !is_stale(held)).ok_or_else(|| {
            let mut problem = Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "issuer_down",
                "Issuer not reached",
                "the issuer of the token cannot be asked for its keys",
            );
            problem.retry_after = Some(RETRY.as_secs() as u32);
            problem
        })
    }
}

fn refused(why: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "token_refused", "Not authenticated", format!("the token is not taken: {why}"))
}

/// Whether an address may be asked: over TLS, or on this machine.
fn is_safe(address: &str) -> bool {
    let Ok(address) = address.parse::<ureq::http::Uri>() else { return false };
    let host = address.host().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let local = host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    match address.scheme_str() {
        Some("https") => !host.is_empty(),
        Some("http") => local,
        _ => false,
    }
}

fn agent(options: &OidcOptions) -> Result<Agent, ServerError> {
    let mut roots = RootCerts::WebPki;
    if let Some(path) = &options.ca_file {
        let pem = std::fs::read(path).map_err(|reason| ServerError::File { path: path.clone(), reason })?;
        let read = ureq::tls::parse_pem(&pem).collect::<Result<Vec<_>, _>>();
        let read = read.map_err(|error| ServerError::Setup(format!("{}: {error}", path.display())))?;
        let certificates: Vec<Certificate<'static>> =
            read.into_iter().filter_map(|item| if let PemItem::Certificate(one) = item { Some(one) } else { None }).collect();
        if certificates.is_empty() {
            return Err(ServerError::Setup(format!("{}: there is no certificate in it", path.display())));
        }
        roots = RootCerts::new_with_certs(&certificates);
    }
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .timeout_global(Some(PATIENCE));
    if options.issuer.starts_with("http://") {
        // It is this machine, to which no proxy leads.
        config = config.proxy(None);
    }
    Ok(config.build().new_agent())
}

fn fetch(agent: &Agent, address: &str) -> Result<Value, String> {
    if !is_safe(address) {
        return Err("an address of the issuer is not https".to_owned());
    }
    let mut answer = agent.get(address).header("accept", "application/json").call().map_err(|error| error.to_string())?;
    if answer.status() != 200 {
        return Err(format!("it answers with status {}", answer.status().as_u16()));
    }
    let text = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec().map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|_| "what it answers is not JSON".to_owned())
}

type Keys = FxHashMap<String, (Algorithm, DecodingKey)>;

fn ask(agent: &Agent, issuer: &str) -> Result<(Document, Keys), String> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let document: Document =
        serde_json::from_value(fetch(agent, &address)?).map_err(|_| "its document lacks a member".to_owned())?;
    if document.issuer != issuer {
        return Err("its document is of another issuer".to_owned());
    }
    let keys = fetch(agent, &document.jwks_uri)?;
    let keys = keys.get("keys").and_then(Value::as_array).ok_or("it answers with no keys")?;
    // Kinds of keys that are not known here are for others.
    let keys = keys.iter().filter_map(|key| usable(&serde_json::from_value(key.clone()).ok()?)).collect();
    Ok((document, keys))
}

/// A key with its id and the one kind of signature that it is taken for.
fn usable(key: &Jwk) -> Option<(String, (Algorithm, DecodingKey))> {
    if key.common.public_key_use.as_ref().is_some_and(|it| *it != PublicKeyUse::Signature) {
        return None;
    }
    let (algorithm, named) = match &key.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => (Algorithm::ES256, KeyAlgorithm::ES256),
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        _ => return None,
    };
    if key.common.key_algorithm.is_some_and(|given| given != named) {
        return None;
    }
    Some((key.common.key_id.clone()?, (algorithm, DecodingKey::from_jwk(key).ok()?)))
}

/// Signatures are checked by the library that TLS has here anyway.
static PROVIDER: CryptoProvider =
    CryptoProvider { signer_factory: no_signer, verifier_factory: verifier, key_utils: KeyUtils::new_unimplemented() };

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the library calls it so")]
fn no_signer(_: &Algorithm, _: &EncodingKey) -> jsonwebtoken::errors::Result<Box<dyn JwtSigner>> {
    Err(ErrorKind::InvalidAlgorithm.into())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the library calls it so")]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> jsonwebtoken::errors::Result<Box<dyn JwtVerifier>> {
    if !TAKEN.contains(algorithm) {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    Ok(Box::new(Ring { algorithm: *algorithm, key: key.kind().clone() }))
}

struct Ring {
    algorithm: Algorithm,
    key: DecodingKeyKind,
}

impl Verifier<Vec<u8>> for Ring {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        let right = match (self.algorithm, &self.key) {
            (Algorithm::RS256, DecodingKeyKind::RsaModulusExponent { n, e }) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
            (Algorithm::ES256, DecodingKeyKind::SecretOrDer(key)) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key).verify(message, signature)
            }
            (Algorithm::EdDSA, DecodingKeyKind::SecretOrDer(key)) => {
                UnparsedPublicKey::new(&ED25519, key).verify(message, signature)
            }
            _ => return Err(SignatureError::new()),
        };
        right.map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for Ring {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
