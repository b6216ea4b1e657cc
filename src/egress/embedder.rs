//! Embedder selection per notebook: the built-in model, or a provider through the egress gateway.

use std::sync::Arc;

use tokio::runtime::Handle;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::domain::egress::EgressPurpose;
use crate::egress::gateway::open_gateway;
use crate::egress::subject::EgressSubject;
use crate::error::Result;
use crate::providers::embedder::TextEmbedder;
use crate::providers::embeddings::EmbeddingsClient;

/// Embedder of a provider for one notebook.
///
/// Blocks, so it must be called on blocking threads, never on those of the async runtime.
struct ProviderEmbedder {
    ctx: Ctx,
    about: EgressSubject,
    embeddings: EmbeddingsClient,
    runtime: Handle,
}

/// Returns the embedder of the notebook. Each embedding request checks the policy and reads the key file.
///
/// # Errors
/// `Conflict` if the configured provider is incomplete.
pub(crate) fn embedder(ctx: &Ctx, about: EgressSubject) -> Result<Arc<dyn TextEmbedder>> {
    configured_embedder(ctx, about, |embeddings| embeddings)
}

/// Returns the embedder for search queries: as [`embedder`], with a short timeout per attempt.
///
/// # Errors
/// As [`embedder`].
pub(crate) fn query_embedder(ctx: &Ctx) -> Result<Arc<dyn TextEmbedder>> {
    configured_embedder(ctx, EgressSubject::default(), EmbeddingsClient::with_short_timeouts)
}

fn configured_embedder(
    ctx: &Ctx,
    about: EgressSubject,
    adapt: fn(EmbeddingsClient) -> EmbeddingsClient,
) -> Result<Arc<dyn TextEmbedder>> {
    let config = &ctx.app.config;
    if config.external_services.embedding_provider == "built-in" {
        return Ok(ctx.app.embedder());
    }
    let embeddings = adapt(EmbeddingsClient::from_config(config)?);
    Ok(Arc::new(ProviderEmbedder { ctx: ctx.clone(), about, embeddings, runtime: Handle::current() }))
}

impl TextEmbedder for ProviderEmbedder {
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
            let gateway = open_gateway(&self.ctx, EgressPurpose::Embedding, self.about.clone()).await?;
            self.embeddings.embed(&gateway, &AppState::read_secret_source, texts).await
        })
    }
}
