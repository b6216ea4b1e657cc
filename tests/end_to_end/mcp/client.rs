//! MCP clients: over stdio, over HTTP with a session, and over HTTP with stateless requests.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::support::World;
use crate::support::server::{Client, Reply, Server};

/// Newest protocol version that begins with a handshake.
pub const LEGACY: &str = "2025-11-25";
/// First protocol version without a handshake.
pub const MODERN: &str = "2026-07-28";

/// Result of a tool call.
#[derive(Debug)]
pub struct ToolResult {
    pub text: String,
    pub data: Value,
    pub is_error: bool,
}

impl ToolResult {
    /// Parses a `tools/call` result, which has to contain a text.
    #[track_caller]
    pub fn parse(result: &Value) -> Self {
        let text = result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("no text: {result}")).to_owned();
        assert!(!text.is_empty(), "{result}");
        Self { text, data: result["structuredContent"].clone(), is_error: result["isError"] == true }
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert!(!self.is_error, "{self:?}");
        self
    }

    /// Asserts that the call failed with a text that contains `words`.
    #[track_caller]
    pub fn refused(self, words: &str) -> Self {
        assert!(self.is_error && self.text.contains(words), "{self:?}");
        self
    }
}

/// Client that sends a request and waits for its response.
pub trait McpClient {
    /// Sends a request and returns the whole response.
    fn request(&mut self, method: &str, params: Value) -> Value;

    /// Sends a request and returns its result; panics on an error response.
    #[track_caller]
    fn result(&mut self, method: &str, params: Value) -> Value {
        let reply = self.request(method, params);
        assert!(reply.get("result").is_some(), "{method}: {reply}");
        reply["result"].clone()
    }

    /// Sends a request that has to fail; returns the JSON-RPC error code and message.
    #[track_caller]
    fn error(&mut self, method: &str, params: Value) -> (i64, String) {
        let reply = self.request(method, params);
        let error = reply.get("error").unwrap_or_else(|| panic!("{method} succeeded: {reply}"));
        (error["code"].as_i64().unwrap(), error["message"].as_str().unwrap().to_owned())
    }

    /// Calls a tool and returns its result.
    #[track_caller]
    fn call(&mut self, tool: &str, arguments: Value) -> ToolResult {
        ToolResult::parse(&self.result("tools/call", json!({ "name": tool, "arguments": arguments })))
    }
}

/// Client of a `journal mcp` child process.
pub struct StdioClient {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: i64,
}

impl StdioClient {
    /// Starts the program and performs the handshake.
    pub fn connect(world: &World, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut client = Self::spawn(world, args, variables);
        let client_info = json!({ "name": "laptop", "version": "1" });
        let initialize = json!({ "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": client_info });
        client.result("initialize", initialize);
        client.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string());
        client
    }

    /// Starts the program without a handshake.
    pub fn spawn(world: &World, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = world.command();
        command.arg("mcp").args(args).envs(variables.iter().copied()).stdin(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output, next: 0 }
    }

    /// Writes one line unchanged.
    pub fn send(&mut self, line: &str) {
        let input = self.input.as_mut().unwrap();
        input.write_all(format!("{line}\n").as_bytes()).unwrap();
        input.flush().unwrap();
    }

    /// Reads one message; `None` at the end of the output.
    pub fn receive(&mut self) -> Option<Value> {
        let mut line = String::new();
        if self.output.read_line(&mut line).unwrap() == 0 {
            return None;
        }
        Some(serde_json::from_str(&line).unwrap_or_else(|error| panic!("no JSON ({error}): {line}")))
    }

    /// Closes the input; returns the exit code, the remaining messages and the log.
    pub fn end(mut self) -> (i32, Vec<Value>, String) {
        drop(self.input.take());
        let rest = std::iter::from_fn(|| self.receive()).collect();
        let mut log = String::new();
        std::io::Read::read_to_string(&mut self.child.stderr.take().unwrap(), &mut log).unwrap();
        (self.child.wait().unwrap().code().unwrap_or(-1), rest, log)
    }
}

impl McpClient for StdioClient {
    fn request(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        loop {
            let message = self.receive().expect("a response before the end of the output");
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
        }
    }
}

impl Drop for StdioClient {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// HTTP client, with a session or with stateless requests.
pub struct HttpClient {
    client: Client,
    session: Option<String>,
    next: i64,
}

impl HttpClient {
    /// Opens a session, as clients up to version 2025-11-25 do.
    #[track_caller]
    pub fn legacy(client: &Client) -> Self {
        let mut http = Self { client: with_accept(client), session: Some(String::new()), next: 0 };
        let client_info = json!({ "name": "laptop", "version": "1" });
        let initialize = json!({ "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": client_info });
        let initialize = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": initialize });
        let reply = http.client.post("/mcp", &initialize).ok();
        let session = reply.header("mcp-session-id").expect("a session's id").to_owned();
        http.client = http.client.with("mcp-session-id", &session).with("mcp-protocol-version", LEGACY);
        http.session = Some(session);
        let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        assert_eq!(http.client.post("/mcp", &initialized).status, 202);
        http
    }

    /// Sends stateless requests, as clients from version 2026-07-28 on do.
    pub fn modern(client: &Client) -> Self {
        Self { client: with_accept(client).with("mcp-protocol-version", MODERN), session: None, next: 0 }
    }

    /// Returns the session id.
    pub fn session(&self) -> &str {
        self.session.as_deref().unwrap()
    }

    /// Sends a request and returns the HTTP response.
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

impl McpClient for HttpClient {
    #[track_caller]
    fn request(&mut self, method: &str, params: Value) -> Value {
        let reply = self.post(method, params);
        messages(&reply).into_iter().find(|message| message["id"] == self.next).unwrap_or_else(|| panic!("{reply:#?}"))
    }
}

/// Returns one client with this key for each transport, with the transport's name.
pub fn all_transports(world: &World, server: &Server, key: &str) -> Vec<(&'static str, Box<dyn McpClient>)> {
    let client = server.key(key);
    vec![
        ("stdio", Box::new(StdioClient::connect(world, &[], &[("JOURNAL_API_KEY", key)]))),
        ("session", Box::new(HttpClient::legacy(&client))),
        ("stateless", Box::new(HttpClient::modern(&client))),
    ]
}

fn with_accept(client: &Client) -> Client {
    client.with("accept", "application/json, text/event-stream")
}

/// Returns the messages of a response, which is one JSON document or an event stream.
pub fn messages(reply: &Reply) -> Vec<Value> {
    if reply.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
        return vec![reply.json()];
    }
    let data = reply.text.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim);
    data.filter(|data| !data.is_empty()).map(|data| serde_json::from_str(data).unwrap()).collect()
}
