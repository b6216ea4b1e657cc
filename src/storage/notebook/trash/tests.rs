use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::domain::export_document::{
    ExportedCorrection, ExportedEntity, ExportedEntry, ExportedMention, ExportedMergeCandidate, ExportedOriginal,
    ExportedRelationship,
};
use crate::domain::trash::RestoredEntry;
use crate::error::ErrorKind;
use crate::storage::database::EncryptedDatabase;
use crate::storage::media::SealedFile;
use crate::storage::notebook::import_rows::{self, entities};
use crate::storage::notebook::{NotebookKind, full_text, test_support, uploads};

const AT: &str = "2026-11-21T00:00:00Z";
/// Entities that the entries mention.
const ENTITIES: i64 = 4;

/// Shape of one entry: sources, pages and versions, and the entities that it mentions and relates.
#[derive(Debug, Clone)]
struct EntryShape {
    parts: i64,
    mentions: Vec<i64>,
    relation: Option<(i64, i64)>,
    corrected: Option<i64>,
    curated: bool,
}

fn shapes() -> impl Strategy<Value = Vec<EntryShape>> {
    let entity = 1..=ENTITIES;
    let shape = (
        0i64..3,
        prop::collection::vec(entity.clone(), 0..4),
        prop::option::of((entity.clone(), entity.clone())),
        prop::option::of(entity),
        any::<bool>(),
    );
    let shape = shape.prop_map(|(parts, mentions, relation, corrected, curated)| EntryShape {
        parts,
        mentions,
        relation,
        corrected,
        curated,
    });
    prop::collection::vec(shape, 1..5)
}

fn from_json<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn entry(id: i64, shape: &EntryShape) -> ExportedEntry {
    let parts = || 1..=shape.parts;
    from_json(json!({
        "id": id, "entry_date": format!("2024-05-{id:02}"), "date_confirmed": id % 2 == 0, "title": format!("Day {id}"),
        "tags": parts().map(|part| format!("tag{part}")).collect::<Vec<_>>(), "source_type": "photo",
        "raw_text": format!("plum brandy {id}"), "final_text": format!("Plum brandy, day {id}"), "word_count": 4,
        "language": "de", "content_boundary": { "char_start": 0, "char_end": 4 }, "doubts_verified": false,
        "uncertain_spans": parts().map(|part| json!({ "char_start": part, "char_end": part + 1, "created_at": AT })).collect::<Vec<_>>(),
        "entities_outdated": id % 2 == 1, "text_revision": 2 + id, "accepted_at": null,
        "provenance": { "added_by": { "via": "key:3", "assistant": "a" }, "written_by": null },
        "sources": parts().map(|part| json!({
            "id": 10 * id + part, "label": format!("p{part}.jpg"), "media_type": "image/jpeg", "sha256": "ab", "created_at": AT,
            "original": null,
        })).collect::<Vec<_>>(),
        "pages": parts().map(|part| json!({
            "number": part, "raw_text": "page", "source": 10 * id + part, "created_at": AT,
        })).collect::<Vec<_>>(),
        "moods": parts().map(|part| json!({
            "dimension": format!("d{part}"), "score": 0.5, "confidence": null, "rationale": "why", "created_at": AT,
            "model": "m", "prompt_version": 3, "text_revision": 1, "owner_score": -0.25, "owner_at": AT, "owner_note": "no",
        })).collect::<Vec<_>>(),
        "history": parts().map(|part| json!({
            "version": part, "entry_date": "2024-05-01", "title": null, "final_text": "before", "word_count": 1,
            "replaced_at": AT, "written_by": null,
        })).collect::<Vec<_>>(),
        "created_at": AT, "updated_at": AT,
    }))
}

fn entity(id: i64, curated: bool) -> ExportedEntity {
    from_json(json!({
        "id": id, "entity_type": "person", "canonical_name": format!("Person {id}"), "description": "d",
        "aliases": [{ "id": 100 + id, "alias": format!("p{id}"), "created_at": AT }], "is_curated": curated,
        "first_seen": "2024-05-01", "is_quarantined": false, "quarantine_reason": "", "quarantined_at": "",
        "created_at": AT, "updated_at": AT,
    }))
}

