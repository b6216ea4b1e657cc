//! Optional LLM calls during ingestion. Answers are validated, never trusted; on any failure the text stays unchanged.

use crate::app::context::Ctx;
use crate::domain::egress::EgressPurpose;
use crate::domain::id::JobId;
use crate::egress::{self, EgressSubject};
use crate::error::ErrorKind;
use crate::providers::chat::ChatPrompt;

/// Sends a prompt to the configured provider; `None` if none is configured, policy forbids it, or the call fails.
pub(super) async fn complete_or_none(
    ctx: &Ctx,
    job: JobId,
    purpose: EgressPurpose,
    prompt: &ChatPrompt,
) -> Option<String> {
    let about = EgressSubject::for_job(job);
    match egress::complete(ctx, purpose, about, prompt).await {
        Ok(answer) => Some(answer),
        Err(error) => {
            // No provider and a policy that forbids the call are intended configurations, not failures.
            if !matches!(error.kind(), ErrorKind::Conflict | ErrorKind::Forbidden) {
                tracing::warn!(%job, %purpose, "continuing without the model's answer: {error}");
            }
            None
        }
    }
}
