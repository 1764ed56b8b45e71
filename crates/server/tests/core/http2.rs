//! HTTP/2 and TLS: by prior knowledge, and by what both sides say they speak. The certificate is made here, of a key that everybody knows.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::Request;
use interdict_server::{Options, ServerError, Tls};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::common::{Connection, ORVANTIS, Plan, Running, options};

const ED25519: &[u8] = &[0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let head = match u16::try_from(content.len()).unwrap().to_be_bytes() {
        [0, short @ 0..=127] => vec![tag, short],
        [0, low] => vec![tag, 0x81, low],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [head, content].concat()
}

fn pem(kind: &str, bytes: &[u8]) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let value = group.iter().fold(0_u32, |value, &byte| (value << 8) | u32::from(byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let letter = letters[(value >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= group.len() { char::from(letter) } else { '=' });
        }
    }
    format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n")
}

/// A key and certificate (RFC 5280) that vouches for itself and for `127.0.0.1`.
fn certificate() -> (Vec<u8>, Vec<u8>) {
    use ring::signature::{Ed25519KeyPair, KeyPair};
    let pkcs8 = [&[0x30, 0x2e, 2, 1, 0][..], ED25519, &[4, 0x22, 4, 0x20], &[7; 32]].concat();
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&pkcs8).unwrap();
    let name = tlv(0x30, &[&tlv(0x31, &[&tlv(0x30, &[&[6, 3, 0x55, 4, 3], &tlv(0x0c, &[b"server"])])])]);
    let validity = tlv(0x30, &[&tlv(0x17, &[b"000101000000Z"]), &tlv(0x18, &[b"99991231235959Z"])]);
    let key = tlv(0x30, &[ED25519, &tlv(3, &[&[0], pair.public_key().as_ref()])]);
    let address = tlv(4, &[&tlv(0x30, &[&tlv(0x87, &[&[127, 0, 0, 1]])])]);
    let extensions = tlv(0xa3, &[&tlv(0x30, &[&tlv(0x30, &[&[6, 3, 0x55, 0x1d, 0x11], &address])])]);
    let body = tlv(0x30, &[&[0xa0, 3, 2, 1, 2], &[2, 1, 1], ED25519, &name, &validity, &name, &key, &extensions]);
    (tlv(0x30, &[&body, ED25519, &tlv(3, &[&[0], pair.sign(&body).as_ref()])]), pkcs8)
}

fn server_side() -> Tls {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate();
    let [chain, secret] = [folder.path().join("chain.pem"), folder.path().join("key.pem")];
    std::fs::write(&chain, pem("CERTIFICATE", &certificate)).unwrap();
    std::fs::write(&secret, pem("PRIVATE KEY", &key)).unwrap();
    Tls::read(&chain, &secret).unwrap()
}

async fn under_tls(server: &Running, speaks: &[&str]) -> tokio_rustls::client::TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(certificate().0)).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = speaks.iter().map(|name| name.as_bytes().to_vec()).collect();
    let stream = TcpStream::connect(server.address).await.unwrap();
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("127.0.0.1").unwrap(), stream).await.unwrap()
}

async fn over_http2<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: S, requests: usize) -> Vec<(u16, String)> {
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    let driver = tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();
    let mut running = Vec::new();
    for _ in 0..requests {
        client = client.ready().await.unwrap();
        let request =
            Request::post("http://localhost/api/v1/screen").header("content-type", "application/json").body(()).unwrap();
        let (answer, mut body) = client.send_request(request, false).unwrap();
        body.send_data(Bytes::from_static(ORVANTIS.as_bytes()), true).unwrap();
        running.push(answer);
    }
    let mut answers = Vec::new();
    for answer in running {
        let (head, mut body) = answer.await.unwrap().into_parts();
        let mut bytes = Vec::new();
        while let Some(piece) = body.data().await {
            let piece = piece.unwrap();
            body.flow_control().release_capacity(piece.len()).unwrap();
            bytes.extend(piece);
        }
        answers.push((head.status.as_u16(), String::from_utf8(bytes).unwrap()));
    }
    drop(client);
    driver.abort();
    answers
}

fn assert_all_found(answers: &[(u16, String)], count: usize) {
    assert_eq!(answers.len(), count);
    for (status, body) in answers {
        assert!(*status == 200 && body.contains("\"status\":\"hit\""), "{status} {body}");
    }
}

#[tokio::test]
async fn http2_by_prior_knowledge_with_many_requests_at_once() {
    let server = Running::start();
    let stream = TcpStream::connect(server.address).await.unwrap();
    assert_all_found(&over_http2(stream, 50).await, 50);
}

#[tokio::test]
async fn both_versions_under_tls() {
    let server = Plan { tls: Some(server_side()), ..Plan::new(options()) }.start();
    let stream = under_tls(&server, &["h2", "http/1.1"]).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    assert_all_found(&over_http2(stream, 5).await, 5);
    for speaks in [&["http/1.1"][..], &[]] {
        let mut connection = Connection::new(under_tls(&server, speaks).await);
        connection.send("POST", "/api/v1/screen", &[("content-type", "application/json")], ORVANTIS.as_bytes()).await;
        let answer = connection.answer("POST").await.unwrap();
        assert_eq!(answer.json()["status"], "hit");
        assert_eq!(answer.secure().header("strict-transport-security"), Some("max-age=31536000"));
    }
    // Who does not speak TLS gets no answer, and keeps nobody else from theirs.
    for garbage in [&b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"[..], &[0; 600], b"\x16\x03\x01\xff\xff\x01", b""] {
        let mut connection = server.connect().await;
        let _ = connection.raw(garbage).await;
        let _ = connection.stream.get_mut().shutdown().await;
        let rest = connection.rest().await;
        assert!(!rest.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&rest));
    }
    assert_all_found(&over_http2(under_tls(&server, &["h2"]).await, 1).await, 1);
}

#[tokio::test]
async fn a_handshake_that_is_not_gone_on_with_ends() {
    let options = Options { head_time: std::time::Duration::from_millis(80), ..options() };
    let server = Plan { tls: Some(server_side()), ..Plan::new(options) }.start();
    let mut connection = server.connect().await;
    connection.raw(b"\x16\x03\x01").await.unwrap();
    assert!(connection.rest().await.is_empty());
}

#[tokio::test]
async fn without_tls_nothing_is_said_of_it() {
    let server = Running::start();
    assert_eq!(server.get("/healthz").await.secure().header("strict-transport-security"), None);
}

#[test]
fn certificates_and_keys_that_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate();
    let file = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name)
    };
    let chain = file("chain.pem", &pem("CERTIFICATE", &certificate));
    let secret = file("key.pem", &pem("PRIVATE KEY", &key));
    let empty = file("empty.pem", "");
    let nonsense = file("nonsense.pem", &pem("CERTIFICATE", b"no certificate"));
    let missing = folder.path().join("missing.pem");
    for (chain, secret, guilty) in [
        (&missing, &secret, "missing.pem"),
        (&chain, &missing, "missing.pem"),
        (&empty, &secret, "empty.pem"),
        (&chain, &empty, "empty.pem"),
        (&nonsense, &secret, "nonsense.pem"),
        (&chain, &chain, "chain.pem"),
    ] {
        let error = Tls::read(chain, secret).unwrap_err();
        assert!(matches!(error, ServerError::Tls { .. }), "{error}");
        assert!(error.to_string().contains(guilty), "{error}");
    }
}
