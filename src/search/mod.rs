//! Search by word and by meaning in one snapshot of the notebook.

mod answer;
pub mod fusion;
mod words;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use sha2::Digest as _;
use sha2::Sha256;

pub use answer::Answered;
pub use answer::Question;
pub use answer::answer;
pub use words::Mention;
pub use words::Mentions;
pub use words::Topic;
pub use words::mentions;

use crate::config::SearchLimits;
use crate::ctx::Ctx;
use crate::egress;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::between::Between;
use crate::model::hit::Found;
use crate::model::hit::Hit;
use crate::model::hit::Sort;
use crate::model::id::EntryId;
use crate::model::scope::Scope;
use crate::model::within::Within;
use crate::providers::embedder::Embedder;
use crate::search::fusion::Candidate;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::chunks;
use crate::storage::notebook::entries;
use crate::storage::notebook::keyword;
use crate::storage::notebook::keyword::Expression;
use crate::storage::notebook::recent::Digest;
use crate::storage::notebook::state;
use crate::storage::notebook::tags;
use crate::storage::notebook::vectors;
use crate::storage::vector_index::Days;
use crate::storage::vector_index::RowHit;

/// Longest query in code points.
pub const MAX_QUERY: usize = 2000;
/// Most hits of one page.
pub const MAX_LIMIT: u32 = 50;
/// Chunks shown per hit.
const CHUNKS_SHOWN: usize = 3;
/// Cosine below which a chunk has nothing to do with the query: of the benchmark's 60 questions none has its
/// answer below it, and a third of all other paragraphs are.
const MIN_COSINE: f32 = 0.10;

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

