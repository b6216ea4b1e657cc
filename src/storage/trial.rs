//! A notebook that nobody has: for trying what would be written to one.

use crate::crypto::key::Key;
use crate::entropy::Entropy;
use crate::error::Result;
use crate::secret::Secret;
use crate::storage::data_dir::DataDir;
use crate::storage::database::Database;
use crate::storage::notebook::Notebook;
use crate::storage::notebook::state;
use crate::storage::scratch::Scratch;

/// An empty notebook under a key that is written down nowhere; its files are gone once this is dropped.
pub(crate) struct Trial {
    // Closed before its folder goes.
    pub(crate) notebook: Database<Notebook>,
    _folder: Scratch,
}

impl Trial {
    /// Makes it among the work files.
    pub(crate) fn new(data: &DataDir, entropy: &dyn Entropy) -> Result<Self> {
        let folder = Scratch::new(&data.tmp(), "trial-", entropy)?;
        let key = Key::draw(entropy)?;
        let notebook = Database::create(&folder.path().join("notebook.db"), &key, &data.lock())?;
        notebook.write(|db| state::begin(db, &Secret::new(String::new())))?;
        Ok(Self { notebook, _folder: folder })
    }
}
