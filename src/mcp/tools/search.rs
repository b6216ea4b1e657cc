//! Search tools: search, topic frequency and question answering.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::scope::Scope;
use crate::domain::search_result::{SearchHit, SearchSort};
use crate::domain::text;
use crate::error::Result;
use crate::mcp::tool::{Tool, ToolCall, ToolEffect};
use crate::mcp::tools::date_range_args::DateRangeArgs;
use crate::mcp::tools::list_text::{format_count, format_len, format_list};
use crate::mcp::tools::tag_filter_args::TagFilterArgs;
use crate::services::search::{self, AnswerCitation, EntrySearch, JournalQuestion, TopicQuery};

/// Maximum length of the text shown of an entry and of a matching part, in code points.
const MAX_ENTRY_CHARS: usize = 500;
const MAX_PART_CHARS: usize = 200;
/// Maximum length of a query repeated in the response, in code points.
const MAX_QUERY_CHARS: usize = 60;
/// Maximum number of entries shown for a topic.
const MAX_TOPIC_ENTRIES: u32 = 10;

pub(super) fn tools() -> Vec<Tool> {
    let searches: (&[Scope], ToolEffect) = (&[Scope::Search], ToolEffect::Reads);
    vec![
        Tool::new(
            "journal_search_entries",
            "Search entries",
            "Searches journal entries by full text and meaning, best match first: id, date, relevance, matching parts \
             and start of the text.",
            searches,
            find,
        ),
        Tool::new(
            "journal_get_topic_frequency",
            "Count a topic",
            "Counts the entries that contain all words of a topic, and shows the newest ten.",
            searches,
            frequency,
        ),
        Tool::new(
            "journal_ask",
            "Ask a question",
            "Answers a question from journal entries only and quotes its sources. Without a configured model it \
             returns the best matching entries.",
            (&[Scope::Search], ToolEffect::Asks),
            ask,
        ),
    ]
}

/// Search query.
#[derive(Deserialize, JsonSchema)]
struct SearchEntriesArgs {
    /// Words or a question; "a phrase", -word, wal*, tag:, person:, on:, before: and after: narrow it.
    query: String,
    #[serde(flatten)]
    between: DateRangeArgs,
    #[serde(flatten)]
    tagged: TagFilterArgs,
    /// Maximum number of entries, 1 to 50.
    #[serde(default = "default_limit")]
    limit: i64,
    /// Entries to skip.
    #[serde(default)]
    offset: i64,
}

fn default_limit() -> i64 {
    search::DEFAULT_LIMIT
}

async fn find(call: ToolCall, given: SearchEntriesArgs) -> Result<String> {
    let SearchEntriesArgs { query, between, tagged, limit, offset } = given;
    let (between, tagged) = (between.into(), tagged.into());
    let wanted = EntrySearch { query, between, tagged, limit, offset, sort: SearchSort::Relevance };
    let found = search::find(&call.ctx, wanted).await?;
    let query = text::preview(&found.query, MAX_QUERY_CHARS);
    let mut notes: Vec<String> = found
        .unread_dates
        .iter()
        .map(|operator| format!("{operator} is no date, so it was searched as words"))
        .collect();
    notes.extend(found.words_only.map(|why| format!("full text only: {why}")));
    if !found.items.is_empty() && found.items.iter().all(|hit| !hit.exact) {
        notes.push("nothing matches exactly; nearest by meaning".to_owned());
    }
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) };
    if found.items.is_empty() {
        return Ok(format!("No entries found for \"{query}\"{notes}."));
    }
    let entries: Vec<String> = found.items.iter().map(format_hit).collect();
    let content = call.delimit(&entries.join("\n\n"))?;
    Ok(format!("{} found for \"{query}\"{notes}:\n{content}", format_len(&entries, "entry", "entries")))
}

fn format_hit(hit: &SearchHit) -> String {
    let title = hit.title.as_ref().map_or_else(String::new, |title| format!(" | {title}"));
    let mut lines = vec![format!(
        "[{}] {} | relevance {} | {}{title}",
        hit.entry_id,
        hit.entry_date,
        format_percent(hit.score),
        format_len(&hit.matching_chunks, "matching part", "matching parts")
    )];
    for part in &hit.matching_chunks {
        lines.push(format!("  {}: {}", format_percent(part.score), text::preview(&part.text, MAX_PART_CHARS)));
    }
    let (beginning, length) = (hit.text.chars().take(MAX_ENTRY_CHARS).collect::<String>(), hit.text.chars().count());
    lines.push(beginning);
    if length > MAX_ENTRY_CHARS {
        lines.push(format!("... ({length} characters in all)"));
    }
    lines.join("\n")
}

/// Formats a score as a percentage; scores only order hits and can exceed 1, so it is clamped.
fn format_percent(score: f64) -> String {
    format!("{:.0}%", (score * 100.0).clamp(0.0, 100.0))
}

/// Question.
#[derive(Deserialize, JsonSchema)]
struct AskArgs {
    /// Question as a full sentence.
    question: String,
    #[serde(flatten)]
    between: DateRangeArgs,
}

async fn ask(call: ToolCall, given: AskArgs) -> Result<String> {
    let question = JournalQuestion { query: given.question, between: given.between.into() };
    let answered = search::answer(&call.ctx, question).await?;
    if !answered.is_question {
        return Ok("This is not a question; use journal_search_entries to search by words.".to_owned());
    }
    if answered.citations.is_empty() {
        return Ok(answered.answer);
    }
    let quote = |cited: &AnswerCitation| {
        format!("[{}] {}: {}", cited.entry_id, cited.entry_date, text::preview(&cited.quote, MAX_PART_CHARS))
    };
    let cited: Vec<String> = answered.citations.iter().map(quote).collect();
    let (head, inside) = if answered.answered {
        // A model's answer is based on entries and may carry over their text.
        let head = format!("Answered from {}:", format_len(&cited, "entry", "entries"));
        (head, format!("{}\n\n{}", answered.answer, cited.join("\n")))
    } else {
        (answered.answer, cited.join("\n"))
    };
    Ok(format!("{head}\n{}", call.delimit(&inside)?))
}

/// Topic.
#[derive(Deserialize, JsonSchema)]
struct TopicFrequencyArgs {
    /// Words that an entry must contain, all of them.
    topic: String,
    #[serde(flatten)]
    between: DateRangeArgs,
}

async fn frequency(call: ToolCall, given: TopicFrequencyArgs) -> Result<String> {
    let topic = text::preview(&given.topic, MAX_QUERY_CHARS);
    let query = TopicQuery { words: given.topic, between: given.between.into(), limit: MAX_TOPIC_ENTRIES };
    let found = search::topic_mentions(&call.ctx, query).await?;
    let head = format!("\"{topic}\" comes up in {}", format_count(found.total, "entry", "entries"));
    let lines: Vec<_> = found.items.iter().map(|entry| format!("{}: {}", entry.entry_date, entry.preview)).collect();
    let list = format_list(&call, &head, &lines)?;
    let more = found.total - i64::try_from(found.items.len()).unwrap_or(i64::MAX);
    let rest = if more > 0 { format!("\n... and {more} more") } else { String::new() };
    Ok(list + &rest)
}
