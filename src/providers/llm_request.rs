//! Provider-independent LLM request and response.

use serde_json::Value;

use crate::net::transport::TokenUsage;

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
