//! `journal mcp` over stdio: it writes only JSON-RPC for any input, and ends at the end of its input.

use std::io::{Read, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::mcp::client::{LEGACY, MODERN, McpClient, StdioClient, ToolResult};
use crate::support::World;

/// Runs the program with this input; returns its exit code, the messages on stdout, and its log.
fn run_with_input(world: &World, variables: &[(&str, &str)], input: &[u8]) -> (i32, Vec<Value>, String) {
    let mut command = world.command();
    command.arg("mcp").envs(variables.iter().copied()).stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // The write fails if the program has already exited.
        let _ = pipe.write_all(&input);
    });
    let mut log = child.stderr.take().unwrap();
    let logged = std::thread::spawn(move || {
        let mut text = String::new();
        log.read_to_string(&mut text).unwrap();
        text
    });
    let mut output = String::new();
    child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
    writer.join().unwrap();
    let code = child.wait().unwrap().code().unwrap_or(-1);
    let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("no JSON ({error}): {line:?}"));
    let messages: Vec<Value> = output.lines().map(read).collect();
    assert!(messages.iter().all(|message| message["jsonrpc"] == "2.0"), "{output}");
    (code, messages, logged.join().unwrap())
}

fn json_line(message: &Value) -> String {
    format!("{message}\n")
}

fn initialize(id: i64) -> String {
    let client_info = json!({ "name": "laptop", "version": "1" });
    let params = json!({ "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": client_info });
    json_line(&json!({ "jsonrpc": "2.0", "id": id, "method": "initialize", "params": params }))
}

/// Returns the error code of the response to a request, 0 for a result.
fn code(messages: &[Value], id: impl Into<Value>) -> i64 {
    let id = id.into();
    let answers: Vec<_> = messages.iter().filter(|message| message["id"] == id).collect();
    assert_eq!(answers.len(), 1, "one response to {id}: {messages:?}");
    answers[0]["error"]["code"].as_i64().unwrap_or_default()
}

/// The input may be empty or end in the middle of a message.
#[test]
fn end_of_input_ends_the_program() {
    let world = World::new();
    let half = format!("{}{{\"jsonrpc\":\"2.0\",\"id\":2,\"meth", initialize(1));
    for (input, answers) in [("", 0), ("\n\n", 0), ("{\"jsonrpc\":\"2.0\",\"id\":1", 0), (half.as_str(), 1)] {
        let (code, messages, log) = run_with_input(&world, &[], input.as_bytes());

        assert_eq!((code, messages.len()), (0, answers), "{input:?}: {messages:?} {log}");
        assert_eq!(log, "", "{input:?}");
    }
}

#[test]
fn an_invalid_message_gets_an_error_and_the_next_is_served() {
    let world = World::new();
    let ping = json_line(&json!({ "jsonrpc": "2.0", "id": 9, "method": "ping" }));
    for (input, expected) in [
        (b"plum brandy\n".to_vec(), -32700),
        (b"{\"jsonrpc\":\n".to_vec(), -32700),
        (vec![0xff, 0xfe, 0, 1, 2, b'\n'], -32700),
        ([&[0x89][..], b"PNG\r\n"].concat(), -32700),
        (format!("[{},{}]\n", ping.trim(), ping.trim()).into_bytes(), -32600),
        (b"7\n".to_vec(), -32600),
    ] {
        for (before, answers) in [(String::new(), 2), (initialize(1), 3)] {
            let (exit, messages, log) =
                run_with_input(&world, &[], &[before.as_bytes(), &input, ping.as_bytes()].concat());

            assert_eq!((exit, messages.len()), (0, answers), "{messages:?} {log}");
            let refused = messages.iter().find(|message| message.get("id").is_none()).unwrap();
            assert_eq!(refused["error"]["code"], expected, "{input:?}");
            assert_eq!(code(&messages, 9), 0);
            assert!(!refused.to_string().contains("plum") && !log.contains("plum"), "{refused} {log}");
        }
    }
}

