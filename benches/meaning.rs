//! How fast is served what entries mean: the list of 3,000 people and places, and the dashboard over 5,000 entries. And how
//! fast 2,000 entries are looked through by a provider that answers at once.
//!
//! `cargo bench --bench meaning` measures; `-- curation`, `-- moods` or `-- extraction` only that.

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
