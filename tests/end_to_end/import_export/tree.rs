//! Reads folders as maps, and writes an export that uses every field.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Person, World, pictures};

/// Every file below a folder, by relative path.
pub type Tree = BTreeMap<String, Vec<u8>>;

pub fn read_files(folder: &Path) -> Tree {
    let files = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|item| item.file_type().is_file());
    let named = files.map(|item| {
        let name = item.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        (name, std::fs::read(item.path()).unwrap())
    });
    named.collect()
}

/// Exports to a new folder and returns its path.
pub fn export_to(person: Person<'_>, name: &str) -> PathBuf {
    let to = person.world.path("inbox").join(name);
    person.run(&["export", "--to", to.to_str().unwrap()]).ok();
    to
}

pub fn read_document(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("journal.json")).unwrap()).unwrap()
}

pub fn sha256_hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

pub const PHOTO: &str = "11111111-2222-4333-8444-555555555555";

/// Writes an export in which every field has a value, and returns its folder.
pub fn write_full_export(world: &World, name: &str) -> PathBuf {
    let photo = pictures::jpeg(64, 64, 7);
    world.file(&format!("{name}/media/{PHOTO}.jpg"), &photo);
    let at = "2024-05-01T10:00:00Z";
    let entry = json!({
        "id": 7, "entry_date": "2024-05-01", "entry_minute": 511, "date_guessed": true, "date_origin": "file_time",
        "properties": [{ "name": "weather", "value": { "wind": [1, "NE"] } }], "date_confirmed": true, "title": "Heron \"and\" élan", "tags": ["sea", "work"],
        "source_type": "photo", "raw_text": "The heron stood.\n\nStill.", "final_text": "The heron stood.",
        "word_count": 3, "language": "de", "content_boundary": { "char_start": 0, "char_end": 16 },
        "doubts_verified": true, "uncertain_spans": [{ "char_start": 4, "char_end": 9, "created_at": at }],
        "entities_outdated": false, "text_revision": 3, "accepted_at": "2024-05-03T10:00:00Z",
        "provenance": { "added_by": { "via": "key:3", "assistant": "claude" }, "written_by": null },
        "sources": [
            { "id": 12, "label": "page 1", "media_type": "image/jpeg", "sha256": sha256_hex(&photo), "identity": null,
              "imported_sha256": null, "created_at": at,
              "original": { "id": PHOTO, "media_type": "image/jpeg", "bytes": photo.len(), "created_at": at } },
            { "id": 13, "label": "upload:a.md", "media_type": "text/markdown", "sha256": sha256_hex(b"a"),
              "identity": "path:/home/ada/a.md", "imported_sha256": sha256_hex(b"b"),
              "created_at": at, "original": null }],
        "pages": [{ "number": 1, "raw_text": "The heron stood.", "source": 12, "created_at": at }],
        "moods": [{ "dimension": "calm", "score": 0.123_456_789_012_345_68, "confidence": -0.0_f64.abs(), "rationale": "why",
                    "created_at": at, "model": "claude", "prompt_version": 2, "text_revision": 3, "owner_score": 0.3,
                    "owner_at": at, "owner_note": "I was there" },
                  { "dimension": "joy", "score": -1.0, "confidence": null, "rationale": null, "created_at": at, "model": "",
                    "prompt_version": 0, "text_revision": 0, "owner_score": null, "owner_at": null,
                    "owner_note": null }],
        "history": [{ "version": 1, "entry_date": "2024-04-30", "entry_minute": 1500, "title": null, "final_text": "The hern stood.",
                      "word_count": 3, "replaced_at": at, "written_by": { "via": "shell", "assistant": "claude" } }],
        "created_at": at, "updated_at": "2024-05-02T11:12:13Z",
    });
    let doubtful = json!({
        "id": 3, "entry_date": "2023-01-01", "entry_minute": null, "date_guessed": false, "date_origin": null,
        "properties": [], "date_confirmed": false, "title": null, "tags": [], "source_type": "voice",
        "raw_text": "Spoken.", "final_text": "Spoken.", "word_count": 1, "language": "en", "content_boundary": null,
        "doubts_verified": false, "uncertain_spans": [], "entities_outdated": true, "text_revision": 1, "accepted_at": null,
        "provenance": { "added_by": null, "written_by": null }, "sources": [], "pages": [], "moods": [], "history": [],
        "created_at": at, "updated_at": at,
    });
    let entity = |id: i64, kind: &str, name: &str| {
        json!({
            "id": id, "entity_type": kind, "canonical_name": name, "description": "known",
            "aliases": [{ "id": 2 * id, "alias": "zed", "created_at": at },
                        { "id": 2 * id + 1, "alias": format!("alias {id}"), "created_at": at }],
            "refused_aliases": [{ "alias": "not he", "decided_at": at }], "is_curated": id == 4,
            "first_seen": "2024-05-01", "is_quarantined": id == 9, "quarantine_reason": "odd",
            "quarantined_at": at, "created_at": at, "updated_at": at,
        })
    };
    let document = json!({
        "format": "journal-export", "version": 2,
        "policy": { "local_only": true, "purposes": ["ocr", "embedding"], "redact": ["phones"], "words": ["Quellwasser"] },
        "entries": [doubtful, entry],
        "entities": [entity(4, "person", "Ilse"), entity(9, "place", "Quitzow"), entity(11, "topic", "Birds")],
        "mentions": [{ "id": 21, "entity_id": 4, "entry_id": 7, "quote": "heron", "confidence": 0.1, "extraction_run_id": "r",
                       "match_source": "alias", "created_at": at, "name": "Heron", "char_start": 4, "char_end": 9,
                       "model": "claude", "prompt_version": 7 }],
        "relationships": [{ "id": 31, "subject_entity_id": 4, "predicate": "visits", "object_entity_id": 9, "quote": "q",
                            "entry_id": 7, "confidence": 1.0, "extraction_run_id": "r", "created_at": at, "char_start": null,
                            "char_end": null, "model": "claude", "prompt_version": 7 }],
        "merge_candidates": [{ "id": 41, "entity_id_a": 4, "entity_id_b": 11, "similarity": 0.87, "status": "dismissed",
                               "extraction_run_id": null, "created_at": at, "updated_at": at, "resolved_at": at }],
        "merges": [{ "id": 51, "survivor_id": 4, "absorbed_id": 5, "absorbed_name": "Ilsebill", "absorbed_type": "person",
                     "absorbed_desc": "", "absorbed_aliases": "[\"bill\"]", "absorbed_is_quarantined": false,
                     "absorbed_quarantine_reason": "", "absorbed_quarantined_at": "", "merged_at": at,
                     "merged_by": "user", "absorbed_first_seen": "2024-04-01", "absorbed_created_at": at,
                     "absorbed_is_curated": true, "undone_at": null,
                     "moves": [{ "what": "alias", "row_id": 8 }, { "what": "mention", "row_id": 21 }] }],
        "pair_decisions": [{ "id": 61, "entity_id_lo": 9, "entity_id_hi": 11, "decision": "rejected", "decided_at": at }],
        "corrections": [
            { "id": 71, "entity_type": "person", "name_key": "ilsebill", "entry_id": null, "entity_id": 4, "decided_at": at },
            { "id": 72, "entity_type": "person", "name_key": "ilse", "entry_id": 7, "entity_id": null, "decided_at": at }],
    });
    write_document(world, name, &document)
}

/// Writes a document into an export folder, with `format` and `version` as the first fields.
pub fn write_document(world: &World, name: &str, document: &Value) -> PathBuf {
    let mut fields = document.as_object().unwrap().clone();
    let head = ["format", "version"].map(|field| format!("\"{field}\":{}", fields.remove(field).unwrap_or_default()));
    let rest = fields.iter().map(|(field, value)| format!("\"{field}\":{value}"));
    let text = format!("{{{}}}", head.into_iter().chain(rest).collect::<Vec<_>>().join(","));
    world.file(&format!("{name}/journal.json"), text);
    world.path("inbox").join(name)
}
