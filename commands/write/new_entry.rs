//! Check of a new entry before its text is typed, and the report after it is stored.

use crate::editor::memory_file::TextPurpose;
use crate::output::CommandOutput;
use crate::progress::{self, CommandProgress};
use crate::typed_text::purpose_of;
use journal::app::context::Ctx;
use journal::domain::entry::Entry;
use journal::domain::scope::Scope;
use journal::error::{ErrorKind, Result};
use journal::jobs::QueueSummary;
use journal::services::ingest::{self, TypedEntry};

/// Next step of a command without an editor.
pub const WITHOUT_EDITOR: &str = "pass the text as an argument, or pass `-` and pipe it in";

/// Checks everything about a new entry but its text, and returns the purpose of the text.
pub async fn check_new_entry(ctx: &Ctx, flags: &TypedEntry) -> Result<TextPurpose> {
    let today = ingest::check_typed(ctx, flags).await?;
    Ok(TextPurpose {
        date: flags.date.clone(),
        typed_on: flags.typed_on.clone().or(Some(today)),
        time: flags.time.clone(),
        title: flags.title.clone(),
        tags: flags.tags.clone(),
        has_front_matter: flags.has_front_matter,
        draft: flags.draft,
        ..purpose_of(ctx)
    })
}

/// Prints the new entry and computes its vectors, unless there is no bar for that.
pub async fn report_stored(
    ctx: &Ctx,
    entry: &Entry,
    bar: Option<&CommandProgress>,
    out: &mut CommandOutput,
) -> Result<()> {
    out.done(entry, |entry| format!("Stored entry {} ({}, {} words)", entry.id, entry.entry_date, entry.word_count))?;
    match bar {
        Some(bar) => report_embedding(out, progress::run_embedding_jobs(ctx, Scope::Ingest, bar).await),
        None => Ok(()),
    }
}

/// Reports an embedding failure as a warning, because the entry itself is stored.
pub fn report_embedding(out: &CommandOutput, embedded: Result<QueueSummary>) -> Result<()> {
    match embedded {
        Err(error) if error.kind() != ErrorKind::Internal => {
            out.warn(format!("stored, but not yet indexed for semantic search: {error}"));
            out.warn(format!("next: {}", error.hint_text().unwrap_or("journal job run")));
            Ok(())
        }
        Ok(done) if done.unfindable > 0 => {
            out.warn(format!("stored, but {} not indexed for semantic search", done.unfindable));
            out.warn("next: `journal job list` shows the reason");
            Ok(())
        }
        other => other.map(drop),
    }
}
