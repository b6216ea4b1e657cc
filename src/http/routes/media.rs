//! Routes for originals: the photographs and recordings that entries were made from.

use axum::Json;
use axum::response::Response;
use http::{HeaderName, header};

use crate::app::context::Ctx;
use crate::domain::id::EntryId;
use crate::error::{Error, Result};
use crate::http::extract::{PathId, PathIdIndex};
use crate::http::file_body;
use crate::services::entries::{self, OriginalListResponse};

/// Content security policy that keeps browsers from running any part of an original.
const SANDBOX_CSP: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

pub async fn list(ctx: Ctx, PathId(id): PathId<EntryId>) -> Result<Json<OriginalListResponse>> {
    entries::originals(&ctx, id).await.map(Json)
}

pub async fn download(ctx: Ctx, PathIdIndex(id, n): PathIdIndex<EntryId>) -> Result<Response> {
    let (original, content) = entries::original(&ctx, id, n).await?;
    let name = format!("attachment; filename=\"{}\"", original.file_name(id));
    sandboxed_response([(header::CONTENT_TYPE, original.media_type.as_str()), (header::CONTENT_DISPOSITION, &name)])
        .body(file_body::file_body(content, original.bytes))
        .map_err(|error| Error::internal("a stored media type", error))
}

fn sandboxed_response(headers: [(HeaderName, &str); 2]) -> http::response::Builder {
    let sandboxed = Response::builder().header(header::CONTENT_SECURITY_POLICY, SANDBOX_CSP);
    headers.into_iter().fold(sandboxed, |reply, (name, value)| reply.header(name, value))
}
