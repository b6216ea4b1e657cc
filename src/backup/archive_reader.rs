//! Archive reader: accepts exactly the parts that the manifest lists, in that order, with their sizes and hashes.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use tar::{Archive, Entries, EntryType};

use crate::backup::report::total_database_bytes;
use crate::backup::source::{ArchivedSettings, BackupSource, MAX_PART_BYTES, parse_part, parse_versioned};
use crate::domain::backup::{
    ACCOUNTS_FILE, BackupKeys, BackupManifest, DatabasePart, KEYS_FILE, MANIFEST_FILE, SETTINGS_FILE, notebook_file,
};
use crate::domain::id::NotebookId;
use crate::error::{Error, Result};
use crate::storage::{files, hashing_io, io_error};

/// Archive content other than the databases. The keys are never written to disk.
pub(super) struct ArchiveContents {
    pub(super) manifest: BackupManifest,
    pub(super) keys: BackupKeys,
    pub(super) settings: ArchivedSettings,
}

/// Selects the notebooks to extract; called after the accounts database was read.
pub(super) type NotebookFilter<'a> = &'a mut dyn FnMut(&ArchiveContents, NotebookId) -> Result<bool>;

/// Reads only the manifest.
///
/// # Errors
/// `Unauthenticated` if no identity decrypts the archive; `Conflict` if it is damaged or from a newer version.
pub(super) fn load_manifest(source: &BackupSource) -> Result<BackupManifest> {
    let mut archive = Archive::new(source.open()?);
    let mut parts = archive.entries().map_err(|error| damaged_archive_error(&error))?.raw(true);
    read_manifest(&mut parts)
}

/// Reads the whole archive and extracts its databases to `to`, in the layout of a data directory.
///
/// `progress` gets the database bytes done and their total. Files are private and synced to disk.
///
/// # Errors
/// As [`load_manifest`]; `Conflict` for a part that is missing, unexpected, out of order, or of another size or hash.
pub(super) fn unpack(
    source: &BackupSource,
    to: &Path,
    wanted: NotebookFilter<'_>,
    progress: &dyn Fn(u64, u64),
) -> Result<ArchiveContents> {
    let mut archive = Archive::new(source.open()?);
    let mut parts = archive.entries().map_err(|error| damaged_archive_error(&error))?.raw(true);
    let manifest = read_manifest(&mut parts)?;
    let keys = parse_part(KEYS_FILE, &read_part(&mut parts, KEYS_FILE)?)?;
    let settings = parse_part(SETTINGS_FILE, &read_part(&mut parts, SETTINGS_FILE)?)?;
    let contents = ArchiveContents { manifest, keys, settings };
    let all = total_database_bytes(&contents.manifest);
    let mut done = 0;
    let mut count = |bytes: u64| {
        done += bytes;
        progress(done, all);
    };
    extract_database(&mut parts, &contents.manifest.accounts, Some(&to.join(ACCOUNTS_FILE)), &mut count)?;
    for notebook in &contents.manifest.notebooks {
        let place = if wanted(&contents, notebook.id)? {
            let path = to.join(notebook_file(notebook.id));
            files::create_private_dir(path.parent().unwrap_or(to))?;
            Some(path)
        } else {
            None
        };
        extract_database(&mut parts, &notebook.part, place.as_deref(), &mut count)?;
    }
    match parts.next() {
        None => {}
        Some(Ok(_)) => return Err(invalid_archive_error("it contains a part that its manifest does not list")),
        Some(Err(error)) => return Err(damaged_archive_error(&error)),
    }
    check_padding(archive.into_inner())?;
    Ok(contents)
}

fn read_manifest<R: Read>(parts: &mut Entries<'_, R>) -> Result<BackupManifest> {
    let manifest: BackupManifest = parse_versioned("the archive", &read_part(parts, MANIFEST_FILE)?)?;
    let ordered = manifest.notebooks.windows(2).all(|pair| pair[0].id < pair[1].id);
    let named = manifest.notebooks.iter().all(|notebook| notebook.part.name == notebook_file(notebook.id));
    if manifest.accounts.name != ACCOUNTS_FILE || !ordered || !named {
        return Err(invalid_archive_error("its manifest does not use the expected part names or order"));
    }
    Ok(manifest)
}

/// Returns the next part, which must be a regular file with this name.
fn next_part<'a, R: Read>(parts: &mut Entries<'a, R>, name: &str) -> Result<tar::Entry<'a, R>> {
    let part = match parts.next() {
        Some(part) => part.map_err(|error| damaged_archive_error(&error))?,
        None => return Err(invalid_archive_error(&format!("{name} is missing"))),
    };
    if part.header().entry_type() != EntryType::Regular || part.header().path_bytes().as_ref() != name.as_bytes() {
        return Err(invalid_archive_error(&format!("expected {name}, found another part")));
    }
    Ok(part)
}

fn read_part<R: Read>(parts: &mut Entries<'_, R>, name: &str) -> Result<zeroize::Zeroizing<Vec<u8>>> {
    let mut part = next_part(parts, name)?;
    if part.size() > MAX_PART_BYTES {
        return Err(invalid_archive_error(&format!("{name} is too large")));
    }
    let size = part.size();
    // Allocated at full size: a growing buffer would leave copies of the keys in freed memory.
    let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(usize::try_from(size).unwrap_or(0)));
    part.read_to_end(&mut bytes).map_err(|error| damaged_archive_error(&error))?;
    if bytes.len() as u64 == size { Ok(bytes) } else { Err(invalid_archive_error(&format!("{name} is truncated"))) }
}

fn extract_database<R: Read>(
    parts: &mut Entries<'_, R>,
    promised: &DatabasePart,
    to: Option<&Path>,
    count: &mut dyn FnMut(u64),
) -> Result<()> {
    let part = next_part(parts, &promised.name)?;
    if part.size() != promised.bytes {
        return Err(invalid_archive_error(&format!("the size of {} differs from its manifest", promised.name)));
    }
    let mut file: Option<(File, &Path)> =
        to.map(|path| Ok::<_, Error>((files::create_new(path)?, path))).transpose()?;
    let sum = hashing_io::hash_blocks(
        part,
        |error| damaged_archive_error(&error),
        |piece| {
            if let Some((file, path)) = &mut file {
                file.write_all(piece).map_err(|error| io_error::for_path("writing", path, error))?;
            }
            count(piece.len() as u64);
            Ok(())
        },
    )?;
    if sum.bytes != promised.bytes || sum.sha256 != promised.sha256 {
        return Err(invalid_archive_error(&format!("the hash of {} differs from its manifest", promised.name)));
    }
    match file {
        Some((file, path)) => file.sync_all().map_err(|error| io_error::for_path("syncing", path, error)),
        None => Ok(()),
    }
}

/// Reads the zero padding up to the end of the stream, where age authenticates that the file is complete.
fn check_padding(rest: impl Read) -> Result<()> {
    hashing_io::for_each_block(
        rest,
        |error| damaged_archive_error(&error),
        |piece| {
            if piece.iter().all(|byte| *byte == 0) {
                Ok(())
            } else {
                Err(invalid_archive_error("there is data after its last part"))
            }
        },
    )
}

fn invalid_archive_error(why: &str) -> Error {
    Error::conflict(format!("this is not a valid journal archive: {why}"))
        .hint("check that `journal backup create` wrote it, or use another copy or another backup")
}

fn damaged_archive_error(error: &std::io::Error) -> Error {
    Error::conflict("the archive is damaged or truncated")
        .hint("use another copy or another backup")
        .caused_by(error.to_string())
}
