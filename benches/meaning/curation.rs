//! The list of entities, and the dashboards of mentions.

use std::fmt::Write as _;
use std::time::Duration;
use std::time::Instant;

use journal::ctx::Ctx;
use journal::entities;
use journal::entities::Chart;
use journal::entities::List;
use journal::model::between::Between;
use journal::model::dashboard::Bin;
use journal::port::whole;

use crate::support;
use crate::support::Journal;

const ENTRIES: usize = 5_000;
const ENTITIES: usize = 3_000;
/// Mentions of an entry.
const EACH: usize = 8;
/// Calls of each row.
const CALLS: usize = 200;
const TYPES: [&str; 3] = ["person", "place", "topic"];
const AT: &str = "2024-08-01T10:00:00Z";

/// Prints the middle and the slowest percent of each.
pub fn measure() {
    support::runtime().block_on(async {
        let journal = Journal::new(&[], Some(std::sync::Arc::new(support::Instant))).await;
        bring(&journal).await;
        println!("{ENTRIES} entries, {ENTITIES} entities, {} mentions", ENTRIES * EACH);
        let ctx = &journal.ctx;
        row("entity list, 50 rows", ctx, async |ctx| list(ctx, 50, None).await).await;
        row("entity list, 200 rows", ctx, async |ctx| list(ctx, 200, None).await).await;
        row("entity list, a search", ctx, async |ctx| list(ctx, 50, Some("12")).await).await;
        let (from, to) = (Some("2003-01-01".to_owned()), Some("2009-12-31".to_owned()));
        for (named, between) in [("all", Between::default()), ("seven years", Between { from, to })] {
            let chart = |limit| Chart { between: between.clone(), kind: None, limit };
            row(&format!("entity distribution, {named}"), ctx, async |ctx| {
                drop(entities::distribution(ctx, chart(50)).await.unwrap());
            })
            .await;
            row(&format!("entity trends, {named}"), ctx, async |ctx| {
                drop(entities::trends(ctx, chart(8), Bin::Month).await.unwrap());
            })
            .await;
            row(&format!("moods by entity, {named}"), ctx, async |ctx| {
                drop(entities::correlation(ctx, Some("calm".to_owned()), chart(10)).await.unwrap());
            })
            .await;
        }
    });
}

async fn list(ctx: &Ctx, limit: i64, search: Option<&str>) {
    let list = List { kind: None, search: search.map(str::to_owned), limit, offset: 0 };
    drop(entities::list(ctx, list).await.unwrap());
}

async fn row(named: &str, ctx: &Ctx, call: impl AsyncFn(&Ctx)) {
    let mut times: Vec<Duration> = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let begun = Instant::now();
        call(ctx).await;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    println!("{named:<40} p50 {:>9.2?}  p99 {:>9.2?}", times[CALLS / 2], times[CALLS * 99 / 100]);
}

/// Brings a journal in as an export: what is measured does not depend on who found it.
async fn bring(journal: &Journal) {
    let mut text = String::from(
        r#"{"format":"journal-export","version":2,"policy":{"local_only":true,"purposes":null,"redact":[],"words":[]},"entries":["#,
    );
    for (number, words) in support::diary(ENTRIES).iter().enumerate() {
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
            "description": "Somebody whom the journal knows well enough to describe in a sentence or two.",
            "aliases": [{ "alias": format!("other {number}"), "created_at": AT }], "first_seen": "2000-01-01",
            "is_quarantined": false, "quarantine_reason": "", "quarantined_at": "", "created_at": AT, "updated_at": AT,
        });
        push(&mut text, number, &entity);
    }
    text.push_str("],\"mentions\":[");
    for number in 0..ENTRIES * EACH {
        // Few are in many entries, and many in few.
        let place = number * 7919 % (ENTITIES * ENTITIES);
        let entity = 1 + place / ENTITIES * (place % ENTITIES) / ENTITIES;
        let mention = serde_json::json!({
            "id": number + 1, "entity_id": entity, "entry_id": 1 + number / EACH, "quote": "as it was said that day",
            "confidence": 0.9, "extraction_run_id": "run", "match_source": null, "created_at": AT,
        });
        push(&mut text, number, &mention);
    }
    let _ = write!(text, "],\"relationships\":[],\"merge_candidates\":[],\"merges\":[],\"pair_decisions\":[]}}");
    let path = journal.folder.path().join("export");
    std::fs::create_dir(&path).unwrap();
    std::fs::write(path.join("journal.json"), text).unwrap();
    whole::import(&journal.ctx, whole::From { path, ..whole::From::default() }, false, &|_, _| {}).await.unwrap();
}

fn push(text: &mut String, number: usize, value: &serde_json::Value) {
    let _ = write!(text, "{}{value}", if number == 0 { "" } else { "," });
}
