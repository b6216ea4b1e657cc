//! Storage: all SQL, database files, sealed originals and file locks of the data directory.

pub(crate) mod accounts;
pub(crate) mod data_dir;
pub(crate) mod data_dir_lock;
pub(crate) mod database;
pub(crate) mod external_db;
pub(crate) mod files;
pub(crate) mod hashing_io;
pub(crate) mod io_error;
pub(crate) mod keyring_file;
pub(crate) mod media;
pub(crate) mod notebook;
mod notebook_cache;
pub(crate) mod rekey;
pub(crate) mod store;
pub(crate) mod temp_notebook;
pub(crate) mod vector_index;
pub(crate) mod work_dir;
