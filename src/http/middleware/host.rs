//! Only listed hosts and origins are answered, on every route: a page that rebinds its name to this address gets nothing.

use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header;
use http::uri::Authority;

use crate::config::server::Server;
use crate::config::server::origin;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::http::shared::Shared;

pub(crate) async fn check(State(shared): State<Shared>, request: Request, next: Next) -> Result<Response> {
    let server = &shared.app.config.server;
    let mut given = request.headers().get_all(header::HOST).iter();
    let (first, second) = (given.next().map(|host| host.to_str().unwrap_or_default()), given.next());
    // A client that writes the whole URI into the request line names the host twice (RFC 9112, 3.2.2).
    let in_line = request.uri().authority().map(Authority::as_str);
    let hosts: Vec<&str> = first.into_iter().chain(in_line).collect();
    if second.is_some() || hosts.is_empty() {
        return Err(Error::invalid("the request names no host, or two")
            .code("invalid_host")
            .hint("send one Host header"));
    }
    if !hosts.iter().all(|host| allows(server, host)) {
        return Err(Error::invalid("this server does not answer to that host name")
            .code("invalid_host")
            .with_status(421)
            .hint("an operator can list it in MCP_ALLOWED_HOSTS"));
    }
    if !origin_is_listed(server, request.headers()) {
        return Err(Error::new(Kind::Forbidden, "pages of that origin may not call this server")
            .code("invalid_origin")
            .hint("an operator can list it in API_CORS_ORIGINS"));
    }
    Ok(next.run(request).await)
}

/// Tells whether a host is listed, or is where the web client is.
fn allows(server: &Server, host: &str) -> bool {
    let Ok(host) = host.to_ascii_lowercase().parse::<Authority>() else { return false };
    if host.as_str().contains('@') {
        return false;
    }
    let client = origin(&server.app_base_url);
    let client = client.as_deref().and_then(|client| client.split_once("://")).map(|(_, client)| client);
    server.allowed_hosts.iter().map(String::as_str).chain(client).any(|listed| covers(listed, &host))
}

/// An entry without a port, or with `:*`, covers every port.
fn covers(listed: &str, host: &Authority) -> bool {
    let listed = listed.strip_suffix(":*").unwrap_or(listed);
    host.as_str() == listed || host.host() == listed
}

/// No origin is a client that is no browser. `null` is a sandboxed page or a file.
fn origin_is_listed(server: &Server, headers: &HeaderMap) -> bool {
    let mut given = headers.get_all(header::ORIGIN).iter();
    let Some(first) = given.next() else { return true };
    let Some(given) = first.to_str().ok().filter(|_| given.next().is_none()) else { return false };
    let Some(normal) = origin(given).filter(|normal| normal == given) else { return false };
    let authority = normal.split_once("://").and_then(|(_, rest)| rest.parse::<Authority>().ok());
    let of_listed_host = authority.is_some_and(|host| server.allowed_hosts.iter().any(|listed| covers(listed, &host)));
    of_listed_host || server.lists_origin(&normal)
}
