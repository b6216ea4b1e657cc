//! Embeddings of entity names with their descriptions.

use std::collections::HashMap;

use crate::app::context::Ctx;
use crate::blocking::run_blocking;
use crate::domain::id::{EntityId, JobId};
use crate::domain::scope::Scope;
use crate::egress::{self, EgressSubject};
use crate::error::{Error, ErrorKind, Result};
use crate::services::entities::extraction::resolution::embedding_text;
use crate::storage::notebook::entities::upsert;
use parking_lot::Mutex;

/// Maximum number of cached vectors; names repeat within a run.
const MAX_CACHED_VECTORS: usize = 4096;

/// Cache of vectors by their text.
#[derive(Default)]
pub(super) struct NameVectorCache(Mutex<HashMap<String, Vec<f32>>>);

impl NameVectorCache {
    /// Returns the vectors of texts; texts that may not be embedded are missing.
    ///
    /// # Errors
    /// `Upstream` if the embedding provider fails.
    pub(super) async fn get_or_embed(
        &self,
        ctx: &Ctx,
        about: EgressSubject,
        texts: Vec<String>,
    ) -> Result<HashMap<String, Vec<f32>>> {
        let (mut found, mut missing) = (HashMap::new(), Vec::new());
        {
            let known = self.0.lock();
            for text in texts {
                match known.get(&text) {
                    Some(vector) => drop(found.insert(text, vector.clone())),
                    None if missing.contains(&text) => {}
                    None => missing.push(text),
                }
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let Some(vectors) = embed_texts(ctx, about, missing.clone()).await? else { return Ok(found) };
        let mut known = self.0.lock();
        if known.len() + vectors.len() > MAX_CACHED_VECTORS {
            known.clear();
        }
        for (text, vector) in missing.into_iter().zip(vectors) {
            known.insert(text.clone(), vector.clone());
            found.insert(text, vector);
        }
        Ok(found)
    }
}

/// Computes vectors; `None` if no embedder is configured or the notebook is local-only.
async fn embed_texts(ctx: &Ctx, about: EgressSubject, texts: Vec<String>) -> Result<Option<Vec<Vec<f32>>>> {
    let embedder = egress::embedder(ctx, about)?;
    // Remote providers need no CPU slot.
    let _cpu_slot = if embedder.is_remote() { None } else { Some(ctx.app.acquire_cpu().await?) };
    let vectors = run_blocking(move || {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        embedder.embed(&texts)
    });
    match vectors.await {
        Ok(vectors) => Ok(Some(vectors)),
        Err(error) if matches!(error.kind(), ErrorKind::Conflict | ErrorKind::Forbidden) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Result of recomputing an entity's vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VectorUpdate {
    /// Stored, with this number of dimensions.
    Stored(usize),
    /// Unchanged, with the reason.
    Unchanged(&'static str),
}

/// Recomputes the vector of an entity.
///
/// # Errors
/// `NotFound`; `Upstream` if the embedding provider fails.
pub(crate) async fn reembed_entity(ctx: &Ctx, job: JobId, id: EntityId) -> Result<VectorUpdate> {
    let entity = ctx.read(Scope::EntriesRead, move |db| upsert::find(db, id)).await?;
    let entity = entity.ok_or_else(|| Error::not_found("entity").hint("it was deleted or merged meanwhile"))?;
    if entity.description.trim().is_empty() {
        return Ok(VectorUpdate::Unchanged("the entity has no description"));
    }
    let about = EgressSubject::for_job(job);
    let embedder = egress::embedder(ctx, about.clone())?.id().to_owned();
    let text = embedding_text(&entity.name, &entity.description);
    let vector = embed_texts(ctx, about, vec![text]).await?.and_then(|vectors| vectors.into_iter().next());
    let Some(vector) = vector else { return Ok(VectorUpdate::Unchanged("no embedder is configured or allowed")) };
    let dimensions = vector.len();
    let stored = ctx.write(Scope::EntriesWrite, move |db| upsert::set_vector(db, &entity, &vector, &embedder)).await?;
    Ok(if stored {
        VectorUpdate::Stored(dimensions)
    } else {
        VectorUpdate::Unchanged("the entity was changed meanwhile")
    })
}
