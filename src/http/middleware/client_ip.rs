//! Client IP: the peer address, or the one that a trusted proxy reports.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{Extensions, HeaderMap, header};

use crate::app::context::{ClientInfo, MAX_USER_AGENT};
use crate::config::server::ServerConfig;
use crate::http::middleware::request_id::RequestId;
use crate::http::peer::ConnectionPeer;
use crate::http::state::HttpState;

/// Marks a request whose client connected to a trusted proxy over TLS.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ForwardedTls;

pub(crate) async fn resolve_client_ip(State(shared): State<HttpState>, mut request: Request, next: Next) -> Response {
    let peer =
        request.extensions().get::<ConnectInfo<ConnectionPeer>>().and_then(|info| info.0.0).map(|peer| peer.ip());
    let server = &shared.app.config.server;
    let trusted = peer.is_none_or(|ip| is_trusted_proxy(server, ip));
    if trusted && forwarded_over_tls(request.headers()) {
        request.extensions_mut().insert(ForwardedTls);
    }
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let origin = ClientInfo {
        ip: client_ip(server, peer, request.headers()),
        user_agent: user_agent.map(|agent| agent.chars().take(MAX_USER_AGENT).collect()),
        request_id: request.extensions().get::<RequestId>().map(|id| id.0),
        assistant: None,
    };
    request.extensions_mut().insert(Arc::new(origin));
    next.run(request).await
}

/// Returns the client of a request as this middleware found it.
pub(crate) fn client_info(extensions: &Extensions) -> Arc<ClientInfo> {
    extensions.get::<Arc<ClientInfo>>().cloned().unwrap_or_default()
}

/// Walks `X-Forwarded-For` from the right to the first address that is not a trusted proxy: entries left of it are
/// under the client's control.
fn client_ip(server: &ServerConfig, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
    let mut nearest = peer.map(|ip| ip.to_canonical());
    if nearest.is_some_and(|ip| !is_trusted_proxy(server, ip)) {
        return nearest;
    }
    let values = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let chain: Vec<&str> = values.flat_map(|line| line.split(',')).map(str::trim).collect();
    for hop in chain.iter().rev() {
        let Some(ip) = parse_hop(hop) else { break };
        nearest = Some(ip);
        if !is_trusted_proxy(server, ip) {
            break;
        }
    }
    nearest
}

fn parse_hop(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    bare.parse::<IpAddr>().ok().or_else(with_port).map(|ip| ip.to_canonical())
}

fn is_trusted_proxy(server: &ServerConfig, ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    server.trusted_proxies.iter().any(|block| block.contains(&ip))
}

fn forwarded_over_tls(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"))
}
