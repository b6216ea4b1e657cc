//! Check of an edit before its text is typed.

use crate::app::context::Ctx;
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::services::entries::edit::{EntryEdit, ParsedEdit};
use crate::storage::notebook::entries;

/// Text in place of one that is not typed yet.
const PLACEHOLDER: &str = "text";

/// Checks that an edit would be accepted whose text is not typed yet, and that the notebook can be written.
///
/// # Errors
/// As [`crate::services::entries::edit()`], but for the text.
pub async fn check_edit(ctx: &Ctx, id: EntryId, edit: EntryEdit) -> Result<()> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let edit = EntryEdit { text: Some(PLACEHOLDER.to_owned()), ..edit };
    let date = ParsedEdit::from_edit(ctx, &edit)?.date;
    ctx.with_notebook_restricted(Scope::EntriesWrite, move |notebook, within| {
        notebook.dry_run(|db| {
            let before = entries::require_entry(db, id, within)?;
            let tags = match edit.tags {
                Some(change) => change.apply_to(&before.tags)?,
                None => before.tags,
            };
            let confirmed = before.date_confirmed || date.is_some();
            within.ensure_visible(date.as_deref().unwrap_or(&before.entry_date), confirmed, &tags)
        })
    })
    .await
}
