//! How fast is served what entries mean: the list of 3,000 people and places, and the dashboard over 5,000 entries.
//!
//! `cargo bench --bench meaning` measures.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and ends where anything fails")]

#[path = "meaning/curation.rs"]
mod curation;
#[path = "meaning/moods.rs"]
mod moods;
mod support;

fn main() {
    curation::measure();
    moods::measure();
}
