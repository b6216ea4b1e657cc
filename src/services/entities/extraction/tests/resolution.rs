//! Resolution stages of a name.

use std::collections::{BTreeMap, HashMap};

use crate::config::providers::EntityExtractionConfig;
use crate::domain::entity::EntityType::{self, Organization, Person, Place};
use crate::domain::id::{EntityId, EntryId};
use crate::services::entities::extraction::entity_cache::EntityCache;
use crate::services::entities::extraction::prompt::KnownEntity;
use crate::services::entities::extraction::reply::{ExtractedEntity, ReplyContext};
use crate::services::entities::extraction::resolution::{NameResolution, ResolutionContext, embedding_text};
use crate::storage::notebook::entities::corrections::{self, CorrectedName};
use crate::storage::notebook::entities::{upsert, vectors};
use crate::storage::notebook::{self, NotebookDb};

pub(super) const AT: &str = "2026-03-01T08:00:00Z";

pub(super) fn test_settings() -> EntityExtractionConfig {
    let model = "claude-x".to_owned();
    EntityExtractionConfig {
        model,
        dedup_similarity: 0.88,
        candidates: 30,
        candidate_threshold: 0.4,
        match_threshold: 0.3,
    }
}

pub(super) fn add_entity(db: &NotebookDb<'_>, kind: EntityType, name: &str, vector: Option<&[f32]>) -> EntityId {
    let new = upsert::NewEntity {
        kind,
        name,
        description: "",
        embedding: vector.map(|vector| (vector, "m")),
        first_seen: "2026-03-01",
        at: AT,
    };
    upsert::add(db, &new).unwrap()
}

/// Stores an owner correction of a name.
pub(super) fn add_correction(db: &NotebookDb<'_>, kind: EntityType, key: &str, entry: Option<i64>, is: Option<i64>) {
    let name = CorrectedName { kind, key, entry: entry.map(EntryId) };
    corrections::set(db, name, is.map(EntityId), AT).unwrap();
}

pub(super) fn add_entry(db: &NotebookDb<'_>, text: &str) -> EntryId {
    let new = notebook::entries::NewEntry {
        entry_date: "2026-03-01",
        date_confirmed: true,
        dating: notebook::entries::EntryDating::default(),
        title: None,
        source_type: crate::domain::entry::SourceType::TextEntry,
        raw_text: text,
        final_text: text,
        window: None,
        added_by: None,
        at: AT,
    };
    notebook::entries::add(db, &new).unwrap()
}

/// Validates a reply with one entity.
pub(super) fn extracted_entity(
    kind: EntityType,
    name: &str,
    aliases: &[&str],
    asserted: Option<i64>,
) -> ExtractedEntity {
    let reply = serde_json::json!({ "entities": [{
        "entity_type": kind, "canonical_name": name, "quote": name, "confidence": 0.5, "aliases": aliases,
        "matches_known_id": asserted,
    }], "relationships": [] });
    let casing = BTreeMap::new();
    let against = ReplyContext { text: name, author: "Ada", casing: &casing };
    against.validate(serde_json::from_value(reply).unwrap()).entities.remove(0)
}

/// Type, name, aliases, matched id, vector, offered ids, entry; expected id and stage.
type ResolutionCase<'r> = (EntityType, &'r str, &'r [&'r str], Option<i64>, Option<[f32; 2]>, &'r [i64], i64, &'r str);

