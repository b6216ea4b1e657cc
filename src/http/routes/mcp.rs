//! Model Context Protocol endpoint.

use axum::extract::{Request, State};
use axum::response::Response;
use http::Method;

use crate::app::context::Ctx;
use crate::error::Result;
use crate::http::route::{HttpRoute, RouteAccess};
use crate::http::state::HttpState;
use crate::mcp::{MAX_BODY, McpMessage};

pub(super) fn routes() -> Vec<HttpRoute> {
    let route = |method, about| HttpRoute::new(method, "/mcp", RouteAccess::Member, about, answer).undocumented();
    vec![
        route(Method::POST, "Handles a message of the Model Context Protocol").body_limit(MAX_BODY),
        route(Method::GET, "Streams server-initiated messages of a session"),
        route(Method::DELETE, "Ends a session"),
    ]
}

async fn answer(State(shared): State<HttpState>, ctx: Ctx, request: Request) -> Result<Response> {
    let (mut parts, body) = request.into_parts();
    let (body, permit) = shared.body_budget.read_body(&parts.headers, body).await?;
    // Extensions keep the permit until the handler has finished with the body.
    if let Some(permit) = permit {
        parts.extensions.insert(permit);
    }
    let message = McpMessage::new(body);
    if message.is_expensive() {
        shared.limits.check_expensive(&ctx)?.ensure_allowed()?;
    }
    shared.mcp.handle(&ctx, parts, message).await
}
