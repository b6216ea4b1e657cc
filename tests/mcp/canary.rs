//! What goes through the protocol is readable in no file and no log, whatever is logged.

use serde_json::Value;
use serde_json::json;

use crate::client::Speaks;
use crate::client::Stdio;
use crate::client::Wire;
use crate::support::World;
use crate::support::needles::found;
use crate::support::needles::is_log;
use crate::support::needles::needles;
use crate::support::needles::scan;
use crate::support::server::UNLIMITED;

const STORED: &str = "heliotrope barometer on the sill";
const TOLD: &str = "vermilion sextant in the attic";
const SOUGHT: &str = "cobalt astrolabe somewhere";
const TOPIC: &str = "saffron gyroscope dreams";
const TYPED: &str = "2024-magenta clavichord";
const STRAYED: &str = "quince abacus nowhere";
const ASKED: &str = "where went the umber theodolite";
const PHRASES: [&str; 7] = [STORED, TOLD, SOUGHT, TOPIC, TYPED, STRAYED, ASKED];

type Requests = Vec<(&'static str, Value)>;

/// Good and bad requests with planted phrases in every place that takes words. Of the bad ones, no reply repeats any.
fn requests(entry: i64) -> (Requests, Requests) {
    let tool = |name: &str, arguments: Value| ("tools/call", json!({ "name": name, "arguments": arguments }));
    let complete = |what: Value, argument: &str, value: &str| {
        ("completion/complete", json!({ "ref": what, "argument": { "name": argument, "value": value } }))
    };
    let prompt = json!({ "type": "ref/prompt", "name": "find_patterns" });
    let good = vec![
        tool("journal_list_entries", json!({})),
        tool("journal_ingest_text", json!({ "text": TOLD })),
        tool("journal_search_entries", json!({ "query": SOUGHT })),
        tool("journal_get_topic_frequency", json!({ "topic": SOUGHT })),
        tool("journal_ask", json!({ "question": format!("{ASKED}?") })),
        tool("journal_ask", json!({ "question": SOUGHT })),
        tool("journal_update_entry_text", json!({ "entry_id": entry, "final_text": TOLD })),
        tool("journal_get_entries_by_date", json!({ "date": "2026-05-12" })),
        ("resources/list", json!({})),
        ("resources/read", json!({ "uri": format!("journal://entry/{entry}") })),
        ("resources/read", json!({ "uri": "journal://day/2026-05-12" })),
        ("prompts/get", json!({ "name": "find_patterns", "arguments": { "topic": TOPIC } })),
        complete(prompt.clone(), "topic", TOPIC),
        complete(prompt.clone(), "start_date", TYPED),
    ];
    let bad = vec![
        tool(STRAYED, json!({})),
        tool("journal_list_entries", json!({ "start_date": STRAYED })),
        tool("journal_ask", json!({ "question": STRAYED.repeat(200) })),
        tool("journal_ask", json!({ "question": "when?", "start_date": STRAYED })),
        ("resources/read", json!({ "uri": format!("journal://entry/{STRAYED}") })),
        ("resources/read", json!({ "uri": format!("journal://day/{STRAYED}") })),
        ("resources/list", json!({ "cursor": STRAYED })),
        ("prompts/get", json!({ "name": STRAYED })),
        ("prompts/get", json!({ "name": "find_patterns", "arguments": { "topic": [STRAYED] } })),
        ("prompts/get", json!({ "name": "find_patterns", "arguments": { "topic": "x", STRAYED: "y" } })),
        ("prompts/get", json!({ "name": "reflect_on_period", "arguments": { "start_date": STRAYED } })),
        complete(json!({ "type": "ref/prompt", "name": STRAYED }), "topic", "x"),
        complete(json!({ "type": "ref/resource", "uri": STRAYED }), "topic", "x"),
        complete(prompt, STRAYED, "x"),
    ];
    (good, bad)
}

/// Goes through all of them; returns the replies to the bad ones.
fn live(client: &mut dyn Speaks, entry: i64) -> Vec<Value> {
    let (good, bad) = requests(entry);
    for (method, params) in good {
        client.ask(method, params);
    }
    bad.into_iter()
        .filter(|(method, _)| *method != STRAYED)
        .map(|(method, params)| client.ask(method, params))
        .collect()
}

#[track_caller]
fn assert_none(what: &str, text: &str) {
    let needles = needles(&PHRASES);
    let told: Vec<_> = found(text.as_bytes(), &needles).iter().map(|needle| needle.phrase.clone()).collect();
    assert!(told.is_empty(), "{told:?} in {what}");
}

#[track_caller]
fn assert_clean(world: &World) {
    for folder in [world.data(), world.config(), world.path("tmp"), world.path("run")] {
        assert_eq!(scan(&folder, &needles(&PHRASES)).0, [""; 0]);
    }
}

#[test]
fn nothing_that_goes_through_the_protocol_is_readable_in_a_file_a_log_or_a_refusal() {
    for format in ["human", "json"] {
        let world = World::new();
        let entry = world.ada().write(STORED, "2026-05-12");
        let logs = [("JOURNAL_LOG", "trace"), ("JOURNAL_LOG_FORMAT", format)];
        let scopes = ["entries:read", "entries:write", "ingest", "search"];
        let (_, key) = world.ada().key("laptop", &scopes);
        let server = world.serve_with(&[], &[UNLIMITED.as_slice(), &logs].concat());
        let mut pipes = Stdio::of(&world, &[], &logs);

        let mut refusals = live(&mut pipes, entry);
        pipes.send(&format!("{{\"jsonrpc\":\"2.0\",\"id\":\"{STRAYED}\",\"method\":\"ping\""));
        pipes.send(&format!("{STRAYED}\u{0}\u{7f}"));
        pipes.send(&json!([{ "jsonrpc": "2.0", "id": 1, "method": STRAYED }]).to_string());
        pipes.send(
            &json!({ "jsonrpc": "2.0", "method": format!("notifications/{STRAYED}"), "params": { "a": STRAYED } })
                .to_string(),
        );
        for mut wire in [Wire::legacy(&server.key(&key)), Wire::modern(&server.key(&key))] {
            refusals.extend(live(&mut wire, entry));
        }
        let client = server.key(&key).with("accept", "application/json, text/event-stream");
        for body in [format!("{{\"a\":\"{STRAYED}"), format!("[\"{STRAYED}\"]"), STRAYED.to_owned()] {
            let reply = client.send("POST", "/mcp", "application/json", body.into_bytes());
            assert!((400..500).contains(&reply.status), "{reply:#?}");
            assert_none("a refusal", &reply.text);
        }

        for refusal in &refusals {
            assert_none("a refusal", &refusal.to_string());
        }
        assert_clean(&world);
        let (_, _, one) = pipes.end();
        let other = server.log();
        server.kill();
        assert_clean(&world);
        for (door, log) in [("pipes", one), ("HTTP", other)] {
            assert!(log.lines().any(is_log), "{door}: {log}");
            for line in log.lines() {
                assert_none(&format!("the log of {door} ({format}): {line:.300}"), line);
            }
        }
    }
}
