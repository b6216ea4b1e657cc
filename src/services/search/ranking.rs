//! Ranking of search hits from one snapshot of the notebook.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::config::SearchLimits;
use crate::domain::access_filter::AccessFilter;
use crate::domain::id::EntryId;
use crate::domain::search_query::{LiteralMatcher, ParsedQuery, QueryDays, SearchTerm};
use crate::domain::search_result::{SearchHit, SearchPage, SearchSort};
use crate::error::{Error, ErrorKind, Result};
use crate::providers::embedder::TextEmbedder;
use crate::services::search::fusion::{self, FusionCandidate};
use crate::services::search::term_filter::TermFilter;
use crate::storage::database::EncryptedDatabase;
use crate::storage::notebook::cache::{CacheVersion, RerankOrder, SearchDigest};
use crate::storage::notebook::full_text::{self, FullTextHit, MatchExpression};
use crate::storage::notebook::{NotebookDb, NotebookKind, chunks, entries, entry_list, state, vectors};
use crate::storage::vector_index::{DayRange, RowHit};

/// Maximum chunks per hit in a response.
const CHUNKS_SHOWN: usize = 3;
/// Minimum cosine of a relevant chunk: none of the benchmark's 60 questions has its answer below it, but a third of all
/// other paragraphs are.
const MIN_COSINE: f32 = 0.10;
/// Score of every hit of a query that only filters.
const LISTED_SCORE: f64 = 1.0;
/// Score of the entries of a day that the query names, above every fused score.
const DAY_SCORE: f64 = 2.0;
/// Words around a symbol in a snippet, as many as in those of the full-text index.
const SNIPPET_WORDS: usize = 16;
// Reranker names that clients expect for the fused order and for a model's order, whichever model it was.
const FUSED_RERANKER: &str = "NoopReranker";
const MODEL_RERANKER: &str = "AnthropicReranker";

/// A query's vector for the model that the notebook is embedded with.
pub(super) struct QueryVector {
    /// Id and dimension of the notebook's embedder; `None` for a notebook without vectors.
    model: Option<(String, usize)>,
    vector: Option<Arc<[f32]>>,
    /// Reason why the query could not be embedded.
    unavailable: Option<String>,
}

impl QueryVector {
    /// Returns the query's cached vector, or embeds the query; no reader connection is held meanwhile. A notebook
    /// without vectors and a query without meaning need none, which avoids loading the embedder.
    ///
    /// # Errors
    /// `Conflict` when the notebook was embedded with another model.
    pub(super) fn load(
        notebook: &EncryptedDatabase<NotebookKind>,
        embedder: &dyn TextEmbedder,
        query: &str,
    ) -> Result<Self> {
        let model = notebook.read(state::embedder)?;
        let Some((id, dimension)) = model.clone().filter(|_| !query.is_empty()) else {
            return Ok(Self { model, vector: None, unavailable: None });
        };
        let (cache, key) = (&notebook.memory().search_cache, cache_digest(&[&id, &dimension.to_string(), query]));
        let model = (id, dimension);
        if let Some(vector) = cache.vector(&key) {
            return Ok(Self { model: Some(model), vector: Some(vector), unavailable: None });
        }
        state::check_embedder(&model, embedder.id(), embedder.dimension())?;
        match embedder.embed(&[query]) {
            Ok(mut vectors) => {
                let vector = vectors.pop().ok_or_else(|| Error::new(ErrorKind::Internal, "the query has no vector"))?;
                let vector: Arc<[f32]> = vector.into();
                cache.insert_vector(key, vector.clone());
                Ok(Self { model: Some(model), vector: Some(vector), unavailable: None })
            }
            // If policy or the provider prevents embedding the query, keyword search still works.
            Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::Upstream) => {
                Ok(Self { model: Some(model), vector: None, unavailable: Some(error.to_string()) })
            }
            Err(error) => Err(error),
        }
    }
}

/// Order and page of the hits.
#[derive(Clone, Copy)]
pub(super) struct PageRequest {
    pub(super) sort: SearchSort,
    pub(super) limit: usize,
    pub(super) offset: usize,
}

