//! Works one notebook's queue off in the foreground, for somebody who waits for it.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::jobs::Done;
use crate::jobs::Progress;
use crate::jobs::alive::Alive;
use crate::jobs::alive::Hold;
use crate::jobs::attempt::Attempt;
use crate::jobs::attempt::Ended;
use crate::jobs::attempt::Table;
use crate::jobs::attempt::kinds;
use crate::jobs::batch;
use crate::jobs::batch::POLL;
use crate::jobs::queue;
use crate::jobs::steps::Steps;
use crate::jobs::table;
use crate::model::id::JobId;
use crate::model::job::Job;
use crate::model::scope::Scope;
use crate::storage::notebook::claims;

/// Works off everything that is due: uploads become entries, entries get their vectors.
///
/// What another process works on is waited for; what waits for another attempt is not. The result counts it.
/// `scope` is that of the act that left the work behind: whoever may do the one may finish the other.
///
/// # Errors
/// `Conflict` when the notebook's vectors come from another model.
pub async fn drain(ctx: &Ctx, scope: Scope, progress: Progress<'_>) -> Result<Done> {
    let ctx = &ctx.on_the_whole();
    ctx.caller.authorize(scope)?;
    let mut done = attempt_all(ctx, &table(), progress).await?;
    let embedded = batch::embed(ctx, scope, progress).await?;
    done.succeeded += embedded.succeeded;
    done.failed += embedded.failed;
    done.unfindable = embedded.unfindable;
    (done.waiting, done.next_at) = ctx.read(scope, claims::waiting).await?;
    Ok(done)
}

/// Works off everything that is due for whoever ordered a job, and returns that job as it is then: an order may always be
/// carried out by whoever gave it, whatever else they may not do. Nothing is handed out but the job.
///
/// # Errors
/// As [`drain`] and [`queue::get`].
pub async fn finish(ctx: &Ctx, id: JobId, progress: Progress<'_>) -> Result<Job> {
    attempt_all(&ctx.for_the_record(), &table(), progress).await?;
    queue::look(ctx, id).await
}

/// Makes an attempt at every job of a table that is due, several at once.
pub(super) async fn attempt_all(ctx: &Ctx, table: &Table, progress: Progress<'_>) -> Result<Done> {
    let workers = usize::try_from(ctx.app.config.outside.job_workers).unwrap_or(1);
    let (_never, stop) = watch::channel(false);
    let steps = Arc::new(Steps::default());
    let (mut alive, mut running, mut done) = (Alive::default(), JoinSet::new(), Done::default());
    loop {
        while running.len() < workers {
            let Some(attempt) = claim(ctx, table, &mut alive, &steps).await? else { break };
            let stop = stop.clone();
            running.spawn(async move { attempt.run(Arc::new(Notify::new()), stop).await });
        }
        if running.is_empty() {
            let kinds = kinds(table);
            if ctx.read(Scope::Ingest, move |db| claims::claimed(db, &kinds)).await? == 0 {
                return Ok(done);
            }
            tokio::time::sleep(POLL).await;
            continue;
        }
        tokio::select! {
            (now, total) = steps.next() => progress(now, total),
            Some(ended) = running.join_next() => match ended {
                Ok(Ended::Succeeded) => done.succeeded += 1,
                Ok(Ended::Failed) => done.failed += 1,
                Ok(Ended::Waits(_) | Ended::Lost | Ended::PutBack) => {}
                Err(_) => return Err(Error::new(Kind::Internal, "an attempt at a job ended early")),
            },
        }
    }
}

async fn claim(ctx: &Ctx, table: &Table, alive: &mut Alive, steps: &Arc<Steps>) -> Result<Option<Attempt>> {
    loop {
        match alive.on(ctx, &kinds(table)).await? {
            Hold::Got(alive) => return Attempt::claim(ctx, table, alive, steps.clone()).await,
            Hold::Idle => return Ok(None),
            Hold::Busy => tokio::time::sleep(POLL).await,
        }
    }
}
