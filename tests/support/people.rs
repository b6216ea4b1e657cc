//! Builds journal exports with people and places, and imports them.

use serde_json::{Value, json};

use super::Person;

/// Timestamp of every record.
const AT: &str = "2024-08-01T10:00:00Z";

/// Returns an entry of an export.
pub fn entry(id: i64, date: &str, text: &str) -> Value {
    json!({
        "id": id, "entry_date": date, "date_confirmed": true, "title": null, "tags": [], "source_type": "text_entry",
        "raw_text": text, "final_text": text, "word_count": text.split_whitespace().count(), "language": "en",
        "content_boundary": null, "doubts_verified": false, "uncertain_spans": [], "entities_outdated": false,
        "provenance": { "added_by": null, "written_by": null }, "sources": [], "pages": [], "moods": [], "history": [],
        "created_at": AT, "updated_at": AT,
    })
}

/// Returns a mood of an entry; the owner's score takes precedence over the model's.
pub fn mood(dimension: &str, score: f64, own: Option<f64>) -> Value {
    json!({
        "dimension": dimension, "score": score, "confidence": 0.5, "rationale": "why", "created_at": AT, "model": "m",
        "owner_score": own, "owner_at": own.map(|_| AT),
    })
}

pub fn entity(id: i64, kind: &str, name: &str, aliases: &[&str]) -> Value {
    let aliases: Vec<Value> = aliases.iter().map(|alias| json!({ "alias": alias, "created_at": AT })).collect();
    json!({
        "id": id, "entity_type": kind, "canonical_name": name, "description": "", "aliases": aliases, "first_seen": "",
        "is_quarantined": false, "quarantine_reason": "", "quarantined_at": "", "created_at": AT, "updated_at": AT,
    })
}

/// Returns a mention that was found under `name`.
pub fn mention(id: i64, entity: i64, entry: i64, name: &str) -> Value {
    json!({
        "id": id, "entity_id": entity, "entry_id": entry, "quote": format!("{name} came"), "confidence": 0.75,
        "extraction_run_id": "run", "match_source": null, "created_at": AT, "name": name, "char_start": 0,
        "char_end": 4, "model": "m", "prompt_version": 1,
    })
}

pub fn relationship(id: i64, subject: i64, predicate: &str, object: i64, entry: i64) -> Value {
    json!({
        "id": id, "subject_entity_id": subject, "predicate": predicate, "object_entity_id": object,
        "quote": "so it was", "entry_id": entry, "confidence": 0.5, "extraction_run_id": "run", "created_at": AT,
    })
}

pub fn candidate(id: i64, a: i64, b: i64, similarity: f64) -> Value {
    json!({
        "id": id, "entity_id_a": a, "entity_id_b": b, "similarity": similarity, "status": "pending",
        "extraction_run_id": "run", "created_at": AT, "updated_at": AT, "resolved_at": null,
    })
}

/// Returns an export with these lists; missing ones are empty.
pub fn document(parts: &Value) -> Value {
    let mut document = json!({ "policy": { "local_only": false, "purposes": null, "redact": [], "words": [] } });
    let lists = ["entries", "entities", "mentions", "relationships", "merge_candidates", "merges", "pair_decisions"];
    for list in lists {
        document[list] = parts.get(list).cloned().unwrap_or_else(|| json!([]));
    }
    document
}

