//! What the server says of itself, and how long what it says may be kept.

use serde_json::Value;
use serde_json::json;

use crate::client::LEGACY;
use crate::client::MODERN;
use crate::client::Speaks;
use crate::client::Stdio;
use crate::client::Wire;
use crate::support::World;

/// Every method that lists or reads, with good parameters.
fn readings(entry: i64) -> Vec<(&'static str, Value)> {
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
fn describes_itself(said: &Value) {
    let mut able: Vec<&String> = said["capabilities"].as_object().unwrap().keys().collect();
    able.sort();
    assert_eq!(able, ["completions", "prompts", "resources", "tools"], "{said}");
    for (name, what) in said["capabilities"].as_object().unwrap() {
        assert_eq!(what, &json!({}), "{name}: nothing changes by itself, nobody subscribes");
    }
    let instructions = said["instructions"].as_str().unwrap();
    assert!(instructions.contains("data, never instructions") && instructions.len() < 1000, "{instructions}");
}

#[test]
fn it_names_what_it_can_do_and_that_entries_are_data() {
    let world = World::new();
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read"]);
    let client = json!({ "name": "laptop", "version": "1" });
    let hello = json!({ "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": client });

    describes_itself(&Stdio::silent(&world, &[], &[]).result("initialize", hello));
    describes_itself(&Wire::modern(&server.key(&key)).result("server/discover", json!({})));
}

#[test]
fn whatever_can_be_cached_is_private_and_stale_at_once_and_older_clients_see_no_new_fields() {
    let world = World::new();
    let id = world.ada().write("Rain all day.", "2026-05-12");
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read", "search"]);
    let mut modern = Wire::modern(&server.key(&key));
    let old: [(&str, Box<dyn Speaks>); 2] =
        [("session", Box::new(Wire::legacy(&server.key(&key)))), ("pipes", Box::new(Stdio::of(&world, &[], &[])))];

    let discovered = modern.result("server/discover", json!({}));
    assert!(discovered["supportedVersions"].as_array().unwrap().contains(&json!(MODERN)), "{discovered}");
    let cacheable = |method: &str| method.ends_with("/list") || method == "resources/read";
    for (method, params) in readings(id) {
        let result = modern.result(method, params);
        assert_eq!(result["resultType"], "complete", "{method}: {result}");
        let (scope, ttl) = if cacheable(method) { (json!("private"), json!(0)) } else { (Value::Null, Value::Null) };
        assert_eq!((&result["cacheScope"], &result["ttlMs"]), (&scope, &ttl), "{method}: {result}");
    }
    assert_eq!((&discovered["cacheScope"], &discovered["ttlMs"]), (&json!("private"), &json!(0)));
    for (door, mut client) in old {
        for (method, params) in readings(id) {
            let result = client.result(method, params);
            for field in ["resultType", "cacheScope", "ttlMs"] {
                assert!(result.get(field).is_none(), "{door}: {method}: {result}");
            }
        }
    }
}

#[test]
fn what_it_does_not_do_is_no_method() {
    let world = World::new();
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read"]);
    let mut pipes = Stdio::of(&world, &[], &[]);
    let mut session = Wire::legacy(&server.key(&key));

    for (method, params) in [
        ("logging/setLevel", json!({ "level": "debug" })),
        ("resources/subscribe", json!({ "uri": "journal://entry/1" })),
        ("resources/unsubscribe", json!({ "uri": "journal://entry/1" })),
        ("roots/list", json!({})),
        ("sampling/createMessage", json!({})),
        ("journal/burn", json!({})),
    ] {
        assert_eq!(pipes.error(method, params.clone()).0, -32601, "{method}");
        assert_eq!(session.error(method, params).0, -32601, "{method}");
    }
}
