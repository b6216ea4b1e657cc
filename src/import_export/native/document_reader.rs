//! Streaming reader of `journal.json`: one item in memory at a time.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;

use serde::de::{Deserializer as _, MapAccess, Visitor};

use crate::domain::export_document::{
    ExportedCorrection, ExportedEntity, ExportedEntry, ExportedMention, ExportedMerge, ExportedMergeCandidate,
    ExportedPairDecision, ExportedPolicy, ExportedRelationship, FORMAT_NAME, FORMAT_VERSION, LegacyExportedEntry,
};
use crate::error::{Error, Result};
use crate::import_export::json_stream::{self, StreamItems};

/// Item of an export document.
pub(super) enum DocumentItem {
    Policy(ExportedPolicy),
    Entry(Box<ExportedEntry>),
    Entity(ExportedEntity),
    Mention(ExportedMention),
    Relationship(ExportedRelationship),
    MergeCandidate(ExportedMergeCandidate),
    Merge(ExportedMerge),
    PairDecision(ExportedPairDecision),
    Correction(ExportedCorrection),
}

/// Required fields of version 2; version 1 has only entries.
const REQUIRED_FIELDS: [&str; 8] =
    ["policy", "entries", "entities", "mentions", "relationships", "merge_candidates", "merges", "pair_decisions"];
/// Optional list of version 2, missing in older documents.
const CORRECTIONS_FIELD: &str = "corrections";

/// Passes every item of a document to `take`, in document order; returns the format version.
///
/// # Errors
/// `Invalid` for another format and invalid JSON; `Conflict` for a newer version; errors of `take`.
pub(super) fn read_document(from: impl Read, take: &mut dyn FnMut(DocumentItem) -> Result<()>) -> Result<u32> {
    let mut failed = None;
    let mut json = serde_json::Deserializer::from_reader(from);
    let read = (&mut json).deserialize_map(DocumentVisitor { take, failed: &mut failed });
    let read = read.and_then(|version| json.end().map(|()| version));
    read.map_err(|error| failed.unwrap_or_else(|| json_stream::json_error(&error)))
}

struct DocumentVisitor<'a> {
    take: &'a mut dyn FnMut(DocumentItem) -> Result<()>,
    failed: &'a mut Option<Error>,
}

impl<'de> Visitor<'de> for DocumentVisitor<'_> {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an export")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> std::result::Result<u32, A::Error> {
        let Self { take, failed } = self;
        let version = match read_header(&mut fields)? {
            Ok(version) => version,
            Err(error) => return Err(abort_with(failed, error)),
        };
        let mut seen = BTreeSet::new();
        macro_rules! stream {
            ($item:expr) => {
                fields.next_value_seed(StreamItems::new(failed, |value| take($item(value))))?
            };
        }
        while let Some(name) = fields.next_key::<String>()? {
            let is_known = name == "entries"
                || version > 1 && (name == CORRECTIONS_FIELD || REQUIRED_FIELDS.contains(&name.as_str()));
            if !is_known || !seen.insert(name.clone()) {
                return Err(abort_with(failed, unexpected_fields_error()));
            }
            match name.as_str() {
                "policy" => {
                    let policy = fields.next_value()?;
                    take(DocumentItem::Policy(policy)).map_err(|error| abort_with(failed, error))?;
                }
                "entries" if version == 1 => {
                    stream!(|entry: LegacyExportedEntry| DocumentItem::Entry(Box::new(entry.into())));
                }
                "entries" => stream!(|entry| DocumentItem::Entry(Box::new(entry))),
                "entities" => stream!(DocumentItem::Entity),
                "mentions" => stream!(DocumentItem::Mention),
                "relationships" => stream!(DocumentItem::Relationship),
                "merge_candidates" => stream!(DocumentItem::MergeCandidate),
                "merges" => stream!(DocumentItem::Merge),
                "pair_decisions" => stream!(DocumentItem::PairDecision),
                _ => stream!(DocumentItem::Correction),
            }
        }
        seen.remove(CORRECTIONS_FIELD);
        let wanted = if version == 1 { 1 } else { REQUIRED_FIELDS.len() };
        if seen.len() == wanted { Ok(version) } else { Err(abort_with(failed, unexpected_fields_error())) }
    }
}

/// Reads the leading fields `format` and `version`.
fn read_header<'de, A: MapAccess<'de>>(fields: &mut A) -> std::result::Result<Result<u32>, A::Error> {
    if fields.next_key::<String>()?.as_deref() != Some("format") {
        return Ok(Err(not_an_export_error()));
    }
    // The value is not quoted in the error: it may be content.
    if fields.next_value::<serde_json::Value>()? != FORMAT_NAME {
        return Ok(Err(not_an_export_error()));
    }
    if fields.next_key::<String>()?.as_deref() != Some("version") {
        return Ok(Err(not_an_export_error()));
    }
    let version = fields.next_value::<serde_json::Value>()?.as_u64().and_then(|version| u32::try_from(version).ok());
    Ok(match version {
        Some(version @ 1..=FORMAT_VERSION) => Ok(version),
        Some(version) if version > FORMAT_VERSION => Err(Error::conflict(format!(
            "the export has version {version}; this program supports up to {FORMAT_VERSION}"
        ))
        .hint("upgrade journal to the version that wrote it, or a newer one")),
        _ => Err(not_an_export_error()),
    })
}

fn abort_with<E: serde::de::Error>(failed: &mut Option<Error>, error: Error) -> E {
    *failed = Some(error);
    E::custom("stopped")
}

fn not_an_export_error() -> Error {
    Error::invalid("this is not a journal export").hint("name the folder or file that `journal export` wrote")
}

fn unexpected_fields_error() -> Error {
    Error::invalid("the export has missing, repeated or unknown fields")
        .hint("use another copy of it, or export the journal again")
}
