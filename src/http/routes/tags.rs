//! Tag routes: list and rename.

use axum::Json;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::tag::TagList;
use crate::error::Result;
use crate::http::extract::{PathName, StrictJson};
use crate::services::entries::{self, TagRename, TagRenameResponse};

/// New name of a tag.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameTagRequest {
    /// New name; an existing tag is merged with it.
    tag: String,
}

pub async fn list(ctx: Ctx) -> Result<Json<TagList>> {
    entries::list_tags(&ctx).await.map(Json)
}

pub async fn rename(
    ctx: Ctx,
    PathName(tag): PathName,
    StrictJson(wanted): StrictJson<RenameTagRequest>,
) -> Result<Json<TagRenameResponse>> {
    entries::rename_tag(&ctx, TagRename { tag, to: wanted.tag, dry_run: false }).await.map(Json)
}
