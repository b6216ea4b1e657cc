//! Sessions and event streams are bound to a user and a credential, and end with them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::mcp::client::{HttpClient, LEGACY, MODERN, McpClient};
use crate::support::server::{Client, Server, wait_for};
use crate::support::{ADA, World, raw};

const ACCEPT_JSON_AND_EVENTS: &str = "application/json, text/event-stream";
const BOB: &str = "bob@home.example";
const PASSWORD: &str = "violet anchor mountain";

/// Opens the event stream of a session and reads until its first event.
pub fn open_stream(server: &Server, key: &str, session: &str) -> BufReader<TcpStream> {
    open_stream_with(server, &format!("Authorization: Bearer {key}\r\nMcp-Session-Id: {session}"))
}

fn open_stream_with(server: &Server, headers: &str) -> BufReader<TcpStream> {
    let mut stream = raw::connect(server);
    let accepts = "Accept: text/event-stream";
    let head = format!("GET /mcp HTTP/1.1\r\nHost: localhost\r\n{accepts}\r\n{headers}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    assert!(line.contains(" 200 "), "{line}");
    while line.trim_end() != "data:" && line.trim_end() != "data: " {
        line.clear();
        assert_ne!(stream.read_line(&mut line).unwrap(), 0, "the stream ended before its first event");
    }
    stream
}

/// Waits until a stream has ended.
#[track_caller]
fn wait_for_end(mut stream: BufReader<TcpStream>) {
    stream.get_ref().set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    // The connection stays open; the body ends with an empty chunk.
    let mut line = String::new();
    while line != "0\r\n" {
        line.clear();
        if stream.read_line(&mut line).unwrap() == 0 {
            break;
        }
    }
}

/// Asserts that the session id is unknown to every method for this client.
#[track_caller]
fn assert_unknown_session(client: &Client, session: &str) {
    let legacy = client
        .with("mcp-session-id", session)
        .with("accept", ACCEPT_JSON_AND_EVENTS)
        .with("mcp-protocol-version", LEGACY);
    let listing = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let initialize = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": { "name": "x", "version": "1" } } });

    for body in [&listing, &initialize, &json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })] {
        legacy.post("/mcp", body).refused(404, "not_found");
    }
    legacy.get("/mcp").refused(404, "not_found");
    legacy.with("last-event-id", "0").get("/mcp").refused(404, "not_found");
    legacy.with("last-event-id", "0/0").get("/mcp").refused(404, "not_found");
    legacy.delete("/mcp").refused(404, "not_found");
    let modern = client.with("mcp-session-id", session);
    HttpClient::modern(&modern).post("tools/list", json!({})).refused(404, "not_found");
}

#[test]
fn a_session_is_unknown_to_other_users_and_other_keys() {
    let world = World::new();
    let server = world.serve();
    let (_, laptop) = world.ada().key("laptop", &["entries:read"]);
    let (_, phone) = world.ada().key("phone", &["entries:read"]);
    let (_, bobs) = world.user(BOB).key("laptop", &["entries:read"]);
    let mut adas = HttpClient::legacy(&server.key(&laptop));
    let session = adas.session().to_owned();

    assert_unknown_session(&server.key(&bobs), &session);
    assert_unknown_session(&server.key(&phone), &session);
    assert_unknown_session(&server.key(&laptop), "00000000-0000-0000-0000-000000000000");
    assert_unknown_session(&server.key(&laptop), "");

    server.anonymous().with("mcp-session-id", &session).get("/mcp").refused(401, "unauthorized");
    adas.call("journal_list_entries", json!({})).ok();
}

#[test]
fn a_stateless_request_is_not_part_of_a_session() {
    let world = World::new();
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read"]);
    let session = HttpClient::legacy(&server.key(&key)).session().to_owned();

    let client = server.key(&key).with("mcp-session-id", &session);
    let reply = HttpClient::modern(&client).post("tools/list", json!({})).ok();

    assert_eq!(reply.header("mcp-session-id"), None);
    client
        .with("mcp-protocol-version", MODERN)
        .with("accept", ACCEPT_JSON_AND_EVENTS)
        .get("/mcp")
        .refused(405, "method_not_allowed");
    open_stream(&server, &key, &session);
}

