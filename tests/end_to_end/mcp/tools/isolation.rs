//! No tool shows or changes another user's data, or reveals that it exists.

use serde_json::json;

use crate::mcp::client::all_transports;
use crate::mcp::tools::ALL;
use crate::support::World;

const NOTHING: &str = "I could not find anything in the journal that answers this.";

#[test]
fn another_users_data_is_absent_for_every_tool() {
    let world = World::new();
    let hers = world.ada().write("The lighthouse keeper of Quitzow.", "2026-05-12");
    world.run_with(&["edit", &hers.to_string(), "--text", "-"], &[], Some(b"The lighthouse keeper came back.")).ok();
    world.ok(&["mood", "set", &hers.to_string(), "joy_sadness", "1"]);
    let server = world.serve();
    let ada = server.key(&world.ada().key("laptop", &ALL).1);
    let job = ada.get("/api/jobs").ok().json()["items"][0]["id"].as_str().unwrap().to_owned();
    let bob = world.user("bob@home.example");
    let key = bob.key("laptop", &ALL).1;
    let before = world.ada().export();

    for (transport, mut client) in all_transports(&world, &server, &key) {
        let absent = [
            ("journal_get_entry", json!({ "entry_id": hers }), "no such entry"),
            ("journal_update_entry_text", json!({ "entry_id": hers, "final_text": "Mine." }), "no such entry"),
            ("journal_delete_entry", json!({ "entry_id": hers }), "no such entry"),
            ("journal_restore_entry", json!({ "entry_id": hers }), "no such entry"),
            ("journal_empty_trash", json!({ "entry_ids": [hers] }), "no such entry"),
            ("journal_get_job_status", json!({ "job_id": job }), "Job not found"),
        ];
        for (tool, arguments, words) in absent {
            client.call(tool, arguments).refused(words);
        }
        let empty = [
            ("journal_list_entries", json!({}), "0 of 0 entries."),
            ("journal_search_entries", json!({ "query": "keeper" }), "No entries found for \"keeper\"."),
            ("journal_get_entries_by_date", json!({ "date": "2026-05-12" }), "No entries on 2026-05-12."),
            ("journal_get_topic_frequency", json!({ "topic": "keeper" }), "\"keeper\" comes up in 0 entries."),
            ("journal_ask", json!({ "question": "Who came back?" }), NOTHING),
            ("journal_get_mood_trends", json!({}), "No mood scores in this period."),
        ];
        for (tool, arguments, words) in empty {
            assert_eq!(client.call(tool, arguments).ok().text, words, "{transport}: {tool}");
        }
        assert!(client.call("journal_get_statistics", json!({})).ok().text.contains("Total entries: 0"), "{transport}");
    }
    assert_eq!(world.ada().export(), before, "Ada's journal changed");
}
