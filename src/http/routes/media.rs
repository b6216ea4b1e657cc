//! Originals: the photographs and recordings that entries were made of, given back to their owner.

use axum::Json;
use axum::response::Response;
use http::HeaderName;
use http::Method;
use http::header;

use crate::ctx::Ctx;
use crate::entries;
use crate::entries::Originals;
use crate::error::Error;
use crate::error::Result;
use crate::http::extract::Id;
use crate::http::extract::Nth;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::stream;
use crate::model::id::EntryId;
use crate::model::scope::Scope;

/// Whatever an original is, no browser runs it here.
const NOTHING_RUNS: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

pub(super) fn routes() -> Vec<Route> {
    let reads = Access::Needs(Scope::EntriesRead);
    vec![
        Route::new(Method::GET, "/api/entries/{id}/media", reads, "Lists the originals of an entry", list)
            .replies::<Originals>(200),
        Route::new(Method::GET, "/api/entries/{id}/media/{n}", reads, "Gives an original back, as it came in", give)
            .gives_bytes(200)
            .refuses(&[409]),
    ]
}

async fn list(ctx: Ctx, Id(id): Id<EntryId>) -> Result<Json<Originals>> {
    entries::originals(&ctx, id).await.map(Json)
}

async fn give(ctx: Ctx, Nth(id, n): Nth<EntryId>) -> Result<Response> {
    let (original, content) = entries::original(&ctx, id, n).await?;
    let name = format!("attachment; filename=\"{}\"", original.file_name(id));
    reply([(header::CONTENT_TYPE, original.media_type.as_str()), (header::CONTENT_DISPOSITION, &name)])
        .body(stream::body(content, original.bytes))
        .map_err(|error| Error::internal("a stored media type", error))
}

fn reply(headers: [(HeaderName, &str); 2]) -> http::response::Builder {
    let sandboxed = Response::builder().header(header::CONTENT_SECURITY_POLICY, NOTHING_RUNS);
    headers.into_iter().fold(sandboxed, |reply, (name, value)| reply.header(name, value))
}
