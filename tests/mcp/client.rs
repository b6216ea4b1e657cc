//! Clients of the protocol: over standard streams, over HTTP with a session, over HTTP request by request.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::process::Child;
use std::process::ChildStdin;
use std::process::ChildStdout;
use std::process::Stdio as Piped;

use serde_json::Value;
use serde_json::json;

use crate::support::World;
use crate::support::server::Client;
use crate::support::server::Reply;
use crate::support::server::Server;

/// The last revision with a handshake.
pub const LEGACY: &str = "2025-11-25";
/// The first one without.
pub const MODERN: &str = "2026-07-28";

/// A tool's result.
#[derive(Debug)]
pub struct Told {
    pub text: String,
    pub data: Value,
    pub is_error: bool,
}

impl Told {
    #[track_caller]
    pub fn of(result: &Value) -> Self {
        let text = result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("no text: {result}")).to_owned();
        assert!(!text.is_empty(), "{result}");
        Self { text, data: result["structuredContent"].clone(), is_error: result["isError"] == true }
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert!(!self.is_error, "{self:?}");
        self
    }

    /// Asserts that it is a sentence a model can act on, with these words in it.
    #[track_caller]
    pub fn refused(self, words: &str) -> Self {
        assert!(self.is_error && self.text.contains(words), "{self:?}");
        self
    }
}

/// Whoever can send a request and wait for its reply.
pub trait Speaks {
    /// Returns the whole reply.
    fn ask(&mut self, method: &str, params: Value) -> Value;

    /// Returns the result of a request that has one.
    #[track_caller]
    fn result(&mut self, method: &str, params: Value) -> Value {
        let reply = self.ask(method, params);
        assert!(reply.get("result").is_some(), "{method}: {reply}");
        reply["result"].clone()
    }

    /// Returns the protocol's error of a request that has none.
    #[track_caller]
    fn error(&mut self, method: &str, params: Value) -> (i64, String) {
        let reply = self.ask(method, params);
        let error = reply.get("error").unwrap_or_else(|| panic!("{method} succeeded: {reply}"));
        (error["code"].as_i64().unwrap(), error["message"].as_str().unwrap().to_owned())
    }

    /// Calls a tool.
    #[track_caller]
    fn call(&mut self, tool: &str, arguments: Value) -> Told {
        Told::of(&self.result("tools/call", json!({ "name": tool, "arguments": arguments })))
    }
}

/// `journal mcp` with its pipes.
pub struct Stdio {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: i64,
}

impl Stdio {
    /// Starts the program and shakes hands.
    pub fn of(world: &World, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut line = Self::silent(world, args, variables);
        let client = json!({ "name": "laptop", "version": "1" });
        let hello = json!({ "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": client });
        line.result("initialize", hello);
        line.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string());
        line
    }

    /// Starts the program and says nothing yet.
    pub fn silent(world: &World, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = world.command();
        command.arg("mcp").args(args).envs(variables.iter().copied()).stdin(Piped::piped());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output, next: 0 }
    }

    /// Writes a line as it is.
    pub fn send(&mut self, line: &str) {
        let input = self.input.as_mut().unwrap();
        input.write_all(format!("{line}\n").as_bytes()).unwrap();
        input.flush().unwrap();
    }

    /// Reads a message; `None` at the end.
    pub fn receive(&mut self) -> Option<Value> {
        let mut line = String::new();
        if self.output.read_line(&mut line).unwrap() == 0 {
            return None;
        }
        Some(serde_json::from_str(&line).unwrap_or_else(|error| panic!("no JSON ({error}): {line}")))
    }

    /// Ends the input; returns the exit code, what was still written, and the log.
    pub fn end(mut self) -> (i32, Vec<Value>, String) {
        drop(self.input.take());
        let rest = std::iter::from_fn(|| self.receive()).collect();
        let mut log = String::new();
        std::io::Read::read_to_string(&mut self.child.stderr.take().unwrap(), &mut log).unwrap();
        (self.child.wait().unwrap().code().unwrap_or(-1), rest, log)
    }
}

impl Speaks for Stdio {
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        loop {
            let message = self.receive().expect("an answer before the end");
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
        }
    }
}

impl Drop for Stdio {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Over HTTP; with a session, or request by request.
pub struct Wire {
    client: Client,
    session: Option<String>,
    next: i64,
}

impl Wire {
    /// Opens a session as clients up to 2025-11-25 do.
    #[track_caller]
    pub fn legacy(client: &Client) -> Self {
        let mut wire = Self { client: accepting(client), session: Some(String::new()), next: 0 };
        let who = json!({ "name": "laptop", "version": "1" });
        let hello = json!({ "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": who });
        let hello = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello });
        let reply = wire.client.post("/mcp", &hello).ok();
        let session = reply.header("mcp-session-id").expect("a session's id").to_owned();
        wire.client = wire.client.with("mcp-session-id", &session).with("mcp-protocol-version", LEGACY);
        wire.session = Some(session);
        let began = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        assert_eq!(wire.client.post("/mcp", &began).status, 202);
        wire
    }

    /// Sends requests that stand for themselves, as clients from 2026-07-28 on do.
    pub fn modern(client: &Client) -> Self {
        Self { client: accepting(client).with("mcp-protocol-version", MODERN), session: None, next: 0 }
    }

    /// Returns the session's id.
    pub fn session(&self) -> &str {
        self.session.as_deref().unwrap()
    }

    /// Sends a request and returns the reply as it is.
    pub fn post(&mut self, method: &str, mut params: Value) -> Reply {
        self.next += 1;
        let mut client = self.client.clone();
        if self.session.is_none() {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": MODERN,
                "io.modelcontextprotocol/clientInfo": { "name": "laptop", "version": "1" },
                "io.modelcontextprotocol/clientCapabilities": {},
            });
            client = client.with("mcp-method", method);
            if let Some(name) = params.get("name").or_else(|| params.get("uri")).and_then(Value::as_str) {
                client = client.with("mcp-name", name);
            }
        }
        client.post("/mcp", &json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params }))
    }
}

impl Speaks for Wire {
    #[track_caller]
    fn ask(&mut self, method: &str, params: Value) -> Value {
        let reply = self.post(method, params);
        messages(&reply).into_iter().find(|message| message["id"] == self.next).unwrap_or_else(|| panic!("{reply:#?}"))
    }
}

/// Somebody's key at every door: over pipes, with a session, and request by request.
pub fn everywhere(world: &World, server: &Server, key: &str) -> Vec<(&'static str, Box<dyn Speaks>)> {
    let client = server.key(key);
    vec![
        ("pipes", Box::new(Stdio::of(world, &[], &[("JOURNAL_API_KEY", key)]))),
        ("session", Box::new(Wire::legacy(&client))),
        ("single requests", Box::new(Wire::modern(&client))),
    ]
}

fn accepting(client: &Client) -> Client {
    client.with("accept", "application/json, text/event-stream")
}

/// Returns the messages of a reply, which is one JSON document or a stream of events.
pub fn messages(reply: &Reply) -> Vec<Value> {
    if reply.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
        return vec![reply.json()];
    }
    let data = reply.text.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim);
    data.filter(|data| !data.is_empty()).map(|data| serde_json::from_str(data).unwrap()).collect()
}
