//! Stored rows of an extraction result.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::domain::id::EntryId;
use crate::error::Result;
use crate::services::entities::extraction::entity_cache::EntityCache;
use crate::services::entities::extraction::model_extraction::RunSettings;
use crate::services::entities::extraction::prompt::PROMPT_VERSION;
use crate::services::entities::extraction::reply::{ExtractionReply, ReplyContext};
use crate::services::entities::extraction::tests::resolution::{AT, add_correction, add_entry, test_settings};
use crate::services::entities::extraction::{ExtractionCounts, ModelExtraction, is_entry_changed, is_entry_deleted};
use crate::storage::database::EncryptedDatabase;
use crate::storage::notebook::entities::links::{self, ExtractionProvenance};
use crate::storage::notebook::entities::{test_support, vectors};
use crate::storage::notebook::{self, NotebookDb, NotebookKind, entries};

const TEXT: &str = "Tea with Bob Hart in Ghent.\nHe plays chess.";

struct ExtractionFixture {
    _folder: tempfile::TempDir,
    database: EncryptedDatabase<NotebookKind>,
}

impl ExtractionFixture {
    fn new() -> Self {
        let (folder, database) = notebook::test_support::temp_notebook();
        database.write(|db| Ok(add_entry(db, TEXT))).unwrap();
        Self { _folder: folder, database }
    }

