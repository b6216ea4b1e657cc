//! Deletion tool, with confirmation by the user.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::domain::text;
use crate::error::Result;
use crate::mcp::elicitation::{self, ConfirmationPrompt, ElicitationOutcome};
use crate::mcp::tool::{Tool, ToolCall, ToolEffect, ToolOutput};
use crate::mcp::tools::lookup_hint::with_entry_hint;
use crate::services::entries::{self, PendingDeletion};

/// Length of the excerpt of an entry to delete, in code points.
const EXCERPT_CHARS: usize = 100;

pub(super) fn tools() -> Vec<Tool> {
    vec![Tool::new(
        "journal_delete_entry",
        "Delete an entry",
        "Moves a journal entry to the trash, after the user has confirmed it. The \
         first call deletes nothing: if the client cannot ask the user, it returns a token. Show the user the entry to \
         be deleted, and call again with the token only if they agree.",
        (&[Scope::EntriesRead, Scope::EntriesWrite], ToolEffect::Removes),
        delete,
    )]
}

/// Entry to delete.
#[derive(Deserialize, JsonSchema)]
struct DeleteEntryArgs {
    /// Id of the entry.
    entry_id: i64,
    /// Token from the first call; valid for two minutes and for the entry as it was shown.
    #[serde(default)]
    confirmation_token: Option<String>,
}

async fn delete(call: ToolCall, given: DeleteEntryArgs) -> Result<ToolOutput> {
    let id = EntryId(given.entry_id);
    if let Some(token) = &given.confirmation_token {
        return delete_confirmed(&call, id, token).await;
    }
    if let Some((confirmed, token)) = elicitation::elicitation_answer(&call) {
        return if confirmed { delete_confirmed(&call, id, token).await } else { Ok(not_confirmed(id)) };
    }
    let PendingDeletion { entry, token } = entries::prepare_deletion(&call.ctx, id).await.map_err(with_entry_hint)?;
    let beginning = text::preview(&entry.final_text, EXCERPT_CHARS);
    let (date, words) = (&entry.entry_date, entry.word_count);
    let question = ConfirmationPrompt {
        text: format!("Move entry {id} of {date} ({words} words) to the trash? It begins: \"{beginning}\""),
        label: "Delete",
        state: token.clone(),
        timeout: Duration::try_from(entries::CONFIRMATION_TTL).unwrap_or_default(),
    };
    match elicitation::elicit(&call, question).await? {
        ElicitationOutcome::Confirmed => delete_confirmed(&call, id, &token).await,
        ElicitationOutcome::Declined => Ok(not_confirmed(id)),
        ElicitationOutcome::InputRequired(result) => Ok(ToolOutput::InputRequired(result)),
        ElicitationOutcome::Unsupported => {
            let shown = call.delimit(&format!("  Begins: {beginning}"))?;
            Ok(ToolOutput::Text(format!(
                "Nothing is deleted yet. To be moved to the trash:\n  ID: {id}\n  Date: {date}\n  \
                 Words: {words}\n{shown}\nShow this to the user. If they agree, call journal_delete_entry again \
                 within two minutes with entry_id {id} and confirmation_token {token}"
            )))
        }
    }
}

async fn delete_confirmed(call: &ToolCall, id: EntryId, token: &str) -> Result<ToolOutput> {
    entries::confirm_deletion(&call.ctx, id, token).await.map_err(with_entry_hint)?;
    Ok(ToolOutput::Text(format!("Entry {id} is deleted.")))
}

fn not_confirmed(id: EntryId) -> ToolOutput {
    ToolOutput::Text(format!("The user did not confirm the deletion; entry {id} was not deleted."))
}
