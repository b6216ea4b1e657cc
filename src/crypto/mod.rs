//! Keys and what is done with them. Raw keys never leave this floor except to `storage`, which hands them to the database.

pub(crate) mod archive;
pub(crate) mod audit;
pub(crate) mod hashing;
pub(crate) mod hierarchy;
pub(crate) mod identity;
pub(crate) mod key;
pub(crate) mod keyring;
pub(crate) mod kit;
pub(crate) mod media;
pub(crate) mod password;
pub(crate) mod secret_key;
pub(crate) mod signature;
pub(crate) mod token;
pub(crate) mod wrap;
