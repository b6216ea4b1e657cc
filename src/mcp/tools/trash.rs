//! Trash tools: list, restore, and empty with confirmation by the user.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::domain::trash::TrashedEntry;
use crate::error::Result;
use crate::mcp::elicitation::{self, ConfirmationPrompt, ElicitationOutcome};
use crate::mcp::tool::{Tool, ToolCall, ToolEffect, ToolOutput};
use crate::mcp::tools::list_text::{format_count, format_len, format_list};
use crate::mcp::tools::lookup_hint::with_trash_hint;
use crate::services::entries::{self, PendingDestruction};

/// Maximum number of entries in a list.
const MAX_LIMIT: i64 = 50;
/// Entries that a question to the user names; the others are counted.
const MAX_NAMED: usize = 10;

pub(super) fn tools() -> Vec<Tool> {
    let writes: &[Scope] = &[Scope::EntriesRead, Scope::EntriesWrite];
    vec![
        Tool::new(
            "journal_list_trash",
            "List the trash",
            "Lists deleted journal entries, newest deletion first, with the date from which each is destroyed.",
            (&[Scope::EntriesRead], ToolEffect::Reads),
            list,
        ),
        Tool::new(
            "journal_restore_entry",
            "Restore an entry",
            "Moves a deleted entry from the trash back to the journal.",
            (writes, ToolEffect::Adds),
            restore,
        ),
        Tool::new(
            "journal_empty_trash",
            "Empty the trash",
            "Destroys entries of the trash permanently, after the user has confirmed it, in two calls as \
             journal_delete_entry.",
            (writes, ToolEffect::Removes),
            empty,
        ),
    ]
}

/// Page of the trash.
#[derive(Deserialize, JsonSchema)]
struct ListTrashArgs {
    /// Maximum number of entries, 1 to 50.
    #[serde(default = "default_limit")]
    limit: i64,
    /// Entries to skip.
    #[serde(default)]
    offset: i64,
}

fn default_limit() -> i64 {
    MAX_LIMIT
}

async fn list(call: ToolCall, given: ListTrashArgs) -> Result<String> {
    let page = entries::list_trash(&call.ctx, given.limit.min(MAX_LIMIT), given.offset).await?;
    let head = format!("{} of {} in the trash", page.items.len(), format_count(page.total, "entry", "entries"));
    format_list(&call, &head, &page.items.iter().map(format_trashed).collect::<Vec<_>>())
}

fn format_trashed(entry: &TrashedEntry) -> String {
    let TrashedEntry { id, entry_date, word_count, deleted_at, destroyed_from, preview, .. } = entry;
    format!(
        "[{id}] {entry_date} | {word_count} words | deleted {} | destroyed from {} | {preview}",
        day(deleted_at),
        day(destroyed_from)
    )
}

/// Returns the date of a timestamp.
fn day(timestamp: &str) -> &str {
    timestamp.split('T').next().unwrap_or(timestamp)
}

/// Deleted entry.
#[derive(Deserialize, JsonSchema)]
struct RestoreEntryArgs {
    /// Id of the entry in the trash.
    entry_id: i64,
}

async fn restore(call: ToolCall, given: RestoreEntryArgs) -> Result<String> {
    let id = EntryId(given.entry_id);
    let restored = entries::restore_from_trash(&call.ctx, vec![id]).await.map_err(with_trash_hint)?;
    let now = restored.first().filter(|entry| entry.id != id);
    Ok(match now {
        Some(entry) => format!("Entry {id} is restored as entry {}.", entry.id),
        None => format!("Entry {id} is restored."),
    })
}

/// Entries to destroy.
#[derive(Deserialize, JsonSchema)]
struct EmptyTrashArgs {
    /// Ids of the entries in the trash; all without it.
    #[serde(default)]
    entry_ids: Option<Vec<i64>>,
    /// Token from the first call.
    #[serde(default)]
    confirmation_token: Option<String>,
}

async fn empty(call: ToolCall, given: EmptyTrashArgs) -> Result<ToolOutput> {
    let ids = given.entry_ids.map(|ids| ids.into_iter().map(EntryId).collect::<Vec<_>>());
    if let Some(token) = &given.confirmation_token {
        return empty_confirmed(&call, ids, token).await;
    }
    if let Some((confirmed, token)) = elicitation::elicitation_answer(&call) {
        return if confirmed { empty_confirmed(&call, ids, token).await } else { Ok(not_confirmed()) };
    }
    let pending = entries::prepare_emptying(&call.ctx, ids.clone()).await.map_err(with_trash_hint)?;
    let Some(PendingDestruction { items, token }) = pending else {
        return Ok(ToolOutput::Text("The trash is empty.".to_owned()));
    };
    let count = format_len(&items, "entry", "entries");
    let question = ConfirmationPrompt {
        text: format!("Destroy {count} of the trash permanently?\n{}", named(&items).join("\n")),
        label: "Destroy permanently",
        state: token.clone(),
        timeout: Duration::try_from(entries::CONFIRMATION_TTL).unwrap_or_default(),
    };
    match elicitation::elicit(&call, question).await? {
        ElicitationOutcome::Confirmed => empty_confirmed(&call, ids, &token).await,
        ElicitationOutcome::Declined => Ok(not_confirmed()),
        ElicitationOutcome::InputRequired(result) => Ok(ToolOutput::InputRequired(result)),
        ElicitationOutcome::Unsupported => {
            let shown = format_list(&call, &format!("To be destroyed permanently: {count}"), &named(&items))?;
            Ok(ToolOutput::Text(format!(
                "Nothing is destroyed yet. {shown}\nShow this to the user. If they agree, call journal_empty_trash \
                 again within two minutes with the same entry_ids and confirmation_token {token}"
            )))
        }
    }
}

/// Returns a line for each of the first entries, and the number of the others.
fn named(items: &[TrashedEntry]) -> Vec<String> {
    let others = items.len().saturating_sub(MAX_NAMED);
    let lines = items.iter().take(MAX_NAMED).map(format_trashed);
    lines.chain((others > 0).then(|| format!("and {others} more"))).collect()
}

async fn empty_confirmed(call: &ToolCall, ids: Option<Vec<EntryId>>, token: &str) -> Result<ToolOutput> {
    let done = entries::confirm_emptying(&call.ctx, ids, token).await.map_err(with_trash_hint)?;
    Ok(ToolOutput::Text(format!("{} destroyed.", format_len(&done.ids, "entry is", "entries are"))))
}

fn not_confirmed() -> ToolOutput {
    ToolOutput::Text("The user did not confirm it; the trash was not emptied.".to_owned())
}
