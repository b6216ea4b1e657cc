//! Backup repository: a private folder of archives, locked by one process at a time.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::app::state::AppState;
use crate::config::{Config, absolute_path};
use crate::domain::backup::{self, ARCHIVE_SUFFIX, BackupDescription, DESCRIPTION_SUFFIX};
use crate::error::{Error, ErrorKind, Result};
use crate::storage::{files, io_error};

/// Lock file of the repository.
const LOCK: &str = ".lock";

/// Backup repository, exclusively locked until dropped.
pub(super) struct BackupRepository {
    path: PathBuf,
    _lock: File,
}

/// Archive found in the repository by its name or by its description.
#[derive(Debug, Clone)]
pub(super) struct ArchiveName {
    /// The archive's file name.
    pub(super) name: String,
    /// Its size; `None` if the archive is missing.
    pub(super) bytes: Option<u64>,
    /// Its description; `None` if there is no readable one.
    pub(super) summary: Option<DescriptionSummary>,
}

/// Description of an archive without its list of originals, which may be long.
#[derive(Debug, Clone)]
pub(super) struct DescriptionSummary {
    pub(super) created_at: String,
    pub(super) fingerprint: String,
    pub(super) recipients: Vec<String>,
    pub(super) derived: bool,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) originals: usize,
}

impl ArchiveName {
    /// Returns true if the archive exists with the size given in its description.
    pub(super) fn size_matches(&self) -> bool {
        self.summary.as_ref().is_some_and(|says| Some(says.bytes) == self.bytes)
    }
}

/// Returns the given folder, or the configured one.
pub(super) fn configured_path<'a>(config: &'a Config, named: Option<&'a Path>) -> Result<&'a Path> {
    named
        .or(config.backup.dir.as_deref())
        .ok_or_else(|| Error::invalid("no backup folder is given").hint("name the folder, or set JOURNAL_BACKUP_DIR"))
}

/// Returns the absolute path of the given folder, or of the configured one. Creates nothing.
///
/// # Errors
/// `Conflict` for a symlink, a file, a folder with another owner or open permissions, or one inside the data directory.
pub(super) fn validate_path(app: &AppState, named: Option<&Path>) -> Result<PathBuf> {
    let path = configured_path(&app.config, named)?;
    if path.to_string_lossy().chars().any(char::is_control) {
        return Err(Error::invalid("the folder name contains a line break or another control character")
            .hint("use a folder name without control characters"));
    }
    let path = absolute_path(path)?;
    let shown = path.display();
    match std::fs::symlink_metadata(&path) {
        Ok(facts) if facts.is_symlink() => {
            return Err(Error::conflict(format!("{shown} is a symbolic link")).hint("name the folder itself"));
        }
        Ok(_) => files::check_private_dir(&path)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let parent = path.parent().unwrap_or(&path);
            if !parent.is_dir() {
                return Err(Error::new(ErrorKind::NotFound, format!("there is no folder {}", parent.display()))
                    .hint("create it, or check that the disk is mounted"));
            }
        }
        Err(error) => return Err(io_error::for_path("opening", &path, error)),
    }
    // A folder that does not exist yet is resolved through its parent.
    let real = |path: &Path| match (path.canonicalize(), path.parent(), path.file_name()) {
        (Err(_), Some(parent), Some(name)) => parent.canonicalize().map(|parent| parent.join(name)),
        (real, _, _) => real,
    };
    let (inside, outside) = (real(&path), app.store.data.root().canonicalize());
    if inside.is_ok_and(|inside| outside.is_ok_and(|outside| inside.starts_with(outside))) {
        return Err(Error::conflict(format!("{shown} is inside the data directory"))
            .hint("name a folder outside it, preferably on another disk"));
    }
    Ok(path)
}

