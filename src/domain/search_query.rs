//! Search query language: phrases, excluded words, prefixes, symbols, tags, persons and days.

mod matching;
mod parser;
mod query;
mod term;

pub(crate) use matching::LiteralMatcher;
pub use matching::symbol_words;
pub use query::{DayReader, ParsedQuery, QueryDays};
pub use term::SearchTerm;

#[cfg(test)]
mod tests;
