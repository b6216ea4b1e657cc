//! Search, and answers.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::http::extract::Body;
use crate::http::extract::Query;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::routes::between;
use crate::model::hit::Found;
use crate::model::hit::Sort;
use crate::model::scope::Scope;
use crate::search;
use crate::search::Answered;
use crate::search::Question;

pub(super) fn routes() -> Vec<Route> {
    let searches = Access::Needs(Scope::Search);
    vec![
        Route::new(Method::GET, "/api/search", searches, "Finds entries by word and by meaning", find)
            .query::<Wanted>()
            .replies::<Found>(200)
            .refuses(&[409]),
        Route::new(Method::POST, "/api/search/answer", searches, "Answers a question from the journal", answer)
            .body::<Asked>()
            .replies::<Answered>(200)
            .refuses(&[409, 502, 503]),
    ]
}

/// A search.
#[derive(Deserialize, JsonSchema)]
struct Wanted {
    /// Words or a question, at most 2,000 characters.
    q: Option<String>,
    /// First date, `YYYY-MM-DD`.
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    end_date: Option<String>,
    /// Hits a page, 1 to 50; what lies outside is moved to the nearest.
    limit: Option<i64>,
    /// Hits to skip.
    offset: Option<i64>,
    /// `relevance`, `date_desc` or `date_asc`.
    sort: Option<String>,
    /// No longer there: every search goes by word and by meaning.
    mode: Option<String>,
}

impl Wanted {
    /// Checks the parameters in the order that clients know.
    fn checked(self) -> Result<search::Search> {
        let query = self.q.unwrap_or_default();
        if query.trim().is_empty() {
            return Err(Error::invalid("the query is empty").code("missing_query").hint("send `q`"));
        }
        if self.mode.is_some() {
            return Err(Error::invalid("there are no search modes any more")
                .code("mode_removed")
                .hint("leave `mode` out: every search goes by word and by meaning"));
        }
        let sort = match self.sort.as_deref() {
            None | Some("relevance") => Sort::Relevance,
            Some("date_desc") => Sort::DateDesc,
            Some("date_asc") => Sort::DateAsc,
            Some(_) => {
                return Err(Error::invalid("there is no such order")
                    .code("invalid_sort")
                    .hint("`sort` is relevance, date_desc or date_asc"));
            }
        };
        Ok(search::Search {
            query,
            between: between(self.start_date, self.end_date),
            limit: u32::try_from(self.limit.unwrap_or(10).clamp(1, 50)).unwrap_or(50),
            offset: u32::try_from(self.offset.unwrap_or(0).max(0)).unwrap_or(u32::MAX),
            sort,
        })
    }
}

/// A question.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The question, or the words of a search; at most 2,000 characters.
    #[serde(default)]
    q: String,
    /// First date, `YYYY-MM-DD`.
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    end_date: Option<String>,
}

async fn find(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Json<Found>> {
    search::find(&ctx, wanted.checked()?).await.map(Json)
}

async fn answer(ctx: Ctx, Body(asked): Body<Asked>) -> Result<Json<Answered>> {
    let question = Question { query: asked.q, between: between(asked.start_date, asked.end_date) };
    search::answer(&ctx, question).await.map(Json)
}
