//! Sessions and streams belong to a user and a credential, and end with them.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;
use std::time::Instant;

use serde_json::json;

use crate::client::LEGACY;
use crate::client::MODERN;
use crate::client::Speaks;
use crate::client::Wire;
use crate::raw;
use crate::support::ADA;
use crate::support::World;
use crate::support::server::Client;
use crate::support::server::Server;
use crate::support::server::wait_for;

const BOTH: &str = "application/json, text/event-stream";
const BOB: &str = "bob@home.example";
const PASSWORD: &str = "violet anchor mountain";

/// Opens the stream of a session and reads until it has begun.
pub fn listen(server: &Server, key: &str, session: &str) -> BufReader<TcpStream> {
    begin(server, &format!("Authorization: Bearer {key}\r\nMcp-Session-Id: {session}"))
}

fn begin(server: &Server, headers: &str) -> BufReader<TcpStream> {
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
        assert_ne!(stream.read_line(&mut line).unwrap(), 0, "the stream ended before it began");
    }
    stream
}

/// Waits until a stream has ended; returns how long that took.
#[track_caller]
fn ends(mut stream: BufReader<TcpStream>) -> Duration {
    let begun = Instant::now();
    stream.get_ref().set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // The connection stays; the body ends with an empty part.
    let mut line = String::new();
    while line != "0\r\n" {
        line.clear();
        if stream.read_line(&mut line).unwrap() == 0 {
            break;
        }
    }
    begun.elapsed()
}

/// Tries everything that a session's id could open.
#[track_caller]
fn opens_nothing(client: &Client, session: &str) {
    let legacy = client.with("mcp-session-id", session).with("accept", BOTH).with("mcp-protocol-version", LEGACY);
    let listing = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": { "name": "x", "version": "1" } } });

    for body in [&listing, &hello, &json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })] {
        legacy.post("/mcp", body).refused(404, "not_found");
    }
    legacy.get("/mcp").refused(404, "not_found");
    legacy.with("last-event-id", "0").get("/mcp").refused(404, "not_found");
    legacy.with("last-event-id", "0/0").get("/mcp").refused(404, "not_found");
    legacy.delete("/mcp").refused(404, "not_found");
    let modern = client.with("mcp-session-id", session);
    Wire::modern(&modern).post("tools/list", json!({})).refused(404, "not_found");
}

#[test]
fn a_session_is_nothing_to_anybody_else_and_to_no_other_key() {
    let world = World::new();
    let server = world.serve();
    let (_, laptop) = world.ada().key("laptop", &["entries:read"]);
    let (_, phone) = world.ada().key("phone", &["entries:read"]);
    let (_, bobs) = world.user(BOB).key("laptop", &["entries:read"]);
    let mut hers = Wire::legacy(&server.key(&laptop));
    let session = hers.session().to_owned();

    opens_nothing(&server.key(&bobs), &session);
    opens_nothing(&server.key(&phone), &session);
    opens_nothing(&server.key(&laptop), "00000000-0000-0000-0000-000000000000");
    opens_nothing(&server.key(&laptop), "");

    server.stranger().with("mcp-session-id", &session).get("/mcp").refused(401, "unauthorized");
    hers.call("journal_list_entries", json!({})).ok();
}

#[test]
fn a_request_that_stands_for_itself_is_not_part_of_a_session() {
    let world = World::new();
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read"]);
    let session = Wire::legacy(&server.key(&key)).session().to_owned();

    let client = server.key(&key).with("mcp-session-id", &session);
    let reply = Wire::modern(&client).post("tools/list", json!({})).ok();

    assert_eq!(reply.header("mcp-session-id"), None);
    client.with("mcp-protocol-version", MODERN).with("accept", BOTH).get("/mcp").refused(405, "method_not_allowed");
    listen(&server, &key, &session);
}