/// Finds entries by word and by meaning.
///
/// # Errors
/// `Invalid` for an empty or endless query or dates that are none; `Conflict` when the
/// notebook's vectors come from another model.
pub async fn find(ctx: &Ctx, search: Search) -> Result<Found> {
    let query = checked(&search.query)?.to_owned();
    let (from, to) = search.between.checked()?;
    let app = ctx.app.clone();
    let embedder = egress::searcher(ctx)?;
    let limit = search.limit.clamp(1, MAX_LIMIT) as usize;
    let offset = search.offset as usize;
    ctx.with_notebook_within(Scope::Search, Read::Search, move |notebook, within| {
        let begun = Instant::now();
        let within = within.between(from.as_deref(), to.as_deref());
        let request = Request { query: &query, within: &within, limits: app.config.search };
        let page = Shown { sort: search.sort, limit, offset };
        let found = match notebook.read(|db| request.answer(db, page, None))? {
            Answer::Found(found) => found,
            // Making the vector takes longer than all the rest: nobody else has to wait for a reader meanwhile.
            Answer::NeedsVector(known) => {
                let made = match embed(embedder.as_ref(), &known, &query) {
                    Ok(vector) => {
                        let vector: Arc<[f32]> = vector.into();
                        notebook.memory().recent.keep_vector(request.vector_key(&known), vector.clone());
                        Made::Vector(known, vector)
                    }
                    // What keeps a query in, or a provider silent, does not keep anybody from finding words.
                    Err(error) if matches!(error.kind(), Kind::Forbidden | Kind::Upstream) => {
                        Made::Nothing(error.to_string())
                    }
                    Err(error) => return Err(error),
                };
                match notebook.read(|db| request.answer(db, page, Some(made)))? {
                    Answer::Found(found) => found,
                    Answer::NeedsVector(_) => {
                        return Err(Error::new(Kind::Limited, "the journal's vectors are just being replaced")
                            .hint("search again"));
                    }
                }
            }
        };
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

fn embed(embedder: &dyn Embedder, known: &Model, query: &str) -> Result<Vec<f32>> {
    state::expect_embedder(known, embedder.id(), embedder.dimension())?;
    embedder.embed(&[query])?.pop().ok_or_else(|| Error::new(Kind::Internal, "a query without a vector"))
}

/// An embedder's id and dimension.
type Model = (String, usize);

/// What came of making the query's vector.
enum Made {
    Vector(Model, Arc<[f32]>),
    /// Why there is none.
    Nothing(String),
}

/// Which part of the hits is shown, and how.
#[derive(Clone, Copy)]
struct Shown {
    sort: Sort,
    limit: usize,
    offset: usize,
}

enum Answer {
    Found(Arc<Found>),
    /// The query's vector by this model is needed first.
    NeedsVector(Model),
}

/// A checked search.
pub(crate) struct Request<'a> {
    pub(crate) query: &'a str,
    pub(crate) within: &'a Within,
    pub(crate) limits: SearchLimits,
}

/// Returns a digest of parts, each told from the next by its length.
fn digest(parts: &[&str]) -> Digest {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Every hit in order, before one page of them is read.
pub(crate) struct Ranked {
    expression: Option<Expression>,
    order: Vec<(EntryId, f64)>,
    rows: Vec<RowHit>,
}

impl Request<'_> {
    /// Answers from one snapshot: as it was answered lately, if nothing moved since, or else anew.
    ///
    /// Loading the embedder is not free, so a notebook without vectors does not ask for a vector.
    fn answer(&self, db: &NotebookDb<'_>, page: Shown, made: Option<Made>) -> Result<Answer> {
        let (stand, recent) = (state::stand(db)?, &db.memory().recent);
        let key = self.result_key(page);
        if let Some(found) = recent.result(&key, stand) {
            return Ok(Answer::Found(found));
        }
        let mut words_only = None;
        let vector = match (state::embedder(db)?, made) {
            (None, _) => None,
            (Some(known), Some(Made::Vector(model, vector))) if known == model => Some(vector),
            (Some(_), Some(Made::Nothing(why))) => {
                words_only = Some(why);
                None
            }
            (Some(known), _) => match recent.vector(&self.vector_key(&known)) {
                Some(vector) => Some(vector),
                None => return Ok(Answer::NeedsVector(known)),
            },
        };
        let ranked = self.rank(db, vector.as_deref())?;
        let Shown { sort, limit, offset } = page;
        let items = ranked.page(db, sort, limit, offset)?;
        let query = self.query.to_owned();
        let found = Found { query, limit, offset, sort, reranker: "NoopReranker", words_only, items };
        let found = Arc::new(found);
        if found.words_only.is_none() {
            recent.keep_result(key, stand, &found);
        }
        Ok(Answer::Found(found))
    }

    fn vector_key(&self, (model, dimension): &Model) -> Digest {
        digest(&[model, &dimension.to_string(), self.query])
    }

    fn result_key(&self, page: Shown) -> Digest {
        let Shown { sort, limit, offset } = page;
        let page = format!("{sort:?} {limit} {offset}");
        // Dates have no NUL in them, so an absent one is told from any other.
        let (from, to) = (self.within.from().unwrap_or("\0"), self.within.to().unwrap_or("\0"));
        // A key that reaches a part has its results ranked in its own way: they are nobody else's.
        let reach = format!("{} {}", self.within.is_bounded(), self.within.without().unwrap_or_default());
        digest(&[&page, &reach, from, to, self.query])
    }

    /// Ranks the notebook's entries; the query's vector is given, `None` without vectors.
    pub(crate) fn rank(&self, db: &NotebookDb<'_>, vector: Option<&[f32]>) -> Result<Ranked> {
        let expression = keyword::expression(self.query, true);
        let words = match &expression {
            Some(expression) => keyword::best(db, expression, self.within, self.limits.keyword)?,
            None => Vec::new(),
        };
        let (index, scores) = match vector {
            Some(vector) => {
                let index = vectors::index(db)?;
                let without = self.within.without().map(|with| tags::entries_with(db, with)).transpose()?;
                let scores = index.scan(vector, self.days(), &without.unwrap_or_default());
                (Some(index), scores)
            }
            None => (None, Vec::new()),
        };
        let mut rows = index.as_ref().map_or_else(Vec::new, |index| index.best(&scores, self.limits.vector));
        rows.retain(|row| row.cosine >= MIN_COSINE);
        let cosine = |entry: EntryId| index.as_ref().and_then(|index| index.best_of(&scores, entry.0)).map(f64::from);
        let mut candidates: Vec<Candidate> = words
            .iter()
            .map(|hit| Candidate { entry: hit.entry, relevance: Some(hit.relevance), cosine: cosine(hit.entry) })
            .collect();
        for row in &rows {
            let entry = EntryId(row.entry_id);
            if candidates.iter().all(|candidate| candidate.entry != entry) {
                candidates.push(Candidate { entry, relevance: None, cosine: Some(f64::from(row.cosine)) });
            }
        }
        let mut order = fusion::fuse(&candidates);
        order.truncate(self.limits.fused);
        Ok(Ranked { expression, order, rows })
    }

    fn days(&self) -> Days {
        let from = self.within.from().map_or(Days::ALL.from, vectors::day);
        let to = self.within.to().map_or(Days::ALL.to, vectors::day);
        Days { from, to }
    }
}

impl Ranked {
    /// Reads one page of hits.
    pub(crate) fn page(mut self, db: &NotebookDb<'_>, sort: Sort, limit: usize, offset: usize) -> Result<Vec<Hit>> {
        if sort != Sort::Relevance {
            self.sort_by_date(db, sort)?;
        }
        let order: Vec<_> = self.order.iter().skip(offset).take(limit).copied().collect();
        let mut snippets = match &self.expression {
            Some(expression) => {
                let entries: Vec<EntryId> = order.iter().map(|(entry, _)| *entry).collect();
                keyword::snippets(db, expression, &entries)?
            }
            None => HashMap::new(),
        };
        let mut hits = Vec::with_capacity(order.len());
        for (entry_id, score) in order {
            let Some((entry_date, title, text)) = entries::shown(db, entry_id)? else { continue };
            let snippet = snippets.remove(&entry_id);
            let mut matching_chunks = Vec::new();
            for row in self.rows.iter().filter(|row| row.entry_id == entry_id.0).take(CHUNKS_SHOWN) {
                matching_chunks.extend(chunks::matching(db, row.chunk_id, f64::from(row.cosine))?);
            }
            hits.push(Hit { entry_id, entry_date, title, text, score, snippet, matching_chunks });
        }
        Ok(hits)
    }

    fn sort_by_date(&mut self, db: &NotebookDb<'_>, sort: Sort) -> Result<()> {
        let mut dated = Vec::with_capacity(self.order.len());
        for &(entry, score) in &self.order {
            dated.push((entries::date_of(db, entry)?, entry, score));
        }
        dated.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        if sort == Sort::DateDesc {
            dated.reverse();
        }
        self.order = dated.into_iter().map(|(_, entry, score)| (entry, score)).collect();
        Ok(())
    }
}
