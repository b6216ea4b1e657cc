//! MCP over standard streams: one JSON-RPC message per line, nothing else on standard output.

use std::sync::Arc;

use rmcp::ServiceExt;
use rmcp::transport::stdio;
use tokio::task::JoinSet;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::error::{Error, Result};
use crate::jobs;
use crate::mcp::caller::CallerSource;
use crate::mcp::server::McpServer;
use crate::mcp::stdio_transport::StdioTransport;
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

/// Serves standard streams until standard input ends.
///
/// # Errors
/// `Internal` for a broken stream.
pub async fn serve(process: StdioCaller) -> Result<()> {
    let (input, output) = stdio();
    let mut work = JoinSet::new();
    work.spawn(jobs::run_in_background(process.ctx()?));
    let journal = McpServer::new(CallerSource::Stdio(Arc::new(process)));
    match journal.serve(StdioTransport::new(input, output)).await {
        Ok(running) => running.waiting().await.map(drop).map_err(|error| Error::internal("cannot serve MCP", error)),
        // A client that disconnects before the handshake is no error; its input is not logged.
        Err(_) => Ok(()),
    }
}
