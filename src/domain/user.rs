//! User accounts and roles.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::id::UserId;
use crate::domain::named_enum::{named_enum, parse_by_name};

named_enum! {
    /// Role of a user on this server. It grants no access to notebooks: an admin opens only their own.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    pub enum UserRole {
        /// Manages users and reads the audit log.
        Admin = "admin",
        /// Reads and writes their own journal.
        Member = "member",
        /// Reads their own journal only.
        Readonly = "readonly",
    }
}

parse_by_name!(UserRole, "unknown role", "roles are");

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
