//! Entry routes: list, show, edit, delete, chunks and tokens.

use axum::Json;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::entry::{Entry, EntryChunkList, EntryPage};
use crate::domain::id::EntryId;
use crate::error::Result;
use crate::http::extract::{PathId, QueryParams, StrictJson, present_or_null};
use crate::http::query::{date_range, tag_filter};
use crate::services::entries::{
    self, CharOffset, DeletionMode, EntryDeleteResponse, EntryEdit, EntryEditResponse, TagEdit, TokenListResponse,
};

/// Page of entries.
#[derive(Deserialize, JsonSchema)]
pub struct ListEntriesQuery {
    /// First date, `YYYY-MM-DD`.
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    end_date: Option<String>,
    /// Entries per page, 1 to 100; out-of-range values are clamped.
    limit: Option<i64>,
    /// Entries to skip.
    offset: Option<i64>,
    /// Only entries with this tag or one below it; repeated or separated by commas, all of them.
    tag: Option<String>,
    /// Only entries without this tag and those below it; repeated or separated by commas, none of them.
    without_tag: Option<String>,
}

/// Way of a deletion.
#[derive(Deserialize, JsonSchema)]
pub struct DeleteEntryQuery {
    /// True destroys the entry at once instead of moving it to the trash.
    now: Option<bool>,
}

/// Changes to an entry; at least one field.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PatchEntryRequest {
    /// New text.
    #[serde(default, deserialize_with = "present_or_null")]
    #[schemars(with = "String")]
    final_text: Option<String>,
    /// New date, `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "present_or_null")]
    #[schemars(with = "String")]
    entry_date: Option<String>,
    /// New time of day, such as `08:31`; an empty one removes the time.
    #[serde(default, deserialize_with = "present_or_null")]
    #[schemars(with = "String")]
    entry_time: Option<String>,
    /// New title; an empty one removes it.
    #[serde(default, deserialize_with = "present_or_null")]
    #[schemars(with = "String")]
    title: Option<String>,
    /// New tags; replace the existing ones.
    #[serde(default, deserialize_with = "present_or_null")]
    #[schemars(with = "Vec<String>")]
    tags: Option<Vec<String>>,
    /// First code point of the part of `raw_text` that belongs to this entry; `null` at both ends means all of it.
    #[serde(default, deserialize_with = "present_or_null")]
    content_start_char: Option<CharOffset>,
    /// Code point after the last one of that part.
    #[serde(default, deserialize_with = "present_or_null")]
    content_end_char: Option<CharOffset>,
    /// True accepts a text written by an assistant as the owner's own.
    #[serde(default, deserialize_with = "present_or_null")]
    #[schemars(with = "bool")]
    accepted: Option<bool>,
}

pub async fn list(ctx: Ctx, QueryParams(wanted): QueryParams<ListEntriesQuery>) -> Result<Json<EntryPage>> {
    let page = entries::EntryListQuery {
        between: date_range(wanted.start_date, wanted.end_date),
        tagged: tag_filter(wanted.tag.as_deref(), wanted.without_tag.as_deref()),
        limit: wanted.limit.unwrap_or(entries::DEFAULT_LIMIT),
        offset: wanted.offset.unwrap_or(0),
    };
    entries::list(&ctx, page).await.map(Json)
}

pub async fn show(ctx: Ctx, PathId(id): PathId<EntryId>) -> Result<Json<Entry>> {
    entries::get(&ctx, id).await.map(Json)
}

/// Checks the entry before the body: another user's entry is 404, also with an invalid body.
pub async fn edit(
    ctx: Ctx,
    PathId(id): PathId<EntryId>,
    body: Result<StrictJson<PatchEntryRequest>>,
) -> Result<Json<EntryEditResponse>> {
    entries::ensure_readable(&ctx, id).await?;
    let StrictJson(patch) = body?;
    let edit = EntryEdit {
        text: patch.final_text,
        date: patch.entry_date,
        time: patch.entry_time,
        title: patch.title,
        tags: patch.tags.map(TagEdit::Set),
        content_start: patch.content_start_char,
        content_end: patch.content_end_char,
        accepted: patch.accepted,
        draft: None,
    };
    entries::edit(&ctx, id, edit).await.map(Json)
}

pub async fn delete(
    ctx: Ctx,
    PathId(id): PathId<EntryId>,
    QueryParams(wanted): QueryParams<DeleteEntryQuery>,
) -> Result<Json<EntryDeleteResponse>> {
    let mode = if wanted.now == Some(true) { DeletionMode::Now } else { DeletionMode::Trash };
    entries::delete_if_idle(&ctx, id, mode).await.map(Json)
}

pub async fn verify_doubts(ctx: Ctx, PathId(id): PathId<EntryId>) -> Result<Json<Entry>> {
    entries::mark_spans_verified(&ctx, id).await.map(Json)
}

pub async fn chunks(ctx: Ctx, PathId(id): PathId<EntryId>) -> Result<Json<EntryChunkList>> {
    entries::chunks(&ctx, id).await.map(Json)
}

pub async fn tokens(ctx: Ctx, PathId(id): PathId<EntryId>) -> Result<Json<TokenListResponse>> {
    entries::tokens(&ctx, id).await.map(Json)
}
