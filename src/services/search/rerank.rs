//! Reranking of search hits by a model.
//!
//! The model only reorders: entries that it omits follow those it named in fused order, and on any failure the fused
//! order is kept.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::app::context::Ctx;
use crate::domain::egress::EgressPurpose;
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::egress::{self, DelimitedText, EgressSubject};
use crate::entropy::Entropy;
use crate::error::{Error, ErrorKind, Result};
use crate::providers::chat::ChatPrompt;
use crate::services::search::ranking::{RankedSearch, RankingRequest};
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::cache::{CacheVersion, RerankOrder, SearchCache, SearchDigest};

/// Code points per entry included in the prompt.
const MAX_PASSAGE_CHARS: usize = 600;
const MAX_TOKENS: u32 = 4096;
/// Time a search waits for the model. A later answer is still cached for the next page.
const RERANK_TIMEOUT: Duration = Duration::from_secs(10);

/// Returns the configured model if policy allows the call.
///
/// # Errors
/// Only database errors.
pub(super) async fn available_model(ctx: &Ctx) -> Result<Option<String>> {
    let Some(model) = ctx.app.config.providers.reranker.clone() else { return Ok(None) };
    Ok(egress::is_available(ctx, EgressPurpose::Rerank).await?.then_some(model))
}

/// A request for the model's order of ranked hits.
pub(super) struct RerankRequest {
    query: String,
    model: String,
    /// Cache key of the order.
    key: SearchDigest,
    version: CacheVersion,
    /// Entries with their excerpts, in fused order.
    candidates: Vec<(EntryId, String)>,
}

impl RerankRequest {
    /// Creates the request from the snapshot in which the hits were ranked.
    pub(super) fn new(
        db: &NotebookDb<'_>,
        request: &RankingRequest<'_>,
        ranked: &RankedSearch,
        model: String,
    ) -> Result<Self> {
        Ok(Self {
            query: request.query.typed.clone(),
            model,
            key: request.cache_key("order"),
            version: ranked.version,
            candidates: ranked.hits.candidates(db, MAX_PASSAGE_CHARS)?,
        })
    }
}

/// Returns the model's order of the hits; `None` if there is nothing to order, or if the model failed or timed out.
pub(super) async fn model_order(ctx: &Ctx, request: Arc<RerankRequest>) -> Option<Arc<RerankOrder>> {
    if request.candidates.len() < 2 {
        return None;
    }
    // A separate task, so that its ledger row is closed even if the client disconnects.
    let ctx = ctx.clone();
    let asking = tokio::spawn(async move { request_order(&ctx, &request).await });
    match tokio::time::timeout(RERANK_TIMEOUT, asking).await {
        Ok(Ok(Ok(order))) => return Some(order),
        Ok(Ok(Err(error))) => tracing::warn!("reranking failed, keeping the fused order: {error}"),
        // A panic message may quote entry text, so it is not logged.
        Ok(Err(_)) => tracing::warn!("reranking failed, keeping the fused order: the task ended early"),
        Err(_) => tracing::warn!("reranking failed, keeping the fused order: the model timed out"),
    }
    None
}

async fn request_order(ctx: &Ctx, request: &RerankRequest) -> Result<Arc<RerankOrder>> {
    let &RerankRequest { key, version, .. } = request;
    // Concurrent identical searches, such as a page and an answer, wait for one call.
    let lock = with_cache(ctx, move |cache| cache.rerank_lock(key)).await?;
    let _turn = lock.lock().await;
    if let Some(order) = with_cache(ctx, move |cache| cache.order(&key, version)).await? {
        return Ok(order);
    }
    let candidates = &request.candidates;
    let prompt = prompt(ctx.app.entropy.as_ref(), &request.query, candidates, request.model.clone())?;
    let about = EgressSubject::for_entries(candidates.iter().map(|(entry, _)| *entry));
    let reply: RerankReply = egress::complete_json(ctx, EgressPurpose::Rerank, about, &prompt).await?;
    let entries = apply_ranking(reply, candidates).ok_or_else(|| {
        Error::new(ErrorKind::Upstream, "the model's answer ranks none of the passages").with_status(502)
    })?;
    let order = Arc::new(RerankOrder { version, entries });
    let cached = order.clone();
    with_cache(ctx, move |cache| cache.insert_order(key, cached)).await?;
    Ok(order)
}

/// Runs a closure with the notebook's search cache.
async fn with_cache<T: Send + 'static>(ctx: &Ctx, work: impl FnOnce(&SearchCache) -> T + Send + 'static) -> Result<T> {
    ctx.with_notebook_restricted(Scope::Search, move |notebook, _| Ok(work(&notebook.memory().search_cache))).await
}