#[test]
fn a_session_that_was_ended_is_unknown() {
    let world = World::new();
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read"]);
    let session = Wire::legacy(&server.key(&key)).session().to_owned();
    let stream = listen(&server, &key, &session);

    server.key(&key).with("mcp-session-id", &session).delete("/mcp").ok();

    assert!(ends(stream) < Duration::from_secs(5), "its stream ends with it");
    opens_nothing(&server.key(&key), &session);
}

#[test]
fn one_user_does_not_push_out_the_sessions_of_others() {
    let world = World::new();
    let server = world.serve();
    let (_, hers) = world.ada().key("laptop", &["entries:read"]);
    let bob = world.user(BOB);
    let bobs: Vec<String> = (0..2).map(|key| bob.key(&key.to_string(), &["entries:read"]).1).collect();
    let mut first = Wire::legacy(&server.key(&hers));

    let sessions: Vec<(&String, String)> = (0..65)
        .map(|number| &bobs[number % 2])
        .map(|key| (key, Wire::legacy(&server.key(key)).session().to_owned()))
        .collect();

    first.call("journal_list_entries", json!({})).ok();
    opens_nothing(&server.key(sessions[0].0), &sessions[0].1);
    listen(&server, sessions[1].0, &sessions[1].1);
    listen(&server, sessions[64].0, &sessions[64].1);
}

#[test]
fn a_revoked_key_ends_its_streams_within_a_second() {
    let world = World::new();
    let server = world.serve();
    let (id, key) = world.ada().key("laptop", &["entries:read"]);
    let (_, other) = world.ada().key("phone", &["entries:read"]);
    let session = Wire::legacy(&server.key(&key)).session().to_owned();
    let kept = Wire::legacy(&server.key(&other)).session().to_owned();
    let (stream, going) = (listen(&server, &key, &session), listen(&server, &other, &kept));

    world.ok(&["key", "revoke", &id.to_string(), "--yes"]);
    let took = ends(stream);

    assert!(took < Duration::from_secs(1), "{took:?} after the command had ended");
    server.key(&key).with("mcp-session-id", &session).get("/mcp").refused(401, "unauthorized");
    opens_nothing(&server.key(&other), &session);
    let going = going.into_inner();
    going.set_read_timeout(Some(Duration::from_millis(1500))).unwrap();
    let waited = (&going).read(&mut [0; 1]).unwrap_err();
    assert_eq!(waited.kind(), std::io::ErrorKind::WouldBlock, "the other key's stream goes on");
}

#[test]
fn a_disabled_user_and_a_login_that_ends_take_their_streams_with_them() {
    let world = World::new();
    let file = world.file("password", PASSWORD);
    world.ok(&["user", "passwd", ADA, "--password-file", file.to_str().unwrap()]);
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read"]);
    let browser = server.login(ADA, PASSWORD);
    let by_key = Wire::legacy(&server.key(&key)).session().to_owned();
    let by_login = Wire::legacy(&browser).session().to_owned();
    let cookies =
        server.stranger().post("/api/auth/login", &json!({ "email": ADA, "password": PASSWORD })).ok().cookies();
    let other = Wire::legacy(&server.stranger().with("cookie", &cookies)).session().to_owned();
    opens_nothing(&server.stranger().with("cookie", &cookies), &by_login);
    let listening = begin(&server, &format!("Cookie: {cookies}\r\nMcp-Session-Id: {other}"));

    server.stranger().with("cookie", &cookies).post("/api/auth/logout", &json!({})).ok();
    let took = ends(listening);
    assert!(took < Duration::from_secs(1), "{took:?}");

    let stream = listen(&server, &key, &by_key);
    world.user(BOB);
    world.ok(&["user", "admin", BOB]);
    world.ok(&["user", "disable", ADA]);
    let took = ends(stream);
    assert!(took < Duration::from_secs(1), "{took:?}");
    let refused = wait_for("the word that she is shut out", || {
        let status = server.key(&key).get("/mcp").status;
        (status != 200).then_some(status)
    });
    assert!([401, 403].contains(&refused), "{refused}");
}
