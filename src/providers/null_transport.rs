//! Transport of providers that run on this machine.

use crate::error::{Error, Result};
use crate::net::transport::{BoxFuture, LedgerId, ProviderRequest, ProviderResponse, ProviderTransport, TokenUsage};

/// Transport that rejects every request, for local providers: no egress permission is needed, and nothing is sent.
pub(crate) struct NullTransport;

impl ProviderTransport for NullTransport {
    fn send(&self, request: ProviderRequest) -> BoxFuture<'_, Result<ProviderResponse>> {
        Box::pin(async move { Err(Error::conflict(format!("requests to {} are not allowed here", request.provider))) })
    }

    fn record_usage(&self, _: LedgerId, _: TokenUsage) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn redact(&self, text: &str) -> String {
        text.to_owned()
    }

    fn restore(&self, text: &str) -> String {
        text.to_owned()
    }
}
