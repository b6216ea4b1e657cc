//! Takes in what Day One exports as JSON: a ZIP with `Journal.json` and the photographs.

mod archive;
mod entry;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use serde_json::value::RawValue;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::ingest::uploads;
use crate::port::day_one::archive::Archive;
use crate::port::day_one::entry::Entry;
use crate::port::report::LeftOut;
use crate::port::report::Report;
use crate::port::stream;
use crate::port::taking;
use crate::port::taking::Attachment;
use crate::port::taking::Found;
use crate::port::taking::Taking;
use crate::storage::failure;

/// Takes in every entry of every journal in the archive, on the day that it was where it was written.
///
/// Photographs and recordings become originals of their entry; videos and other files do not, and are counted. Place and
/// weather become the last line of the text. Links to what was shown are cut out of the text; `raw_text` keeps them.
///
/// # Errors
/// `Invalid` for what is no such archive. What is wrong with an entry or a photograph is in the report.
pub async fn import(ctx: &Ctx, path: &Path, dry_run: bool, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Report> {
    let facts = std::fs::metadata(path).map_err(|error| failure::io("opening", path, error))?;
    if !facts.is_file() {
        return Err(Error::invalid(format!("{} is no file", path.display()))
            .hint("name the .zip that Day One wrote; a folder that was unpacked has to be packed again"));
    }
    let path = path.to_owned();
    taking::take(ctx, dry_run, progress, move |taking| {
        let documents = Archive::open(&path)?;
        let media = Rc::new(RefCell::new(Archive::open(&path)?));
        Journals { media, position: 0 }.take(documents, taking)
    })
    .await
}

struct Journals {
    media: Rc<RefCell<Archive>>,
    position: u64,
}

impl Journals {
    fn take(mut self, mut documents: Archive, taking: &mut Taking<'_>) -> Result<()> {
        let names = documents.journals();
        let mut any = false;
        for index in names {
            any |= documents.read(index, |from| stream::entries(from, &mut |item| self.item(&item, taking)))?;
        }
        if any {
            return Ok(());
        }
        Err(Error::invalid("there is no journal in the archive")
            .hint("export from Day One as JSON, and name the .zip that it wrote"))
    }

    fn item(&mut self, item: &RawValue, taking: &mut Taking<'_>) -> Result<()> {
        self.position += 1;
        let unnamed = format!("entry {}", self.position);
        let entry: Entry = match serde_json::from_str(item.get()) {
            Ok(entry) => entry,
            Err(error) => {
                let error = Error::invalid("it is no entry of Day One").hint("export it again").caused_by(error);
                taking.refuse(unnamed, &error);
                return Ok(());
            }
        };
        let name = entry.name();
        match entry.read(taking.ctx) {
            Ok(read) => {
                let attachments = self.attachments(&entry, &name, taking);
                let before = taking.report.taken;
                taking.entry(Found { name: name.clone(), draft: read.draft, is_dated: read.is_dated, attachments })?;
                if taking.report.taken > before {
                    count(&mut taking.report.kept_as_text, &read.kept);
                    count(&mut taking.report.not_kept, &entry.not_kept());
                }
            }
            Err(error) => taking.refuse(name, &error),
        }
        Ok(())
    }

    fn attachments(&self, entry: &Entry, name: &str, taking: &mut Taking<'_>) -> Vec<Attachment> {
        let mut attachments = Vec::new();
        for shown in entry.shown() {
            let found = self.media.borrow().find(&shown.md5);
            let kind = found.as_ref().and_then(|(_, file)| uploads::media_type_of(Path::new(file)));
            if let (Some((index, file)), Some((kind, _))) = (found, kind) {
                let media = self.media.clone();
                let pieces: taking::Pieces = Box::new(move |take| media.borrow_mut().pieces(index, take));
                attachments.push(Attachment { name: file, kind, pieces, md5: Some(shown.md5) });
            } else {
                let message = "the archive has no such file, or of a kind that is not taken".to_owned();
                taking.report.left_out.push(LeftOut { name: name.to_owned(), file: shown.md5, message });
            }
        }
        attachments
    }
}

fn count(counts: &mut BTreeMap<&'static str, usize>, more: &[(&'static str, usize)]) {
    for &(what, times) in more.iter().filter(|(_, times)| *times > 0) {
        *counts.entry(what).or_default() += times;
    }
}
