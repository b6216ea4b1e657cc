//! Host and origin allowlist on every route, against DNS rebinding.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::uri::Authority;
use http::{HeaderMap, header};

use crate::config::server::{ServerConfig, origin};
use crate::error::{Error, ErrorKind, Result};
use crate::http::state::HttpState;

pub(crate) async fn check(State(shared): State<HttpState>, request: Request, next: Next) -> Result<Response> {
    let server = &shared.app.config.server;
    let mut given = request.headers().get_all(header::HOST).iter();
    let (first, second) = (given.next().map(|host| host.to_str().unwrap_or_default()), given.next());
    // An absolute-form request target names the host as well (RFC 9112, 3.2.2).
    let in_line = request.uri().authority().map(Authority::as_str);
    let hosts: Vec<&str> = first.into_iter().chain(in_line).collect();
    if second.is_some() || hosts.is_empty() {
        return Err(Error::invalid("the request has no Host header, or several")
            .code("invalid_host")
            .hint("send one Host header"));
    }
    if !hosts.iter().all(|host| is_allowed_host(server, host)) {
        return Err(Error::invalid("this server does not accept that host name")
            .code("invalid_host")
            .with_status(421)
            .hint("an operator can list it in MCP_ALLOWED_HOSTS"));
    }
    if !is_allowed_origin(server, request.headers()) {
        return Err(Error::new(ErrorKind::Forbidden, "requests from that origin are not allowed")
            .code("invalid_origin")
            .hint("an operator can list it in API_CORS_ORIGINS"));
    }
    Ok(next.run(request).await)
}

/// Returns whether a host is on the allowlist or is the web client's.
fn is_allowed_host(server: &ServerConfig, host: &str) -> bool {
    let Ok(host) = host.to_ascii_lowercase().parse::<Authority>() else { return false };
    if host.as_str().contains('@') {
        return false;
    }
    let client = origin(&server.app_base_url);
    let client = client.as_deref().and_then(|client| client.split_once("://")).map(|(_, client)| client);
    server.allowed_hosts.iter().map(String::as_str).chain(client).any(|listed| matches_host(listed, &host))
}

/// Returns whether an allowlist entry matches; one without a port, or with `:*`, matches every port.
fn matches_host(listed: &str, host: &Authority) -> bool {
    let listed = listed.strip_suffix(":*").unwrap_or(listed);
    host.as_str() == listed || host.host() == listed
}

/// Returns whether the origin is allowed. Clients other than browsers send none; `null` is a sandboxed page or a file.
fn is_allowed_origin(server: &ServerConfig, headers: &HeaderMap) -> bool {
    let mut given = headers.get_all(header::ORIGIN).iter();
    let Some(first) = given.next() else { return true };
    let Some(given) = first.to_str().ok().filter(|_| given.next().is_none()) else { return false };
    let Some(normal) = origin(given).filter(|normal| normal == given) else { return false };
    let authority = normal.split_once("://").and_then(|(_, rest)| rest.parse::<Authority>().ok());
    let of_listed_host =
        authority.is_some_and(|host| server.allowed_hosts.iter().any(|listed| matches_host(listed, &host)));
    of_listed_host || server.allows_origin(&normal)
}
