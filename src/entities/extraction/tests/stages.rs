//! Which entity a name means.

use std::collections::BTreeMap;
use std::collections::HashMap;

use rusqlite::named_params;

use crate::config::providers::Entities;
use crate::entities::extraction::known::Memory;
use crate::entities::extraction::prompt::Offer;
use crate::entities::extraction::reply::Against;
use crate::entities::extraction::reply::Found;
use crate::entities::extraction::resolution::Resolved;
use crate::entities::extraction::resolution::Sight;
use crate::entities::extraction::resolution::described;
use crate::model::entity::EntityType;
use crate::model::entity::EntityType::Organization;
use crate::model::entity::EntityType::Person;
use crate::model::entity::EntityType::Place;
use crate::model::id::EntityId;
use crate::model::id::EntryId;
use crate::storage::notebook;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::found;
use crate::storage::notebook::entities::known;

pub(super) const AT: &str = "2026-03-01T08:00:00Z";

pub(super) fn settings() -> Entities {
    let model = "claude-x".to_owned();
    Entities { model, dedup_similarity: 0.88, candidates: 30, candidate_threshold: 0.4, match_threshold: 0.3 }
}

pub(super) fn add(db: &NotebookDb<'_>, kind: EntityType, name: &str, vector: Option<&[f32]>) -> EntityId {
    let new = found::New {
        kind,
        name,
        description: "",
        embedding: vector.map(|vector| (vector, "m")),
        first_seen: "2026-03-01",
        at: AT,
    };
    found::add(db, &new).unwrap()
}

/// What the owner says of a name.
pub(super) fn correct(db: &NotebookDb<'_>, kind: EntityType, key: &str, entry: Option<i64>, is: Option<i64>) {
    db.run(
        "INSERT INTO entity_corrections (entity_type, name_key, entry_id, entity_id, decided_at)
         VALUES (:kind, :key, :entry, :is, '2026-03-01T08:00:00Z')",
        named_params! { ":kind": kind.name(), ":key": key, ":entry": entry, ":is": is },
    )
    .unwrap();
}

pub(super) fn entry(db: &NotebookDb<'_>, text: &str) -> EntryId {
    let new = notebook::entries::NewEntry {
        entry_date: "2026-03-01",
        date_confirmed: true,
        title: None,
        source_type: crate::model::entry::SourceType::TextEntry,
        raw_text: text,
        final_text: text,
        window: None,
        added_by: None,
        at: AT,
    };
    notebook::entries::add(db, &new).unwrap()
}

/// Makes what a model says of one into what counts.
pub(super) fn named(kind: EntityType, name: &str, aliases: &[&str], asserted: Option<i64>) -> Found {
    let reply = serde_json::json!({ "entities": [{
        "entity_type": kind, "canonical_name": name, "quote": name, "confidence": 0.5, "aliases": aliases,
        "matches_known_id": asserted,
    }], "relationships": [] });
    let casing = BTreeMap::new();
    let against = Against { text: name, author: "Ada", casing: &casing };
    against.accept(serde_json::from_value(reply).unwrap()).entities.remove(0)
}

/// Type, name, other names, what the model asserts, vector, what it was told of, entry; and what it is and how.
type Row<'r> = (EntityType, &'r str, &'r [&'r str], Option<i64>, Option<[f32; 2]>, &'r [i64], i64, &'r str);

#[test]
fn p_6_stages_come_in_order_and_the_first_that_hits_counts() {
    const NEAR: Option<[f32; 2]> = Some([0.96, 0.28]);
    const FAR: Option<[f32; 2]> = Some([0.5, 0.866]);
    const AWAY: Option<[f32; 2]> = Some([-1.0, 0.0]);
    let (_folder, database) = notebook::scratch();
    database
        .write(|db| {
            entry(db, "rain");
            entry(db, "snow");
            // 1 and 2 go by the same name, 3 is set aside, 4 has no vector.
            add(db, Person, "Bob Hart", Some(&[1.0, 0.0]));
            add(db, Place, "Bob Hart", Some(&[1.0, 0.0]));
            let third = add(db, Person, "Carol", Some(&[0.0, 1.0]));
            add(db, Organization, "Zoë & Sons", None);
            let bob = found::find(db, EntityId(1))?.unwrap();
            found::call(db, &bob, "bobby", AT)?;
            found::set_aside(db, third, "noise", AT)?;
            correct(db, Person, "uncle", None, Some(1));
            correct(db, Person, "carol", Some(2), Some(1));
            correct(db, Person, "nobody", None, None);
            correct(db, Person, "somebody", None, None);
            correct(db, Person, "somebody", Some(1), Some(3));
            correct(db, Place, "the hart", None, Some(1));
            Ok(())
        })
        .unwrap();
    let all: &[i64] = &[1, 2, 3, 4];
    let rows: &[Row<'_>] = &[
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
    for &(kind, name, aliases, asserted, vector, offered, entry, wanted) in rows {
        let named = named(kind, name, aliases, asserted);
        let resolved = database.read(|db| {
            let memory = Memory::new(known::all(db, "m")?);
            let vectors: HashMap<_, _> =
                vector.map(|vector| (described(&named.name, ""), vector.to_vec())).into_iter().collect();
            let offer = |id: &i64| {
                let entity = found::find(db, EntityId(*id)).unwrap().unwrap();
                let (canonical_name, entity_type) = (entity.name, entity.kind);
                Offer { id: entity.id, canonical_name, entity_type, aliases: Vec::new(), description: String::new() }
            };
            let offered: Vec<_> = offered.iter().map(offer).collect();
            let (memory, vectors, settings) = (&memory, &vectors, &settings());
            Sight { db, entry: EntryId(entry), offered: &offered, memory, vectors, settings }.resolve(&named)
        });
        let told = match resolved.unwrap() {
            Resolved::Is(entity, stage) => format!("{} {}", entity.id, stage.name()),
            Resolved::Nothing => "nothing".to_owned(),
            Resolved::New => "new".to_owned(),
        };
        assert_eq!(told, wanted, "{kind} {name} {aliases:?} {asserted:?} {vector:?}");
    }
}

#[test]
fn what_is_offered_is_near_not_set_aside_and_not_too_much() {
    let (_folder, database) = notebook::scratch();
    database
        .write(|db| {
            add(db, Person, "Near", Some(&[2.0, 0.0]));
            add(db, Person, "Nearer", Some(&[0.8, 0.6]));
            add(db, Person, "Far", Some(&[-1.0, 0.0]));
            let noise = add(db, Person, "Noise", Some(&[1.0, 0.0]));
            add(db, Person, "None", None);
            add(db, Person, "Longer", Some(&[1.0, 0.0, 0.0]));
            found::set_aside(db, noise, "noise", AT)?;
            let near = found::find(db, EntityId(1))?.unwrap();
            found::call(db, &near, "n", AT)
        })
        .unwrap();
    let offered = |most: usize| {
        let settings = Entities { candidates: most, ..settings() };
        let memory = database.read(|db| Ok(Memory::new(known::all(db, "m")?))).unwrap();
        memory.offers(&[vec![0.6, 0.8], vec![0.8, 0.6]], &settings)
    };

    let names: Vec<_> = offered(30).into_iter().map(|offer| (offer.canonical_name, offer.aliases)).collect();

    assert_eq!(names, [("Nearer".to_owned(), vec![]), ("Near".to_owned(), vec!["n".to_owned()])]);
    assert_eq!((offered(1).len(), offered(0).len()), (1, 0));
    assert!(database.read(|db| known::all(db, "another model")).unwrap().is_empty());
}
