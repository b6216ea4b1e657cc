//! Notebooks for unit tests.

use crate::crypto::key::SymmetricKey;
use crate::entropy::OsEntropy;
use crate::secret::Secret;
use crate::storage::database::EncryptedDatabase;
use crate::storage::notebook::{NotebookKind, state};

/// Creates a test notebook in a temporary folder.
pub(crate) fn temp_notebook() -> (tempfile::TempDir, EncryptedDatabase<NotebookKind>) {
    let folder = tempfile::tempdir().unwrap();
    let key = SymmetricKey::draw(&OsEntropy).unwrap();
    let database =
        EncryptedDatabase::create(&folder.path().join("notebook.db"), &key, &folder.path().join("lock")).unwrap();
    database.write(|db| state::insert(db, &Secret::new("none".to_owned()))).unwrap();
    (folder, database)
}
