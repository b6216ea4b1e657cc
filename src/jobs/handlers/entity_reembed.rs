//! Handler of `entity_reembed`: recomputes an entity's vector after its description changed.

use serde_json::{Map, Value};

use crate::app::context::Ctx;
use crate::domain::id::EntityId;
use crate::domain::job_notification::JobResultCounts;
use crate::error::{Error, Result};
use crate::jobs::run::{JobCommit, JobHandler, JobLease, JobOutput};
use crate::net::transport::BoxFuture;
use crate::services::entities::extraction::{self, VectorUpdate as Became};
use crate::storage::notebook::job_leases::ClaimedJob;

/// Handler that recomputes the vector of one entity.
pub(crate) struct EntityReembedHandler;

impl JobHandler for EntityReembedHandler {
    fn run<'a>(&'a self, ctx: &'a Ctx, job: &'a ClaimedJob, _: &'a JobLease) -> BoxFuture<'a, Result<JobCommit>> {
        Box::pin(async move {
            let id = job.params.get("entity_id").and_then(Value::as_i64);
            let id = EntityId(id.ok_or_else(|| Error::invalid("the job has no 'entity_id' parameter"))?);
            let (embedded, more) = match extraction::reembed_entity(ctx, job.id, id).await? {
                Became::Stored(numbers) => (true, ("dimensions", Value::from(numbers))),
                Became::Unchanged(reason) => (false, ("reason", Value::from(reason))),
            };
            let fields = [("entity_id", Value::from(id.0)), ("embedded", embedded.into()), more];
            let result = Map::from_iter(fields.map(|(name, value)| (name.to_owned(), value)));
            let commit: JobCommit = Box::new(move |_| {
                Ok(JobOutput { result, entry: None, counts: JobResultCounts::default(), enqueued_jobs: false })
            });
            Ok(commit)
        })
    }
}
