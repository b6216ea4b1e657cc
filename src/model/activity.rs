//! What happened in somebody's journal and to their account, as its owner sees it.

use schemars::JsonSchema;
use serde::Serialize;

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Read {
    /// An entry, with or without its history.
    Entry,
    /// A page of the list.
    List,
    /// The hits of a search.
    Search,
    /// Everything.
    Export,
    /// Totals.
    Statistics,
    /// What became of a job.
    Job,
}

impl Read {
    /// Returns the stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::List => "list",
            Self::Search => "search",
            Self::Export => "export",
            Self::Statistics => "statistics",
            Self::Job => "job",
        }
    }

    /// Tells whether it shows no entry. Such reads are counted of assistants alone: people's clients make them by the dozen.
    pub(crate) const fn hands_nothing_out(self) -> bool {
        matches!(self, Self::Statistics | Self::Job)
    }
}

/// Where a line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Reads of the journal, counted by credential, address and hour.
    Reads,
    /// The journal: what was written, changed, deleted, exported.
    Journal,
    /// The account: logins, refused logins, sessions, keys.
    Account,
}

/// One line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Line {
    /// Account timestamp; of counted reads that of the last one.
    pub at: String,
    /// Where the line comes from.
    pub source: Source,
    /// What happened: an action's name, or `READ`.
    pub action: String,
    /// Who: `user:ID`, `operator`, `server`, or `anonymous`.
    pub actor: String,
    /// Through what: `session:ID`, `key:ID`, `shell`, and so on.
    pub via: String,
    /// What the owner calls the key that it came through.
    pub via_name: Option<String>,
    /// What the assistant that did it calls itself; none for a person.
    pub assistant: Option<String>,
    /// The user it was done for, where that is not who did it.
    pub on_behalf: Option<String>,
    /// To what, such as `entry:ID`; of counted reads `entry`, `list`, `search` or `export`.
    pub resource: String,
    /// `ok` or `refused`.
    pub result: String,
    /// Fields that an edit changed.
    pub changed: Vec<String>,
    /// The client's address; none for what was done on the server's machine, or by another person.
    pub ip: Option<String>,
    /// What the client called itself.
    pub user_agent: Option<String>,
    /// The request, as in its reply.
    pub request_id: Option<String>,
    /// Of counted reads, account timestamp of the first one.
    pub first_at: Option<String>,
    /// Of counted reads, and of refusals that one line sums up, how many there were.
    pub requests: Option<i64>,
    /// Of counted reads, entries that were handed out, counted each time.
    pub entries: Option<i64>,
}

/// A page of lines, newest first.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Lines {
    /// The lines.
    pub items: Vec<Line>,
    /// How many there are.
    pub total: i64,
    /// As asked, clamped.
    pub limit: i64,
    /// As asked, clamped.
    pub offset: i64,
}

/// Reads by one credential from one address within an hour.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Reads {
    /// Who.
    pub actor: String,
    /// Through what.
    pub via: String,
    /// From where; none for the server's machine.
    pub ip: Option<String>,
    /// What.
    pub what: String,
    /// How many requests.
    pub requests: i64,
    /// Entries that were handed out, counted each time.
    pub entries: i64,
    /// Account timestamp of the first.
    pub first_at: String,
    /// Account timestamp of the last.
    pub last_at: String,
    /// What the assistant that read calls itself; none for a person.
    pub assistant: Option<String>,
}
