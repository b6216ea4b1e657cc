//! jrnl import: the JSON export or the text format.

mod entry;
mod text_format;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::app::context::Ctx;
use crate::domain::entry_date;
use crate::error::{Error, Result};
use crate::import_export::batch_importer::{self, BatchImporter};
use crate::import_export::jrnl::entry::{ParsedEntry, add_entry, encrypted_error};
use crate::import_export::json_stream;
use crate::import_export::report::ImportReport;
use crate::services::ingest::ChangePolicy;
use crate::storage::io_error;

/// Prefix of an encrypted journal: a Base64 Fernet token (version 0x80, timestamp with leading zeros).
const FERNET_PREFIX: &[u8] = b"gAAAAA";

/// Entry of the JSON export; other fields are ignored.
#[derive(Deserialize)]
struct JrnlEntry {
    #[serde(default)]
    title: String,
    #[serde(default)]
    body: String,
    date: String,
    #[serde(default)]
    time: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    starred: bool,
}

/// Imports every entry of a file on its own date.
///
/// Tags lose their prefix character; a star becomes the tag `starred`. An entry has the same identity in both formats.
///
/// # Errors
/// `Invalid` if it is not a jrnl journal, and for an encrypted one. Errors of single entries are in the report.
pub async fn import(
    ctx: &Ctx,
    path: &Path,
    options: (bool, ChangePolicy),
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<ImportReport> {
    let facts = std::fs::metadata(path).map_err(|error| io_error::for_path("opening", path, error))?;
    if !facts.is_file() {
        return Err(Error::invalid(format!("{} is not a file", path.display()))
            .hint("`jrnl --export json > FILE` writes one, also for a folder journal"));
    }
    let file = File::open(path).map_err(|error| io_error::for_path("opening", path, error))?;
    let mut from = BufReader::with_capacity(64 * 1024, file);
    let head = from.fill_buf().map_err(|error| io_error::for_path("reading", path, error))?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if head.trim_ascii_start().is_empty() {
        return Err(Error::invalid("the file is empty").hint("`jrnl --export json > FILE` writes one"));
    }
    if head.starts_with(FERNET_PREFIX) {
        return Err(encrypted_error());
    }
    let is_json = head.trim_ascii_start().starts_with(b"{");
    let total = facts.len();
    batch_importer::import_entries(ctx, options, progress, move |taking| {
        if is_json { import_json(from, taking) } else { text_format::import_text(from, total, taking) }
    })
    .await
}

fn import_json(from: impl std::io::Read, taking: &mut BatchImporter<'_>) -> Result<()> {
    let mut position = 0;
    let found = json_stream::for_each_entry(from, &mut |item| {
        position += 1;
        match parse_entry(&item) {
            Ok(entry) => add_entry(taking, &entry),
            Err(error) => {
                taking.reject(format!("entry {position}"), &error);
                Ok(())
            }
        }
    })?;
    if found {
        return Ok(());
    }
    Err(Error::invalid("the JSON has no `entries` list, so it is not a jrnl export")
        .hint("`jrnl --export json > FILE` writes one"))
}

fn parse_entry(item: &RawValue) -> Result<ParsedEntry> {
    let read: JrnlEntry = serde_json::from_str(item.get()).map_err(|error| {
        Error::invalid("it is not a jrnl entry").hint("`jrnl --export json > FILE` writes them").caused_by(error)
    })?;
    Ok(ParsedEntry {
        date: entry_date::parse(&read.date)?,
        time: read.time,
        title: read.title,
        body: read.body,
        tags: read.tags,
        starred: read.starred,
    })
}
