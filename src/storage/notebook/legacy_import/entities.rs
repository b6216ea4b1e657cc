//! Inserts imported entities, their mentions, relationships and merges.

use rusqlite::named_params;

use crate::error::Result;
use crate::storage::database::try_insert::InsertOutcome;
use crate::storage::notebook::NotebookDb;

/// An imported entity.
pub(crate) struct ImportedEntityRow<'a> {
    pub(crate) id: i64,
    pub(crate) kind: &'a str,
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    /// Components as little-endian 32-bit floats.
    pub(crate) embedding: Option<&'a [u8]>,
    pub(crate) embedder: Option<&'a str>,
    pub(crate) first_seen: &'a str,
    pub(crate) quarantined: bool,
    pub(crate) quarantine_reason: &'a str,
    pub(crate) quarantined_at: &'a str,
    pub(crate) created_at: &'a str,
    pub(crate) updated_at: &'a str,
}

/// Adds an entity. One with a description may have been edited by the owner, so it is marked as curated.
pub(crate) fn add_entity(db: &NotebookDb<'_>, new: &ImportedEntityRow<'_>) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO entities (id, entity_type, canonical_name, description, embedding, embedder, first_seen,
                               is_quarantined, quarantine_reason, quarantined_at, created_at, updated_at, is_curated)
         VALUES (:id, :kind, :name, :description, :embedding, :embedder, :seen, :quarantined, :reason, :since,
                 :created, :updated, :description <> '')",
        named_params! {
            ":id": new.id, ":kind": new.kind, ":name": new.name, ":description": new.description,
            ":embedding": new.embedding, ":embedder": new.embedder, ":seen": new.first_seen,
            ":quarantined": new.quarantined, ":reason": new.quarantine_reason, ":since": new.quarantined_at,
            ":created": new.created_at, ":updated": new.updated_at,
        },
    )
}

/// Adds an alias of an entity.
pub(crate) fn add_alias(
    db: &NotebookDb<'_>,
    id: i64,
    entity: Option<i64>,
    alias: &str,
    at: &str,
) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO entity_aliases (id, entity_id, alias_normalised, created_at) VALUES (:id, :entity, :alias, :at)",
        named_params! { ":id": id, ":entity": entity, ":alias": alias, ":at": at },
    )
}

/// An imported mention of an entity in an entry.
pub(crate) struct ImportedMentionRow<'a> {
    pub(crate) id: i64,
    pub(crate) entity: Option<i64>,
    pub(crate) entry: Option<i64>,
    pub(crate) quote: &'a str,
    pub(crate) confidence: Option<f64>,
    pub(crate) run: &'a str,
    pub(crate) match_source: Option<&'a str>,
    pub(crate) created_at: &'a str,
}

/// Adds a mention.
pub(crate) fn add_mention(db: &NotebookDb<'_>, new: &ImportedMentionRow<'_>) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO entity_mentions (id, entity_id, entry_id, quote, confidence, extraction_run_id, match_source,
                                      created_at)
         VALUES (:id, :entity, :entry, :quote, :confidence, :run, :match, :at)",
        named_params! {
            ":id": new.id, ":entity": new.entity, ":entry": new.entry, ":quote": new.quote,
            ":confidence": new.confidence, ":run": new.run, ":match": new.match_source, ":at": new.created_at,
        },
    )
}

/// An imported relationship between two entities.
pub(crate) struct ImportedRelationshipRow<'a> {
    pub(crate) id: i64,
    pub(crate) subject: Option<i64>,
    pub(crate) predicate: &'a str,
    pub(crate) object: Option<i64>,
    pub(crate) quote: &'a str,
    pub(crate) entry: Option<i64>,
    pub(crate) confidence: Option<f64>,
    pub(crate) run: &'a str,
    pub(crate) created_at: &'a str,
}

