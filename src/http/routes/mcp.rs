//! The Model Context Protocol, for assistants.

use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;
use http::Method;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::shared::Shared;
use crate::mcp::MAX_BODY;
use crate::mcp::Message;

pub(super) fn routes() -> Vec<Route> {
    let route = |method, about| Route::new(method, "/mcp", Access::Member, about, answer).of_another_protocol();
    vec![
        route(Method::POST, "Takes a message of the Model Context Protocol").takes(MAX_BODY),
        route(Method::GET, "Streams what a session has to say by itself"),
        route(Method::DELETE, "Ends a session"),
    ]
}

async fn answer(State(shared): State<Shared>, ctx: Ctx, request: Request) -> Result<Response> {
    let (mut parts, body) = request.into_parts();
    let (body, place) = shared.room.read(&parts.headers, body).await?;
    // The handler has it for as long as it works with what was sent.
    if let Some(place) = place {
        parts.extensions.insert(place);
    }
    let message = Message::new(body);
    if message.is_expensive() {
        shared.limits.of_work(&ctx)?.passed()?;
    }
    shared.mcp.answer(&ctx, parts, message).await
}
