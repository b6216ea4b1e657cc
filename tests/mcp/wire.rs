//! What goes over HTTP, row by row of the protocol's table: each wrong request gets the answer that clients branch on.

use std::io::Read;
use std::io::Write;

use serde_json::Value;
use serde_json::json;

use crate::client::LEGACY;
use crate::client::MODERN;
use crate::client::Speaks;
use crate::client::Wire;
use crate::raw;
use crate::support::World;
use crate::support::server::Client;
use crate::support::server::Reply;
use crate::support::server::Server;
use crate::support::server::UNLIMITED;

const BOTH: &str = "application/json, text/event-stream";

/// Somebody with a key of these scopes.
fn keyed(world: &World, server: &Server, scopes: &[&str]) -> Client {
    server.key(&world.ada().key("laptop", scopes).1)
}

/// Sends a body as it is, with these headers.
fn send(client: &Client, headers: &[(&str, &str)], body: &str) -> Reply {
    let client = headers.iter().fold(client.clone(), |client, (name, value)| client.with(name, value));
    client.send("POST", "/mcp", "application/json", body.into())
}

/// A request that says everything about itself.
fn request(method: &str, version: &str) -> Value {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": { "name": "laptop", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    json!({ "jsonrpc": "2.0", "id": "a", "method": method, "params": { "_meta": meta } })
}

