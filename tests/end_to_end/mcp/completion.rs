//! Completion of prompt and resource arguments.

use serde_json::{Value, json};

use crate::mcp::client::{McpClient, StdioClient, all_transports};
use crate::support::World;

fn prompt(name: &str, argument: &str, value: &str) -> Value {
    json!({ "ref": { "type": "ref/prompt", "name": name }, "argument": { "name": argument, "value": value } })
}

fn template(uri: &str, argument: &str, value: &str) -> Value {
    json!({ "ref": { "type": "ref/resource", "uri": uri }, "argument": { "name": argument, "value": value } })
}

#[track_caller]
fn values(client: &mut dyn McpClient, params: Value) -> Vec<String> {
    let completion = client.result("completion/complete", params)["completion"].clone();
    let values: Vec<String> = serde_json::from_value(completion["values"].clone()).unwrap();
    assert_eq!((completion["total"].as_u64(), &completion["hasMore"]), (Some(values.len() as u64), &json!(false)));
    values
}

#[test]
fn dates_and_entry_ids_are_completed_newest_first() {
    let world = World::new();
    let ids: Vec<i64> =
        ["2026-05-12", "2026-05-14", "2026-05-12", "2025-12-31"].map(|day| world.ada().write("Rain.", day)).to_vec();
    let (_, key) = world.ada().key("laptop", &["entries:read", "search"]);
    let server = world.serve();

    for (transport, mut client) in all_transports(&world, &server, &key) {
        let client = client.as_mut();
        let (reflect, day) = ("reflect_on_period", "journal://day/{date}");

        assert_eq!(
            values(client, prompt(reflect, "start_date", "")),
            ["2026-05-14", "2026-05-12", "2025-12-31"],
            "{transport}"
        );
        assert_eq!(values(client, prompt(reflect, "end_date", "2025")), ["2025-12-31"], "{transport}");
        assert_eq!(values(client, template(day, "date", "2026-05-1")), ["2026-05-14", "2026-05-12"], "{transport}");
        assert_eq!(values(client, template(day, "date", "1")), [""; 0], "{transport}");
        let newest = [ids[1], ids[2], ids[0], ids[3]].map(|id| id.to_string());
        assert_eq!(values(client, template("journal://entry/{id}", "id", "")), newest, "{transport}");
        assert_eq!(
            values(client, prompt("find_patterns", "topic", "ra")),
            [""; 0],
            "{transport}: topics are not completed"
        );
        let mut later = prompt(reflect, "end_date", "");
        later["context"] = json!({ "arguments": { "start_date": "2026-05-12" } });
        assert_eq!(values(client, later), ["2026-05-14", "2026-05-12"], "{transport}: no end before the start");
    }
}

#[test]
fn at_most_100_completions_are_returned_with_the_total() {
    let world = World::new();
    let day = |number: usize| format!("2024-{:02}-{:02}", 1 + number / 28, 1 + number % 28);
    for number in 0..130 {
        world.file(&format!("in/{number}.md"), format!("---\ndate: {}\n---\nEntry {number}.", day(number)));
    }
    world.ok(&["ingest", world.path("inbox/in").to_str().unwrap()]);
    let mut client = StdioClient::connect(&world, &[], &[]);

    for params in [template("journal://day/{date}", "date", "2024"), template("journal://entry/{id}", "id", "")] {
        let completion = client.result("completion/complete", params)["completion"].clone();

        assert_eq!(completion["values"].as_array().map(Vec::len), Some(100));
        assert_eq!((&completion["total"], &completion["hasMore"]), (&json!(130), &json!(true)));
    }
}

#[test]
fn unknown_completion_references_are_refused() {
    let world = World::new();
    let (_, key) = world.ada().key("laptop", &["entries:read", "search"]);
    let server = world.serve();

    for (transport, mut client) in all_transports(&world, &server, &key) {
        for params in [
            prompt("burn_after_reading", "start_date", ""),
            prompt("reflect_on_period", "topic", ""),
            template("journal://entry/{date}", "id", ""),
            template("journal://entry/12", "id", ""),
            template("file:///{path}", "path", ""),
            template("journal://entry/{id}", "date", ""),
        ] {
            let (code, message) = client.error("completion/complete", params.clone());
            assert!(code == -32602 && message.contains("Next step: "), "{transport}: {params}: {code} {message}");
        }
        for params in [
            json!({ "ref": { "type": "ref/moon", "name": "x" }, "argument": { "name": "a", "value": "b" } }),
            json!({ "ref": { "type": "ref/prompt", "name": "find_patterns" } }),
            json!({}),
        ] {
            assert_eq!(client.error("completion/complete", params).0, -32602, "{transport}");
        }
    }
}

#[test]
fn unreadable_entries_are_not_completed() {
    let world = World::new();
    world.ada().write("Rain.", "2026-05-12");
    let (_, narrow) = world.ada().key("narrow", &["search"]);
    let (_, bobs) = world.user("bob@home.example").key("bobs", &["entries:read", "search"]);
    let server = world.serve();

    for key in [narrow, bobs] {
        for (transport, mut client) in all_transports(&world, &server, &key) {
            for params in [
                prompt("reflect_on_period", "start_date", ""),
                template("journal://day/{date}", "date", ""),
                template("journal://entry/{id}", "id", ""),
            ] {
                assert_eq!(values(client.as_mut(), params), [""; 0], "{transport}");
            }
        }
    }
}
