//! Makes the vector of somebody or something anew, because the description is another one.

use serde_json::Map;
use serde_json::Value;

use crate::ctx::Ctx;
use crate::entities::extraction;
use crate::entities::extraction::Made as Became;
use crate::error::Error;
use crate::error::Result;
use crate::jobs::attempt::Commit;
use crate::jobs::attempt::Handler;
use crate::jobs::attempt::Held;
use crate::jobs::attempt::Made;
use crate::model::id::EntityId;
use crate::model::notice::Counts;
use crate::net::wire::Boxed;
use crate::storage::notebook::claims::Taken;

/// The handler.
pub(super) struct Reembed;

impl Handler for Reembed {
    fn work<'a>(&'a self, ctx: &'a Ctx, job: &'a Taken, _: &'a Held) -> Boxed<'a, Result<Commit>> {
        Box::pin(async move {
            let id = job.params.get("entity_id").and_then(Value::as_i64);
            let id = EntityId(id.ok_or_else(|| Error::invalid("the job does not say which entity it is about"))?);
            let (embedded, more) = match extraction::reembed(ctx, job.id, id).await? {
                Became::Vector(numbers) => (true, ("dimensions", Value::from(numbers))),
                Became::Nothing(reason) => (false, ("reason", Value::from(reason))),
            };
            let fields = [("entity_id", Value::from(id.0)), ("embedded", embedded.into()), more];
            let result = Map::from_iter(fields.map(|(name, value)| (name.to_owned(), value)));
            let commit: Commit =
                Box::new(move |_| Ok(Made { result, entry: None, counts: Counts::default(), left_work: false }));
            Ok(commit)
        })
    }
}
