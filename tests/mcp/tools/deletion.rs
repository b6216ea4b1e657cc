//! Deleting takes a second word: the person's where the client can ask, or a token.

use serde_json::Value;
use serde_json::json;

use crate::client::LEGACY;
use crate::client::MODERN;
use crate::client::Speaks;
use crate::client::Stdio;
use crate::client::Told;
use crate::client::Wire;
use crate::client::everywhere;
use crate::client::messages;
use crate::support::World;
use crate::tools::ALL;
use crate::tools::fenced;

const DELETE: &str = "journal_delete_entry";

fn token(told: &Told) -> String {
    told.text.rsplit("confirmation_token ").next().unwrap().to_owned()
}

#[test]
fn the_first_call_deletes_nothing_and_the_second_one_does() {
    let world = World::new();
    let server = world.serve();
    let key = world.ada().key("laptop", &ALL).1;

    for (door, mut client) in everywhere(&world, &server, &key) {
        let id = world.ada().write("Rain all day.", "2026-05-12");
        let first = client.call(DELETE, json!({ "entry_id": id })).ok();

        assert!(first.text.starts_with("Nothing is deleted yet."), "{door}: {first:?}");
        assert_eq!(fenced(&first.text), "  Begins: Rain all day.", "{door}");
        client.call("journal_get_entry", json!({ "entry_id": id })).ok();
        let second = json!({ "entry_id": id, "confirmation_token": token(&first) });
        let told = client.call(DELETE, second.clone()).ok();
        assert_eq!(told.text, format!("Entry {id} is deleted."), "{door}");
        client.call("journal_get_entry", json!({ "entry_id": id })).refused("no such entry");
        client.call(DELETE, second).refused("no such entry");
    }
}

#[test]
fn a_token_is_good_for_one_caller_one_entry_and_one_state_of_it() {
    let world = World::new();
    let server = world.serve();
    let (one, other) = (world.ada().key("laptop", &ALL).1, world.ada().key("phone", &ALL).1);
    let mut client = Wire::modern(&server.key(&one));
    let (id, second) = (world.ada().write("Rain.", "2026-05-12"), world.ada().write("Snow.", "2026-05-13"));
    let given = token(&client.call(DELETE, json!({ "entry_id": id })).ok());
    let refused = "the confirmation token is not good";

    let with = |entry: i64, token: &str| json!({ "entry_id": entry, "confirmation_token": token });
    client.call(DELETE, with(second, &given)).refused(refused);
    Wire::modern(&server.key(&other)).call(DELETE, with(id, &given)).refused(refused);
    Stdio::of(&world, &[], &[]).call(DELETE, with(id, &given)).refused(refused);
    for forged in [&given[..given.len() - 2], "A", &"A".repeat(64), &given.replace(&given[..4], "____")] {
        client.call(DELETE, with(id, forged)).refused(refused);
    }
    world.run_with(&["edit", &id.to_string(), "--text", "-"], &[], Some(b"Rain and wind.")).ok();
    client.call(DELETE, with(id, &given)).refused(refused);

    let list = client.call("journal_list_entries", json!({})).ok();
    assert!(list.text.starts_with("2 of 2"), "{list:?}");
    let fresh = token(&client.call(DELETE, json!({ "entry_id": id })).ok());
    client.call(DELETE, with(id, &fresh)).ok();
}

/// A client over pipes that can ask its user.
struct Asking(Stdio);

impl Asking {
    fn of(world: &World) -> Self {
        let mut line = Stdio::silent(world, &[], &[]);
        let hello = json!({
            "protocolVersion": LEGACY, "capabilities": { "elicitation": {} }, "clientInfo": { "name": "desk", "version": "1" },
        });
        line.result("initialize", hello);
        line.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string());
        Self(line)
    }

    /// Calls, answers the question as the user does, and returns the question with what the tool said.
    fn call(&mut self, id: i64, answer: &Value) -> (Value, Told) {
        let call = json!({ "name": DELETE, "arguments": { "entry_id": id } });
        self.0.send(&json!({ "jsonrpc": "2.0", "id": "del", "method": "tools/call", "params": call }).to_string());
        let question = self.0.receive().unwrap();
        assert_eq!(question["method"], "elicitation/create", "{question}");
        self.0.send(&json!({ "jsonrpc": "2.0", "id": question["id"], "result": answer }).to_string());
        let said = self.0.receive().unwrap();
        assert_eq!(said["id"], "del", "{said}");
        (question["params"].clone(), Told::of(&said["result"]))
    }
}

#[test]
fn where_the_client_can_ask_the_person_decides() {
    let world = World::new();
    let id = world.ada().write("Rain all day.", "2026-05-12");
    let mut client = Asking::of(&world);
    let kept = format!("The user did not confirm it, so entry {id} is still there.");

    for answer in [
        json!({ "action": "decline" }),
        json!({ "action": "cancel" }),
        json!({ "action": "accept", "content": { "confirm": false } }),
        json!({ "action": "accept", "content": {} }),
        json!({ "action": "decline", "content": { "confirm": true } }),
    ] {
        let (question, told) = client.call(id, &answer);
        let text = question["message"].as_str().unwrap();
        assert!(text.contains("2026-05-12") && text.contains("Rain all day."), "{text}");
        assert_eq!(question["requestedSchema"]["required"], json!(["confirm"]), "{question}");
        assert_eq!(told.ok().text, kept, "{answer}");
    }
    world.json(&["show", &id.to_string()]);
    let (_, told) = client.call(id, &json!({ "action": "accept", "content": { "confirm": true } }));
    assert_eq!(told.ok().text, format!("Entry {id} is deleted."));
    assert_eq!(world.json(&["list"])["total"], 0);
}

#[test]
fn from_2026_07_28_on_the_question_is_a_result_and_the_answer_comes_with_the_call() {
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
                "io.modelcontextprotocol/clientInfo": { "name": "desk", "version": "1" },
                "io.modelcontextprotocol/clientCapabilities": { "elicitation": { "form": {} } },
            },
        });
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        messages(&client.post("/mcp", &body)).pop().unwrap()["result"].clone()
    };

    let asked = call(json!({}));
    assert_eq!(asked["resultType"], "input_required", "{asked}");
    let question = &asked["inputRequests"]["confirmation"];
    assert_eq!(question["method"], "elicitation/create", "{asked}");
    let answer = |state: &Value, yes: bool| {
        let content = json!({ "action": "accept", "content": { "confirm": yes } });
        json!({ "inputResponses": { "confirmation": content }, "requestState": state })
    };
    let kept = Told::of(&call(answer(&asked["requestState"], false))).ok();
    assert!(kept.text.contains("is still there"), "{kept:?}");
    Told::of(&call(answer(&json!("A".repeat(64)), true))).refused("confirmation token");
    assert_eq!(world.json(&["list"])["total"], 1);
    let told = Told::of(&call(answer(&asked["requestState"], true))).ok();
    assert_eq!(told.text, format!("Entry {id} is deleted."));
    assert_eq!(world.json(&["list"])["total"], 0);
}
