//! `journal.json`, written entry by entry: never more of it in memory than one.

use std::collections::HashSet;
use std::io;
use std::io::BufWriter;
use std::io::Write;

use serde::Serialize;
use uuid::Uuid;

use crate::error::Error;
use crate::error::Result;
use crate::model::id::EntryId;
use crate::model::portable::Correction;
use crate::model::portable::Document;
use crate::model::portable::Entity;
use crate::model::portable::Entry;
use crate::model::portable::FORMAT;
use crate::model::portable::Mention;
use crate::model::portable::Merge;
use crate::model::portable::MergeCandidate;
use crate::model::portable::PairDecision;
use crate::model::portable::Policy;
use crate::model::portable::Relationship;
use crate::model::portable::VERSION;
use crate::port::export::target::Sink;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::egress;
use crate::storage::notebook::portable as rows;

/// Counts what is written.
#[derive(Default)]
pub(super) struct Length(pub(super) u64);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes into the file of a sink that was begun.
pub(super) struct Inside<'s>(pub(super) &'s mut dyn Sink);

impl Write for Inside<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The sentence about the disk is inside, and comes out again in `failed`.
        self.0.write(bytes).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the JSON Schema of the document.
pub(super) fn schema() -> Result<String> {
    let mut text = serde_json::to_string_pretty(&schemars::schema_for!(Document)).map_err(unwritable)?;
    text.push('\n');
    Ok(text)
}

/// Returns an entry as the document has it: without originals that are left out.
pub(super) fn entry(db: &NotebookDb<'_>, id: EntryId, left_out: &HashSet<Uuid>) -> Result<Option<Entry>> {
    let Some(mut entry) = rows::entry(db, id)? else { return Ok(None) };
    for source in &mut entry.sources {
        source.original = source.original.take().filter(|original| !left_out.contains(&original.id));
    }
    Ok(Some(entry))
}

/// Writes the whole document.
pub(super) fn write(db: &NotebookDb<'_>, ids: &[EntryId], left_out: &HashSet<Uuid>, to: &mut dyn Write) -> Result<()> {
    let mut to = BufWriter::with_capacity(64 * 1024, to);
    let allowed = egress::allowed(db)?;
    let policy = Policy {
        local_only: allowed.local_only,
        purposes: allowed.purposes,
        redact: allowed.redact,
        words: egress::words(db)?,
    };
    write!(to, "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\n\"policy\":").map_err(failed)?;
    json(&mut to, &policy)?;
    let mut list = List::begin(&mut to, "entries")?;
    for &id in ids {
        if let Some(entry) = entry(db, id, left_out)? {
            list.add(&entry)?;
        }
    }
    list.end()?;
    numbered(&mut to, "entities", |entity: &Entity| entity.id, |after| rows::entities(db, after))?;
    numbered(&mut to, "mentions", |mention: &Mention| mention.id, |after| rows::mentions(db, after))?;
    numbered(&mut to, "relationships", |one: &Relationship| one.id, |after| rows::relationships(db, after))?;
    numbered(&mut to, "merge_candidates", |pair: &MergeCandidate| pair.id, |after| rows::merge_candidates(db, after))?;
    numbered(&mut to, "merges", |merge: &Merge| merge.id, |after| rows::merges(db, after))?;
    numbered(&mut to, "pair_decisions", |pair: &PairDecision| pair.id, |after| rows::pair_decisions(db, after))?;
    numbered(&mut to, "corrections", |said: &Correction| said.id, |after| rows::corrections(db, after))?;
    to.write_all(b"}\n").and_then(|()| to.flush()).map_err(failed)
}

/// Writes a list that is read some hundred rows at a time.
fn numbered<T: Serialize>(
    to: &mut dyn Write,
    name: &str,
    number: impl Fn(&T) -> i64,
    next: impl Fn(i64) -> Result<Vec<T>>,
) -> Result<()> {
    let (mut list, mut after) = (List::begin(to, name)?, i64::MIN);
    loop {
        let rows = next(after)?;
        let Some(newest) = rows.last() else { return list.end() };
        after = number(newest);
        for row in &rows {
            list.add(row)?;
        }
    }
}

/// A list of the document, an item a line.
struct List<'w> {
    to: &'w mut dyn Write,
    is_empty: bool,
}

impl<'w> List<'w> {
    fn begin(to: &'w mut dyn Write, name: &str) -> Result<Self> {
        write!(to, ",\n\"{name}\":[").map_err(failed)?;
        Ok(Self { to, is_empty: true })
    }

    fn add(&mut self, item: &impl Serialize) -> Result<()> {
        let separator: &[u8] = if std::mem::take(&mut self.is_empty) { b"\n" } else { b",\n" };
        self.to.write_all(separator).map_err(failed)?;
        json(self.to, item)
    }

    fn end(self) -> Result<()> {
        self.to.write_all(b"\n]").map_err(failed)
    }
}

fn json(to: &mut dyn Write, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer(to, value).map_err(|error| failed(error.into()))
}

/// Gives back what [`Inside`] was told of the disk.
fn failed(error: io::Error) -> Error {
    match error.downcast::<Error>() {
        Ok(told) => told,
        Err(error) => unwritable(error),
    }
}

fn unwritable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::internal("writing the document of an export", error)
}
