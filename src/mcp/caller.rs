//! Caller of a request, resolved again for every request.

use std::sync::Arc;

use http::request::Parts;
use rmcp::RoleServer;
use rmcp::service::RequestContext;

use crate::app::context::{AssistantClient, Ctx, MAX_USER_AGENT};
use crate::app::state::AppState;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;
use crate::services::auth;

/// Caller of a process: the owner of an API key within its scopes, or the user that the operator names.
#[derive(Debug)]
pub struct StdioCaller {
    app: Arc<AppState>,
    user: Option<String>,
    key: Option<Secret<String>>,
}

impl StdioCaller {
    /// Creates and verifies the caller.
    ///
    /// # Errors
    /// As [`auth::with_key`] and [`auth::operator`]; `Invalid` if several users have a journal and none is named.
    pub fn new(app: Arc<AppState>, user: Option<String>, key: Option<Secret<String>>) -> Result<Self> {
        let process = Self { app, user, key };
        process.ctx()?.caller.user()?;
        Ok(process)
    }

    /// Returns the current context: a key may have been revoked since the last request.
    pub(crate) fn ctx(&self) -> Result<Ctx> {
        match &self.key {
            Some(key) => auth::with_key(&self.app, key, "mcp"),
            None => auth::operator(self.app.clone(), self.user.as_deref()),
        }
    }
}

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
