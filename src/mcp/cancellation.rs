//! Cancellation of a request's work.

use std::future::{Future, pending};

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
    session: Option<SessionLifetime>,
    standing: Option<CredentialGuard>,
}

impl RequestCancellation {
    pub(crate) fn from_request(request: &RequestContext<RoleServer>) -> Self {
        let found = request.extensions.get::<Parts>().map(|parts| &parts.extensions);
        let session = found.and_then(|found| found.get::<SessionLifetime>()).cloned();
        let standing = found.and_then(|found| found.get::<CredentialGuard>()).cloned();
        Self { request: request.ct.clone(), session, standing }
    }

    /// Runs `work`, or drops it on cancellation.
    ///
    /// # Errors
    /// A protocol error if the work was cancelled; the client no longer reads it.
    pub(crate) async fn run_until_cancelled<T>(self, work: impl Future<Output = T>) -> Result<T, ErrorData> {
        let session = async {
            match self.session {
                Some(session) => session.ended().await,
                None => pending().await,
            }
        };
        let standing = async {
            match self.standing {
                Some(standing) => standing.revoked().await,
                None => pending().await,
            }
        };
        tokio::select! {
            done = work => Ok(done),
            () = self.request.cancelled() => Err(cancelled_error()),
            () = session => Err(cancelled_error()),
            () = standing => Err(cancelled_error()),
        }
    }
}

fn cancelled_error() -> ErrorData {
    ErrorData::invalid_request("the request was cancelled", None)
}
