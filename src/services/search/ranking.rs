//! Ranking of search hits from one snapshot of the notebook.

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::config::SearchLimits;
use crate::domain::access_filter::AccessFilter;
use crate::domain::id::EntryId;
use crate::domain::search_result::{SearchHit, SearchPage, SearchSort};
use crate::error::{Error, ErrorKind, Result};
use crate::providers::embedder::TextEmbedder;
use crate::services::search::fusion::{self, FusionCandidate};
use crate::storage::database::EncryptedDatabase;
use crate::storage::notebook::cache::{RerankOrder, SearchDigest};
use crate::storage::notebook::full_text::{self, MatchExpression};
use crate::storage::notebook::{NotebookDb, NotebookKind, chunks, entries, state, tags, vectors};
use crate::storage::vector_index::{DayRange, RowHit};

/// Maximum chunks per hit in a response.
const CHUNKS_SHOWN: usize = 3;
/// Minimum cosine of a relevant chunk: none of the benchmark's 60 questions has its answer below it, but a third of all
/// other paragraphs are.
const MIN_COSINE: f32 = 0.10;
// Reranker names that clients expect for the fused order and for a model's order, whichever model it was.
const FUSED_RERANKER: &str = "NoopReranker";
const MODEL_RERANKER: &str = "AnthropicReranker";

/// An embedder's id and dimension.
type EmbeddingModel = (String, usize);

/// Result of embedding the query.
pub(super) enum QueryVector {
    Vector(EmbeddingModel, Arc<[f32]>),
    /// Embedding failed, with the reason.
    Unavailable(String),
}

/// Progress of a search in one snapshot.
pub(super) enum SnapshotStep<T> {
    Done(T),
    /// The query must first be embedded with this model.
    NeedsVector(EmbeddingModel),
}

/// The query's vector if available, and the reason if it is missing.
type OptionalQueryVector = (Option<Arc<[f32]>>, Option<String>);

/// Order and page of the hits.
#[derive(Clone, Copy)]
pub(super) struct PageRequest {
    pub(super) sort: SearchSort,
    pub(super) limit: usize,
    pub(super) offset: usize,
}

/// A validated search within an access boundary.
pub(crate) struct RankingRequest<'a> {
    pub(crate) query: &'a str,
    pub(crate) within: &'a AccessFilter,
    pub(crate) limits: SearchLimits,
}

