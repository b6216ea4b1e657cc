//! Id newtypes, one per entity type, so that they cannot be mixed up.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::entropy::{self, Entropy};
use crate::error::{Error, Result};

macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                match text.parse() {
                    Ok(id) if id > 0 => Ok(Self(id)),
                    _ => Err(Error::invalid("an id is a whole number from 1 up")),
                }
            }
        }
    };
}

row_id! {
    /// Id of an entry, numbered from 1 inside its notebook.
    EntryId
}
row_id! {
    /// Id of an entity, numbered from 1 inside its notebook.
    EntityId
}
row_id! {
    /// Id of a draft, numbered from 1 inside its notebook and never reused.
    DraftId
}
row_id! {
    /// Id of a user.
    UserId
}
row_id! {
    /// Row id of an API key; not the key itself.
    KeyId
}
row_id! {
    /// Row id of a session; not its token.
    SessionId
}

macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Generates a random (version 4) id.
            ///
            /// # Errors
            /// `Internal` if no randomness is available.
            pub fn draw(entropy: &dyn Entropy) -> Result<Self> {
                let bytes = entropy::draw::<16>(entropy)?;
                Ok(Self(uuid::Builder::from_random_bytes(bytes).into_uuid()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                Uuid::parse_str(text)
                    .map(Self)
                    .map_err(|error| Error::invalid("the id is not a UUID").caused_by(error))
            }
        }
    };
}

random_id! {
    /// Id of a notebook: name of its folder and associated data of its wrapped key.
    NotebookId
}
random_id! {
    /// Id of a job of one notebook.
    JobId
}
random_id! {
    /// Id of one worker's lease on a job, new for every attempt.
    ClaimId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_id_is_a_positive_whole_number() {
        assert_eq!("7".parse::<EntryId>().unwrap(), EntryId(7));
        for wrong in ["0", "-1", "", "x", "1.5", "99999999999999999999"] {
            assert!(wrong.parse::<EntryId>().is_err(), "{wrong}");
        }
    }
}
