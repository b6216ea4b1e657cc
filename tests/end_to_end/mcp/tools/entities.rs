//! Entity tools: lists, mentions and relationships.

use serde_json::json;

use super::{delimited, on_every_transport};
use crate::support::people;

#[test]
fn entities_are_listed_with_mentions_and_relationships() {
    on_every_transport(
        |world| people::import_document(world.ada(), &people::sample_document()),
        |transport, client| {
            let list = client.call("journal_list_entities", json!({})).ok();
            let places = client.call("journal_list_entities", json!({ "entity_type": "place", "limit": "1" })).ok();
            let mentions = client.call("journal_get_entity_mentions", json!({ "entity_id": 4, "limit": 2 })).ok();
            let with = client.call("journal_get_entity_relationships", json!({ "entity_id": 4 })).ok();

            assert!(list.text.starts_with("5 of 5 entities:\n"), "{transport}: {list:?}");
            let lines: Vec<&str> = delimited(&list.text).trim().lines().collect();
            assert_eq!(lines[2], "[1] person: Robert — 2 mentions (aliases: r/b, rob)", "{transport}");
            assert!(!list.text.contains("Ghost"), "quarantined entities are not listed: {list:?}");
            assert_eq!(delimited(&places.text).trim(), "[3] place: Quitzow — 1 mention", "{transport}");
            assert!(mentions.text.starts_with("2 of 5 mentions:\n"), "{transport}: {mentions:?}");
            assert!(
                delimited(&mentions.text).contains("entry 1 (2024-05-01): \"Ilse came\" (confidence 0.75)"),
                "{transport}"
            );
            assert_eq!(
                delimited(&with.text).trim(),
                "Outgoing:\n  knows Robert [1] (entry 2, confidence 0.50)\nIncoming:\n  wrote to Bob [2] (entry 3, confidence 0.50)",
                "{transport}"
            );
            for tool in ["journal_get_entity_mentions", "journal_get_entity_relationships"] {
                client.call(tool, json!({ "entity_id": 99 })).refused("journal_list_entities");
                client.call(tool, json!({})).refused("entity_id");
            }
            let none = client.call("journal_list_entities", json!({ "entity_type": "ghost" })).ok();
            assert_eq!(none.text, "0 of 0 entities.", "{transport}");
        },
    );
}
