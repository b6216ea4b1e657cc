//! Who is at the other end: the peer, or whom a trusted proxy says it speaks for.

use std::net::IpAddr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::ConnectInfo;
use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header;

use crate::config::server::Server;
use crate::ctx::MAX_USER_AGENT;
use crate::ctx::Origin;
use crate::http::middleware::request_id::RequestId;
use crate::http::shared::Shared;

/// The other end of the connection; `None` for a socket file, whose callers are the machine's own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) Option<SocketAddr>);

/// Set when the client reached a trusted proxy over TLS.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OverTls;

pub(crate) async fn resolve(State(shared): State<Shared>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<Peer>>().and_then(|info| info.0.0).map(|peer| peer.ip());
    let server = &shared.app.config.server;
    let trusted = peer.is_none_or(|ip| trusts(server, ip));
    if trusted && forwarded_over_tls(request.headers()) {
        request.extensions_mut().insert(OverTls);
    }
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let origin = Origin {
        ip: client(server, peer, request.headers()),
        user_agent: user_agent.map(|agent| agent.chars().take(MAX_USER_AGENT).collect()),
        request_id: request.extensions().get::<RequestId>().map(|id| id.0),
        assistant: None,
    };
    request.extensions_mut().insert(Arc::new(origin));
    next.run(request).await
}

/// Walks `X-Forwarded-For` from the right and stops at the first address that is no trusted proxy: what stands further
/// left was written by whoever is there.
fn client(server: &Server, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
    let mut nearest = peer.map(|ip| ip.to_canonical());
    if nearest.is_some_and(|ip| !trusts(server, ip)) {
        return nearest;
    }
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let chain: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    for hop in chain.iter().rev() {
        let Some(ip) = parsed(hop) else { break };
        nearest = Some(ip);
        if !trusts(server, ip) {
            break;
        }
    }
    nearest
}

fn parsed(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    bare.parse::<IpAddr>().ok().or_else(with_port).map(|ip| ip.to_canonical())
}

/// Returns what stands for everybody behind one customer's line: an IPv4 address, or the /64 of an IPv6 one.
pub(crate) fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.into(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

fn trusts(server: &Server, ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    server.trusted_proxies.iter().any(|block| block.contains(&ip))
}

fn forwarded_over_tls(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"))
}
