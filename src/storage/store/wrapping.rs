//! Keys of notebooks as their rows hold them: wrapped, and bound to the notebook's id.

use crate::crypto::hierarchy::Label;
use crate::crypto::key::Key;
use crate::crypto::wrap;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Result;
use crate::model::id::NotebookId;
use crate::storage::accounts;
use crate::storage::store::Store;
use crate::storage::store::bound_to;

impl Store {
    /// Wraps the key of a notebook's file.
    pub(crate) fn wrap_notebook_key(&self, id: NotebookId, key: &Key, entropy: &dyn Entropy) -> Result<Vec<u8>> {
        wrap::seal(&self.root.derive(Label::NotebookWrapping), key.expose(), &bound_to(id), entropy)
    }

    /// Returns the key of a notebook's file as its row has it; `None` if it opens under another root key only.
    ///
    /// # Errors
    /// `NotFound` without a row.
    pub(crate) fn notebook_key(&self, id: NotebookId) -> Result<Option<Key>> {
        let wrapped = self.accounts.read(|db| accounts::notebooks::wrapped_key(db, id))?;
        let wrapped = wrapped.ok_or_else(|| Error::not_found("notebook"))?;
        let key = wrap::open(&self.root.derive(Label::NotebookWrapping), &wrapped, &bound_to(id));
        key.map(|key| Key::from_slice(&key)).transpose()
    }
}
