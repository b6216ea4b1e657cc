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
use crate::domain::user::User;
use crate::error::{Error, Result};
use crate::services::accounts::users::lookup::{check_not_last_admin, find_user};
use crate::services::audit::AuditRecorder;
use crate::storage::accounts::{self, AccountsDb, owned_rows};

/// Days in which a deletion can be undone.
pub const UNDO_DAYS: i64 = 7;

/// Days for which a restore of one user keeps the notebook that it replaced.
pub const REPLACED_NOTEBOOK_DAYS: i64 = 7;

/// Amounts of a user's data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct OwnedData {
    /// Owned notebooks, and those that a restore set aside.
    pub notebooks: u64,
    /// Entries in these notebooks.
    pub entries: u64,
    /// Deleted entries in the trash of these notebooks.
    pub trashed: u64,
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
        let Self { notebooks, entries, trashed, originals, original_bytes, jobs, .. } = self;
        let Self { sessions, keys, preferences, uncounted, .. } = self;
        format!(
            "user:{user} notebooks={notebooks} entries={entries} originals={originals} bytes={original_bytes} \
             trashed={trashed} jobs={jobs} sessions={sessions} keys={keys} preferences={preferences} \
             uncounted={uncounted}"
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
    pub data: OwnedData,
}

/// Deleted user whose [`UNDO_DAYS`] have passed.
#[derive(Debug, Serialize)]
pub struct DueDeletion {
    /// User id.
    pub user_id: UserId,
    /// E-mail address.
    pub email: String,
    /// Time when the user was marked for deletion.
    pub deleted_at: String,
    /// Amounts of data to be deleted.
    #[serde(flatten)]
    pub data: OwnedData,
}

/// Result of [`purge`] and [`delete_now`].
#[derive(Debug, Default, Serialize)]
pub struct DeletionReceipt {
    /// Deleted users.
    pub users: Vec<DeletedUser>,
    /// Destroyed notebooks that a restore had set aside.
    pub replaced_notebooks: Vec<NotebookId>,
}

/// Returns the amounts of a user's data.
///
/// # Errors
/// `NotFound`.
pub async fn owned_data(ctx: &Ctx, email: EmailAddress) -> Result<OwnedData> {
    let found = count_owned(ctx, move |db| Ok(vec![accounts::users::get_by_email(db, email.as_str())?])).await?;
    found.into_iter().next().map(|(_, data)| data).ok_or_else(|| Error::not_found("user"))
}

/// Returns the users that [`purge`] would delete; deletes nothing.
pub async fn list_due(ctx: &Ctx) -> Result<Vec<DueDeletion>> {
    let before = purge_limit(&ctx.app);
    let due = count_owned(ctx, move |db| find_due(db, &before)).await?;
    let due = due.into_iter().map(|(user, data)| DueDeletion {
        user_id: user.id,
        email: user.email,
        deleted_at: user.deleted_at.unwrap_or_default(),
        data,
    });
    Ok(due.collect())
}

/// Returns the notebooks that [`purge`] would destroy because a restore set them aside; destroys nothing.
pub async fn list_due_notebooks(ctx: &Ctx) -> Result<Vec<NotebookId>> {
    let before = set_aside_limit(&ctx.app);
    ctx.read_accounts(Scope::AdminUsers, move |db| accounts::notebooks::list_set_aside_before(db, &before)).await
}

/// Returns the time before which notebooks were set aside that are due now.
fn set_aside_limit(app: &AppState) -> String {
    app.timestamp_in(SignedDuration::from_hours(-24 * REPLACED_NOTEBOOK_DAYS))
}

/// Returns the time before which users were marked for deletion who are due now.
fn purge_limit(app: &AppState) -> String {
    app.timestamp_in(SignedDuration::from_hours(-24 * UNDO_DAYS))
}

fn find_due(db: &AccountsDb<'_>, before: &str) -> Result<Vec<User>> {
    accounts::users::list_deleted_before(db, before)?.into_iter().map(|id| find_user(db, id)).collect()
}

/// Deletes users whose [`UNDO_DAYS`] have passed: first the keys of their notebooks, then the files. Also deletes
/// registrants who did not confirm their address in that time, and notebooks that a restore set aside more than
/// [`REPLACED_NOTEBOOK_DAYS`] ago.
///
/// Older backups still contain the data.
pub async fn purge(ctx: &Ctx) -> Result<DeletionReceipt> {
    let due = purge_limit(&ctx.app);
    let before = due.clone();
    let receipt = delete_selected(ctx, move |db| find_due(db, &before)).await?;
    let replaced_notebooks = purge_set_aside(ctx).await?;
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        accounts::pending_registrations::purge(db, &due)?;
        accounts::one_time_links::purge(db, &due)
    })
    .await?;
    Ok(DeletionReceipt { replaced_notebooks, ..receipt })
}

/// Destroys the notebooks that are due: first the keys, then the files.
async fn purge_set_aside(ctx: &Ctx) -> Result<Vec<NotebookId>> {
    if list_due_notebooks(ctx).await?.is_empty() {
        return Ok(Vec::new());
    }
    let (before, trail) = (set_aside_limit(&ctx.app), AuditRecorder::from_ctx(ctx));
    let notebooks = ctx
        .write_accounts(Scope::AdminUsers, move |db| {
            let due = accounts::notebooks::list_set_aside_before(db, &before)?;
            for &id in &due {
                accounts::notebooks::remove(db, id)?;
                trail.record(db, AuditAction::NotebookPurged, &format!("notebook:{id}"))?;
            }
            Ok(due)
        })
        .await?;
    let (app, destroyed) = (ctx.app.clone(), notebooks.clone());
    run_blocking(move || remove_files(&app, &destroyed)).await?;
    Ok(notebooks)
}

