//! Provider-independent LLM request and response.

use serde_json::Value;

use crate::error::Result;
use crate::net::transport::{LedgerId, ProviderRequest, ProviderTransport, TokenUsage};
use crate::providers::endpoint::{AiProvider, ProviderEndpoint};
use crate::providers::{anthropic, gemini, openai, provider_error};

/// Request to a language model. Its texts are sent as they are: the caller has redacted them already.
pub(crate) struct LlmRequest<'a> {
    pub(crate) model: &'a str,
    pub(crate) system: &'a str,
    /// TTL of Anthropic's prompt cache for the system prompt.
    pub(crate) cache_ttl: Option<&'a str>,
    pub(crate) media: Option<LlmMedia<'a>>,
    pub(crate) user: &'a str,
    pub(crate) max_tokens: Option<u32>,
    /// JSON schema of the answer; free text without one.
    pub(crate) schema: Option<&'a Value>,
    /// True to request temperature 0 where the model accepts it.
    pub(crate) deterministic: bool,
}

/// Media attached to a request.
#[derive(Clone, Copy)]
pub(crate) enum LlmMedia<'a> {
    Image {
        media_type: &'a str,
        bytes: &'a [u8],
    },
    /// Empty placeholder that the sender fills in.
    Placeholder {
        media_type: &'a str,
    },
    /// File uploaded to the provider before.
    UploadedFile {
        media_type: &'a str,
        uri: &'a str,
    },
}

/// Answer of a model.
#[derive(Debug, PartialEq)]
pub(crate) struct LlmResponse {
    pub(crate) text: String,
    pub(crate) usage: TokenUsage,
    pub(crate) stop_reason: StopReason,
}

/// Reason for the end of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum StopReason {
    /// Complete.
    Complete,
    /// Token limit reached.
    TokenLimit,
    /// Refused by the model or a content filter; holds the provider's code.
    Refused(String),
}

impl ProviderEndpoint {
    /// Sends a request and returns the text of the answer, which can be empty.
    ///
    /// # Errors
    /// See the table in [`provider_error`].
    pub(crate) async fn complete(
        &self,
        transport: &dyn ProviderTransport,
        question: &LlmRequest<'_>,
    ) -> Result<String> {
        let request = match self.vendor {
            AiProvider::Anthropic => anthropic::build_request(self, question),
            AiProvider::OpenAi => openai::build_request(self, question),
            AiProvider::Gemini => gemini::build_request(self, question),
        };
        self.send_and_parse(transport, request).await
    }

    /// Sends an HTTP request and parses the model's answer.
    ///
    /// # Errors
    /// As [`Self::complete`].
    pub(crate) async fn send_and_parse(
        &self,
        transport: &dyn ProviderTransport,
        request: ProviderRequest,
    ) -> Result<String> {
        let (document, receipt) = self.send_for_json(transport, request).await?;
        let answer = match self.vendor {
            AiProvider::Anthropic => anthropic::parse_response(&document),
            AiProvider::OpenAi => openai::parse_response(&document),
            AiProvider::Gemini => gemini::parse_response(&document),
        };
        let answer = answer.ok_or_else(|| provider_error::unexpected_response(self))?;
        transport.record_usage(receipt, answer.usage).await?;
        match answer.stop_reason {
            StopReason::Complete => Ok(answer.text),
            StopReason::TokenLimit => Err(provider_error::truncated_answer(self)),
            StopReason::Refused(why) => Err(provider_error::refused_answer(self, &why)),
        }
    }

    /// Sends an HTTP request and returns the JSON response.
    ///
    /// # Errors
    /// As [`Self::complete`].
    pub(crate) async fn send_for_json(
        &self,
        transport: &dyn ProviderTransport,
        request: ProviderRequest,
    ) -> Result<(Value, LedgerId)> {
        let model = request.model.clone();
        let reply = transport.send(request).await?;
        if !(200..300).contains(&reply.status) {
            return Err(provider_error::from_response(self, &model, &reply));
        }
        let document = serde_json::from_slice(&reply.body).map_err(|_| provider_error::unreadable_response(self))?;
        Ok((document, reply.ledger_id))
    }
}
