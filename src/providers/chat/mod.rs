//! Asking a model about a text.

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::config::Config;
use crate::error::Result;
use crate::net::wire::Line;
use crate::providers::endpoint::Endpoint;
use crate::providers::endpoint::Reveal;
use crate::providers::endpoint::Vendor;
use crate::providers::failure;
use crate::providers::question::Question;

/// What a model is asked.
pub(crate) struct Prompt {
    /// What it is to do.
    pub(crate) system: String,
    /// What it is to do it with.
    pub(crate) user: String,
    /// Another provider's model than the one that is asked stands for the usual one.
    pub(crate) model: String,
    pub(crate) max_tokens: u32,
    /// The shape of a JSON answer, as a JSON Schema of an object; free text without one.
    pub(crate) schema: Option<Value>,
}

/// Who is asked, as the settings say.
pub(crate) struct Chat {
    endpoint: Endpoint,
}

/// Returns the model that is asked where another provider's is named: small ones, as such questions are.
const fn usual_model(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Anthropic => "claude-haiku-4-5",
        Vendor::OpenAi => "gpt-4o-mini",
        Vendor::Gemini => "gemini-2.5-flash",
    }
}

/// Returns the model that is asked when `wanted` is set, as people are shown it.
pub(crate) fn model(config: &Config, wanted: &str) -> String {
    let vendor = vendor(config);
    vendor.model(Some(wanted), usual_model(vendor))
}

fn vendor(config: &Config) -> Vendor {
    match config.outside.chat_provider.as_str() {
        "openai" => Vendor::OpenAi,
        "gemini" => Vendor::Gemini,
        _ => Vendor::Anthropic,
    }
}

impl Chat {
    /// Chooses who is asked. Nothing is sent yet.
    ///
    /// # Errors
    /// `Conflict` when nobody is configured.
    pub(crate) fn chosen(config: &Config, reveal: Reveal<'_>) -> Result<Self> {
        let outside = &config.outside;
        let vendor = vendor(config);
        let account = match vendor {
            Vendor::Anthropic => &outside.anthropic,
            Vendor::OpenAi => &outside.chat,
            Vendor::Gemini => &outside.gemini,
        };
        let about = ("read texts", "JOURNAL_CHAT_PROVIDER to somebody else");
        Ok(Self { endpoint: Endpoint::new(vendor, account, outside, reveal, about)? })
    }

    /// Asks, and returns the answer's text; with a schema that is JSON, though not certainly of that shape.
    ///
    /// # Errors
    /// `Upstream`, passing or not.
    pub(crate) async fn ask(&self, line: &dyn Line, prompt: &Prompt) -> Result<String> {
        let vendor = self.endpoint.vendor;
        let question = Question {
            model: &vendor.model(Some(&prompt.model), usual_model(vendor)),
            system: &line.veil(&prompt.system),
            cache: None,
            media: None,
            user: &line.veil(&prompt.user),
            max_tokens: Some(prompt.max_tokens),
            schema: prompt.schema.as_ref(),
            steady: true,
        };
        let answer = self.endpoint.ask(line, &question).await?;
        if prompt.schema.is_none() {
            return Ok(line.unveil(&answer));
        }
        let mut document = serde_json::from_str(&answer).map_err(|_| failure::unusable(&self.endpoint))?;
        unveil(line, &mut document);
        Ok(document.to_string())
    }
}

/// Puts back what was kept back, text by text: what it is must not become part of the document's shape.
fn unveil(line: &dyn Line, document: &mut Value) {
    match document {
        Value::String(text) => *text = line.unveil(text),
        Value::Array(items) => items.iter_mut().for_each(|item| unveil(line, item)),
        Value::Object(fields) => fields.values_mut().for_each(|value| unveil(line, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
