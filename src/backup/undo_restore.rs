//! Undoes the restore of one user: the notebook that it replaced takes its place again.

use serde::Serialize;

use crate::app::context::Ctx;
use crate::backup::restore_user::user_exists;
use crate::blocking::run_blocking;
use crate::domain::audit::AuditAction;
use crate::domain::email::EmailAddress;
use crate::domain::id::NotebookId;
use crate::domain::scope::Scope;
use crate::domain::user::User;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::accounts::{self, transfer};
use crate::storage::notebook::drill_samples;

/// Result of undoing a restore.
#[derive(Debug, Serialize)]
pub struct UndoneRestore {
    /// The user.
    pub user: User,
    /// Notebook that is in use again.
    pub notebook: NotebookId,
    /// Entries in it.
    pub entries: i64,
    /// Notebook that was in use until now, kept for some days.
    pub replaced: NotebookId,
}

/// Puts the notebook that the last restore of a user replaced back into use, in one transaction, and sets the present
/// one aside: a second call reverses the first.
///
/// # Errors
/// `Forbidden` for API keys; `NotFound` for an unknown user or one without a replaced notebook; `Conflict` for a user
/// marked for deletion.
pub async fn undo_restore(ctx: &Ctx, email: &EmailAddress) -> Result<UndoneRestore> {
    if !user_exists(ctx, email).await? {
        return Err(Error::not_found("user").hint("`journal user list` lists the users"));
    }
    let wanted = email.clone();
    let aside = ctx
        .read_accounts(Scope::AdminUsers, move |db| {
            let user = accounts::users::get_by_email(db, wanted.as_str())?;
            Ok(accounts::notebooks::list_set_aside(db, user.id)?.into_iter().next())
        })
        .await?;
    let notebook = aside.ok_or_else(|| nothing_to_undo_error(email))?;
    let (app, note) = (ctx.app.clone(), AuditRecorder::for_notebook(ctx, notebook));
    let entries = run_blocking(move || {
        app.store.notebook(notebook)?.write(|db| {
            note.notebook_changed(db, AuditAction::RestoreUndone, &format!("notebook:{notebook}"), &[])?;
            drill_samples::count_entries(db)
        })
    })
    .await?;
    let (trail, email) = (AuditRecorder::from_ctx(ctx), email.clone());
    let (user, replaced) = ctx
        .write_accounts(Scope::AdminUsers, move |db| {
            let user = accounts::users::get_by_email(db, email.as_str())?;
            if !accounts::notebooks::list_set_aside(db, user.id)?.contains(&notebook) {
                return Err(nothing_to_undo_error(&email));
            }
            let present = accounts::notebooks::find_default(db, user.id)?;
            let present = present.ok_or_else(|| Error::not_found("notebook to replace"))?;
            transfer::switch_notebooks(db, (user.id, present), notebook, trail.at())?;
            trail.record(db, AuditAction::NotebookSetAside, &format!("notebook:{present}"))?;
            trail.record(db, AuditAction::RestoreUndone, &format!("user:{}", user.id))?;
            Ok((user, present))
        })
        .await?;
    Ok(UndoneRestore { user, notebook, entries, replaced })
}

fn nothing_to_undo_error(email: &EmailAddress) -> Error {
    Error::not_found(format!("replaced journal of {email}")).hint(
        "a restore keeps the journal that it replaces for 7 days; `journal restore FILE --user EMAIL` restores one",
    )
}
