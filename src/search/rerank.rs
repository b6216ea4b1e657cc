//! A model's order of what a search found.
//!
//! It orders and nothing else: an entry that it leaves out comes after those that it named, as it was found, and whatever
//! goes wrong with it leaves everything as it was found.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::ctx::Ctx;
use crate::egress;
use crate::egress::About;
use crate::egress::Fenced;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::egress::Purpose;
use crate::model::id::EntryId;
use crate::model::scope::Scope;
use crate::providers::chat::Prompt;
use crate::search::Asked;
use crate::search::ranking::Step;
use crate::storage::notebook::recent::Digest;
use crate::storage::notebook::recent::Order;
use crate::storage::notebook::recent::Stand;
use crate::storage::notebook::state;

/// Code points of an entry that the model is shown.
const SHOWN: usize = 600;
const MAX_TOKENS: u32 = 4096;
/// How long a search waits for its order. The model's answer is kept for the next page if it comes later.
const PATIENCE: Duration = Duration::from_secs(10);

/// Returns the model's order of what is found; `None` where nobody is asked, or nothing good came back in time.
///
/// # Errors
/// Only what goes wrong with the notebook.
pub(super) async fn order(ctx: &Ctx, asked: &Arc<Asked>) -> Result<Option<Arc<Order>>> {
    let Some(model) = ctx.app.config.providers.reranker.clone() else { return Ok(None) };
    if !egress::can_ask(ctx, Purpose::Rerank).await? {
        return Ok(None);
    }
    // On a task of its own, so that its row of the ledger is closed whoever goes away meanwhile.
    let asking = tokio::spawn(ordered(ctx.clone(), asked.clone(), model));
    match tokio::time::timeout(PATIENCE, asking).await {
        Ok(Ok(Ok(order))) => return Ok(order),
        Ok(Ok(Err(error))) => tracing::warn!("a search goes on in the order in which it was found: {error}"),
        // What a panic said is not passed on: it may quote text.
        Ok(Err(_)) => tracing::warn!("a search goes on in the order in which it was found: asking ended early"),
        Err(_) => tracing::warn!("a search goes on in the order in which it was found: the model takes too long"),
    }
    Ok(None)
}

/// What is put in order, or how that was done lately.
enum Looked {
    Known(Arc<Order>),
    Found(Digest, Stand, Vec<(EntryId, String)>),
}

async fn ordered(ctx: Ctx, asked: Arc<Asked>, model: String) -> Result<Option<Arc<Order>>> {
    let searched = asked.clone();
    // Whoever asks the same at the same time, as a page and an answer do, waits for one order.
    let turn = ctx.act_within(Scope::Search, move |notebook, within| {
        Ok(notebook.memory().recent.turn(searched.request(&searched.within(within)).key("order")))
    });
    let turn = turn.await?.lock_owned().await;
    let searched = asked.clone();
    let looked = ctx.act_within(Scope::Search, move |notebook, within| {
        let within = searched.within(within);
        let request = searched.request(&within);
        request.answer(notebook, searched.embedder.as_ref(), |db, made| {
            let (stand, key) = (state::stand(db)?, request.key("order"));
            if let Some(order) = db.memory().recent.order(&key, stand) {
                return Ok(Step::Done(Looked::Known(order)));
            }
            Ok(match request.vectored(db, made)? {
                Step::NeedsVector(known) => Step::NeedsVector(known),
                Step::Done((vector, _)) => {
                    let candidates = request.rank(db, vector.as_deref())?.candidates(db, SHOWN)?;
                    Step::Done(Looked::Found(key, stand, candidates))
                }
            })
        })
    });
    let (key, stand, candidates) = match looked.await? {
        Looked::Known(order) => return Ok(Some(order)),
        Looked::Found(key, stand, candidates) => (key, stand, candidates),
    };
    if candidates.len() < 2 {
        return Ok(None);
    }
    let prompt = prompt(ctx.app.entropy.as_ref(), &asked.query, &candidates, model)?;
    let about = About { entries: candidates.iter().map(|(entry, _)| *entry).collect(), ..About::default() };
    let reply: Reply = egress::ask_for(&ctx, Purpose::Rerank, about, &prompt).await?;
    let entries = accepted(reply, &candidates).ok_or_else(|| {
        Error::new(Kind::Upstream, "the model named nothing of what it was to put in order").with_status(502)
    })?;
    let order = Arc::new(Order { stand, entries });
    let kept = order.clone();
    ctx.act_within(Scope::Search, move |notebook, _| {
        notebook.memory().recent.keep_order(key, kept);
        Ok(())
    })
    .await?;
    drop(turn);
    Ok(Some(order))
}

