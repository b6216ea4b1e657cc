//! Trash: deleted entries that can be restored until they are destroyed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::export_document::{
    ExportedCorrection, ExportedEntity, ExportedEntry, ExportedMention, ExportedMergeCandidate, ExportedRelationship,
};
use crate::domain::id::EntryId;

/// Deleted entry as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrashedEntry {
    /// Id in the trash: the id that the entry had, unless that one was in the trash already.
    pub id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// Title, if any.
    pub title: Option<String>,
    /// First words of the text.
    pub preview: String,
    /// Whitespace-separated tokens of the text.
    pub word_count: i64,
    /// Number of originals.
    pub originals: i64,
    /// UTC timestamp of the deletion.
    pub deleted_at: String,
    /// UTC timestamp from which on the entry is destroyed.
    pub destroyed_from: String,
}

/// Page of the trash.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TrashPage {
    /// Deleted entries, newest deletion first.
    pub items: Vec<TrashedEntry>,
    /// Number of entries in the trash.
    pub total: i64,
    /// Requested page size, clamped.
    pub limit: i64,
    /// Requested offset.
    pub offset: i64,
    /// Days that a deleted entry is kept.
    pub keep_days: u32,
}

/// Entry that was restored from the trash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RestoredEntry {
    /// Id that it had in the trash.
    pub trash_id: EntryId,
    /// Id that it has now: the same, unless another entry has that one.
    pub id: EntryId,
}

/// Everything that belongs to a deleted entry, as stored in the trash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TrashedEntryDocument {
    /// The entry with its tags, sources, pages, spans, moods and versions.
    pub(crate) entry: ExportedEntry,
    /// Stored files by source.
    pub(crate) originals: Vec<TrashedOriginal>,
    /// Every entity that it mentions or relates; some of them exist only in the trash.
    pub(crate) entities: Vec<ExportedEntity>,
    /// Mentions in the entry.
    pub(crate) mentions: Vec<ExportedMention>,
    /// Relationships stated in the entry.
    pub(crate) relationships: Vec<ExportedRelationship>,
    /// Corrections of names in the entry.
    pub(crate) corrections: Vec<ExportedCorrection>,
    /// Merge candidates with one of the entities.
    pub(crate) merge_candidates: Vec<ExportedMergeCandidate>,
}

/// Original of a deleted entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TrashedOriginal {
    pub(crate) media: Uuid,
    /// Id of its source file.
    pub(crate) source: i64,
}
