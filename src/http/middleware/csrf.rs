//! CSRF protection: a page of another site cannot act with a visitor's cookie.
//!
//! Browsers send `Sec-Fetch-Site` (Fetch Metadata) and, with every unsafe method, `Origin`; a page can set neither.
//! Requests without a cookie are checked as well: login CSRF needs none.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderValue, Method, header};

use crate::error::{Error, ErrorKind, Result};
use crate::http::state::HttpState;

pub(crate) async fn check(State(shared): State<HttpState>, request: Request, next: Next) -> Result<Response> {
    let server = &shared.app.config.server;
    let headers = request.headers();
    let is_safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if is_safe {
        return Ok(next.run(request).await);
    }
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let from = headers.get(header::ORIGIN).and_then(|from| from.to_str().ok());
    let listed = from.is_some_and(|from| server.allows_origin(from));
    let allowed = match (site, from) {
        // A client other than a browser sends neither, and no page can keep a browser from sending them.
        (Some(b"same-origin" | b"none"), _) | (None, None) => true,
        (Some(_), _) => listed,
        (None, Some(_)) => listed || is_same_host(&request),
    };
    if !allowed {
        return Err(Error::new(ErrorKind::Forbidden, "cross-site request rejected")
            .code("cross_site")
            .hint("open the journal's own web page and try again there"));
    }
    Ok(next.run(request).await)
}

/// Returns whether the page's origin is this host, for browsers without Fetch Metadata.
fn is_same_host(request: &Request) -> bool {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let from = text(header::ORIGIN).and_then(|from| from.split_once("://")).map(|(_, host)| host);
    from.is_some() && from == text(header::HOST)
}
