//! Access log and request metrics: method, route, caller, status and duration; never a query, body or header.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::error::ErrorKind;
use crate::http::error_response::ErrorExtension;
use crate::http::middleware::authorize::LogActor;
use crate::http::middleware::catch_panic::PanicMarker;
use crate::http::middleware::client_ip::client_info;
use crate::http::middleware::request_id::ClientRequestId;
use crate::http::state::HttpState;

pub(crate) async fn write(State(shared): State<HttpState>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let method = request.method().clone();
    // The route pattern, not the path, which may contain anything a client typed.
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let origin = client_info(request.extensions());
    let client_id = request.extensions().get::<ClientRequestId>().map(|id| id.0.clone());
    let response = next.run(request).await;
    let id = origin.request_id.unwrap_or_default();
    if let Some(ErrorExtension(error)) = response.extensions().get::<ErrorExtension>()
        && error.kind() == ErrorKind::Internal
    {
        tracing::error!(request_id = %id, "{error:?}");
    }
    if response.extensions().get::<PanicMarker>().is_some() {
        shared.app.metrics.record_panic();
    }
    shared.app.metrics.record_request(method.as_str(), &route, response.status().as_u16(), start.elapsed());
    let actor = response.extensions().get::<LogActor>().map_or("-", |actor| actor.0.as_str());
    tracing::info!(
        target: "access",
        request_id = %id,
        client_request_id = client_id.as_deref(),
        %method,
        route,
        status = response.status().as_u16(),
        micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX),
        ip = origin.ip.map(|ip| ip.to_string()),
        actor,
        "answered"
    );
    response
}
