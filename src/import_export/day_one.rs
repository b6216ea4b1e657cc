//! Day One import: a ZIP with `Journal.json` and photographs, as Day One's JSON export writes it.

mod archive;
mod entry;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use serde_json::value::RawValue;

use crate::app::context::Ctx;
use crate::error::{Error, Result};
use crate::import_export::batch_importer::{self, BatchImporter, EntryAttachment, ImportedEntry};
use crate::import_export::day_one::archive::DayOneArchive;
use crate::import_export::day_one::entry::{ConvertedEntry, DayOneEntry};
use crate::import_export::json_stream;
use crate::import_export::report::{ImportReport, SkippedAttachment};
use crate::services::ingest::{ChangePolicy, uploads};
use crate::storage::io_error;

/// Imports every entry of every journal in the archive, dated in the entry's own time zone.
///
/// Photographs and recordings become originals of their entry; videos and other files are only counted. Place and
/// weather become the last line of the text. Links to attachments are removed from the text; `raw_text` keeps them.
///
/// # Errors
/// `Invalid` if it is not a Day One archive. Errors of single entries and photographs are in the report.
pub async fn import(
    ctx: &Ctx,
    path: &Path,
    options: (bool, ChangePolicy),
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<ImportReport> {
    let facts = std::fs::metadata(path).map_err(|error| io_error::for_path("opening", path, error))?;
    if !facts.is_file() {
        return Err(Error::invalid(format!("{} is not a file", path.display()))
            .hint("name the .zip that Day One wrote; an unpacked folder must be zipped again"));
    }
    let path = path.to_owned();
    batch_importer::import_entries(ctx, options, progress, move |taking| {
        let documents = DayOneArchive::open(&path)?;
        let media = Rc::new(RefCell::new(DayOneArchive::open(&path)?));
        DayOneImporter { media, position: 0 }.import_all(documents, taking)
    })
    .await
}

struct DayOneImporter {
    media: Rc<RefCell<DayOneArchive>>,
    position: u64,
}

impl DayOneImporter {
    fn import_all(mut self, mut documents: DayOneArchive, taking: &mut BatchImporter<'_>) -> Result<()> {
        let names = documents.journals();
        let mut any = false;
        for index in names {
            any |= documents.read_document(index, |from| {
                json_stream::for_each_entry(from, &mut |item| self.import_entry(&item, taking))
            })?;
        }
        if any {
            return Ok(());
        }
        Err(Error::invalid("the archive contains no journal")
            .hint("export from Day One as JSON, and name the .zip that it wrote"))
    }

    fn import_entry(&mut self, item: &RawValue, taking: &mut BatchImporter<'_>) -> Result<()> {
        self.position += 1;
        let unnamed = format!("entry {}", self.position);
        let entry: DayOneEntry = match serde_json::from_str(item.get()) {
            Ok(entry) => entry,
            Err(error) => {
                let error = Error::invalid("it is not a Day One entry").hint("export it again").caused_by(error);
                taking.reject(unnamed, &error);
                return Ok(());
            }
        };
        let name = entry.name();
        match entry.convert(taking.ctx) {
            Ok(read) => {
                let (attachments, missing) = self.attachments(&entry, &name);
                let (before, kept) = (taking.report.taken, read.kept);
                let ConvertedEntry { draft, is_dated, .. } = read;
                taking.add_entry(ImportedEntry { name, draft, is_dated, note: None, attachments, missing })?;
                if taking.report.taken > before {
                    add_counts(&mut taking.report.kept_as_text, &kept);
                    add_counts(&mut taking.report.not_kept, &entry.unsupported_counts());
                }
            }
            Err(error) => taking.reject(name, &error),
        }
        Ok(())
    }

    fn attachments(&self, entry: &DayOneEntry, name: &str) -> (Vec<EntryAttachment>, Vec<SkippedAttachment>) {
        let (mut attachments, mut missing) = (Vec::new(), Vec::new());
        for shown in entry.attachments() {
            let found = self.media.borrow().find_media(&shown.md5);
            let kind = found.as_ref().and_then(|(_, file)| uploads::media_type_of(Path::new(file)));
            if let (Some((index, file)), Some((kind, _))) = (found, kind) {
                let media = self.media.clone();
                let pieces: batch_importer::ChunkReader =
                    Box::new(move |take| media.borrow_mut().read_chunks(index, take));
                attachments.push(EntryAttachment { name: file, kind, read_chunks: pieces, md5: Some(shown.md5) });
            } else {
                let message = "the archive does not contain the file, or its type is not supported".to_owned();
                missing.push(SkippedAttachment { name: name.to_owned(), file: shown.md5, message });
            }
        }
        (attachments, missing)
    }
}

fn add_counts(counts: &mut BTreeMap<&'static str, usize>, more: &[(&'static str, usize)]) {
    for &(what, times) in more.iter().filter(|(_, times)| *times > 0) {
        *counts.entry(what).or_default() += times;
    }
}
