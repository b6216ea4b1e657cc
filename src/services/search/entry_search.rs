//! Search for entries by keyword and by meaning.

use std::sync::Arc;
use std::time::Instant;

use jiff::civil::Date;

use crate::app::context::Ctx;
use crate::config::SearchLimits;
use crate::domain::access_filter::AccessFilter;
use crate::domain::activity::ReadKind;
use crate::domain::date_range::DateRange;
use crate::domain::scope::Scope;
use crate::domain::search_query::ParsedQuery;
use crate::domain::search_result::{SearchPage, SearchSort};
use crate::domain::tag::TagFilter;
use crate::egress;
use crate::error::{Error, Result};
use crate::providers::embedder::TextEmbedder;
use crate::services::search::query_dates;
use crate::services::search::ranking::{PageRequest, QueryVector, RankedSearch, RankingRequest};
use crate::services::search::rerank::{self, RerankRequest};
use crate::storage::database::EncryptedDatabase;
use crate::storage::notebook::NotebookKind;

/// Longest query in code points.
pub const MAX_QUERY: usize = 2000;
/// Default page size.
pub const DEFAULT_LIMIT: i64 = 10;
/// Maximum page size.
pub const MAX_LIMIT: i64 = 50;

/// A search query.
#[derive(Debug, Clone, clap::Args)]
pub struct EntrySearch {
    /// Search terms or a question; "a phrase", -word, wal*, tag:, person:, on:, before: and after: narrow it
    #[arg(allow_hyphen_values = true, value_parser = parse_query_argument)]
    pub query: String,
    /// Date range of the search.
    #[command(flatten)]
    pub between: DateRange,
    /// Tags of the entries.
    #[command(flatten)]
    pub tagged: TagFilter,
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

/// Accepts a query that begins with one minus, `-word`, and refuses a misspelt flag.
fn parse_query_argument(query: &str) -> std::result::Result<String, String> {
    if query.starts_with("--") {
        return Err("there is no such flag; a query that begins with two dashes goes in double quotes".to_owned());
    }
    Ok(query.to_owned())
}

/// A validated search with its embedder.
struct PreparedSearch {
    query: ParsedQuery,
    from: Option<String>,
    to: Option<String>,
    tagged: TagFilter,
    page: PageRequest,
    limits: SearchLimits,
    embedder: Arc<dyn TextEmbedder>,
}

impl PreparedSearch {
    /// Narrows the caller's access boundary to the requested dates and tags, and to those of the query.
    fn narrow(&self, within: &AccessFilter) -> AccessFilter {
        let day = |date: Option<Date>| date.map(|date| date.to_string());
        within
            .narrowed_to_dates(self.from.as_deref(), self.to.as_deref())
            .narrowed_to_dates(day(self.query.from).as_deref(), day(self.query.to).as_deref())
            .narrowed_to_tags(&self.tagged)
            .narrowed_to_tags(&self.query.tagged)
    }

    fn ranking_request<'a>(&'a self, within: &'a AccessFilter) -> RankingRequest<'a> {
        RankingRequest { query: &self.query, within, limits: self.limits }
    }

