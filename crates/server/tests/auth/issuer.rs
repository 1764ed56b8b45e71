//! An issuer of tokens on this machine, with keys that the test makes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use interdict_server::{Clock, Known, Oidc, OidcOptions};
use num_bigint::BigUint;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPairComponents, PublicKeyComponents};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

pub(crate) const AUDIENCE: &str = "interdict";

/// A key that signs.
pub(crate) enum Key {
    Rsa(Box<RsaKeyPair>, Vec<u8>),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl Key {
    pub(crate) fn ec() -> Self {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        Self::Ec(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random).unwrap())
    }

    pub(crate) fn ed() -> Self {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::Ed(Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap())
    }

    pub(crate) fn rsa() -> Self {
        let one = BigUint::from(1_u8);
        let exponent = BigUint::from(65_537_u32);
        loop {
            let (p, q) = (prime(), prime());
            let (p, q) = if p > q { (p, q) } else { (q, p) };
            let (less_p, less_q) = (&p - &one, &q - &one);
            let n = &p * &q;
            let Some(d) = exponent.modinv(&(&less_p * &less_q)) else { continue };
            let inverse = q.modinv(&p).unwrap();
            let bytes = |number: BigUint| number.to_bytes_be();
            let modulus = bytes(n);
            let parts = KeyPairComponents {
                public_key: PublicKeyComponents { n: modulus.clone(), e: bytes(exponent.clone()) },
                dP: bytes(&d % &less_p),
                dQ: bytes(&d % &less_q),
                d: bytes(d),
                p: bytes(p),
                q: bytes(q),
                qInv: bytes(inverse),
            };
            return Self::Rsa(Box::new(RsaKeyPair::from_components(&parts).unwrap()), modulus);
        }
    }

    pub(crate) fn alg(&self) -> &'static str {
        match self {
            Self::Rsa(..) => "RS256",
            Self::Ec(_) => "ES256",
            Self::Ed(_) => "EdDSA",
        }
    }

    /// The public half, as the issuer shows it.
    pub(crate) fn public(&self, kid: &str) -> Value {
        let mut key = match self {
            Self::Rsa(_, n) => json!({"kty": "RSA", "n": encoded(n), "e": "AQAB"}),
            Self::Ec(pair) => {
                let point = pair.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "x": encoded(&point[1..33]), "y": encoded(&point[33..])})
            }
            Self::Ed(pair) => json!({"kty": "OKP", "crv": "Ed25519", "x": encoded(pair.public_key().as_ref())}),
        };
        key["kid"] = json!(kid);
        key["use"] = json!("sig");
        key["alg"] = json!(self.alg());
        key
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(pair, _) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
            Self::Ec(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Ed(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    /// A token with these claims.
    pub(crate) fn token(&self, kid: &str, claims: &Value) -> String {
        self.token_with(&json!({"typ": "JWT", "alg": self.alg(), "kid": kid}), claims)
    }

    pub(crate) fn token_with(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let signature = encoded(&self.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }
}

pub(crate) fn message(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encoded(header.to_string().as_bytes()), encoded(claims.to_string().as_bytes()))
}

pub(crate) fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A prime of 1024 bits whose product with another has 2048.
fn prime() -> BigUint {
    let small: Vec<u32> = (3..4000).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0)).collect();
    let mut random = [0_u8; 128];
    loop {
        getrandom::fill(&mut random).unwrap();
        random[0] |= 0xc0;
        random[127] |= 1;
        let number = BigUint::from_bytes_be(&random);
        if small.iter().all(|small| &number % *small != BigUint::ZERO) && is_prime(&number) {
            return number;
        }
    }
}

/// By Miller and Rabin.
fn is_prime(number: &BigUint) -> bool {
    let one = BigUint::from(1_u8);
    let less = number - &one;
    let twos = less.trailing_zeros().unwrap();
    let odd = &less >> twos;
    [2_u32, 3, 5, 7, 11, 13, 17, 19].iter().all(|base| {
        let mut power = BigUint::from(*base).modpow(&odd, number);
        if power == one || power == less {
            return true;
        }
        (1..twos).any(|_| {
            power = &power * &power % number;
            power == less
        })
    })
}

/// What the issuer shows, and what it was asked.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) keys: Vec<Value>,
    /// It closes every connection without a word.
    pub(crate) down: bool,
    /// The issuer in its document, where it is another.
    pub(crate) named: Option<String>,
    /// Where its keys are, where that is elsewhere.
    pub(crate) jwks: Option<String>,
    /// What it gives for a code.
    pub(crate) id_token: Option<String>,
    pub(crate) asked: Vec<(String, String)>,
}

pub(crate) struct Issuer {
    pub(crate) url: String,
    pub(crate) shown: Arc<Mutex<Shown>>,
}

impl Issuer {
    pub(crate) fn new(keys: Vec<Value>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shown = Arc::new(Mutex::new(Shown { keys, ..Shown::default() }));
        let (own, served) = (url.clone(), Arc::clone(&shown));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &own, &served);
            }
        });
        Self { url, shown }
    }

    /// Claims that are in force.
    pub(crate) fn claims(&self) -> Value {
        let now = jiff::Timestamp::now().as_second();
        json!({"iss": self.url, "aud": AUDIENCE, "sub": "ada-17", "iat": now, "nbf": now, "exp": now + 300, "roles": ["analyst"]})
    }

    pub(crate) fn options(&self) -> OidcOptions {
        OidcOptions {
            issuer: self.url.clone(),
            audience: AUDIENCE.to_owned(),
            roles_claim: "roles".to_owned(),
            ..OidcOptions::default()
        }
    }

    pub(crate) fn known(options: OidcOptions, clock: &Clock) -> Known {
        Known { oidc: Some(Oidc::new(options).unwrap()), clock: clock.clone(), ..Known::default() }
    }

    /// How often its keys were asked for.
    pub(crate) fn fetches(&self) -> usize {
        self.shown.lock().unwrap().asked.iter().filter(|(line, _)| line.starts_with("GET /keys")).count()
    }
}

fn answer(mut stream: TcpStream, url: &str, shown: &Mutex<Shown>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut line, mut head, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut line).unwrap();
    loop {
        let mut next = String::new();
        if reader.read_line(&mut next).unwrap() == 0 || next.trim().is_empty() {
            break;
        }
        if let Some(given) = next.to_lowercase().strip_prefix("content-length:") {
            length = given.trim().parse().unwrap();
        }
        head.push_str(&next);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = String::from_utf8(body).unwrap();
    let mut shown = shown.lock().unwrap();
    if shown.down {
        return;
    }
    let json = match line.split_whitespace().nth(1).unwrap_or_default() {
        "/.well-known/openid-configuration" => json!({
            "issuer": shown.named.as_deref().unwrap_or(url),
            "jwks_uri": shown.jwks.clone().unwrap_or_else(|| format!("{url}/keys")),
            "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"),
        }),
        "/keys" => json!({"keys": shown.keys}),
        "/token" => match &shown.id_token {
            Some(token) => json!({"id_token": token, "access_token": "opaque", "token_type": "Bearer"}),
            None => Value::Null,
        },
        _ => Value::Null,
    };
    shown.asked.push((format!("{line}{head}"), body));
    let status = if json.is_null() { "400 Bad Request" } else { "200 OK" };
    let text = json.to_string();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        text.len()
    );
    // Who asked may be gone.
    let _ = stream.write_all(format!("{head}{text}").as_bytes());
}
