//! `journal mcp` on its pipes: nothing but JSON-RPC goes out, whatever comes in, and it ends when its input does.

use std::io::Read;
use std::io::Write;
use std::process::Stdio as Piped;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;

use crate::client::LEGACY;
use crate::client::MODERN;
use crate::client::Speaks;
use crate::client::Stdio;
use crate::client::Told;
use crate::support::ADA;
use crate::support::World;

/// Feeds bytes to the program; returns its exit code, the messages that it wrote, and its log.
fn fed(world: &World, variables: &[(&str, &str)], input: &[u8]) -> (i32, Vec<Value>, String) {
    let mut command = world.command();
    command.arg("mcp").envs(variables.iter().copied()).stdin(Piped::piped());
    let mut child = command.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // A program that has ended reads no more.
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

fn line(message: &Value) -> String {
    format!("{message}\n")
}

fn hello(id: i64) -> String {
    let who = json!({ "name": "laptop", "version": "1" });
    let params = json!({ "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": who });
    line(&json!({ "jsonrpc": "2.0", "id": id, "method": "initialize", "params": params }))
}

/// Returns the code of the answer to a request, 0 for a result.
fn code(messages: &[Value], id: impl Into<Value>) -> i64 {
    let id = id.into();
    let answers: Vec<_> = messages.iter().filter(|message| message["id"] == id).collect();
    assert_eq!(answers.len(), 1, "one answer to {id}: {messages:?}");
    answers[0]["error"]["code"].as_i64().unwrap_or_default()
}

#[test]
fn an_input_that_ends_at_once_or_in_mid_message_ends_the_program() {
    let world = World::new();
    let half = format!("{}{{\"jsonrpc\":\"2.0\",\"id\":2,\"meth", hello(1));
    for (input, answers) in [("", 0), ("\n\n", 0), ("{\"jsonrpc\":\"2.0\",\"id\":1", 0), (half.as_str(), 1)] {
        let (code, messages, log) = fed(&world, &[], input.as_bytes());

        assert_eq!((code, messages.len()), (0, answers), "{input:?}: {messages:?} {log}");
        assert_eq!(log, "", "{input:?}");
    }
}

#[test]
fn what_is_no_message_is_answered_with_the_protocols_error_and_the_next_one_is_served() {
    let world = World::new();
    let ping = line(&json!({ "jsonrpc": "2.0", "id": 9, "method": "ping" }));
    for (input, expected) in [
        (b"plum brandy\n".to_vec(), -32700),
        (b"{\"jsonrpc\":\n".to_vec(), -32700),
        (vec![0xff, 0xfe, 0, 1, 2, b'\n'], -32700),
        ([&[0x89][..], b"PNG\r\n"].concat(), -32700),
        (format!("[{},{}]\n", ping.trim(), ping.trim()).into_bytes(), -32600),
        (b"7\n".to_vec(), -32600),
    ] {
        for (before, answers) in [(String::new(), 2), (hello(1), 3)] {
            let (exit, messages, log) = fed(&world, &[], &[before.as_bytes(), &input, ping.as_bytes()].concat());

            assert_eq!((exit, messages.len()), (0, answers), "{messages:?} {log}");
            let refused = messages.iter().find(|message| message.get("id").is_none()).unwrap();
            assert_eq!(refused["error"]["code"], expected, "{input:?}");
            assert_eq!(code(&messages, 9), 0);
            assert!(!refused.to_string().contains("plum") && !log.contains("plum"), "{refused} {log}");
        }
    }
}

#[test]
fn requests_are_answered_before_a_handshake_and_after_a_wrong_one() {
    let world = World::new();
    let listing = |id: i64| line(&json!({ "jsonrpc": "2.0", "id": id, "method": "tools/list" }));
    let early = line(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
    let odd = line(&json!({ "jsonrpc": "1.0", "id": "odd", "method": "tools/list" }));
    let unknown = line(&json!({ "jsonrpc": "2.0", "id": 4, "method": "unknown/method", "params": {} }));
    let reply = line(&json!({ "jsonrpc": "2.0", "id": 77, "result": {} }));

    let input = [early, listing(1), odd, hello(2), listing(3), unknown, reply, listing(5)].concat();
    let (exit, messages, log) = fed(&world, &[], input.as_bytes());

    assert_eq!(exit, 0, "{log}");
    let codes = [code(&messages, 1), code(&messages, "odd"), code(&messages, 2), code(&messages, 3)];
    assert_eq!(codes, [-32602, -32600, 0, 0], "{messages:?}");
    assert_eq!([code(&messages, 4), code(&messages, 5)], [-32601, 0], "{messages:?}");
}

#[test]
fn requests_that_stand_for_themselves_are_served_over_pipes_as_well() {
    let world = World::new();
    world.ok(&["write", "Rain all day; we baked bread.", "--date", "2026-05-12"]);
    let meta = |version: &str| {
        json!({
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientInfo": { "name": "laptop", "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
        })
    };
    let mut pipes = Stdio::silent(&world, &[], &[]);

    let (refused, _) = pipes.error("tools/list", json!({ "_meta": meta("2099-01-01") }));
    let found = pipes.result("server/discover", json!({ "_meta": meta(MODERN) }));
    let call = json!({ "name": "journal_list_entries", "arguments": {}, "_meta": meta(MODERN) });
    let told = Told::of(&pipes.result("tools/call", call)).ok();

    assert_eq!(refused, -32022);
    assert!(found["supportedVersions"].as_array().unwrap().contains(&json!(MODERN)), "{found}");
    assert!(told.text.contains("we baked bread"), "{told:?}");
    assert_eq!(pipes.error("ping", json!({ "_meta": meta(MODERN) })).0, -32601, "that revision has none");
    let (exit, rest, log) = pipes.end();
    assert_eq!((exit, rest.len(), log.as_str()), (0, 0, ""));
}

#[test]
fn logs_stay_off_the_output_and_say_nothing_of_messages() {
    let world = World::new();
    let phrase = "plumbrandy";
    let call = json!({ "name": phrase, "arguments": { phrase: phrase } });
    let call = line(&json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call }));
    let early = line(&json!({ "jsonrpc": "2.0", "id": 7, "result": { phrase: phrase } }));

    for level in ["trace", "rmcp=trace", "debug"] {
        for format in ["json", "human"] {
            let settings = [("JOURNAL_LOG", level), ("JOURNAL_LOG_FORMAT", format), ("RUST_LOG", "trace")];
            let input = [early.clone(), hello(1), call.clone()].concat();
            let (exit, messages, log) = fed(&world, &settings, input.as_bytes());

            assert_eq!((exit, messages.len()), (0, 2), "{log}");
            assert!(!log.contains(phrase), "{level}: {log}");
        }
    }
}

