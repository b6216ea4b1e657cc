//! Writing down recordings.

use serde::Deserialize;
use serde::Serialize;

use crate::config::Config;
use crate::config::runtime::Runtime;
use crate::error::Error;
use crate::error::Result;
use crate::model::entry::CharRange;
use crate::net::wire::Line;
use crate::net::wire::Opener;
use crate::providers::endpoint::Reveal;

/// A recording; never held in memory.
pub(crate) struct Recording {
    pub(crate) bytes: u64,
    /// Without parameters.
    pub(crate) media_type: String,
    pub(crate) open: Opener,
}

/// What was said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Transcript {
    pub(crate) text: String,
    /// Doubtful places.
    pub(crate) spans: Vec<CharRange>,
}

/// Who transcribes, as the settings say: retries, fallback and shadow are theirs.
pub(crate) struct Transcriber {}

impl Transcriber {
    /// Chooses who transcribes. Nothing is sent yet.
    ///
    /// # Errors
    /// `Conflict` when nobody is configured.
    pub(crate) fn chosen(_config: &Config, _runtime: &Runtime, _reveal: Reveal<'_>) -> Result<Self> {
        Err(Error::conflict("nobody is configured to transcribe recordings"))
    }

    /// Transcribes one recording; `context` are the owner's names and words.
    ///
    /// # Errors
    /// `Upstream`, passing or not, and `Invalid` for a recording that nobody will ever take.
    #[expect(clippy::unused_async, reason = "skeleton")]
    pub(crate) async fn transcribe(
        &self,
        _line: &dyn Line,
        _recording: &Recording,
        _language: &str,
        _context: &str,
    ) -> Result<Transcript> {
        Err(Error::conflict("nobody is configured to transcribe recordings"))
    }
}
