//! Entry of a jrnl journal.

use jiff::civil::Date;

use crate::app::context::Ctx;
use crate::domain::calendar::EntryMinute;
use crate::domain::text;
use crate::error::{Error, Result};
use crate::import_export::batch_importer::{BatchImporter, ImportedEntry, SourceText};
use crate::services::ingest;
use crate::storage::notebook::entries::EntryDating;

/// Origin of the date, which the journal states for every entry.
const DATE_ORIGIN: &str = "front_matter";
/// Tag for starred entries.
const STARRED: &str = "starred";

/// Entry parsed from either format.
pub(super) struct ParsedEntry {
    pub(super) date: Date,
    /// `HH:MM`, or the unparsed text of the JSON export.
    pub(super) time: String,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) tags: Vec<String>,
    pub(super) starred: bool,
}

/// Adds an entry, or reports why it is rejected.
pub(super) fn add_entry(taking: &mut BatchImporter<'_>, read: &ParsedEntry) -> Result<()> {
    let name = format!("{} {}", read.date, text::preview(&read.time, 8));
    match to_draft(taking.ctx, read) {
        Ok(draft) => taking.add_entry(ImportedEntry {
            name,
            draft,
            is_dated: true,
            note: None,
            attachments: Vec::new(),
            missing: Vec::new(),
        }),
        Err(error) => {
            taking.reject(name, &error);
            Ok(())
        }
    }
}

fn to_draft(ctx: &Ctx, read: &ParsedEntry) -> Result<ingest::EntryDraft> {
    let (title, body) = (read.title.trim(), read.body.trim());
    let raw = if body.is_empty() { title.to_owned() } else { format!("{title}\n{body}") };
    let tags = read.tags.iter().map(|tag| tag.trim_start_matches(['@', '#']).to_owned());
    let tags: Vec<String> = tags.chain(read.starred.then(|| STARRED.to_owned())).collect();
    SourceText {
        raw: &raw,
        // A short entry has only a title, which becomes its text.
        body: if body.is_empty() { title } else { body },
        title: (!title.is_empty() && !body.is_empty()).then_some(title),
        tags: &tags,
        date: read.date,
        label: &format!("import:jrnl {} {}", read.date, read.time),
        media_type: "text/plain",
        dating: EntryDating { minute: read.time.parse::<EntryMinute>().ok(), guessed: false, origin: DATE_ORIGIN },
        content: &["jrnl", &read.date.to_string(), &read.time, title, body],
        identity: Some(format!("jrnl:{} {} {title}", read.date, read.time)),
    }
    .to_draft(ctx)
}

pub(super) fn encrypted_error() -> Error {
    Error::invalid("the journal is encrypted").hint("run `jrnl --decrypt` first, or `jrnl --export json > FILE`")
}
