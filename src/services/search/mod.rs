//! Keyword and vector search, and answers with citations from its results.

mod answer;
pub mod fusion;
mod ranking;
mod rerank;
mod topic_frequency;

pub use answer::{AnswerCitation, AnswerResponse, JournalQuestion, answer};
pub(crate) use ranking::RankingRequest;
pub use topic_frequency::{TopicMention, TopicMentions, TopicQuery, topic_mentions};

use std::sync::Arc;
use std::time::Instant;

use crate::app::context::Ctx;
use crate::config::SearchLimits;
use crate::domain::access_filter::AccessFilter;
use crate::domain::activity::ReadKind;
use crate::domain::date_range::DateRange;
use crate::domain::scope::Scope;
use crate::domain::search_result::{SearchPage, SearchSort};
use crate::egress;
use crate::error::{Error, Result};
use crate::providers::embedder::TextEmbedder;
use crate::services::search::ranking::PageRequest;

/// Longest query in code points.
pub const MAX_QUERY: usize = 2000;
/// Default page size.
pub const DEFAULT_LIMIT: i64 = 10;
/// Maximum page size.
pub const MAX_LIMIT: i64 = 50;

/// A search query.
#[derive(Debug, Clone, clap::Args)]
pub struct EntrySearch {
    /// Search terms or a question
    pub query: String,
    /// Date range of the search.
    #[command(flatten)]
    pub between: DateRange,
    /// Hits per page, 1 to 50
    #[arg(long, default_value_t = DEFAULT_LIMIT)]
    pub limit: i64,
    /// Hits to skip
    #[arg(long, default_value_t = 0)]
    pub offset: i64,
    /// Order of the hits
    #[arg(long, value_enum, default_value_t)]
    pub sort: SearchSort,
}

/// A validated search with its embedder.
struct PreparedSearch {
    query: String,
    from: Option<String>,
    to: Option<String>,
    limits: SearchLimits,
    embedder: Arc<dyn TextEmbedder>,
}

impl PreparedSearch {
    /// Narrows the caller's access boundary to the requested dates.
    fn narrow(&self, reached: &AccessFilter) -> AccessFilter {
        reached.narrowed_to_dates(self.from.as_deref(), self.to.as_deref())
    }

    fn ranking_request<'a>(&'a self, within: &'a AccessFilter) -> RankingRequest<'a> {
        RankingRequest { query: &self.query, within, limits: self.limits }
    }
}

/// Searches entries by keyword and by meaning. A configured reranking model orders the hits if policy allows the call;
/// on any failure the fused order is kept.
///
/// # Errors
/// `Invalid` for an empty or too long query or malformed dates; `Conflict` when the notebook was embedded with another
/// model.
pub async fn find(ctx: &Ctx, search: EntrySearch) -> Result<SearchPage> {
    let query = validate_query(&search.query)?.to_owned();
    let (from, to) = search.between.validate()?;
    ctx.caller.authorize(Scope::Search)?;
    let asked = Arc::new(PreparedSearch {
        query,
        from,
        to,
        limits: ctx.app.config.search,
        embedder: egress::query_embedder(ctx)?,
    });
    let page = PageRequest {
        sort: search.sort,
        limit: usize::try_from(search.limit.clamp(1, MAX_LIMIT)).unwrap_or(1),
        offset: usize::try_from(search.offset.max(0)).unwrap_or(usize::MAX),
    };
    let by_model = if search.sort == SearchSort::Relevance { rerank::model_order(ctx, &asked).await? } else { None };
    ctx.with_notebook_restricted_counted(Scope::Search, ReadKind::Search, move |notebook, within| {
        let begun = Instant::now();
        let within = asked.narrow(within);
        let request = asked.ranking_request(&within);
        let found = request.run_in_snapshots(notebook, asked.embedder.as_ref(), |db, made| {
            request.result_page(db, page, by_model.as_deref(), made)
        })?;
        notebook.memory().record_timing("search", begun.elapsed());
        Ok(SearchPage::clone(&found))
    })
    .await
}

/// Validates a query and returns it trimmed.
fn validate_query(query: &str) -> Result<&str> {
    let query = query.trim();
    if query.is_empty() {
        return Err(Error::invalid("the query is empty")
            .code("missing_query")
            .hint("pass a search term or a question"));
    }
    if query.chars().count() > MAX_QUERY {
        return Err(
            Error::invalid(format!("the query is longer than {MAX_QUERY} characters")).hint("shorten the query")
        );
    }
    Ok(query)
}
