//! Drafts: texts that were typed and could not be stored, kept until the owner stores or discards them.

use crate::app::context::Ctx;
use crate::domain::activity::ReadKind;
use crate::domain::audit::AuditAction;
use crate::domain::draft::Draft;
use crate::domain::id::{DraftId, EntryId};
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::services::audit::AuditRecorder;
use crate::storage::notebook::drafts::{self, NewDraftRow};

/// Text to keep, with the flags of its command.
#[derive(Debug, Clone, Default)]
pub struct NewDraft {
    /// The draft that this text was recovered from; it gets the text.
    pub replaces: Option<DraftId>,
    /// The entry that the text was to change; `None` for a new entry.
    pub entry: Option<EntryId>,
    /// Text as typed.
    pub text: String,
    /// Date given by a flag, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Time of day given by a flag.
    pub time: Option<String>,
    /// Title given by a flag.
    pub title: Option<String>,
    /// Tags given by flags.
    pub tags: Vec<String>,
    /// True if front matter at the top of the text is read.
    pub has_front_matter: bool,
    /// Machine code of the error that prevented storing.
    pub reason: String,
}

/// Keeps a text as a draft and returns its id.
///
/// A restricted key may keep drafts, because no content is returned to it.
///
/// # Errors
/// `Forbidden` without the scope that storing the text needs.
pub async fn save(ctx: &Ctx, draft: NewDraft) -> Result<DraftId> {
    let trail = AuditRecorder::from_ctx(ctx);
    let scope = if draft.entry.is_some() { Scope::EntriesWrite } else { Scope::Ingest };
    ctx.with_notebook_restricted(scope, move |notebook, _| {
        notebook.write(|db| {
            let id = match draft.replaces {
                Some(id) if drafts::replace_text(db, id, &draft.text, &draft.reason)? => id,
                Some(_) | None => drafts::add(db, &row(&draft, trail.at()))?,
            };
            trail.notebook_changed(db, AuditAction::DraftSaved, &format!("draft:{id}"), &[])?;
            Ok(id)
        })
    })
    .await
}

/// Returns every draft of the journal, oldest first.
///
/// # Errors
/// `Forbidden` without the scope, and for a restricted key.
pub async fn list(ctx: &Ctx) -> Result<Vec<Draft>> {
    let found = ctx.read(Scope::EntriesRead, drafts::list).await?;
    ctx.record_read(ReadKind::List, found.len());
    Ok(found)
}

/// Discards a draft.
///
/// # Errors
/// `NotFound`; `Forbidden` without the scope, and for a restricted key.
pub async fn discard(ctx: &Ctx, id: DraftId) -> Result<()> {
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write(Scope::EntriesWrite, move |db| {
        drafts::remove_stored(db, id)?;
        trail.notebook_changed(db, AuditAction::DraftDiscarded, &format!("draft:{id}"), &[])
    })
    .await
}

fn row<'a>(draft: &'a NewDraft, at: &'a str) -> NewDraftRow<'a> {
    NewDraftRow {
        entry: draft.entry,
        text: &draft.text,
        date: draft.date.as_deref(),
        time: draft.time.as_deref(),
        title: draft.title.as_deref(),
        tags: &draft.tags,
        has_front_matter: draft.has_front_matter,
        reason: &draft.reason,
        at,
    }
}
