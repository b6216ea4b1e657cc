//! Topic frequency by keyword.

use crate::app::context::Ctx;
use crate::app::restricted_access::CountsEntries;
use crate::domain::activity::ReadKind;
use crate::domain::date_range::DateRange;
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::domain::text;
use crate::error::Result;
use crate::services::search::entry_search::validate_query;
use crate::storage::notebook::{entries, full_text};

/// A topic to count.
#[derive(Debug, Clone)]
pub struct TopicQuery {
    /// Words that must all occur.
    pub words: String,
    /// Date range of the search.
    pub between: DateRange,
    /// Maximum number of entries returned.
    pub limit: u32,
}

/// Entries that mention a topic.
#[derive(Debug)]
pub struct TopicMentions {
    /// Number of entries that contain all its words.
    pub total: i64,
    /// The newest of them.
    pub items: Vec<TopicMention>,
}

impl CountsEntries for TopicMentions {
    fn entries(&self) -> usize {
        self.items.len()
    }
}

/// An entry that mentions a topic.
#[derive(Debug)]
pub struct TopicMention {
    /// The entry.
    pub id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// Its beginning, at most [`PREVIEW_CHARS`] code points.
    pub preview: String,
}

/// Length of [`TopicMention::preview`], in code points.
pub const PREVIEW_CHARS: usize = 80;

/// Counts the entries that contain every word of a topic. Entries with an uncertain date are excluded, as in a search.
///
/// # Errors
/// `Invalid` for an empty or too long topic or malformed dates.
pub async fn topic_mentions(ctx: &Ctx, topic: TopicQuery) -> Result<TopicMentions> {
    let words = validate_query(&topic.words)?.to_owned();
    let (from, to) = topic.between.validate()?;
    ctx.read_restricted(Scope::Search, ReadKind::Search, move |db, within| {
        let Some(expression) = full_text::match_expression(&words) else {
            return Ok(TopicMentions { total: 0, items: Vec::new() });
        };
        let within = within.narrowed_to_dates(from.as_deref(), to.as_deref());
        let total = full_text::count_matches(db, &expression, &within)?;
        let mut items = Vec::new();
        for id in full_text::search_newest(db, &expression, &within, topic.limit as usize)? {
            let Some((entry_date, _, text)) = entries::find_hit_text(db, id)? else { continue };
            items.push(TopicMention { id, entry_date, preview: text::preview(&text, PREVIEW_CHARS) });
        }
        Ok(TopicMentions { total, items })
    })
    .await
}
