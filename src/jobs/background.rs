//! Background worker for a process without the server loop, such as the stdio MCP server.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::app::context::Ctx;
use crate::domain::scope::Scope;
use crate::jobs::drain::drain;

/// Runs the jobs that this process enqueues in the caller's notebook, until it is dropped. A server with the same
/// notebook open may claim them first, or has to finish them.
pub async fn run_in_background(ctx: Ctx) {
    // Jobs run with the server's permissions, whichever client enqueued them.
    let ctx = ctx.as_system().with_client_info(Arc::default());
    let mut running = JoinSet::new();
    loop {
        tokio::select! {
            () = ctx.app.pending_work.notified() => {
                ctx.app.pending_work.take();
                let ctx = ctx.clone();
                // Concurrently: new jobs do not wait for a slow run.
                running.spawn(async move { drain(&ctx, Scope::Ingest, &|_, _| {}).await });
            }
            Some(done) = running.join_next() => match done {
                Ok(Ok(done)) => {
                    tracing::info!(succeeded = done.succeeded, failed = done.failed, "processed queued jobs");
                }
                Ok(Err(error)) => tracing::error!("processing queued jobs failed: {error:?}"),
                Err(_) => tracing::error!("the task that processes queued jobs panicked or was aborted"),
            },
        }
    }
}
