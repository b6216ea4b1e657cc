//! Streaming writer of `journal.json`: one entry in memory at a time.

use std::collections::HashSet;
use std::io::{self, BufWriter, Write};

use serde::Serialize;
use uuid::Uuid;

use crate::domain::export_document::{
    ExportDocument, ExportedCorrection, ExportedEntity, ExportedEntry, ExportedMention, ExportedMerge,
    ExportedMergeCandidate, ExportedPairDecision, ExportedPolicy, ExportedRelationship, FORMAT_NAME, FORMAT_VERSION,
};
use crate::domain::id::EntryId;
use crate::error::{Error, Result};
use crate::import_export::export::sink::ExportSink;
use crate::storage::notebook::{NotebookDb, egress, export_rows as rows};

/// Writer that only counts bytes.
#[derive(Default)]
pub(super) struct CountingWriter(pub(super) u64);

impl Write for CountingWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writer into the current file of a sink.
pub(super) struct SinkWriter<'s>(pub(super) &'s mut dyn ExportSink);

impl Write for SinkWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Wraps the sink's error, which `failed` unwraps.
        self.0.write_chunk(bytes).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the JSON Schema of the document.
pub(super) fn schema() -> Result<String> {
    let mut text =
        serde_json::to_string_pretty(&schemars::schema_for!(ExportDocument)).map_err(internal_write_error)?;
    text.push('\n');
    Ok(text)
}

/// Returns an entry for the document, without the skipped originals.
pub(super) fn load_entry(db: &NotebookDb<'_>, id: EntryId, left_out: &HashSet<Uuid>) -> Result<Option<ExportedEntry>> {
    let Some(mut entry) = rows::read_entry(db, id)? else { return Ok(None) };
    for source in &mut entry.sources {
        source.original = source.original.take().filter(|original| !left_out.contains(&original.id));
    }
    Ok(Some(entry))
}

/// Writes the document.
pub(super) fn write_document(
    db: &NotebookDb<'_>,
    ids: &[EntryId],
    left_out: &HashSet<Uuid>,
    to: &mut dyn Write,
) -> Result<()> {
    let mut to = BufWriter::with_capacity(64 * 1024, to);
    let allowed = egress::find_policy(db)?;
    let policy = ExportedPolicy {
        local_only: allowed.local_only,
        purposes: allowed.purposes,
        redact: allowed.redact,
        words: egress::list_redaction_words(db)?,
    };
    write!(to, "{{\"format\":\"{FORMAT_NAME}\",\"version\":{FORMAT_VERSION},\n\"policy\":").map_err(write_error)?;
    write_json(&mut to, &policy)?;
    let mut list = JsonListWriter::begin(&mut to, "entries")?;
    for &id in ids {
        if let Some(entry) = load_entry(db, id, left_out)? {
            list.add(&entry)?;
        }
    }
    list.end()?;
    write_paged_list(&mut to, "entities", |entity: &ExportedEntity| entity.id, |after| rows::list_entities(db, after))?;
    write_paged_list(
        &mut to,
        "mentions",
        |mention: &ExportedMention| mention.id,
        |after| rows::list_mentions(db, after),
    )?;
    write_paged_list(
        &mut to,
        "relationships",
        |one: &ExportedRelationship| one.id,
        |after| rows::list_relationships(db, after),
    )?;
    write_paged_list(
        &mut to,
        "merge_candidates",
        |pair: &ExportedMergeCandidate| pair.id,
        |after| rows::list_merge_candidates(db, after),
    )?;
    write_paged_list(&mut to, "merges", |merge: &ExportedMerge| merge.id, |after| rows::list_merges(db, after))?;
    write_paged_list(
        &mut to,
        "pair_decisions",
        |pair: &ExportedPairDecision| pair.id,
        |after| rows::list_pair_decisions(db, after),
    )?;
    write_paged_list(
        &mut to,
        "corrections",
        |said: &ExportedCorrection| said.id,
        |after| rows::list_corrections(db, after),
    )?;
    to.write_all(b"}\n").and_then(|()| to.flush()).map_err(write_error)
}

/// Writes a list from rows that are read page by page, in the order of their ids.
fn write_paged_list<T: Serialize>(
    to: &mut dyn Write,
    name: &str,
    number: impl Fn(&T) -> i64,
    next: impl Fn(i64) -> Result<Vec<T>>,
) -> Result<()> {
    let (mut list, mut after) = (JsonListWriter::begin(to, name)?, i64::MIN);
    loop {
        let rows = next(after)?;
        let Some(newest) = rows.last() else { return list.end() };
        after = number(newest);
        for row in &rows {
            list.add(row)?;
        }
    }
}

/// List of the document, one item per line.
struct JsonListWriter<'w> {
    to: &'w mut dyn Write,
    is_empty: bool,
}

impl<'w> JsonListWriter<'w> {
    fn begin(to: &'w mut dyn Write, name: &str) -> Result<Self> {
        write!(to, ",\n\"{name}\":[").map_err(write_error)?;
        Ok(Self { to, is_empty: true })
    }

    fn add(&mut self, item: &impl Serialize) -> Result<()> {
        let separator: &[u8] = if std::mem::take(&mut self.is_empty) { b"\n" } else { b",\n" };
        self.to.write_all(separator).map_err(write_error)?;
        write_json(self.to, item)
    }

    fn end(self) -> Result<()> {
        self.to.write_all(b"\n]").map_err(write_error)
    }
}

fn write_json(to: &mut dyn Write, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer(to, value).map_err(|error| write_error(error.into()))
}

/// Unwraps the error that [`SinkWriter`] wrapped.
fn write_error(error: io::Error) -> Error {
    match error.downcast::<Error>() {
        Ok(error) => error,
        Err(error) => internal_write_error(error),
    }
}

fn internal_write_error(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::internal("writing the document of an export", error)
}