fn mention(id: i64, entity: i64, entry: i64) -> ExportedMention {
    from_json(json!({
        "id": id, "entity_id": entity, "entry_id": entry, "quote": "q", "confidence": 0.5, "extraction_run_id": "r",
        "match_source": null, "created_at": AT, "name": "n", "char_start": 1, "char_end": 2, "model": "m", "prompt_version": 1,
    }))
}

/// Fills a notebook with the entries and only the entities that something refers to, as an extraction run does.
fn fill(db: &NotebookDb<'_>, shapes: &[EntryShape]) -> Result<()> {
    let mut used: Vec<i64> = shapes.iter().flat_map(|shape| shape.mentions.clone()).collect();
    used.extend(shapes.iter().filter_map(|shape| shape.relation).flat_map(|(one, other)| [one, other]));
    used.sort_unstable();
    used.dedup();
    let curated = |id: i64| shapes.iter().any(|shape| shape.curated && shape.mentions.first() == Some(&id));
    for &id in &used {
        entities::add_entity(db, &entity(id, curated(id)))?;
    }
    for (shape, id) in shapes.iter().zip(1..) {
        let added = entry(id, shape);
        import_rows::add_entry(db, &added)?;
        for source in &added.sources {
            let media = Uuid::from_u128(u128::try_from(source.id).unwrap());
            let original =
                ExportedOriginal { id: media, media_type: "image/jpeg".into(), bytes: 3, created_at: AT.into() };
            let sealed = SealedFile { plain_bytes: 3, plain_hash: [0; 32], hash: [1; 32] };
            import_rows::add_original(db, source.id, &original, &sealed)?;
        }
        for (&entity, row) in shape.mentions.iter().zip(100 * id..) {
            entities::add_mention(db, &mention(row, entity, id))?;
        }
        if let Some((subject, object)) = shape.relation {
            let relationship: ExportedRelationship = from_json(json!({
                "id": 100 * id, "subject_entity_id": subject, "predicate": "met", "object_entity_id": object, "quote": "q",
                "entry_id": id, "confidence": 1.0, "extraction_run_id": "r", "created_at": AT, "model": "m",
            }));
            entities::add_relationship(db, &relationship)?;
        }
        if let Some(whom) = shape.corrected.filter(|whom| shape.mentions.contains(whom)) {
            let said: ExportedCorrection = from_json(json!({
                "id": 100 * id, "entity_type": "person", "name_key": "bob", "entry_id": id, "entity_id": whom, "decided_at": AT,
            }));
            entities::add_correction(db, &said)?;
        }
    }
    for (pair, id) in used.windows(2).zip(1..) {
        let candidate: ExportedMergeCandidate = from_json(json!({
            "id": id, "entity_id_a": pair[0], "entity_id_b": pair[1], "similarity": 0.9, "status": "dismissed",
            "extraction_run_id": null, "created_at": AT, "updated_at": AT, "resolved_at": AT,
        }));
        entities::add_merge_candidate(db, &candidate)?;
    }
    Ok(())
}

/// Returns everything that an export contains, with the originals.
fn export(db: &NotebookDb<'_>) -> Result<Value> {
    let ids = db.query_all("SELECT id FROM entries ORDER BY id", [], |row| row.get(0).map(EntryId))?;
    let entries: Vec<_> = ids.into_iter().map(|id| export_rows::read_entry(db, id)).collect::<Result<_>>()?;
    let originals = db.query_all("SELECT id, source_file_id, trashed_entry FROM media ORDER BY id", [], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, Option<i64>>(2)?))
    })?;
    Ok(json!({
        "entries": entries, "originals": originals, "entities": export_rows::list_entities(db, 0)?,
        "mentions": export_rows::list_mentions(db, 0)?, "relationships": export_rows::list_relationships(db, 0)?,
        "corrections": export_rows::list_corrections(db, 0)?, "candidates": export_rows::list_merge_candidates(db, 0)?,
    }))
}

fn filled(shapes: &[EntryShape]) -> (tempfile::TempDir, EncryptedDatabase<NotebookKind>) {
    let (folder, notebook) = test_support::temp_notebook();
    notebook.write(|db| fill(db, shapes)).unwrap();
    (folder, notebook)
}

