//! Background jobs of a notebook: persistent, resumed after a crash.
//!
//! One engine runs all kinds: it claims due jobs of a notebook, runs their handlers outside of a transaction, and ends
//! them in one transaction. A [`handler::JobHandler`] states how many jobs of its kind are claimed together.
//!
//! - *Embeddings* (`reprocess_embeddings`) are claimed in batches, by one process at a time, which holds `queue.lock`
//!   exclusively.
//! - All other jobs call a provider, may take minutes and are claimed one by one. Any process may run several at once
//!   and holds `claims.lock` shared meanwhile. A run never holds `queue.lock`, so it does not block embeddings.
//!
//! A process that gets a lock file exclusively knows that every claim of these kinds belongs to a dead process, and
//! releases them.
//!
//! A claim is a random token and a lease in the job's row; a heartbeat renews the lease while the run lasts. Where no
//! lock shows that the holder died, the lease expires and the job is claimed again. The output of a run is stored in
//! the transaction that ends the job, and only if the token still matches: no job is completed twice.
//!
//! Order: jobs of a notebook start in the order in which they were enqueued, retries when they are due. Several run at
//! once, so they may end in another order. An entry's vectors are stored with the entry or after it. Notebooks take
//! turns, one batch or one run each. A job that waits for a retry is only a row and occupies no worker.

mod background;
mod control;
mod drain;
mod handler;
mod handlers;
mod inline_embedding;
mod job_lane;
mod lease;
mod notebook_queue;
mod notify;
mod ordered_tasks;
mod progress;
mod query;
mod registry;
mod reindex;
mod retry_policy;
mod run;
mod sync_ingest;
mod wait;
mod worker;
mod worker_lock;

#[cfg(test)]
mod tests;

pub use background::run_in_background;
pub use control::{cancel, retry};
pub use drain::{ProgressCallback, QueueSummary, drain, drain_for_job, embed_pending};
pub use handlers::mood_backfill::{MoodBackfillRequest, enqueue_mood_backfill, enqueue_mood_rescore};
pub use query::{DEFAULT_LIMIT, JobListQuery, get, list};
pub use reindex::{ReindexTargets, count_pending_embeddings, reindex};
pub use sync_ingest::{IngestResponse, ingest_file, ingest_text};
pub use wait::wait_for_change;
pub use worker::run_worker;
