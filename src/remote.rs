//! Commands that a running server carries out, asked over HTTP with an admin's key.

use serde_json::Value;

use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::net::client::Client;

/// A running server.
pub struct Remote(Client);

impl Remote {
    /// Prepares to speak to the server that the configuration names, with the key that it gives.
    ///
    /// # Errors
    /// `Unauthenticated` without a key; `Invalid` where the key would travel in the clear.
    pub fn new(config: &Config) -> Result<Self> {
        let key = App::api_key(config)?.ok_or_else(|| {
            Error::new(Kind::Unauthenticated, "the server asks for an admin's key")
                .hint("make one with `journal key add reload --scope admin:reload` and set JOURNAL_API_KEY")
        })?;
        Client::new(&config.server.url, key).map(Self)
    }

    /// Has the server read a file anew and returns what it says; `what` is one of `reload`'s names.
    ///
    /// # Errors
    /// `Upstream` when no server answers; the server's refusal.
    pub async fn reload(&self, what: &str) -> Result<Value> {
        self.0.post(&format!("/api/admin/reload/{what}")).await
    }
}
