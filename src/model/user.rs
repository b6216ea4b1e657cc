//! People who have a journal here.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::error::Error;
use crate::error::Result;
use crate::model::id::UserId;

/// What a user is on this machine. It says nothing about notebooks: an admin opens only their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Manages users and reads the audit trail.
    Admin,
    /// Keeps a journal.
    Member,
    /// Reads their journal and changes nothing.
    Readonly,
}

impl Role {
    /// Returns the name stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Readonly => "readonly",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Self::Admin, Self::Member, Self::Readonly]
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or_else(|| Error::invalid("unknown role").hint("roles are admin, member, readonly"))
    }
}

/// A user as shown: never a hash, never a key.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct User {
    /// Row id.
    pub id: UserId,
    /// Account name, case as registered.
    pub email: String,
    /// Name shown to people.
    pub display_name: String,
    /// Role on this machine.
    pub role: Role,
    /// Whether the role is admin; the field existing clients read.
    pub is_admin: bool,
    /// Whether the account may be used.
    pub is_active: bool,
    /// Whether the address was confirmed.
    pub email_verified: bool,
    /// Password login is refused until then; keys keep working.
    pub locked_until: Option<String>,
    /// Set while a deletion can still be undone.
    pub deleted_at: Option<String>,
    /// Account timestamp.
    pub created_at: String,
    /// Account timestamp.
    pub updated_at: String,
}
