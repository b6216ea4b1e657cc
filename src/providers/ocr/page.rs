//! Photograph of a page, its position in an upload, and its recognised text.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::entry::CharRange;

/// Marker before the first words of an entry, on a page that starts with the end of another entry. Has its own line.
pub(crate) const ENTRY_BEGINS_MARKER: &str = "<<<ENTRY BEGINS>>>";
/// Marker after the last words of an entry. Has its own line.
pub(crate) const ENTRY_ENDS_MARKER: &str = "<<<ENTRY ENDS>>>";

/// Returns true for a line or word that is one of the markers.
pub(super) fn is_entry_marker(text: &str) -> bool {
    text == ENTRY_BEGINS_MARKER || text == ENTRY_ENDS_MARKER
}

/// Photograph of a page in the form sent to an OCR model.
pub(crate) struct PagePhoto {
    pub(crate) bytes: Vec<u8>,
    /// `image/jpeg`, `image/png`, `image/gif` or `image/webp`.
    pub(crate) media_type: &'static str,
}

/// Position of a page in its upload, which determines the markers it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PagePosition {
    Single,
    First,
    Middle,
    Last,
}

impl PagePosition {
    /// Returns true if the page may start with the end of another entry.
    pub(super) const fn allows_begin_marker(self) -> bool {
        matches!(self, Self::Single | Self::First)
    }

    /// Returns true if the page may end with the beginning of another entry.
    pub(super) const fn allows_end_marker(self) -> bool {
        matches!(self, Self::Single | Self::Last)
    }
}

/// Recognised and postprocessed text of a page, with entry markers on separate lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PageText {
    pub(crate) text: String,
    /// Uncertain spans, sorted, not touching.
    pub(crate) spans: Vec<CharRange>,
}
