//! Model Context Protocol endpoint.

use axum::extract::{Request, State};
use axum::response::Response;

use crate::app::context::Ctx;
use crate::error::Result;
use crate::http::state::HttpState;
use crate::mcp::McpMessage;

pub async fn answer(State(shared): State<HttpState>, ctx: Ctx, request: Request) -> Result<Response> {
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
