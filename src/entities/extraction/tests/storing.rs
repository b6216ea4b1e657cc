//! What an entry comes to, as rows.

use std::collections::BTreeMap;
use std::collections::HashMap;

use serde_json::Value;
use serde_json::json;

use crate::entities::extraction::Asked;
use crate::entities::extraction::Counts;
use crate::entities::extraction::is_gone;
use crate::entities::extraction::is_moved;
use crate::entities::extraction::known::Memory;
use crate::entities::extraction::prompt::PROMPT_VERSION;
use crate::entities::extraction::reply::Against;
use crate::entities::extraction::reply::Reply;
use crate::entities::extraction::run::Facts;
use crate::entities::extraction::tests::stages::AT;
use crate::entities::extraction::tests::stages::correct;
use crate::entities::extraction::tests::stages::entry;
use crate::entities::extraction::tests::stages::settings;
use crate::error::Result;
use crate::model::id::EntryId;
use crate::storage::database::Database;
use crate::storage::notebook;
use crate::storage::notebook::Notebook;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::known;
use crate::storage::notebook::entities::linked;
use crate::storage::notebook::entities::linked::Origin;
use crate::storage::notebook::entities::sample;
use crate::storage::notebook::entries;

const TEXT: &str = "Tea with Bob Hart in Ghent.\nHe plays chess.";

struct Scene {
    _folder: tempfile::TempDir,
    database: Database<Notebook>,
}

impl Scene {
    fn new() -> Self {
        let (folder, database) = notebook::scratch();
        database.write(|db| Ok(entry(db, TEXT))).unwrap();
        Self { _folder: folder, database }
    }

