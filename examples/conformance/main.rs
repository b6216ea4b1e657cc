//! Serves the fixtures of the protocol's conformance suite behind the journal's own router, permissions and limits:
//! what the suite finds there, it finds of the server that is shipped.
//!
//! It takes its settings from the environment, as `journal serve` does, and needs a journal and a key. `.ci/conformance`
//! runs it.

#![expect(deprecated, reason = "what older revisions have is part of their suite")]

mod content;
mod fixtures;
mod inputs;
mod tools;

use std::io::Write;
use std::sync::Arc;

use journal::app::App;
use journal::clock::SystemClock;
use journal::config::Config;
use journal::config::Environment;
use journal::entropy::OsEntropy;
use journal::error::Result;
use journal::http;
use journal::http::Notice;
use journal::mcp::Endpoint;

use crate::fixtures::Fixtures;

#[tokio::main]
async fn main() -> Result<()> {
    let config = Config::load(Vec::new(), None, &Environment::of_process())?;
    let app = Arc::new(App::open(config, Arc::new(SystemClock), Arc::new(OsEntropy))?);
    let told = |notice| {
        if let Notice::Listening(address) = notice {
            // Whoever started this and does not listen any more is about to end it.
            let _ = writeln!(std::io::stderr(), "Serving on http://{address}");
        }
    };
    http::serve_with(app, Endpoint::of(Fixtures::default()), told).await
}
