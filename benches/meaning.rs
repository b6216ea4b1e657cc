//! Benchmarks entities and moods: the list of 3,000 entities, the dashboards over 5,000 entries, and entity extraction
//! of 2,000 entries with an instant provider.
//!
//! `cargo bench --bench meaning`; `-- curation`, `-- moods` or `-- extraction` runs one part.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and ends where anything fails")]

#[path = "meaning/curation.rs"]
mod curation;
#[path = "meaning/extraction.rs"]
mod extraction;
#[path = "meaning/moods.rs"]
mod moods;
#[path = "../tests/support/provider/mod.rs"]
mod provider;
mod support;

fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let parts =
        [("curation", curation::measure as fn()), ("moods", moods::measure), ("extraction", extraction::measure)];
    for (_, measure) in parts.into_iter().filter(|(name, _)| wanted.as_deref().is_none_or(|wanted| wanted == *name)) {
        measure();
    }
}