fn prompt(entropy: &dyn Entropy, query: &str, found: &[(EntryId, String)], model: String) -> Result<ChatPrompt> {
    let numbered = found.iter().enumerate().map(|(at, (_, text))| ((at + 1).to_string(), text.as_str()));
    let texts = DelimitedText::new_labelled(entropy, numbered)?;
    let query = DelimitedText::new(entropy, query)?;
    let system = format!(
        "You put passages of a journal in order by how well each answers what its owner looks for, best first. The \
         passages are numbered. {} What is looked for comes first, on its own. {} Answer with JSON. `ranking`: every \
         passage once, with `index`, its number; `score`, from 0 for what has nothing to do with it to 1 for what answers \
         it; `reason`, at most five words.",
        texts.instruction, query.instruction
    );
    Ok(ChatPrompt {
        system,
        user: format!("{}\n\n{}", query.text, texts.text),
        model,
        max_tokens: MAX_TOKENS,
        schema: Some(json!({
            "type": "object",
            "properties": {
                "ranking": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "index": { "type": "integer" },
                            "score": { "type": "number" },
                            "reason": { "type": "string" },
                        },
                        "required": ["index", "score", "reason"],
                        "additionalProperties": false,
                    },
                },
            },
            "required": ["ranking"],
            "additionalProperties": false,
        })),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RerankReply {
    ranking: Vec<RankedPassage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RankedPassage {
    index: i64,
    score: f64,
    /// Required by the schema so that the model justifies its score; never read.
    #[serde(default, rename = "reason")]
    _reason: Option<String>,
}

/// Returns every candidate in the order of an answer: named ones by score, then the others. `None` if it names none.
fn apply_ranking(reply: RerankReply, candidates: &[(EntryId, String)]) -> Option<Vec<(EntryId, f64)>> {
    let mut rest: Vec<Option<EntryId>> = candidates.iter().map(|(entry, _)| Some(*entry)).collect();
    let mut order = Vec::with_capacity(rest.len());
    for RankedPassage { index, score, .. } in reply.ranking {
        let at = usize::try_from(index).ok().and_then(|index| index.checked_sub(1));
        if (0.0..=1.0).contains(&score)
            && let Some(entry) = at.and_then(|at| rest.get_mut(at)).and_then(Option::take)
        {
            order.push((entry, score));
        }
    }
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let named = !order.is_empty();
    order.extend(rest.into_iter().flatten().map(|entry| (entry, 0.0)));
    named.then_some(order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    fn candidates(ids: &[i64]) -> Vec<(EntryId, String)> {
        ids.iter().map(|&id| (EntryId(id), format!("text {id}"))).collect()
    }

    fn model_order(ranking: &str) -> Option<Vec<i64>> {
        let reply = serde_json::from_str(&format!("{{\"ranking\":[{ranking}]}}")).unwrap();
        apply_ranking(reply, &candidates(&[40, 41, 42]))
            .map(|order| order.into_iter().map(|(entry, _)| entry.0).collect())
    }

    /// Formats indices with their scores like a model's answer.
    type Places = &'static [(&'static str, &'static str)];

    #[test]
    fn p_13_omitted_and_invalid_passages_follow_the_named_ones() {
        let place = |index: &str, score: &str| format!("{{\"index\":{index},\"score\":{score},\"reason\":\"r\"}}");
        let cases: [(Places, Option<[i64; 3]>); 11] = [
            (&[("3", "0.9"), ("1", "0.8"), ("2", "0.1")], Some([42, 40, 41])),
            // Scores decide, and among equals the order in which they were named.
            (&[("1", "0.1"), ("2", "0.9"), ("3", "0.9")], Some([41, 42, 40])),
            (&[("2", "0.5")], Some([41, 40, 42])),
            (&[("2", "0.5"), ("2", "0.1"), ("3", "0.2")], Some([41, 42, 40])),
            (&[("0", "1"), ("-1", "1"), ("4", "1"), ("9223372036854775807", "1"), ("3", "0")], Some([42, 40, 41])),
            (&[("1", "-5"), ("2", "1e308"), ("3", "0.2")], Some([42, 40, 41])),
            (&[("1", "1.0000001"), ("2", "-0.0000001"), ("3", "1")], Some([42, 40, 41])),
            // Entry ids are not passage numbers.
            (&[("41", "1"), ("42", "1")], None),
            (&[("1", "2")], None),
            (&[("7", "0.5")], None),
            (&[], None),
        ];
        for (ranking, wanted) in cases {
            let ranking: Vec<String> = ranking.iter().map(|(index, score)| place(index, score)).collect();
            assert_eq!(model_order(&ranking.join(",")), wanted.map(|wanted| wanted.to_vec()), "{ranking:?}");
        }
    }

    #[test]
    fn an_answer_of_another_shape_is_rejected() {
        for reply in [
            r#"{"ranking":[{"index":"1","score":1,"reason":""}]}"#,
            r#"{"ranking":[{"index":1,"score":"high","reason":""}]}"#,
            r#"{"ranking":[{"index":1.5,"score":1,"reason":""}]}"#,
            r#"{"ranking":[{"index":1,"score":null,"reason":""}]}"#,
            r#"{"ranking":[{"index":1,"score":1,"reason":"","entry":7}]}"#,
            r#"{"ranking":{"1":1}}"#,
            r#"{"ranking":[],"tool":"delete"}"#,
            "[1,2,3]",
        ] {
            assert!(serde_json::from_str::<RerankReply>(reply).is_err(), "{reply}");
        }
    }

    #[test]
    fn prompt_numbers_and_delimits_the_passages() {
        let prompt = prompt(&OsEntropy, "rain?", &candidates(&[40, 41]), "m".to_owned()).unwrap();

        assert!(!prompt.system.contains("text 4") && !prompt.system.contains("rain?"));
        let lines: Vec<&str> = prompt.user.lines().collect();
        assert!(lines[0].starts_with("BEGIN ") && lines[1] == "rain?" && lines[2].starts_with("END "), "{lines:?}");
        assert!(lines[4].ends_with(" 1") && lines[5] == "text 40" && lines[6].ends_with(" 1"), "{lines:?}");
        assert!(lines[8].ends_with(" 2") && lines[9] == "text 41" && lines[10].ends_with(" 2"), "{lines:?}");
    }
}