fn prompt(entropy: &dyn Entropy, query: &str, found: &[(EntryId, String)], model: String) -> Result<Prompt> {
    let numbered = found.iter().enumerate().map(|(at, (_, text))| ((at + 1).to_string(), text.as_str()));
    let texts = Fenced::each(entropy, numbered)?;
    let query = Fenced::new(entropy, query)?;
    let system = format!(
        "You put passages of a journal in order by how well each answers what its owner looks for, best first. The \
         passages are numbered. {} What is looked for comes first, on its own. {} Answer with JSON. `ranking`: every \
         passage once, with `index`, its number; `score`, from 0 for what has nothing to do with it to 1 for what answers \
         it; `reason`, at most five words.",
        texts.rule, query.rule
    );
    Ok(Prompt {
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
struct Reply {
    ranking: Vec<Place>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    index: i64,
    score: f64,
    /// Nobody reads it: it is there for the model to have one.
    #[serde(default, rename = "reason")]
    _reason: Option<String>,
}

/// Returns every candidate in the order of an answer: those that it names by their scores, and then the others. `None`
/// when it names none of them.
fn accepted(reply: Reply, candidates: &[(EntryId, String)]) -> Option<Vec<(EntryId, f64)>> {
    let mut rest: Vec<Option<EntryId>> = candidates.iter().map(|(entry, _)| Some(*entry)).collect();
    let mut order = Vec::with_capacity(rest.len());
    for Place { index, score, .. } in reply.ranking {
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

    fn order(ranking: &str) -> Option<Vec<i64>> {
        let reply = serde_json::from_str(&format!("{{\"ranking\":[{ranking}]}}")).unwrap();
        accepted(reply, &candidates(&[40, 41, 42])).map(|order| order.into_iter().map(|(entry, _)| entry.0).collect())
    }

    /// Indices with their scores, as a model writes them.
    type Places = &'static [(&'static str, &'static str)];

    #[test]
    fn p_13_what_a_model_leaves_out_or_gets_wrong_comes_after_what_it_named() {
        let place = |index: &str, score: &str| format!("{{\"index\":{index},\"score\":{score},\"reason\":\"r\"}}");
        let cases: [(Places, Option<[i64; 3]>); 11] = [
            (&[("3", "0.9"), ("1", "0.8"), ("2", "0.1")], Some([42, 40, 41])),
            // The scores decide, and of equals the order in which they were named.
            (&[("1", "0.1"), ("2", "0.9"), ("3", "0.9")], Some([41, 42, 40])),
            (&[("2", "0.5")], Some([41, 40, 42])),
            (&[("2", "0.5"), ("2", "0.1"), ("3", "0.2")], Some([41, 42, 40])),
            (&[("0", "1"), ("-1", "1"), ("4", "1"), ("9223372036854775807", "1"), ("3", "0")], Some([42, 40, 41])),
            (&[("1", "-5"), ("2", "1e308"), ("3", "0.2")], Some([42, 40, 41])),
            (&[("1", "1.0000001"), ("2", "-0.0000001"), ("3", "1")], Some([42, 40, 41])),
            // Ids of entries are no numbers of passages.
            (&[("41", "1"), ("42", "1")], None),
            (&[("1", "2")], None),
            (&[("7", "0.5")], None),
            (&[], None),
        ];
        for (ranking, wanted) in cases {
            let ranking: Vec<String> = ranking.iter().map(|(index, score)| place(index, score)).collect();
            assert_eq!(order(&ranking.join(",")), wanted.map(|wanted| wanted.to_vec()), "{ranking:?}");
        }
    }

    #[test]
    fn another_shape_is_no_answer() {
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
            assert!(serde_json::from_str::<Reply>(reply).is_err(), "{reply}");
        }
    }

    #[test]
    fn the_prompt_numbers_and_fences_what_was_written() {
        let prompt = prompt(&OsEntropy, "rain?", &candidates(&[40, 41]), "m".to_owned()).unwrap();

        assert!(!prompt.system.contains("text 4") && !prompt.system.contains("rain?"));
        let lines: Vec<&str> = prompt.user.lines().collect();
        assert!(lines[0].starts_with("BEGIN ") && lines[1] == "rain?" && lines[2].starts_with("END "), "{lines:?}");
        assert!(lines[4].ends_with(" 1") && lines[5] == "text 40" && lines[6].ends_with(" 1"), "{lines:?}");
        assert!(lines[8].ends_with(" 2") && lines[9] == "text 41" && lines[10].ends_with(" 2"), "{lines:?}");
    }
}
