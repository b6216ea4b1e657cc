//! Takes in a journal of jrnl: its JSON export, or its text, as it keeps and exports it.

mod text_format;

use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::ingest;
use crate::model::day;
use crate::model::text;
use crate::port::report::Report;
use crate::port::stream;
use crate::port::taking;
use crate::port::taking::Found;
use crate::port::taking::Taking;
use crate::port::taking::Written;
use crate::storage::failure;

/// Tag of entries that were starred.
const STARRED: &str = "starred";
/// How an encrypted journal begins: a Fernet token, whose version is 0x80 and whose instant begins with zeros.
const FERNET: &[u8] = b"gAAAAA";

/// An entry of the JSON export; what else is in it does not matter.
#[derive(Deserialize)]
struct Entry {
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

/// An entry, whichever format it came in.
struct Read {
    date: Date,
    /// `HH:MM`, or what stands there.
    time: String,
    title: String,
    body: String,
    tags: Vec<String>,
    starred: bool,
}

/// Takes in every entry of a file, on its own day.
///
/// Tags lose the sign before them; a star becomes the tag `starred`. The same entry from the other format is the same entry.
///
/// # Errors
/// `Invalid` for what is no journal of jrnl, and for an encrypted one. What is wrong with an entry is in the report.
pub async fn import(ctx: &Ctx, path: &Path, dry_run: bool, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Report> {
    let facts = std::fs::metadata(path).map_err(|error| failure::io("opening", path, error))?;
    if !facts.is_file() {
        return Err(Error::invalid(format!("{} is no file", path.display()))
            .hint("`jrnl --export json > FILE` writes one, also of a journal that is a folder"));
    }
    let file = File::open(path).map_err(|error| failure::io("opening", path, error))?;
    let mut from = BufReader::with_capacity(64 * 1024, file);
    let head = from.fill_buf().map_err(|error| failure::io("reading", path, error))?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if head.trim_ascii_start().is_empty() {
        return Err(Error::invalid("the file is empty").hint("`jrnl --export json > FILE` writes one"));
    }
    if head.starts_with(FERNET) {
        return Err(encrypted());
    }
    let is_json = head.trim_ascii_start().starts_with(b"{");
    let total = facts.len();
    taking::take(ctx, dry_run, progress, move |taking| {
        if is_json { json(from, taking) } else { text_format::read(from, total, taking) }
    })
    .await
}

fn json(from: impl std::io::Read, taking: &mut Taking<'_>) -> Result<()> {
    let mut position = 0;
    let found = stream::entries(from, &mut |item| {
        position += 1;
        match entry(&item) {
            Ok(entry) => take(taking, &entry),
            Err(error) => {
                taking.refuse(format!("entry {position}"), &error);
                Ok(())
            }
        }
    })?;
    if found {
        return Ok(());
    }
    Err(Error::invalid("this JSON has no entries, so it is no export of jrnl")
        .hint("`jrnl --export json > FILE` writes one"))
}

fn entry(item: &RawValue) -> Result<Read> {
    let read: Entry = serde_json::from_str(item.get()).map_err(|error| {
        Error::invalid("it is no entry of jrnl").hint("`jrnl --export json > FILE` writes them").caused_by(error)
    })?;
    Ok(Read {
        date: day::parse(&read.date)?,
        time: read.time,
        title: read.title,
        body: read.body,
        tags: read.tags,
        starred: read.starred,
    })
}

/// Takes an entry, or says why not.
fn take(taking: &mut Taking<'_>, read: &Read) -> Result<()> {
    let name = format!("{} {}", read.date, text::preview(&read.time, 8));
    match draft(taking.ctx, read) {
        Ok(draft) => taking.entry(Found { name, draft, is_dated: true, attachments: Vec::new() }),
        Err(error) => {
            taking.refuse(name, &error);
            Ok(())
        }
    }
}

fn draft(ctx: &Ctx, read: &Read) -> Result<ingest::Draft> {
    let (title, body) = (read.title.trim(), read.body.trim());
    let raw = if body.is_empty() { title.to_owned() } else { format!("{title}\n{body}") };
    let tags = read.tags.iter().map(|tag| tag.trim_start_matches(['@', '#']).to_owned());
    let tags: Vec<String> = tags.chain(read.starred.then(|| STARRED.to_owned())).collect();
    Written {
        raw: &raw,
        // The first line is all there is of a short entry.
        body: if body.is_empty() { title } else { body },
        title: (!title.is_empty() && !body.is_empty()).then_some(title),
        tags: &tags,
        date: read.date,
        label: &format!("import:jrnl {} {}", read.date, read.time),
        media_type: "text/plain",
        identity: &["jrnl", &read.date.to_string(), &read.time, title, body],
    }
    .draft(ctx)
}

fn encrypted() -> Error {
    Error::invalid("the journal is encrypted").hint("`jrnl --decrypt` first, or `jrnl --export json > FILE`")
}
