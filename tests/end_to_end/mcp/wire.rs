//! HTTP conformance: each invalid request gets the status and error code that the protocol prescribes.

use std::io::{Read, Write};

use serde_json::{Value, json};

use crate::mcp::client::{HttpClient, LEGACY, MODERN, McpClient};
use crate::support::server::{Client, Reply, Server, UNLIMITED};
use crate::support::{World, raw};

const ACCEPT_JSON_AND_EVENTS: &str = "application/json, text/event-stream";

/// Returns a client with a key of these scopes.
fn client_with_scopes(world: &World, server: &Server, scopes: &[&str]) -> Client {
    server.key(&world.ada().key("laptop", scopes).1)
}

/// Posts a body unchanged, with these headers.
fn send(client: &Client, headers: &[(&str, &str)], body: &str) -> Reply {
    let client = headers.iter().fold(client.clone(), |client, (name, value)| client.with(name, value));
    client.send("POST", "/mcp", "application/json", body.into())
}

/// Returns a stateless request of this protocol version.
fn request(method: &str, version: &str) -> Value {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": { "name": "laptop", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    json!({ "jsonrpc": "2.0", "id": "a", "method": method, "params": { "_meta": meta } })
}

/// Asserts a JSON-RPC error whose text names no internals of the server, and returns the body.
#[track_caller]
fn assert_error(reply: &Reply, status: u16, code: i64) -> Value {
    assert_eq!(reply.status, status, "{reply:#?}");
    let body = reply.json();
    assert_eq!((&body["jsonrpc"], &body["error"]["code"]), (&json!("2.0"), &json!(code)), "{reply:#?}");
    assert!(body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{reply:#?}");
    for internal in ["rmcp", "serde", "deserialize", "untagged", "tokio", "::"] {
        assert!(!reply.text.contains(internal), "{internal} in {}", reply.text);
    }
    body
}

/// Requests without an `Origin` header, as programs send them, are served.
#[test]
fn foreign_hosts_and_origins_are_refused() {
    let world = World::new();
    let listed = [&UNLIMITED[..], &[("API_CORS_ORIGINS", "https://app.example")]].concat();
    let server = world.serve_with(&[], &listed);
    let key = client_with_scopes(&world, &server, &["entries:read"])
        .with("accept", ACCEPT_JSON_AND_EVENTS)
        .with("mcp-protocol-version", MODERN);
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
    send(&server.anonymous(), &[("host", "evil.example")], "x").refused(421, "invalid_host");
}

#[test]
fn cors_allows_the_mcp_headers_for_listed_origins() {
    let world = World::new();
    let listed = [&UNLIMITED[..], &[("API_CORS_ORIGINS", "https://app.example")]].concat();
    let server = world.serve_with(&[], &listed);
    let requested = "authorization,content-type,last-event-id,mcp-method,mcp-name,mcp-protocol-version,mcp-session-id";
    let preflight = |origin: &str| {
        let page = server.anonymous().with("origin", origin).with("access-control-request-method", "POST");
        page.with("access-control-request-headers", requested).send("OPTIONS", "/mcp", "", Vec::new())
    };

    let allowed = preflight("https://app.example").ok();
    let page = client_with_scopes(&world, &server, &["entries:read"]).with("origin", "https://app.example");
    let http = HttpClient::legacy(&page);

    let headers = allowed.header("access-control-allow-headers").unwrap().to_lowercase();
    assert!(requested.split(',').all(|name| headers.split(',').any(|allowed| allowed.trim() == name)), "{headers}");
    assert!(!http.session().is_empty());
    let exposed = page.get("/mcp").header("access-control-expose-headers").unwrap().to_lowercase();
    assert!(exposed.contains("mcp-session-id") && exposed.contains("www-authenticate"), "{exposed}");
    preflight("https://evil.example").refused(403, "invalid_origin");
    assert_eq!(preflight("http://localhost:6274").header("access-control-allow-origin"), None);
}

#[test]
fn invalid_credentials_get_401_without_an_oauth_hint() {
    let world = World::new();
    let (id, revoked) = world.ada().key("revoked", &["entries:read"]);
    world.ok(&["key", "revoke", &id.to_string(), "--yes"]);
    let server = world.serve();
    let body = request("tools/list", MODERN).to_string();

    for client in [server.anonymous(), server.key("jnl_garbage"), server.key(&revoked)] {
        for method in ["POST", "GET", "DELETE"] {
            let reply =
                client.send(method, "/mcp", "application/json", body.clone().into()).refused(401, "unauthorized");
            assert_eq!(reply.header("www-authenticate"), Some("Bearer"), "no OAuth hint: {reply:#?}");
        }
    }
}

#[test]
fn an_unauthenticated_body_is_not_read() {
    let world = World::new();
    let server = world.serve();
    let mut stream = raw::connect(&server);

    let head = format!("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{{", 70 * 1024 * 1024);
    stream.write_all(head.as_bytes()).unwrap();

    assert_eq!(raw::status(&raw::read_to_close(&mut stream)), 401);
}

#[test]
fn well_known_paths_are_not_found() {
    let world = World::new();
    let server = world.serve();
    let key = client_with_scopes(&world, &server, &["entries:read"]);
    for path in [
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/mcp",
        "/.well-known/openid-configuration",
        "/mcp/.well-known/oauth-protected-resource",
        "/mcp/.well-known/openid-configuration",
    ] {
        for client in [server.anonymous(), server.key("jnl_garbage"), key.clone()] {
            let reply = client.get(path).refused(404, "not_found");
            assert_eq!(reply.header("www-authenticate"), None, "{path}");
        }
        server.anonymous().send("POST", path, "application/json", b"{}".to_vec()).refused(404, "not_found");
    }
    server.anonymous().get("/well-known").refused(401, "unauthorized");
    server.anonymous().get("/mcp/oauth").refused(401, "unauthorized");
}

#[test]
fn a_missing_scope_is_403_and_names_the_scope() {
    let world = World::new();
    let server = world.serve();
    let searching = client_with_scopes(&world, &server, &["search"]);
    let call = json!({ "name": "journal_list_entries", "arguments": {} });

    for mut http in [HttpClient::legacy(&searching), HttpClient::modern(&searching)] {
        let reply = http.post("tools/call", call.clone()).refused(403, "insufficient_scope");
        let challenge = "Bearer error=\"insufficient_scope\", scope=\"entries:read\"";
        assert_eq!(reply.header("www-authenticate"), Some(challenge));
        assert!(reply.json()["message"].as_str().unwrap().contains("entries:read"), "{reply:#?}");
    }
    let rest = searching.get("/api/entries").refused(403, "forbidden");
    assert_eq!(rest.header("www-authenticate"), None, "REST routes send no challenge");
}

#[test]
fn the_version_must_match_in_header_and_message() {
    let world = World::new();
    let server = world.serve();
    let key = client_with_scopes(&world, &server, &["entries:read"])
        .with("accept", ACCEPT_JSON_AND_EVENTS)
        .with("mcp-method", "tools/list");
    let known = request("tools/list", MODERN).to_string();
    let unknown = request("tools/list", "2099-01-01").to_string();

    assert_eq!(assert_error(&send(&key, &[], &known), 400, -32020)["id"], "a");
    assert_error(&send(&key, &[("mcp-protocol-version", LEGACY)], &known), 400, -32020);
    assert_error(&send(&key, &[("mcp-protocol-version", MODERN)], &unknown), 400, -32020);
    let without_version = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {} }).to_string();
    assert_error(&send(&key, &[("mcp-protocol-version", MODERN)], &without_version), 400, -32602);
}

