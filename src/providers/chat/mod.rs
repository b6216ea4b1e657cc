//! Asking a model about a text.

use serde_json::Value;

use crate::config::Config;
use crate::error::Error;
use crate::error::Result;
use crate::net::wire::Line;
use crate::providers::endpoint::Reveal;

/// What a model is asked.
pub(crate) struct Prompt {
    /// What it is to do.
    pub(crate) system: String,
    /// What it is to do it with.
    pub(crate) user: String,
    pub(crate) model: String,
    pub(crate) max_tokens: u32,
    /// The shape of a JSON answer, as a JSON Schema; free text without one.
    pub(crate) schema: Option<Value>,
}

/// Who is asked, as the settings say.
pub(crate) struct Chat {}

impl Chat {
    /// Chooses who is asked. Nothing is sent yet.
    ///
    /// # Errors
    /// `Conflict` when nobody is configured.
    pub(crate) fn chosen(_config: &Config, _reveal: Reveal<'_>) -> Result<Self> {
        Err(Error::conflict("nobody is configured to read texts"))
    }

    /// Asks, and returns the answer's text.
    ///
    /// # Errors
    /// `Upstream`, passing or not.
    #[expect(clippy::unused_async, reason = "skeleton")]
    pub(crate) async fn ask(&self, _line: &dyn Line, _prompt: &Prompt) -> Result<String> {
        Err(Error::conflict("nobody is configured to read texts"))
    }
}
