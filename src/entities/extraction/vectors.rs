//! Vectors of names with their descriptions.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::ctx::Ctx;
use crate::egress;
use crate::egress::About;
use crate::entities::extraction::resolution::described;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::id::EntityId;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::storage::notebook::entities::found;

/// Vectors that are kept while a run goes on: the same names come again and again.
const KEPT: usize = 4096;

/// Vectors by the text they are of.
#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<String, Vec<f32>>>);

impl Cache {
    /// Returns the vectors of texts; those that nobody may make are not there.
    ///
    /// # Errors
    /// `Upstream` when whoever makes them does not answer.
    pub(super) async fn of(&self, ctx: &Ctx, about: About, texts: Vec<String>) -> Result<HashMap<String, Vec<f32>>> {
        let (mut found, mut missing) = (HashMap::new(), Vec::new());
        {
            let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
        let Some(made) = made(ctx, about, missing.clone()).await? else { return Ok(found) };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + made.len() > KEPT {
            known.clear();
        }
        for (text, vector) in missing.into_iter().zip(made) {
            known.insert(text.clone(), vector.clone());
            found.insert(text, vector);
        }
        Ok(found)
    }
}

/// Makes vectors; `None` when nobody is configured, or the texts are kept in.
async fn made(ctx: &Ctx, about: About, texts: Vec<String>) -> Result<Option<Vec<Vec<f32>>>> {
    let embedder = egress::embedder(ctx, about)?;
    // A provider takes none.
    let _turn = if embedder.is_remote() { None } else { Some(ctx.app.core().await?) };
    let making = tokio::task::spawn_blocking(move || {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        embedder.embed(&texts)
    });
    match making.await.map_err(|_| Error::new(Kind::Internal, "making vectors ended early"))? {
        Ok(vectors) => Ok(Some(vectors)),
        Err(error) if matches!(error.kind(), Kind::Conflict | Kind::Forbidden) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What became of the vector of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    /// It is stored, with so many numbers.
    Vector(usize),
    /// It is as it was, and why.
    Nothing(&'static str),
}

/// Makes the vector of an entity anew.
///
/// # Errors
/// `NotFound`; `Upstream` when whoever makes it does not answer.
pub(crate) async fn reembed(ctx: &Ctx, job: JobId, id: EntityId) -> Result<Made> {
    let entity = ctx.read(Scope::EntriesRead, move |db| found::find(db, id)).await?;
    let entity = entity.ok_or_else(|| Error::not_found("entity").hint("it was deleted or merged meanwhile"))?;
    if entity.description.trim().is_empty() {
        return Ok(Made::Nothing("there is no description"));
    }
    let about = About { job: Some(job), ..About::default() };
    let embedder = egress::embedder(ctx, about.clone())?.id().to_owned();
    let text = described(&entity.name, &entity.description);
    let vector = made(ctx, about, vec![text]).await?.and_then(|made| made.into_iter().next());
    let Some(vector) = vector else { return Ok(Made::Nothing("it may not be sent to whoever makes vectors")) };
    let dimensions = vector.len();
    let stored = ctx.write(Scope::EntriesWrite, move |db| found::embed(db, &entity, &vector, &embedder)).await?;
    Ok(if stored { Made::Vector(dimensions) } else { Made::Nothing("it was changed meanwhile") })
}
