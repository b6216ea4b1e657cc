//! `accounts.db`: users, notebooks and who may open them, credentials, settings, the audit trail.

pub(crate) mod audit;
pub(crate) mod belongings;
pub(crate) mod checkpoints;
pub(crate) mod containment;
pub(crate) mod devices;
pub(crate) mod imported;
pub(crate) mod keys;
pub(crate) mod links;
pub(crate) mod notebooks;
pub(crate) mod preferences;
pub(crate) mod pricing;
pub(crate) mod refusals;
pub(crate) mod registrants;
pub(crate) mod runtime;
pub(crate) mod sessions;
pub(crate) mod transfer;
pub(crate) mod upkeep;
pub(crate) mod users;

use crate::storage::database::Db;
use crate::storage::database::Purpose;

mod embedded {
    refinery::embed_migrations!("migrations/accounts");
}

/// The accounts database.
pub(crate) struct Accounts;

impl Purpose for Accounts {
    type Memory = ();

    fn migrations() -> refinery::Runner {
        embedded::migrations::runner()
    }
}

/// A handle to its rows.
pub(crate) type AccountsDb<'c> = Db<'c, Accounts>;
