//! LLM calls about journal texts, with defences against prompt injection.
//!
//! Output of a model is untrusted: texts are sent as [`DelimitedText`](crate::egress::DelimitedText), models have no
//! tools, and an answer must match the requested schema.

use serde::de::DeserializeOwned;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::blocking::run_blocking;
use crate::domain::egress::EgressPurpose;
use crate::egress::gateway::open_gateway;
use crate::egress::subject::EgressSubject;
use crate::error::{Error, ErrorKind, Result};
use crate::providers::chat::{ChatModel, ChatPrompt};

/// Maximum size of an answer in bytes, a hundred times the longest that fits a prompt's limit.
const MAX_ANSWER: usize = 1 << 20;

/// Sends a prompt to the configured chat model and returns its answer.
///
/// # Errors
/// `Conflict` if no provider is configured, `Forbidden` if the policy denies it, `Upstream` if the call fails.
pub(crate) async fn complete(
    ctx: &Ctx,
    purpose: EgressPurpose,
    about: EgressSubject,
    prompt: &ChatPrompt,
) -> Result<String> {
    let app = ctx.app.clone();
    // On a blocking thread, because it reads the key file.
    let chat = run_blocking(move || ChatModel::from_config(&app.config, &AppState::read_secret_source)).await?;
    let gateway = open_gateway(ctx, purpose, about).await?;
    chat.complete(&gateway, prompt).await
}

/// Sends a prompt and parses the answer as `T`, whose schema the prompt contains and which denies unknown fields.
///
/// # Errors
/// As [`complete`]; a permanent `Upstream` error, without the answer's text, for an answer that does not match the schema.
pub(crate) async fn complete_json<T: DeserializeOwned>(
    ctx: &Ctx,
    purpose: EgressPurpose,
    about: EgressSubject,
    prompt: &ChatPrompt,
) -> Result<T> {
    let answer = complete(ctx, purpose, about, prompt).await?;
    let unusable = || {
        Error::new(ErrorKind::Upstream, "the model's answer does not match the requested schema")
            .with_status(502)
            .code("answer_unusable")
            .hint("try again, or configure another model; no data was changed")
    };
    if answer.len() > MAX_ANSWER {
        return Err(unusable());
    }
    // The parser's error may quote the answer.
    serde_json::from_str(&answer).map_err(|_| unusable())
}
