//! The databases as they stood, each at one instant, sealed in a work folder.

use std::cell::Cell;
use std::path::Path;
use std::path::PathBuf;

use uuid::Uuid;

use crate::backup::folder::Folder;
use crate::backup::meter::Meter;
use crate::backup::originals::Copied;
use crate::backup::originals::Copying;
use crate::backup::originals::Known;
use crate::backup::originals::Tally;
use crate::crypto::hierarchy::Label;
use crate::crypto::key::Key;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::backup;
use crate::model::backup::Original;
use crate::model::backup::Part;
use crate::model::backup::Stand;
use crate::model::id::NotebookId;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::Accounts;
use crate::storage::database::Database;
use crate::storage::database::Purpose;
use crate::storage::database::snapshot;
use crate::storage::files;
use crate::storage::hashed;
use crate::storage::notebook::Notebook;
use crate::storage::notebook::derived;
use crate::storage::notebook::state;
use crate::storage::notebook::uploads;
use crate::storage::store::Store;

/// How often a picture is taken again of what changes under the hand.
const TRIES: usize = 3;

/// A database's copy.
pub(super) struct Taken {
    pub(super) path: PathBuf,
    pub(super) key: Key,
    pub(super) part: Part,
}

/// Everything that an archive is made of.
pub(super) struct Snapshots {
    pub(super) accounts: Taken,
    pub(super) audit: Stand,
    pub(super) notebooks: Vec<OfNotebook>,
    pub(super) originals: Vec<Original>,
    pub(super) tally: Tally,
}

/// Takes the pictures, and copies the originals that they name.
pub(super) struct Taking<'a> {
    pub(super) store: &'a Store,
    /// Where the copies go.
    pub(super) work: &'a Path,
    pub(super) folder: &'a Folder,
    pub(super) meter: &'a Meter<'a>,
    /// Whether vectors and full-text index are kept.
    pub(super) derived: bool,
}

/// A notebook's copy, with the identity that opens its originals.
type OfNotebook = (NotebookId, Taken, Secret<String>);

/// What a notebook's copy says of itself.
struct Facts {
    identity: Secret<String>,
    originals: Vec<(Uuid, Vec<u8>)>,
}

impl Taking<'_> {
    /// Takes the accounts first and then the notebooks that they name, so that no notebook is without its key.
    ///
    /// # Errors
    /// `Limited` when notebooks keep disappearing; otherwise what goes wrong with a database, an original or the disk.
    pub(super) fn run(&self) -> Result<Snapshots> {
        let known = Known::read(self.folder)?;
        for _ in 0..TRIES {
            if let Some(taken) = self.attempt(&known)? {
                return Ok(taken);
            }
        }
        Err(changing("the journal"))
    }

    /// Returns `None` when a notebook went away meanwhile.
    fn attempt(&self, known: &Known) -> Result<Option<Snapshots>> {
        let path = self.work.join(backup::ACCOUNTS);
        let key = self.store.root().derive(Label::AccountsDatabase);
        self.copy(&self.store.accounts, &path, &key)?;
        let (rows, last) = snapshot::look::<Accounts, _>(&path, &key, |db| {
            let ids = accounts::notebooks::all(db)?;
            let keys = ids.into_iter().map(|id| Ok((id, accounts::notebooks::keys(db, id)?.map(|keys| keys.wrapped))));
            Ok((keys.collect::<Result<Vec<_>>>()?, accounts::audit::last(db)?))
        })?;
        let (seq, mac) = last.unwrap_or_default();
        let audit = Stand { seq, mac: data_encoding::HEXLOWER.encode(&mac) };
        let accounts = Self::part(backup::ACCOUNTS.to_owned(), path, key)?;
        let (mut notebooks, mut originals, mut tally) = (Vec::new(), Vec::new(), Tally::default());
        for (id, wrapped) in rows {
            let key = self.store.unwrap_key(id, &wrapped.unwrap_or_default())?;
            let Some((notebook, of_it)) = self.notebook(id, key, known, &mut tally)? else { return Ok(None) };
            notebooks.push(notebook);
            originals.extend(of_it);
        }
        Ok(Some(Snapshots { accounts, audit, notebooks, originals, tally }))
    }

    fn notebook(
        &self,
        id: NotebookId,
        key: Key,
        known: &Known,
        tally: &mut Tally,
    ) -> Result<Option<(OfNotebook, Vec<Original>)>> {
        let path = self.work.join(format!("{id}.db"));
        let mut gone = None;
        for _ in 0..TRIES {
            let database = match self.store.notebook(id) {
                Err(error) if error.kind() == Kind::NotFound => return Ok(None),
                other => other?,
            };
            self.copy(&database, &path, &key)?;
            let facts = snapshot::look::<Notebook, _>(&path, &key, |db| {
                Ok(Facts { identity: state::media_identity(db)?, originals: uploads::sealed(db)? })
            })?;
            let copying = Copying {
                notebook: id,
                source: self.store.data.media(id),
                folder: self.folder,
                known,
                meter: self.meter,
            };
            let originals = match copying.run(&facts.originals, tally)? {
                Copied::All(originals) => originals,
                Copied::Gone(id) => {
                    gone = Some(id);
                    continue;
                }
            };
            let path = if self.derived { path } else { self.without_derived(id, &path, &key)? };
            let taken = Self::part(backup::notebook_part(id), path, key)?;
            return Ok(Some(((id, taken, facts.identity), originals)));
        }
        Err(missing(id, gone.unwrap_or_default()))
    }

    fn without_derived(&self, id: NotebookId, path: &Path, key: &Key) -> Result<PathBuf> {
        let packed = self.work.join(format!("{id}.packed.db"));
        snapshot::packed::<Notebook>(path, key, &packed, derived::remove)?;
        files::remove(path)?;
        Ok(packed)
    }

    fn copy<P: Purpose>(&self, database: &Database<P>, path: &Path, key: &Key) -> Result<()> {
        files::remove(path)?;
        let told = Cell::new(0);
        database.snapshot(path, key, &|pages, _| {
            self.meter.add((pages - told.replace(pages)) * snapshot::PAGE);
        })
    }

    fn part(name: String, path: PathBuf, key: Key) -> Result<Taken> {
        let census = snapshot::census(&path, &key)?;
        let sum = hashed::of(&path, &|_| {})?;
        let part = Part { name, bytes: sum.bytes, sha256: sum.sha256, schema: census.schema, rows: census.rows };
        Ok(Taken { path, key, part })
    }
}

fn changing(what: &str) -> Error {
    Error::new(Kind::Limited, format!("{what} kept changing while it was copied"))
        .hint("run the command again")
        .passing()
}

fn missing(notebook: NotebookId, id: Uuid) -> Error {
    Error::conflict(format!("the original {id} of the notebook {notebook} is missing"))
        .hint("put the file back from an older backup, or delete its entry")
}
