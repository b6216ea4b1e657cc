//! Whose vectors a notebook gets: the built-in model's, or a provider's through the gate.

use std::sync::Arc;

use tokio::runtime::Handle;

use crate::app::App;
use crate::ctx::Ctx;
use crate::egress::About;
use crate::egress::open;
use crate::error::Result;
use crate::model::egress::Purpose;
use crate::providers::embedder::Embedder;
use crate::providers::embeddings::Embeddings;

/// A provider's embedder for one notebook.
///
/// It is asked on threads that may block, and never on those of the runtime.
struct Remote {
    ctx: Ctx,
    about: About,
    embeddings: Embeddings,
    runtime: Handle,
}

/// Returns whose vectors the notebook gets. Nothing is sent until it is asked for some, and then the policy is.
///
/// # Errors
/// `Conflict` when the settings name a provider and not all that it takes to reach it.
pub(crate) fn embedder(ctx: &Ctx, about: About) -> Result<Arc<dyn Embedder>> {
    chosen(ctx, about, |embeddings| embeddings)
}

/// Returns whose vectors searches of the notebook get: as [`embedder`], and no attempt is waited for for long.
///
/// # Errors
/// As [`embedder`].
pub(crate) fn searcher(ctx: &Ctx) -> Result<Arc<dyn Embedder>> {
    chosen(ctx, About::default(), Embeddings::hurried)
}

fn chosen(ctx: &Ctx, about: About, paced: fn(Embeddings) -> Embeddings) -> Result<Arc<dyn Embedder>> {
    let config = &ctx.app.config;
    if config.outside.embedding_provider == "built-in" {
        return Ok(ctx.app.embedder());
    }
    let embeddings = paced(Embeddings::chosen(config, &App::reveal)?);
    Ok(Arc::new(Remote { ctx: ctx.clone(), about, embeddings, runtime: Handle::current() }))
}

impl Embedder for Remote {
    fn id(&self) -> &str {
        self.embeddings.id()
    }

    fn is_remote(&self) -> bool {
        true
    }

    fn dimension(&self) -> usize {
        self.embeddings.dimension()
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        self.runtime.block_on(async {
            let line = open(&self.ctx, Purpose::Embedding, self.about.clone()).await?;
            self.embeddings.embed(&line, texts).await
        })
    }
}
