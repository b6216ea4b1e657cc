//! Cleanup of orphaned originals that a crash, a dropped connection or a deletion left behind.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::services::auth;
use crate::storage::media;
use crate::storage::notebook::uploads;

/// Interval of the cleanup.
const INTERVAL: Duration = Duration::from_hours(1);
/// Attempts while uploads are being committed, and the pause between them.
const MAX_ATTEMPTS: usize = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Removes the originals that belong to no entry and no job of the caller's notebook; returns the number of files.
///
/// # Errors
/// Only disk and database errors.
pub async fn remove_orphaned_originals(ctx: &Ctx) -> Result<usize> {
    for _ in 0..MAX_ATTEMPTS {
        if let Some(removed) = try_remove_orphans(ctx).await? {
            return Ok(removed);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(0)
}

async fn try_remove_orphans(ctx: &Ctx) -> Result<Option<usize>> {
    let folder = ctx.app.store.data.media(ctx.notebook()?);
    if media::is_empty(&folder) {
        return Ok(Some(0));
    }
    ctx.with_notebook(Scope::Ingest, move |notebook| {
        media::remove_strays(&folder, || {
            notebook.write(|db| {
                uploads::remove_unowned(db)?;
                uploads::list_media_ids(db)
            })
        })
    })
    .await
}

/// Runs the cleanup of every notebook at server start and then hourly, until `stop` is signalled.
pub async fn run_hourly_cleanup(app: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    let mut look = tokio::time::interval(INTERVAL);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            _ = stop.changed() => return,
            _ = look.tick() => {
                if let Err(error) = clean_all_notebooks(&app).await {
                    tracing::error!("cleaning up originals: {error:?}");
                }
            }
        }
    }
}

async fn clean_all_notebooks(app: &Arc<AppState>) -> Result<()> {
    for ctx in auth::server_for_every_notebook(app)? {
        let removed = remove_orphaned_originals(&ctx).await?;
        if removed > 0 {
            tracing::info!(removed, "removed orphaned originals");
        }
    }
    Ok(())
}
