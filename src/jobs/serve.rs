//! The server's own work: what writes left for later, and what comes due.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::app::App;
use crate::auth;
use crate::error::Result;
use crate::jobs::drain;
use crate::model::scope::Scope;
use crate::users;

/// How often every notebook's queue is looked at; a write of this server wakes the work at once.
const ROUND: Duration = Duration::from_secs(30);
/// How often deletions that came due are carried out.
const PURGE: Duration = Duration::from_hours(1);

/// Works until `stop` says so.
pub async fn serve(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut purge = tokio::time::interval(PURGE);
    loop {
        if let Err(error) = round(&app).await {
            tracing::error!("working on the queues: {error:?}");
        }
        tokio::select! {
            _ = stop.changed() => return,
            () = app.work.notified() => {}
            () = tokio::time::sleep(ROUND) => {}
            _ = purge.tick() => {
                if let Err(error) = users::purge(&auth::server(app.clone())).await {
                    tracing::error!("destroying deleted accounts: {error:?}");
                }
            }
        }
    }
}

async fn round(app: &Arc<App>) -> Result<()> {
    for ctx in auth::every_notebook(app)? {
        let done = drain(&ctx, Scope::Ingest, &|_, _| {}).await?;
        if done.succeeded + done.failed > 0 {
            tracing::info!(succeeded = done.succeeded, failed = done.failed, "worked on a queue");
        }
    }
    Ok(())
}
