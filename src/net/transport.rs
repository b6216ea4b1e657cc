//! Provider requests and responses as plain data, and the [`ProviderTransport`] trait that carries them.

use std::fmt;
use std::future::Future;
use std::io::Read;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::error::Result;

/// URL type for modules that build requests; only `net` names the HTTP client's crate.
pub(crate) use reqwest::Url;

/// Boxed future, for object-safe traits.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Opens a stream of known length from its start; called once per attempt and provider.
pub(crate) type StreamFactory = Arc<dyn Fn() -> Result<Box<dyn Read + Send>> + Send + Sync>;

/// HTTP request to a provider.
pub(crate) struct ProviderRequest {
    /// Provider name as recorded in the ledger.
    pub(crate) provider: &'static str,
    pub(crate) model: String,
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// Includes credentials, marked sensitive.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: ProviderRequestBody,
    /// Maximum number of attempts while a retry can help; 1 means no retry.
    pub(crate) attempts: u32,
    /// Total timeout of one attempt.
    pub(crate) timeout: Duration,
    /// Maximum bytes read of a response.
    pub(crate) max_response_bytes: usize,
}

/// Body of a provider request.
pub(crate) enum ProviderRequestBody {
    Empty,
    /// The headers hold its `Content-Type`.
    Bytes(Vec<u8>),
    /// `multipart/form-data`; the client chooses the boundary and sets the header.
    Form(Vec<FormPart>),
    /// Never held in memory as a whole; the headers hold its `Content-Type`.
    Stream(SizedStream),
}

/// Part of a multipart form.
pub(crate) struct FormPart {
    pub(crate) name: &'static str,
    pub(crate) file_name: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) content: FormPartContent,
}

/// Content of a multipart form part.
pub(crate) enum FormPartContent {
    Text(String),
    Stream(SizedStream),
}

/// Stream of known length.
pub(crate) struct SizedStream {
    pub(crate) bytes: u64,
    pub(crate) open: StreamFactory,
}

/// Provider response of any status.
pub(crate) struct ProviderResponse {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Ledger row of the exchange.
    pub(crate) ledger_id: LedgerId,
}

/// Id of an egress ledger row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LedgerId(pub(crate) i64);

/// Token usage reported by a model.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct TokenUsage {
    pub(crate) input_tokens: Option<i64>,
    pub(crate) output_tokens: Option<i64>,
}

/// Transport that providers send through.
///
/// The egress gateway implements it: every request is checked against the policy, rate limited and recorded in the
/// ledger before the first byte is sent.
pub(crate) trait ProviderTransport: Send + Sync {
    /// Sends a request, retrying where that can help, and returns the last response.
    ///
    /// # Errors
    /// `Upstream` without a response, marked transient if a later retry may help. A status is never an error here.
    fn send(&self, request: ProviderRequest) -> BoxFuture<'_, Result<ProviderResponse>>;

    /// Records the token usage of a response in the ledger.
    fn record_usage(&self, receipt: LedgerId, usage: TokenUsage) -> BoxFuture<'_, Result<()>>;

    /// Replaces redacted words with placeholders. Every text of a request passes through here.
    fn redact(&self, text: &str) -> String;

    /// Restores the words that [`Self::redact`] replaced.
    fn restore(&self, text: &str) -> String;
}

impl fmt::Debug for ProviderRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers hold credentials and the body holds content, so neither is printed.
        f.debug_struct("Request").field("provider", &self.provider).field("model", &self.model).finish_non_exhaustive()
    }
}
