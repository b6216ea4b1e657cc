//! Keyword and vector search, and answers with citations from its results.

mod answer;
mod entry_search;
pub mod fusion;
mod query_dates;
mod ranking;
mod rerank;
mod term_filter;
mod topic_frequency;

pub use answer::{AnswerCitation, AnswerResponse, JournalQuestion, answer};
pub use entry_search::{DEFAULT_LIMIT, EntrySearch, MAX_LIMIT, MAX_QUERY, find};
pub(crate) use ranking::RankingRequest;
pub use topic_frequency::{TopicMention, TopicMentions, TopicQuery, topic_mentions};

#[cfg(test)]
mod tests;