#[test]
fn an_unknown_version_gets_the_supported_versions() {
    let world = World::new();
    let server = world.serve();
    let key = client_with_scopes(&world, &server, &["entries:read"])
        .with("accept", ACCEPT_JSON_AND_EVENTS)
        .with("mcp-method", "tools/list");
    let without_version = json!({ "jsonrpc": "2.0", "id": "a", "method": "tools/list" });

    for version in ["2099-01-01", "v999.0.0", "1"] {
        for body in [request("tools/list", version), without_version.clone()] {
            let reply = send(&key, &[("mcp-protocol-version", version)], &body.to_string());
            let error = assert_error(&reply, 400, -32022);
            assert_eq!((&error["id"], &error["error"]["data"]["requested"]), (&json!("a"), &json!(version)));
            let supported = error["error"]["data"]["supported"].as_array().unwrap();
            assert!(supported.contains(&json!(MODERN)) && supported.contains(&json!(LEGACY)), "{error}");
        }
    }
}

#[test]
fn an_unknown_method_is_404_for_stateless_requests() {
    let world = World::new();
    let server = world.serve();
    let key = client_with_scopes(&world, &server, &["entries:read"]);

    for method in ["unknown/method", "ping", "initialize", "logging/setLevel", "subscriptions/listen", "tasks/get"] {
        let reply = HttpClient::modern(&key).post(method, json!({}));
        assert_eq!(assert_error(&reply, 404, -32601)["id"], 1, "{method}");
    }
    let mut session = HttpClient::legacy(&key);
    assert_eq!(session.error("unknown/method", json!({})).0, -32601);
    assert_eq!(session.post("unknown/method", json!({})).status, 200, "the session stays open");
}

