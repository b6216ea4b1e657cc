//! Reads an archive from its first byte to its last: the parts that its manifest promises, in their order, and nothing else.

use std::fs::File;
use std::io::Read;
use std::io::Write;
use std::path::Path;

use tar::Archive;
use tar::Entries;
use tar::EntryType;

use crate::backup::source::MOST_TEXT;
use crate::backup::source::Settings;
use crate::backup::source::Source;
use crate::backup::source::parse;
use crate::backup::source::parse_part;
use crate::error::Error;
use crate::error::Result;
use crate::model::backup::ACCOUNTS;
use crate::model::backup::KEYS;
use crate::model::backup::Keys;
use crate::model::backup::MANIFEST;
use crate::model::backup::Manifest;
use crate::model::backup::Part;
use crate::model::backup::SETTINGS;
use crate::model::backup::notebook_part;
use crate::model::id::NotebookId;
use crate::storage::failure;
use crate::storage::files;
use crate::storage::hashed;

/// What an archive holds beside its databases. The keys are in memory only.
pub(super) struct Contents {
    pub(super) manifest: Manifest,
    pub(super) keys: Keys,
    pub(super) settings: Settings,
}

/// Decides whether a notebook is wanted, once everything before the notebooks was read.
pub(super) type Wanted<'a> = &'a mut dyn FnMut(&Contents, NotebookId) -> Result<bool>;

/// Reads the manifest alone.
///
/// # Errors
/// `Unauthenticated` for identities that do not open it; `Conflict` for another version's or a damaged archive.
pub(super) fn manifest(source: &Source) -> Result<Manifest> {
    let mut archive = Archive::new(source.open()?);
    let mut parts = archive.entries().map_err(|error| damaged(&error))?.raw(true);
    read_manifest(&mut parts)
}

/// Reads the whole archive and puts its databases into a folder, as a data directory has them.
///
/// `progress` is told bytes of databases done and all of them. Files are private and durable.
///
/// # Errors
/// As [`manifest`]; `Conflict` for a part that is missing, too much, out of order or not as it was written.
pub(super) fn unpack(source: &Source, to: &Path, wanted: Wanted<'_>, progress: &dyn Fn(u64, u64)) -> Result<Contents> {
    let mut archive = Archive::new(source.open()?);
    let mut parts = archive.entries().map_err(|error| damaged(&error))?.raw(true);
    let manifest = read_manifest(&mut parts)?;
    let keys = parse_part(KEYS, &text(&mut parts, KEYS)?)?;
    let settings = parse_part(SETTINGS, &text(&mut parts, SETTINGS)?)?;
    let contents = Contents { manifest, keys, settings };
    let all = contents.manifest.accounts.bytes
        + contents.manifest.notebooks.iter().map(|notebook| notebook.part.bytes).sum::<u64>();
    let mut done = 0;
    let mut count = |bytes: u64| {
        done += bytes;
        progress(done, all);
    };
    database(&mut parts, &contents.manifest.accounts, Some(&to.join(ACCOUNTS)), &mut count)?;
    for notebook in &contents.manifest.notebooks {
        let place = if wanted(&contents, notebook.id)? {
            let path = to.join(notebook_part(notebook.id));
            files::make_folder(path.parent().unwrap_or(to))?;
            Some(path)
        } else {
            None
        };
        database(&mut parts, &notebook.part, place.as_deref(), &mut count)?;
    }
    match parts.next() {
        None => {}
        Some(Ok(_)) => return Err(foreign("it holds more than its manifest names")),
        Some(Err(error)) => return Err(damaged(&error)),
    }
    drain(archive.into_inner())?;
    Ok(contents)
}

fn read_manifest<R: Read>(parts: &mut Entries<'_, R>) -> Result<Manifest> {
    let manifest: Manifest = parse("the archive", &text(parts, MANIFEST)?)?;
    let ordered = manifest.notebooks.windows(2).all(|pair| pair[0].id < pair[1].id);
    let named = manifest.notebooks.iter().all(|notebook| notebook.part.name == notebook_part(notebook.id));
    if manifest.accounts.name != ACCOUNTS || !ordered || !named {
        return Err(foreign("its manifest names its parts in another way"));
    }
    Ok(manifest)
}

/// Returns the next part, which has to be a plain file of that name.
fn next<'a, R: Read>(parts: &mut Entries<'a, R>, name: &str) -> Result<tar::Entry<'a, R>> {
    let part = match parts.next() {
        Some(part) => part.map_err(|error| damaged(&error))?,
        None => return Err(foreign(&format!("{name} is missing"))),
    };
    if part.header().entry_type() != EntryType::Regular || part.header().path_bytes().as_ref() != name.as_bytes() {
        return Err(foreign(&format!("something else is where {name} should be")));
    }
    Ok(part)
}

fn text<R: Read>(parts: &mut Entries<'_, R>, name: &str) -> Result<zeroize::Zeroizing<Vec<u8>>> {
    let mut part = next(parts, name)?;
    if part.size() > MOST_TEXT {
        return Err(foreign(&format!("{name} is too large")));
    }
    let size = part.size();
    // Its whole size at once: a buffer that grows would leave copies of keys behind.
    let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(usize::try_from(size).unwrap_or(0)));
    part.read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
    if bytes.len() as u64 == size { Ok(bytes) } else { Err(foreign(&format!("{name} is cut short"))) }
}

fn database<R: Read>(
    parts: &mut Entries<'_, R>,
    promised: &Part,
    to: Option<&Path>,
    count: &mut dyn FnMut(u64),
) -> Result<()> {
    let part = next(parts, &promised.name)?;
    if part.size() != promised.bytes {
        return Err(foreign(&format!("{} has another size than its manifest says", promised.name)));
    }
    let mut file: Option<(File, &Path)> =
        to.map(|path| Ok::<_, Error>((files::create_new(path)?, path))).transpose()?;
    let sum = hashed::each(
        part,
        |error| damaged(&error),
        |piece| {
            if let Some((file, path)) = &mut file {
                file.write_all(piece).map_err(|error| failure::io("writing", path, error))?;
            }
            count(piece.len() as u64);
            Ok(())
        },
    )?;
    if sum.bytes != promised.bytes || sum.sha256 != promised.sha256 {
        return Err(foreign(&format!("{} is not what its manifest says", promised.name)));
    }
    match file {
        Some((file, path)) => file.sync_all().map_err(|error| failure::io("syncing", path, error)),
        None => Ok(()),
    }
}

/// Reads on to the end, where age says whether the file is whole: after the parts there is nothing but padding.
fn drain(rest: impl Read) -> Result<()> {
    hashed::pieces(
        rest,
        |error| damaged(&error),
        |piece| {
            if piece.iter().all(|byte| *byte == 0) { Ok(()) } else { Err(foreign("something follows its parts")) }
        },
    )
}

fn foreign(why: &str) -> Error {
    Error::conflict(format!("this is no archive of journal's: {why}"))
        .hint("check that `journal backup create` wrote it, and take another copy or another backup")
}

fn damaged(error: &std::io::Error) -> Error {
    Error::conflict("the archive is damaged or cut short")
        .hint("take another copy or another backup")
        .caused_by(error.to_string())
}
