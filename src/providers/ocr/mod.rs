//! Reading handwritten and printed pages.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::config::Config;
use crate::config::runtime::Runtime;
use crate::error::Error;
use crate::error::Result;
use crate::model::entry::CharRange;
use crate::net::wire::Line;
use crate::providers::endpoint::Reveal;

/// A page as it is sent to whoever reads it.
pub(crate) struct Photo {
    pub(crate) bytes: Vec<u8>,
    /// `image/jpeg`, `image/png`, `image/gif` or `image/webp`.
    pub(crate) media_type: &'static str,
}

/// Where a page stands in its upload, which decides on the markers that it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Only,
    First,
    Middle,
    Last,
}

/// A page as it was read, cleaned up; entry markers stand on lines of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Reading {
    pub(crate) text: String,
    /// Doubtful places.
    pub(crate) spans: Vec<Span>,
}

/// A range of code points.
pub(crate) type Span = CharRange;

/// Who reads pages, as the settings say.
pub(crate) struct Reader {}

impl Reader {
    /// Chooses who reads. Nothing is sent yet.
    ///
    /// # Errors
    /// `Conflict` when nobody is configured.
    pub(crate) fn chosen(_config: &Config, _runtime: &Runtime, _reveal: Reveal<'_>) -> Result<Self> {
        Err(Error::conflict("nobody is configured to read pages"))
    }

    /// Reads one page; `context` are the owner's names and words.
    ///
    /// # Errors
    /// `Upstream`, passing or not, and `Invalid` for a page that the reader will never take.
    #[expect(clippy::unused_async, reason = "skeleton")]
    pub(crate) async fn read(&self, _line: &dyn Line, _page: &Photo, _role: Role, _context: &str) -> Result<Reading> {
        Err(Error::conflict("nobody is configured to read pages"))
    }
}
