//! How fast is served what entries mean: the list of 3,000 people and places, and the dashboard over 5,000 entries. And how
//! fast 2,000 entries are looked through by a provider that answers at once.
//!
//! `cargo bench --bench meaning` measures.

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
    curation::measure();
    extraction::measure();
    moods::measure();
}
