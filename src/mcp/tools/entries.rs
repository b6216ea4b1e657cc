//! Entry tools: read, list, statistics, update.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::entry::{Entry, EntrySummary, PREVIEW_CHARS};
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::domain::tag::TagFilter;
use crate::error::Result;
use crate::mcp::content_delimiter;
use crate::mcp::tool::{Tool, ToolCall, ToolEffect};
use crate::mcp::tools::date_range_args::DateRangeArgs;
use crate::mcp::tools::list_text::{format_count, format_list};
use crate::mcp::tools::lookup_hint::with_entry_hint;
use crate::mcp::tools::tag_filter_args::TagFilterArgs;
use crate::services::entries::{self, EntryEdit};

/// Maximum number of entries in a page: the contract of the tool, below [`entries::MAX_LIMIT`] of other interfaces.
const MAX_LIMIT: i64 = 50;
/// Maximum number of entries shown for one day.
const MAX_DAY_ENTRIES: usize = 50;
/// Maximum length of the text shown for one day, all entries together, in code points.
const MAX_DAY_CHARS: usize = 200_000;

pub(super) fn tools() -> Vec<Tool> {
    let reads: (&[Scope], ToolEffect) = (&[Scope::EntriesRead], ToolEffect::Reads);
    vec![
        Tool::new(
            "journal_get_entries_by_date",
            "Read a day",
            "Returns all journal entries of a date with their full text.",
            reads,
            by_date,
        ),
        Tool::new(
            "journal_list_entries",
            "List entries",
            "Lists journal entries, newest date first, one line each: id, date, source, words, tags and start of the text.",
            reads,
            list,
        ),
        Tool::new(
            "journal_get_entry",
            "Read an entry",
            "Returns one journal entry: its current and its original text, date and source.",
            reads,
            get,
        )
        .with_object(),
        Tool::new(
            "journal_get_statistics",
            "Count entries",
            "Counts entries and words: totals, averages and date range.",
            reads,
            statistics,
        ),
        Tool::new(
            "journal_update_entry_text",
            "Rewrite an entry",
            "Replaces the text of a journal entry. The previous version is kept, and the user can restore it.",
            (&[Scope::EntriesRead, Scope::EntriesWrite], ToolEffect::Replaces),
            update,
        ),
    ]
}

/// Day.
#[derive(Deserialize, JsonSchema)]
struct EntriesByDateArgs {
    /// Date, `YYYY-MM-DD`.
    date: String,
}

async fn by_date(call: ToolCall, given: EntriesByDateArgs) -> Result<String> {
    let (day, all) = entries::on_day(&call.ctx, &given.date, MAX_DAY_ENTRIES).await?;
    let (date, total) = (given.date, i64::try_from(all).unwrap_or(i64::MAX));
    if day.is_empty() {
        return Ok(format!("No entries on {date}."));
    }
    let mut left = MAX_DAY_CHARS;
    let shown: Vec<String> = day.iter().map(|entry| format_entry(entry, &mut left)).collect();
    let content = call.delimit(&shown.join("\n\n"))?;
    let of = if day.len() < all { format!("{} of ", day.len()) } else { String::new() };
    Ok(format!("{of}{} on {date}:\n{content}", format_count(total, "entry", "entries")))
}

fn format_entry(entry: &Entry, left: &mut usize) -> String {
    let title = entry.title.as_ref().map_or_else(String::new, |title| format!(" | {title}"));
    let shown: String = entry.final_text.chars().take(*left).collect();
    let rest = entry.final_text.chars().skip(*left).count();
    *left -= shown.chars().count();
    let rest =
        if rest > 0 { format!("\n... ({rest} more characters; journal_get_entry shows them)") } else { String::new() };
    format!("[{}] {} | {} words{title}\n{shown}{rest}", entry.id, entry.source_type, entry.word_count)
}

/// Page of entries.
#[derive(Deserialize, JsonSchema)]
struct ListEntriesArgs {
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
    entries::DEFAULT_LIMIT
}

async fn list(call: ToolCall, given: ListEntriesArgs) -> Result<String> {
    let list = entries::EntryListQuery {
        between: given.between.into(),
        tagged: given.tagged.into(),
        limit: given.limit.min(MAX_LIMIT),
        offset: given.offset,
    };
    let page = entries::list(&call.ctx, list).await?;
    let head = format!("{} of {}", page.items.len(), format_count(page.total, "entry", "entries"));
    format_list(&call, &head, &page.items.iter().map(format_summary).collect::<Vec<_>>())
}

fn format_summary(entry: &EntrySummary) -> String {
    let EntrySummary { id, entry_date, source_type, word_count, preview, tags, .. } = entry;
    let tags = if tags.is_empty() { String::new() } else { format!(" | tags: {}", tags.join(", ")) };
    let cut = if preview.chars().count() < PREVIEW_CHARS { "" } else { "..." };
    format!("[{id}] {entry_date} | {source_type} | {word_count} words{tags} | {preview}{cut}")
}

/// Entry by id.
#[derive(Deserialize, JsonSchema)]
struct GetEntryArgs {
    /// Id of the entry.
    entry_id: i64,
}

async fn get(call: ToolCall, given: GetEntryArgs) -> Result<Value> {
    let entry = entries::get(&call.ctx, EntryId(given.entry_id)).await.map_err(with_entry_hint)?;
    let mut entry = json!(entry);
    content_delimiter::add_content_note(&mut entry);
    Ok(entry)
}

async fn statistics(call: ToolCall, between: DateRangeArgs) -> Result<String> {
    let stats = entries::stats(&call.ctx, between.into(), &TagFilter::default()).await?;
    let range = match (&stats.date_range_start, &stats.date_range_end) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "N/A".to_owned(),
    };
    Ok(format!(
        "Total entries: {}\nDate range: {range}\nTotal words: {}\nAverage words per entry: {:.0}\nEntries per month: {:.1}",
        stats.total_entries, stats.total_words, stats.avg_words_per_entry, stats.entries_per_month
    ))
}

/// New text of an entry.
#[derive(Deserialize, JsonSchema)]
struct UpdateEntryTextArgs {
    /// Id of the entry.
    entry_id: i64,
    /// Full new text.
    final_text: String,
}

async fn update(call: ToolCall, given: UpdateEntryTextArgs) -> Result<String> {
    let edit = EntryEdit { text: Some(given.final_text), ..EntryEdit::default() };
    let edited = entries::edit(&call.ctx, EntryId(given.entry_id), edit).await.map_err(with_entry_hint)?;
    let entry = &edited.entry;
    let search_note = match edited.reprocess_job_id {
        Some(job) => format!("\n  Full-text search finds it now, semantic search after job {job} has finished"),
        None => String::new(),
    };
    Ok(format!(
        "Entry updated:\n  ID: {}\n  Date: {}\n  Source: {}\n  Words: {}{search_note}",
        entry.id, entry.entry_date, entry.source_type, entry.word_count
    ))
}
