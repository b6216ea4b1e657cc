//! The lock that says that a data directory is in use.
//!
//! Whoever opens a data directory takes part in it for as long as it is open; whoever replaces its files holds it alone.
//! The system lets go of it when a process ends, however it ends.

use std::fs::File;

use rustix::fs::FlockOperation;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::storage::data_dir::DataDir;
use crate::storage::failure;
use crate::storage::files;

/// Part in the lock, or all of it, until dropped.
#[derive(Debug)]
pub(crate) struct InUse(File);

impl InUse {
    /// Takes part in the lock.
    ///
    /// # Errors
    /// `Limited` while somebody holds it alone.
    pub(crate) fn share(data: &DataDir) -> Result<Self> {
        files::try_share(&data.in_use())?.map(Self).ok_or_else(|| {
            Error::new(Kind::Limited, "the data directory is being re-keyed or restored")
                .hint("run the command again in a moment")
        })
    }

    /// Takes the lock alone.
    ///
    /// # Errors
    /// `Conflict` while anybody uses the data directory.
    pub(crate) fn alone(data: &DataDir) -> Result<Self> {
        files::try_lock(&data.in_use())?.map(Self).ok_or_else(taken)
    }

    /// Holds the lock alone from now on, of which this was a part.
    ///
    /// # Errors
    /// `Conflict` while anybody else uses the data directory; this has no part in the lock any more then.
    pub(crate) fn take(&self, data: &DataDir) -> Result<()> {
        match rustix::fs::flock(&self.0, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(()),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(taken()),
            Err(error) => Err(failure::io("locking", &data.in_use(), error.into())),
        }
    }
}

fn taken() -> Error {
    Error::conflict("another process uses this data directory")
        .hint("stop the server and wait for other commands to end, then run it again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_take_part_and_who_wants_it_alone_waits_for_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::new(folder.path());

        let (one, other) = (InUse::share(&data).unwrap(), InUse::share(&data).unwrap());
        assert_eq!(InUse::alone(&data).unwrap_err().kind(), Kind::Conflict);
        assert_eq!(one.take(&data).unwrap_err().kind(), Kind::Conflict);
        drop(one);
        other.take(&data).unwrap();
        assert_eq!(InUse::share(&data).unwrap_err().kind(), Kind::Limited);
        drop(other);

        InUse::alone(&data).unwrap();
    }
}
