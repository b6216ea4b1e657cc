//! Security headers on every response, errors included.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

use crate::http::middleware::client_ip::ForwardedTls;
use crate::http::state::HttpState;

/// Headers of OWASP's REST Security Cheat Sheet, plus COOP and CORP.
const SECURITY_HEADERS: [(HeaderName, &str); 9] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::X_XSS_PROTECTION, "0"),
    (header::CACHE_CONTROL, "no-store"),
];

/// One year, this host only.
const HSTS: &str = "max-age=31536000";

pub(crate) async fn add(State(shared): State<HttpState>, request: Request, next: Next) -> Response {
    let over_tls = shared.app.config.server.tls.is_some() || request.extensions().get::<ForwardedTls>().is_some();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if over_tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    headers.remove(header::SERVER);
    response
}
