//! A page of another site cannot act with a visitor's cookie.
//!
//! Browsers say where a request comes from (Fetch Metadata, `Sec-Fetch-Site`) and, with every method that changes
//! something, the `Origin`; both are beyond a page's reach. A request without a cookie is looked at as well: logging a
//! visitor in as somebody else needs none.

use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use http::Method;
use http::header;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::http::shared::Shared;

pub(crate) async fn check(State(shared): State<Shared>, request: Request, next: Next) -> Result<Response> {
    let server = &shared.app.config.server;
    let headers = request.headers();
    let harmless = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if harmless {
        return Ok(next.run(request).await);
    }
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let from = headers.get(header::ORIGIN).and_then(|from| from.to_str().ok());
    let listed = from.is_some_and(|from| server.lists_origin(from));
    let allowed = match (site, from) {
        // A client that is no browser sends neither, and no page can keep a browser from sending them.
        (Some(b"same-origin" | b"none"), _) | (None, None) => true,
        (Some(_), _) => listed,
        (None, Some(_)) => listed || same_host(&request),
    };
    if !allowed {
        return Err(Error::new(Kind::Forbidden, "that page may not act with this login")
            .code("cross_site")
            .hint("open the journal itself and try there"));
    }
    Ok(next.run(request).await)
}

/// Tells whether the page came from this very host, for browsers without Fetch Metadata.
fn same_host(request: &Request) -> bool {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let from = text(header::ORIGIN).and_then(|from| from.split_once("://")).map(|(_, host)| host);
    from.is_some() && from == text(header::HOST)
}
