//! Type of an entity.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Type of an entity.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum EntityType {
    /// A person.
    Person,
    /// A place.
    Place,
    /// An activity.
    Activity,
    /// A company, a school, a club.
    Organization,
    /// A topic people think or talk about.
    Topic,
    /// Any other entity.
    Other,
}

impl EntityType {
    /// Every type, in display order.
    pub const ALL: [Self; 6] =
        [Self::Person, Self::Place, Self::Activity, Self::Organization, Self::Topic, Self::Other];

    /// Returns the name used in rows, flags and responses.
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
            Error::invalid("unknown entity type").code("invalid_type").hint(format!("types are {known}"))
        })
    }
}
