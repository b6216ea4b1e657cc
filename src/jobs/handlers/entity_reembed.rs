//! Handler of `entity_reembed`: recomputes an entity's vector after its description changed.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::app::context::Ctx;
use crate::domain::id::EntityId;
use crate::error::Result;
use crate::jobs::handler::{self, JobCommit, JobHandler, JobOutput};
use crate::jobs::lease::JobLease;
use crate::services::entities::extraction::{self, VectorUpdate};
use crate::storage::notebook::jobs;

/// Parameters of the job.
#[derive(Deserialize)]
pub(crate) struct EntityReembedParams {
    entity_id: EntityId,
}

/// Handler that recomputes the vector of one entity.
pub(crate) struct EntityReembedHandler;

impl JobHandler for EntityReembedHandler {
    const KIND: &'static str = jobs::REEMBED;
    type Params = EntityReembedParams;

    async fn run(&self, ctx: &Ctx, lease: &JobLease, params: EntityReembedParams) -> Result<JobCommit> {
        let id = params.entity_id;
        let (embedded, more) = match extraction::reembed_entity(ctx, lease.job.id, id).await? {
            VectorUpdate::Stored(numbers) => (true, ("dimensions", Value::from(numbers))),
            VectorUpdate::Unchanged(reason) => (false, ("reason", Value::from(reason))),
        };
        let fields = [("entity_id", Value::from(id.0)), ("embedded", embedded.into()), more];
        let result = Map::from_iter(fields.map(|(name, value)| (name.to_owned(), value)));
        Ok(handler::commit(move |_| Ok(JobOutput { result, ..JobOutput::default() })))
    }
}
