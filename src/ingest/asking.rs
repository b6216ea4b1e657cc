//! What a model is asked about a text that came in. Its answer is checked and never trusted: whatever is wrong with it,
//! the text stays as it is.

use crate::ctx::Ctx;
use crate::egress;
use crate::egress::About;
use crate::error::Kind;
use crate::model::egress::Purpose;
use crate::model::id::JobId;
use crate::providers::chat::Prompt;

/// Asks whoever the settings name; `None` when there is nobody, when it is not allowed, or when nothing good came back.
pub(super) async fn ask(ctx: &Ctx, job: JobId, purpose: Purpose, prompt: &Prompt) -> Option<String> {
    let about = About { job: Some(job), ..About::default() };
    match egress::ask(ctx, purpose, about, prompt).await {
        Ok(answer) => Some(answer),
        Err(error) => {
            // Where nobody is set up, or it is kept in, that is how it is meant to be.
            if !matches!(error.kind(), Kind::Conflict | Kind::Forbidden) {
                tracing::warn!(%job, %purpose, "went on without an answer: {error}");
            }
            None
        }
    }
}