    fn extraction(&self, id: i64, reply: &Value) -> ModelExtraction {
        let reply: ExtractionReply = serde_json::from_value(reply.clone()).unwrap();
        let source = self.database.read(|db| links::find_source(db, EntryId(id))).unwrap().unwrap();
        let casing = BTreeMap::from([("ghent".to_owned(), "GHENT".to_owned())]);
        let accepted = ReplyContext { text: &source.text, author: "Ada", casing: &casing }.validate(reply);
        let texts = accepted.entities.iter().map(|named| format!("{} {}", named.name, named.description));
        // Every text gets a distinct vector.
        let vectors: HashMap<_, _> = texts
            .map(|text| {
                let sum = text.bytes().fold(1_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
                (
                    text.trim().to_owned(),
                    (0..32).map(|bit| if sum >> bit & 1 == 1 { 0.1768 } else { -0.1768 }).collect(),
                )
            })
            .collect();
        ModelExtraction { entry: EntryId(id), source, offered: Vec::new(), reply: accepted, vectors }
    }

    fn store(&self, asked: &ModelExtraction, run: &str) -> Result<ExtractionCounts> {
        let facts = RunSettings {
            settings: test_settings(),
            embedder: "m".to_owned(),
            author: "Ada".to_owned(),
            author_vector: None,
            origin: ExtractionProvenance {
                run: run.to_owned(),
                model: "claude-x".to_owned(),
                prompt_version: PROMPT_VERSION,
                at: AT.to_owned(),
            },
        };
        let memory = self.database.read(|db| Ok(EntityCache::new(vectors::list(db, "m")?)))?;
        self.database.write(|db| asked.store(db, &facts, &memory).map(|(counts, _)| counts))
    }

    fn run(&self, id: i64, reply: &Value) -> ExtractionCounts {
        self.store(&self.extraction(id, reply), "run").unwrap()
    }

    fn write(&self, work: impl FnOnce(&NotebookDb<'_>)) {
        self.database
            .write(|db| {
                work(db);
                Ok(())
            })
            .unwrap();
    }

    fn rows(&self, sql: &str) -> Vec<String> {
        self.database.read(|db| db.query_all(sql, [], |row| row.get(0))).unwrap()
    }

    fn names(&self) -> Vec<String> {
        self.rows(test_support::NAMES)
    }

    fn edit(&self, id: i64, text: &str) {
        let change = entries::EntryChange { final_text: Some(text), ..entries::EntryChange::default() };
        self.write(|db| entries::change(db, EntryId(id), &change, None, AT).unwrap());
    }
}

fn entity_json(kind: &str, name: &str, quote: &str) -> Value {
    json!({ "entity_type": kind, "canonical_name": name, "quote": quote, "confidence": 0.9, "description": null,
            "aliases": [], "matches_known_id": null, "match_justification": null })
}

fn reply_json(entities: &[Value], relationships: &[(&str, &str, &str)]) -> Value {
    let relationships = relationships.iter().map(|(subject, predicate, object)| {
        json!({ "subject": subject, "predicate": predicate, "object": object, "quote": "plays chess", "confidence": 0.5 })
    });
    json!({ "entities": entities, "relationships": relationships.collect::<Vec<_>>() })
}

fn sample_reply() -> Value {
    let entities = [
        entity_json("person", "Bob Hart", "Tea with Bob Hart"),
        entity_json("place", "ghent", "in Ghent."),
        entity_json("activity", "chess", "He plays chess."),
    ];
    reply_json(&entities, &[("Bob Hart", "plays", "chess"), ("I", "knows", "Bob Hart"), ("ada", "knows", "bob  hart")])
}

#[test]
fn every_mention_stores_its_provenance() {
    let scene = ExtractionFixture::new();

    let counts = scene.run(1, &sample_reply());

    assert_eq!((counts.entities_created, counts.entities_matched, counts.mentions_created), (4, 0, 3));
    assert_eq!((counts.relationships_created, counts.entities_deleted, counts.entries_processed), (2, 0, 1));
    assert_eq!(counts.warnings, ["\"I knows Bob Hart\" was skipped: the entry does not mention both"]);
    assert_eq!(scene.names(), ["person Bob Hart", "place GHENT", "activity Chess", "person Ada"]);
    let mentions = scene.rows(test_support::MENTIONS);
    assert_eq!(
        mentions,
        [
            r#"[1,"Tea with Bob Hart",0,17,"Bob Hart","claude-x",1,"run",null]"#,
            r#"[2,"in Ghent.",18,27,"ghent","claude-x",1,"run",null]"#,
            r#"[3,"He plays chess.",28,43,"chess","claude-x",1,"run",null]"#,
        ]
    );
    let related = scene.rows(test_support::RELATED);
    assert_eq!(related, [r#"[1,"plays",3,31,42,"claude-x",1]"#, r#"[4,"knows",1,31,42,"claude-x",1]"#]);
    assert_eq!(scene.rows(test_support::AUTHOR), ["Journal author"]);
    assert_eq!(scene.rows(test_support::STALE), ["0"]);
    assert_eq!(scene.rows(test_support::VECTOR), ["m128"]);
}

#[test]
fn a_repeated_run_creates_no_duplicates() {
    let scene = ExtractionFixture::new();
    scene.run(1, &sample_reply());
    let before = scene.names();

    let counts = scene.run(1, &sample_reply());

    assert_eq!((counts.entities_created, counts.entities_matched, counts.mentions_created), (0, 3, 3));
    assert_eq!(scene.names(), before);
    assert_eq!(scene.rows(test_support::MATCHES), ["stage_a"; 3]);
    assert_eq!(scene.rows(test_support::RELATED_COUNT), ["2"]);
}

#[test]
fn bug_19_unmentioned_entities_are_pruned_unless_curated() {
    let scene = ExtractionFixture::new();
    let names = ["Bob Hart", "Gone", "Curated", "Corrected", "Survivor", "Decided", "Refused", "Elsewhere"];
    let entities: Vec<Value> = names.iter().map(|name| entity_json("person", name, "Tea with Bob Hart")).collect();
    let mut first = reply_json(&entities, &[]);
    first["entities"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .for_each(|named| named["quote"] = named["canonical_name"].clone());
    scene.run(1, &first);
    scene.write(|db| {
        add_entry(db, "Elsewhere");
        db.execute(test_support::CURATE, []).unwrap();
        add_correction(db, crate::domain::entity::EntityType::Person, "uncle", None, Some(4));
        for sql in [test_support::MERGED, test_support::DECIDED, test_support::REFUSED] {
            db.execute(sql, []).unwrap();
        }
        db.execute(test_support::RELATE, []).unwrap();
    });

    let counts = scene.run(1, &reply_json(&[entity_json("person", "Bob Hart", "Bob Hart")], &[]));

    assert_eq!(counts.entities_deleted, 1);
    let left: Vec<_> = names.iter().filter(|name| **name != "Gone").map(|name| format!("person {name}")).collect();
    assert_eq!(scene.names(), left);
}

#[test]
fn owner_corrections_are_never_overwritten() {
    let scene = ExtractionFixture::new();
    scene.run(1, &sample_reply());
    scene.write(|db| {
        db.execute(test_support::RENAMED, []).unwrap();
        db.execute(test_support::CALLED, []).unwrap();
        db.execute(test_support::REFUSED_BOBBY, []).unwrap();
        add_correction(db, crate::domain::entity::EntityType::Place, "ghent", None, None);
    });
    let mut again = sample_reply();
    again["entities"][0]["description"] = json!("a foe");
    again["entities"][0]["aliases"] = json!(["Bobby", "B. Hart", "chess", "BOB HART"]);
    again["entities"][2]["aliases"] = json!(["B. Hart"]);

    let counts = scene.run(1, &again);

    assert_eq!(scene.rows(test_support::FIRST), ["Robert, a friend"]);
    assert_eq!(scene.rows(test_support::FIRST_ASIDE), ["0"], "the renamed entity is not quarantined");
    let aliases = scene.rows(test_support::ALIASES);
    assert_eq!(aliases, ["1 bob hart", "1 b. hart", "1 chess", "3 b. hart"]);
    assert_eq!(counts.warnings[0], "ghent was skipped: the owner dismissed the name");
    assert_eq!(scene.names(), ["person Robert", "activity Chess", "person Ada"]);
}

#[test]
fn entities_with_unsupported_names_are_quarantined() {
    let scene = ExtractionFixture::new();
    let entities = [
        entity_json("person", "Zed", "Tea with Bob Hart"),
        entity_json("person", "Bob", "Tea with somebody else"),
        entity_json("person", "Ada", "I had tea"),
    ];

    let counts = scene.run(1, &reply_json(&entities, &[]));

    assert_eq!(scene.names(), ["person Zed", "person Bob", "person Ada"]);
    let aside = scene.rows(test_support::ASIDE);
    let reason = "its name does not occur in its quote";
    assert_eq!(aside, [format!("Zed: {reason}"), format!("Bob: {reason}")]);
    assert_eq!(counts.warnings.len(), 2);
    // Once its name occurs it is matched, but stays quarantined until the owner lifts it.
    assert_eq!(scene.run(1, &reply_json(&entities, &[])).entities_matched, 3);
    scene.write(|db| assert_eq!(db.execute(test_support::RELEASE, []).unwrap(), 3));
    scene.edit(1, "Tea.");

    let counts = scene.run(1, &reply_json(&[entity_json("person", "Bob", "Tea.")], &[]));

    assert_eq!(counts.warnings, ["Bob was quarantined: its name occurs in no entry that mentions it"]);
}

/// Makes a valid reply invalid.
type ReplyMutation<'a> = &'a dyn Fn(&mut Value);

#[test]
fn p_11_a_reply_is_validated_as_a_whole_before_storing() {
    let good = sample_reply();
    let invalid: [(&str, ReplyMutation); 9] = [
        ("a type", &|reply| reply["entities"][1]["entity_type"] = json!("robot")),
        ("a confidence", &|reply| reply["entities"][2]["confidence"] = json!(7)),
        ("a negative one", &|reply| reply["relationships"][0]["confidence"] = json!(-0.1)),
        ("none", &|reply| reply["entities"][0]["confidence"] = json!(null)),
        ("words for one", &|reply| reply["entities"][0]["confidence"] = json!("high")),
        ("another field", &|reply| reply["entities"][0]["note"] = json!("x")),
        ("an id in words", &|reply| reply["entities"][0]["matches_known_id"] = json!("1")),
        ("a name that is none", &|reply| reply["entities"][0]["canonical_name"] = json!(null)),
        ("no relationships", &|reply| drop(reply.as_object_mut().unwrap().remove("relationships"))),
    ];
    for (case, mutate) in invalid {
        let mut reply = good.clone();
        mutate(&mut reply);

        assert!(serde_json::from_value::<ExtractionReply>(reply).is_err(), "{case}");
    }
    assert!(serde_json::from_value::<ExtractionReply>(good).is_ok());
}

#[test]
fn excess_reply_content_is_truncated_or_skipped_with_warnings() {
    let scene = ExtractionFixture::new();
    let long = "x".repeat(1500);
    let mut first = entity_json("person", "Bob\u{1b}[31m\n Hart\u{202e}", &long);
    first["description"] = json!(long);
    first["aliases"] = (0..30).map(|n| format!("alias {n}")).chain(["x".repeat(201)]).collect();
    let mut entities = vec![first, entity_json("person", &"y".repeat(201), "Tea"), entity_json("person", " \n", "Tea")];
    entities.extend((0..250).map(|n| entity_json("topic", &format!("Topic {n}"), "Tea")));
    let relationships = [("Topic 1", "part_of", "Topic 2")].repeat(450);

    let counts = scene.run(1, &reply_json(&entities, &relationships));

    assert_eq!((counts.mentions_created, counts.relationships_created), (198, 400));
    assert!(counts.warnings[0].starts_with("the reply has 253 entities"), "{:?}", counts.warnings);
    assert!(counts.warnings[1].starts_with("the reply has 450 relationships"), "{:?}", counts.warnings);
    assert!(counts.warnings.len() <= 51);
    assert_eq!(scene.names()[0], "person Bob [31m Hart");
    let lengths = scene.rows(test_support::LENGTHS);
    assert_eq!(lengths, ["1000 1000"]);
    assert_eq!(scene.rows(test_support::FIRST_ALIASES), ["20"]);
}

#[test]
fn an_entry_changed_or_deleted_meanwhile_is_not_overwritten() {
    let scene = ExtractionFixture::new();
    scene.run(1, &sample_reply());
    let asked = scene.extraction(1, &reply_json(&[entity_json("person", "Zoe", "Zoe")], &[]));
    let before = scene.names();
    scene.edit(1, "Snow.");

    assert!(is_entry_changed(&scene.store(&asked, "late").unwrap_err()));
    assert_eq!((scene.names(), scene.rows(test_support::QUOTES).len()), (before, 3));
    let asked = scene.extraction(1, &sample_reply());
    scene.write(|db| assert!(entries::remove(db, EntryId(1)).unwrap()));

    assert!(is_entry_deleted(&scene.store(&asked, "later").unwrap_err()));
    assert_eq!(scene.names(), [""; 0], "entities that only it mentioned are deleted");
}

#[test]
fn of_two_runs_over_an_entry_the_last_result_is_kept() {
    let scene = ExtractionFixture::new();
    let (first, second) = (
        scene.extraction(1, &sample_reply()),
        scene.extraction(1, &reply_json(&[entity_json("place", "GHENT", "in Ghent")], &[])),
    );

    scene.store(&first, "one").unwrap();
    scene.store(&second, "two").unwrap();

    assert_eq!(scene.rows(test_support::RUNS), ["two 2"]);
    assert_eq!(scene.names(), ["place GHENT"]);
}
