//! Headers of every reply, request logging, and malformed requests.

use std::time::Instant;

use crate::support::server::{UNLIMITED, wait_for};
use crate::support::{World, raw};

const SECURITY_HEADERS: [(&str, &str); 8] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-xss-protection", "0"),
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
];

#[test]
fn every_reply_carries_the_security_headers_and_no_server_name() {
    let world = World::new();
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    let server = world.serve();
    let (stranger, reader) = (server.anonymous(), server.key(&key));
    let replies = [
        (200, stranger.get("/health")),
        (400, stranger.send("POST", "/api/auth/login", "", b"{".to_vec())),
        (401, stranger.get("/api/entries")),
        (401, stranger.get("/nothing/here")),
        (403, stranger.with("origin", "https://evil.example").get("/health")),
        (404, reader.get("/nothing/here")),
        (405, reader.delete("/health")),
        (413, stranger.send("POST", "/api/auth/login", "", vec![b' '; 2 << 20])),
        (421, stranger.with("host", "evil.example").get("/health")),
        (431, stranger.with("x-filler", &"a".repeat(17_000)).get("/health")),
        (200, stranger.send("HEAD", "/health", "", Vec::new())),
    ];

    for (status, reply) in replies {
        assert_eq!(reply.status, status, "{reply:#?}");
        for (name, value) in SECURITY_HEADERS {
            assert_eq!(reply.header(name), Some(value), "{name} of {reply:#?}");
        }
        assert!(reply.header("permissions-policy").is_some(), "{reply:#?}");
        assert_eq!(reply.header("server"), None, "{reply:#?}");
        assert_eq!(reply.header("strict-transport-security"), None, "cleartext: {reply:#?}");
        assert!(reply.header("x-request-id").is_some(), "{reply:#?}");
        if status >= 400 {
            assert_eq!(reply.header("content-type"), Some("application/json"), "{reply:#?}");
            assert_eq!(reply.json()["request_id"].as_str(), reply.header("x-request-id"), "{reply:#?}");
        }
    }
    assert_eq!(reader.delete("/health").header("allow"), Some("GET,HEAD"));
}

#[test]
fn hsts_is_sent_only_when_a_trusted_proxy_terminates_tls() {
    let world = World::new();
    let variables = [&UNLIMITED[..], &[("JOURNAL_TRUSTED_PROXIES", "127.0.0.0/8")]].concat();
    let (plain, proxied) = (world.serve(), world.serve_with(&[], &variables));
    let over_tls = |server: &crate::support::server::Server| {
        let reply = server.anonymous().with("x-forwarded-proto", "https").get("/health");
        reply.header("strict-transport-security").map(str::to_owned)
    };

    assert_eq!(over_tls(&proxied).as_deref(), Some("max-age=31536000"));
    assert_eq!(over_tls(&plain), None, "any client can send that header");
    assert_eq!(proxied.anonymous().get("/health").header("strict-transport-security"), None);
}

#[test]
fn the_access_log_names_the_route_and_no_request_text() {
    let world = World::new();
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    let server = world.serve();
    let client = server.key(&key).with("x-request-id", "from-a-client.1").with("x-secret", "quitzow");
    let reply = client.get("/api/entries?start_date=plum-brandy").refused(400, "invalid_request");
    server.anonymous().get("/plum-brandy/quitzow");
    let id = reply.header("x-request-id").unwrap();

    let line = wait_for("the log line", || server.log().lines().find(|line| line.contains(id)).map(str::to_owned));

    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["client_request_id"], "from-a-client.1");
    assert_eq!((&line["method"], &line["route"]), (&"GET".into(), &"/api/entries".into()));
    assert_eq!((&line["status"], &line["ip"]), (&400.into(), &"127.0.0.1".into()));
    assert!(line["actor"].as_str().unwrap().starts_with("user:"), "{line}");
    let (_, log) = server.stop();
    for secret in ["plum", "quitzow", &key[12..]] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[test]
fn settings_choose_the_log_format_and_level() {
    let world = World::new();
    let human = world.serve_with(&[], &[&UNLIMITED[..], &[("JOURNAL_LOG_FORMAT", "human")]].concat());
    let warn = world.serve_with(&[], &[&UNLIMITED[..], &[("JOURNAL_LOG", "warn")]].concat());
    for server in [&human, &warn] {
        server.anonymous().get("/health").ok();
    }

    let log = human.stop().1;
    assert!(log.contains("answered") && !log.contains("\"status\""), "{log}");
    assert!(!warn.stop().1.contains("answered"));
}

#[test]
fn an_invalid_client_request_id_is_not_logged() {
    let world = World::new();
    let server = world.serve();
    for given in ["a b", "a\"b", &"a".repeat(65), ""] {
        server.anonymous().with("x-request-id", given).get("/health").ok();
    }

    let (_, log) = server.stop();

    assert!(!log.contains("client_request_id"), "{log}");
}

#[test]
fn malformed_requests_are_refused_and_the_server_keeps_serving() {
    let world = World::new();
    let server = world.serve();
    let host = server.base.split_once("://").unwrap().1;

    for request in [
        "garbage\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        format!("GET /health HTTP/1.1\r\nHost: {host}\r\nbad header\r\n\r\n"),
        format!("CONNECT evil.example:443 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        format!("OPTIONS * HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        format!("TRACE /health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        format!("GET /health HTTP/1.1\r\nHost: {host}\r\nX: {}\r\n\r\n", "a".repeat(100_000)),
        format!("GET /health HTTP/1.1\r\nHost: {host}\r\n{}\r\n", "X: a\r\n".repeat(1000)),
        format!("GET /{} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", "a".repeat(17_000)),
        format!("POST /api/auth/login HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n"),
        format!("POST /api/auth/login HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{{"),
        format!("POST /api/auth/login HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: gzip\r\n\r\n"),
        format!("POST /api/auth/login HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ] {
        let answer = raw::exchange(&server, &request);
        let shown: String = request.chars().take(60).collect();
        assert!(answer.starts_with("HTTP/1.1 4"), "{shown:?}: {answer}");
        assert!(!answer.contains("server:") && !answer.contains("panicked"), "{answer}");
    }

    assert_eq!(raw::exchange(&server, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "", "HTTP/2 is not offered in cleartext");
    server.anonymous().get("/health").ok();
}

#[test]
fn a_server_answers_after_startup() {
    let world = World::new();
    let begun = Instant::now();

    let server = world.serve();
    server.anonymous().get("/health").ok();

    println!("first 200 after {} ms", begun.elapsed().as_millis());
}
