//! Who asks: looked at anew with every request.

use std::sync::Arc;

use http::request::Parts;
use rmcp::RoleServer;
use rmcp::service::RequestContext;

use crate::ctx::Assistant;
use crate::ctx::Ctx;
use crate::ctx::MAX_USER_AGENT;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::mcp::stdio::Process;

/// Where a request's caller is found.
#[derive(Debug, Clone)]
pub(crate) enum Identity {
    /// The pipeline of the HTTP door put the caller into the request.
    Request,
    /// Whoever the process acts for.
    Process(Arc<Process>),
}

impl Identity {
    /// Returns the caller of a request.
    ///
    /// # Errors
    /// `Unauthenticated` or `Forbidden` for a credential that was good when the process began and is not any more.
    pub(crate) fn of(&self, request: &RequestContext<RoleServer>) -> Result<Ctx> {
        let ctx = match self {
            Self::Request => request.extensions.get::<Parts>().and_then(|parts| parts.extensions.get::<Ctx>()).cloned(),
            Self::Process(process) => Some(process.ctx()?),
        };
        let ctx = ctx.ok_or_else(|| Error::new(Kind::Internal, "a request without a caller"))?;
        Ok(ctx.asked_by(assistant(request)))
    }
}

fn assistant(request: &RequestContext<RoleServer>) -> Assistant {
    let name = request.client_info().map(|client| format!("{} {}", client.name, client.version));
    let name = name.unwrap_or_default().trim().chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect();
    Assistant { name }
}
