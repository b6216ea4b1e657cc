//! Work goes on for as long as somebody waits for it.

use std::future::Future;
use std::future::pending;

use http::request::Parts;
use rmcp::ErrorData;
use rmcp::RoleServer;
use rmcp::service::RequestContext;
use tokio_util::sync::CancellationToken;

use crate::mcp::sessions::Life;
use crate::mcp::watch::Standing;

/// What calls a request's work off: its client, by saying so or, from 2026-07-28 on, by closing its stream; the end of its
/// session; the end of its credential. Up to 2025-11-25 a stream that breaks is fetched again and calls nothing off.
pub(crate) struct Wanted {
    request: CancellationToken,
    session: Option<Life>,
    standing: Option<Standing>,
}

impl Wanted {
    pub(crate) fn of(request: &RequestContext<RoleServer>) -> Self {
        let found = request.extensions.get::<Parts>().map(|parts| &parts.extensions);
        let session = found.and_then(|found| found.get::<Life>()).cloned();
        let standing = found.and_then(|found| found.get::<Standing>()).cloned();
        Self { request: request.ct.clone(), session, standing }
    }

    /// Works, or drops the work where it stands.
    ///
    /// # Errors
    /// For work that was called off; nobody reads the answer.
    pub(crate) async fn or_called_off<T>(self, work: impl Future<Output = T>) -> Result<T, ErrorData> {
        let session = async {
            match self.session {
                Some(session) => session.ended().await,
                None => pending().await,
            }
        };
        let standing = async {
            match self.standing {
                Some(standing) => standing.lost().await,
                None => pending().await,
            }
        };
        tokio::select! {
            done = work => Ok(done),
            () = self.request.cancelled() => Err(called_off()),
            () = session => Err(called_off()),
            () = standing => Err(called_off()),
        }
    }
}

fn called_off() -> ErrorData {
    ErrorData::invalid_request("the request was called off", None)
}