    fn query_vector(&self, notebook: &EncryptedDatabase<NotebookKind>) -> Result<QueryVector> {
        QueryVector::load(notebook, self.embedder.as_ref(), &self.query.meaning)
    }
}

/// Searches entries by keyword and by meaning, in the query language of [`ParsedQuery`]. A configured reranking model
/// orders the hits if policy allows the call; on any failure the fused order is kept.
///
/// # Errors
/// `Invalid` for an empty or too long query or malformed dates; `Conflict` when the notebook was embedded with another
/// model.
pub async fn find(ctx: &Ctx, search: EntrySearch) -> Result<SearchPage> {
    let now = ctx.app.clock.now();
    let read_days = |text: &str| query_dates::read_days(text, now, ctx.calendar());
    let query = ParsedQuery::parse(validate_query(&search.query)?, &read_days);
    find_parsed(ctx, search, query).await
}

/// Searches entries for a parsed query; the text of `search` is ignored.
pub(super) async fn find_parsed(ctx: &Ctx, search: EntrySearch, query: ParsedQuery) -> Result<SearchPage> {
    let (from, to) = search.between.validate()?;
    let tagged = search.tagged.validate()?;
    ctx.caller.authorize(Scope::Search)?;
    let page = PageRequest {
        sort: search.sort,
        limit: usize::try_from(search.limit.clamp(1, MAX_LIMIT)).unwrap_or(1),
        offset: usize::try_from(search.offset.max(0)).unwrap_or(usize::MAX),
    };
    let (limits, embedder) = (ctx.app.config.search, egress::query_embedder(ctx)?);
    let search = Arc::new(PreparedSearch { query, from, to, tagged, page, limits, embedder });
    // A list of filtered entries and the entries of a day have their order already.
    let is_ranked = !search.query.is_filter_only() && search.query.days.is_none();
    if page.sort == SearchSort::Relevance
        && is_ranked
        && let Some(model) = rerank::available_model(ctx).await?
    {
        return find_reranked(ctx, search, model).await;
    }
    ctx.with_notebook_restricted_counted(Scope::Search, ReadKind::Search, move |notebook, within| {
        let begun = Instant::now();
        let within = search.narrow(within);
        let request = search.ranking_request(&within);
        let vector = search.query_vector(notebook)?;
        let found = notebook.read(|db| match request.cached_page(db, page, false)? {
            Some(found) => Ok(found),
            None => request.result_page(db, request.rank_current(db, &vector)?, page, None),
        })?;
        notebook.memory().record_timing("search", begun.elapsed());
        Ok(SearchPage::clone(&found))
    })
    .await
}

/// Result of the ranking step of a reranked search.
enum RankingStep {
    /// The page was cached.
    Cached(Arc<SearchPage>),
    /// Hits in fused order, and the request for the model's order.
    Ranked(RankedSearch, Arc<RerankRequest>),
}

/// Ranks the entries, asks the model for its order while no connection is held, and loads a page in that order.
async fn find_reranked(ctx: &Ctx, search: Arc<PreparedSearch>, model: String) -> Result<SearchPage> {
    let (prepared, page) = (search.clone(), search.page);
    let ranking = ctx.with_notebook_restricted(Scope::Search, move |notebook, within| {
        let begun = Instant::now();
        let within = prepared.narrow(within);
        let request = prepared.ranking_request(&within);
        let vector = prepared.query_vector(notebook)?;
        notebook.read(|db| {
            if let Some(found) = request.cached_page(db, page, true)? {
                return Ok((RankingStep::Cached(found), begun.elapsed()));
            }
            let ranked = request.rank_current(db, &vector)?;
            let rerank = Arc::new(RerankRequest::new(db, &request, &ranked, model)?);
            Ok((RankingStep::Ranked(ranked, rerank), begun.elapsed()))
        })
    });
    let (step, ranking_time) = ranking.await?;
    let order = match &step {
        RankingStep::Cached(_) => None,
        RankingStep::Ranked(_, rerank) => rerank::model_order(ctx, rerank.clone()).await,
    };
    ctx.with_notebook_restricted_counted(Scope::Search, ReadKind::Search, move |notebook, within| {
        let begun = Instant::now();
        let found = match step {
            RankingStep::Cached(found) => found,
            RankingStep::Ranked(ranked, _) => {
                let within = search.narrow(within);
                let request = search.ranking_request(&within);
                notebook.read(|db| request.result_page(db, ranked, page, order.as_deref()))?
            }
        };
        notebook.memory().record_timing("search", ranking_time + begun.elapsed());
        Ok(SearchPage::clone(&found))
    })
    .await
}

/// Validates a query and returns it trimmed.
pub(super) fn validate_query(query: &str) -> Result<&str> {
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
