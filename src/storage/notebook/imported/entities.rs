//! The people, places and things that entries speak of, and what became of them.

use rusqlite::named_params;

use crate::error::Result;
use crate::storage::database::offer::Offered;
use crate::storage::notebook::NotebookDb;

/// Somebody or something.
pub(crate) struct Entity<'a> {
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

/// Adds an entity. One that is described may be so by its owner, so that it is left to them.
pub(crate) fn entity(db: &NotebookDb<'_>, new: &Entity<'_>) -> Result<Offered> {
    db.offer(
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

/// Adds another name of an entity.
pub(crate) fn alias(db: &NotebookDb<'_>, id: i64, entity: Option<i64>, alias: &str, at: &str) -> Result<Offered> {
    db.offer(
        "INSERT INTO entity_aliases (id, entity_id, alias_normalised, created_at) VALUES (:id, :entity, :alias, :at)",
        named_params! { ":id": id, ":entity": entity, ":alias": alias, ":at": at },
    )
}

/// Where an entry speaks of an entity.
pub(crate) struct Mention<'a> {
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
pub(crate) fn mention(db: &NotebookDb<'_>, new: &Mention<'_>) -> Result<Offered> {
    db.offer(
        "INSERT INTO entity_mentions (id, entity_id, entry_id, quote, confidence, extraction_run_id, match_source,
                                      created_at)
         VALUES (:id, :entity, :entry, :quote, :confidence, :run, :match, :at)",
        named_params! {
            ":id": new.id, ":entity": new.entity, ":entry": new.entry, ":quote": new.quote,
            ":confidence": new.confidence, ":run": new.run, ":match": new.match_source, ":at": new.created_at,
        },
    )
}

/// What an entry says of two entities.
pub(crate) struct Relationship<'a> {
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
pub(crate) fn relationship(db: &NotebookDb<'_>, new: &Relationship<'_>) -> Result<Offered> {
    db.offer(
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

/// Two entities that may be one.
pub(crate) struct Candidate<'a> {
    pub(crate) id: i64,
    /// The lower number first.
    pub(crate) pair: (Option<i64>, Option<i64>),
    pub(crate) similarity: Option<f64>,
    pub(crate) status: &'a str,
    pub(crate) run: Option<&'a str>,
    pub(crate) created_at: &'a str,
    pub(crate) updated_at: &'a str,
    pub(crate) resolved_at: Option<&'a str>,
}

/// Adds a pair that may be one.
pub(crate) fn candidate(db: &NotebookDb<'_>, new: &Candidate<'_>) -> Result<Offered> {
    db.offer(
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

/// An entity that became part of another.
pub(crate) struct Merger<'a> {
    pub(crate) id: i64,
    pub(crate) survivor: Option<i64>,
    pub(crate) absorbed: Option<i64>,
    pub(crate) name: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) description: &'a str,
    /// JSON array of names.
    pub(crate) aliases: &'a str,
    pub(crate) quarantined: bool,
    pub(crate) quarantine_reason: &'a str,
    pub(crate) quarantined_at: &'a str,
    pub(crate) merged_at: &'a str,
    pub(crate) merged_by: &'a str,
}

/// Adds what became part of another.
pub(crate) fn merger(db: &NotebookDb<'_>, new: &Merger<'_>) -> Result<Offered> {
    db.offer(
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

/// Adds that a pair was told to be two.
pub(crate) fn decision(
    db: &NotebookDb<'_>,
    id: i64,
    pair: (Option<i64>, Option<i64>),
    decision: &str,
    at: &str,
) -> Result<Offered> {
    db.offer(
        "INSERT INTO entity_pair_decisions (id, entity_id_lo, entity_id_hi, decision, decided_at)
         VALUES (:id, :lo, :hi, :decision, :at)",
        named_params! { ":id": id, ":lo": pair.0, ":hi": pair.1, ":decision": decision, ":at": at },
    )
}
