//! LLM calls: the request in the format of each provider, the call, and the parsed answer.

use serde_json::Value;

use crate::error::Result;
use crate::net::transport::{LedgerId, ProviderRequest, ProviderResponse, ProviderTransport};
use crate::providers::endpoint::{AiProvider, ProviderEndpoint};
use crate::providers::llm_request::{LlmRequest, StopReason};
use crate::providers::{anthropic, gemini, openai, provider_error};

impl ProviderEndpoint {
    /// Sends a request and returns the text of the answer, which can be empty.
    ///
    /// # Errors
    /// See the table in [`provider_error`].
    pub(crate) async fn complete(
        &self,
        transport: &dyn ProviderTransport,
        llm_request: &LlmRequest<'_>,
    ) -> Result<String> {
        let request = match self.vendor {
            AiProvider::Anthropic => anthropic::build_request(self, llm_request),
            AiProvider::OpenAi => openai::build_request(self, llm_request),
            AiProvider::Gemini => gemini::build_request(self, llm_request),
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
        let (document, ledger_id) = self.send_for_json(transport, request).await?;
        let answer = match self.vendor {
            AiProvider::Anthropic => anthropic::parse_response(&document),
            AiProvider::OpenAi => openai::parse_response(&document),
            AiProvider::Gemini => gemini::parse_response(&document),
        };
        let answer = answer.ok_or_else(|| provider_error::unexpected_response(self))?;
        transport.record_usage(ledger_id, answer.usage).await?;
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
        let reply = self.send(transport, request).await?;
        let document = serde_json::from_slice(&reply.body).map_err(|_| provider_error::unreadable_response(self))?;
        Ok((document, reply.ledger_id))
    }

    /// Sends an HTTP request and returns the response of a 2xx status.
    ///
    /// # Errors
    /// As [`Self::complete`].
    pub(crate) async fn send(
        &self,
        transport: &dyn ProviderTransport,
        request: ProviderRequest,
    ) -> Result<ProviderResponse> {
        let model = request.model.clone();
        let reply = transport.send(request).await?;
        if (200..300).contains(&reply.status) {
            return Ok(reply);
        }
        Err(provider_error::from_response(self, &model, &reply))
    }
}
