//! Trash routes: list, restore, destroy one or all.

use axum::Json;

use crate::app::context::Ctx;
use crate::domain::id::EntryId;
use crate::domain::trash::{RestoredEntry, TrashPage};
use crate::error::{Error, Result};
use crate::http::extract::{PathId, QueryParams};
use crate::http::query::PageQuery;
use crate::services::entries::{self, EntryDeleteResponse, EntryDeletionResult};

pub async fn list(ctx: Ctx, QueryParams(page): QueryParams<PageQuery>) -> Result<Json<TrashPage>> {
    let limit = page.limit.unwrap_or(entries::DEFAULT_TRASH_LIMIT);
    entries::list_trash(&ctx, limit, page.offset.unwrap_or(0)).await.map(Json)
}

pub async fn restore(ctx: Ctx, PathId(id): PathId<EntryId>) -> Result<Json<RestoredEntry>> {
    let restored = entries::restore_from_trash(&ctx, vec![id]).await?;
    restored.into_iter().next().map(Json).ok_or_else(|| Error::not_found("entry in the trash"))
}

pub async fn destroy(ctx: Ctx, PathId(id): PathId<EntryId>) -> Result<Json<EntryDeleteResponse>> {
    entries::empty_trash(&ctx, Some(vec![id])).await?;
    Ok(Json(EntryDeleteResponse { deleted: true, id }))
}

pub async fn empty(ctx: Ctx) -> Result<Json<EntryDeletionResult>> {
    entries::empty_trash(&ctx, None).await.map(Json)
}
