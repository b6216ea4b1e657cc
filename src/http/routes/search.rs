//! Search and question-answering routes.

use axum::Json;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::domain::search_result::{SearchPage, SearchSort};
use crate::error::{Error, Result};
use crate::http::extract::{QueryParams, StrictJson};
use crate::http::query::{date_range, tag_filter};
use crate::services::search::{self, AnswerResponse, JournalQuestion};

/// Search query.
#[derive(Deserialize, JsonSchema)]
pub struct SearchQuery {
    /// Words or a question, at most 2,000 characters. Narrowed by `"a phrase"`, `-word`, `-"a phrase"`, `wal*`, `tag:`,
    /// `person:`, `on:`, `before:` and `after:`.
    q: Option<String>,
    /// First date, `YYYY-MM-DD`.
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    end_date: Option<String>,
    /// Hits per page, 1 to 50; out-of-range values are clamped.
    limit: Option<i64>,
    /// Hits to skip.
    offset: Option<i64>,
    /// Only entries with this tag or one below it; repeated or separated by commas, all of them.
    tag: Option<String>,
    /// Only entries without this tag and those below it; repeated or separated by commas, none of them.
    without_tag: Option<String>,
    /// `relevance`, `date_desc` or `date_asc`.
    sort: Option<String>,
    /// Removed: every search uses both full text and meaning.
    mode: Option<String>,
}

impl SearchQuery {
    /// Validates the parameters in the order that existing clients expect.
    fn into_search(self) -> Result<search::EntrySearch> {
        let query = self.q.unwrap_or_default();
        if query.trim().is_empty() {
            return Err(Error::invalid("the query is empty").code("missing_query").hint("send `q`"));
        }
        if self.mode.is_some() {
            return Err(Error::invalid("search modes were removed")
                .code("mode_removed")
                .hint("omit `mode`: every search uses both full text and meaning"));
        }
        let sort = match self.sort.as_deref() {
            None | Some("relevance") => SearchSort::Relevance,
            Some("date_desc") => SearchSort::DateDesc,
            Some("date_asc") => SearchSort::DateAsc,
            Some(_) => {
                return Err(Error::invalid("unknown sort order")
                    .code("invalid_sort")
                    .hint("`sort` is relevance, date_desc or date_asc"));
            }
        };
        Ok(search::EntrySearch {
            query,
            between: date_range(self.start_date, self.end_date),
            tagged: tag_filter(self.tag.as_deref(), self.without_tag.as_deref()),
            limit: self.limit.unwrap_or(search::DEFAULT_LIMIT),
            offset: self.offset.unwrap_or(0),
            sort,
        })
    }
}

/// Question.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRequest {
    /// Question or search words, at most 2,000 characters.
    #[serde(default)]
    q: String,
    /// First date, `YYYY-MM-DD`.
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    end_date: Option<String>,
}

pub async fn find(ctx: Ctx, QueryParams(wanted): QueryParams<SearchQuery>) -> Result<Json<SearchPage>> {
    search::find(&ctx, wanted.into_search()?).await.map(Json)
}

pub async fn answer(ctx: Ctx, StrictJson(asked): StrictJson<AnswerRequest>) -> Result<Json<AnswerResponse>> {
    let question = JournalQuestion { query: asked.q, between: date_range(asked.start_date, asked.end_date) };
    search::answer(&ctx, question).await.map(Json)
}
