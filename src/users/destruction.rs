//! The end of an account: what goes with it, told before and after, in numbers alone.

use std::sync::Arc;

use jiff::SignedDuration;
use serde::Serialize;

use crate::app::App;
use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::email::Email;
use crate::model::id::NotebookId;
use crate::model::id::UserId;
use crate::model::scope::Scope;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;
use crate::storage::accounts::belongings;
use crate::users::UNDO_DAYS;
use crate::users::spare_last_admin;

/// How much belongs to a user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Belongings {
    /// Notebooks that they own.
    pub notebooks: u64,
    /// Entries in them.
    pub entries: u64,
    /// Photographs and recordings.
    pub originals: u64,
    /// Bytes of these.
    pub original_bytes: u64,
    /// Jobs, whatever became of them.
    pub jobs: u64,
    /// Logins.
    pub sessions: u64,
    /// API keys, also revoked ones.
    pub keys: u64,
    /// Preferences.
    pub preferences: u64,
    /// Notebooks that are damaged, so that nobody can say what is in them.
    pub uncounted: u64,
}

impl Belongings {
    /// Writes the numbers as the audit trail keeps them.
    fn resource(&self, user: UserId) -> String {
        let Self { notebooks, entries, originals, original_bytes, jobs, sessions, keys, preferences, uncounted } = self;
        format!(
            "user:{user} notebooks={notebooks} entries={entries} originals={originals} bytes={original_bytes} \
             jobs={jobs} sessions={sessions} keys={keys} preferences={preferences} uncounted={uncounted}"
        )
    }
}

/// What was destroyed of one user.
#[derive(Debug, Serialize)]
pub struct Destroyed {
    /// Who it was; a number that nobody gets again.
    pub user_id: UserId,
    /// When.
    pub at: String,
    /// How much.
    #[serde(flatten)]
    pub belongings: Belongings,
}

/// What [`purge`] and [`delete_now`] destroyed.
#[derive(Debug, Default, Serialize)]
pub struct Receipt {
    /// A line for each user.
    pub users: Vec<Destroyed>,
}

/// Returns how much a user has.
///
/// # Errors
/// `NotFound`.
pub async fn belongings(ctx: &Ctx, email: Email) -> Result<Belongings> {
    let found = ctx
        .read_accounts(Scope::AdminUsers, move |db| {
            let user = accounts::users::named(db, email.as_str())?;
            Ok((user.id, accounts::notebooks::owned_by(db, user.id)?))
        })
        .await?;
    let counted = counted(ctx, vec![found]).await?;
    let Some((user, notebooks, so_far)) = counted.into_iter().next() else { return Err(Error::not_found("user")) };
    ctx.read_accounts(Scope::AdminUsers, move |db| whole(db, user, &notebooks, so_far)).await
}

/// Destroys users whose [`UNDO_DAYS`] are over: first the keys of their notebooks, then the files. Registrants who did not
/// prove their address in that time go with them.
///
/// Backups that were made before still hold what they held.
pub async fn purge(ctx: &Ctx) -> Result<Receipt> {
    let due = ctx.app.stamp_in(SignedDuration::from_hours(-24 * UNDO_DAYS));
    let before = due.clone();
    let receipt = destroy(ctx, move |db| accounts::users::deleted_before(db, &before)).await?;
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        accounts::registrants::purge(db, &due)?;
        accounts::links::purge(db, &due)
    })
    .await?;
    Ok(receipt)
}

/// Destroys a user at once, marked for deletion or not.
///
/// # Errors
/// `NotFound`; `Conflict` for the last admin.
pub async fn delete_now(ctx: &Ctx, email: Email) -> Result<Receipt> {
    destroy(ctx, move |db| {
        let user = accounts::users::named(db, email.as_str())?;
        spare_last_admin(db, &user)?;
        Ok(vec![user.id])
    })
    .await
}

