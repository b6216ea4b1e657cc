//! A folder of backups: private, one process at a time, and the archives that lie in it.

use std::fs::File;
use std::path::Path;
use std::path::PathBuf;

use crate::config::absolute;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::backup;
use crate::model::backup::ARCHIVE_ENDING;
use crate::model::backup::DESCRIPTION_ENDING;
use crate::model::backup::Description;
use crate::storage::failure;
use crate::storage::files;

/// Held by whoever writes to the folder.
const LOCK: &str = ".lock";

/// A folder of backups that nobody else writes to as long as this lives.
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

/// An archive by its name, or what is left of one.
#[derive(Debug, Clone)]
pub(super) struct Named {
    /// The archive's file name.
    pub(super) name: String,
    /// Its size; `None` when it is not there.
    pub(super) bytes: Option<u64>,
    /// What its description says; `None` when there is none that can be read.
    pub(super) says: Option<Says>,
}

/// What a description says of its archive, without the list of originals: that one may be long.
#[derive(Debug, Clone)]
pub(super) struct Says {
    pub(super) created_at: String,
    pub(super) fingerprint: String,
    pub(super) recipients: Vec<String>,
    pub(super) derived: bool,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) originals: usize,
}

impl Named {
    /// Tells whether the archive is there with the size that its description says.
    pub(super) fn has_its_size(&self) -> bool {
        self.says.as_ref().is_some_and(|says| Some(says.bytes) == self.bytes)
    }
}

/// Returns the folder from the root, or refuses it: a link, a file, somebody else's, open to others, or inside the data
/// directory. Nothing is made yet.
pub(super) fn checked(path: &Path, data: &Path) -> Result<PathBuf> {
    if path.to_string_lossy().chars().any(char::is_control) {
        return Err(Error::invalid("the name of the folder holds a line break or another control character")
            .hint("name the folder in plain text"));
    }
    let path = absolute(path)?;
    let shown = path.display();
    match std::fs::symlink_metadata(&path) {
        Ok(facts) if facts.is_symlink() => {
            return Err(Error::conflict(format!("{shown} is a link")).hint("name the folder itself"));
        }
        Ok(_) => files::check_folder(&path)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let parent = path.parent().unwrap_or(&path);
            if !parent.is_dir() {
                return Err(Error::new(Kind::NotFound, format!("there is no folder {}", parent.display()))
                    .hint("make it, or check that the disk is mounted"));
            }
        }
        Err(error) => return Err(failure::io("opening", &path, error)),
    }
    // What is not there yet is where its parent is.
    let real = |path: &Path| match (path.canonicalize(), path.parent(), path.file_name()) {
        (Err(_), Some(parent), Some(name)) => parent.canonicalize().map(|parent| parent.join(name)),
        (real, _, _) => real,
    };
    let (inside, outside) = (real(&path), data.canonicalize());
    if inside.is_ok_and(|inside| outside.is_ok_and(|outside| inside.starts_with(outside))) {
        return Err(Error::conflict(format!("{shown} is inside the data directory"))
            .hint("name a folder elsewhere, best on another disk"));
    }
    Ok(path)
}