fn plain_shape() -> EntryShape {
    EntryShape { parts: 2, mentions: vec![1, 2], relation: Some((1, 2)), corrected: Some(1), curated: false }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The entries are restored in the reverse order of their deletion.
    #[test]
    fn trash_then_restore_is_identity_on_the_export(shapes in shapes(), order in prop::collection::vec(any::<prop::sample::Index>(), 1..6)) {
        let (_folder, notebook) = filled(&shapes);
        let before = notebook.read(export).unwrap();
        let mut deleted: Vec<EntryId> = Vec::new();
        for at in order {
            let id = EntryId(i64::try_from(at.index(shapes.len())).unwrap() + 1);
            let added = notebook.write(|db| add(db, id, AT)).unwrap();
            prop_assert_eq!(added, (!deleted.contains(&id)).then_some(id));
            deleted.extend(added);
        }
        let kept = notebook.read(|db| db.query_one("SELECT COUNT(*) FROM entries", [], |row| row.get::<_, usize>(0))).unwrap();
        prop_assert_eq!(kept, shapes.len() - deleted.len());
        prop_assert_eq!(notebook.write(uploads::remove_unowned).unwrap(), 0, "originals in the trash are owned");

        while let Some(id) = deleted.pop() {
            let restored = notebook.write(|db| restore(db, id)).unwrap();
            prop_assert_eq!(restored, RestoredEntry { trash_id: id, id });
        }

        prop_assert_eq!(notebook.read(export).unwrap(), before);
        prop_assert_eq!(notebook.read(count).unwrap(), 0);
        prop_assert!(notebook.write(full_text::is_consistent).unwrap());
        prop_assert_eq!(notebook.integrity_errors().unwrap(), Vec::<String>::new());
    }
}

#[test]
fn a_restore_takes_new_ids_where_the_old_are_taken() {
    let (_folder, notebook) = filled(&[plain_shape()]);
    let first = notebook.read(export).unwrap();
    notebook.write(|db| add(db, EntryId(1), AT)).unwrap();
    // An import brings other rows with the same ids; they are of other entities.
    notebook
        .write(|db| {
            entities::add_entity(
                db,
                &ExportedEntity { created_at: "later".into(), canonical_name: "Other".into(), ..entity(1, false) },
            )?;
            let shape = EntryShape { mentions: vec![1], relation: None, corrected: None, ..plain_shape() };
            let mut other = entry(1, &shape);
            other.final_text = "another entry".into();
            import_rows::add_entry(db, &other)?;
            entities::add_mention(db, &mention(100, 1, 1))
        })
        .unwrap();

    let restored = notebook.write(|db| restore(db, EntryId(1))).unwrap();

    assert_eq!(restored, RestoredEntry { trash_id: EntryId(1), id: EntryId(2) });
    let after = notebook.read(export).unwrap();
    let entries = after["entries"].as_array().unwrap();
    assert_eq!(entries[0]["final_text"], "another entry");
    assert_eq!(entries[1]["final_text"], first["entries"][0]["final_text"]);
    let sources: Vec<_> = entries[1]["sources"].as_array().unwrap().iter().map(|source| source["id"].clone()).collect();
    assert_eq!(sources, [json!(13), json!(14)]);
    assert_eq!(entries[1]["pages"][1]["source"], 14);
    assert_eq!(entries[1]["sources"][0]["original"]["id"], first["entries"][0]["sources"][0]["original"]["id"]);
    let names: Vec<_> =
        after["entities"].as_array().unwrap().iter().map(|entity| entity["canonical_name"].clone()).collect();
    assert_eq!(names, ["Other", "Person 2", "Person 1"]);
    assert_eq!(after["mentions"].as_array().unwrap().len(), 3);
    assert_eq!(after["relationships"][0]["subject_entity_id"], after["entities"][2]["id"]);
}