/// Destroys those that a closure names, which is asked before and again in the transaction: a deletion may be taken back.
async fn destroy(
    ctx: &Ctx,
    who: impl Fn(&AccountsDb<'_>) -> Result<Vec<UserId>> + Send + Sync + 'static,
) -> Result<Receipt> {
    let (who, trail) = (Arc::new(who), Trail::of(ctx));
    let asked = who.clone();
    let named = ctx
        .read_accounts(Scope::AdminUsers, move |db| {
            let users = asked(db)?.into_iter();
            users.map(|user| Ok((user, accounts::notebooks::owned_by(db, user)?))).collect::<Result<Vec<_>>>()
        })
        .await?;
    if named.is_empty() {
        return Ok(Receipt::default());
    }
    let counted = counted(ctx, named).await?;
    let (destroyed, notebooks) = ctx
        .write_accounts(Scope::AdminUsers, move |db| {
            let still = who(db)?;
            let (mut destroyed, mut gone) = (Vec::new(), Vec::new());
            for (user, _, so_far) in counted.into_iter().filter(|(user, ..)| still.contains(user)) {
                let notebooks = accounts::notebooks::owned_by(db, user)?;
                let belongings = whole(db, user, &notebooks, so_far)?;
                for notebook in notebooks {
                    accounts::notebooks::remove(db, notebook)?;
                    gone.push(notebook);
                }
                accounts::users::remove(db, user)?;
                trail.record(db, Action::UserPurged, &belongings.resource(user))?;
                destroyed.push(Destroyed { user_id: user, at: trail.at().to_owned(), belongings });
            }
            Ok((destroyed, gone))
        })
        .await?;
    let app = ctx.app.clone();
    let files = tokio::task::spawn_blocking(move || remove_files(&app, &notebooks));
    files.await.map_err(|error| Error::internal("removing notebooks", error))??;
    Ok(Receipt { users: destroyed })
}

/// Removes the files of notebooks whose keys are gone, and what the log of the accounts still has of their rows.
fn remove_files(app: &App, notebooks: &[NotebookId]) -> Result<()> {
    for &notebook in notebooks {
        app.store.destroy_notebook(notebook)?;
    }
    if !app.store.accounts.empty_log()? {
        tracing::warn!("the log of the accounts is in use; it is emptied with the next checkpoint");
    }
    Ok(())
}

type Counted = (UserId, Vec<NotebookId>, Belongings);

/// Counts what is in notebooks, on a thread that may block.
async fn counted(ctx: &Ctx, users: Vec<(UserId, Vec<NotebookId>)>) -> Result<Vec<Counted>> {
    let app = ctx.app.clone();
    let counting = tokio::task::spawn_blocking(move || {
        let counted = users.into_iter().map(|(user, notebooks)| {
            let in_them = count(&app, &notebooks);
            (user, notebooks, in_them)
        });
        counted.collect()
    });
    counting.await.map_err(|error| Error::internal("counting entries", error))
}

fn count(app: &App, notebooks: &[NotebookId]) -> Belongings {
    let mut belongings = Belongings::default();
    for &id in notebooks {
        match app.store.holdings(id) {
            Ok(holdings) => {
                belongings.entries += holdings.entries;
                belongings.originals += holdings.originals;
                belongings.original_bytes += holdings.original_bytes;
                belongings.jobs += holdings.jobs;
            }
            // A damaged notebook must not keep anybody from leaving.
            Err(error) => {
                tracing::error!(notebook = %id, "counting entries: {error:?}");
                belongings.uncounted += 1;
            }
        }
    }
    belongings
}

/// Adds what is in the accounts to what is in the notebooks.
fn whole(db: &AccountsDb<'_>, user: UserId, notebooks: &[NotebookId], in_them: Belongings) -> Result<Belongings> {
    let rows = belongings::count(db, user)?;
    Ok(Belongings {
        notebooks: notebooks.len() as u64,
        sessions: rows.sessions,
        keys: rows.keys,
        preferences: rows.preferences,
        ..in_them
    })
}