/// Returns a digest of length-prefixed parts.
fn cache_digest(parts: &[&str]) -> SearchDigest {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// All hits in order, before one page of them is loaded.
pub(crate) struct RankedHits {
    expression: Option<MatchExpression>,
    order: Vec<(EntryId, f64)>,
    rows: Vec<RowHit>,
}

impl RankingRequest<'_> {
    /// Runs a closure in one snapshot, or in two if the query must be embedded in between.
    ///
    /// # Errors
    /// `Conflict` when the notebook was embedded with another model, and errors of the closure.
    pub(super) fn run_in_snapshots<T>(
        &self,
        notebook: &EncryptedDatabase<NotebookKind>,
        embedder: &dyn TextEmbedder,
        from: impl Fn(&NotebookDb<'_>, Option<QueryVector>) -> Result<SnapshotStep<T>>,
    ) -> Result<T> {
        let known = match notebook.read(|db| from(db, None))? {
            SnapshotStep::Done(answer) => return Ok(answer),
            SnapshotStep::NeedsVector(known) => known,
        };
        // Embedding takes longer than the queries, so no reader connection is held meanwhile.
        let made = match embed_query(embedder, &known, self.query) {
            Ok(vector) => {
                let vector: Arc<[f32]> = vector.into();
                notebook.memory().search_cache.insert_vector(self.vector_key(&known), vector.clone());
                QueryVector::Vector(known, vector)
            }
            // If policy or the provider prevents embedding the query, keyword search still works.
            Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::Upstream) => {
                QueryVector::Unavailable(error.to_string())
            }
            Err(error) => return Err(error),
        };
        match notebook.read(|db| from(db, Some(made)))? {
            SnapshotStep::Done(answer) => Ok(answer),
            SnapshotStep::NeedsVector(_) => {
                Err(Error::new(ErrorKind::Limited, "the notebook is being re-embedded").hint("search again"))
            }
        }
    }

    /// Returns a page from the cache if nothing has changed, or else reads it, in a model's order if there is one.
    pub(super) fn result_page(
        &self,
        db: &NotebookDb<'_>,
        page: PageRequest,
        by_model: Option<&RerankOrder>,
        made: Option<QueryVector>,
    ) -> Result<SnapshotStep<Arc<SearchPage>>> {
        let (stand, recent) = (state::cache_version(db)?, &db.memory().search_cache);
        let key = self.page_key(page, by_model.is_some());
        if let Some(found) = recent.result(&key, stand) {
            return Ok(SnapshotStep::Done(found));
        }
        let (vector, words_only) = match self.query_vector(db, made)? {
            SnapshotStep::Done(vectored) => vectored,
            SnapshotStep::NeedsVector(known) => return Ok(SnapshotStep::NeedsVector(known)),
        };
        let mut ranked = self.rank(db, vector.as_deref())?;
        if let Some(order) = by_model {
            ranked.apply_order(order);
        }
        let PageRequest { sort, limit, offset } = page;
        let items = ranked.page(db, sort, limit, offset)?;
        let reranker = if by_model.is_some() { MODEL_RERANKER } else { FUSED_RERANKER };
        let query = self.query.to_owned();
        let found = Arc::new(SearchPage { query, limit, offset, sort, reranker, words_only, items });
        if found.words_only.is_none() && by_model.is_none_or(|order| order.version == stand) {
            recent.insert_result(key, stand, &found);
        }
        Ok(SnapshotStep::Done(found))
    }

    /// Returns the query's vector once it was computed. A notebook without vectors needs none, which avoids loading the
    /// embedder.
    pub(super) fn query_vector(
        &self,
        db: &NotebookDb<'_>,
        made: Option<QueryVector>,
    ) -> Result<SnapshotStep<OptionalQueryVector>> {
        let known = match (state::embedder(db)?, made) {
            (None, _) => return Ok(SnapshotStep::Done((None, None))),
            (Some(known), Some(QueryVector::Vector(model, vector))) if known == model => {
                return Ok(SnapshotStep::Done((Some(vector), None)));
            }
            (Some(_), Some(QueryVector::Unavailable(why))) => return Ok(SnapshotStep::Done((None, Some(why)))),
            (Some(known), _) => known,
        };
        match db.memory().search_cache.vector(&self.vector_key(&known)) {
            Some(vector) => Ok(SnapshotStep::Done((Some(vector), None))),
            None => Ok(SnapshotStep::NeedsVector(known)),
        }
    }

    fn vector_key(&self, (model, dimension): &EmbeddingModel) -> SearchDigest {
        cache_digest(&[model, &dimension.to_string(), self.query])
    }

    fn page_key(&self, page: PageRequest, by_model: bool) -> SearchDigest {
        let PageRequest { sort, limit, offset } = page;
        self.cache_key(&format!("{sort:?} {limit} {offset} {by_model}"))
    }

    /// Returns the cache key for data of this search under the caller's access boundary.
    pub(super) fn cache_key(&self, what: &str) -> SearchDigest {
        // Dates contain no NUL, so an absent date differs from any other.
        let (from, to) = (self.within.from().unwrap_or("\0"), self.within.to().unwrap_or("\0"));
        // Results of a caller with a bounded view differ, so the boundary is part of the key.
        let reach =
            format!("{} {}", self.within.has_key_restrictions(), self.within.excluded_tags().unwrap_or_default());
        cache_digest(&[what, &reach, from, to, self.query])
    }

    /// Ranks the notebook's entries; `vector` is the query's, `None` for keyword search only.
    pub(crate) fn rank(&self, db: &NotebookDb<'_>, vector: Option<&[f32]>) -> Result<RankedHits> {
        let expression = full_text::match_expression(self.query, true);
        let words = match &expression {
            Some(expression) => full_text::search_best(db, expression, self.within, self.limits.keyword)?,
            None => Vec::new(),
        };
        let (index, scores) = match vector {
            Some(vector) => {
                let index = vectors::load_index(db)?;
                let without = self.within.excluded_tags().map(|with| tags::list_entries_with(db, with)).transpose()?;
                let scores = index.scan(vector, self.date_range(), &without.unwrap_or_default());
                (Some(index), scores)
            }
            None => (None, Vec::new()),
        };
        let mut rows = index.as_ref().map_or_else(Vec::new, |index| index.top_rows(&scores, self.limits.vector));
        rows.retain(|row| row.cosine >= MIN_COSINE);
        let cosine = |entry: EntryId| {
            index.as_ref().and_then(|index| index.best_score_of_entry(&scores, entry.0)).map(f64::from)
        };
        let mut candidates: Vec<FusionCandidate> = words
            .iter()
            .map(|hit| FusionCandidate { entry: hit.entry, relevance: Some(hit.relevance), cosine: cosine(hit.entry) })
            .collect();
        for row in &rows {
            let entry = EntryId(row.entry_id);
            if candidates.iter().all(|candidate| candidate.entry != entry) {
                candidates.push(FusionCandidate { entry, relevance: None, cosine: Some(f64::from(row.cosine)) });
            }
        }
        let mut order = fusion::fuse(&candidates);
        order.truncate(self.limits.fused);
        Ok(RankedHits { expression, order, rows })
    }

    fn date_range(&self) -> DayRange {
        let from = self.within.from().map_or(DayRange::ALL.from, vectors::day_number);
        let to = self.within.to().map_or(DayRange::ALL.to, vectors::day_number);
        DayRange { from, to }
    }
}

