//! Has the running server read a file anew.

use std::fmt;
use std::str::FromStr;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::scope::Scope;

/// What can be read anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// Names and words that help with handwriting
    OcrContext,
    /// Names and words that help with recordings
    TranscriptionContext,
    /// Dimensions in which moods are scored
    MoodDimensions,
    /// How names of people and places are written
    EntityCasing,
}

impl What {
    /// All of them, in the order in which they are read.
    pub const ALL: [Self; 4] = [Self::OcrContext, Self::TranscriptionContext, Self::MoodDimensions, Self::EntityCasing];

    /// Returns the name in routes and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OcrContext => "ocr-context",
            Self::TranscriptionContext => "transcription-context",
            Self::MoodDimensions => "mood-dimensions",
            Self::EntityCasing => "entity-casing",
        }
    }

    const fn reason(self) -> &'static str {
        match self {
            Self::OcrContext => "this version reads no handwriting, so there is no context to read anew",
            Self::TranscriptionContext => "this version transcribes no recordings, so there is no context to read anew",
            Self::MoodDimensions => "this version scores no moods, so there are no dimensions to read anew",
            Self::EntityCasing => "this version finds no people and places, so there is no casing to read anew",
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for What {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|what| what.name() == text).ok_or_else(|| Error::not_found("file to read anew"))
    }
}

/// Answers a wish to read a file anew, and records it. Nothing that could be read is in use in this version.
///
/// # Errors
/// `Conflict` with the reason.
pub async fn reload(ctx: &Ctx, what: What) -> Result<()> {
    let trail = Trail::of(ctx);
    ctx.write_accounts(Scope::AdminReload, move |db| trail.refuse(db, Action::ConfigReloaded, what.name())).await?;
    Err(Error::conflict(what.reason()).code("reload_unavailable").hint("nothing has to be done"))
}
