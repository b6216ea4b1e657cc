//! Who and what entries speak of, as an assistant is told.

use serde_json::json;

use super::at_every_door;
use super::fenced;
use crate::support::people;

#[test]
fn people_and_places_are_listed_with_where_they_are_spoken_of() {
    at_every_door(
        |world| people::bring(world.ada(), &people::harbour()),
        |door, client| {
            let list = client.call("journal_list_entities", json!({})).ok();
            let places = client.call("journal_list_entities", json!({ "entity_type": "place", "limit": "1" })).ok();
            let mentions = client.call("journal_get_entity_mentions", json!({ "entity_id": 4, "limit": 2 })).ok();
            let with = client.call("journal_get_entity_relationships", json!({ "entity_id": 4 })).ok();

            assert!(list.text.starts_with("5 of 5 entities:\n"), "{door}: {list:?}");
            let lines: Vec<&str> = fenced(&list.text).trim().lines().collect();
            assert_eq!(lines[2], "[1] person: Robert — 2 mentions (aliases: r/b, rob)", "{door}");
            assert!(!list.text.contains("Ghost"), "what is set aside is not listed: {list:?}");
            assert_eq!(fenced(&places.text).trim(), "[3] place: Quitzow — 1 mention", "{door}");
            assert!(mentions.text.starts_with("2 of 5 mentions:\n"), "{door}: {mentions:?}");
            assert!(fenced(&mentions.text).contains("entry 1 (2024-05-01): \"Ilse came\" (confidence 0.75)"), "{door}");
            assert_eq!(
                fenced(&with.text).trim(),
                "Outgoing:\n  knows Robert [1] (entry 2, confidence 0.50)\nIncoming:\n  wrote to Bob [2] (entry 3, confidence 0.50)",
                "{door}"
            );
            for tool in ["journal_get_entity_mentions", "journal_get_entity_relationships"] {
                client.call(tool, json!({ "entity_id": 99 })).refused("journal_list_entities");
                client.call(tool, json!({})).refused("entity_id");
            }
            let none = client.call("journal_list_entities", json!({ "entity_type": "ghost" })).ok();
            assert_eq!(none.text, "0 of 0 entities.", "{door}");
        },
    );
}
