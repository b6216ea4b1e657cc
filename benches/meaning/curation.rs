//! Benchmarks the entity list and the entity dashboards.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::support::{self, BenchJournal};
use journal::app::context::Ctx;
use journal::domain::dashboard::ChartBin;
use journal::domain::date_range::DateRange;
use journal::import_export::native;
use journal::services::entities::{self, EntityChartQuery, EntityListQuery};

const ENTRIES: usize = 5_000;
const ENTITIES: usize = 3_000;
/// Mentions per entry.
const MENTIONS_PER_ENTRY: usize = 8;
/// Calls per row.
const CALLS: usize = 200;
const TYPES: [&str; 3] = ["person", "place", "topic"];
const AT: &str = "2024-08-01T10:00:00Z";

/// Prints p50 and p99 of each request.
pub fn measure() {
    support::runtime().block_on(async {
        let journal = BenchJournal::new(&[], Some(std::sync::Arc::new(support::InstantEmbedder))).await;
        import_generated(&journal).await;
        println!("{ENTRIES} entries, {ENTITIES} entities, {} mentions", ENTRIES * MENTIONS_PER_ENTRY);
        let ctx = &journal.ctx;
        measure_row("entity list, 50 rows", ctx, async |ctx| list(ctx, 50, None).await).await;
        measure_row("entity list, 200 rows", ctx, async |ctx| list(ctx, 200, None).await).await;
        measure_row("entity list, a search", ctx, async |ctx| list(ctx, 50, Some("12")).await).await;
        let (from, to) = (Some("2003-01-01".to_owned()), Some("2009-12-31".to_owned()));
        for (named, between) in [("all", DateRange::default()), ("seven years", DateRange { from, to })] {
            let chart = |limit| EntityChartQuery { between: between.clone(), kind: None, limit };
            measure_row(&format!("entity distribution, {named}"), ctx, async |ctx| {
                drop(entities::mention_distribution(ctx, chart(50)).await.unwrap());
            })
            .await;
            measure_row(&format!("entity trends, {named}"), ctx, async |ctx| {
                drop(entities::mention_trends(ctx, chart(8), ChartBin::Month).await.unwrap());
            })
            .await;
            measure_row(&format!("moods by entity, {named}"), ctx, async |ctx| {
                drop(entities::mood_correlation(ctx, Some("calm".to_owned()), chart(10)).await.unwrap());
            })
            .await;
        }
    });
}

async fn list(ctx: &Ctx, limit: i64, search: Option<&str>) {
    let list = EntityListQuery { kind: None, search: search.map(str::to_owned), limit, offset: 0 };
    drop(entities::list(ctx, list).await.unwrap());
}

async fn measure_row(named: &str, ctx: &Ctx, call: impl AsyncFn(&Ctx)) {
    let mut times: Vec<Duration> = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let begun = Instant::now();
        call(ctx).await;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    println!("{named:<40} p50 {:>9.2?}  p99 {:>9.2?}", times[CALLS / 2], times[CALLS * 99 / 100]);
}

/// Imports a generated export, which is faster than extraction; the results do not depend on the extractor.
async fn import_generated(journal: &BenchJournal) {
    let mut text = String::from(
        r#"{"format":"journal-export","version":2,"policy":{"local_only":true,"purposes":null,"redact":[],"words":[]},"entries":["#,
    );
    for (number, words) in support::generate_entries(ENTRIES).iter().enumerate() {
        let day = format!("{}-{:02}-{:02}", 2000 + number / 336, 1 + number / 28 % 12, 1 + number % 28);
        let score = (number % 21) as f64 / 10.0 - 1.0;
        let entry = serde_json::json!({
            "id": number + 1, "entry_date": day, "date_confirmed": true, "title": null, "tags": [],
            "source_type": "text_entry", "raw_text": words, "final_text": words, "word_count": 150, "language": "en",
            "content_boundary": null, "doubts_verified": false, "uncertain_spans": [], "entities_outdated": false,
            "provenance": { "added_by": null, "written_by": null }, "sources": [], "pages": [],
            "moods": [{ "dimension": "calm", "score": score, "confidence": 0.5, "rationale": "why", "created_at": AT }],
            "history": [], "created_at": AT, "updated_at": AT,
        });
        push(&mut text, number, &entry);
    }
    text.push_str("],\"entities\":[");
    for number in 0..ENTITIES {
        let entity = serde_json::json!({
            "id": number + 1, "entity_type": TYPES[number % 3], "canonical_name": format!("Name {number}"),
            "description": "A friend from school who moved to the coast and calls every second Sunday.",
            "aliases": [{ "alias": format!("other {number}"), "created_at": AT }], "first_seen": "2000-01-01",
            "is_quarantined": false, "quarantine_reason": "", "quarantined_at": "", "created_at": AT, "updated_at": AT,
        });
        push(&mut text, number, &entity);
    }
    text.push_str("],\"mentions\":[");
    for number in 0..ENTRIES * MENTIONS_PER_ENTRY {
        // Skewed: few entities have many mentions, many have few.
        let place = number * 7919 % (ENTITIES * ENTITIES);
        let entity = 1 + place / ENTITIES * (place % ENTITIES) / ENTITIES;
        let mention = serde_json::json!({
            "id": number + 1, "entity_id": entity, "entry_id": 1 + number / MENTIONS_PER_ENTRY, "quote": "as it was said that day",
            "confidence": 0.9, "extraction_run_id": "run", "match_source": null, "created_at": AT,
        });
        push(&mut text, number, &mention);
    }
    let _ = write!(text, "],\"relationships\":[],\"merge_candidates\":[],\"merges\":[],\"pair_decisions\":[]}}");
    let path = journal.folder.path().join("export");
    std::fs::create_dir(&path).unwrap();
    std::fs::write(path.join("journal.json"), text).unwrap();
    native::import(
        &journal.ctx,
        native::NativeImportArgs { path, ..native::NativeImportArgs::default() },
        false,
        &|_, _| {},
    )
    .await
    .unwrap();
}

fn push(text: &mut String, number: usize, value: &serde_json::Value) {
    let _ = write!(text, "{}{value}", if number == 0 { "" } else { "," });
}
