//! The document of the API as a file, and as a page to browse. The page comes from this server whole: it loads nothing from elsewhere.

use std::sync::LazyLock;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use axum::routing::get;

use super::{document, tagged_bytes};
use crate::app::App;

/// What the page may load: what comes from this server.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| serde_json::to_vec(&document()).unwrap_or_default().into());

/// The document and the page.
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/openapi.json", get(async |method, headers| file(&method, &headers, "application/json", DOCUMENT.clone())))
        .route(
            "/docs",
            get(async |method, headers| text(&method, &headers, "text/html; charset=utf-8", include_str!("page/page.html"))),
        )
        .route(
            "/docs/page.js",
            get(async |method, headers| {
                text(&method, &headers, "text/javascript; charset=utf-8", include_str!("page/page.js"))
            }),
        )
        .route(
            "/docs/page.css",
            get(async |method, headers| text(&method, &headers, "text/css; charset=utf-8", include_str!("page/page.css"))),
        )
}

fn text(method: &Method, headers: &HeaderMap, kind: &'static str, text: &'static str) -> Response {
    file(method, headers, kind, Bytes::from_static(text.as_bytes()))
}

fn file(method: &Method, headers: &HeaderMap, kind: &'static str, bytes: Bytes) -> Response {
    let mut response = tagged_bytes(method, headers, kind, bytes);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
