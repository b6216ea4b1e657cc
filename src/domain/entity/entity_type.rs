//! Type of an entity.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::named_enum::named_enum;
use crate::error::{Error, Result};

named_enum! {
    /// Type of an entity.
    #[derive(
        Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, clap::ValueEnum,
    )]
    pub enum EntityType {
        /// A person.
        Person = "person",
        /// A place.
        Place = "place",
        /// An activity.
        Activity = "activity",
        /// A company, a school, a club.
        Organization = "organization",
        /// A topic people think or talk about.
        Topic = "topic",
        /// Any other entity.
        Other = "other",
    }
}

impl FromStr for EntityType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::from_name(text).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::invalid("unknown entity type").code("invalid_type").hint(format!("types are {known}"))
        })
    }
}