impl Folder {
    /// Takes a folder that was [`checked`], makes it if need be, and removes what a killed run left there.
    ///
    /// # Errors
    /// `Limited` while another process writes to it.
    pub(super) fn take(path: &Path) -> Result<Self> {
        if !path.exists() {
            files::make_folder(path)?;
            files::sync_parent(path)?;
        }
        files::check_folder(path)?;
        let lock = files::try_lock(&path.join(LOCK))?.ok_or_else(|| {
            Error::new(Kind::Limited, format!("another process is working on the backups in {}", path.display()))
                .hint("run the command again when it is done")
        })?;
        let folder = Self { path: path.to_owned(), _lock: lock };
        folder.sweep()?;
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the path of an archive.
    pub(super) fn archive(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Returns the name that an archive has before it is whole and while it is taken away: whatever has it is swept, and
    /// the description with it.
    pub(super) fn hidden(&self, name: &str) -> PathBuf {
        self.path.join(format!(".{name}.new"))
    }

    /// Returns the path of an archive's description.
    pub(super) fn description(&self, name: &str) -> PathBuf {
        beside(&self.path, name)
    }

    /// Returns a name for an archive that is begun at an instant, `YYYY-MM-DDTHH:MM:SSZ`.
    pub(super) fn free_name(&self, at: &str) -> String {
        let stem = format!("{}{}", backup::ARCHIVE_BEGINNING, at.replace(':', ""));
        let names = std::iter::once(stem.clone()).chain((2_u32..).map(|number| format!("{stem}-{number}")));
        let mut names = names.map(|stem| stem + ARCHIVE_ENDING);
        let taken = |name: &String| self.archive(name).exists() || self.description(name).exists();
        names.find(|name| !taken(name)).expect("numbers do not end before names do")
    }

    /// Takes an archive and its description away, so that a crash leaves both or neither.
    pub(super) fn remove(&self, name: &str) -> Result<()> {
        files::rename(&self.archive(name), &self.hidden(name))?;
        files::sync_folder(&self.path)?;
        self.discard(name)
    }

    /// Removes what has an archive's hidden name, and the description.
    pub(super) fn discard(&self, name: &str) -> Result<()> {
        files::remove(&self.description(name))?;
        files::remove(&self.hidden(name))?;
        files::sync_folder(&self.path)
    }

    fn sweep(&self) -> Result<()> {
        for name in names(&self.path)? {
            let Some(whole) = name.strip_prefix('.').and_then(|name| name.strip_suffix(".new")) else { continue };
            if backup::description_of(whole).is_some() && !self.archive(whole).exists() {
                self.discard(whole)?;
            } else if whole.starts_with(backup::ARCHIVE_BEGINNING) {
                files::remove(&self.path.join(&name))?;
            }
        }
        Ok(())
    }
}

/// Returns the archives of a folder, oldest first, with those of which only the description is left.
pub(super) fn archives(path: &Path) -> Result<Vec<Named>> {
    let mut found: Vec<String> = names(path)?
        .into_iter()
        .filter_map(|name| match name.strip_suffix(DESCRIPTION_ENDING) {
            Some(stem) => Some(format!("{stem}{ARCHIVE_ENDING}")),
            None => Some(name),
        })
        .filter(|name| backup::description_of(name).is_some())
        .collect();
    found.sort_by(|one, other| age(one).cmp(&age(other)));
    found.dedup();
    found.into_iter().map(|name| named(path, name)).collect()
}

fn named(path: &Path, name: String) -> Result<Named> {
    let archive = path.join(&name);
    let bytes = match std::fs::symlink_metadata(&archive) {
        Ok(facts) if facts.is_file() => Some(facts.len()),
        Ok(_) => None,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(failure::io("opening", &archive, error)),
    };
    let says = described(path, &name).map(|description| Says {
        created_at: description.created_at,
        fingerprint: description.fingerprint,
        recipients: description.recipients,
        derived: description.derived,
        bytes: description.bytes,
        sha256: description.sha256,
        originals: description.originals.len(),
    });
    Ok(Named { name, bytes, says })
}

/// Reads an archive's description; `None` when there is none, or none that this version can read.
pub(super) fn described(path: &Path, name: &str) -> Option<Description> {
    let text = std::fs::read(beside(path, name)).ok()?;
    let description: Description = serde_json::from_slice(&text).ok()?;
    (description.format <= backup::FORMAT).then_some(description)
}

fn beside(path: &Path, name: &str) -> PathBuf {
    path.join(backup::description_of(name).unwrap_or_default())
}

/// Orders names by their instant, and those of the same second by their number.
fn age(name: &str) -> (&str, u32) {
    let stem = name.strip_suffix(ARCHIVE_ENDING).unwrap_or(name);
    let (instant, number) = stem.split_once('Z').unwrap_or((stem, ""));
    (instant, number.strip_prefix('-').and_then(|number| number.parse().ok()).unwrap_or(1))
}

fn names(path: &Path) -> Result<Vec<String>> {
    let items = std::fs::read_dir(path).map_err(|error| failure::io("reading", path, error))?;
    let names = items.map(|item| item.map(|item| item.file_name().into_string().ok()));
    let names = names.filter_map(std::io::Result::transpose);
    names.collect::<std::io::Result<_>>().map_err(|error| failure::io("reading", path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "2026-11-22T12:15:00Z";

    fn folder() -> (tempfile::TempDir, Folder) {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::take(&home.path().join("backups")).unwrap();
        (home, folder)
    }

    #[test]
    fn archives_of_the_same_second_are_told_apart_and_stay_in_their_order() {
        let (_home, folder) = folder();

        for _ in 0..11 {
            std::fs::write(folder.archive(&folder.free_name(AT)), "").unwrap();
        }
        std::fs::write(folder.archive(&folder.free_name("2026-11-22T12:14:59Z")), "").unwrap();

        let names: Vec<String> = archives(folder.path()).unwrap().into_iter().map(|found| found.name).collect();
        let stems = ["121459Z", "121500Z", "121500Z-2", "121500Z-3"];
        assert_eq!(names[..4], stems.map(|stem| format!("journal-2026-11-22T{stem}.tar.age")));
        assert_eq!(names[11], "journal-2026-11-22T121500Z-11.tar.age");
    }

    #[test]
    fn an_archive_that_is_taken_away_goes_with_its_description_whenever_the_power_goes() {
        let (home, folder) = folder();
        let name = folder.free_name(AT);
        let begin = || {
            std::fs::write(folder.archive(&name), "sealed").unwrap();
            std::fs::write(folder.description(&name), "{}").unwrap();
        };

        begin();
        folder.remove(&name).unwrap();
        assert!(archives(folder.path()).unwrap().is_empty());
        begin();
        files::rename(&folder.archive(&name), &folder.hidden(&name)).unwrap();
        drop(folder);

        let folder = Folder::take(&home.path().join("backups")).unwrap();

        assert_eq!(names(folder.path()).unwrap(), [LOCK]);
    }

    #[test]
    fn a_folder_is_taken_by_one_at_a_time() {
        let (home, folder) = folder();
        let path = home.path().join("backups");

        assert_eq!(Folder::take(&path).map(drop).unwrap_err().kind(), Kind::Limited);
        drop(folder);
        assert!(Folder::take(&path).is_ok());
    }
}
