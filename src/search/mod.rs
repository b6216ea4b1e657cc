//! Search by word and by meaning, and answers that rest on what it finds.

mod answer;
pub mod fusion;
mod ranking;
mod rerank;
mod words;

use std::sync::Arc;
use std::time::Instant;

pub use answer::Answered;
pub use answer::Citation;
pub use answer::Question;
pub use answer::answer;
pub(crate) use ranking::Request;
pub use words::Mention;
pub use words::Mentions;
pub use words::Topic;
pub use words::mentions;

use crate::config::SearchLimits;
use crate::ctx::Ctx;
use crate::egress;
use crate::error::Error;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::between::Between;
use crate::model::hit::Found;
use crate::model::hit::Sort;
use crate::model::scope::Scope;
use crate::model::within::Within;
use crate::providers::embedder::Embedder;
use crate::search::ranking::Shown;

/// Longest query in code points.
pub const MAX_QUERY: usize = 2000;
/// Most hits of one page.
pub const MAX_LIMIT: u32 = 50;

/// A search to run.
#[derive(Debug, Clone, clap::Args)]
pub struct Search {
    /// What to look for: words, or a question
    pub query: String,
    /// Dates between which to look.
    #[command(flatten)]
    pub between: Between,
    /// Hits a page, 1 to 50
    #[arg(long, default_value_t = 10)]
    pub limit: u32,
    /// Hits to skip
    #[arg(long, default_value_t = 0)]
    pub offset: u32,
    /// Order of the hits
    #[arg(long, value_enum, default_value_t)]
    pub sort: Sort,
}

/// A search that was checked, with whose vectors it goes.
struct Asked {
    query: String,
    from: Option<String>,
    to: Option<String>,
    limits: SearchLimits,
    embedder: Arc<dyn Embedder>,
}

impl Asked {
    /// Cuts what a caller reaches down to the dates that were asked for.
    fn within(&self, reached: &Within) -> Within {
        reached.between(self.from.as_deref(), self.to.as_deref())
    }

    fn request<'a>(&'a self, within: &'a Within) -> Request<'a> {
        Request { query: &self.query, within, limits: self.limits }
    }
}

/// Finds entries by word and by meaning. Where a model is set up to put them in order and may be asked, it is; whatever
/// goes wrong with that, they come as they were found.
///
/// # Errors
/// `Invalid` for an empty or endless query or dates that are none; `Conflict` when the
/// notebook's vectors come from another model.
pub async fn find(ctx: &Ctx, search: Search) -> Result<Found> {
    let query = checked(&search.query)?.to_owned();
    let (from, to) = search.between.checked()?;
    ctx.caller.authorize(Scope::Search)?;
    let asked = Arc::new(Asked { query, from, to, limits: ctx.app.config.search, embedder: egress::searcher(ctx)? });
    let page =
        Shown { sort: search.sort, limit: search.limit.clamp(1, MAX_LIMIT) as usize, offset: search.offset as usize };
    let by_model = if search.sort == Sort::Relevance { rerank::order(ctx, &asked).await? } else { None };
    ctx.with_notebook_within(Scope::Search, Read::Search, move |notebook, within| {
        let begun = Instant::now();
        let within = asked.within(within);
        let request = asked.request(&within);
        let found = request
            .answer(notebook, asked.embedder.as_ref(), |db, made| request.page(db, page, by_model.as_deref(), made))?;
        notebook.memory().note("search", begun.elapsed());
        Ok(Found::clone(&found))
    })
    .await
}

/// Returns a query trimmed, if it is one.
fn checked(query: &str) -> Result<&str> {
    let query = query.trim();
    if query.is_empty() {
        return Err(Error::invalid("the query is empty")
            .code("missing_query")
            .hint("give a word or a question to look for"));
    }
    if query.chars().count() > MAX_QUERY {
        return Err(
            Error::invalid(format!("the query is longer than {MAX_QUERY} characters")).hint("ask something shorter")
        );
    }
    Ok(query)
}
