//! Permission scopes of callers and API keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::named_enum::{named_enum, parse_by_name};
use crate::domain::user::UserRole;

named_enum! {
    /// Permission. A key carries a set of scopes, and every read and write requires one.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
    pub enum Scope {
        /// Read entries, their history and statistics.
        EntriesRead = "entries:read",
        /// Change and delete entries.
        EntriesWrite = "entries:write",
        /// Add entries.
        Ingest = "ingest",
        /// Let the server fetch URLs to add entries from; requires `ingest` too.
        IngestUrl = "ingest:url",
        /// Search.
        Search = "search",
        /// Export everything at once.
        Export = "export",
        /// Manage the caller's own keys and password.
        Account = "account",
        /// Manage users; admins only.
        AdminUsers = "admin:users",
        /// Read the audit log; admins only.
        AdminAudit = "admin:audit",
        /// Change server-wide settings; admins only.
        AdminSettings = "admin:settings",
        /// Reload the server's context files; admins only.
        AdminReload = "admin:reload",
        /// Read the server's metrics; admins only.
        AdminMetrics = "admin:metrics",
    }
}

parse_by_name!(Scope, "unknown scope", "scopes are");

impl Scope {
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
