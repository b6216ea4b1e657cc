//! A second listener, on the loopback address, for programs that gather metrics: no credential, and nothing but metrics.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use http::header;
use http::uri::Authority;

use crate::app::App;
use crate::config::server::Listen;
use crate::error::Result;
use crate::http::listen::Door;
use crate::http::listen::Listener;
use crate::http::routes::metrics;

/// Binds the listener; returns it with what answers there.
pub(crate) async fn bind(app: &Arc<App>, address: SocketAddr) -> Result<(Listener, Door)> {
    let listener = Listener::bind(&Listen::Tcp(address)).await?;
    let router = Router::new().route("/metrics", get(all)).layer(from_fn(only_from_here)).with_state(app.clone());
    Ok((listener, Door { tls: None, router, trusted_proxies: Vec::new() }))
}

async fn all(State(app): State<Arc<App>>) -> Result<Response> {
    crate::metrics::of_server(&app).await.map(metrics::written)
}

/// Refuses pages: one that rebinds its name to this address says so in its host, any other in its origin.
async fn only_from_here(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let here = host.is_some_and(|host| ["localhost", "127.0.0.1", "[::1]"].contains(&host.host()));
    if !here || request.headers().contains_key(header::ORIGIN) {
        return (StatusCode::MISDIRECTED_REQUEST, "this listener answers programs on this machine only\n")
            .into_response();
    }
    next.run(request).await
}
