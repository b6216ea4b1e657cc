//! Benchmarks storing, searching and opening journals of 1,000, 10,000 and 50,000 entries of about 150 words, and the
//! built-in embedder. Prints medians; compare only figures of one run.
//!
//! `cargo bench --bench speed` measures up to 10,000 entries; `-- 50000` includes 50,000.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and ends where anything fails")]

mod support;

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use journal::domain::date_range::DateRange;
use journal::domain::scope::Scope;
use journal::domain::tag::TagFilter;
use journal::jobs;
use journal::providers::minilm::MiniLm;
use journal::services::ingest;
use support::{BenchJournal, InstantEmbedder};

fn main() {
    let largest = std::env::args().filter_map(|argument| argument.parse().ok()).max().unwrap_or(10_000);
    measure_embedder();
    support::runtime().block_on(measure_embedding_jobs());
    println!(
        "\n{:>8}{:>14}{:>14}{:>12}{:>12}{:>12}{:>12}{:>12}{:>12}{:>12}",
        "entries",
        "store batch",
        "store single",
        "search p50",
        "search p99",
        "list p50",
        "cold search",
        "list --tag",
        "tag:",
        "tag: word"
    );
    println!(
        "{:>8}{:>14}{:>14}{:>12}{:>12}{:>12}{:>12}{:>12}{:>12}{:>12}",
        "", "entries/s", "entries/s", "ms", "ms", "ms", "ms", "ms", "ms", "ms"
    );
    for count in [1_000, 10_000, 50_000].into_iter().filter(|count| *count <= largest) {
        support::runtime().block_on(measure_journal(count));
    }
    measure_processes();
}

/// Measures the built-in embedder on one core.
fn measure_embedder() {
    let loading = Clock::now();
    let model = MiniLm::load();
    let loading = loading.elapsed();
    let query = "when did my grandmother call about the garden again?";
    let chunk = support::generate_entries(1).remove(0).split_whitespace().take(150).collect::<Vec<_>>().join(" ");
    let short = median(200, || drop(model.embed(&[query])));
    let long = median(60, || drop(model.embed(&[chunk.as_str()])));
    let tokens = |text: &str| model.embed_tokens(text).tokens.len() + 2;
    println!("built-in embedder: load {:.2} ms", ms(loading));
    println!("  query of {} tokens   p50 {:.1} ms", tokens(query), ms(short));
    println!("  chunk of {} tokens  p50 {:.1} ms", tokens(&chunk), ms(long));
}

/// Measures chunking and embedding together, through the job queue.
async fn measure_embedding_jobs() {
    let count = 400;
    for strategy in ["semantic", "fixed"] {
        let journal = BenchJournal::new(&[("CHUNKING_STRATEGY", strategy)], None).await;
        journal.store(&support::generate_entries(count), count).await;
        let started = Clock::now();
        jobs::drain(&journal.ctx, Scope::Ingest, &|_, _| {}).await.unwrap();
        println!("{strategy} chunks with their vectors: {:.1} entries/s on {} cores", rate(count, started), cores());
    }
}

async fn measure_journal(count: usize) {
    let texts = support::generate_entries(count + 300);
    let journal = BenchJournal::new(&[], Some(Arc::new(InstantEmbedder))).await;
    let texts = tag_every_tenth(texts);
    let started = Clock::now();
    journal.store(&texts[..count], 256).await;
    let batch = rate(count, started);
    let started = Clock::now();
    for text in &texts[count..] {
        ingest::write(&journal.ctx, text, None).await.unwrap();
    }
    let single = rate(300, started);
    jobs::drain(&journal.ctx, Scope::Ingest, &|_, _| {}).await.unwrap();
    let (half, most) = measure_searches(&journal).await;
    let listing = measure_lists(&journal, &TagFilter::default()).await;
    let tagged = measure_lists(&journal, &one_tag()).await;
    let (filtered, worded) =
        (median_search(&journal, "tag:benchmark").await, median_search(&journal, "tag:benchmark garden").await);
    let opening = median_of((0..9).map(|_| cold_search(&journal)).collect());
    println!(
        "{count:>8}{batch:>14.0}{single:>14.0}{:>12.2}{:>12.2}{:>12.2}{:>12.1}{:>12.2}{:>12.2}{:>12.2}",
        ms(half),
        ms(most),
        ms(listing),
        ms(opening),
        ms(tagged),
        ms(filtered),
        ms(worded)
    );
}

/// Measures hybrid search (p50, p99) with an instant embedder, so without the time to embed the query.
async fn measure_searches(journal: &BenchJournal) -> (Duration, Duration) {
    let queries = [
        "garden",
        "washing machine",
        "karomi",
        "what did the doctor say",
        "rain on the roof",
        "tax",
        "train home late",
    ];
    journal.search("warm", 10).await.unwrap();
    let mut times = Vec::new();
    for round in 0..300 {
        let started = Clock::now();
        journal.search(queries[round % queries.len()], 10).await.unwrap();
        times.push(started.elapsed());
    }
    times.sort();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

/// Adds front matter with a tag to every tenth text.
fn tag_every_tenth(texts: Vec<String>) -> Vec<String> {
    let tagged = |(position, text): (usize, String)| match position % 10 {
        0 => format!("---\ntags: [benchmark]\n---\n{text}"),
        _ => text,
    };
    texts.into_iter().enumerate().map(tagged).collect()
}

fn one_tag() -> TagFilter {
    TagFilter { tags: vec!["benchmark".to_owned()], ..TagFilter::default() }
}

/// Measures a search whose page is not cached: each round asks for another page size or offset.
async fn median_search(journal: &BenchJournal, query: &str) -> Duration {
    let mut times = Vec::new();
    for round in 0..45 {
        let started = Clock::now();
        journal.search(query, 5 + round).await.unwrap();
        times.push(started.elapsed());
    }
    median_of(times)
}

async fn measure_lists(journal: &BenchJournal, tagged: &TagFilter) -> Duration {
    let mut times = Vec::new();
    for _ in 0..50 {
        let (between, tagged) = (DateRange::default(), tagged.clone());
        let list = journal::services::entries::EntryListQuery { between, tagged, limit: 20, offset: 0 };
        let started = Clock::now();
        journal::services::entries::list(&journal.ctx, list).await.unwrap();
        times.push(started.elapsed());
    }
    median_of(times)
}

/// Measures a new process that opens the journal, loads vectors and embedder, and runs one search.
fn cold_search(journal: &BenchJournal) -> Duration {
    let started = Clock::now();
    let output = Command::new(env!("CARGO_BIN_EXE_journal"))
        .args(["--data-dir".as_ref(), journal.folder.path().join("data").as_os_str()])
        .args(["--config".as_ref(), journal.folder.path().join("config/config.toml").as_os_str()])
        .args(["search", "garden", "--limit", "5"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    started.elapsed()
}

/// Measures a process that opens no journal, and the size of the binary.
fn measure_processes() {
    let help = || assert!(Command::new(env!("CARGO_BIN_EXE_journal")).arg("--help").output().unwrap().status.success());
    println!("\njournal --help: p50 {:.1} ms", ms(median(30, help)));
    let size = std::fs::metadata(env!("CARGO_BIN_EXE_journal")).unwrap().len();
    println!("binary: {:.1} MB", size as f64 / 1e6);
}

fn median(rounds: usize, mut work: impl FnMut()) -> Duration {
    let times = (0..rounds).map(|_| {
        let started = Clock::now();
        work();
        started.elapsed()
    });
    median_of(times.collect())
}

fn median_of(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn rate(count: usize, since: Clock) -> f64 {
    count as f64 / since.elapsed().as_secs_f64()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