#[test]
fn the_headers_must_repeat_method_and_name() {
    let world = World::new();
    let server = world.serve();
    let key = client_with_scopes(&world, &server, &["entries:read"])
        .with("accept", ACCEPT_JSON_AND_EVENTS)
        .with("mcp-protocol-version", MODERN);
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
        assert_eq!(assert_error(&send(&key, wrong, &call), 400, -32020)["id"], "a", "{wrong:?}");
    }
}

#[test]
fn wrong_parameters_are_not_reported_as_an_unknown_method() {
    let world = World::new();
    let server = world.serve();
    let key = client_with_scopes(&world, &server, &["entries:read"]);

    for mut http in [HttpClient::legacy(&key), HttpClient::modern(&key)] {
        for params in
            [json!({ "name": "journal_list_entries", "arguments": [1] }), json!({ "name": "x", "arguments": 7 })]
        {
            let (code, message) = http.error("tools/call", params);
            assert_eq!(code, -32602, "{message}");
            assert!(message.contains("tools/call"), "{message}");
        }
        assert_eq!(http.error("resources/read", json!({ "uri": 7 })).0, -32602);
    }
}

#[test]
fn a_notification_gets_202_and_an_empty_body() {
    let world = World::new();
    let server = world.serve();
    let key = client_with_scopes(&world, &server, &["entries:read"]);
    let cancelled = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 77 } });
    let session = HttpClient::legacy(&key);
    let session_headers =
        [("mcp-session-id", session.session()), ("mcp-protocol-version", LEGACY), ("accept", ACCEPT_JSON_AND_EVENTS)];
    let stateless_headers = [
        ("mcp-protocol-version", MODERN),
        ("mcp-method", "notifications/cancelled"),
        ("accept", ACCEPT_JSON_AND_EVENTS),
    ];

    for headers in [session_headers, stateless_headers] {
        let reply = send(&key, &headers, &cancelled.to_string());
        assert_eq!((reply.status, reply.text.as_str()), (202, ""), "{reply:#?}");
    }
}

/// The version of the response is one that has a handshake.
#[test]
fn initialize_with_an_unknown_version_gets_a_known_one() {
    let world = World::new();
    let server = world.serve();
    let key = client_with_scopes(&world, &server, &["entries:read"]).with("accept", ACCEPT_JSON_AND_EVENTS);

    for (requested, answered) in [
        ("2024-11-05", "2024-11-05"),
        ("2025-06-18", "2025-06-18"),
        (LEGACY, LEGACY),
        (MODERN, LEGACY),
        ("2099-01-01", LEGACY),
        ("plum", LEGACY),
    ] {
        let client_info = json!({ "name": "laptop", "version": "1" });
        let params = json!({ "protocolVersion": requested, "capabilities": {}, "clientInfo": client_info });
        let initialize = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
        let reply = send(&key, &[], &initialize.to_string()).ok();
        let response = crate::mcp::client::messages(&reply).pop().unwrap();
        assert_eq!(response["result"]["protocolVersion"], answered, "{requested}: {response}");
    }
}