/// A validated search within an access boundary.
pub(crate) struct RankingRequest<'a> {
    pub(crate) query: &'a ParsedQuery,
    /// The caller's boundary, narrowed to the requested dates and tags and to those of the query.
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
#[derive(Default)]
pub(crate) struct RankedHits {
    expression: Option<MatchExpression>,
    /// The literal terms, to mark them where the full-text index does not.
    literals: Vec<SearchTerm>,
    order: Vec<(EntryId, f64)>,
    rows: Vec<RowHit>,
    /// Entries that match exactly without a keyword match: those of the days that the query names.
    exact: HashSet<EntryId>,
    /// True if every hit satisfies the query exactly: it only filters, or it has no word of the index.
    all_exact: bool,
    /// True if the order is that of the dates, newest first.
    is_by_date: bool,
}

/// Hits in fused order with the notebook's version in their snapshot.
pub(super) struct RankedSearch {
    pub(super) hits: RankedHits,
    pub(super) version: CacheVersion,
    words_only: Option<String>,
    /// False for hits that lack the vector search although the notebook has vectors; they are not cached.
    is_complete: bool,
}

impl RankingRequest<'_> {
    /// Ranks the current entries.
    ///
    /// # Errors
    /// `Limited` when the notebook was re-embedded since the query's vector was computed.
    pub(super) fn rank_current(&self, db: &NotebookDb<'_>, query: &QueryVector) -> Result<RankedSearch> {
        let is_same_model = state::embedder(db)? == query.model;
        if query.vector.is_some() && !is_same_model {
            return Err(Error::new(ErrorKind::Limited, "the notebook is being re-embedded").hint("search again"));
        }
        Ok(RankedSearch {
            hits: self.rank(db, query.vector.as_deref())?,
            version: state::cache_version(db)?,
            words_only: query.unavailable.clone(),
            is_complete: is_same_model && query.unavailable.is_none(),
        })
    }

    /// Returns a cached page if the notebook has not changed.
    pub(super) fn cached_page(
        &self,
        db: &NotebookDb<'_>,
        page: PageRequest,
        by_model: bool,
    ) -> Result<Option<Arc<SearchPage>>> {
        Ok(db.memory().search_cache.result(&self.page_key(page, by_model), state::cache_version(db)?))
    }

    /// Loads a page of ranked hits, in a model's order if there is one.
    pub(super) fn result_page(
        &self,
        db: &NotebookDb<'_>,
        ranked: RankedSearch,
        page: PageRequest,
        by_model: Option<&RerankOrder>,
    ) -> Result<Arc<SearchPage>> {
        let RankedSearch { mut hits, version, words_only, is_complete } = ranked;
        let is_current = state::cache_version(db)? == version;
        if !is_current {
            hits.retain_visible(db, self.within)?;
        }
        if let Some(order) = by_model {
            hits.apply_order(order);
        }
        let PageRequest { sort, limit, offset } = page;
        let items = hits.page(db, sort, limit, offset)?;
        let reranker = if by_model.is_some() { MODEL_RERANKER } else { FUSED_RERANKER };
        let (query, unread_dates) = (self.query.typed.clone(), self.query.unread_dates.clone());
        let found = Arc::new(SearchPage { query, limit, offset, sort, reranker, words_only, unread_dates, items });
        if is_complete && is_current {
            db.memory().search_cache.insert_result(self.page_key(page, by_model.is_some()), version, &found);
        }
        Ok(found)
    }

    fn page_key(&self, page: PageRequest, by_model: bool) -> SearchDigest {
        let PageRequest { sort, limit, offset } = page;
        self.cache_key(&format!("{sort:?} {limit} {offset} {by_model}"))
    }

    /// Returns the cache key for data of this search under the caller's access boundary.
    pub(super) fn cache_key(&self, what: &str) -> SearchDigest {
        // Dates contain no NUL, so an absent date differs from any other.
        let (from, to) = (self.within.from().unwrap_or("\0"), self.within.to().unwrap_or("\0"));
        let (without, with) = (self.within.excluded_tags(), self.within.required_tags());
        let (without, with) = (without.unwrap_or_default(), with.unwrap_or_default());
        // Results of a caller with a bounded view differ, so the boundary is part of the key. The parsed query contains
        // the days that words such as "yesterday" meant.
        let (bounded, query) = (self.within.has_key_restrictions().to_string(), format!("{:?}", self.query));
        cache_digest(&[what, &bounded, &without, &with, from, to, &query])
    }

    /// Ranks the notebook's entries; `vector` is the query's, `None` for keyword search only.
    pub(crate) fn rank(&self, db: &NotebookDb<'_>, vector: Option<&[f32]>) -> Result<RankedHits> {
        let filter = TermFilter::load(db, self.query, self.within)?;
        if self.query.is_filter_only() {
            return self.list(db, &filter);
        }
        let expression = MatchExpression::for_all(&self.query.terms);
        let words = self.keyword_hits(db, expression.as_ref(), &filter)?;
        let (index, scores) = match vector {
            Some(vector) => {
                let index = vectors::load_index(db)?;
                let filter = filter.with_tags(db, self.within)?;
                let scores = index.scan(vector, self.date_range(), |entry| filter.admits(EntryId(entry)));
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
        let all_exact = expression.is_none() && !self.query.terms.is_empty();
        let literals = self.query.terms.iter().filter(|term| term.is_literal()).cloned().collect();
        let mut ranked = RankedHits { expression, literals, order, rows, all_exact, ..RankedHits::default() };
        if let Some(days) = self.query.days {
            ranked.put_first(self.list_days(db, days)?);
        }
        Ok(ranked)
    }

    /// Lists the entries of a query that only filters, newest first.
    fn list(&self, db: &NotebookDb<'_>, filter: &TermFilter) -> Result<RankedHits> {
        let entries = entry_list::list_searchable(db, self.within)?.into_iter();
        let order =
            entries.filter(|(_, entry)| filter.admits(*entry)).map(|(_, entry)| (entry, LISTED_SCORE)).collect();
        Ok(RankedHits { order, all_exact: true, is_by_date: true, ..RankedHits::default() })
    }

    /// Returns the best keyword matches that satisfy the filter.
    fn keyword_hits(
        &self,
        db: &NotebookDb<'_>,
        expression: Option<&MatchExpression>,
        filter: &TermFilter,
    ) -> Result<Vec<FullTextHit>> {
        let Some(expression) = expression else {
            let all = if self.query.terms.is_empty() { Vec::new() } else { self.list(db, filter)?.order };
            let newest = all.into_iter().take(self.limits.keyword);
            return Ok(newest.map(|(entry, relevance)| FullTextHit { entry, relevance }).collect());
        };
        let tags = self.within.required_tags_list();
        let expression = if tags.is_empty() { expression.clone() } else { expression.clone().with_tags(tags) };
        if filter.is_empty() {
            return full_text::search_best(db, &expression, self.within, self.limits.keyword);
        }
        let mut hits = full_text::search_best(db, &expression, self.within, full_text::UNLIMITED)?;
        hits.retain(|hit| filter.admits(hit.entry));
        hits.truncate(self.limits.keyword);
        Ok(hits)
    }

    /// Returns the entries of the days that the query names: one day in the order of writing, several newest first.
    fn list_days(&self, db: &NotebookDb<'_>, days: QueryDays) -> Result<Vec<EntryId>> {
        let (first, last) = (days.first.to_string(), days.last.to_string());
        let within = self.within.narrowed_to_dates(Some(&first), Some(&last));
        let mut entries: Vec<EntryId> =
            entry_list::list_searchable(db, &within)?.into_iter().map(|(_, entry)| entry).collect();
        if days.first == days.last {
            entries.reverse();
        }
        Ok(entries)
    }

    fn date_range(&self) -> DayRange {
        let from = self.within.from().map_or(DayRange::ALL.from, vectors::day_number);
        let to = self.within.to().map_or(DayRange::ALL.to, vectors::day_number);
        DayRange { from, to }
    }
}

impl RankedHits {
    /// Puts entries before all other hits; they match exactly.
    fn put_first(&mut self, entries: Vec<EntryId>) {
        self.exact = entries.iter().copied().collect();
        let rest = self.order.iter().filter(|(entry, _)| !self.exact.contains(entry)).copied();
        self.order = entries.into_iter().map(|entry| (entry, DAY_SCORE)).chain(rest).collect();
    }

    /// Removes the hits that were deleted or left the access boundary since they were ranked.
    fn retain_visible(&mut self, db: &NotebookDb<'_>, within: &AccessFilter) -> Result<()> {
        let mut visible = Vec::with_capacity(self.order.len());
        for &hit in &self.order {
            if entries::exists_within(db, hit.0, within)? {
                visible.push(hit);
            }
        }
        self.order = visible;
        Ok(())
    }

    /// Applies a model's order. Entries that it lacks come last in fused order.
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
        let literals = LiteralMatcher::new(&self.literals);
        let mut hits = Vec::with_capacity(order.len());
        for (entry_id, score) in order {
            let Some((entry_date, title, text)) = entries::find_hit_text(db, entry_id)? else { continue };
            let mut snippet = snippets.remove(&entry_id);
            let exact = self.all_exact || snippet.is_some() || self.exact.contains(&entry_id);
            if !literals.is_empty() && !snippet.as_ref().is_some_and(|snippet| snippet.contains('\u{2}')) {
                snippet = literals.find(&text).map(|place| mark(&text, place)).or(snippet);
            }
            let mut matching_chunks = Vec::new();
            for row in self.rows.iter().filter(|row| row.entry_id == entry_id.0).take(CHUNKS_SHOWN) {
                matching_chunks.extend(chunks::find_matching(db, row.chunk_id, f64::from(row.cosine))?);
            }
            hits.push(SearchHit { entry_id, entry_date, title, text, score, exact, snippet, matching_chunks });
        }
        Ok(hits)
    }

    fn sort_by_date(&mut self, db: &NotebookDb<'_>, sort: SearchSort) -> Result<()> {
        if self.is_by_date {
            if sort == SearchSort::DateAsc {
                self.order.reverse();
            }
            return Ok(());
        }
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

/// Returns the text around a place, with the place between U+0002 and U+0003 like a snippet of the index.
fn mark(text: &str, place: Range<usize>) -> String {
    let words = |part: &str, most: usize, last: bool| -> (String, bool) {
        let all: Vec<&str> = part.split_inclusive(char::is_whitespace).collect();
        let cut = all.len().saturating_sub(most);
        let kept = if last { &all[cut..] } else { &all[..all.len() - cut] };
        (kept.concat(), cut > 0)
    };
    let (before, is_cut_before) = words(&text[..place.start], SNIPPET_WORDS / 2, true);
    let (after, is_cut_after) = words(&text[place.end..], SNIPPET_WORDS / 2, false);
    let dots = |is_cut: bool| if is_cut { "…" } else { "" };
    format!("{}{before}\u{2}{}\u{3}{after}{}", dots(is_cut_before), &text[place], dots(is_cut_after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(order: &[(i64, f64)]) -> RankedHits {
        let order = order.iter().map(|&(entry, score)| (EntryId(entry), score)).collect();
        RankedHits { order, ..RankedHits::default() }
    }

    #[test]
    fn a_models_order_keeps_other_hits_and_adds_none() {
        let version = CacheVersion { vector_generation: 1, revision: 1 };
        let by_model =
            RerankOrder { version, entries: [(3, 0.9), (7, 0.8), (1, 0.2)].map(|(id, s)| (EntryId(id), s)).to_vec() };

        let mut ranked = ranked(&[(9, 1.3), (1, 1.2), (8, 1.1), (3, 0.4)]);
        ranked.apply_order(&by_model);

        assert_eq!(ranked.order, [(3, 0.9), (1, 0.2), (9, 0.0), (8, 0.0)].map(|(id, score)| (EntryId(id), score)));
    }
}
