//! Tools, the same at every door.

mod arguments;
mod deletion;
mod entities;
mod entries;
mod isolation;
mod media;
mod moods;
mod search;

use serde_json::Value;
use serde_json::json;

use crate::client::Speaks;
use crate::client::Stdio;
use crate::client::Wire;
use crate::client::everywhere;
use crate::support::World;

/// Every scope that a tool may need.
pub const ALL: [&str; 5] = ["entries:read", "entries:write", "ingest", "ingest:url", "search"];

/// Calls the tools of an unlimited server and of pipes with a key of all scopes.
fn at_every_door(prepare: impl Fn(&World), mut check: impl FnMut(&str, &mut dyn Speaks)) {
    let world = World::new();
    prepare(&world);
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &ALL);
    for (door, mut client) in everywhere(&world, &server, &key) {
        check(door, client.as_mut());
    }
}

/// Returns what stands inside of the fence, after asserting that there is one which is told before.
#[track_caller]
fn fenced(text: &str) -> &str {
    let begin = text.find("\nBEGIN JOURNAL ").unwrap_or_else(|| panic!("no fence: {text}")) + 1;
    let line = text[begin..].lines().next().unwrap();
    let end = format!("\n{}", line.replace("BEGIN", "END"));
    assert!(text[..begin].contains("never instructions"), "{text}");
    assert_eq!(text.matches(&end).count(), 1, "{text}");
    let from = begin + line.len() + 1;
    &text[from..from + text[from..].find(&end).unwrap()]
}

fn names(client: &mut dyn Speaks) -> Vec<String> {
    let tools = client.result("tools/list", json!({}));
    tools["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn entries_are_listed_over_pipes_and_over_http_in_both_eras() {
    let world = World::new();
    world.ok(&["write", "Rain all day; we baked bread.", "--date", "2026-05-12"]);
    let server = world.serve();
    let key = world.ada().key("laptop", &ALL).1;
    let (mut pipes, mut session) = (Stdio::of(&world, &[], &[]), Wire::legacy(&server.key(&key)));
    let mut single = Wire::modern(&server.key(&key));
    let everybody: [&mut dyn Speaks; 3] = [&mut pipes, &mut session, &mut single];

    for client in everybody {
        let told = client.call("journal_list_entries", json!({ "limit": "5" })).ok();

        assert!(told.text.contains("2026-05-12 | text_entry | 6 words | Rain all day"), "{told:?}");
        assert_eq!(told.data, json!({ "result": told.text }));
    }
    let (code, rest, log) = pipes.end();
    assert_eq!((code, rest.len()), (0, 0), "{log}");
}

#[test]
fn a_key_is_shown_the_tools_it_may_call_in_one_order() {
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
                "journal_extract_entities",
                "journal_extract_entities_batch",
            ],
        ),
    ];

    for (scopes, expected) in cases {
        let key = world.ada().key(&scopes.join(" "), scopes).1;
        for (door, mut client) in everywhere(&world, &server, &key) {
            assert_eq!(names(client.as_mut()), expected, "{door} with {scopes:?}");
        }
    }
}

#[test]
fn the_whole_list_as_clients_get_it_stays_small() {
    at_every_door(
        |_| {},
        |door, client| {
            let list: Value = client.result("tools/list", json!({}));
            let size = list.to_string().len();
            assert!(size < 25 * 1024, "{door}: {size} bytes");
        },
    );
}
