//! The audit trail's events.

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Error;
use crate::error::Result;

/// What happened. Names are stable: they are stored and exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    /// The data directory was made.
    JournalInitialised,
    /// A user was added.
    UserAdded,
    /// A user was allowed in again.
    UserEnabled,
    /// A user was shut out.
    UserDisabled,
    /// A user's role changed.
    RoleChanged,
    /// A lock after failed logins was lifted.
    UserUnlocked,
    /// A user was marked for deletion.
    UserDeleted,
    /// A deletion was undone in time.
    UserRestored,
    /// A deleted user's notebook, keys and rows were destroyed.
    UserPurged,
    /// A password was set.
    PasswordChanged,
    /// A key was made.
    TokenIssued,
    /// A key was revoked.
    TokenRevoked,
    /// A user logged in.
    Login,
    /// A session was ended.
    Logout,
    /// A key or password was refused.
    FailedAuth,
    /// The root key was wrapped under a new secret.
    KeyringRotated,
    /// Everything was taken out.
    DataExported,
    /// Somebody registered; the address is not proven yet.
    UserRegistered,
    /// A user proved that the address is theirs.
    EmailVerified,
    /// A link that sets a password was made.
    ResetLinkIssued,
    /// A login was ended from elsewhere.
    SessionRevoked,
    /// A setting was changed while the server runs; the resource names it.
    ConfigChanged,
    /// A user changed what others see of them.
    ProfileChanged,
}

impl Action {
    /// Returns the stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::JournalInitialised => "JOURNAL_INITIALISED",
            Self::UserAdded => "USER_ADDED",
            Self::UserEnabled => "USER_ENABLED",
            Self::UserDisabled => "USER_DISABLED",
            Self::RoleChanged => "ROLE_CHANGED",
            Self::UserUnlocked => "USER_UNLOCKED",
            Self::UserDeleted => "USER_DELETED",
            Self::UserRestored => "USER_RESTORED",
            Self::UserPurged => "USER_PURGED",
            Self::PasswordChanged => "PASSWORD_CHANGED",
            Self::TokenIssued => "TOKEN_ISSUED",
            Self::TokenRevoked => "TOKEN_REVOKED",
            Self::Login => "LOGIN",
            Self::Logout => "LOGOUT",
            Self::FailedAuth => "FAILED_AUTH",
            Self::KeyringRotated => "KEYRING_ROTATED",
            Self::DataExported => "DATA_EXPORTED",
            Self::UserRegistered => "USER_REGISTERED",
            Self::EmailVerified => "EMAIL_VERIFIED",
            Self::ResetLinkIssued => "RESET_LINK_ISSUED",
            Self::SessionRevoked => "SESSION_REVOKED",
            Self::ConfigChanged => "CONFIG_CHANGED",
            Self::ProfileChanged => "PROFILE_CHANGED",
        }
    }
}

/// One link of the chain. Every field but `mac` is covered by `mac`, and so is the link before.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Event {
    /// Position, from 1, without gaps.
    pub seq: i64,
    /// Account timestamp.
    pub at: String,
    /// Who: `operator`, or `user:ID`.
    pub actor: String,
    /// Through what: `shell`, or `key:ID`.
    pub via: String,
    /// What happened.
    pub action: String,
    /// To what: `user:ID`, `key:ID`, `keyring`; never content.
    pub resource: String,
    /// `ok` or `refused`.
    pub result: String,
    /// Hex HMAC-SHA256 over the previous link's mac and this row.
    pub mac: String,
}

/// What checking the whole chain found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Verdict {
    /// Whether every link holds.
    pub intact: bool,
    /// Links checked.
    pub events: i64,
    /// The first position that does not hold.
    pub broken_at: Option<i64>,
}

impl Verdict {
    /// Returns how many links hold.
    ///
    /// # Errors
    /// `Conflict` naming the first that does not.
    pub fn checked(&self) -> Result<i64> {
        match self.broken_at {
            None => Ok(self.events),
            Some(seq) => Err(Error::conflict(format!("event {seq} does not follow from the one before"))
                .hint("somebody changed the database; compare it with a backup")),
        }
    }
}