/// Returns the notebooks that are destroyed with a user: the owned ones and those that a restore set aside.
fn list_all_notebooks(db: &AccountsDb<'_>, user: UserId) -> Result<Vec<NotebookId>> {
    let (mut all, aside) = (accounts::notebooks::list_owned(db, user)?, accounts::notebooks::list_set_aside(db, user)?);
    all.extend(aside);
    Ok(all)
}

/// Deletes a user immediately, marked for deletion or not.
///
/// # Errors
/// `NotFound`; `Conflict` for the last admin.
pub async fn delete_now(ctx: &Ctx, email: EmailAddress) -> Result<DeletionReceipt> {
    delete_selected(ctx, move |db| {
        let user = accounts::users::get_by_email(db, email.as_str())?;
        check_not_last_admin(db, &user)?;
        Ok(vec![user])
    })
    .await
}

/// Deletes the users that `select` returns. It runs before and again in the transaction, because a deletion may be
/// undone.
async fn delete_selected(
    ctx: &Ctx,
    select: impl Fn(&AccountsDb<'_>) -> Result<Vec<User>> + Send + Sync + 'static,
) -> Result<DeletionReceipt> {
    let (select, trail) = (Arc::new(select), AuditRecorder::from_ctx(ctx));
    let select_first = select.clone();
    let counted = count_content(ctx, move |db| select_first(db)).await?;
    if counted.is_empty() {
        return Ok(DeletionReceipt::default());
    }
    let (destroyed, notebooks) = ctx
        .write_accounts(Scope::AdminUsers, move |db| {
            let still: Vec<UserId> = select(db)?.into_iter().map(|user| user.id).collect();
            let (mut destroyed, mut removed) = (Vec::new(), Vec::new());
            let counted = counted.into_iter().map(|(user, content)| (user.id, content));
            for (user, content) in counted.filter(|(user, _)| still.contains(user)) {
                let notebooks = list_all_notebooks(db, user)?;
                let content = OwnedData { notebooks: notebooks.len() as u64, ..content };
                let data = with_account_counts(db, user, content)?;
                for notebook in notebooks {
                    accounts::notebooks::remove(db, notebook)?;
                    removed.push(notebook);
                }
                accounts::users::remove(db, user)?;
                trail.record(db, AuditAction::UserPurged, &data.resource(user))?;
                destroyed.push(DeletedUser { user_id: user, at: trail.at().to_owned(), data });
            }
            Ok((destroyed, removed))
        })
        .await?;
    let app = ctx.app.clone();
    run_blocking(move || remove_files(&app, &notebooks)).await?;
    Ok(DeletionReceipt { users: destroyed, ..DeletionReceipt::default() })
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

/// Counts the data of the selected users.
async fn count_owned(
    ctx: &Ctx,
    select: impl FnOnce(&AccountsDb<'_>) -> Result<Vec<User>> + Send + 'static,
) -> Result<Vec<(User, OwnedData)>> {
    let counted = count_content(ctx, select).await?;
    ctx.read_accounts(Scope::AdminUsers, move |db| {
        let add = |(user, content): (User, OwnedData)| {
            let all = with_account_counts(db, user.id, content)?;
            Ok((user, all))
        };
        counted.into_iter().map(add).collect()
    })
    .await
}

/// Counts the content of the selected users' notebooks, on a blocking thread.
async fn count_content(
    ctx: &Ctx,
    select: impl FnOnce(&AccountsDb<'_>) -> Result<Vec<User>> + Send + 'static,
) -> Result<Vec<(User, OwnedData)>> {
    let users = ctx
        .read_accounts(Scope::AdminUsers, move |db| {
            let users = select(db)?.into_iter();
            users.map(|user| Ok((list_all_notebooks(db, user.id)?, user))).collect::<Result<Vec<_>>>()
        })
        .await?;
    let app = ctx.app.clone();
    let count_each = move || users.into_iter().map(|(notebooks, user)| (user, count(&app, &notebooks))).collect();
    run_blocking(move || Ok(count_each())).await
}

fn count(app: &AppState, notebooks: &[NotebookId]) -> OwnedData {
    let mut data = OwnedData { notebooks: notebooks.len() as u64, ..OwnedData::default() };
    for &id in notebooks {
        match app.store.notebook_totals(id) {
            Ok(holdings) => {
                data.entries += holdings.entries;
                data.trashed += holdings.trashed;
                data.originals += holdings.originals;
                data.original_bytes += holdings.original_bytes;
                data.jobs += holdings.jobs;
            }
            // A damaged notebook must not prevent the deletion.
            Err(error) => {
                tracing::error!(notebook = %id, "counting entries: {error:?}");
                data.uncounted += 1;
            }
        }
    }
    data
}

/// Adds the counts of the accounts database to those of the notebooks.
fn with_account_counts(db: &AccountsDb<'_>, user: UserId, content: OwnedData) -> Result<OwnedData> {
    let rows = owned_rows::count_owned_rows(db, user)?;
    Ok(OwnedData { sessions: rows.sessions, keys: rows.keys, preferences: rows.preferences, ..content })
}
