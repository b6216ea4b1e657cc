//! What a caller may do: a closed list that keys are limited to and every act names.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::error::Error;
use crate::error::Result;
use crate::model::user::Role;

/// One permission. Keys carry a set of them; every read and write names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Scope {
    /// Read entries, their history, statistics.
    #[serde(rename = "entries:read")]
    EntriesRead,
    /// Change and delete entries.
    #[serde(rename = "entries:write")]
    EntriesWrite,
    /// Add entries.
    #[serde(rename = "ingest")]
    Ingest,
    /// Have the server fetch addresses to add entries from; together with `ingest`.
    #[serde(rename = "ingest:url")]
    IngestUrl,
    /// Search.
    #[serde(rename = "search")]
    Search,
    /// Take everything out at once.
    #[serde(rename = "export")]
    Export,
    /// Manage one's own keys and password.
    #[serde(rename = "account")]
    Account,
    /// Manage users; admins only.
    #[serde(rename = "admin:users")]
    AdminUsers,
    /// Read the audit trail; admins only.
    #[serde(rename = "admin:audit")]
    AdminAudit,
    /// Change what the server does for everybody; admins only.
    #[serde(rename = "admin:settings")]
    AdminSettings,
    /// Have the server read its context files anew; admins only.
    #[serde(rename = "admin:reload")]
    AdminReload,
    /// Read what the server measures of itself; admins only.
    #[serde(rename = "admin:metrics")]
    AdminMetrics,
}

impl Scope {
    /// Every scope, in the order they are shown.
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

    /// Returns the name used in flags, files and replies.
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

    /// Tells whether keys that reach only a part of the journal may have it: what they do with it can be kept within that part.
    #[must_use]
    pub const fn keeps_within(self) -> bool {
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

    /// Tells whether a role may ever use this scope.
    #[must_use]
    pub const fn open_to(self, role: Role) -> bool {
        match (self, role) {
            (_, Role::Admin)
            | (Self::EntriesRead | Self::Search | Self::Export | Self::Account, Role::Member | Role::Readonly)
            | (Self::EntriesWrite | Self::Ingest | Self::IngestUrl, Role::Member) => true,
            (Self::EntriesWrite | Self::Ingest | Self::IngestUrl, Role::Readonly)
            | (
                Self::AdminUsers | Self::AdminAudit | Self::AdminSettings | Self::AdminReload | Self::AdminMetrics,
                Role::Member | Role::Readonly,
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
        let open: Vec<_> = Scope::ALL.into_iter().filter(|scope| scope.open_to(Role::Readonly)).collect();

        assert_eq!(open, [Scope::EntriesRead, Scope::Search, Scope::Export, Scope::Account]);
    }
}