#[test]
fn a_deleted_session_is_unknown_and_its_stream_ends() {
    let world = World::new();
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read"]);
    let session = HttpClient::legacy(&server.key(&key)).session().to_owned();
    let stream = open_stream(&server, &key, &session);

    server.key(&key).with("mcp-session-id", &session).delete("/mcp").ok();

    wait_for_end(stream);
    assert_unknown_session(&server.key(&key), &session);
}

#[test]
fn one_user_cannot_evict_another_users_sessions() {
    let world = World::new();
    let server = world.serve();
    let (_, adas) = world.ada().key("laptop", &["entries:read"]);
    let bob = world.user(BOB);
    let bobs: Vec<String> = (0..2).map(|key| bob.key(&key.to_string(), &["entries:read"]).1).collect();
    let mut first = HttpClient::legacy(&server.key(&adas));

    let sessions: Vec<(&String, String)> = (0..65)
        .map(|number| &bobs[number % 2])
        .map(|key| (key, HttpClient::legacy(&server.key(key)).session().to_owned()))
        .collect();

    first.call("journal_list_entries", json!({})).ok();
    assert_unknown_session(&server.key(sessions[0].0), &sessions[0].1);
    open_stream(&server, sessions[1].0, &sessions[1].1);
    open_stream(&server, sessions[64].0, &sessions[64].1);
}

#[test]
fn a_revoked_key_ends_its_streams() {
    let world = World::new();
    let server = world.serve();
    let (id, key) = world.ada().key("laptop", &["entries:read"]);
    let (_, other) = world.ada().key("phone", &["entries:read"]);
    let session = HttpClient::legacy(&server.key(&key)).session().to_owned();
    let other_session = HttpClient::legacy(&server.key(&other)).session().to_owned();
    let (stream, other_stream) = (open_stream(&server, &key, &session), open_stream(&server, &other, &other_session));

    world.ok(&["key", "revoke", &id.to_string(), "--yes"]);
    wait_for_end(stream);

    server.key(&key).with("mcp-session-id", &session).get("/mcp").refused(401, "unauthorized");
    assert_unknown_session(&server.key(&other), &session);
    let other_stream = other_stream.into_inner();
    other_stream.set_read_timeout(Some(Duration::from_millis(1500))).unwrap();
    let waited = (&other_stream).read(&mut [0; 1]).unwrap_err();
    assert_eq!(waited.kind(), std::io::ErrorKind::WouldBlock, "the other key's stream stays open");
}

#[test]
fn logout_and_user_disable_end_streams() {
    let world = World::new();
    let file = world.file("password", PASSWORD);
    world.ok(&["user", "passwd", ADA, "--password-file", file.to_str().unwrap()]);
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read"]);
    let browser = server.login(ADA, PASSWORD);
    let by_key = HttpClient::legacy(&server.key(&key)).session().to_owned();
    let by_login = HttpClient::legacy(&browser).session().to_owned();
    let cookies =
        server.anonymous().post("/api/auth/login", &json!({ "email": ADA, "password": PASSWORD })).ok().cookies();
    let other = HttpClient::legacy(&server.anonymous().with("cookie", &cookies)).session().to_owned();
    assert_unknown_session(&server.anonymous().with("cookie", &cookies), &by_login);
    let by_cookie = open_stream_with(&server, &format!("Cookie: {cookies}\r\nMcp-Session-Id: {other}"));

    server.anonymous().with("cookie", &cookies).post("/api/auth/logout", &json!({})).ok();
    wait_for_end(by_cookie);

    let stream = open_stream(&server, &key, &by_key);
    world.user(BOB);
    world.ok(&["user", "admin", BOB]);
    world.ok(&["user", "disable", ADA]);
    wait_for_end(stream);
    let refused = wait_for("the server to refuse the disabled user", || {
        let status = server.key(&key).get("/mcp").status;
        (status != 200).then_some(status)
    });
    assert!([401, 403].contains(&refused), "{refused}");
}
