//! Egress purposes, redaction kinds, policy and ledger views.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::id::EntryId;
use crate::domain::named_enum::{named_enum, parse_by_name};

named_enum! {
    /// Purpose of an outbound request. The owner allows or denies each one separately.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
    pub enum EgressPurpose {
        /// OCR of photographed pages.
        Ocr = "ocr",
        /// Transcription of recordings.
        Transcription = "transcription",
        /// Paragraph breaks in transcripts.
        Formatting = "formatting",
        /// Detection of a date at the start of a text.
        DateHeading = "date_heading",
        /// Entity extraction from entries.
        Entities = "entities",
        /// Mood scoring of entries.
        Mood = "mood",
        /// Reranking of search results.
        Rerank = "rerank",
        /// Question answering over entries.
        Answer = "answer",
        /// Embeddings of texts and queries.
        Embedding = "embedding",
        /// Fetching a URL given by the owner.
        Fetch = "fetch",
        /// Notification of the owner; carries no content.
        Notification = "notification",
    }
}

parse_by_name!(EgressPurpose, "unknown purpose", "purposes are");

named_enum! {
    /// Kind of personal data that is redacted, in addition to the owner's word list.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
    pub enum RedactionKind {
        /// Phone numbers.
        Phones = "phones",
        /// E-mail addresses.
        Emails = "emails",
        /// National identification numbers, recognised by format and check digit.
        NationalIds = "national-ids",
    }
}

parse_by_name!(RedactionKind, "unknown kind of redaction", "kinds are");

/// Outcome of an exchange with another host, as stored in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExchangeOutcome {
    /// Response with a status below 400.
    Answered,
    /// Response with a status of 400 or more.
    Refused,
    /// No response, or an incomplete one.
    Failed,
    /// Timeout.
    TimedOut,
}

impl ExchangeOutcome {
    /// Returns the name used in the ledger and in metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
        }
    }

    /// Returns the outcome for an HTTP status.
    #[must_use]
    pub const fn from_status(status: u16) -> Self {
        if status < 400 { Self::Answered } else { Self::Refused }
    }
}

/// Egress policy of a notebook, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EgressPolicy {
    /// True if every outbound request is denied, including to a server on the same machine.
    pub local_only: bool,
    /// Purposes the owner allows; `null` for all that the server allows.
    pub purposes: Option<Vec<EgressPurpose>>,
    /// Purposes the server's settings allow.
    pub server_purposes: Vec<EgressPurpose>,
    /// Effective purposes: allowed by owner and server, empty if local-only.
    pub allowed: Vec<EgressPurpose>,
    /// Kinds of data replaced by placeholders in requests and restored in responses.
    pub redact: Vec<RedactionKind>,
    /// Additional words to redact.
    pub words: Vec<String>,
}

/// One outbound request of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LedgerItem {
    /// Position in the ledger.
    pub seq: i64,
    /// UTC timestamp.
    pub at: String,
    /// Provider, such as `openai`.
    pub provider: String,
    /// Host name.
    pub host: String,
    /// Model name; empty if there is none.
    pub model: String,
    /// Purpose of the request.
    pub purpose: String,
    /// Size of the request body in bytes.
    pub bytes_out: i64,
    /// Size of the response body in bytes.
    pub bytes_in: i64,
    /// Number of placeholders in the request.
    pub redactions: i64,
    /// Entries the request was about.
    pub entry_ids: Vec<i64>,
    /// Job the request was made for.
    pub job_id: Option<String>,
    /// Input tokens, as reported by the provider.
    pub input_tokens: Option<i64>,
    /// Output tokens, as reported by the provider.
    pub output_tokens: Option<i64>,
    /// Cost in US dollars by the server's price list.
    pub cost_usd: Option<f64>,
    /// Duration in milliseconds.
    pub duration_ms: Option<i64>,
    /// HTTP status; `null` without a response.
    pub status: Option<i64>,
    /// `answered`, `refused`, `failed` or `timed_out`; `sent` while the outcome is unknown.
    pub result: String,
}

/// Page of the egress ledger, newest first.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LedgerPage {
    /// Requests of this page.
    pub items: Vec<LedgerItem>,
    /// Total number of matching requests.
    pub total: i64,
    /// Requested page size, clamped.
    pub limit: i64,
    /// Requested offset, clamped.
    pub offset: i64,
}

/// Totals of outbound requests.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EgressTotals {
    /// Number of requests.
    pub calls: i64,
    /// Bytes of the request bodies.
    pub bytes_out: i64,
    /// Bytes of the response bodies.
    pub bytes_in: i64,
    /// Number of placeholders sent.
    pub redactions: i64,
    /// Input tokens, as reported by the providers.
    pub input_tokens: i64,
    /// Output tokens, as reported by the providers.
    pub output_tokens: i64,
    /// Cost in US dollars; `null` if no price is known.
    pub cost_usd: Option<f64>,
}

/// Totals for one provider, purpose and model.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ProviderTotals {
    /// Provider.
    pub provider: String,
    /// Purpose.
    pub purpose: String,
    /// Model name; empty if there is none.
    pub model: String,
    /// Totals.
    #[serde(flatten)]
    pub totals: EgressTotals,
}

/// Egress totals of a date range.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EgressReport {
    /// First day, `YYYY-MM-DD`; `null` for no lower bound.
    pub from: Option<String>,
    /// Last day; `null` for no upper bound.
    pub to: Option<String>,
    /// Totals by provider, purpose and model.
    pub items: Vec<ProviderTotals>,
    /// Totals of all requests.
    pub total: EgressTotals,
}

/// Entry text as a provider would receive it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RedactionPreview {
    /// The entry.
    pub entry_id: EntryId,
    /// Redacted text.
    pub text: String,
    /// Number of placeholders.
    pub redactions: usize,
    /// Requests that would be made, by purpose.
    pub ways: Vec<EgressRoute>,
}

/// Provider and policy decision for one purpose.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EgressRoute {
    /// Purpose.
    pub purpose: EgressPurpose,
    /// Configured provider; `null` if there is none.
    pub provider: Option<String>,
    /// True if configuration and policy allow it.
    pub allowed: bool,
}
