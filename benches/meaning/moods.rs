//! Benchmarks the mood dashboards over 5,000 entries with scores on ten dimensions.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::support::{self, BenchJournal};
use journal::app::context::Ctx;
use journal::domain::date_range::DateRange;
use journal::domain::mood::TimeBin;
use journal::import_export::native;
use journal::services::mood;

const ENTRIES: usize = 5_000;
/// Calls per row.
const CALLS: usize = 200;
const AT: &str = "2024-08-01T10:00:00Z";

/// Prints p50 and p99 of each request.
pub fn measure() {
    support::runtime().block_on(async {
        let journal = BenchJournal::new(&[], Some(std::sync::Arc::new(support::InstantEmbedder))).await;
        let ctx = &journal.ctx;
        let names: Vec<String> =
            mood::list_dimensions(ctx).await.unwrap().dimensions.into_iter().map(|one| one.name).collect();
        import_generated(&journal, &names).await;
        println!("{ENTRIES} entries, {} scores", ENTRIES * names.len());
        let year = DateRange { from: Some("2009-01-01".to_owned()), to: Some("2009-12-31".to_owned()) };
        for (named, between) in [("all", DateRange::default()), ("a year", year)] {
            for step in [TimeBin::Day, TimeBin::Week, TimeBin::Month, TimeBin::Year] {
                measure_row(&format!("mood trends by {}, {named}", step.name()), ctx, async |ctx| {
                    drop(mood::trends(ctx, between.clone(), step, Vec::new()).await.unwrap());
                })
                .await;
            }
        }
        let one = vec![names[0].clone()];
        measure_row("mood trends of one dimension by week, all", ctx, async |ctx| {
            drop(mood::trends(ctx, DateRange::default(), TimeBin::Week, one.clone()).await.unwrap());
        })
        .await;
        for (named, from, to) in [("a month", "2009-03-01", "2009-03-31"), ("all", "2000-01-01", "2030-12-31")] {
            let between = DateRange { from: Some(from.to_owned()), to: Some(to.to_owned()) };
            measure_row(&format!("mood drilldown, {named}"), ctx, async |ctx| {
                drop(mood::drilldown(ctx, Some(names[0].clone()), between.clone()).await.unwrap());
            })
            .await;
        }
    });
}

async fn measure_row(named: &str, ctx: &Ctx, call: impl AsyncFn(&Ctx)) {
    let mut times: Vec<Duration> = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let begun = Instant::now();
        call(ctx).await;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    println!("{named:<45} p50 {:>9.2?}  p99 {:>9.2?}", times[CALLS / 2], times[CALLS * 99 / 100]);
}

/// Imports a generated export, which is faster than scoring; the results do not depend on the scorer.
async fn import_generated(journal: &BenchJournal, names: &[String]) {
    let mut text = String::from(
        r#"{"format":"journal-export","version":2,"policy":{"local_only":true,"purposes":null,"redact":[],"words":[]},"entries":["#,
    );
    for (number, words) in support::generate_entries(ENTRIES).iter().enumerate() {
        let day = format!("{}-{:02}-{:02}", 2000 + number / 336, 1 + number / 28 % 12, 1 + number % 28);
        let moods = names.iter().enumerate().map(|(place, name)| {
            let score = ((number + place) % 11) as f64 / 10.0;
            let why = "She slept badly and said so twice. The evening was better than the morning.";
            serde_json::json!({
                "dimension": name, "score": score, "confidence": 0.5, "rationale": why, "created_at": AT,
            })
        });
        let entry = serde_json::json!({
            "id": number + 1, "entry_date": day, "date_confirmed": true, "title": null, "tags": [],
            "source_type": "text_entry", "raw_text": words, "final_text": words, "word_count": 150, "language": "en",
            "content_boundary": null, "doubts_verified": false, "uncertain_spans": [], "entities_outdated": false,
            "provenance": { "added_by": null, "written_by": null }, "sources": [], "pages": [],
            "moods": moods.collect::<Vec<_>>(), "history": [], "created_at": AT, "updated_at": AT,
        });
        let _ = write!(text, "{}{entry}", if number == 0 { "" } else { "," });
    }
    text.push_str(
        "],\"entities\":[],\"mentions\":[],\"relationships\":[],\"merge_candidates\":[],\"merges\":[],\"pair_decisions\":[]}",
    );
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