#[test]
fn a_key_in_the_environment_is_kept_to_and_its_end_is_the_end_of_answers() {
    let world = World::new();
    let (id, reading) = world.ada().key("reader", &["entries:read"]);
    let (_, searching) = world.ada().key("searcher", &["search"]);
    let mut reader = Stdio::of(&world, &[], &[("JOURNAL_API_KEY", &reading)]);
    let mut searcher = Stdio::of(&world, &[], &[("JOURNAL_API_KEY", &searching)]);
    let list = json!({ "name": "journal_list_entries", "arguments": {} });

    reader.call("journal_list_entries", json!({})).ok();
    searcher.call("journal_list_entries", json!({})).refused("entries:read");
    assert!(!searcher.result("tools/list", json!({})).to_string().contains("journal_list_entries"));
    world.ok(&["key", "revoke", &id.to_string(), "--yes"]);

    for (method, params) in [("tools/list", json!({})), ("tools/call", list)] {
        let (code, sentence) = reader.error(method, params);
        assert_eq!(code, -32600, "{sentence}");
        assert!(sentence.contains("the API key is not good") && sentence.contains("Next step"), "{sentence}");
    }
    reader.result("ping", json!({}));
    assert_eq!(reader.end().0, 0);
    let (exit, messages, log) = fed(&world, &[("JOURNAL_API_KEY", &reading)], hello(1).as_bytes());
    assert_eq!((exit, messages.len()), (5, 0), "{log}");
}

#[test]
fn it_works_beside_a_server_and_another_process_on_the_same_journal() {
    const EACH: usize = 12;
    let world = World::new();
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read", "ingest", "entries:write"]);
    let client = server.key(&key);
    let writers = [2, 3].map(|month| (month, Stdio::of(&world, &[], &[])));

    std::thread::scope(|scope| {
        for (month, mut pipes) in writers {
            scope.spawn(move || {
                for day in 1..=EACH {
                    let date = format!("2026-{month:02}-{day:02}");
                    let arguments = json!({ "text": format!("Rain on {date}."), "date": date });
                    pipes.call("journal_ingest_text", arguments).ok();
                    pipes.call("journal_list_entries", json!({})).ok();
                }
                let (exit, _, log) = pipes.end();
                assert_eq!((exit, log.as_str()), (0, ""));
            });
        }
        scope.spawn(|| {
            for day in 1..=EACH {
                let date = format!("2026-01-{day:02}");
                let entry = json!({ "text": format!("Rain on {date}."), "entry_date": date });
                client.post("/api/entries/ingest/text", &entry).ok();
            }
        });
    });

    let mut reader = Stdio::of(&world, &[], &[]);
    let told = reader.call("journal_list_entries", json!({ "limit": 50 })).ok();
    for (month, day) in (1..=3).flat_map(|month| (1..=EACH).map(move |day| (month, day))) {
        assert!(told.text.contains(&format!("2026-{month:02}-{day:02}")), "{}", told.text);
    }
    assert_eq!(reader.end().0, 0);
    assert!(!server.stop().1.contains("locked"));
}

#[test]
fn it_is_ready_soon() {
    let world = World::new();
    world.ok(&["write", "Rain all day.", "--date", "2026-05-12"]);

    let begun = Instant::now();
    let mut pipes = Stdio::of(&world, &["--user", ADA], &[]);
    pipes.result("tools/list", json!({}));

    // Unoptimised and among other tests; the benchmark measures the program that is shipped.
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}
