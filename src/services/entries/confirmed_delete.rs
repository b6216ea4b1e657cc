//! Two-step deletion: the first call shows what would be deleted with a confirmation token, the second deletes with the
//! token.

use crate::app::context::Ctx;
use crate::domain::activity::ReadKind;
use crate::domain::entry::Entry;
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::domain::trash::TrashedEntry;
use crate::error::Result;
use crate::services::audit::AuditRecorder;
use crate::services::entries::confirmation_token::ConfirmationToken;
use crate::services::entries::delete::{
    DeletionMode, EntryDeleteResponse, EntryDeletion, EntryDeletionResult, WithOrphanedMedia,
};
use crate::services::entries::trash::{find_selected, select_trashed};
use crate::services::entries::trash_cleaner::destroy;
use crate::storage::notebook::entries;

/// An entry to be deleted, with its confirmation token.
#[derive(Debug)]
pub struct PendingDeletion {
    /// Current state of the entry.
    pub entry: Entry,
    /// Confirmation token.
    pub token: String,
}

/// Returns an entry with a token that confirms its deletion. Changes nothing.
///
/// # Errors
/// `NotFound`; `Forbidden` for a key without both the read and the write scope.
pub async fn prepare_deletion(ctx: &Ctx, id: EntryId) -> Result<PendingDeletion> {
    ctx.caller.authorize(Scope::EntriesWrite)?;
    let entry = ctx
        .read_restricted(Scope::EntriesRead, ReadKind::Entry, move |db, within| entries::require_entry(db, id, within))
        .await?;
    let token = with_entry_subject(&entry, |subject| ConfirmationToken::issue(ctx, subject))?;
    Ok(PendingDeletion { entry, token })
}

/// Moves an entry to the trash with its confirmation token, unless a job is still creating it.
///
/// # Errors
/// `NotFound`; `Conflict` for a token that was issued to another caller or for another entry, has expired, was used, or
/// was issued before an edit; as [`delete_if_idle`](super::delete::delete_if_idle).
pub async fn confirm_deletion(ctx: &Ctx, id: EntryId, token: &str) -> Result<EntryDeleteResponse> {
    let token = ConfirmationToken::parse(ctx, token)?;
    let (of, deletion) = (ctx.clone(), EntryDeletion::new(ctx, DeletionMode::Trash));
    let WithOrphanedMedia((), files) = ctx
        .write_restricted(Scope::EntriesWrite, move |db, within| {
            let entry = entries::require_entry(db, id, within)?;
            with_entry_subject(&entry, |subject| token.redeem(&of, subject))?;
            deletion.remove_if_idle(db, id, within)
        })
        .await?;
    ctx.remove_originals(files).await?;
    Ok(EntryDeleteResponse { deleted: true, id })
}

/// Passes the parts of an entry that a token covers.
fn with_entry_subject<T>(entry: &Entry, work: impl FnOnce(&[&[u8]]) -> T) -> T {
    let title = entry.title.as_deref().map_or_else(Vec::new, |title| [b"\x01", title.as_bytes()].concat());
    work(&[
        b"delete",
        &entry.id.0.to_be_bytes(),
        entry.updated_at.as_bytes(),
        entry.entry_date.as_bytes(),
        &title,
        entry.final_text.as_bytes(),
    ])
}

/// Entries of the trash to be destroyed, with their confirmation token.
#[derive(Debug)]
pub struct PendingDestruction {
    /// The entries, newest deletion first; never empty.
    pub items: Vec<TrashedEntry>,
    /// Confirmation token.
    pub token: String,
}

/// Returns the given entries of the trash, or all without `ids`, with a token that confirms their destruction; `None` if
/// the trash is empty. Changes nothing.
///
/// # Errors
/// `NotFound` naming the first that is not in the trash; `Forbidden` for a key without both the read and the write
/// scope, or one that is limited to a part of the journal.
pub async fn prepare_emptying(ctx: &Ctx, ids: Option<Vec<EntryId>>) -> Result<Option<PendingDestruction>> {
    ctx.caller.authorize(Scope::EntriesWrite)?;
    let items = select_trashed(ctx, ids).await?;
    if items.is_empty() {
        return Ok(None);
    }
    let token = with_trash_subject(&items, |subject| ConfirmationToken::issue(ctx, subject))?;
    Ok(Some(PendingDestruction { items, token }))
}

/// Destroys entries of the trash with their confirmation token.
///
/// # Errors
/// As [`confirm_deletion`]; `Conflict` too if the selection has other entries than were shown.
pub async fn confirm_emptying(ctx: &Ctx, ids: Option<Vec<EntryId>>, token: &str) -> Result<EntryDeletionResult> {
    let token = ConfirmationToken::parse(ctx, token)?;
    let (of, trail) = (ctx.clone(), AuditRecorder::from_ctx(ctx));
    let (ids, files) = ctx
        .write(Scope::EntriesWrite, move |db| {
            let items = find_selected(db, ids.as_deref())?;
            with_trash_subject(&items, |subject| token.redeem(&of, subject))?;
            let ids: Vec<EntryId> = items.iter().map(|item| item.id).collect();
            let files = destroy(db, &ids, &trail)?;
            Ok((ids, files))
        })
        .await?;
    ctx.remove_originals(files).await?;
    Ok(EntryDeletionResult { deleted: true, ids })
}

/// Passes the parts of a selection of the trash that a token covers.
fn with_trash_subject<T>(items: &[TrashedEntry], work: impl FnOnce(&[&[u8]]) -> T) -> T {
    let ids: Vec<[u8; 8]> = items.iter().map(|item| item.id.0.to_be_bytes()).collect();
    let parts = ids.iter().zip(items).flat_map(|(id, item)| [&id[..], item.deleted_at.as_bytes()]);
    let subject: Vec<&[u8]> = std::iter::once(&b"empty"[..]).chain(parts).collect();
    work(&subject)
}
