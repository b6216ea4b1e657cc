//! A notebook that nobody has: for trying what would be written to one.

use std::path::PathBuf;

use uuid::Uuid;

use crate::crypto::key::Key;
use crate::entropy;
use crate::entropy::Entropy;
use crate::error::Result;
use crate::secret::Secret;
use crate::storage::data_dir::DataDir;
use crate::storage::database::Database;
use crate::storage::files;
use crate::storage::notebook::Notebook;
use crate::storage::notebook::state;

/// An empty notebook under a key that is written down nowhere; its files are gone once this is dropped.
pub(crate) struct Scratch {
    // Closed before its folder goes.
    pub(crate) notebook: Database<Notebook>,
    _folder: Folder,
}

impl Scratch {
    /// Makes it among the work files.
    pub(crate) fn new(data: &DataDir, entropy: &dyn Entropy) -> Result<Self> {
        let name = Uuid::from_bytes(entropy::draw::<16>(entropy)?);
        let folder = Folder(data.tmp().join(name.to_string()));
        files::make_folder(&folder.0)?;
        let key = Key::draw(entropy)?;
        let notebook = Database::create(&folder.0.join("notebook.db"), &key, &data.lock())?;
        notebook.write(|db| state::begin(db, &Secret::new(String::new())))?;
        Ok(Self { notebook, _folder: folder })
    }
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!("work files are left behind: {error}");
        }
    }
}
