//! What leaves the machine: why, what of it may, and what did.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::error::Error;
use crate::error::Result;
use crate::model::id::EntryId;

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
    /// Looking for people, places and the like in entries.
    Entities,
    /// Scoring the mood of entries.
    Mood,
    /// Putting what a search found in order.
    Rerank,
    /// Answering a question from entries.
    Answer,
    /// Making vectors of texts and of searches.
    Embedding,
    /// Fetching an address that the owner named.
    Fetch,
    /// Telling the owner that something happened; carries no content.
    Notification,
}

impl Purpose {
    /// Every purpose, in the order they are shown.
    pub const ALL: [Self; 11] = [
        Self::Ocr,
        Self::Transcription,
        Self::Formatting,
        Self::DateHeading,
        Self::Entities,
        Self::Mood,
        Self::Rerank,
        Self::Answer,
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
            Self::Entities => "entities",
            Self::Mood => "mood",
            Self::Rerank => "rerank",
            Self::Answer => "answer",
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

/// What is held back from what is sent, besides the owner's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Redaction {
    /// Numbers of telephones.
    Phones,
    /// Addresses of e-mail.
    Emails,
    /// Numbers by which states know people, where their form or check digit tells.
    NationalIds,
}

impl Redaction {
    /// Every one, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Phones, Self::Emails, Self::NationalIds];

    /// Returns the name in flags and replies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Phones => "phones",
            Self::Emails => "emails",
            Self::NationalIds => "national-ids",
        }
    }
}

impl FromStr for Redaction {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::invalid("unknown kind of redaction").hint(format!("kinds are {known}"))
        })
    }
}

/// What may leave a notebook, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Policy {
    /// Whether nothing leaves at all, not even to a server on the same machine.
    pub local_only: bool,
    /// What the owner lets out; `null` is whatever the server's settings allow.
    pub purposes: Option<Vec<Purpose>>,
    /// What the server's settings allow.
    pub server_purposes: Vec<Purpose>,
    /// What may leave in the end: allowed by both, and nothing in local-only.
    pub allowed: Vec<Purpose>,
    /// What is replaced by placeholders on its way out and put back into the answer.
    pub redact: Vec<Redaction>,
    /// The owner's own words, replaced likewise.
    pub words: Vec<String>,
}

/// One request that left, or was about to.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Sending {
    /// Position in the ledger.
    pub seq: i64,
    /// Account timestamp.
    pub at: String,
    /// Who was asked, such as `openai`.
    pub provider: String,
    /// At which host.
    pub host: String,
    /// Which of their models; empty where there is none.
    pub model: String,
    /// What for.
    pub purpose: String,
    /// Of the request's body.
    pub bytes_out: i64,
    /// Of the reply's body.
    pub bytes_in: i64,
    /// Placeholders that went instead of what they stand for.
    pub redactions: i64,
    /// The entries it was about.
    pub entry_ids: Vec<i64>,
    /// The job it was for.
    pub job_id: Option<String>,
    /// Tokens that the model read, as it says.
    pub input_tokens: Option<i64>,
    /// Tokens that the model wrote, as it says.
    pub output_tokens: Option<i64>,
    /// What that costs by the server's list of prices, US dollars.
    pub cost_usd: Option<f64>,
    /// How long it took.
    pub duration_ms: Option<i64>,
    /// HTTP status; `null` when there was no answer.
    pub status: Option<i64>,
    /// `answered`, `refused`, `failed`, `timed_out`; `sent` while it is not known how it ended.
    pub result: String,
}

/// A page of the ledger, newest first.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Ledger {
    /// The requests.
    pub items: Vec<Sending>,
    /// How many match in all.
    pub total: i64,
    /// As asked, clamped.
    pub limit: i64,
    /// As asked, clamped.
    pub offset: i64,
}

/// What left for one provider, purpose and model, or in all.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Totals {
    /// Requests.
    pub calls: i64,
    /// Of the requests' bodies.
    pub bytes_out: i64,
    /// Of the replies' bodies.
    pub bytes_in: i64,
    /// Placeholders that went instead of what they stand for.
    pub redactions: i64,
    /// Tokens that models read, as they say.
    pub input_tokens: i64,
    /// Tokens that models wrote, as they say.
    pub output_tokens: i64,
    /// What that costs; `null` where no price is known.
    pub cost_usd: Option<f64>,
}

/// What left for one provider, purpose and model.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Share {
    /// Who was asked.
    pub provider: String,
    /// What for.
    pub purpose: String,
    /// Which of their models.
    pub model: String,
    /// How much.
    #[serde(flatten)]
    pub totals: Totals,
}

/// What left in a time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Report {
    /// First day, `YYYY-MM-DD`; `null` from the beginning.
    pub from: Option<String>,
    /// Last day; `null` until now.
    pub to: Option<String>,
    /// By provider, purpose and model.
    pub items: Vec<Share>,
    /// All together.
    pub total: Totals,
}

/// An entry as a provider would be given it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Preview {
    /// The entry.
    pub entry_id: EntryId,
    /// Its text, placeholders in place.
    pub text: String,
    /// How many placeholders there are.
    pub redactions: usize,
    /// What would be sent where, if anything.
    pub ways: Vec<Way>,
}

/// What may be sent where.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Way {
    /// What for.
    pub purpose: Purpose,
    /// Who would be asked; `null` when nobody is configured.
    pub provider: Option<String>,
    /// Whether configuration and policy let it out.
    pub allowed: bool,
}
