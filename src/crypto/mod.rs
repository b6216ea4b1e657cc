//! Keys and cryptography. Raw keys leave this module only for `storage`, which passes them to `SQLCipher`.

pub(crate) mod age_archive;
pub(crate) mod identity;
pub(crate) mod key;
pub(crate) mod key_derivation;
pub(crate) mod key_wrap;
pub(crate) mod keyring;
pub(crate) mod mac_chain;
pub(crate) mod media;
pub(crate) mod password;
pub(crate) mod password_hash_queue;
pub(crate) mod recovery_kit;
pub(crate) mod secret_key;
pub(crate) mod token;
pub(crate) mod webhook_signature;
