//! Entry tools: read, list, statistics, update.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::date_range::DateRange;
use crate::domain::entry::{Entry, EntrySummary, PREVIEW_CHARS};
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::mcp::content_delimiter::{self, ContentDelimiter};
use crate::mcp::tool::{Tool, ToolCall, ToolEffect};
use crate::mcp::tools::{MAX_LIMIT, clamp_limit, clamp_offset, format_count, with_lookup_hint};
use crate::services::entries;

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
            "Lists journal entries, newest date first, one line each: id, date, source, words and start of the text.",
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
#[serde(deny_unknown_fields)]
struct EntriesByDateArgs {
    /// Date, `YYYY-MM-DD`.
    date: String,
}

async fn by_date(call: ToolCall, given: EntriesByDateArgs) -> Result<String> {
    let (day, all) = entries::on_day(&call.ctx, &given.date, clamp_limit(MAX_LIMIT)).await?;
    let (date, total) = (given.date, i64::try_from(all).unwrap_or(i64::MAX));
    if day.is_empty() {
        return Ok(format!("No entries on {date}."));
    }
    let mut left = MAX_DAY_CHARS;
    let shown: Vec<String> = day.iter().map(|entry| format_entry(entry, &mut left)).collect();
    let content = ContentDelimiter::wrap_with_rule(call.ctx.app.entropy.as_ref(), &shown.join("\n\n"))?;
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
#[serde(deny_unknown_fields)]
struct ListEntriesArgs {
    /// First date, `YYYY-MM-DD`.
    #[serde(default)]
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    #[serde(default)]
    end_date: Option<String>,
    /// Maximum number of entries, 1 to 50.
    #[serde(default = "default_limit")]
    limit: i64,
    /// Entries to skip.
    #[serde(default)]
    offset: i64,
}

fn default_limit() -> i64 {
    20
}

async fn list(call: ToolCall, given: ListEntriesArgs) -> Result<String> {
    let list = entries::EntryListQuery {
        between: DateRange { from: given.start_date, to: given.end_date },
        limit: clamp_limit(given.limit),
        offset: clamp_offset(given.offset),
    };
    let page = entries::list(&call.ctx, list).await?;
    let head = format!("{} of {}", page.items.len(), format_count(page.total, "entry", "entries"));
    if page.items.is_empty() {
        return Ok(format!("{head}."));
    }
    let lines: Vec<String> = page.items.iter().map(format_summary).collect();
    Ok(format!("{head}:\n{}", ContentDelimiter::wrap_with_rule(call.ctx.app.entropy.as_ref(), &lines.join("\n"))?))
}

fn format_summary(entry: &EntrySummary) -> String {
    let EntrySummary { id, entry_date, source_type, word_count, preview, .. } = entry;
    let cut = if preview.chars().count() < PREVIEW_CHARS { "" } else { "..." };
    format!("[{id}] {entry_date} | {source_type} | {word_count} words | {preview}{cut}")
}

/// Entry by id.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GetEntryArgs {
    /// Id of the entry.
    entry_id: i64,
}

async fn get(call: ToolCall, given: GetEntryArgs) -> Result<Value> {
    let entry = entries::get(&call.ctx, EntryId(given.entry_id)).await.map_err(with_lookup_hint)?;
    let mut entry = json!(entry);
    content_delimiter::add_content_note(&mut entry);
    Ok(entry)
}

/// Date range.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StatisticsArgs {
    /// First date, `YYYY-MM-DD`.
    #[serde(default)]
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    #[serde(default)]
    end_date: Option<String>,
}

async fn statistics(call: ToolCall, given: StatisticsArgs) -> Result<String> {
    let stats = entries::stats(&call.ctx, DateRange { from: given.start_date, to: given.end_date }).await?;
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
#[serde(deny_unknown_fields)]
struct UpdateEntryTextArgs {
    /// Id of the entry.
    entry_id: i64,
    /// Full new text.
    final_text: String,
}

async fn update(call: ToolCall, given: UpdateEntryTextArgs) -> Result<String> {
    let (id, edit) =
        (EntryId(given.entry_id), entries::EntryEdit { text: Some(given.final_text), ..entries::EntryEdit::default() });
    let edited = entries::edit(&call.ctx, id, edit).await.map_err(with_lookup_hint)?;
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
