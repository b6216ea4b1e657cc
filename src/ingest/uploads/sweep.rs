//! Files and rows that nobody has any more go away: what a crash, a broken connection or a deletion left.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::auth;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::model::scope::Scope;
use crate::storage::media;
use crate::storage::notebook::uploads;

/// How often the server looks.
const EVERY: Duration = Duration::from_hours(1);
/// How often it is tried while uploads are being committed, and how long in between.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Takes away the originals that neither an entry nor a job of the caller's notebook has; returns how many files it were.
///
/// # Errors
/// Only what goes wrong with the disk or the database.
pub async fn sweep(ctx: &Ctx) -> Result<usize> {
    for _ in 0..TRIES {
        if let Some(removed) = attempt(ctx).await? {
            return Ok(removed);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(0)
}

async fn attempt(ctx: &Ctx) -> Result<Option<usize>> {
    let folder = ctx.app.store.data.media(ctx.notebook()?);
    if media::is_empty(&folder) {
        return Ok(Some(0));
    }
    ctx.with_notebook(Scope::Ingest, move |notebook| {
        media::sweep(&folder, || {
            notebook.write(|db| {
                uploads::forget_unowned(db)?;
                uploads::known(db)
            })
        })
    })
    .await
}

/// Sweeps every notebook when the server starts and then every hour, until `stop` says so.
pub async fn keep(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut look = tokio::time::interval(EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            _ = stop.changed() => return,
            _ = look.tick() => {
                if let Err(error) = all(&app).await {
                    tracing::error!("sweeping originals: {error:?}");
                }
            }
        }
    }
}

async fn all(app: &Arc<App>) -> Result<()> {
    for ctx in auth::every_notebook(app)? {
        let removed = sweep(&ctx).await?;
        if removed > 0 {
            tracing::info!(removed, "swept originals that nobody has any more");
        }
    }
    Ok(())
}
