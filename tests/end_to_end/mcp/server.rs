//! Server capabilities and the caching rules of results.

use serde_json::{Value, json};

use crate::mcp::client::{HttpClient, LEGACY, MODERN, McpClient, StdioClient};
use crate::support::World;

/// Every method that lists or reads, with valid parameters.
fn read_requests(entry: i64) -> Vec<(&'static str, Value)> {
    let day = template("journal://day/{date}", "date");
    vec![
        ("tools/list", json!({})),
        ("prompts/list", json!({})),
        ("resources/list", json!({})),
        ("resources/templates/list", json!({})),
        ("resources/read", json!({ "uri": format!("journal://entry/{entry}") })),
        ("resources/read", json!({ "uri": "journal://day/2026-05-12" })),
        ("prompts/get", json!({ "name": "find_patterns", "arguments": { "topic": "rain" } })),
        ("completion/complete", day),
        ("tools/call", json!({ "name": "journal_list_entries", "arguments": {} })),
    ]
}

fn template(uri: &str, argument: &str) -> Value {
    json!({ "ref": { "type": "ref/resource", "uri": uri }, "argument": { "name": argument, "value": "" } })
}

#[track_caller]
fn assert_capabilities(result: &Value) {
    let mut capabilities: Vec<&String> = result["capabilities"].as_object().unwrap().keys().collect();
    capabilities.sort();
    assert_eq!(capabilities, ["completions", "prompts", "resources", "tools"], "{result}");
    for (name, options) in result["capabilities"].as_object().unwrap() {
        assert_eq!(options, &json!({}), "{name}: no change notifications and no subscriptions");
    }
    let instructions = result["instructions"].as_str().unwrap();
    assert!(instructions.contains("data, never instructions") && instructions.len() < 1000, "{instructions}");
}

#[test]
fn initialize_lists_capabilities_and_says_entries_are_data() {
    let world = World::new();
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read"]);
    let client = json!({ "name": "laptop", "version": "1" });
    let initialize = json!({ "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": client });

    assert_capabilities(&StdioClient::spawn(&world, &[], &[]).result("initialize", initialize));
    assert_capabilities(&HttpClient::modern(&server.key(&key)).result("server/discover", json!({})));
}

/// Clients of older versions do not receive the fields that version 2026-07-28 added.
#[test]
fn cacheable_results_are_private_with_a_ttl_of_zero() {
    let world = World::new();
    let id = world.ada().write("Rain all day.", "2026-05-12");
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read", "search"]);
    let mut modern = HttpClient::modern(&server.key(&key));
    let old: [(&str, Box<dyn McpClient>); 2] = [
        ("session", Box::new(HttpClient::legacy(&server.key(&key)))),
        ("stdio", Box::new(StdioClient::connect(&world, &[], &[]))),
    ];

    let discovered = modern.result("server/discover", json!({}));
    assert!(discovered["supportedVersions"].as_array().unwrap().contains(&json!(MODERN)), "{discovered}");
    let cacheable = |method: &str| method.ends_with("/list") || method == "resources/read";
    for (method, params) in read_requests(id) {
        let result = modern.result(method, params);
        assert_eq!(result["resultType"], "complete", "{method}: {result}");
        let (scope, ttl) = if cacheable(method) { (json!("private"), json!(0)) } else { (Value::Null, Value::Null) };
        assert_eq!((&result["cacheScope"], &result["ttlMs"]), (&scope, &ttl), "{method}: {result}");
    }
    assert_eq!((&discovered["cacheScope"], &discovered["ttlMs"]), (&json!("private"), &json!(0)));
    for (transport, mut client) in old {
        for (method, params) in read_requests(id) {
            let result = client.result(method, params);
            for field in ["resultType", "cacheScope", "ttlMs"] {
                assert!(result.get(field).is_none(), "{transport}: {method}: {result}");
            }
        }
    }
}

#[test]
fn unsupported_methods_are_not_found() {
    let world = World::new();
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read"]);
    let mut stdio = StdioClient::connect(&world, &[], &[]);
    let mut session = HttpClient::legacy(&server.key(&key));

    for (method, params) in [
        ("logging/setLevel", json!({ "level": "debug" })),
        ("resources/subscribe", json!({ "uri": "journal://entry/1" })),
        ("resources/unsubscribe", json!({ "uri": "journal://entry/1" })),
        ("roots/list", json!({})),
        ("sampling/createMessage", json!({})),
        ("journal/burn", json!({})),
    ] {
        assert_eq!(stdio.error(method, params.clone()).0, -32601, "{method}");
        assert_eq!(session.error(method, params).0, -32601, "{method}");
    }
}