    fn ask(&self, id: i64, reply: &Value) -> Asked {
        let reply: Reply = serde_json::from_value(reply.clone()).unwrap();
        let source = self.database.read(|db| linked::source(db, EntryId(id))).unwrap().unwrap();
        let casing = BTreeMap::from([("ghent".to_owned(), "GHENT".to_owned())]);
        let accepted = Against { text: &source.text, author: "Ada", casing: &casing }.accept(reply);
        let texts = accepted.entities.iter().map(|named| format!("{} {}", named.name, named.description));
        // Every name has a direction of its own.
        let vectors: HashMap<_, _> = texts
            .map(|text| {
                let sum = text.bytes().fold(1_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
                (
                    text.trim().to_owned(),
                    (0..32).map(|bit| if sum >> bit & 1 == 1 { 0.1768 } else { -0.1768 }).collect(),
                )
            })
            .collect();
        Asked { entry: EntryId(id), source, offered: Vec::new(), accepted, vectors }
    }

    fn store(&self, asked: &Asked, run: &str) -> Result<Counts> {
        let facts = Facts {
            settings: settings(),
            embedder: "m".to_owned(),
            author: "Ada".to_owned(),
            author_vector: None,
            origin: Origin {
                run: run.to_owned(),
                model: "claude-x".to_owned(),
                prompt_version: PROMPT_VERSION,
                at: AT.to_owned(),
            },
        };
        let memory = self.database.read(|db| Ok(Memory::new(known::all(db, "m")?)))?;
        self.database.write(|db| asked.store(db, &facts, &memory).map(|(counts, _)| counts))
    }

    fn run(&self, id: i64, reply: &Value) -> Counts {
        self.store(&self.ask(id, reply), "run").unwrap()
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
        self.database.read(|db| db.all(sql, [], |row| row.get(0))).unwrap()
    }

    fn names(&self) -> Vec<String> {
        self.rows(sample::NAMES)
    }

    fn edit(&self, id: i64, text: &str) {
        let change = entries::Change { final_text: Some(text), ..entries::Change::default() };
        self.write(|db| entries::change(db, EntryId(id), &change, None, AT).unwrap());
    }
}

fn one(kind: &str, name: &str, quote: &str) -> Value {
    json!({ "entity_type": kind, "canonical_name": name, "quote": quote, "confidence": 0.9, "description": null,
            "aliases": [], "matches_known_id": null, "match_justification": null })
}

fn all(entities: &[Value], relationships: &[(&str, &str, &str)]) -> Value {
    let relationships = relationships.iter().map(|(subject, predicate, object)| {
        json!({ "subject": subject, "predicate": predicate, "object": object, "quote": "plays chess", "confidence": 0.5 })
    });
    json!({ "entities": entities, "relationships": relationships.collect::<Vec<_>>() })
}

fn usual() -> Value {
    let entities = [
        one("person", "Bob Hart", "Tea with Bob Hart"),
        one("place", "ghent", "in Ghent."),
        one("activity", "chess", "He plays chess."),
    ];
    all(&entities, &[("Bob Hart", "plays", "chess"), ("I", "knows", "Bob Hart"), ("ada", "knows", "bob  hart")])
}

#[test]
fn every_mention_tells_where_it_comes_from() {
    let scene = Scene::new();

    let counts = scene.run(1, &usual());

    assert_eq!((counts.entities_created, counts.entities_matched, counts.mentions_created), (4, 0, 3));
    assert_eq!((counts.relationships_created, counts.entities_deleted, counts.entries_processed), (2, 0, 1));
    assert_eq!(counts.warnings, ["\"I knows Bob Hart\" was left out: the entry speaks of no such two"]);
    assert_eq!(scene.names(), ["person Bob Hart", "place GHENT", "activity Chess", "person Ada"]);
    let mentions = scene.rows(sample::MENTIONS);
    assert_eq!(
        mentions,
        [
            r#"[1,"Tea with Bob Hart",0,17,"Bob Hart","claude-x",1,"run",null]"#,
            r#"[2,"in Ghent.",18,27,"ghent","claude-x",1,"run",null]"#,
            r#"[3,"He plays chess.",28,43,"chess","claude-x",1,"run",null]"#,
        ]
    );
    let related = scene.rows(sample::RELATED);
    assert_eq!(related, [r#"[1,"plays",3,31,42,"claude-x",1]"#, r#"[4,"knows",1,31,42,"claude-x",1]"#]);
    assert_eq!(scene.rows(sample::AUTHOR), ["Journal author"]);
    assert_eq!(scene.rows(sample::STALE), ["0"]);
    assert_eq!(scene.rows(sample::VECTOR), ["m128"]);
}

#[test]
fn a_run_again_finds_the_same_and_makes_nothing_twice() {
    let scene = Scene::new();
    scene.run(1, &usual());
    let before = scene.names();

    let counts = scene.run(1, &usual());

    assert_eq!((counts.entities_created, counts.entities_matched, counts.mentions_created), (0, 3, 3));
    assert_eq!(scene.names(), before);
    assert_eq!(scene.rows(sample::MATCHES), ["stage_a"; 3]);
    assert_eq!(scene.rows(sample::RELATED_COUNT), ["2"]);
}

#[test]
fn bug_19_what_nobody_speaks_of_any_more_goes_but_what_the_owner_had_a_hand_in() {
    let scene = Scene::new();
    let names = ["Bob Hart", "Gone", "Curated", "Corrected", "Survivor", "Decided", "Refused", "Elsewhere"];
    let entities: Vec<Value> = names.iter().map(|name| one("person", name, "Tea with Bob Hart")).collect();
    let mut first = all(&entities, &[]);
    first["entities"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .for_each(|named| named["quote"] = named["canonical_name"].clone());
    scene.run(1, &first);
    scene.write(|db| {
        entry(db, "Elsewhere");
        db.run(sample::CURATE, []).unwrap();
        correct(db, crate::model::entity::EntityType::Person, "uncle", None, Some(4));
        for sql in [sample::MERGED, sample::DECIDED, sample::REFUSED] {
            db.run(sql, []).unwrap();
        }
        db.run(sample::RELATE, []).unwrap();
    });

    let counts = scene.run(1, &all(&[one("person", "Bob Hart", "Bob Hart")], &[]));

    assert_eq!(counts.entities_deleted, 1);
    let left: Vec<_> = names.iter().filter(|name| **name != "Gone").map(|name| format!("person {name}")).collect();
    assert_eq!(scene.names(), left);
}

#[test]
fn what_the_owner_said_is_never_overwritten() {
    let scene = Scene::new();
    scene.run(1, &usual());
    scene.write(|db| {
        db.run(sample::RENAMED, []).unwrap();
        db.run(sample::CALLED, []).unwrap();
        db.run(sample::REFUSED_BOBBY, []).unwrap();
        correct(db, crate::model::entity::EntityType::Place, "ghent", None, None);
    });
    let mut again = usual();
    again["entities"][0]["description"] = json!("a foe");
    again["entities"][0]["aliases"] = json!(["Bobby", "B. Hart", "chess", "BOB HART"]);
    again["entities"][2]["aliases"] = json!(["B. Hart"]);

    let counts = scene.run(1, &again);

    assert_eq!(scene.rows(sample::FIRST), ["Robert, a friend"]);
    assert_eq!(scene.rows(sample::FIRST_ASIDE), ["0"], "its name stands nowhere");
    let aliases = scene.rows(sample::ALIASES);
    assert_eq!(aliases, ["1 bob hart", "1 b. hart", "1 chess", "3 b. hart"]);
    assert_eq!(counts.warnings[0], "ghent was left out, as the owner said");
    assert_eq!(scene.names(), ["person Robert", "activity Chess", "person Ada"]);
}

#[test]
fn names_that_are_not_in_the_words_are_set_aside_and_swept() {
    let scene = Scene::new();
    let entities = [
        one("person", "Zed", "Tea with Bob Hart"),
        one("person", "Bob", "Tea with somebody else"),
        one("person", "Ada", "I had tea"),
    ];

    let counts = scene.run(1, &all(&entities, &[]));

    assert_eq!(scene.names(), ["person Zed", "person Bob", "person Ada"]);
    let aside = scene.rows(sample::ASIDE);
    let reason = "its name is not in the words it was found in";
    assert_eq!(aside, [format!("Zed: {reason}"), format!("Bob: {reason}")]);
    assert_eq!(counts.warnings.len(), 2);
    // Once it stands somewhere it is matched, and stays aside until the owner takes it back.
    assert_eq!(scene.run(1, &all(&entities, &[])).entities_matched, 3);
    scene.write(|db| assert_eq!(db.run(sample::RELEASE, []).unwrap(), 3));
    scene.edit(1, "Tea.");

    let counts = scene.run(1, &all(&[one("person", "Bob", "Tea.")], &[]));

    assert_eq!(counts.warnings, ["Bob was set aside: its name is in none of the entries that speak of it"]);
}

/// Makes a good reply a bad one.
type Spoils<'a> = &'a dyn Fn(&mut Value);

#[test]
fn p_11_an_answer_is_checked_as_a_whole_before_anything_is_stored() {
    let good = usual();
    let wrong: [(&str, Spoils); 9] = [
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
    for (what, spoil) in wrong {
        let mut reply = good.clone();
        spoil(&mut reply);

        assert!(serde_json::from_value::<Reply>(reply).is_err(), "{what}");
    }
    assert!(serde_json::from_value::<Reply>(good).is_ok());
}

#[test]
fn what_is_too_much_is_cut_or_left_out_and_told() {
    let scene = Scene::new();
    let long = "x".repeat(1500);
    let mut first = one("person", "Bob\u{1b}[31m\n Hart\u{202e}", &long);
    first["description"] = json!(long);
    first["aliases"] = (0..30).map(|n| format!("alias {n}")).chain(["x".repeat(201)]).collect();
    let mut entities = vec![first, one("person", &"y".repeat(201), "Tea"), one("person", " \n", "Tea")];
    entities.extend((0..250).map(|n| one("topic", &format!("Topic {n}"), "Tea")));
    let relationships = [("Topic 1", "part_of", "Topic 2")].repeat(450);

    let counts = scene.run(1, &all(&entities, &relationships));

    assert_eq!((counts.mentions_created, counts.relationships_created), (198, 400));
    assert!(counts.warnings[0].starts_with("253 entities were named"), "{:?}", counts.warnings);
    assert!(counts.warnings[1].starts_with("450 relationships were named"), "{:?}", counts.warnings);
    assert!(counts.warnings.len() <= 51);
    assert_eq!(scene.names()[0], "person Bob [31m Hart");
    let lengths = scene.rows(sample::LENGTHS);
    assert_eq!(lengths, ["1000 1000"]);
    assert_eq!(scene.rows(sample::FIRST_ALIASES), ["20"]);
}

#[test]
fn an_entry_that_was_changed_or_deleted_meanwhile_keeps_what_it_had() {
    let scene = Scene::new();
    scene.run(1, &usual());
    let asked = scene.ask(1, &all(&[one("person", "Zoe", "Zoe")], &[]));
    let before = scene.names();
    scene.edit(1, "Snow.");

    assert!(is_moved(&scene.store(&asked, "late").unwrap_err()));
    assert_eq!((scene.names(), scene.rows(sample::QUOTES).len()), (before, 3));
    let asked = scene.ask(1, &usual());
    scene.write(|db| assert!(entries::remove(db, EntryId(1)).unwrap()));

    assert!(is_gone(&scene.store(&asked, "later").unwrap_err()));
    assert_eq!(scene.names(), [""; 0], "whatever it alone spoke of went with it");
}

#[test]
fn two_runs_over_one_entry_leave_what_one_of_them_found() {
    let scene = Scene::new();
    let (first, second) = (scene.ask(1, &usual()), scene.ask(1, &all(&[one("place", "GHENT", "in Ghent")], &[])));

    scene.store(&first, "one").unwrap();
    scene.store(&second, "two").unwrap();

    assert_eq!(scene.rows(sample::RUNS), ["two 2"]);
    assert_eq!(scene.names(), ["place GHENT"]);
}
