//! Where an export goes: a folder in the clear, or one file that only its recipients open.

mod archive;
mod folder;

use std::path::Path;

use crate::crypto::archive::Recipient;
use crate::error::Error;
use crate::error::Result;
use crate::port::export::Wanted;
use crate::port::export::target::archive::Archive;
use crate::port::export::target::folder::Folder;

/// Takes the files of an export, one after the other.
pub(super) trait Sink {
    /// Begins a file of this many bytes.
    fn begin(&mut self, name: &str, bytes: u64) -> Result<()>;

    /// Takes the next bytes of the file that was begun.
    fn write(&mut self, piece: &[u8]) -> Result<()>;

    /// Ends the file.
    fn end(&mut self) -> Result<()>;

    /// Takes a small file.
    fn file(&mut self, name: &str, content: &[u8]) -> Result<()> {
        self.begin(name, content.len() as u64)?;
        self.write(content)?;
        self.end()
    }
}

/// A place for an export, free as far as could be seen.
pub(super) enum Target {
    /// A folder.
    Folder(std::path::PathBuf),
    /// A file, and who can open it.
    Archive(std::path::PathBuf, Vec<Recipient>),
}

impl Target {
    /// Looks at the place and at the recipients before anything is written.
    ///
    /// # Errors
    /// `Conflict` when there is something already; `Invalid` for recipients that are none.
    pub(super) fn check(wanted: Wanted) -> Result<Self> {
        let Wanted { to, recipients, passphrase, .. } = wanted;
        let mut parsed = recipients.iter().map(|text| Recipient::parse(text)).collect::<Result<Vec<_>>>()?;
        if let Some(passphrase) = passphrase {
            if passphrase.expose().trim().is_empty() {
                return Err(Error::invalid("the passphrase is empty").hint("write one into the file"));
            }
            parsed.push(Recipient::passphrase(&passphrase));
        }
        if to.file_name().is_none() && parsed.is_empty() && to.as_os_str().is_empty() {
            return Err(Error::invalid("there is no place to write to").hint("name one with --to"));
        }
        refuse_link(&to)?;
        if parsed.is_empty() {
            folder::check(&to)?;
            return Ok(Self::Folder(to));
        }
        archive::check(&to)?;
        Ok(Self::Archive(to, parsed))
    }

    /// Tells whether only its recipients open it.
    pub(super) fn is_sealed(&self) -> bool {
        matches!(self, Self::Archive(..))
    }

    /// Has the place filled, durable and whole once this returns `Ok`; otherwise nothing is left of it.
    pub(super) fn fill<T>(&self, work: &mut dyn FnMut(&mut dyn Sink) -> Result<T>) -> Result<T> {
        match self {
            Self::Folder(to) => {
                let mut folder = Folder::begin(to)?;
                match work(&mut folder).and_then(|value| folder.finish().map(|()| value)) {
                    Ok(value) => Ok(value),
                    Err(error) => {
                        folder.abandon();
                        Err(error)
                    }
                }
            }
            Self::Archive(to, recipients) => {
                let mut archive = Archive::begin(to, recipients)?;
                let value = work(&mut archive)?;
                archive.finish()?;
                Ok(value)
            }
        }
    }
}

/// Refuses a link: who put it there decides where the journal goes.
fn refuse_link(to: &Path) -> Result<()> {
    if std::fs::symlink_metadata(to).is_ok_and(|facts| facts.is_symlink()) {
        return Err(Error::conflict(format!("{} is a link", to.display())).hint("name the place that it leads to"));
    }
    Ok(())
}
