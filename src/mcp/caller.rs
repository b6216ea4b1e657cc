//! Caller of a request, resolved again for every request.

use std::sync::Arc;

use http::request::Parts;
use rmcp::RoleServer;
use rmcp::service::RequestContext;

use crate::app::context::{AssistantClient, Ctx, MAX_USER_AGENT};
use crate::error::{Error, ErrorKind, Result};
use crate::mcp::stdio::StdioCaller;

/// Source of a request's caller.
#[derive(Debug, Clone)]
pub(crate) enum CallerSource {
    /// HTTP middleware put the caller into the request.
    HttpRequest,
    /// The caller of the stdio process.
    Stdio(Arc<StdioCaller>),
}

impl CallerSource {
    /// Returns the caller of a request.
    ///
    /// # Errors
    /// `Unauthenticated` or `Forbidden` if the credential has become invalid since the process started.
    pub(crate) fn resolve(&self, request: &RequestContext<RoleServer>) -> Result<Ctx> {
        let ctx = match self {
            Self::HttpRequest => {
                request.extensions.get::<Parts>().and_then(|parts| parts.extensions.get::<Ctx>()).cloned()
            }
            Self::Stdio(process) => Some(process.ctx()?),
        };
        let ctx = ctx.ok_or_else(|| Error::new(ErrorKind::Internal, "the request has no caller"))?;
        Ok(ctx.with_assistant(assistant_info(request)))
    }
}

fn assistant_info(request: &RequestContext<RoleServer>) -> AssistantClient {
    let name = request.client_info().map(|client| format!("{} {}", client.name, client.version));
    let name = name.unwrap_or_default().trim().chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect();
    AssistantClient { name }
}