/// Asserts one of the protocol's own errors, which names nothing of the server's inside.
#[track_caller]
fn fails(reply: &Reply, status: u16, code: i64) -> Value {
    assert_eq!(reply.status, status, "{reply:#?}");
    let body = reply.json();
    assert_eq!((&body["jsonrpc"], &body["error"]["code"]), (&json!("2.0"), &json!(code)), "{reply:#?}");
    assert!(body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{reply:#?}");
    for inside in ["rmcp", "serde", "deserialize", "untagged", "tokio", "::"] {
        assert!(!reply.text.contains(inside), "{inside} in {}", reply.text);
    }
    body
}

#[test]
fn pages_of_other_origins_and_other_hosts_are_refused_and_programs_need_no_origin() {
    let world = World::new();
    let listed = [&UNLIMITED[..], &[("API_CORS_ORIGINS", "https://app.example")]].concat();
    let server = world.serve_with(&[], &listed);
    let key = keyed(&world, &server, &["entries:read"]).with("accept", BOTH).with("mcp-protocol-version", MODERN);
    let key = key.with("mcp-method", "tools/list");
    let body = request("tools/list", MODERN).to_string();

    send(&key, &[], &body).ok();
    for host in ["localhost", "localhost:8400", "127.0.0.1:1", "[::1]", "[::1]:65535"] {
        send(&key, &[("host", host)], &body).ok();
    }
    for host in ["evil.example", "evil.example:8400", "[::2]", "127.0.0.1.evil.example", "localhost.evil.example"] {
        send(&key, &[("host", host)], &body).refused(421, "invalid_host");
    }
    send(&key, &[("origin", "https://app.example")], &body).ok();
    for host in ["localhost:8400", "[::1]:8400"] {
        send(&key, &[("host", host), ("origin", &format!("http://{host}"))], &body).ok();
    }
    send(&key, &[("origin", "http://localhost:6274")], &body).refused(403, "cross_site");
    for origin in ["https://evil.example", "null", "http://app.example", "https://app.example.evil.example"] {
        send(&key, &[("origin", origin)], &body).refused(403, "invalid_origin");
    }
    send(&server.stranger(), &[("host", "evil.example")], "x").refused(421, "invalid_host");
}

#[test]
fn assistants_in_pages_of_listed_origins_may_send_and_read_the_protocols_headers() {
    let world = World::new();
    let listed = [&UNLIMITED[..], &[("API_CORS_ORIGINS", "https://app.example")]].concat();
    let server = world.serve_with(&[], &listed);
    let asked = "authorization,content-type,last-event-id,mcp-method,mcp-name,mcp-protocol-version,mcp-session-id";
    let preflight = |origin: &str| {
        let page = server.stranger().with("origin", origin).with("access-control-request-method", "POST");
        page.with("access-control-request-headers", asked).send("OPTIONS", "/mcp", "", Vec::new())
    };

    let allowed = preflight("https://app.example").ok();
    let page = keyed(&world, &server, &["entries:read"]).with("origin", "https://app.example");
    let wire = Wire::legacy(&page);

    let headers = allowed.header("access-control-allow-headers").unwrap().to_lowercase();
    assert!(asked.split(',').all(|name| headers.split(',').any(|allowed| allowed.trim() == name)), "{headers}");
    assert!(!wire.session().is_empty());
    let exposed = page.get("/mcp").header("access-control-expose-headers").unwrap().to_lowercase();
    assert!(exposed.contains("mcp-session-id") && exposed.contains("www-authenticate"), "{exposed}");
    preflight("https://evil.example").refused(403, "invalid_origin");
    assert_eq!(preflight("http://localhost:6274").header("access-control-allow-origin"), None);
}

#[test]
fn without_a_good_credential_the_answer_is_401_and_hints_at_no_login() {
    let world = World::new();
    let (id, revoked) = world.ada().key("revoked", &["entries:read"]);
    world.ok(&["key", "revoke", &id.to_string(), "--yes"]);
    let server = world.serve();
    let body = request("tools/list", MODERN).to_string();

    for who in [server.stranger(), server.key("jnl_garbage"), server.key(&revoked)] {
        for method in ["POST", "GET", "DELETE"] {
            let reply = who.send(method, "/mcp", "application/json", body.clone().into()).refused(401, "unauthorized");
            assert_eq!(reply.header("www-authenticate"), Some("Bearer"), "no hint at OAuth: {reply:#?}");
        }
    }
}

#[test]
fn a_strangers_message_is_not_read() {
    let world = World::new();
    let server = world.serve();
    let mut stream = raw::connect(&server);

    let head = format!("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{{", 70 * 1024 * 1024);
    stream.write_all(head.as_bytes()).unwrap();

    assert_eq!(raw::status(&raw::rest(&mut stream)), 401);
}

#[test]
fn nothing_is_well_known_here() {
    let world = World::new();
    let server = world.serve();
    let key = keyed(&world, &server, &["entries:read"]);
    for path in [
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/mcp",
        "/.well-known/openid-configuration",
        "/mcp/.well-known/oauth-protected-resource",
        "/mcp/.well-known/openid-configuration",
    ] {
        for who in [server.stranger(), server.key("jnl_garbage"), key.clone()] {
            let reply = who.get(path).refused(404, "not_found");
            assert_eq!(reply.header("www-authenticate"), None, "{path}");
        }
        server.stranger().send("POST", path, "application/json", b"{}".to_vec()).refused(404, "not_found");
    }
    server.stranger().get("/well-known").refused(401, "unauthorized");
    server.stranger().get("/mcp/oauth").refused(401, "unauthorized");
}

#[test]
fn a_tool_beyond_the_scopes_is_403_with_what_is_missing_and_never_a_result() {
    let world = World::new();
    let server = world.serve();
    let searching = keyed(&world, &server, &["search"]);
    let call = json!({ "name": "journal_list_entries", "arguments": {} });

    for mut wire in [Wire::legacy(&searching), Wire::modern(&searching)] {
        let reply = wire.post("tools/call", call.clone()).refused(403, "insufficient_scope");
        let challenge = "Bearer error=\"insufficient_scope\", scope=\"entries:read\"";
        assert_eq!(reply.header("www-authenticate"), Some(challenge));
        assert!(reply.json()["message"].as_str().unwrap().contains("entries:read"), "{reply:#?}");
    }
    let elsewhere = searching.get("/api/entries").refused(403, "forbidden");
    assert_eq!(elsewhere.header("www-authenticate"), None, "as it always was there");
}

#[test]
fn a_version_has_to_be_named_alike_in_header_and_message() {
    let world = World::new();
    let server = world.serve();
    let key = keyed(&world, &server, &["entries:read"]).with("accept", BOTH).with("mcp-method", "tools/list");
    let ours = request("tools/list", MODERN).to_string();
    let theirs = request("tools/list", "2099-01-01").to_string();

    assert_eq!(fails(&send(&key, &[], &ours), 400, -32020)["id"], "a");
    fails(&send(&key, &[("mcp-protocol-version", LEGACY)], &ours), 400, -32020);
    fails(&send(&key, &[("mcp-protocol-version", MODERN)], &theirs), 400, -32020);
    let silent = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {} }).to_string();
    fails(&send(&key, &[("mcp-protocol-version", MODERN)], &silent), 400, -32602);
}

