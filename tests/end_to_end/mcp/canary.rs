//! Message content is readable in no file, no log of any level, and no error.

use serde_json::{Value, json};

use crate::mcp::client::{HttpClient, McpClient, StdioClient};
use crate::support::World;
use crate::support::needles::{find_in, is_log, needles, scan};
use crate::support::server::UNLIMITED;

const STORED: &str = "heliotrope barometer on the sill";
const INGESTED: &str = "vermilion sextant in the attic";
const QUERY: &str = "cobalt astrolabe somewhere";
const TOPIC: &str = "saffron gyroscope dreams";
const PREFIX: &str = "2024-magenta clavichord";
const INVALID: &str = "quince abacus nowhere";
const QUESTION: &str = "where went the umber theodolite";
const PHRASES: [&str; 7] = [STORED, INGESTED, QUERY, TOPIC, PREFIX, INVALID, QUESTION];

type Requests = Vec<(&'static str, Value)>;

/// Valid and invalid requests with planted phrases in every argument that takes words.
///
/// No response to an invalid request may echo its phrase.
fn requests(entry: i64) -> (Requests, Requests) {
    let tool = |name: &str, arguments: Value| ("tools/call", json!({ "name": name, "arguments": arguments }));
    let complete = |reference: Value, argument: &str, value: &str| {
        ("completion/complete", json!({ "ref": reference, "argument": { "name": argument, "value": value } }))
    };
    let prompt = json!({ "type": "ref/prompt", "name": "find_patterns" });
    let valid = vec![
        tool("journal_list_entries", json!({})),
        tool("journal_ingest_text", json!({ "text": INGESTED })),
        tool("journal_search_entries", json!({ "query": QUERY })),
        tool("journal_get_topic_frequency", json!({ "topic": QUERY })),
        tool("journal_ask", json!({ "question": format!("{QUESTION}?") })),
        tool("journal_ask", json!({ "question": QUERY })),
        tool("journal_update_entry_text", json!({ "entry_id": entry, "final_text": INGESTED })),
        tool("journal_get_entries_by_date", json!({ "date": "2026-05-12" })),
        ("resources/list", json!({})),
        ("resources/read", json!({ "uri": format!("journal://entry/{entry}") })),
        ("resources/read", json!({ "uri": "journal://day/2026-05-12" })),
        ("prompts/get", json!({ "name": "find_patterns", "arguments": { "topic": TOPIC } })),
        complete(prompt.clone(), "topic", TOPIC),
        complete(prompt.clone(), "start_date", PREFIX),
    ];
    let invalid = vec![
        tool(INVALID, json!({})),
        tool("journal_list_entries", json!({ "start_date": INVALID })),
        tool("journal_ask", json!({ "question": INVALID.repeat(200) })),
        tool("journal_ask", json!({ "question": "when?", "start_date": INVALID })),
        ("resources/read", json!({ "uri": format!("journal://entry/{INVALID}") })),
        ("resources/read", json!({ "uri": format!("journal://day/{INVALID}") })),
        ("resources/list", json!({ "cursor": INVALID })),
        ("prompts/get", json!({ "name": INVALID })),
        ("prompts/get", json!({ "name": "find_patterns", "arguments": { "topic": [INVALID] } })),
        ("prompts/get", json!({ "name": "find_patterns", "arguments": { "topic": "x", INVALID: "y" } })),
        ("prompts/get", json!({ "name": "reflect_on_period", "arguments": { "start_date": INVALID } })),
        complete(json!({ "type": "ref/prompt", "name": INVALID }), "topic", "x"),
        complete(json!({ "type": "ref/resource", "uri": INVALID }), "topic", "x"),
        complete(prompt, INVALID, "x"),
    ];
    (valid, invalid)
}

/// Sends all requests and returns the responses to the invalid ones.
fn send_all(client: &mut dyn McpClient, entry: i64) -> Vec<Value> {
    let (valid, invalid) = requests(entry);
    for (method, params) in valid {
        client.request(method, params);
    }
    invalid
        .into_iter()
        .filter(|(method, _)| *method != INVALID)
        .map(|(method, params)| client.request(method, params))
        .collect()
}

#[track_caller]
fn assert_no_phrase(place: &str, text: &str) {
    let needles = needles(&PHRASES);
    let leaked: Vec<_> = find_in(text.as_bytes(), &needles).iter().map(|needle| needle.phrase.clone()).collect();
    assert!(leaked.is_empty(), "{leaked:?} in {place}");
}

#[track_caller]
fn assert_not_stored(world: &World) {
    for folder in [world.data(), world.config(), world.path("tmp"), world.path("run")] {
        assert_eq!(scan(&folder, &needles(&PHRASES)).0, [""; 0]);
    }
}

#[test]
fn message_content_is_in_no_file_log_or_error() {
    for format in ["human", "json"] {
        let world = World::new();
        let entry = world.ada().write(STORED, "2026-05-12");
        let logs = [("JOURNAL_LOG", "trace"), ("JOURNAL_LOG_FORMAT", format)];
        let scopes = ["entries:read", "entries:write", "ingest", "search"];
        let (_, key) = world.ada().key("laptop", &scopes);
        let server = world.serve_with(&[], &[UNLIMITED.as_slice(), &logs].concat());
        let mut stdio = StdioClient::connect(&world, &[], &logs);

        let mut refusals = send_all(&mut stdio, entry);
        stdio.send(&format!("{{\"jsonrpc\":\"2.0\",\"id\":\"{INVALID}\",\"method\":\"ping\""));
        stdio.send(&format!("{INVALID}\u{0}\u{7f}"));
        stdio.send(&json!([{ "jsonrpc": "2.0", "id": 1, "method": INVALID }]).to_string());
        stdio.send(
            &json!({ "jsonrpc": "2.0", "method": format!("notifications/{INVALID}"), "params": { "a": INVALID } })
                .to_string(),
        );
        for mut http in [HttpClient::legacy(&server.key(&key)), HttpClient::modern(&server.key(&key))] {
            refusals.extend(send_all(&mut http, entry));
        }
        let client = server.key(&key).with("accept", "application/json, text/event-stream");
        for body in [format!("{{\"a\":\"{INVALID}"), format!("[\"{INVALID}\"]"), INVALID.to_owned()] {
            let reply = client.send("POST", "/mcp", "application/json", body.into_bytes());
            assert!((400..500).contains(&reply.status), "{reply:#?}");
            assert_no_phrase("an error response", &reply.text);
        }

        for refusal in &refusals {
            assert_no_phrase("an error response", &refusal.to_string());
        }
        assert_not_stored(&world);
        let (_, _, stdio_log) = stdio.end();
        let http_log = server.log();
        server.kill();
        assert_not_stored(&world);
        for (transport, log) in [("stdio", stdio_log), ("HTTP", http_log)] {
            assert!(log.lines().any(is_log), "{transport}: {log}");
            for line in log.lines() {
                assert_no_phrase(&format!("the log of {transport} ({format}): {line:.300}"), line);
            }
        }
    }
}