impl BackupRepository {
    /// Opens and locks a folder that was [`validate_path`]; creates it if necessary, removes files of interrupted runs.
    ///
    /// # Errors
    /// `Limited` while another process holds the lock.
    pub(super) fn open_locked(path: &Path) -> Result<Self> {
        if !path.exists() {
            files::create_private_dir(path)?;
            files::sync_parent(path)?;
        }
        files::check_private_dir(path)?;
        let lock = files::try_lock_exclusive(&path.join(LOCK))?.ok_or_else(|| {
            Error::new(ErrorKind::Limited, format!("another process is working on the backups in {}", path.display()))
                .hint("run the command again when it has finished")
        })?;
        let folder = Self { path: path.to_owned(), _lock: lock };
        folder.remove_leftovers()?;
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn archive_path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Returns the temporary path of an archive while it is written or removed. Such files are deleted, with their
    /// description, when the repository is opened.
    pub(super) fn temp_path(&self, name: &str) -> PathBuf {
        self.path.join(format!(".{name}.new"))
    }

    pub(super) fn description_path(&self, name: &str) -> PathBuf {
        description_path(&self.path, name)
    }

    /// Returns an unused name for an archive started at `at`, `YYYY-MM-DDTHH:MM:SSZ`.
    pub(super) fn free_name(&self, at: &str) -> String {
        let stem = format!("{}{}", backup::ARCHIVE_PREFIX, at.replace(':', ""));
        let names = std::iter::once(stem.clone()).chain((2_u32..).map(|number| format!("{stem}-{number}")));
        let mut names = names.map(|stem| stem + ARCHIVE_SUFFIX);
        let taken = |name: &String| self.archive_path(name).exists() || self.description_path(name).exists();
        names.find(|name| !taken(name)).expect("fewer archives than u32 numbers")
    }

    /// Removes an archive and its description; after a crash the next run completes the removal.
    pub(super) fn remove(&self, name: &str) -> Result<()> {
        files::rename(&self.archive_path(name), &self.temp_path(name))?;
        files::sync_dir(&self.path)?;
        self.discard(name)
    }

    /// Removes an archive's temporary file and its description.
    pub(super) fn discard(&self, name: &str) -> Result<()> {
        files::remove_if_exists(&self.description_path(name))?;
        files::remove_if_exists(&self.temp_path(name))?;
        files::sync_dir(&self.path)
    }

    fn remove_leftovers(&self) -> Result<()> {
        for name in file_names(&self.path)? {
            let Some(whole) = name.strip_prefix('.').and_then(|name| name.strip_suffix(".new")) else { continue };
            if backup::description_file(whole).is_some() && !self.archive_path(whole).exists() {
                self.discard(whole)?;
            } else if whole.starts_with(backup::ARCHIVE_PREFIX) {
                files::remove_if_exists(&self.path.join(&name))?;
            }
        }
        Ok(())
    }
}

/// Returns the archives of a folder, oldest first, including those with only a description.
pub(super) fn archives(path: &Path) -> Result<Vec<ArchiveName>> {
    let mut found: Vec<String> = file_names(path)?
        .into_iter()
        .map(|name| match name.strip_suffix(DESCRIPTION_SUFFIX) {
            Some(stem) => format!("{stem}{ARCHIVE_SUFFIX}"),
            None => name,
        })
        .filter(|name| backup::description_file(name).is_some())
        .collect();
    found.sort_by(|one, other| sort_key(one).cmp(&sort_key(other)));
    found.dedup();
    found.into_iter().map(|name| read_archive_info(path, name)).collect()
}

fn read_archive_info(path: &Path, name: String) -> Result<ArchiveName> {
    let archive = path.join(&name);
    let bytes = match std::fs::symlink_metadata(&archive) {
        Ok(facts) if facts.is_file() => Some(facts.len()),
        Ok(_) => None,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(io_error::for_path("opening", &archive, error)),
    };
    let says = read_description(path, &name).map(|description| DescriptionSummary {
        created_at: description.created_at,
        fingerprint: description.fingerprint,
        recipients: description.recipients,
        derived: description.derived,
        bytes: description.bytes,
        sha256: description.sha256,
        originals: description.originals.len(),
    });
    Ok(ArchiveName { name, bytes, summary: says })
}

/// Reads an archive's description; `None` if there is none or this version cannot read it.
pub(super) fn read_description(path: &Path, name: &str) -> Option<BackupDescription> {
    let text = std::fs::read(description_path(path, name)).ok()?;
    let description: BackupDescription = serde_json::from_slice(&text).ok()?;
    (description.format <= backup::FORMAT_VERSION).then_some(description)
}

fn description_path(path: &Path, name: &str) -> PathBuf {
    path.join(backup::description_file(name).unwrap_or_default())
}

/// Sort key of an archive name: its instant, then its number within the same second.
fn sort_key(name: &str) -> (&str, u32) {
    let stem = name.strip_suffix(ARCHIVE_SUFFIX).unwrap_or(name);
    let (instant, number) = stem.split_once('Z').unwrap_or((stem, ""));
    (instant, number.strip_prefix('-').and_then(|number| number.parse().ok()).unwrap_or(1))
}

fn file_names(path: &Path) -> Result<Vec<String>> {
    let items = std::fs::read_dir(path).map_err(|error| io_error::for_path("reading", path, error))?;
    let names = items.map(|item| item.map(|item| item.file_name().into_string().ok()));
    let names = names.filter_map(std::io::Result::transpose);
    names.collect::<std::io::Result<_>>().map_err(|error| io_error::for_path("reading", path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "2026-11-22T12:15:00Z";

    fn folder() -> (tempfile::TempDir, BackupRepository) {
        let home = tempfile::tempdir().unwrap();
        let folder = BackupRepository::open_locked(&home.path().join("backups")).unwrap();
        (home, folder)
    }

    #[test]
    fn archives_of_the_same_second_get_ordered_numbers() {
        let (_home, folder) = folder();

        for _ in 0..11 {
            std::fs::write(folder.archive_path(&folder.free_name(AT)), "").unwrap();
        }
        std::fs::write(folder.archive_path(&folder.free_name("2026-11-22T12:14:59Z")), "").unwrap();

        let names: Vec<String> = archives(folder.path()).unwrap().into_iter().map(|found| found.name).collect();
        let stems = ["121459Z", "121500Z", "121500Z-2", "121500Z-3"];
        assert_eq!(names[..4], stems.map(|stem| format!("journal-2026-11-22T{stem}.tar.age")));
        assert_eq!(names[11], "journal-2026-11-22T121500Z-11.tar.age");
    }

    #[test]
    fn an_interrupted_removal_is_completed_by_the_next_run() {
        let (home, folder) = folder();
        let name = folder.free_name(AT);
        let begin = || {
            std::fs::write(folder.archive_path(&name), "sealed").unwrap();
            std::fs::write(folder.description_path(&name), "{}").unwrap();
        };

        begin();
        folder.remove(&name).unwrap();
        assert!(archives(folder.path()).unwrap().is_empty());
        begin();
        files::rename(&folder.archive_path(&name), &folder.temp_path(&name)).unwrap();
        drop(folder);

        let folder = BackupRepository::open_locked(&home.path().join("backups")).unwrap();

        assert_eq!(file_names(folder.path()).unwrap(), [LOCK]);
    }

    #[test]
    fn a_repository_is_locked_by_one_process_at_a_time() {
        let (home, folder) = folder();
        let path = home.path().join("backups");

        assert_eq!(BackupRepository::open_locked(&path).map(drop).unwrap_err().kind(), ErrorKind::Limited);
        drop(folder);
        assert!(BackupRepository::open_locked(&path).is_ok());
    }
}