#[test]
fn an_unknown_version_is_told_which_ones_there_are() {
    let world = World::new();
    let server = world.serve();
    let key = keyed(&world, &server, &["entries:read"]).with("accept", BOTH).with("mcp-method", "tools/list");
    let silent = json!({ "jsonrpc": "2.0", "id": "a", "method": "tools/list" });

    for version in ["2099-01-01", "v999.0.0", "1"] {
        for body in [request("tools/list", version), silent.clone()] {
            let reply = send(&key, &[("mcp-protocol-version", version)], &body.to_string());
            let told = fails(&reply, 400, -32022);
            assert_eq!((&told["id"], &told["error"]["data"]["requested"]), (&json!("a"), &json!(version)));
            let supported = told["error"]["data"]["supported"].as_array().unwrap();
            assert!(supported.contains(&json!(MODERN)) && supported.contains(&json!(LEGACY)), "{told}");
        }
    }
}

#[test]
fn an_unknown_method_is_404_to_those_who_expect_it_there() {
    let world = World::new();
    let server = world.serve();
    let key = keyed(&world, &server, &["entries:read"]);

    for method in ["unknown/method", "ping", "initialize", "logging/setLevel", "subscriptions/listen", "tasks/get"] {
        let reply = Wire::modern(&key).post(method, json!({}));
        assert_eq!(fails(&reply, 404, -32601)["id"], 1, "{method}");
    }
    let mut session = Wire::legacy(&key);
    assert_eq!(session.error("unknown/method", json!({})).0, -32601);
    assert_eq!(session.post("unknown/method", json!({})).status, 200, "a session is not over for it");
}

#[test]
fn method_and_name_are_repeated_in_the_headers() {
    let world = World::new();
    let server = world.serve();
    let key = keyed(&world, &server, &["entries:read"]).with("accept", BOTH).with("mcp-protocol-version", MODERN);
    let mut call = request("tools/call", MODERN);
    call["params"]["name"] = json!("journal_list_entries");
    call["params"]["arguments"] = json!({});
    let call = call.to_string();

    send(&key, &[("mcp-method", "tools/call"), ("mcp-name", "journal_list_entries")], &call).ok();
    for wrong in [
        &[][..],
        &[("mcp-method", "tools/call")],
        &[("mcp-name", "journal_list_entries")],
        &[("mcp-method", "tools/list"), ("mcp-name", "journal_list_entries")],
        &[("mcp-method", "tools/call"), ("mcp-name", "journal_get_statistics")],
    ] {
        assert_eq!(fails(&send(&key, wrong, &call), 400, -32020)["id"], "a", "{wrong:?}");
    }
}

#[test]
fn a_known_method_with_wrong_parameters_is_not_an_unknown_one() {
    let world = World::new();
    let server = world.serve();
    let key = keyed(&world, &server, &["entries:read"]);

    for mut wire in [Wire::legacy(&key), Wire::modern(&key)] {
        for params in
            [json!({ "name": "journal_list_entries", "arguments": [1] }), json!({ "name": "x", "arguments": 7 })]
        {
            let (code, sentence) = wire.error("tools/call", params);
            assert_eq!(code, -32602, "{sentence}");
            assert!(sentence.contains("tools/call"), "{sentence}");
        }
        assert_eq!(wire.error("resources/read", json!({ "uri": 7 })).0, -32602);
    }
}

#[test]
fn a_notification_is_taken_without_a_word() {
    let world = World::new();
    let server = world.serve();
    let key = keyed(&world, &server, &["entries:read"]);
    let cancelled = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 77 } });
    let session = Wire::legacy(&key);
    let of_session = [("mcp-session-id", session.session()), ("mcp-protocol-version", LEGACY), ("accept", BOTH)];
    let alone = [("mcp-protocol-version", MODERN), ("mcp-method", "notifications/cancelled"), ("accept", BOTH)];

    for headers in [of_session, alone] {
        let reply = send(&key, &headers, &cancelled.to_string());
        assert_eq!((reply.status, reply.text.as_str()), (202, ""), "{reply:#?}");
    }
}

