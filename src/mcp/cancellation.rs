//! Cancellation of a request's work.

use std::future::Future;

use http::request::Parts;
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};
use tokio_util::sync::CancellationToken;

use crate::mcp::credential_monitor::CredentialGuard;
use crate::mcp::sessions::SessionLifetime;

/// Conditions that cancel a request's work: its client cancels it or, from 2026-07-28 on, closes its stream; its
/// session ends; its credential is revoked. Up to 2025-11-25 a broken stream can be resumed and cancels nothing.
pub(crate) struct RequestCancellation {
    request: CancellationToken,
    /// Never ends without a session.
    session: SessionLifetime,
    /// Never revoked over standard streams.
    credential: CredentialGuard,
}

impl RequestCancellation {
    pub(crate) fn from_request(request: &RequestContext<RoleServer>) -> Self {
        let found = request.extensions.get::<Parts>().map(|parts| &parts.extensions);
        let session = found.and_then(|found| found.get()).cloned().unwrap_or_default();
        let credential = found.and_then(|found| found.get()).cloned().unwrap_or_default();
        Self { request: request.ct.clone(), session, credential }
    }

    /// Runs `work`, or drops it on cancellation.
    ///
    /// # Errors
    /// A protocol error if the work was cancelled; the client no longer reads it.
    pub(crate) async fn run_until_cancelled<T>(self, work: impl Future<Output = T>) -> Result<T, ErrorData> {
        let cancelled = || Err(ErrorData::invalid_request("the request was cancelled", None));
        tokio::select! {
            done = work => Ok(done),
            () = self.request.cancelled() => cancelled(),
            () = self.session.ended() => cancelled(),
            () = self.credential.revoked() => cancelled(),
        }
    }
}
