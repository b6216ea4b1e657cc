//! What is found: entries by word and meaning, and how often a topic comes up.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::Result;
use crate::mcp::fence::Fence;
use crate::mcp::tool::Call;
use crate::mcp::tool::Effect;
use crate::mcp::tool::Tool;
use crate::mcp::tools::counted;
use crate::mcp::tools::limit;
use crate::mcp::tools::offset;
use crate::model::between::Between;
use crate::model::hit::Hit;
use crate::model::hit::Sort;
use crate::model::scope::Scope;
use crate::model::text;
use crate::search;

/// Code points shown of an entry and of a part of one.
const SHOWN: usize = 500;
const PART_SHOWN: usize = 200;
/// Code points of a query that an answer repeats.
const REPEATED: usize = 60;
/// Entries of a topic that are shown.
const LINES: u32 = 10;

pub(super) fn tools() -> Vec<Tool> {
    let searches: (&[Scope], Effect) = (&[Scope::Search], Effect::Reads);
    vec![
        Tool::new(
            "journal_search_entries",
            "Search entries",
            "Finds journal entries by words and by meaning, best match first: number, date, relevance, matching parts and \
             how the text begins.",
            searches,
            find,
        ),
        Tool::new(
            "journal_get_topic_frequency",
            "Count a topic",
            "Counts the entries that hold all words of a topic, and shows the newest ten.",
            searches,
            frequency,
        ),
        Tool::new(
            "journal_ask",
            "Ask a question",
            "Answers a question from journal entries alone and cites them with their words. Where no model is set up for it, \
             it shows the entries that fit best.",
            (&[Scope::Search], Effect::Asks),
            ask,
        ),
    ]
}

/// A search.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Search {
    /// Words or a question.
    query: String,
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
    10
}

async fn find(call: Call, given: Search) -> Result<String> {
    let found = search::find(
        &call.ctx,
        search::Search {
            query: given.query,
            between: Between { from: given.start_date, to: given.end_date },
            limit: limit(given.limit),
            offset: offset(given.offset),
            sort: Sort::Relevance,
        },
    )
    .await?;
    let query = text::preview(&found.query, REPEATED);
    let words_only = found.words_only.map_or_else(String::new, |why| format!(" (by word only: {why})"));
    if found.items.is_empty() {
        return Ok(format!("No entries found for \"{query}\"{words_only}."));
    }
    let number = i64::try_from(found.items.len()).unwrap_or(i64::MAX);
    let entries: Vec<String> = found.items.iter().map(shown).collect();
    let content = Fence::over(call.ctx.app.entropy.as_ref(), &entries.join("\n\n"))?;
    Ok(format!("{} found for \"{query}\"{words_only}:\n{content}", counted(number, "entry", "entries")))
}

fn shown(hit: &Hit) -> String {
    let parts = i64::try_from(hit.matching_chunks.len()).unwrap_or(i64::MAX);
    let title = hit.title.as_ref().map_or_else(String::new, |title| format!(" | {title}"));
    let mut lines = vec![format!(
        "[{}] {} | relevance {} | {}{title}",
        hit.entry_id,
        hit.entry_date,
        percent(hit.score),
        counted(parts, "matching part", "matching parts")
    )];
    for part in &hit.matching_chunks {
        lines.push(format!("  {}: {}", percent(part.score), text::preview(&part.text, PART_SHOWN)));
    }
    let (beginning, length) = (hit.text.chars().take(SHOWN).collect::<String>(), hit.text.chars().count());
    lines.push(beginning);
    if length > SHOWN {
        lines.push(format!("... ({length} characters in all)"));
    }
    lines.join("\n")
}

/// Scores only order hits, so what is beyond certainty is shown as such.
fn percent(score: f64) -> String {
    format!("{:.0}%", (score * 100.0).clamp(0.0, 100.0))
}

/// A question.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Ask {
    /// The question, as a sentence.
    question: String,
    /// First date, `YYYY-MM-DD`.
    #[serde(default)]
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    #[serde(default)]
    end_date: Option<String>,
}

async fn ask(call: Call, given: Ask) -> Result<String> {
    let between = Between { from: given.start_date, to: given.end_date };
    let answered = search::answer(&call.ctx, search::Question { query: given.question, between }).await?;
    if !answered.is_question {
        return Ok("That is no question; journal_search_entries finds entries by words.".to_owned());
    }
    if answered.citations.is_empty() {
        return Ok(answered.answer);
    }
    let cited: Vec<String> = answered
        .citations
        .iter()
        .map(|cited| format!("[{}] {}: {}", cited.entry_id, cited.entry_date, text::preview(&cited.quote, PART_SHOWN)))
        .collect();
    let number = i64::try_from(cited.len()).unwrap_or(i64::MAX);
    let (head, inside) = if answered.answered {
        // A model's words rest on the entries', and may carry over what those say.
        let head = format!("Answered from {}:", counted(number, "entry", "entries"));
        (head, format!("{}\n\n{}", answered.answer, cited.join("\n")))
    } else {
        (answered.answer, cited.join("\n"))
    };
    Ok(format!("{head}\n{}", Fence::over(call.ctx.app.entropy.as_ref(), &inside)?))
}

/// A topic.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Frequency {
    /// Words that all have to be there.
    topic: String,
    /// First date, `YYYY-MM-DD`.
    #[serde(default)]
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    #[serde(default)]
    end_date: Option<String>,
}

async fn frequency(call: Call, given: Frequency) -> Result<String> {
    let topic = text::preview(&given.topic, REPEATED);
    let (words, between) = (given.topic, Between { from: given.start_date, to: given.end_date });
    let found = search::mentions(&call.ctx, search::Topic { words, between, limit: LINES }).await?;
    let head = format!("\"{topic}\" comes up in {}", counted(found.total, "entry", "entries"));
    if found.items.is_empty() {
        return Ok(format!("{head}."));
    }
    let lines: Vec<_> = found.items.iter().map(|entry| format!("{}: {}", entry.entry_date, entry.preview)).collect();
    let content = Fence::over(call.ctx.app.entropy.as_ref(), &lines.join("\n"))?;
    let more = found.total - i64::try_from(found.items.len()).unwrap_or(i64::MAX);
    let rest = if more > 0 { format!("\n... and {more} more") } else { String::new() };
    Ok(format!("{head}:\n{content}{rest}"))
}
