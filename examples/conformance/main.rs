//! Serves the fixtures of the MCP conformance suite through the production router, permissions and limits, so that the
//! suite tests the shipped server.
//!
//! Takes its settings from the environment, like `journal serve`, and needs a journal and an API key. Run by
//! `.ci/conformance`.

#![expect(deprecated, reason = "the suite tests features of older revisions")]

mod content;
mod fixtures;
mod inputs;
mod tools;

use std::io::Write;
use std::sync::Arc;

use crate::fixtures::ConformanceServer;
use journal::app::state::AppState;
use journal::clock::SystemClock;
use journal::config::{Config, EnvironmentSnapshot};
use journal::entropy::OsEntropy;
use journal::error::Result;
use journal::http::{self, ServerNotice};
use journal::mcp::McpEndpoint;

#[tokio::main]
async fn main() -> Result<()> {
    let config = Config::load(Vec::new(), None, &EnvironmentSnapshot::from_process())?;
    let app = Arc::new(AppState::open(config, Arc::new(SystemClock), Arc::new(OsEntropy))?);
    let on_notice = |notice| {
        if let ServerNotice::Listening(address) = notice {
            // A closed stderr means that the parent process is about to stop this one.
            let _ = writeln!(std::io::stderr(), "Serving on http://{address}");
        }
    };
    http::serve_with_endpoint(app, McpEndpoint::new(ConformanceServer::default()), on_notice).await
}
