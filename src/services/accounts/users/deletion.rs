//! Permanent deletion of users, with counts of the deleted data before and after.

use std::sync::Arc;

use jiff::SignedDuration;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::blocking::run_blocking;
use crate::domain::audit::AuditAction;
use crate::domain::email::EmailAddress;
use crate::domain::id::{NotebookId, UserId};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::accounts::users::{UNDO_DAYS, check_not_last_admin};
use crate::services::audit::AuditRecorder;
use crate::storage::accounts::{self, AccountsDb, owned_rows};

/// Amounts of a user's data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct OwnedData {
    /// Owned notebooks.
    pub notebooks: u64,
    /// Entries in these notebooks.
    pub entries: u64,
    /// Original photographs and recordings.
    pub originals: u64,
    /// Size of the originals, bytes.
    pub original_bytes: u64,
    /// Jobs, in any state.
    pub jobs: u64,
    /// Sessions.
    pub sessions: u64,
    /// API keys, including revoked ones.
    pub keys: u64,
    /// Preferences.
    pub preferences: u64,
    /// Damaged notebooks, whose content is not counted.
    pub uncounted: u64,
}

impl OwnedData {
    /// Formats the amounts for the audit log.
    fn resource(&self, user: UserId) -> String {
        let Self { notebooks, entries, originals, original_bytes, jobs, sessions, keys, preferences, uncounted } = self;
        format!(
            "user:{user} notebooks={notebooks} entries={entries} originals={originals} bytes={original_bytes} \
             jobs={jobs} sessions={sessions} keys={keys} preferences={preferences} uncounted={uncounted}"
        )
    }
}

/// One deleted user.
#[derive(Debug, Serialize)]
pub struct DeletedUser {
    /// User id; never reused.
    pub user_id: UserId,
    /// Time of deletion.
    pub at: String,
    /// Amounts of deleted data.
    #[serde(flatten)]
    pub belongings: OwnedData,
}

/// Result of [`purge`] and [`delete_now`].
#[derive(Debug, Default, Serialize)]
pub struct DeletionReceipt {
    /// Deleted users.
    pub users: Vec<DeletedUser>,
}

/// Returns the amounts of a user's data.
///
/// # Errors
/// `NotFound`.
pub async fn owned_data(ctx: &Ctx, email: EmailAddress) -> Result<OwnedData> {
    let found = ctx
        .read_accounts(Scope::AdminUsers, move |db| {
            let user = accounts::users::get_by_email(db, email.as_str())?;
            Ok((user.id, accounts::notebooks::list_owned(db, user.id)?))
        })
        .await?;
    let counted = count_all(ctx, vec![found]).await?;
    let Some((user, notebooks, so_far)) = counted.into_iter().next() else { return Err(Error::not_found("user")) };
    ctx.read_accounts(Scope::AdminUsers, move |db| with_account_counts(db, user, &notebooks, so_far)).await
}

/// Deletes users whose [`UNDO_DAYS`] have passed: first the keys of their notebooks, then the files. Also deletes
/// registrants who did not confirm their address in that time.
///
/// Older backups still contain the data.
pub async fn purge(ctx: &Ctx) -> Result<DeletionReceipt> {
    let due = ctx.app.timestamp_in(SignedDuration::from_hours(-24 * UNDO_DAYS));
    let before = due.clone();
    let receipt = delete_selected(ctx, move |db| accounts::users::list_deleted_before(db, &before)).await?;
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        accounts::pending_registrations::purge(db, &due)?;
        accounts::one_time_links::purge(db, &due)
    })
    .await?;
    Ok(receipt)
}

/// Deletes a user immediately, marked for deletion or not.
///
/// # Errors
/// `NotFound`; `Conflict` for the last admin.
pub async fn delete_now(ctx: &Ctx, email: EmailAddress) -> Result<DeletionReceipt> {
    delete_selected(ctx, move |db| {
        let user = accounts::users::get_by_email(db, email.as_str())?;
        check_not_last_admin(db, &user)?;
        Ok(vec![user.id])
    })
    .await
}

