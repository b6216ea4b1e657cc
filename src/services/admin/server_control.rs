//! Client for admin operations of a running server, over HTTP with an admin's API key.

use serde_json::Value;

use crate::app::state::AppState;
use crate::config::Config;
use crate::error::{Error, ErrorKind, Result};
use crate::net::server_client::ServerClient;

/// Admin client of a running server.
pub struct AdminClient(ServerClient);

impl AdminClient {
    /// Creates a client for the configured URL and API key.
    ///
    /// # Errors
    /// `Unauthenticated` without a key; `Invalid` if the key would be sent unencrypted.
    pub fn new(config: &Config) -> Result<Self> {
        let key = AppState::api_key(config)?.ok_or_else(|| {
            Error::new(ErrorKind::Unauthenticated, "this needs an admin's API key")
                .hint("create one with `journal key add reload --scope admin:reload` and set JOURNAL_API_KEY")
        })?;
        ServerClient::new(&config.server.url, key).map(Self)
    }

    /// Makes the server reload a file and returns its response; `what` is one of the names in `reload`.
    ///
    /// # Errors
    /// `Upstream` when no server answers; else the server's error.
    pub async fn reload(&self, what: &str) -> Result<Value> {
        self.0.post(&format!("/api/admin/reload/{what}")).await
    }
}
