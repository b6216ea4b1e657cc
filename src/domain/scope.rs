//! Permission scopes of callers and API keys.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::user::UserRole;
use crate::error::{Error, Result};

/// Permission. A key carries a set of scopes, and every read and write requires one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Scope {
    /// Read entries, their history and statistics.
    #[serde(rename = "entries:read")]
    EntriesRead,
    /// Change and delete entries.
    #[serde(rename = "entries:write")]
    EntriesWrite,
    /// Add entries.
    #[serde(rename = "ingest")]
    Ingest,
    /// Let the server fetch URLs to add entries from; requires `ingest` too.
    #[serde(rename = "ingest:url")]
    IngestUrl,
    /// Search.
    #[serde(rename = "search")]
    Search,
    /// Export everything at once.
    #[serde(rename = "export")]
    Export,
    /// Manage the caller's own keys and password.
    #[serde(rename = "account")]
    Account,
    /// Manage users; admins only.
    #[serde(rename = "admin:users")]
    AdminUsers,
    /// Read the audit log; admins only.
    #[serde(rename = "admin:audit")]
    AdminAudit,
    /// Change server-wide settings; admins only.
    #[serde(rename = "admin:settings")]
    AdminSettings,
    /// Reload the server's context files; admins only.
    #[serde(rename = "admin:reload")]
    AdminReload,
    /// Read the server's metrics; admins only.
    #[serde(rename = "admin:metrics")]
    AdminMetrics,
}

impl Scope {
    /// Every scope, in display order.
    pub const ALL: [Self; 12] = [
        Self::EntriesRead,
        Self::EntriesWrite,
        Self::Ingest,
        Self::IngestUrl,
        Self::Search,
        Self::Export,
        Self::Account,
        Self::AdminUsers,
        Self::AdminAudit,
        Self::AdminSettings,
        Self::AdminReload,
        Self::AdminMetrics,
    ];

    /// Returns the name used in flags, files and responses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EntriesRead => "entries:read",
            Self::EntriesWrite => "entries:write",
            Self::Ingest => "ingest",
            Self::IngestUrl => "ingest:url",
            Self::Search => "search",
            Self::Export => "export",
            Self::Account => "account",
            Self::AdminUsers => "admin:users",
            Self::AdminAudit => "admin:audit",
            Self::AdminSettings => "admin:settings",
            Self::AdminReload => "admin:reload",
            Self::AdminMetrics => "admin:metrics",
        }
    }

    /// Returns whether a restricted key may have the scope: its effects can be limited to a part of the journal.
    #[must_use]
    pub const fn supports_restrictions(self) -> bool {
        match self {
            Self::EntriesRead | Self::EntriesWrite | Self::Ingest | Self::IngestUrl | Self::Search | Self::Account => {
                true
            }
            Self::Export
            | Self::AdminUsers
            | Self::AdminAudit
            | Self::AdminSettings
            | Self::AdminReload
            | Self::AdminMetrics => false,
        }
    }

    /// Returns whether a role may use this scope.
    #[must_use]
    pub const fn is_available_to(self, role: UserRole) -> bool {
        match (self, role) {
            (_, UserRole::Admin)
            | (
                Self::EntriesRead | Self::Search | Self::Export | Self::Account,
                UserRole::Member | UserRole::Readonly,
            )
            | (Self::EntriesWrite | Self::Ingest | Self::IngestUrl, UserRole::Member) => true,
            (Self::EntriesWrite | Self::Ingest | Self::IngestUrl, UserRole::Readonly)
            | (
                Self::AdminUsers | Self::AdminAudit | Self::AdminSettings | Self::AdminReload | Self::AdminMetrics,
                UserRole::Member | UserRole::Readonly,
            ) => false,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::invalid("unknown scope").hint(format!("scopes are {known}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_reads_back_from_its_name() {
        for scope in Scope::ALL {
            assert_eq!(scope.name().parse::<Scope>().unwrap(), scope);
        }
    }

    #[test]
    fn a_readonly_account_never_writes_or_administers() {
        let open: Vec<_> = Scope::ALL.into_iter().filter(|scope| scope.is_available_to(UserRole::Readonly)).collect();

        assert_eq!(open, [Scope::EntriesRead, Scope::Search, Scope::Export, Scope::Account]);
    }
}
