//! Statistics route.

use axum::Json;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::entry::NotebookStats;
use crate::error::Result;
use crate::http::extract::QueryParams;
use crate::http::query::{date_range, tag_filter};
use crate::services::entries;

/// Date range and tags.
#[derive(Deserialize, JsonSchema)]
pub struct StatsQuery {
    /// First date, `YYYY-MM-DD`.
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    end_date: Option<String>,
    /// Only entries with this tag or one below it; repeated or separated by commas, all of them.
    tag: Option<String>,
    /// Only entries without this tag and those below it; repeated or separated by commas, none of them.
    without_tag: Option<String>,
}

pub async fn stats(ctx: Ctx, QueryParams(wanted): QueryParams<StatsQuery>) -> Result<Json<NotebookStats>> {
    let tagged = tag_filter(wanted.tag.as_deref(), wanted.without_tag.as_deref());
    entries::stats(&ctx, date_range(wanted.start_date, wanted.end_date), &tagged).await.map(Json)
}
