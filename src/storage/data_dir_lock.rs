//! Process lock of a data directory.
//!
//! Every process that opens the data directory holds it shared; a process that replaces files holds it exclusively.
//! It is an `flock`, so the kernel releases it when the process ends.

use std::fs::File;

use rustix::fs::FlockOperation;

use crate::error::{Error, ErrorKind, Result};
use crate::storage::data_dir::DataDir;
use crate::storage::{files, io_error};

/// Shared or exclusive lock on a data directory, released on drop.
#[derive(Debug)]
pub(crate) struct DataDirLock(File);

impl DataDirLock {
    /// Acquires the lock shared.
    ///
    /// # Errors
    /// `Limited` while another process holds it exclusively.
    pub(crate) fn acquire_shared(data: &DataDir) -> Result<Self> {
        files::try_lock_shared(&data.in_use_lock())?.map(Self).ok_or_else(|| {
            Error::new(ErrorKind::Limited, "the data directory is being re-keyed or restored")
                .hint("run the command again in a moment")
        })
    }

    /// Acquires the lock exclusively.
    ///
    /// # Errors
    /// `Conflict` while another process uses the data directory.
    pub(crate) fn acquire_exclusive(data: &DataDir) -> Result<Self> {
        files::try_lock_exclusive(&data.in_use_lock())?.map(Self).ok_or_else(in_use_error)
    }

    /// Upgrades a shared lock to an exclusive one.
    ///
    /// # Errors
    /// `Conflict` while another process uses the data directory; the shared lock may be lost then.
    pub(crate) fn upgrade_to_exclusive(&self, data: &DataDir) -> Result<()> {
        match rustix::fs::flock(&self.0, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(()),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(in_use_error()),
            Err(error) => Err(io_error::for_path("locking", &data.in_use_lock(), error.into())),
        }
    }
}

fn in_use_error() -> Error {
    Error::conflict("another process uses this data directory")
        .hint("stop the server and wait for other commands to end, then run it again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_locks_coexist_and_exclusive_fails_without_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::new(folder.path());

        let (one, other) = (DataDirLock::acquire_shared(&data).unwrap(), DataDirLock::acquire_shared(&data).unwrap());
        assert_eq!(DataDirLock::acquire_exclusive(&data).unwrap_err().kind(), ErrorKind::Conflict);
        assert_eq!(one.upgrade_to_exclusive(&data).unwrap_err().kind(), ErrorKind::Conflict);
        drop(one);
        other.upgrade_to_exclusive(&data).unwrap();
        assert_eq!(DataDirLock::acquire_shared(&data).unwrap_err().kind(), ErrorKind::Limited);
        drop(other);

        DataDirLock::acquire_exclusive(&data).unwrap();
    }
}
