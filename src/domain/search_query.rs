//! Search query language: phrases, excluded words, prefixes, symbols, tags, persons and days.

mod matching;
mod parsed_query;
mod parser;
mod signs;

pub(crate) use matching::LiteralMatcher;
pub use matching::symbol_words;
pub use parsed_query::{DayReader, ParsedQuery, QueryDays, SearchTerm};

#[cfg(test)]
mod tests;
