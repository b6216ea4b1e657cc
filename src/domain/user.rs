//! User accounts and roles.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::id::UserId;
use crate::error::{Error, Result};

/// Role of a user on this server. It grants no access to notebooks: an admin opens only their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UserRole {
    /// Manages users and reads the audit log.
    Admin,
    /// Reads and writes their own journal.
    Member,
    /// Reads their own journal only.
    Readonly,
}

impl UserRole {
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

impl fmt::Display for UserRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for UserRole {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Self::Admin, Self::Member, Self::Readonly]
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or_else(|| Error::invalid("unknown role").hint("roles are admin, member, readonly"))
    }
}

/// User account as shown, without password hash or keys.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct User {
    /// Row id.
    pub id: UserId,
    /// Account name, case as registered.
    pub email: String,
    /// Display name.
    pub display_name: String,
    /// Role on this server.
    pub role: UserRole,
    /// True if the role is admin; a field that existing clients read.
    pub is_admin: bool,
    /// True if the account is enabled.
    pub is_active: bool,
    /// True if the e-mail address was verified.
    pub email_verified: bool,
    /// Password login is refused until then; API keys keep working.
    pub locked_until: Option<String>,
    /// Set while a deletion can still be undone.
    pub deleted_at: Option<String>,
    /// UTC timestamp.
    pub created_at: String,
    /// UTC timestamp.
    pub updated_at: String,
}
