//! Metrics listener on a loopback address: no credential, `GET /metrics` only.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::uri::Authority;
use http::{StatusCode, header};

use crate::app::state::AppState;
use crate::config::server::ListenAddress;
use crate::error::Result;
use crate::http::listener::{HttpListener, ServeOptions};
use crate::http::routes::metrics;

/// Binds the listener; returns it with the options to serve it.
pub(crate) async fn bind(app: &Arc<AppState>, address: SocketAddr) -> Result<(HttpListener, ServeOptions)> {
    let listener = HttpListener::bind(&ListenAddress::Tcp(address)).await?;
    let router = Router::new()
        .route("/metrics", get(serve_metrics))
        .layer(from_fn(require_loopback_host))
        .with_state(app.clone());
    Ok((listener, ServeOptions { tls: None, router, trusted_proxies: Vec::new() }))
}

async fn serve_metrics(State(app): State<Arc<AppState>>) -> Result<Response> {
    crate::services::admin::metrics::render_unauthenticated(&app).await.map(metrics::metrics_response)
}

/// Rejects browser requests: DNS rebinding shows in `Host`, any other page sends an `Origin`.
async fn require_loopback_host(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let here = host.is_some_and(|host| ["localhost", "127.0.0.1", "[::1]"].contains(&host.host()));
    if !here || request.headers().contains_key(header::ORIGIN) {
        return (StatusCode::MISDIRECTED_REQUEST, "this listener only serves programs on this machine\n")
            .into_response();
    }
    next.run(request).await
}