#[test]
fn p_6_the_first_matching_resolution_stage_wins() {
    const NEAR: Option<[f32; 2]> = Some([0.96, 0.28]);
    const FAR: Option<[f32; 2]> = Some([0.5, 0.866]);
    const AWAY: Option<[f32; 2]> = Some([-1.0, 0.0]);
    let (_folder, database) = notebook::test_support::temp_notebook();
    database
        .write(|db| {
            add_entry(db, "rain");
            add_entry(db, "snow");
            // 1 and 2 have the same name, 3 is quarantined, 4 has no vector.
            add_entity(db, Person, "Bob Hart", Some(&[1.0, 0.0]));
            add_entity(db, Place, "Bob Hart", Some(&[1.0, 0.0]));
            let third = add_entity(db, Person, "Carol", Some(&[0.0, 1.0]));
            add_entity(db, Organization, "Zoë & Sons", None);
            let bob = upsert::find(db, EntityId(1))?.unwrap();
            upsert::add_alias(db, &bob, "bobby", AT)?;
            upsert::quarantine(db, third, "noise", AT)?;
            add_correction(db, Person, "uncle", None, Some(1));
            add_correction(db, Person, "carol", Some(2), Some(1));
            add_correction(db, Person, "nobody", None, None);
            add_correction(db, Person, "somebody", None, None);
            add_correction(db, Person, "somebody", Some(1), Some(3));
            add_correction(db, Place, "the hart", None, Some(1));
            Ok(())
        })
        .unwrap();
    let all: &[i64] = &[1, 2, 3, 4];
    let rows: &[ResolutionCase<'_>] = &[
        (Person, "Bob Hart", &[], None, None, &[], 1, "1 stage_a"),
        (Person, "BOB HART", &[], None, None, &[], 1, "1 stage_a"),
        (Place, "Bob Hart", &[], None, None, &[], 1, "2 stage_a"),
        (Person, "Bobby", &[], None, None, &[], 1, "1 stage_b"),
        (Person, "Robert", &["Bobby"], None, None, &[], 1, "1 stage_b"),
        (Person, "Robert", &["bobby ", "x"], None, None, &[], 1, "1 stage_b"),
        (Place, "Bobby", &[], None, None, &[], 1, "new"),
        (Person, "Carol", &[], None, None, &[], 1, "3 stage_a"),
        (Person, "Robert", &[], None, NEAR, &[], 1, "1 stage_c"),
        (Place, "Robert", &[], None, NEAR, &[], 1, "2 stage_c"),
        (Organization, "Robert", &[], None, NEAR, &[], 1, "new"),
        (Person, "Robert", &[], None, FAR, &[], 1, "new"),
        (Person, "Robert", &[], None, None, &[], 1, "new"),
        (Organization, "zoë & sons", &[], None, FAR, &[], 1, "4 stage_a"),
        (Organization, "ZOË & Sons", &[], None, FAR, &[], 1, "new"),
        (Person, "Robert", &[], Some(1), FAR, all, 1, "1 llm_asserted"),
        (Person, "Carol", &[], Some(1), FAR, all, 1, "1 llm_asserted"),
        (Person, "Robert", &[], Some(1), AWAY, all, 1, "new"),
        (Person, "Robert", &[], Some(1), None, all, 1, "new"),
        (Person, "Robert", &[], Some(1), FAR, &[3], 1, "new"),
        (Person, "Robert", &[], Some(2), FAR, all, 1, "new"),
        (Person, "Robert", &[], Some(99), FAR, all, 1, "new"),
        (Person, "Robert", &[], Some(-1), FAR, all, 1, "new"),
        (Organization, "Robert", &[], Some(4), NEAR, all, 1, "new"),
        (Person, "Carol", &[], Some(99), FAR, all, 1, "3 stage_a"),
        (Person, "uncle", &[], None, None, &[], 1, "1 owner"),
        (Person, "Uncle", &["bobby"], Some(3), NEAR, all, 2, "1 owner"),
        (Place, "Uncle", &[], None, None, &[], 1, "new"),
        (Place, "the  Hart", &[], None, None, &[], 1, "1 owner"),
        (Person, "Carol", &[], None, None, &[], 2, "1 owner"),
        (Person, "Nobody", &["bobby"], Some(1), NEAR, all, 1, "nothing"),
        (Person, "Somebody", &[], None, None, &[], 2, "nothing"),
        (Person, "Somebody", &[], None, None, &[], 1, "3 owner"),
    ];
    for &(kind, name, aliases, asserted, vector, offered, entry, expected) in rows {
        let named = extracted_entity(kind, name, aliases, asserted);
        let resolved = database.read(|db| {
            let memory = EntityCache::new(vectors::list(db, "m")?);
            let vectors: HashMap<_, _> =
                vector.map(|vector| (embedding_text(&named.name, ""), vector.to_vec())).into_iter().collect();
            let offer = |id: &i64| {
                let entity = upsert::find(db, EntityId(*id)).unwrap().unwrap();
                let (canonical_name, entity_type) = (entity.name, entity.kind);
                KnownEntity {
                    id: entity.id,
                    canonical_name,
                    entity_type,
                    aliases: Vec::new(),
                    description: String::new(),
                }
            };
            let offered: Vec<_> = offered.iter().map(offer).collect();
            let (cache, vectors, settings) = (&memory, &vectors, &test_settings());
            ResolutionContext { db, entry: EntryId(entry), offered: &offered, cache, vectors, settings }.resolve(&named)
        });
        let stage = match resolved.unwrap() {
            NameResolution::Existing(entity, stage) => format!("{} {}", entity.id, stage.name()),
            NameResolution::Dismissed => "nothing".to_owned(),
            NameResolution::New => "new".to_owned(),
        };
        assert_eq!(stage, expected, "{kind} {name} {aliases:?} {asserted:?} {vector:?}");
    }
}

#[test]
fn offered_entities_are_near_limited_and_not_quarantined() {
    let (_folder, database) = notebook::test_support::temp_notebook();
    database
        .write(|db| {
            add_entity(db, Person, "Near", Some(&[2.0, 0.0]));
            add_entity(db, Person, "Nearer", Some(&[0.8, 0.6]));
            add_entity(db, Person, "Far", Some(&[-1.0, 0.0]));
            let noise = add_entity(db, Person, "Noise", Some(&[1.0, 0.0]));
            add_entity(db, Person, "None", None);
            add_entity(db, Person, "Longer", Some(&[1.0, 0.0, 0.0]));
            upsert::quarantine(db, noise, "noise", AT)?;
            let near = upsert::find(db, EntityId(1))?.unwrap();
            upsert::add_alias(db, &near, "n", AT)
        })
        .unwrap();
    let offered = |most: usize| {
        let settings = EntityExtractionConfig { candidates: most, ..test_settings() };
        let memory = database.read(|db| Ok(EntityCache::new(vectors::list(db, "m")?))).unwrap();
        memory.offer_candidates(&[vec![0.6, 0.8], vec![0.8, 0.6]], &settings)
    };

    let names: Vec<_> = offered(30).into_iter().map(|offer| (offer.canonical_name, offer.aliases)).collect();

    assert_eq!(names, [("Nearer".to_owned(), vec![]), ("Near".to_owned(), vec!["n".to_owned()])]);
    assert_eq!((offered(1).len(), offered(0).len()), (1, 0));
    assert!(database.read(|db| vectors::list(db, "another model")).unwrap().is_empty());
}