#[test]
fn invalid_messages_get_a_json_rpc_error() {
    let world = World::new();
    let server = world.serve();
    let key = client_with_scopes(&world, &server, &["entries:read"]).with("accept", ACCEPT_JSON_AND_EVENTS);
    let session = HttpClient::legacy(&key).session().to_owned();
    let listing = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";

    let session_headers = [("mcp-session-id", session.as_str()), ("mcp-protocol-version", LEGACY)];
    let stateless_headers = [("mcp-protocol-version", MODERN), ("mcp-method", "tools/list")];
    for headers in [session_headers, stateless_headers] {
        for text in ["", "{", "plum brandy", "\u{0}\u{1}", &listing[1..]] {
            let error = assert_error(&send(&key, &headers, text), 400, -32700);
            assert!(error.get("id").is_none() && !error.to_string().contains("plum"), "{error}");
        }
        for text in ["[]", &format!("[{listing},{listing}]"), "7", "null", "\"tools/list\"", "{}"] {
            assert_error(&send(&key, &headers, text), 400, -32600);
        }
        let odd = assert_error(&send(&key, &headers, &listing.replace("2.0", "1.0")), 400, -32600);
        assert_eq!(odd["id"], 1);
        assert_error(&send(&key, &headers, &listing.replace(":1,", ":{},")), 400, -32600);
        let not_text = key.with("mcp-protocol-version", LEGACY).send("POST", "/mcp", "application/json", vec![0xff; 9]);
        assert_error(&not_text, 400, -32700);
    }
}

#[test]
fn other_content_types_and_accept_types_are_refused() {
    let world = World::new();
    let server = world.serve();
    let key = client_with_scopes(&world, &server, &["entries:read"]).with("mcp-protocol-version", MODERN);
    let key = key.with("mcp-method", "tools/list");
    let body = request("tools/list", MODERN).to_string();

    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        let reply = key.with("accept", ACCEPT_JSON_AND_EVENTS).send("POST", "/mcp", kind, body.clone().into());
        reply.refused(415, "unsupported_media_type");
    }
    let charset = "application/json; charset=utf-8";
    key.with("accept", ACCEPT_JSON_AND_EVENTS).send("POST", "/mcp", charset, body.clone().into()).ok();
    send(&key, &[], &body).refused(406, "not_acceptable");
    for accepted in ["application/json", "text/event-stream", "text/html"] {
        send(&key, &[("accept", accepted)], &body).refused(406, "not_acceptable");
    }
    send(&key, &[("accept", "text/event-stream;q=0.9,application/json;charset=utf-8")], &body).ok();
    key.with("accept", "application/json").get("/mcp").refused(406, "not_acceptable");
}

#[test]
fn the_newest_version_allows_only_post_older_need_a_session() {
    let world = World::new();
    let server = world.serve();
    let key = client_with_scopes(&world, &server, &["entries:read"]).with("accept", ACCEPT_JSON_AND_EVENTS);

    for method in ["GET", "DELETE"] {
        let modern = key.with("mcp-protocol-version", MODERN).send(method, "/mcp", "", Vec::new());
        assert_eq!(modern.refused(405, "method_not_allowed").header("allow"), Some("POST"));
        let error =
            assert_error(&key.with("mcp-protocol-version", LEGACY).send(method, "/mcp", "", Vec::new()), 400, -32600);
        assert!(error["error"]["message"].as_str().unwrap().contains("Mcp-Session-Id"), "{error}");
    }
    let listing = json!({ "jsonrpc": "2.0", "id": 4, "method": "tools/list" }).to_string();
    for headers in [&[][..], &[("mcp-protocol-version", LEGACY)]] {
        assert_eq!(assert_error(&send(&key, headers, &listing), 400, -32600)["id"], 4);
    }
    key.send("PUT", "/mcp", "", Vec::new()).refused(405, "method_not_allowed");
}