/// Deletes the users that `who` selects. It runs before and again in the transaction, because a deletion may be undone.
async fn delete_selected(
    ctx: &Ctx,
    select: impl Fn(&AccountsDb<'_>) -> Result<Vec<UserId>> + Send + Sync + 'static,
) -> Result<DeletionReceipt> {
    let (select, trail) = (Arc::new(select), AuditRecorder::from_ctx(ctx));
    let select_first = select.clone();
    let named = ctx
        .read_accounts(Scope::AdminUsers, move |db| {
            let users = select_first(db)?.into_iter();
            users.map(|user| Ok((user, accounts::notebooks::list_owned(db, user)?))).collect::<Result<Vec<_>>>()
        })
        .await?;
    if named.is_empty() {
        return Ok(DeletionReceipt::default());
    }
    let counted = count_all(ctx, named).await?;
    let (destroyed, notebooks) = ctx
        .write_accounts(Scope::AdminUsers, move |db| {
            let still = select(db)?;
            let (mut destroyed, mut removed) = (Vec::new(), Vec::new());
            for (user, _, so_far) in counted.into_iter().filter(|(user, ..)| still.contains(user)) {
                let notebooks = accounts::notebooks::list_owned(db, user)?;
                let belongings = with_account_counts(db, user, &notebooks, so_far)?;
                for notebook in notebooks {
                    accounts::notebooks::remove(db, notebook)?;
                    removed.push(notebook);
                }
                accounts::users::remove(db, user)?;
                trail.record(db, AuditAction::UserPurged, &belongings.resource(user))?;
                destroyed.push(DeletedUser { user_id: user, at: trail.at().to_owned(), belongings });
            }
            Ok((destroyed, removed))
        })
        .await?;
    let app = ctx.app.clone();
    run_blocking(move || remove_files(&app, &notebooks)).await?;
    Ok(DeletionReceipt { users: destroyed })
}

/// Removes the files of notebooks whose keys were deleted, and the rows' remains in the write-ahead log.
fn remove_files(app: &AppState, notebooks: &[NotebookId]) -> Result<()> {
    for &notebook in notebooks {
        app.store.destroy_notebook(notebook)?;
    }
    if !app.store.accounts.truncate_wal()? {
        tracing::warn!("the write-ahead log of accounts.db is in use; the next checkpoint truncates it");
    }
    Ok(())
}

type CountedUser = (UserId, Vec<NotebookId>, OwnedData);

/// Counts the content of notebooks, on a blocking thread.
async fn count_all(ctx: &Ctx, users: Vec<(UserId, Vec<NotebookId>)>) -> Result<Vec<CountedUser>> {
    let app = ctx.app.clone();
    run_blocking(move || {
        let counted = users.into_iter().map(|(user, notebooks)| {
            let in_them = count(&app, &notebooks);
            (user, notebooks, in_them)
        });
        Ok(counted.collect())
    })
    .await
}

fn count(app: &AppState, notebooks: &[NotebookId]) -> OwnedData {
    let mut belongings = OwnedData::default();
    for &id in notebooks {
        match app.store.notebook_totals(id) {
            Ok(holdings) => {
                belongings.entries += holdings.entries;
                belongings.originals += holdings.originals;
                belongings.original_bytes += holdings.original_bytes;
                belongings.jobs += holdings.jobs;
            }
            // A damaged notebook must not prevent the deletion.
            Err(error) => {
                tracing::error!(notebook = %id, "counting entries: {error:?}");
                belongings.uncounted += 1;
            }
        }
    }
    belongings
}

/// Adds the counts of the accounts database to those of the notebooks.
fn with_account_counts(
    db: &AccountsDb<'_>,
    user: UserId,
    notebooks: &[NotebookId],
    in_them: OwnedData,
) -> Result<OwnedData> {
    let rows = owned_rows::count_owned_rows(db, user)?;
    Ok(OwnedData {
        notebooks: notebooks.len() as u64,
        sessions: rows.sessions,
        keys: rows.keys,
        preferences: rows.preferences,
        ..in_them
    })
}
