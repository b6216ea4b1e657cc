//! Entries: shown, listed, counted, changed.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::entries;
use crate::error::Result;
use crate::mcp::fence;
use crate::mcp::fence::Fence;
use crate::mcp::tool::Call;
use crate::mcp::tool::Effect;
use crate::mcp::tool::Tool;
use crate::mcp::tools::MAX_LIMIT;
use crate::mcp::tools::absent;
use crate::mcp::tools::counted;
use crate::mcp::tools::limit;
use crate::mcp::tools::offset;
use crate::model::between::Between;
use crate::model::entry::Entry;
use crate::model::entry::PREVIEW_CHARS;
use crate::model::entry::Summary;
use crate::model::id::EntryId;
use crate::model::scope::Scope;

/// Code points of text that the entries of a day are shown with, all together.
const SHOWN_OF_A_DAY: usize = 200_000;

pub(super) fn tools() -> Vec<Tool> {
    let reads: (&[Scope], Effect) = (&[Scope::EntriesRead], Effect::Reads);
    vec![
        Tool::new(
            "journal_get_entries_by_date",
            "Read a day",
            "Shows every journal entry of a date with its whole text.",
            reads,
            by_date,
        ),
        Tool::new(
            "journal_list_entries",
            "List entries",
            "Lists journal entries, newest date first, one line each: number, date, source, words and how the text begins.",
            reads,
            list,
        ),
        Tool::new(
            "journal_get_entry",
            "Read an entry",
            "Shows one journal entry: its text as it is and as it was read first, its date and source.",
            reads,
            get,
        )
        .with_object(),
        Tool::new(
            "journal_get_statistics",
            "Count entries",
            "Counts entries and words: totals, averages, and the dates between which they lie.",
            reads,
            statistics,
        ),
        Tool::new(
            "journal_update_entry_text",
            "Rewrite an entry",
            "Replaces the text of a journal entry. What it was before is kept, and the user can bring it back.",
            (&[Scope::EntriesRead, Scope::EntriesWrite], Effect::Replaces),
            update,
        ),
    ]
}

/// A day.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Day {
    /// The date, `YYYY-MM-DD`.
    date: String,
}

async fn by_date(call: Call, given: Day) -> Result<String> {
    let (day, all) = entries::on_day(&call.ctx, &given.date, limit(MAX_LIMIT)).await?;
    let (date, total) = (given.date, i64::try_from(all).unwrap_or(i64::MAX));
    if day.is_empty() {
        return Ok(format!("No entries on {date}."));
    }
    let mut left = SHOWN_OF_A_DAY;
    let shown: Vec<String> = day.iter().map(|entry| whole(entry, &mut left)).collect();
    let content = Fence::over(call.ctx.app.entropy.as_ref(), &shown.join("\n\n"))?;
    let of = if day.len() < all { format!("{} of ", day.len()) } else { String::new() };
    Ok(format!("{of}{} on {date}:\n{content}", counted(total, "entry", "entries")))
}

fn whole(entry: &Entry, left: &mut usize) -> String {
    let title = entry.title.as_ref().map_or_else(String::new, |title| format!(" | {title}"));
    let shown: String = entry.final_text.chars().take(*left).collect();
    let rest = entry.final_text.chars().skip(*left).count();
    *left -= shown.chars().count();
    let rest =
        if rest > 0 { format!("\n... ({rest} characters more; journal_get_entry shows them)") } else { String::new() };
    format!("[{}] {} | {} words{title}\n{shown}{rest}", entry.id, entry.source_type, entry.word_count)
}

/// A page of entries.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct List {
    /// First date, `YYYY-MM-DD`.
    #[serde(default)]
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    #[serde(default)]
    end_date: Option<String>,
    /// Entries to show, 1 to 50.
    #[serde(default = "page")]
    limit: i64,
    /// Entries to skip.
    #[serde(default)]
    offset: i64,
}

fn page() -> i64 {
    20
}

async fn list(call: Call, given: List) -> Result<String> {
    let list = entries::List {
        between: Between { from: given.start_date, to: given.end_date },
        limit: limit(given.limit),
        offset: offset(given.offset),
    };
    let page = entries::list(&call.ctx, list).await?;
    let head = format!("{} of {}", page.items.len(), counted(page.total, "entry", "entries"));
    if page.items.is_empty() {
        return Ok(format!("{head}."));
    }
    let lines: Vec<String> = page.items.iter().map(line).collect();
    Ok(format!("{head}:\n{}", Fence::over(call.ctx.app.entropy.as_ref(), &lines.join("\n"))?))
}

fn line(entry: &Summary) -> String {
    let Summary { id, entry_date, source_type, word_count, preview, .. } = entry;
    let cut = if preview.chars().count() < PREVIEW_CHARS { "" } else { "..." };
    format!("[{id}] {entry_date} | {source_type} | {word_count} words | {preview}{cut}")
}

/// One entry.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct One {
    /// The entry's number.
    entry_id: i64,
}

async fn get(call: Call, given: One) -> Result<Value> {
    let entry = entries::get(&call.ctx, EntryId(given.entry_id)).await.map_err(absent)?;
    let mut entry = json!(entry);
    fence::label(&mut entry);
    Ok(entry)
}

/// Dates to stay within.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Dates {
    /// First date, `YYYY-MM-DD`.
    #[serde(default)]
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    #[serde(default)]
    end_date: Option<String>,
}

async fn statistics(call: Call, given: Dates) -> Result<String> {
    let stats = entries::stats(&call.ctx, Between { from: given.start_date, to: given.end_date }).await?;
    let range = match (&stats.date_range_start, &stats.date_range_end) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "N/A".to_owned(),
    };
    Ok(format!(
        "Total entries: {}\nDate range: {range}\nTotal words: {}\nAverage words per entry: {:.0}\nEntries per month: {:.1}",
        stats.total_entries, stats.total_words, stats.avg_words_per_entry, stats.entries_per_month
    ))
}

/// A new text.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Update {
    /// The entry's number.
    entry_id: i64,
    /// The whole new text.
    final_text: String,
}

async fn update(call: Call, given: Update) -> Result<String> {
    let (id, edit) =
        (EntryId(given.entry_id), entries::Edit { text: Some(given.final_text), ..entries::Edit::default() });
    let edited = entries::edit(&call.ctx, id, edit).await.map_err(absent)?;
    let entry = &edited.entry;
    let later = match edited.reprocess_job_id {
        Some(job) => format!("\n  It is found by word at once, and by meaning once job {job} has ended"),
        None => String::new(),
    };
    Ok(format!(
        "Entry updated:\n  ID: {}\n  Date: {}\n  Source: {}\n  Words: {}{later}",
        entry.id, entry.entry_date, entry.source_type, entry.word_count
    ))
}
