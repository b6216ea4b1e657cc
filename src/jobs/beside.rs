//! A program that answers somebody, and works off what that leaves behind, without the server's loop.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::ctx::Ctx;
use crate::jobs::drain;
use crate::model::scope::Scope;

/// Works off what the writes of this process leave in the caller's journal, until it is dropped. A server that has the same
/// journal open may be faster, or may have to do the rest.
pub async fn beside(ctx: Ctx) {
    // The work is done as a server would do it, whoever left it.
    let ctx = ctx.for_the_record().from(Arc::default());
    let mut running = JoinSet::new();
    loop {
        tokio::select! {
            () = ctx.app.work.told() => {
                ctx.app.work.take();
                let ctx = ctx.clone();
                // Each beside the others: what comes in now does not wait for what takes long.
                running.spawn(async move { drain(&ctx, Scope::Ingest, &|_, _| {}).await });
            }
            Some(done) = running.join_next() => match done {
                Ok(Ok(done)) => tracing::info!(succeeded = done.succeeded, failed = done.failed, "worked on a queue"),
                Ok(Err(error)) => tracing::error!("working on a queue: {error:?}"),
                Err(_) => tracing::error!("the work on a queue ended early"),
            },
        }
    }
}