#[test]
fn requests_before_and_after_the_handshake_are_all_answered() {
    let world = World::new();
    let listing = |id: i64| json_line(&json!({ "jsonrpc": "2.0", "id": id, "method": "tools/list" }));
    let early = json_line(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
    let odd = json_line(&json!({ "jsonrpc": "1.0", "id": "odd", "method": "tools/list" }));
    let unknown = json_line(&json!({ "jsonrpc": "2.0", "id": 4, "method": "unknown/method", "params": {} }));
    let reply = json_line(&json!({ "jsonrpc": "2.0", "id": 77, "result": {} }));

    let input = [early, listing(1), odd, initialize(2), listing(3), unknown, reply, listing(5)].concat();
    let (exit, messages, log) = run_with_input(&world, &[], input.as_bytes());

    assert_eq!(exit, 0, "{log}");
    let codes = [code(&messages, 1), code(&messages, "odd"), code(&messages, 2), code(&messages, 3)];
    assert_eq!(codes, [-32602, -32600, 0, 0], "{messages:?}");
    assert_eq!([code(&messages, 4), code(&messages, 5)], [-32601, 0], "{messages:?}");
}

#[test]
fn stateless_requests_are_served_over_stdio() {
    let world = World::new();
    world.ok(&["write", "Rain all day; we baked bread.", "--date", "2026-05-12"]);
    let meta = |version: &str| {
        json!({
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientInfo": { "name": "laptop", "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
        })
    };
    let mut stdio = StdioClient::spawn(&world, &[], &[]);

    let (refused, _) = stdio.error("tools/list", json!({ "_meta": meta("2099-01-01") }));
    let discovered = stdio.result("server/discover", json!({ "_meta": meta(MODERN) }));
    let call = json!({ "name": "journal_list_entries", "arguments": {}, "_meta": meta(MODERN) });
    let result = ToolResult::parse(&stdio.result("tools/call", call)).ok();

    assert_eq!(refused, -32022);
    assert!(discovered["supportedVersions"].as_array().unwrap().contains(&json!(MODERN)), "{discovered}");
    assert!(result.text.contains("we baked bread"), "{result:?}");
    assert_eq!(stdio.error("ping", json!({ "_meta": meta(MODERN) })).0, -32601, "version 2026-07-28 has no ping");
    let (exit, rest, log) = stdio.end();
    assert_eq!((exit, rest.len(), log.as_str()), (0, 0, ""));
}

#[test]
fn logs_stay_off_stdout_and_contain_no_message_content() {
    let world = World::new();
    let phrase = "plumbrandy";
    let call = json!({ "name": phrase, "arguments": { phrase: phrase } });
    let call = json_line(&json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call }));
    let early = json_line(&json!({ "jsonrpc": "2.0", "id": 7, "result": { phrase: phrase } }));

    for level in ["trace", "rmcp=trace", "debug"] {
        for format in ["json", "human"] {
            let settings = [("JOURNAL_LOG", level), ("JOURNAL_LOG_FORMAT", format), ("RUST_LOG", "trace")];
            let input = [early.clone(), initialize(1), call.clone()].concat();
            let (exit, messages, log) = run_with_input(&world, &settings, input.as_bytes());

            assert_eq!((exit, messages.len()), (0, 2), "{log}");
            assert!(!log.contains(phrase), "{level}: {log}");
        }
    }
}

#[test]
fn stdio_enforces_the_scopes_and_revocation_of_its_api_key() {
    let world = World::new();
    let (id, reading) = world.ada().key("reader", &["entries:read"]);
    let (_, searching) = world.ada().key("searcher", &["search"]);
    let mut reader = StdioClient::connect(&world, &[], &[("JOURNAL_API_KEY", &reading)]);
    let mut searcher = StdioClient::connect(&world, &[], &[("JOURNAL_API_KEY", &searching)]);
    let list = json!({ "name": "journal_list_entries", "arguments": {} });

    reader.call("journal_list_entries", json!({})).ok();
    searcher.call("journal_list_entries", json!({})).refused("entries:read");
    assert!(!searcher.result("tools/list", json!({})).to_string().contains("journal_list_entries"));
    world.ok(&["key", "revoke", &id.to_string(), "--yes"]);

    for (method, params) in [("tools/list", json!({})), ("tools/call", list)] {
        let (code, message) = reader.error(method, params);
        assert_eq!(code, -32600, "{message}");
        assert!(message.contains("the API key is not valid") && message.contains("Next step"), "{message}");
    }
    reader.result("ping", json!({}));
    assert_eq!(reader.end().0, 0);
    let (exit, messages, log) = run_with_input(&world, &[("JOURNAL_API_KEY", &reading)], initialize(1).as_bytes());
    assert_eq!((exit, messages.len()), (5, 0), "{log}");
}

#[test]
fn stdio_and_server_write_to_one_journal_concurrently() {
    const ENTRIES_EACH: usize = 12;
    let world = World::new();
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read", "ingest", "entries:write"]);
    let client = server.key(&key);
    let writers = [2, 3].map(|month| (month, StdioClient::connect(&world, &[], &[])));

    std::thread::scope(|scope| {
        for (month, mut stdio) in writers {
            scope.spawn(move || {
                for day in 1..=ENTRIES_EACH {
                    let date = format!("2026-{month:02}-{day:02}");
                    let arguments = json!({ "text": format!("Rain on {date}."), "date": date });
                    stdio.call("journal_ingest_text", arguments).ok();
                    stdio.call("journal_list_entries", json!({})).ok();
                }
                let (exit, _, log) = stdio.end();
                assert_eq!((exit, log.as_str()), (0, ""));
            });
        }
        scope.spawn(|| {
            for day in 1..=ENTRIES_EACH {
                let date = format!("2026-01-{day:02}");
                let entry = json!({ "text": format!("Rain on {date}."), "entry_date": date });
                client.post("/api/entries/ingest/text", &entry).ok();
            }
        });
    });

    let mut reader = StdioClient::connect(&world, &[], &[]);
    let result = reader.call("journal_list_entries", json!({ "limit": 50 })).ok();
    for (month, day) in (1..=3).flat_map(|month| (1..=ENTRIES_EACH).map(move |day| (month, day))) {
        assert!(result.text.contains(&format!("2026-{month:02}-{day:02}")), "{}", result.text);
    }
    assert_eq!(reader.end().0, 0);
    assert!(!server.stop().1.contains("locked"));
}
