//! `accounts.db`: users, notebooks and grants, credentials, settings, the audit log.

pub(crate) mod audit;
pub(crate) mod checkpoints;
pub(crate) mod containment;
pub(crate) mod devices;
pub(crate) mod failed_attempts;
pub(crate) mod keys;
pub(crate) mod legacy_import;
pub(crate) mod maintenance;
pub(crate) mod notebooks;
pub(crate) mod one_time_links;
pub(crate) mod owned_rows;
pub(crate) mod pending_registrations;
pub(crate) mod preferences;
pub(crate) mod pricing;
pub(crate) mod runtime_settings;
pub(crate) mod sessions;
pub(crate) mod transfer;
pub(crate) mod users;

use crate::storage::database::{DatabaseKind, DatabaseTx};

mod embedded {
    refinery::embed_migrations!("migrations/accounts");
}

/// Kind of the accounts database.
pub(crate) struct AccountsKind;

impl DatabaseKind for AccountsKind {
    type Memory = ();

    fn migrations() -> refinery::Runner {
        embedded::migrations::runner()
    }
}

/// Transaction handle of the accounts database.
pub(crate) type AccountsDb<'c> = DatabaseTx<'c, AccountsKind>;