#[test]
fn a_restore_follows_merges_and_keeps_dismissed_names_away() {
    let (_folder, notebook) =
        filled(&[plain_shape(), EntryShape { mentions: vec![3], relation: None, ..plain_shape() }]);
    notebook.write(|db| add(db, EntryId(1), AT)).unwrap();
    notebook
        .write(|db| {
            db.execute(
                "INSERT INTO entity_merge_history (survivor_id, absorbed_id, absorbed_name, absorbed_type, merged_at)
                 VALUES (3, 1, 'Person 1', 'person', 'now')",
                [],
            )?;
            db.execute(
                "INSERT INTO entity_corrections (entity_type, name_key, decided_at) VALUES ('person', 'person 2', 'now')",
                [],
            )
        })
        .unwrap();

    notebook.write(|db| restore(db, EntryId(1))).unwrap();

    let after = notebook.read(export).unwrap();
    let ids = |list: &str, field: &str| -> Vec<i64> {
        after[list].as_array().unwrap().iter().map(|row| row[field].as_i64().unwrap()).collect()
    };
    assert_eq!(ids("entities", "id"), [3]);
    assert_eq!(ids("mentions", "entity_id"), [3, 3]);
    assert_eq!(after["relationships"], json!([]));
}

#[test]
fn removal_from_the_trash_returns_the_originals() {
    let (_folder, notebook) = filled(&[plain_shape(), plain_shape()]);
    notebook.write(|db| add(db, EntryId(1), "2026-11-20T00:00:00Z")).unwrap();
    notebook.write(|db| add(db, EntryId(2), "2026-11-22T00:00:00Z")).unwrap();

    let shown = notebook.read(|db| list(db, 10, 0)).unwrap();
    assert_eq!(shown.iter().map(|item| item.id.0).collect::<Vec<_>>(), [2, 1], "newest deletion first");
    assert_eq!((shown[0].originals, shown[0].preview.as_str()), (2, "Plum brandy, day 2"));
    assert_eq!(notebook.read(|db| list_deleted_until(db, AT)).unwrap(), [EntryId(1)]);
    assert_eq!(notebook.read(oldest_deletion).unwrap().as_deref(), Some("2026-11-20T00:00:00Z"));
    let totals = notebook.read(crate::storage::notebook::counts::notebook_totals).unwrap();
    assert_eq!((totals.entries, totals.trashed, totals.originals), (0, 2, 4));

    let removed = notebook.write(|db| remove(db, EntryId(1))).unwrap().unwrap();

    assert_eq!(removed, [Uuid::from_u128(11), Uuid::from_u128(12)]);
    assert_eq!(notebook.write(|db| remove(db, EntryId(1))).unwrap(), None);
    assert_eq!(notebook.read(list_ids).unwrap(), [EntryId(2)]);
    assert_eq!(notebook.read(uploads::list_media_ids).unwrap().len(), 2);
    assert_eq!(notebook.write(|db| restore(db, EntryId(1))).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn an_id_that_is_in_the_trash_already_gets_another_place() {
    let (_folder, notebook) = filled(&[plain_shape()]);
    notebook.write(|db| add(db, EntryId(1), AT)).unwrap();
    notebook
        .write(|db| {
            import_rows::add_entry(
                db,
                &ExportedEntry { sources: Vec::new(), pages: Vec::new(), ..entry(1, &plain_shape()) },
            )
        })
        .unwrap();

    let id = notebook.write(|db| add(db, EntryId(1), AT)).unwrap();

    assert_eq!(id, Some(EntryId(2)));
    assert_eq!(notebook.read(list_ids).unwrap(), [EntryId(1), EntryId(2)]);
    let restored = notebook.write(|db| restore(db, EntryId(2))).unwrap();
    assert_eq!(restored.id, EntryId(1));
}

#[test]
fn words_of_a_deleted_entry_leave_the_index() {
    let (_folder, notebook) = filled(&vec![plain_shape(); 4]);
    let word = |db: &NotebookDb<'_>| -> Result<i64> {
        let sql = "SELECT COUNT(*) FROM entries_fts_data WHERE INSTR(block, CAST('zzyzxia' AS BLOB)) > 0";
        db.query_one(sql, [], |row| row.get(0))
    };
    let text = "UPDATE entries SET final_text = 'the zzyzxia of rain' WHERE id = 2";
    notebook.write(|db| db.execute(text, [])).unwrap();
    assert_eq!(notebook.read(word).unwrap(), 1);

    notebook.write(|db| add(db, EntryId(2), AT)).unwrap();

    assert_eq!(notebook.read(word).unwrap(), 0);
    notebook.write(|db| remove(db, EntryId(2))).unwrap();
    assert_eq!(notebook.read(word).unwrap(), 0);
    assert!(notebook.write(full_text::is_consistent).unwrap());
}
