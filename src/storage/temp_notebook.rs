//! Temporary notebook for dry runs.

use crate::crypto::key::SymmetricKey;
use crate::entropy::Entropy;
use crate::error::Result;
use crate::secret::Secret;
use crate::storage::data_dir::DataDir;
use crate::storage::database::EncryptedDatabase;
use crate::storage::notebook::{NotebookKind, state};
use crate::storage::work_dir::WorkDir;

/// Empty notebook under a key that is not stored; its files are removed on drop.
pub(crate) struct TempNotebook {
    // Field order matters: the database closes before its folder is removed.
    pub(crate) notebook: EncryptedDatabase<NotebookKind>,
    _folder: WorkDir,
}

impl TempNotebook {
    /// Creates the notebook in the folder for work files.
    pub(crate) fn new(data: &DataDir, entropy: &dyn Entropy) -> Result<Self> {
        let folder = WorkDir::new(&data.tmp(), "trial-", entropy)?;
        let key = SymmetricKey::draw(entropy)?;
        let notebook = EncryptedDatabase::create(&folder.path().join("notebook.db"), &key, &data.migration_lock())?;
        notebook.write(|db| state::insert(db, &Secret::new(String::new())))?;
        Ok(Self { notebook, _folder: folder })
    }
}