#[test]
fn a_handshake_in_an_unknown_version_is_answered_in_one_that_has_handshakes() {
    let world = World::new();
    let server = world.serve();
    let key = keyed(&world, &server, &["entries:read"]).with("accept", BOTH);

    for (asked, answered) in [
        ("2024-11-05", "2024-11-05"),
        ("2025-06-18", "2025-06-18"),
        (LEGACY, LEGACY),
        (MODERN, LEGACY),
        ("2099-01-01", LEGACY),
        ("plum", LEGACY),
    ] {
        let who = json!({ "name": "laptop", "version": "1" });
        let params = json!({ "protocolVersion": asked, "capabilities": {}, "clientInfo": who });
        let hello = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
        let reply = send(&key, &[], &hello.to_string()).ok();
        let told = crate::client::messages(&reply).pop().unwrap();
        assert_eq!(told["result"]["protocolVersion"], answered, "{asked}: {told}");
    }
}

#[test]
fn what_is_no_message_is_refused_in_the_protocols_words() {
    let world = World::new();
    let server = world.serve();
    let key = keyed(&world, &server, &["entries:read"]).with("accept", BOTH);
    let session = Wire::legacy(&key).session().to_owned();
    let listing = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";

    let of_session = [("mcp-session-id", session.as_str()), ("mcp-protocol-version", LEGACY)];
    let alone = [("mcp-protocol-version", MODERN), ("mcp-method", "tools/list")];
    for headers in [of_session, alone] {
        for text in ["", "{", "plum brandy", "\u{0}\u{1}", &listing[1..]] {
            let told = fails(&send(&key, &headers, text), 400, -32700);
            assert!(told.get("id").is_none() && !told.to_string().contains("plum"), "{told}");
        }
        for text in ["[]", &format!("[{listing},{listing}]"), "7", "null", "\"tools/list\"", "{}"] {
            fails(&send(&key, &headers, text), 400, -32600);
        }
        let odd = fails(&send(&key, &headers, &listing.replace("2.0", "1.0")), 400, -32600);
        assert_eq!(odd["id"], 1);
        fails(&send(&key, &headers, &listing.replace(":1,", ":{},")), 400, -32600);
        let not_text = key.with("mcp-protocol-version", LEGACY).send("POST", "/mcp", "application/json", vec![0xff; 9]);
        fails(&not_text, 400, -32700);
    }
}

#[test]
fn other_types_are_refused_both_ways() {
    let world = World::new();
    let server = world.serve();
    let key = keyed(&world, &server, &["entries:read"]).with("mcp-protocol-version", MODERN);
    let key = key.with("mcp-method", "tools/list");
    let body = request("tools/list", MODERN).to_string();

    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        let reply = key.with("accept", BOTH).send("POST", "/mcp", kind, body.clone().into());
        reply.refused(415, "unsupported_media_type");
    }
    let charset = "application/json; charset=utf-8";
    key.with("accept", BOTH).send("POST", "/mcp", charset, body.clone().into()).ok();
    send(&key, &[], &body).refused(406, "not_acceptable");
    for accepted in ["application/json", "text/event-stream", "text/html"] {
        send(&key, &[("accept", accepted)], &body).refused(406, "not_acceptable");
    }
    send(&key, &[("accept", "text/event-stream;q=0.9,application/json;charset=utf-8")], &body).ok();
    key.with("accept", "application/json").get("/mcp").refused(406, "not_acceptable");
}

#[test]
fn the_last_revision_has_only_post_and_those_before_need_a_session() {
    let world = World::new();
    let server = world.serve();
    let key = keyed(&world, &server, &["entries:read"]).with("accept", BOTH);

    for method in ["GET", "DELETE"] {
        let modern = key.with("mcp-protocol-version", MODERN).send(method, "/mcp", "", Vec::new());
        assert_eq!(modern.refused(405, "method_not_allowed").header("allow"), Some("POST"));
        let told = fails(&key.with("mcp-protocol-version", LEGACY).send(method, "/mcp", "", Vec::new()), 400, -32600);
        assert!(told["error"]["message"].as_str().unwrap().contains("Mcp-Session-Id"), "{told}");
    }
    let listing = json!({ "jsonrpc": "2.0", "id": 4, "method": "tools/list" }).to_string();
    for headers in [&[][..], &[("mcp-protocol-version", LEGACY)]] {
        assert_eq!(fails(&send(&key, headers, &listing), 400, -32600)["id"], 4);
    }
    key.send("PUT", "/mcp", "", Vec::new()).refused(405, "method_not_allowed");
}

