//! Chat model: text in, text or JSON out.

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::config::Config;
use crate::config::external_services::ExternalServices;
use crate::error::Result;
use crate::net::transport::ProviderTransport;
use crate::providers::endpoint::{self, AiProvider, ProviderEndpoint, ProviderTask, SecretReader};
use crate::providers::llm_request::LlmRequest;
use crate::providers::provider_error;

/// Prompt for the chat model.
pub(crate) struct ChatPrompt {
    /// Instructions.
    pub(crate) system: String,
    /// Input text.
    pub(crate) user: String,
    /// Model name; a model of another provider is replaced by the default.
    pub(crate) model: String,
    pub(crate) max_tokens: u32,
    /// JSON schema of an object for the answer; free text without one.
    pub(crate) schema: Option<Value>,
}

/// Configured chat model.
pub(crate) struct ChatModel {
    endpoint: ProviderEndpoint,
}

/// Returns a provider's default model; small models suffice for these prompts.
const fn default_model(vendor: AiProvider) -> &'static str {
    match vendor {
        AiProvider::Anthropic => "claude-haiku-4-5",
        AiProvider::OpenAi => "gpt-4o-mini",
        AiProvider::Gemini => "gemini-2.5-flash",
    }
}

/// Returns the model that is used if `wanted` is set.
pub(crate) fn effective_model(config: &Config, wanted: &str) -> String {
    let vendor = configured_provider(&config.external_services);
    vendor.model_or_default(Some(wanted), default_model(vendor))
}

fn configured_provider(services: &ExternalServices) -> AiProvider {
    AiProvider::from_name(&services.chat_provider).unwrap_or(AiProvider::Anthropic)
}

/// Task of the chat model in error texts.
const TASK: ProviderTask<'_> = ("read texts", "JOURNAL_CHAT_PROVIDER to another provider");

/// Checks that the chat model is configured; opens no file and no connection.
///
/// # Errors
/// `Conflict` if the provider is not configured.
pub(crate) fn ensure_configured(services: &ExternalServices) -> Result<()> {
    endpoint::ensure_configured(configured_provider(services), &services.chat, services, TASK).map(drop)
}

impl ChatModel {
    /// Creates the chat model from the settings and reads its key; sends nothing.
    ///
    /// # Errors
    /// `Conflict` if the provider is not configured.
    pub(crate) fn from_config(config: &Config, reveal: SecretReader<'_>) -> Result<Self> {
        let services = &config.external_services;
        let vendor = configured_provider(services);
        Ok(Self { endpoint: ProviderEndpoint::new(vendor, &services.chat, services, reveal, TASK)? })
    }

    /// Sends a prompt and returns the answer's text; with a schema it is JSON, but not validated against the schema.
    ///
    /// # Errors
    /// `Upstream`, transient or not.
    pub(crate) async fn complete(&self, transport: &dyn ProviderTransport, prompt: &ChatPrompt) -> Result<String> {
        let vendor = self.endpoint.vendor;
        let request = LlmRequest {
            model: &vendor.model_or_default(Some(&prompt.model), default_model(vendor)),
            system: &transport.redact(&prompt.system),
            cache_ttl: None,
            media: None,
            user: &transport.redact(&prompt.user),
            max_tokens: Some(prompt.max_tokens),
            schema: prompt.schema.as_ref(),
            deterministic: true,
        };
        let answer = self.endpoint.complete(transport, &request).await?;
        if prompt.schema.is_none() {
            return Ok(transport.restore(&answer));
        }
        let mut document = serde_json::from_str(&answer).map_err(|_| provider_error::invalid_answer(&self.endpoint))?;
        restore_json(transport, &mut document);
        Ok(document.to_string())
    }
}

/// Restores redacted words string by string, so that they cannot change the structure of the document.
fn restore_json(transport: &dyn ProviderTransport, document: &mut Value) {
    match document {
        Value::String(text) => *text = transport.restore(text),
        Value::Array(items) => items.iter_mut().for_each(|item| restore_json(transport, item)),
        Value::Object(fields) => fields.values_mut().for_each(|value| restore_json(transport, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
