//! Benchmarks entity extraction without the provider's time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::provider::{ANTHROPIC_KEY, Answer, Provider, Route};
use crate::support::{self, BenchJournal};
use journal::domain::scope::Scope;
use journal::jobs;
use journal::services::entities::extraction::{self, ExtractionFilter};

const ENTRIES: usize = 2_000;
/// Entities per provider answer; the name of each is embedded by the built-in model.
const NAMES_PER_ANSWER: usize = 5;

/// Prints the rate of a first run, which creates most entities, and of a second run, which matches them.
pub fn measure() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let journal = BenchJournal::new(&[], Some(Arc::new(support::InstantEmbedder))).await;
        for (number, some) in support::generate_entries(ENTRIES).chunks(20).enumerate() {
            let day = format!("{}-{:02}-{:02}", 2000 + number / 336, 1 + number % 336 / 28, 1 + number % 28);
            journal.store_on(some, &day).await;
        }
        jobs::drain(&journal.ctx, Scope::Ingest, &|_, _| {}).await.unwrap();
        let (provider, spent) = (Provider::start(), Arc::new(AtomicU64::new(0)));
        let counted = spent.clone();
        provider.respond_with(Route::AnthropicChat, move |arrived| {
            let since = Instant::now();
            let answer = extraction_answer(&arrived.json);
            counted.fetch_add(u64::try_from(since.elapsed().as_micros()).unwrap(), Ordering::Relaxed);
            Answer::text(&answer)
        });
        let url = provider.url();
        let settings = [
            ("ANTHROPIC_API_KEY", ANTHROPIC_KEY),
            ("JOURNAL_ANTHROPIC_URL", url.as_str()),
            ("JOURNAL_ENABLE_MOOD_SCORING", "false"),
        ];
        let journal = journal.reopen_with(&settings, None);
        // Loads the weights, which happens once per process.
        journal.ctx.app.embedder().embed(&["warm"]).unwrap();
        for run in ["first run", "second run"] {
            let ordered = extraction::enqueue(&journal.ctx, ExtractionFilter::default()).await.unwrap();
            spent.store(0, Ordering::Relaxed);
            let since = Instant::now();
            jobs::drain(&journal.ctx, Scope::Ingest, &|_, _| {}).await.unwrap();
            let wall = since.elapsed();
            let own = wall.saturating_sub(Duration::from_micros(spent.load(Ordering::Relaxed)));
            let result = jobs::get(&journal.ctx, ordered.job_id).await.unwrap().result.unwrap();
            let rate = ENTRIES as f64 / own.as_secs_f64();
            println!(
                "extraction, {run:<11} {rate:>6.0} entries/s without provider time; \
                 {} entries, {} created, {} matched, {wall:.1?} total",
                result["entries_processed"], result["entities_created"], result["entities_matched"],
            );
        }
    });
}

/// Returns an extraction answer with the names in the entry's text.
fn extraction_answer(question: &Value) -> String {
    let text = question["messages"][0]["content"][0]["text"].as_str().unwrap();
    let names = text.split(" Then ").skip(1).filter_map(|rest| rest.split(" came by").next()).take(NAMES_PER_ANSWER);
    let people = names.map(|name| {
        json!({
            "entity_type": "person", "canonical_name": name, "quote": format!("Then {name} came by."), "confidence": 0.9,
            "description": "came by", "aliases": [], "matches_known_id": null, "match_justification": null,
        })
    });
    json!({ "entities": people.collect::<Vec<_>>(), "relationships": [] }).to_string()
}
