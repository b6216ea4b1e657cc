//! MCP over standard streams: one JSON-RPC message a line, nothing else on standard output.

use std::sync::Arc;

use rmcp::ServiceExt;
use rmcp::transport::stdio;
use tokio::task::JoinSet;

use crate::app::App;
use crate::auth;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::jobs;
use crate::mcp::caller::Identity;
use crate::mcp::lines::Lines;
use crate::mcp::server::Journal;
use crate::secret::Secret;

/// Whom a process acts for: the owner of a key within its scopes, or the user that the operator names.
#[derive(Debug)]
pub struct Process {
    app: Arc<App>,
    user: Option<String>,
    key: Option<Secret<String>>,
}

impl Process {
    /// Binds a process to its caller.
    ///
    /// # Errors
    /// As [`auth::with_key`] and [`auth::operator`]; `Invalid` when several users have a journal and none is named.
    pub fn new(app: Arc<App>, user: Option<String>, key: Option<Secret<String>>) -> Result<Self> {
        let process = Self { app, user, key };
        process.ctx()?.caller.user()?;
        Ok(process)
    }

    /// Returns the caller as of now: a key may have been revoked since the last request.
    pub(crate) fn ctx(&self) -> Result<Ctx> {
        match &self.key {
            Some(key) => auth::with_key(&self.app, key, "mcp"),
            None => auth::operator(self.app.clone(), self.user.as_deref()),
        }
    }
}

/// Answers on standard streams until standard input ends.
///
/// # Errors
/// `Internal` for streams that break.
pub async fn serve(process: Process) -> Result<()> {
    let (input, output) = stdio();
    let mut work = JoinSet::new();
    work.spawn(jobs::beside(process.ctx()?));
    let journal = Journal::new(Identity::Process(Arc::new(process)));
    match journal.serve(Lines::new(input, output)).await {
        Ok(running) => running.waiting().await.map(drop).map_err(|error| Error::internal("serving MCP", error)),
        // A client that leaves before it has begun is no failure. What it said instead is not for the log.
        Err(_) => Ok(()),
    }
}
