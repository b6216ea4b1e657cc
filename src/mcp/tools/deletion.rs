//! Deleting an entry, which somebody confirms first.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::entries;
use crate::entries::Announced;
use crate::error::Result;
use crate::mcp::confirm;
use crate::mcp::confirm::Asked;
use crate::mcp::confirm::Question;
use crate::mcp::fence::Fence;
use crate::mcp::tool::Call;
use crate::mcp::tool::Effect;
use crate::mcp::tool::Said;
use crate::mcp::tool::Tool;
use crate::mcp::tools::absent;
use crate::model::id::EntryId;
use crate::model::scope::Scope;
use crate::model::text;

/// Code points shown of an entry that is to be deleted.
const SHOWN: usize = 100;

pub(super) fn tools() -> Vec<Tool> {
    vec![Tool::new(
        "journal_delete_entry",
        "Delete an entry",
        "Deletes a journal entry for good, once the user has confirmed it. The first call deletes nothing: where the client \
         cannot ask the user itself, it returns a token. Show the user what is to be deleted, and call again with the token \
         only if they agree.",
        (&[Scope::EntriesRead, Scope::EntriesWrite], Effect::Removes),
        delete,
    )]
}

/// An entry to delete.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Delete {
    /// The entry's number.
    entry_id: i64,
    /// What the first call returned; good for two minutes and for this entry as it was shown.
    #[serde(default)]
    confirmation_token: Option<String>,
}

async fn delete(call: Call, given: Delete) -> Result<Said> {
    let id = EntryId(given.entry_id);
    if let Some(token) = &given.confirmation_token {
        return deleted(&call, id, token).await;
    }
    if let Some((confirmed, token)) = confirm::answered(&call) {
        return if confirmed { deleted(&call, id, token).await } else { Ok(kept(id)) };
    }
    let Announced { entry, token } = entries::announce(&call.ctx, id).await.map_err(absent)?;
    let beginning = text::preview(&entry.final_text, SHOWN);
    let (date, words) = (&entry.entry_date, entry.word_count);
    let question = Question {
        text: format!("Delete entry {id} of {date} ({words} words) for good? It begins: \"{beginning}\""),
        label: "Delete it for good",
        state: token.clone(),
        patience: Duration::try_from(entries::GOOD_FOR).unwrap_or_default(),
    };
    match confirm::ask(&call, question).await? {
        Asked::Yes => deleted(&call, id, &token).await,
        Asked::No => Ok(kept(id)),
        Asked::ByResult(result) => Ok(Said::Asks(result)),
        Asked::Nobody => {
            let shown = Fence::over(call.ctx.app.entropy.as_ref(), &format!("  Begins: {beginning}"))?;
            Ok(Said::Text(format!(
                "Nothing is deleted yet. To be deleted for good:\n  ID: {id}\n  Date: {date}\n  Words: {words}\n{shown}\nShow \
                 this to the user. If they agree, call journal_delete_entry again within two minutes with entry_id {id} and \
                 confirmation_token {token}"
            )))
        }
    }
}

async fn deleted(call: &Call, id: EntryId, token: &str) -> Result<Said> {
    entries::delete_announced(&call.ctx, id, token).await.map_err(absent)?;
    Ok(Said::Text(format!("Entry {id} is deleted.")))
}

fn kept(id: EntryId) -> Said {
    Said::Text(format!("The user did not confirm it, so entry {id} is still there."))
}
