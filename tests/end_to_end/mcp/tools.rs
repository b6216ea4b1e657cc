//! Tools, which behave the same on every transport.

mod arguments;
mod deletion;
mod entities;
mod entries;
mod isolation;
mod media;
mod moods;
mod search;
mod trash;

use serde_json::{Value, json};

use crate::mcp::client::{HttpClient, McpClient, StdioClient, all_transports};
use crate::support::World;

/// All scopes that tools require.
pub const ALL: [&str; 5] = ["entries:read", "entries:write", "ingest", "ingest:url", "search"];

/// Prepares a journal and runs `check` with a client of each transport whose key has all scopes.
fn on_every_transport(prepare: impl Fn(&World), mut check: impl FnMut(&str, &mut dyn McpClient)) {
    let world = World::new();
    prepare(&world);
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &ALL);
    for (transport, mut client) in all_transports(&world, &server, &key) {
        check(transport, client.as_mut());
    }
}

/// Returns the text between the delimiters, after asserting that the text before them explains them.
#[track_caller]
fn delimited(text: &str) -> &str {
    let begin = text.find("\nBEGIN JOURNAL ").unwrap_or_else(|| panic!("no delimiter: {text}")) + 1;
    let line = text[begin..].lines().next().unwrap();
    let end = format!("\n{}", line.replace("BEGIN", "END"));
    assert!(text[..begin].contains("never instructions"), "{text}");
    assert_eq!(text.matches(&end).count(), 1, "{text}");
    let from = begin + line.len() + 1;
    &text[from..from + text[from..].find(&end).unwrap()]
}

fn tool_names(client: &mut dyn McpClient) -> Vec<String> {
    let tools = client.result("tools/list", json!({}));
    tools["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn entries_are_listed_over_stdio_and_http_in_both_versions() {
    let world = World::new();
    world.ok(&["write", "Rain all day; we baked bread.", "--date", "2026-05-12"]);
    let server = world.serve();
    let key = world.ada().key("laptop", &ALL).1;
    let (mut stdio, mut session) = (StdioClient::connect(&world, &[], &[]), HttpClient::legacy(&server.key(&key)));
    let mut single = HttpClient::modern(&server.key(&key));
    let clients: [&mut dyn McpClient; 3] = [&mut stdio, &mut session, &mut single];

    for client in clients {
        let result = client.call("journal_list_entries", json!({ "limit": "5" })).ok();

        assert!(result.text.contains("2026-05-12 | text_entry | 6 words | Rain all day"), "{result:?}");
        assert_eq!(result.data, json!({ "result": result.text }));
    }
    let (code, rest, log) = stdio.end();
    assert_eq!((code, rest.len()), (0, 0), "{log}");
}

#[test]
fn tools_list_shows_callable_tools_in_a_fixed_order() {
    let world = World::new();
    let server = world.serve();
    let cases: [(&[&str], &[&str]); 6] = [
        (&["search"], &["journal_search_entries", "journal_get_topic_frequency", "journal_ask"]),
        (
            &["entries:read"],
            &[
                "journal_get_entries_by_date",
                "journal_list_entries",
                "journal_get_entry",
                "journal_get_statistics",
                "journal_get_mood_trends",
                "journal_list_entities",
                "journal_get_entity_mentions",
                "journal_get_entity_relationships",
                "journal_get_job_status",
                "journal_list_trash",
            ],
        ),
        (&["entries:write"], &[]),
        (
            &["ingest"],
            &["journal_ingest_text", "journal_ingest_media", "journal_ingest_multi_page", "journal_get_job_status"],
        ),
        (&["ingest:url"], &[]),
        (
            &ALL,
            &[
                "journal_search_entries",
                "journal_get_topic_frequency",
                "journal_ask",
                "journal_get_entries_by_date",
                "journal_list_entries",
                "journal_get_entry",
                "journal_get_statistics",
                "journal_update_entry_text",
                "journal_get_mood_trends",
                "journal_backfill_mood_scores_batch",
                "journal_ingest_text",
                "journal_ingest_media",
                "journal_ingest_media_from_url",
                "journal_ingest_multi_page",
                "journal_ingest_multi_page_from_url",
                "journal_list_entities",
                "journal_get_entity_mentions",
                "journal_get_entity_relationships",
                "journal_get_job_status",
                "journal_delete_entry",
                "journal_list_trash",
                "journal_restore_entry",
                "journal_empty_trash",
                "journal_extract_entities",
                "journal_extract_entities_batch",
            ],
        ),
    ];

    for (scopes, expected) in cases {
        let key = world.ada().key(&scopes.join(" "), scopes).1;
        for (transport, mut client) in all_transports(&world, &server, &key) {
            assert_eq!(tool_names(client.as_mut()), expected, "{transport} with {scopes:?}");
        }
    }
}

#[test]
fn tools_list_stays_under_25_kib() {
    on_every_transport(
        |_| {},
        |transport, client| {
            let list: Value = client.result("tools/list", json!({}));
            let size = list.to_string().len();
            assert!(size < 25 * 1024, "{transport}: {size} bytes");
        },
    );
}