/// Adds a relationship.
pub(crate) fn add_relationship(db: &NotebookDb<'_>, new: &ImportedRelationshipRow<'_>) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO entity_relationships (id, subject_entity_id, predicate, object_entity_id, quote, entry_id,
                                           confidence, extraction_run_id, created_at)
         VALUES (:id, :subject, :predicate, :object, :quote, :entry, :confidence, :run, :at)",
        named_params! {
            ":id": new.id, ":subject": new.subject, ":predicate": new.predicate, ":object": new.object,
            ":quote": new.quote, ":entry": new.entry, ":confidence": new.confidence, ":run": new.run,
            ":at": new.created_at,
        },
    )
}

/// An imported merge candidate.
pub(crate) struct ImportedMergeCandidateRow<'a> {
    pub(crate) id: i64,
    /// Lower id first.
    pub(crate) pair: (Option<i64>, Option<i64>),
    pub(crate) similarity: Option<f64>,
    pub(crate) status: &'a str,
    pub(crate) run: Option<&'a str>,
    pub(crate) created_at: &'a str,
    pub(crate) updated_at: &'a str,
    pub(crate) resolved_at: Option<&'a str>,
}

/// Adds a merge candidate.
pub(crate) fn add_merge_candidate(db: &NotebookDb<'_>, new: &ImportedMergeCandidateRow<'_>) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO entity_merge_candidates (id, entity_id_a, entity_id_b, similarity, status, extraction_run_id,
                                              created_at, updated_at, resolved_at)
         VALUES (:id, :a, :b, :similarity, :status, :run, :created, :updated, :resolved)",
        named_params! {
            ":id": new.id, ":a": new.pair.0, ":b": new.pair.1, ":similarity": new.similarity,
            ":status": new.status, ":run": new.run, ":created": new.created_at, ":updated": new.updated_at,
            ":resolved": new.resolved_at,
        },
    )
}

/// An imported merge: an entity absorbed by another.
pub(crate) struct ImportedMergeRow<'a> {
    pub(crate) id: i64,
    pub(crate) survivor: Option<i64>,
    pub(crate) absorbed: Option<i64>,
    pub(crate) name: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) description: &'a str,
    /// JSON array of aliases.
    pub(crate) aliases: &'a str,
    pub(crate) quarantined: bool,
    pub(crate) quarantine_reason: &'a str,
    pub(crate) quarantined_at: &'a str,
    pub(crate) merged_at: &'a str,
    pub(crate) merged_by: &'a str,
}

/// Adds a merge.
pub(crate) fn add_merge(db: &NotebookDb<'_>, new: &ImportedMergeRow<'_>) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO entity_merge_history (id, survivor_id, absorbed_id, absorbed_name, absorbed_type, absorbed_desc,
                                           absorbed_aliases, absorbed_is_quarantined, absorbed_quarantine_reason,
                                           absorbed_quarantined_at, merged_at, merged_by)
         VALUES (:id, :survivor, :absorbed, :name, :kind, :description, :aliases, :quarantined, :reason, :since, :at,
                 :by)",
        named_params! {
            ":id": new.id, ":survivor": new.survivor, ":absorbed": new.absorbed, ":name": new.name,
            ":kind": new.kind, ":description": new.description, ":aliases": new.aliases,
            ":quarantined": new.quarantined, ":reason": new.quarantine_reason, ":since": new.quarantined_at,
            ":at": new.merged_at, ":by": new.merged_by,
        },
    )
}

/// Adds a decision that a pair is not one entity.
pub(crate) fn add_pair_decision(
    db: &NotebookDb<'_>,
    id: i64,
    pair: (Option<i64>, Option<i64>),
    decision: &str,
    at: &str,
) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO entity_pair_decisions (id, entity_id_lo, entity_id_hi, decision, decided_at)
         VALUES (:id, :lo, :hi, :decision, :at)",
        named_params! { ":id": id, ":lo": pair.0, ":hi": pair.1, ":decision": decision, ":at": at },
    )
}
