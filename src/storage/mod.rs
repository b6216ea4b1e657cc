//! Files and databases: all SQL, and who may touch which file.

pub(crate) mod accounts;
pub(crate) mod data_dir;
pub(crate) mod database;
pub(crate) mod failure;
pub(crate) mod files;
pub(crate) mod foreign;
pub(crate) mod hashed;
pub(crate) mod in_use;
pub(crate) mod keyring_file;
pub(crate) mod media;
pub(crate) mod notebook;
pub(crate) mod rekey;
pub(crate) mod scratch;
pub(crate) mod store;
pub(crate) mod trial;
pub(crate) mod vector_index;
