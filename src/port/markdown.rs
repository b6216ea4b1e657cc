//! Takes in a folder of notes: Markdown and plain text, with the photographs and recordings that they show.

mod links;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::ingest;
use crate::ingest::Dates;
use crate::ingest::Incoming;
use crate::ingest::folder;
use crate::ingest::uploads;
use crate::model::text;
use crate::port::report::LeftOut;
use crate::port::report::Report;
use crate::port::taking;
use crate::port::taking::Attachment;
use crate::port::taking::Found;
use crate::port::taking::Taking;
use crate::storage::failure;
use crate::storage::hashed;

/// Code points kept of a note's path.
const MAX_LABEL: usize = 255;

/// Takes in every note below a folder, each as an entry.
///
/// An entry's day is the one of the note's front matter (`date`, otherwise `created`), text or name, otherwise the one on
/// which the file was changed last. Files that a note shows (`![](a.jpg)`, `![[a.jpg]]`) and that lie inside of the folder
/// become originals of the entry; no provider reads them. A note whose bytes are there already is left alone.
///
/// # Errors
/// `NotFound` and `Invalid` for what is no folder, or one without notes. What is wrong with a note is in the report.
pub async fn import(ctx: &Ctx, root: &Path, dry_run: bool, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Report> {
    let facts = std::fs::metadata(root).map_err(|error| failure::io("opening", root, error))?;
    if !facts.is_dir() {
        return Err(Error::invalid(format!("{} is no folder", root.display()))
            .hint("name the folder that the notes are in; `journal ingest FILE` takes a single one"));
    }
    let root = root.canonicalize().map_err(|error| failure::io("opening", root, error))?;
    taking::take(ctx, dry_run, progress, move |taking| Notes::below(root).take(taking)).await
}

/// A folder of notes.
struct Notes {
    /// Without links in it.
    root: PathBuf,
    texts: Vec<PathBuf>,
    /// Photographs and recordings by their name, for notes that name them without a folder.
    media: BTreeMap<String, Vec<PathBuf>>,
    shown: BTreeSet<PathBuf>,
    walk: Vec<(PathBuf, Error)>,
    skipped: usize,
}

impl Notes {
    fn below(root: PathBuf) -> Self {
        let found = folder::walk(&root);
        let (media, texts): (Vec<_>, Vec<_>) =
            found.files.into_iter().partition(|path| uploads::media_type_of(path).is_some());
        let mut by_name: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        for path in media {
            by_name.entry(name_of(&path)).or_default().push(path);
        }
        Self { root, texts, media: by_name, shown: BTreeSet::new(), walk: found.errors, skipped: found.skipped }
    }

    fn take(mut self, taking: &mut Taking<'_>) -> Result<()> {
        let notes = std::mem::take(&mut self.texts);
        if notes.is_empty() && self.walk.is_empty() {
            return Err(Error::invalid("there are no .md or .txt files in the folder").hint("name another folder"));
        }
        for (path, error) in std::mem::take(&mut self.walk) {
            taking.refuse(self.shown_as(&path), &error);
        }
        let total = notes.len() as u64;
        for (path, done) in notes.into_iter().zip(1..) {
            let name = self.shown_as(&path);
            match self.note(taking.ctx, &path, &name) {
                Ok(found) => taking.entry(found)?,
                Err(error) => taking.refuse(name, &error),
            }
            taking.tell(done, total);
        }
        let media: usize = self.media.values().map(Vec::len).sum();
        taking.report.skipped = self.skipped + media.saturating_sub(self.shown.len());
        Ok(())
    }

    fn note(&mut self, ctx: &Ctx, path: &Path, name: &str) -> Result<Found> {
        let path = self.inside(path).ok_or_else(|| {
            Error::invalid("the link leads out of the folder").hint("put the file itself into the folder")
        })?;
        let unreadable = |error| Error::invalid("it cannot be read").hint("check its permissions").caused_by(error);
        let mut file = File::open(&path).map_err(unreadable)?;
        let facts = file.metadata().map_err(unreadable)?;
        if !facts.is_file() {
            return Err(Error::invalid("it is no plain file").hint("put a plain file there"));
        }
        ingest::check_size(facts.len())?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(unreadable)?;
        let incoming = Incoming { name: name_of(&path), bytes };
        let dates = Dates { stated: None, otherwise: facts.modified().ok().and_then(|at| day_of(ctx, at)) };
        let (mut draft, is_dated) = ingest::dated(ctx, &incoming, dates)?;
        for file in &mut draft.files {
            file.label = text::preview(&format!("import:{name}"), MAX_LABEL);
        }
        let (mut attachments, mut missing) = (Vec::new(), Vec::new());
        let mut taken = BTreeSet::new();
        for link in links::of(&draft.body) {
            let Some((kind, _)) = uploads::media_type_of(Path::new(&link)) else { continue };
            match self.find(&path, &link) {
                Some(target) if taken.insert(target.clone()) => {
                    self.shown.insert(target.clone());
                    attachments.push(Attachment { name: name_of(&target), kind, pieces: pieces(target), md5: None });
                }
                Some(_) => {}
                None => {
                    let message = "there is no such file inside of the folder".to_owned();
                    missing.push(LeftOut { name: name.to_owned(), file: link, message });
                }
            }
        }
        Ok(Found { name: name.to_owned(), draft, is_dated, attachments, missing })
    }

    /// Finds the file that a note shows: beside the note, from the top of the folder, or anywhere by its name alone.
    fn find(&self, note: &Path, link: &str) -> Option<PathBuf> {
        let beside = note.parent().map(|folder| folder.join(link));
        let places = beside.into_iter().chain([self.root.join(link.trim_start_matches('/'))]);
        let by_name = self.media.get(link).into_iter().flatten().cloned();
        places.chain(by_name).find_map(|place| self.inside(&place).filter(|path| path.is_file()))
    }

    /// Returns where a path leads, if that is inside of the folder.
    fn inside(&self, path: &Path) -> Option<PathBuf> {
        path.canonicalize().ok().filter(|path| path.starts_with(&self.root))
    }

    fn shown_as(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned()
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn day_of(ctx: &Ctx, at: std::time::SystemTime) -> Option<Date> {
    Timestamp::try_from(at).ok().map(|at| at.to_zoned(ctx.app.clock.zone()).date())
}

fn pieces(path: PathBuf) -> taking::Pieces {
    Box::new(move |take| {
        let unreadable = |error| Error::invalid("it cannot be read").caused_by(error);
        hashed::pieces(File::open(&path).map_err(unreadable)?, unreadable, take)
    })
}
