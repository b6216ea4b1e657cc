//! Deletion needs a confirmation: by elicitation where the client supports it, else by a token.

use serde_json::{Value, json};

use crate::mcp::client::{HttpClient, LEGACY, MODERN, McpClient, StdioClient, ToolResult, all_transports, messages};
use crate::mcp::tools::{ALL, delimited};
use crate::support::World;

const DELETE: &str = "journal_delete_entry";

fn token(result: &ToolResult) -> String {
    result.text.rsplit("confirmation_token ").next().unwrap().to_owned()
}

#[test]
fn deletion_needs_a_second_call_with_the_token() {
    let world = World::new();
    let server = world.serve();
    let key = world.ada().key("laptop", &ALL).1;

    for (transport, mut client) in all_transports(&world, &server, &key) {
        let id = world.ada().write("Rain all day.", "2026-05-12");
        let first = client.call(DELETE, json!({ "entry_id": id })).ok();

        assert!(first.text.starts_with("Nothing is deleted yet."), "{transport}: {first:?}");
        assert_eq!(delimited(&first.text), "  Begins: Rain all day.", "{transport}");
        client.call("journal_get_entry", json!({ "entry_id": id })).ok();
        let second = json!({ "entry_id": id, "confirmation_token": token(&first) });
        let result = client.call(DELETE, second.clone()).ok();
        assert_eq!(result.text, format!("Entry {id} is deleted."), "{transport}");
        client.call("journal_get_entry", json!({ "entry_id": id })).refused("no such entry");
        client.call(DELETE, second).refused("no such entry");
    }
}

#[test]
fn a_token_is_valid_for_one_key_one_entry_and_one_text() {
    let world = World::new();
    let server = world.serve();
    let (one, other) = (world.ada().key("laptop", &ALL).1, world.ada().key("phone", &ALL).1);
    let mut client = HttpClient::modern(&server.key(&one));
    let (id, second) = (world.ada().write("Rain.", "2026-05-12"), world.ada().write("Snow.", "2026-05-13"));
    let issued = token(&client.call(DELETE, json!({ "entry_id": id })).ok());
    let refused = "the confirmation token is invalid";

    let with = |entry: i64, token: &str| json!({ "entry_id": entry, "confirmation_token": token });
    client.call(DELETE, with(second, &issued)).refused(refused);
    HttpClient::modern(&server.key(&other)).call(DELETE, with(id, &issued)).refused(refused);
    StdioClient::connect(&world, &[], &[]).call(DELETE, with(id, &issued)).refused(refused);
    for forged in [&issued[..issued.len() - 2], "A", &"A".repeat(64), &issued.replace(&issued[..4], "____")] {
        client.call(DELETE, with(id, forged)).refused(refused);
    }
    world.run_with(&["edit", &id.to_string(), "--text", "-"], &[], Some(b"Rain and wind.")).ok();
    client.call(DELETE, with(id, &issued)).refused(refused);

    let list = client.call("journal_list_entries", json!({})).ok();
    assert!(list.text.starts_with("2 of 2"), "{list:?}");
    let fresh = token(&client.call(DELETE, json!({ "entry_id": id })).ok());
    client.call(DELETE, with(id, &fresh)).ok();
}

/// Stdio client that supports elicitation.
struct ElicitingClient(StdioClient);

impl ElicitingClient {
    fn connect(world: &World) -> Self {
        let mut client = StdioClient::spawn(world, &[], &[]);
        let initialize = json!({
            "protocolVersion": LEGACY, "capabilities": { "elicitation": {} }, "clientInfo": { "name": "laptop", "version": "1" },
        });
        client.result("initialize", initialize);
        client.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string());
        Self(client)
    }

    /// Calls the tool, answers its question, and returns the question and the tool's result.
    fn call(&mut self, id: i64, answer: &Value) -> (Value, ToolResult) {
        let call = json!({ "name": DELETE, "arguments": { "entry_id": id } });
        self.0.send(&json!({ "jsonrpc": "2.0", "id": "del", "method": "tools/call", "params": call }).to_string());
        let question = self.0.receive().unwrap();
        assert_eq!(question["method"], "elicitation/create", "{question}");
        self.0.send(&json!({ "jsonrpc": "2.0", "id": question["id"], "result": answer }).to_string());
        let response = self.0.receive().unwrap();
        assert_eq!(response["id"], "del", "{response}");
        (question["params"].clone(), ToolResult::parse(&response["result"]))
    }
}

#[test]
fn with_elicitation_the_user_decides() {
    let world = World::new();
    let id = world.ada().write("Rain all day.", "2026-05-12");
    let mut client = ElicitingClient::connect(&world);
    let kept = format!("The user did not confirm the deletion; entry {id} was not deleted.");

    for answer in [
        json!({ "action": "decline" }),
        json!({ "action": "cancel" }),
        json!({ "action": "accept", "content": { "confirm": false } }),
        json!({ "action": "accept", "content": {} }),
        json!({ "action": "decline", "content": { "confirm": true } }),
    ] {
        let (question, result) = client.call(id, &answer);
        let text = question["message"].as_str().unwrap();
        assert!(text.contains("2026-05-12") && text.contains("Rain all day."), "{text}");
        assert_eq!(question["requestedSchema"]["required"], json!(["confirm"]), "{question}");
        assert_eq!(result.ok().text, kept, "{answer}");
    }
    world.json(&["show", &id.to_string()]);
    let (_, result) = client.call(id, &json!({ "action": "accept", "content": { "confirm": true } }));
    assert_eq!(result.ok().text, format!("Entry {id} is deleted."));
    assert_eq!(world.json(&["list"])["total"], 0);
}

/// From version 2026-07-28 on. The answer comes with the repeated call.
#[test]
fn stateless_elicitation_returns_the_question_as_a_result() {
    let world = World::new();
    let id = world.ada().write("Rain all day.", "2026-05-12");
    let server = world.serve();
    let key = world.ada().key("laptop", &ALL).1;
    let client = server.key(&key).with("accept", "application/json, text/event-stream");
    let client = client.with("mcp-protocol-version", MODERN).with("mcp-method", "tools/call").with("mcp-name", DELETE);
    let call = |more: Value| {
        let mut params = json!({
            "name": DELETE, "arguments": { "entry_id": id },
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": MODERN,
                "io.modelcontextprotocol/clientInfo": { "name": "laptop", "version": "1" },
                "io.modelcontextprotocol/clientCapabilities": { "elicitation": { "form": {} } },
            },
        });
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        messages(&client.post("/mcp", &body)).pop().unwrap()["result"].clone()
    };

    let pending = call(json!({}));
    assert_eq!(pending["resultType"], "input_required", "{pending}");
    let question = &pending["inputRequests"]["confirmation"];
    assert_eq!(question["method"], "elicitation/create", "{pending}");
    let answer = |state: &Value, yes: bool| {
        let content = json!({ "action": "accept", "content": { "confirm": yes } });
        json!({ "inputResponses": { "confirmation": content }, "requestState": state })
    };
    let kept = ToolResult::parse(&call(answer(&pending["requestState"], false))).ok();
    assert!(kept.text.contains("was not deleted"), "{kept:?}");
    ToolResult::parse(&call(answer(&json!("A".repeat(64)), true))).refused("confirmation token");
    assert_eq!(world.json(&["list"])["total"], 1);
    let result = ToolResult::parse(&call(answer(&pending["requestState"], true))).ok();
    assert_eq!(result.text, format!("Entry {id} is deleted."));
    assert_eq!(world.json(&["list"])["total"], 0);
}
