//! MCP over standard streams: one JSON-RPC message per line, nothing else on standard output.

use std::sync::Arc;

use rmcp::ServiceExt;
use rmcp::transport::stdio;
use tokio::task::JoinSet;

use crate::error::{Error, Result};
use crate::jobs;
use crate::mcp::caller::{CallerSource, StdioCaller};
use crate::mcp::server::McpServer;
use crate::mcp::stdio_transport::StdioTransport;

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
