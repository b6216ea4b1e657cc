//! What a search finds, in order, from one snapshot of the notebook.

use std::collections::HashMap;
use std::sync::Arc;

use sha2::Digest as _;
use sha2::Sha256;

use crate::config::SearchLimits;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::hit::Found;
use crate::model::hit::Hit;
use crate::model::hit::Sort;
use crate::model::id::EntryId;
use crate::model::within::Within;
use crate::providers::embedder::Embedder;
use crate::search::fusion;
use crate::search::fusion::Candidate;
use crate::storage::database::Database;
use crate::storage::notebook::Notebook;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::chunks;
use crate::storage::notebook::entries;
use crate::storage::notebook::keyword;
use crate::storage::notebook::keyword::Expression;
use crate::storage::notebook::recent::Digest;
use crate::storage::notebook::recent::Order;
use crate::storage::notebook::state;
use crate::storage::notebook::tags;
use crate::storage::notebook::vectors;
use crate::storage::vector_index::Days;
use crate::storage::vector_index::RowHit;

/// Chunks shown per hit.
const CHUNKS_SHOWN: usize = 3;
/// Cosine below which a chunk has nothing to do with the query: of the benchmark's 60 questions none has its
/// answer below it, and a third of all other paragraphs are.
const MIN_COSINE: f32 = 0.10;
/// What clients know a search by that no model put in order, and one that a model did, whoever's model it was.
const AS_FUSED: &str = "NoopReranker";
const REORDERED: &str = "AnthropicReranker";

/// An embedder's id and dimension.
type Model = (String, usize);

/// What came of making the query's vector.
pub(super) enum Made {
    Vector(Model, Arc<[f32]>),
    /// Why there is none.
    Nothing(String),
}

/// How far one snapshot led.
pub(super) enum Step<T> {
    Done(T),
    /// The query's vector by this model is needed first.
    NeedsVector(Model),
}

/// The query's vector, if it has one, and why not where it should.
type Vectored = (Option<Arc<[f32]>>, Option<String>);