/// A message of exactly the limit is read.
#[test]
fn a_message_over_the_limit_is_refused() {
    let world = World::new();
    let server = world.serve();
    let key = client_with_scopes(&world, &server, &["entries:read"])
        .with("accept", ACCEPT_JSON_AND_EVENTS)
        .with("mcp-protocol-version", MODERN);
    let key = key.with("mcp-method", "tools/list");
    let mut body = request("tools/list", MODERN);
    body["params"]["padding"] = json!("");
    let short = body.to_string();
    let padded = |bytes: usize| {
        let (first, last) = short.split_once("\"padding\":\"").unwrap();
        format!("{first}\"padding\":\"{}{last}", "a".repeat(bytes - short.len()))
    };

    send(&key, &[], &padded(journal::mcp::MAX_BODY)).ok();
    // The body is only announced: the server refuses without reading it, and a client that still writes may miss that.
    let mut stream = raw::connect(&server);
    let (_, phone) = world.ada().key("phone", &["entries:read"]);
    let length = journal::mcp::MAX_BODY + 1;
    let head = format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {phone}\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(raw::status(&raw::read_to_close(&mut stream)), 413);
}

#[test]
fn media_ingest_counts_against_the_expensive_rate_limit() {
    let world = World::new();
    let server = world.serve_with(&[], &[("JOURNAL_RATE_EXPENSIVE", "1")]);
    let mut http = HttpClient::modern(&client_with_scopes(&world, &server, &["entries:read", "ingest"]));
    let photo = json!({ "name": "journal_ingest_media", "arguments": { "data_base64": "" } });

    assert_ne!(http.post("tools/call", photo.clone()).status, 429);
    let refused = http.post("tools/call", photo).refused(429, "rate_limited");

    assert!(refused.header("retry-after").is_some(), "{refused:#?}");
    http.call("journal_list_entries", json!({})).ok();
}

#[test]
fn event_streams_are_not_cached_or_buffered() {
    let world = World::new();
    let server = world.serve();
    let key = client_with_scopes(&world, &server, &["entries:read"]);
    let mut session = HttpClient::legacy(&key);

    let streamed = session.post("tools/list", json!({}));
    let whole = HttpClient::modern(&key).post("tools/list", json!({}));

    assert_eq!(streamed.header("content-type"), Some("text/event-stream"));
    assert_eq!(streamed.header("x-accel-buffering"), Some("no"));
    for reply in [streamed, whole] {
        assert_eq!(reply.headers.get_all("cache-control").iter().collect::<Vec<_>>(), ["no-store"], "{reply:#?}");
    }
}

#[test]
fn no_log_level_prints_message_content() {
    let world = World::new();
    let phrase = "plumbrandy";
    for level in ["trace", "rmcp=trace", "rmcp::service=trace,rmcp::transport=trace"] {
        let server = world.serve_with(&[], &[&UNLIMITED[..], &[("JOURNAL_LOG", level)]].concat());
        let key = client_with_scopes(&world, &server, &["entries:read", "search"]);
        for mut http in [HttpClient::legacy(&key), HttpClient::modern(&key)] {
            http.post("tools/call", json!({ "name": "journal_list_entries", "arguments": { "limit": phrase } }));
            http.post("tools/call", json!({ "name": phrase, "arguments": {} }));
            http.post(phrase, json!({ phrase: phrase }));
            http.post("prompts/get", json!({ "name": phrase, "arguments": { phrase: phrase } }));
            http.post("resources/read", json!({ "uri": format!("journal://entry/{phrase}") }));
        }
        assert_error(&send(&key, &[("accept", ACCEPT_JSON_AND_EVENTS)], &format!("{{\"{phrase}\"")), 400, -32700);

        let (code, log) = server.stop();

        assert_eq!(code, 0);
        assert!(!log.contains(phrase), "{level}: {}", log.lines().find(|line| line.contains(phrase)).unwrap());
        assert!(!log.contains("rmcp"), "{level}");
    }
}

#[test]
fn shutdown_ends_open_streams_at_once() {
    let world = World::new();
    let server = world.serve();
    let (_, key) = world.ada().key("laptop", &["entries:read"]);
    let session = HttpClient::legacy(&server.key(&key)).session().to_owned();
    let mut stream = crate::mcp::sessions::open_stream(&server, &key, &session);

    let (code, log) = server.stop();

    assert_eq!(code, 0, "{log}");
    assert!(!log.contains("grace period exceeded"), "{log}");
    stream.read_to_end(&mut Vec::new()).unwrap();
}
