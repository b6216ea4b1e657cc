//! Trash tools: list, restore, and empty in two calls.

use serde_json::json;

use crate::mcp::client::{HttpClient, McpClient as _, ToolResult, all_transports};
use crate::mcp::tools::{ALL, delimited};
use crate::support::World;

const EMPTY: &str = "journal_empty_trash";

fn token(result: &ToolResult) -> String {
    result.text.rsplit("confirmation_token ").next().unwrap().to_owned()
}

/// Writes entries and deletes them; returns their ids.
fn deleted(world: &World, count: usize) -> Vec<i64> {
    let ids: Vec<i64> = (0..count).map(|_| world.ada().write("Rain all day.", "2026-05-12")).collect();
    for id in &ids {
        world.ada().run(&["delete", &id.to_string(), "--yes"]).ok();
    }
    ids
}

#[test]
fn a_deleted_entry_is_listed_and_restored_by_a_tool() {
    let world = World::new();
    let server = world.serve();
    let key = world.ada().key("laptop", &ALL).1;

    for (transport, mut client) in all_transports(&world, &server, &key) {
        assert_eq!(
            client.call("journal_list_trash", json!({})).ok().text,
            "0 of 0 entries in the trash.",
            "{transport}"
        );
        let id = deleted(&world, 1)[0];

        let list = client.call("journal_list_trash", json!({})).ok().text;
        assert!(list.starts_with("1 of 1 entry in the trash:\n"), "{transport}: {list}");
        let line = delimited(&list);
        assert!(line.starts_with(&format!("[{id}] 2026-05-12 | 3 words | deleted 20")), "{transport}: {line}");
        assert!(line.contains(" | destroyed from 20") && line.ends_with(" | Rain all day."), "{transport}: {line}");
        let restored = client.call("journal_restore_entry", json!({ "entry_id": id })).ok();

        assert_eq!(restored.text, format!("Entry {id} is restored."), "{transport}");
        client.call("journal_get_entry", json!({ "entry_id": id })).ok();
        client.call("journal_restore_entry", json!({ "entry_id": id })).refused("no such entry in the trash");
    }
}

#[test]
fn emptying_needs_a_second_call_with_the_token() {
    let world = World::new();
    let server = world.serve();
    let key = world.ada().key("laptop", &ALL).1;

    for (transport, mut client) in all_transports(&world, &server, &key) {
        assert_eq!(client.call(EMPTY, json!({})).ok().text, "The trash is empty.", "{transport}");
        let ids = deleted(&world, 12);
        client.call(EMPTY, json!({ "entry_ids": [ids[0], 777] })).refused("no such entry in the trash: 777");
        let first = client.call(EMPTY, json!({})).ok();

        assert!(
            first.text.starts_with("Nothing is destroyed yet. To be destroyed permanently: 12 entries:"),
            "{first:?}"
        );
        let shown = delimited(&first.text);
        assert!(shown.contains("Rain all day.") && shown.ends_with("and 2 more"), "{transport}: {shown}");
        assert_eq!(world.json(&["trash", "list"])["total"], 12, "{transport}");
        let second = json!({ "confirmation_token": token(&first) });
        assert_eq!(client.call(EMPTY, second.clone()).ok().text, "12 entries are destroyed.", "{transport}");
        client.call(EMPTY, second).refused("the confirmation token is invalid");
        assert_eq!(world.json(&["trash", "list"])["total"], 0, "{transport}");
    }
}

#[test]
fn a_token_is_valid_for_the_entries_that_were_shown() {
    let world = World::new();
    let server = world.serve();
    let (one, other) = (world.ada().key("laptop", &ALL).1, world.ada().key("phone", &ALL).1);
    let mut client = HttpClient::modern(&server.key(&one));
    let ids = deleted(&world, 2);
    let refused = "the confirmation token is invalid";
    let issued = token(&client.call(EMPTY, json!({ "entry_ids": [ids[0]] })).ok());
    let of_all = token(&client.call(EMPTY, json!({})).ok());

    client.call(EMPTY, json!({ "confirmation_token": issued })).refused(refused);
    client.call(EMPTY, json!({ "entry_ids": [ids[1]], "confirmation_token": issued })).refused(refused);
    let same = json!({ "entry_ids": [ids[0]], "confirmation_token": issued });
    HttpClient::modern(&server.key(&other)).call(EMPTY, same.clone()).refused(refused);
    // A token for an entry of the journal destroys nothing of the trash.
    let kept = world.ada().write("Snow.", "2026-05-13");
    let deletion = token(&client.call("journal_delete_entry", json!({ "entry_id": kept })).ok());
    client.call(EMPTY, json!({ "entry_ids": [ids[0]], "confirmation_token": deletion })).refused(refused);
    assert_eq!(client.call(EMPTY, same).ok().text, "1 entry is destroyed.");
    client.call(EMPTY, json!({ "confirmation_token": of_all })).refused(refused);

    let rest = token(&client.call(EMPTY, json!({})).ok());
    deleted(&world, 1);
    client.call(EMPTY, json!({ "confirmation_token": rest })).refused(refused);
    assert_eq!(world.json(&["trash", "list"])["total"], 2);
}

#[test]
fn a_key_without_the_write_scope_lists_only() {
    let world = World::new();
    let server = world.serve();
    let id = deleted(&world, 1)[0];
    let mut client = HttpClient::modern(&server.key(&world.ada().key("reader", &["entries:read"]).1));

    assert!(client.call("journal_list_trash", json!({})).ok().text.contains("Rain all day."));
    for (name, arguments) in [("journal_restore_entry", json!({ "entry_id": id })), (EMPTY, json!({}))] {
        let call = json!({ "name": name, "arguments": arguments });
        client.post("tools/call", call).refused(403, "insufficient_scope");
    }
    assert_eq!(world.json(&["trash", "list"])["total"], 1);
}