impl RankedHits {
    /// Applies a model's order. Entries written since then come last in fused order; entries deleted since then stay
    /// removed.
    fn apply_order(&mut self, by_model: &RerankOrder) {
        let place: HashMap<EntryId, usize> =
            by_model.entries.iter().enumerate().map(|(place, (entry, _))| (*entry, place)).collect();
        for (entry, score) in &mut self.order {
            *score = place.get(entry).map_or(0.0, |&place| by_model.entries[place].1);
        }
        self.order.sort_by_key(|(entry, _)| place.get(entry).copied().unwrap_or(usize::MAX));
    }

    /// Returns the text of each hit for a model, best hit first: around the keyword match, or its beginning.
    pub(super) fn candidates(&self, db: &NotebookDb<'_>, most: usize) -> Result<Vec<(EntryId, String)>> {
        let entries: Vec<EntryId> = self.order.iter().map(|(entry, _)| *entry).collect();
        let mut snippets = self.snippets(db, &entries)?;
        let mut candidates = Vec::with_capacity(entries.len());
        for entry in entries {
            let text = match snippets.remove(&entry) {
                Some(snippet) => snippet.replace(['\u{2}', '\u{3}'], ""),
                None => match entries::find_hit_text(db, entry)? {
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
            Some(expression) => full_text::snippets(db, expression, entries),
            None => Ok(HashMap::new()),
        }
    }

    /// Loads one page of hits.
    pub(crate) fn page(
        mut self,
        db: &NotebookDb<'_>,
        sort: SearchSort,
        limit: usize,
        offset: usize,
    ) -> Result<Vec<SearchHit>> {
        if sort != SearchSort::Relevance {
            self.sort_by_date(db, sort)?;
        }
        let order: Vec<_> = self.order.iter().skip(offset).take(limit).copied().collect();
        let entries: Vec<EntryId> = order.iter().map(|(entry, _)| *entry).collect();
        let mut snippets = self.snippets(db, &entries)?;
        let mut hits = Vec::with_capacity(order.len());
        for (entry_id, score) in order {
            let Some((entry_date, title, text)) = entries::find_hit_text(db, entry_id)? else { continue };
            let snippet = snippets.remove(&entry_id);
            let mut matching_chunks = Vec::new();
            for row in self.rows.iter().filter(|row| row.entry_id == entry_id.0).take(CHUNKS_SHOWN) {
                matching_chunks.extend(chunks::find_matching(db, row.chunk_id, f64::from(row.cosine))?);
            }
            hits.push(SearchHit { entry_id, entry_date, title, text, score, snippet, matching_chunks });
        }
        Ok(hits)
    }

    fn sort_by_date(&mut self, db: &NotebookDb<'_>, sort: SearchSort) -> Result<()> {
        let mut dated = Vec::with_capacity(self.order.len());
        for &(entry, score) in &self.order {
            dated.push((entries::find_date(db, entry)?, entry, score));
        }
        dated.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        if sort == SearchSort::DateDesc {
            dated.reverse();
        }
        self.order = dated.into_iter().map(|(_, entry, score)| (entry, score)).collect();
        Ok(())
    }
}

fn embed_query(embedder: &dyn TextEmbedder, known: &EmbeddingModel, query: &str) -> Result<Vec<f32>> {
    state::check_embedder(known, embedder.id(), embedder.dimension())?;
    embedder.embed(&[query])?.pop().ok_or_else(|| Error::new(ErrorKind::Internal, "the query has no vector"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::notebook::cache::CacheVersion;

    fn ranked(order: &[(i64, f64)]) -> RankedHits {
        let order = order.iter().map(|&(entry, score)| (EntryId(entry), score)).collect();
        RankedHits { expression: None, order, rows: Vec::new() }
    }

    #[test]
    fn reorder_keeps_new_entries_and_drops_deleted_ones() {
        let stand = CacheVersion { vector_generation: 1, revision: 1 };
        let by_model = RerankOrder {
            version: stand,
            entries: [(3, 0.9), (7, 0.8), (1, 0.2)].map(|(id, s)| (EntryId(id), s)).to_vec(),
        };

        let mut ranked = ranked(&[(9, 1.3), (1, 1.2), (8, 1.1), (3, 0.4)]);
        ranked.apply_order(&by_model);

        assert_eq!(ranked.order, [(3, 0.9), (1, 0.2), (9, 0.0), (8, 0.0)].map(|(id, score)| (EntryId(id), score)));
    }
}