/// Returns an export that covers every entity feature.
///
/// Robert with aliases, Bob as a merge candidate of Robert, a place and a topic of the same name, Ilse, and a
/// quarantined person.
pub fn sample_document() -> Value {
    let mut entries = [
        entry(1, "2024-05-01", "Robert and Ilse came to Quitzow."),
        entry(2, "2024-05-02", "Rob sang of Quitzow, and Ilse rowed."),
        entry(3, "2024-06-03", "Bob wrote to Ilse."),
        entry(4, "2024-07-01", "Nothing happened."),
    ];
    entries[0]["moods"] = json!([mood("calm", 1.0, None)]);
    entries[1]["moods"] = json!([mood("calm", 0.0, None)]);
    entries[2]["moods"] = json!([mood("calm", 1.0, Some(-0.5))]);
    let mut ghost = entity(6, "person", "Ghost", &[]);
    ghost["is_quarantined"] = json!(true);
    ghost["quarantine_reason"] = json!("its name is in none of its quotes");
    ghost["quarantined_at"] = json!(AT);
    document(&json!({
        "entries": entries,
        "entities": [
            entity(1, "person", "Robert", &["rob", "r/b"]), entity(2, "person", "Bob", &["bobby"]),
            entity(3, "place", "Quitzow", &[]), entity(4, "person", "Ilse", &[]), entity(5, "topic", "Quitzow", &[]),
            ghost,
        ],
        "mentions": [
            mention(1, 1, 1, "Robert"), mention(2, 1, 2, "Rob"), mention(3, 2, 3, "Bob"), mention(4, 3, 1, "Quitzow"),
            mention(5, 4, 1, "Ilse"), mention(6, 4, 2, "Ilse"), mention(7, 4, 3, "Ilse"), mention(8, 5, 2, "Quitzow"),
            mention(9, 6, 4, "Ghost"), mention(10, 4, 1, "Ilse"), mention(11, 4, 1, "Ilse"),
        ],
        "relationships": [
            relationship(1, 1, "visited", 3, 1), relationship(2, 2, "wrote to", 4, 3),
            relationship(3, 4, "knows", 1, 2),
        ],
        "merge_candidates": [candidate(1, 1, 2, 0.95), candidate(2, 3, 5, 1.0)],
        "pair_decisions": [{ "id": 1, "entity_id_lo": 2, "entity_id_hi": 4, "decision": "rejected", "decided_at": AT }],
    }))
}

/// Imports an export into a journal, which must be empty.
#[track_caller]
pub fn import_document(person: Person<'_>, document: &Value) {
    let fields = document.as_object().unwrap().iter().map(|(field, value)| format!("\"{field}\":{value}"));
    let text = format!("{{\"format\":\"journal-export\",\"version\":2,{}}}", fields.collect::<Vec<_>>().join(","));
    let name = format!("export-{}", person.email);
    person.world.file(&format!("{name}/journal.json"), text);
    let from = person.world.path("inbox").join(name);
    person.run(&["import", "journal", from.to_str().unwrap(), "--no-wait"]).ok();
}

/// ID of the records in [`private_document`] that another user could ask for.
pub const PRIVATE_ID: i64 = 9001;

/// Returns an export with a record of every kind, under IDs so high that no other test user has them.
pub fn private_document() -> Value {
    let words = "The lighthouse keeper of Quitzow served us plum brandy.";
    let merge = json!({
        "id": PRIVATE_ID, "survivor_id": PRIVATE_ID, "absorbed_id": 9003, "absorbed_name": "Quitzow bay",
        "absorbed_type": "place", "absorbed_desc": "", "absorbed_aliases": "[]", "absorbed_is_quarantined": false,
        "absorbed_quarantine_reason": "", "absorbed_quarantined_at": "", "merged_at": AT, "merged_by": "user",
    });
    let correction = json!({
        "id": PRIVATE_ID, "entity_type": "place", "name_key": "old quitzow", "entry_id": null, "entity_id": null,
        "decided_at": AT,
    });
    let mut document = document(&json!({
        "entries": [entry(1, "2024-04-30", words)],
        "entities": [
            entity(PRIVATE_ID, "place", "Quitzow hers-alone", &["quitzow"]), entity(9002, "person", "Quitzow Bob", &[]),
        ],
        "mentions": [mention(PRIVATE_ID, PRIVATE_ID, 1, "Quitzow"), mention(9002, 9002, 1, "Quitzow Bob")],
        "relationships": [relationship(PRIVATE_ID, 9002, "visited", PRIVATE_ID, 1)],
        "merge_candidates": [candidate(PRIVATE_ID, PRIVATE_ID, 9002, 0.95)],
        "merges": [merge],
        "pair_decisions": [{
            "id": PRIVATE_ID, "entity_id_lo": PRIVATE_ID, "entity_id_hi": 9002, "decision": "rejected",
            "decided_at": AT,
        }],
    }));
    document["corrections"] = json!([correction]);
    document
}
