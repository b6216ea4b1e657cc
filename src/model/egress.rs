//! Why something leaves the machine.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::error::Error;
use crate::error::Result;

/// What a request that leaves the machine is for. An owner allows or forbids each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Reading photographed pages.
    Ocr,
    /// Writing down recordings.
    Transcription,
    /// Putting paragraphs into transcripts.
    Formatting,
    /// Looking for a date at the head of a text.
    DateHeading,
    /// Making vectors of texts and of searches.
    Embedding,
    /// Fetching an address that the owner named.
    Fetch,
    /// Telling the owner that something happened; carries no content.
    Notification,
}

impl Purpose {
    /// Every purpose, in the order they are shown.
    pub const ALL: [Self; 7] = [
        Self::Ocr,
        Self::Transcription,
        Self::Formatting,
        Self::DateHeading,
        Self::Embedding,
        Self::Fetch,
        Self::Notification,
    ];

    /// Returns the name in settings, flags and replies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ocr => "ocr",
            Self::Transcription => "transcription",
            Self::Formatting => "formatting",
            Self::DateHeading => "date_heading",
            Self::Embedding => "embedding",
            Self::Fetch => "fetch",
            Self::Notification => "notification",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Purpose {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::invalid("unknown purpose").hint(format!("purposes are {known}"))
        })
    }
}
