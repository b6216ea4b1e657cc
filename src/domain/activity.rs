//! Activity log of a notebook and its account, as its owner sees it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::named_enum::named_enum;

named_enum! {
    /// Kind of resource that was read.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
    pub enum ReadKind {
        /// One entry, with or without its history.
        Entry = "entry",
        /// One page of the entry list.
        List = "list",
        /// Search results.
        Search = "search",
        /// A full export.
        Export = "export",
        /// Statistics.
        Statistics = "statistics",
        /// The status of a job.
        Job = "job",
    }
}

impl ReadKind {
    /// Returns whether the response contains no entry. Such reads are recorded for assistants only, because the web
    /// client sends dozens of them.
    pub(crate) const fn returns_no_entries(self) -> bool {
        matches!(self, Self::Statistics | Self::Job)
    }
}

/// Origin of an activity item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ActivitySource {
    /// Read access, aggregated by credential, address and hour.
    Reads,
    /// Changes to entries: created, edited, deleted, exported.
    Journal,
    /// Account events: logins, refused logins, sessions, keys.
    Account,
}

/// One item of the activity log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ActivityItem {
    /// UTC timestamp; for aggregated reads, of the last one.
    pub at: String,
    /// Origin of the item.
    pub source: ActivitySource,
    /// Name of the audit action, or `READ`.
    pub action: String,
    /// Actor: `user:ID`, `operator`, `server` or `anonymous`.
    pub actor: String,
    /// Credential or channel: `session:ID`, `key:ID`, `shell` and so on.
    pub via: String,
    /// Label that the owner gave to the API key.
    pub via_name: Option<String>,
    /// Client name the assistant reported; null for a person.
    pub assistant: Option<String>,
    /// User on whose behalf it was done, if that is not the actor.
    pub on_behalf: Option<String>,
    /// Resource, such as `entry:ID`; for aggregated reads `entry`, `list`, `search` or `export`.
    pub resource: String,
    /// `ok` or `refused`.
    pub result: String,
    /// Names of the fields that an edit changed.
    pub changed: Vec<String>,
    /// Client address; null for actions on the server itself or by another user.
    pub ip: Option<String>,
    /// User agent of the client.
    pub user_agent: Option<String>,
    /// Request id, as returned in the response.
    pub request_id: Option<String>,
    /// For aggregated reads, UTC timestamp of the first one.
    pub first_at: Option<String>,
    /// Number of events, for aggregated reads and aggregated refusals.
    pub requests: Option<i64>,
    /// For aggregated reads, number of entries returned, counted per request.
    pub entries: Option<i64>,
}

/// Page of activity items, newest first.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ActivityPage {
    /// Items of this page.
    pub items: Vec<ActivityItem>,
    /// Total number of items.
    pub total: i64,
    /// Requested page size, clamped.
    pub limit: i64,
    /// Requested offset, clamped.
    pub offset: i64,
}

/// Reads by one credential from one address within one hour.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReadSummary {
    /// Actor: `user:ID`, `operator`, `server` or `anonymous`.
    pub actor: String,
    /// Credential or channel.
    pub via: String,
    /// Client address; null for the server itself.
    pub ip: Option<String>,
    /// Kind of resource: `entry`, `list`, `search`, `export`, `statistics` or `job`.
    pub what: String,
    /// Number of requests.
    pub requests: i64,
    /// Number of entries returned, counted per request.
    pub entries: i64,
    /// UTC timestamp of the first read.
    pub first_at: String,
    /// UTC timestamp of the last read.
    pub last_at: String,
    /// Client name the assistant reported; null for a person.
    pub assistant: Option<String>,
}
