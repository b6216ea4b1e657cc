//! No method reads or changes another user's journal.

use serde_json::{Value, json};

use crate::mcp::client::all_transports;
use crate::support::{World, people};

/// Words that only Ada's entries contain.
const ADAS_WORDS: [&str; 4] = ["plum brandy", "Quitzow", "lighthouse keeper", "2024-05-0"];
const BOB: &str = "bob@home.example";

/// Every method that takes an id, a date or words, with arguments that match Ada's data.
fn requests(entry: i64, trashed: i64) -> Vec<(&'static str, Value)> {
    let tool = |name: &str, arguments: Value| ("tools/call", json!({ "name": name, "arguments": arguments }));
    let complete = |reference: Value, argument: &str| {
        ("completion/complete", json!({ "ref": reference, "argument": { "name": argument, "value": "" } }))
    };
    vec![
        ("tools/list", json!({})),
        ("resources/list", json!({})),
        ("resources/templates/list", json!({})),
        ("prompts/list", json!({})),
        ("resources/read", json!({ "uri": format!("journal://entry/{entry}") })),
        ("resources/read", json!({ "uri": "journal://day/2024-06-01" })),
        ("prompts/get", json!({ "name": "find_patterns", "arguments": { "topic": "brandy" } })),
        complete(json!({ "type": "ref/prompt", "name": "reflect_on_period" }), "start_date"),
        complete(json!({ "type": "ref/resource", "uri": "journal://entry/{id}" }), "id"),
        complete(json!({ "type": "ref/resource", "uri": "journal://day/{date}" }), "date"),
        tool("journal_list_entries", json!({})),
        tool("journal_list_entries", json!({ "tags": ["own"] })),
        tool("journal_search_entries", json!({ "query": "brandy keeper" })),
        tool("journal_search_entries", json!({ "query": "tag:own \"brandy keeper\" lighth*" })),
        tool("journal_search_entries", json!({ "query": "brandy", "without_tags": ["own"] })),
        tool("journal_get_entries_by_date", json!({ "date": "2024-06-01" })),
        tool("journal_get_entry", json!({ "entry_id": entry })),
        tool("journal_get_statistics", json!({})),
        tool("journal_get_topic_frequency", json!({ "topic": "brandy" })),
        tool("journal_extract_entities", json!({ "entry_id": entry })),
        tool("journal_extract_entities_batch", json!({ "entry_id": entry })),
        tool("journal_ask", json!({ "question": "Who served brandy?" })),
        tool("journal_update_entry_text", json!({ "entry_id": entry, "final_text": "taken over" })),
        tool("journal_delete_entry", json!({ "entry_id": entry })),
        tool("journal_list_trash", json!({})),
        tool("journal_restore_entry", json!({ "entry_id": trashed })),
        tool("journal_empty_trash", json!({ "entry_ids": [trashed] })),
        tool("journal_list_entities", json!({})),
        tool("journal_get_entity_mentions", json!({ "entity_id": people::PRIVATE_ID })),
        tool("journal_get_entity_relationships", json!({ "entity_id": people::PRIVATE_ID })),
    ]
}

#[test]
fn no_method_reads_or_changes_another_users_journal() {
    let world = World::new();
    let ada = world.ada();
    people::import_document(ada, &people::private_document());
    let trashed = ada.write("The lighthouse keeper threw away plum brandy in Quitzow.", "2024-05-01");
    ada.run(&["delete", &trashed.to_string(), "--yes"]).ok();
    let mut entry = 0;
    for day in 1..=9 {
        entry = ada.write("The lighthouse keeper of Quitzow served us plum brandy.", &format!("2024-05-0{day}"));
    }
    // Background jobs run first, so that they do not change the export later.
    ada.run(&["job", "run"]).ok();
    let before = (ada.export(), ada.json(&["trash", "list"]));
    let bob = world.user(BOB);
    bob.write("Bob's own words.", "2024-06-01");
    let (_, key) = bob.key("all", &["entries:read", "entries:write", "ingest", "search", "export", "account"]);
    let server = world.serve();

    for (transport, mut client) in all_transports(&world, &server, &key) {
        for (method, params) in requests(entry, trashed) {
            let reply = client.request(method, params.clone()).to_string();
            for words in ADAS_WORDS {
                assert!(!reply.contains(words), "{transport}: {method} {params}: {words}: {reply}");
            }
        }
        let listed = client.result("resources/list", json!({}));
        assert_eq!(listed["resources"].as_array().map(Vec::len), Some(1), "{transport}: Bob's own entry: {listed}");
    }
    assert_eq!((ada.export(), ada.json(&["trash", "list"])), before, "Ada's journal changed");
}