/// Which part of the hits is shown, and how.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub(super) sort: Sort,
    pub(super) limit: usize,
    pub(super) offset: usize,
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
    /// Answers in as many snapshots as it takes: a second one where the query's vector is to be made first.
    ///
    /// # Errors
    /// `Conflict` when the notebook's vectors come from another model, and what the closure returns.
    pub(super) fn answer<T>(
        &self,
        notebook: &Database<Notebook>,
        embedder: &dyn Embedder,
        from: impl Fn(&NotebookDb<'_>, Option<Made>) -> Result<Step<T>>,
    ) -> Result<T> {
        let known = match notebook.read(|db| from(db, None))? {
            Step::Done(answer) => return Ok(answer),
            Step::NeedsVector(known) => known,
        };
        // Making the vector takes longer than all the rest: nobody else has to wait for a reader meanwhile.
        let made = match embed(embedder, &known, self.query) {
            Ok(vector) => {
                let vector: Arc<[f32]> = vector.into();
                notebook.memory().recent.keep_vector(self.vector_key(&known), vector.clone());
                Made::Vector(known, vector)
            }
            // What keeps a query in, or a provider silent, does not keep anybody from finding words.
            Err(error) if matches!(error.kind(), Kind::Forbidden | Kind::Upstream) => Made::Nothing(error.to_string()),
            Err(error) => return Err(error),
        };
        match notebook.read(|db| from(db, Some(made)))? {
            Step::Done(answer) => Ok(answer),
            Step::NeedsVector(_) => {
                Err(Error::new(Kind::Limited, "the journal's vectors are just being replaced").hint("search again"))
            }
        }
    }

    /// Reads a page: as it was read lately, if nothing moved since, or else anew, in a model's order where there is one.
    pub(super) fn page(
        &self,
        db: &NotebookDb<'_>,
        page: Shown,
        by_model: Option<&Order>,
        made: Option<Made>,
    ) -> Result<Step<Arc<Found>>> {
        let (stand, recent) = (state::stand(db)?, &db.memory().recent);
        let key = self.page_key(page, by_model.is_some());
        if let Some(found) = recent.result(&key, stand) {
            return Ok(Step::Done(found));
        }
        let (vector, words_only) = match self.vectored(db, made)? {
            Step::Done(vectored) => vectored,
            Step::NeedsVector(known) => return Ok(Step::NeedsVector(known)),
        };
        let mut ranked = self.rank(db, vector.as_deref())?;
        if let Some(order) = by_model {
            ranked.reorder(order);
        }
        let Shown { sort, limit, offset } = page;
        let items = ranked.page(db, sort, limit, offset)?;
        let reranker = if by_model.is_some() { REORDERED } else { AS_FUSED };
        let query = self.query.to_owned();
        let found = Arc::new(Found { query, limit, offset, sort, reranker, words_only, items });
        if found.words_only.is_none() && by_model.is_none_or(|order| order.stand == stand) {
            recent.keep_result(key, stand, &found);
        }
        Ok(Step::Done(found))
    }

    /// Returns the query's vector, once it was made. Loading the embedder is not free, so a notebook without vectors does
    /// not ask for one.
    pub(super) fn vectored(&self, db: &NotebookDb<'_>, made: Option<Made>) -> Result<Step<Vectored>> {
        let known = match (state::embedder(db)?, made) {
            (None, _) => return Ok(Step::Done((None, None))),
            (Some(known), Some(Made::Vector(model, vector))) if known == model => {
                return Ok(Step::Done((Some(vector), None)));
            }
            (Some(_), Some(Made::Nothing(why))) => return Ok(Step::Done((None, Some(why)))),
            (Some(known), _) => known,
        };
        match db.memory().recent.vector(&self.vector_key(&known)) {
            Some(vector) => Ok(Step::Done((Some(vector), None))),
            None => Ok(Step::NeedsVector(known)),
        }
    }

    fn vector_key(&self, (model, dimension): &Model) -> Digest {
        digest(&[model, &dimension.to_string(), self.query])
    }

    fn page_key(&self, page: Shown, by_model: bool) -> Digest {
        let Shown { sort, limit, offset } = page;
        self.key(&format!("{sort:?} {limit} {offset} {by_model}"))
    }

    /// Returns by what something about this search is kept, whoever may see it.
    pub(super) fn key(&self, what: &str) -> Digest {
        // Dates have no NUL in them, so an absent one is told from any other.
        let (from, to) = (self.within.from().unwrap_or("\0"), self.within.to().unwrap_or("\0"));
        // A key that reaches a part has its results ranked in its own way: they are nobody else's.
        let reach = format!("{} {}", self.within.is_bounded(), self.within.without().unwrap_or_default());
        digest(&[what, &reach, from, to, self.query])
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
    /// Puts the hits in a model's order. What it does not know of was written meanwhile and comes last, as it was; what is
    /// gone meanwhile stays gone.
    fn reorder(&mut self, by_model: &Order) {
        let place: HashMap<EntryId, usize> =
            by_model.entries.iter().enumerate().map(|(place, (entry, _))| (*entry, place)).collect();
        for (entry, score) in &mut self.order {
            *score = place.get(entry).map_or(0.0, |&place| by_model.entries[place].1);
        }
        self.order.sort_by_key(|(entry, _)| place.get(entry).copied().unwrap_or(usize::MAX));
    }

    /// Returns the words that each hit is found by, best hit first: around the keyword match, or its beginning.
    pub(super) fn candidates(&self, db: &NotebookDb<'_>, most: usize) -> Result<Vec<(EntryId, String)>> {
        let entries: Vec<EntryId> = self.order.iter().map(|(entry, _)| *entry).collect();
        let mut snippets = self.snippets(db, &entries)?;
        let mut candidates = Vec::with_capacity(entries.len());
        for entry in entries {
            let text = match snippets.remove(&entry) {
                Some(snippet) => snippet.replace(['\u{2}', '\u{3}'], ""),
                None => match entries::shown(db, entry)? {
                    Some((_, _, text)) => text,
                    None => continue,
                },
            };
            candidates.push((entry, text.chars().take(most).collect()));
        }
        Ok(candidates)
    }

    fn snippets(&self, db: &NotebookDb<'_>, entries: &[EntryId]) -> Result<HashMap<EntryId, String>> {
        match &self.expression {
            Some(expression) => keyword::snippets(db, expression, entries),
            None => Ok(HashMap::new()),
        }
    }

    /// Reads one page of hits.
    pub(crate) fn page(mut self, db: &NotebookDb<'_>, sort: Sort, limit: usize, offset: usize) -> Result<Vec<Hit>> {
        if sort != Sort::Relevance {
            self.sort_by_date(db, sort)?;
        }
        let order: Vec<_> = self.order.iter().skip(offset).take(limit).copied().collect();
        let entries: Vec<EntryId> = order.iter().map(|(entry, _)| *entry).collect();
        let mut snippets = self.snippets(db, &entries)?;
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

fn embed(embedder: &dyn Embedder, known: &Model, query: &str) -> Result<Vec<f32>> {
    state::expect_embedder(known, embedder.id(), embedder.dimension())?;
    embedder.embed(&[query])?.pop().ok_or_else(|| Error::new(Kind::Internal, "a query without a vector"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::notebook::recent::Stand;

    fn ranked(order: &[(i64, f64)]) -> Ranked {
        let order = order.iter().map(|&(entry, score)| (EntryId(entry), score)).collect();
        Ranked { expression: None, order, rows: Vec::new() }
    }

    #[test]
    fn what_was_written_or_deleted_meanwhile_is_neither_lost_nor_back() {
        let stand = Stand { generation: 1, revision: 1 };
        let by_model =
            Order { stand, entries: [(3, 0.9), (7, 0.8), (1, 0.2)].map(|(id, s)| (EntryId(id), s)).to_vec() };

        let mut ranked = ranked(&[(9, 1.3), (1, 1.2), (8, 1.1), (3, 0.4)]);
        ranked.reorder(&by_model);

        assert_eq!(ranked.order, [(3, 0.9), (1, 0.2), (9, 0.0), (8, 0.0)].map(|(id, score)| (EntryId(id), score)));
    }
}