#[test]
fn a_message_over_the_limit_is_refused_and_one_that_just_fits_is_read() {
    let world = World::new();
    let server = world.serve();
    let key = keyed(&world, &server, &["entries:read"]).with("accept", BOTH).with("mcp-protocol-version", MODERN);
    let key = key.with("mcp-method", "tools/list");
    let mut body = request("tools/list", MODERN);
    body["params"]["padding"] = json!("");
    let short = body.to_string();
    let padded = |bytes: usize| {
        let (first, last) = short.split_once("\"padding\":\"").unwrap();
        format!("{first}\"padding\":\"{}{last}", "a".repeat(bytes - short.len()))
    };

    send(&key, &[], &padded(journal::mcp::MAX_BODY)).ok();
    // Only announced: a server that refuses does not read on, and whoever is still writing may not hear it.
    let mut stream = raw::connect(&server);
    let (_, phone) = world.ada().key("phone", &["entries:read"]);
    let length = journal::mcp::MAX_BODY + 1;
    let head = format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {phone}\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(raw::status(&raw::rest(&mut stream)), 413);
}

#[test]
fn reading_photographs_counts_as_work_that_takes_long() {
    let world = World::new();
    let server = world.serve_with(&[], &[("JOURNAL_RATE_EXPENSIVE", "1")]);
    let mut wire = Wire::modern(&keyed(&world, &server, &["entries:read", "ingest"]));
    let photo = json!({ "name": "journal_ingest_media", "arguments": { "data_base64": "" } });

    assert_ne!(wire.post("tools/call", photo.clone()).status, 429);
    let refused = wire.post("tools/call", photo).refused(429, "rate_limited");

    assert!(refused.header("retry-after").is_some(), "{refused:#?}");
    wire.call("journal_list_entries", json!({})).ok();
}

#[test]
fn events_are_not_kept_by_anybody_on_the_way() {
    let world = World::new();
    let server = world.serve();
    let key = keyed(&world, &server, &["entries:read"]);
    let mut session = Wire::legacy(&key);

    let streamed = session.post("tools/list", json!({}));
    let whole = Wire::modern(&key).post("tools/list", json!({}));

    assert_eq!(streamed.header("content-type"), Some("text/event-stream"));
    assert_eq!(streamed.header("x-accel-buffering"), Some("no"));
    for reply in [streamed, whole] {
        assert_eq!(reply.headers.get_all("cache-control").iter().collect::<Vec<_>>(), ["no-store"], "{reply:#?}");
    }
}

#[test]
fn no_log_level_prints_what_goes_over_the_wire() {
    let world = World::new();
    let phrase = "plumbrandy";
    for level in ["trace", "rmcp=trace", "rmcp::service=trace,rmcp::transport=trace"] {
        let server = world.serve_with(&[], &[&UNLIMITED[..], &[("JOURNAL_LOG", level)]].concat());
        let key = keyed(&world, &server, &["entries:read", "search"]);
        for mut wire in [Wire::legacy(&key), Wire::modern(&key)] {
            wire.post("tools/call", json!({ "name": "journal_list_entries", "arguments": { "limit": phrase } }));
            wire.post("tools/call", json!({ "name": phrase, "arguments": {} }));
            wire.post(phrase, json!({ phrase: phrase }));
            wire.post("prompts/get", json!({ "name": phrase, "arguments": { phrase: phrase } }));
            wire.post("resources/read", json!({ "uri": format!("journal://entry/{phrase}") }));
        }
        fails(&send(&key, &[("accept", BOTH)], &format!("{{\"{phrase}\"")), 400, -32700);

        let (code, log) = server.stop();

        assert_eq!(code, 0);
        assert!(!log.contains(phrase), "{level}: {}", log.lines().find(|line| line.contains(phrase)).unwrap());
        assert!(!log.contains("rmcp"), "{level}");
    }
}

#[test]
fn a_stop_ends_streams_at_once() {
    let world = World::new();
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read"]);
    let session = Wire::legacy(&server.key(&key)).session().to_owned();
    let mut stream = crate::sessions::listen(&server, &key, &session);

    let begun = std::time::Instant::now();
    let (code, log) = server.stop();

    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    assert_eq!(code, 0, "{log}");
    assert!(!log.contains("cut off"), "{log}");
    stream.read_to_end(&mut Vec::new()).unwrap();
}
