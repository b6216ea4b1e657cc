//! Who and what entries speak of.

mod charts;
mod curation;
mod shown;

pub use charts::Correlated;
pub use charts::Correlation;
pub use charts::Counted;
pub use charts::Distribution;
pub use charts::TrendBin;
pub use charts::Trends;
pub use curation::Candidate;
pub use curation::Candidates;
pub use curation::Decision;
pub use curation::Decisions;
pub use curation::Dismissal;
pub use curation::Dismissals;
pub use curation::History;
pub use curation::Merge;
pub use curation::Merged;
pub use curation::Split;
pub use curation::Undone;
pub use shown::Detail;
pub use shown::Details;
pub use shown::Mention;
pub use shown::Mentions;
pub use shown::OfEntry;
pub use shown::Page;
pub use shown::Relationship;
pub use shown::Relationships;
pub use shown::Summary;

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::error::Error;
use crate::error::Result;

/// What somebody or something is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum EntityType {
    /// Somebody.
    Person,
    /// Somewhere.
    Place,
    /// What people do.
    Activity,
    /// A company, a school, a club.
    Organization,
    /// What people think or talk about.
    Topic,
    /// Anything else.
    Other,
}

impl EntityType {
    /// Every type, in the order they are shown.
    pub const ALL: [Self; 6] =
        [Self::Person, Self::Place, Self::Activity, Self::Organization, Self::Topic, Self::Other];

    /// Returns the name in rows, flags and replies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Place => "place",
            Self::Activity => "activity",
            Self::Organization => "organization",
            Self::Topic => "topic",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for EntityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for EntityType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::invalid("there is no such type").code("invalid_type").hint(format!("types are {known}"))
        })
    }
}

/// Returns the form in which other names are stored and compared: trimmed, lower case.
#[must_use]
pub fn alias_key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Returns the form in which the owner's corrections know a name: lower case, single blanks.
#[must_use]
pub fn name_key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
