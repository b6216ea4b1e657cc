//! One line a request, and one count: what was asked of which route, by whom, and how it went; never a query, a body or a
//! header.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::MatchedPath;
use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::Response;

use crate::ctx::Origin;
use crate::error::Kind;
use crate::http::middleware::enforce::Actor;
use crate::http::middleware::panic::Panicked;
use crate::http::middleware::request_id::ClientRequestId;
use crate::http::reply::Failure;
use crate::http::shared::Shared;

pub(crate) async fn write(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    // The pattern, not the path: what a stranger typed there is not for the log.
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let origin = request.extensions().get::<Arc<Origin>>().cloned().unwrap_or_default();
    let client_id = request.extensions().get::<ClientRequestId>().map(|id| id.0.clone());
    let response = next.run(request).await;
    let id = origin.request_id.unwrap_or_default();
    if let Some(Failure(error)) = response.extensions().get::<Failure>()
        && error.kind() == Kind::Internal
    {
        tracing::error!(request_id = %id, "{error:?}");
    }
    if response.extensions().get::<Panicked>().is_some() {
        shared.app.measures.panicked();
    }
    shared.app.measures.answered(method.as_str(), &route, response.status().as_u16(), begun.elapsed());
    let actor = response.extensions().get::<Actor>().map_or("-", |actor| actor.0.as_str());
    tracing::info!(
        target: "access",
        request_id = %id,
        client_request_id = client_id.as_deref(),
        %method,
        route,
        status = response.status().as_u16(),
        micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        ip = origin.ip.map(|ip| ip.to_string()),
        actor,
        "answered"
    );
    response
}
