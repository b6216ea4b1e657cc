//! Malformed requests: bodies too large, truncated or no JSON, and fields, paths and queries of the wrong kind.

use std::io::Write;

use serde_json::{Value, json};

use crate::http::login::{PASSWORD, world};
use crate::support::server::{Client, Reply, UNLIMITED, wait_for};
use crate::support::{ADA, World, raw};
use journal::http::HttpRoute;

const LOGIN: &str = "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\n";

#[test]
fn a_declared_body_of_one_gibibyte_is_refused_at_once() {
    let world = World::new();
    let server = world.serve();
    let before = resident_kib(server.pid());
    let mut stream = raw::connect(&server);
    stream.write_all(format!("{LOGIN}Content-Length: 1073741824\r\n\r\n").as_bytes()).unwrap();

    let answer = raw::read_to_close(&mut stream);

    assert_eq!(raw::status(&answer), 413, "{answer}");
    assert_eq!(raw::body(&answer)["error"], "payload_too_large");
    assert!(resident_kib(server.pid()) < before + 8 * 1024, "the body is not buffered");
}

#[test]
fn a_chunked_body_is_cut_off_at_the_size_limit() {
    let world = World::new();
    let server = world.serve();
    let before = resident_kib(server.pid());
    let mut stream = raw::connect(&server);
    stream.write_all(format!("{LOGIN}Transfer-Encoding: chunked\r\n\r\n").as_bytes()).unwrap();
    let chunk = [b"10000\r\n".as_slice(), &vec![b' '; 0x10000], b"\r\n"].concat();

    // One GiB, if the server read all of it.
    let sent = (0..16_384).take_while(|_| stream.write_all(&chunk).is_ok()).count();

    assert!(sent < 256, "{sent} chunks of 64 KiB were accepted");
    assert!(resident_kib(server.pid()) < before + 8 * 1024, "the body is not buffered");
    server.anonymous().get("/health").ok();
}

#[test]
fn a_body_may_have_one_mebibyte_and_no_more() {
    let world = World::new();
    let server = world.serve();
    let post = |bytes: usize| server.anonymous().send("POST", "/api/auth/login", "", vec![b' '; bytes]);

    post(1 << 20).refused(400, "invalid_body");
    post((1 << 20) + 1).refused(413, "payload_too_large");
}

#[test]
fn a_truncated_body_is_refused_and_the_server_keeps_serving() {
    let world = World::new();
    let server = world.serve();
    let mut stream = raw::connect(&server);
    stream.write_all(format!("{LOGIN}Content-Length: 100\r\n\r\n{{\"email\"").as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();

    let answer = raw::read_to_close(&mut stream);

    assert!(answer.is_empty() || raw::status(&answer) == 400, "{answer}");
    server.anonymous().get("/health").ok();
}

/// Returns the resident memory of a process in KiB.
fn resident_kib(pid: u32) -> u64 {
    wait_for("the process's status", || {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    })
}

/// Returns method and example path of every route that reads a JSON body.
fn json_routes() -> Vec<(String, String)> {
    let document = journal::http::document();
    let takes_json = |route: &HttpRoute| {
        let method = route.method.as_str().to_ascii_lowercase();
        document["paths"][route.path][method.as_str()]["requestBody"]["content"]["application/json"].is_object()
    };
    let routes = journal::http::routes().into_iter().filter(takes_json);
    let routes: Vec<_> = routes.map(|route| (route.method.to_string(), example_path(route.path))).collect();
    assert!(routes.iter().any(|(_, path)| path == "/api/auth/login"), "{routes:?}");
    routes
}

/// Replaces the path's parameters with `1`.
fn example_path(path: &str) -> String {
    let words = path.split('/').map(|word| if word.starts_with('{') { "1" } else { word });
    words.collect::<Vec<_>>().join("/")
}

/// Asserts an allowed status and a complete error body that shows no internals.
#[track_caller]
fn assert_error_body(reply: &Reply, allowed: &[u16], given: &str) {
    let given: String = given.chars().take(80).collect();
    assert!(allowed.contains(&reply.status), "{given:?}: {reply:#?}");
    let body = reply.json();
    for field in ["error", "message", "request_id"] {
        assert!(body[field].as_str().is_some_and(|text| !text.is_empty()), "{given:?}: {reply:#?}");
    }
    for internal in ["panicked", "src/", ".rs:", "sqlite", "SELECT ", "backtrace"] {
        assert!(!reply.text.contains(internal), "{internal}: {reply:#?}");
    }
}

/// Returns a client with every scope, so that only the request itself can be refused.
fn admin(server: &crate::support::server::Server) -> Client {
    server.login(ADA, PASSWORD)
}

#[test]
fn every_route_refuses_a_body_that_is_no_json_object() {
    let world = world();
    let variables = [UNLIMITED.as_slice(), &[("REGISTRATION_ENABLED", "true")]].concat();
    let server = world.serve_with(&[], &variables);
    let client = admin(&server);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_object = format!("{}1{}", "{\"a\":".repeat(1000), "}".repeat(1000));
    let bodies: [&[u8]; 20] = [
        b"",
        b" ",
        b"null",
        b"true",
        b"1",
        b"1e999",
        b"\"text\"",
        b"[]",
        b"[{}]",
        b"{",
        b"}",
        b"{}{}",
        b"{} trailing",
        b"{'a':1}",
        b"{\"a\":1,}",
        b"{\"a\":\"\xff\xfe\"}",
        b"\xef\xbb\xbf{}",
        b"{\"a\":\"\x00\"}",
        deep.as_bytes(),
        deep_object.as_bytes(),
    ];

    for (method, path) in json_routes() {
        for body in bodies {
            let reply = client.send(&method, &path, "application/json", body.to_vec());
            let given = format!("{method} {path} {}", String::from_utf8_lossy(body));
            // Here an empty body selects every entry, which is a 409 without an extraction model.
            let allowed: &[u16] = if path == "/api/entities/extract" { &[400, 409] } else { &[400, 404] };
            assert_error_body(&reply, allowed, &given);
        }
        let twice = br#"{"email":"a","email":"b","name":1,"name":2,"text":"a","text":"b"}"#;
        assert_error_body(
            &client.send(&method, &path, "", twice.to_vec()),
            &[400, 404],
            &format!("{method} {path} twice"),
        );
        let unknown = json!({ "no_such_field_anywhere": 1 }).to_string();
        let reply = client.send(&method, &path, "", unknown.into_bytes());
        // Preferences accept any key, so success is allowed.
        assert!(reply.status < 500, "{reply:#?}");
    }
}

#[test]
fn no_route_fails_on_a_field_of_the_wrong_type_or_size() {
    let world = world();
    let variables = [UNLIMITED.as_slice(), &[("REGISTRATION_ENABLED", "true")]].concat();
    let server = world.serve_with(&[], &variables);
    let client = admin(&server);
    let document = journal::http::document();
    let long = "a".repeat(500_000);
    let invalid: [Value; 12] = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!([]),
        json!({}),
        json!("\u{0}"),
        json!("\u{202e}\u{1b}[31m"),
        json!("<|endoftext|>"),
        json!(long),
        json!([[[[null]]]]),
    ];

    for route in journal::http::routes() {
        let method = route.method.as_str().to_ascii_lowercase();
        let body = &document["paths"][route.path][method.as_str()]["requestBody"]["content"]["application/json"];
        let Some(fields) = fields(&document, &body["schema"]) else { continue };
        for value in &invalid {
            for field in &fields {
                let mut given = serde_json::Map::new();
                given.insert(field.clone(), value.clone());
                let path = example_path(route.path);
                let text = Value::Object(given).to_string();
                let reply = client.send(route.method.as_str(), &path, "application/json", text.clone().into_bytes());
                assert!(reply.status < 500, "{} {path} {:.80}: {reply:#?}", route.method, text);
                // The web client reads errors of this route in a format of their own.
                if reply.status >= 400 && route.path != "/api/notifications/validate" {
                    assert_error_body(&reply, &[400, 401, 403, 404, 409, 413, 415, 422, 429], &text);
                }
            }
        }
        // The server is still running.
        assert_eq!(server.anonymous().get("/health").status, 200);
    }
}

/// Returns the names of a body's fields.
fn fields(document: &Value, schema: &Value) -> Option<Vec<String>> {
    let schema = match schema["$ref"].as_str() {
        Some(path) => document.pointer(path.strip_prefix('#')?)?,
        None => schema,
    };
    Some(schema["properties"].as_object()?.keys().cloned().collect())
}

#[test]
fn an_invalid_id_in_a_path_reads_as_absent() {
    let world = world();
    let entry = world.ada().write("plum brandy", "2024-05-01");
    let server = world.serve();
    let client = admin(&server);
    client.get(&format!("/api/entries/{entry}")).ok();

    let with_id = journal::http::routes().into_iter().filter(|route| route.path.contains("{id}"));
    for route in with_id {
        for id in [
            "abc",
            "-1",
            "0",
            "+1",
            "01",
            "1.0",
            "1e0",
            "0x1",
            "99999999999999999999",
            "9223372036854775808",
            "1%00",
            "%ff",
            "1%2f..",
            "1/",
            "1//",
            "%201",
            "%D9%A1",
            "%E2%80%AE1",
        ] {
            let path = route.path.replace("{id}", id);
            let body = if route.method == "GET" { Vec::new() } else { b"{}".to_vec() };
            let reply = client.send(route.method.as_str(), &path, "application/json", body);
            assert_error_body(&reply, &[400, 404], &path);
        }
    }
    client.get(&format!("/api/entries/{entry}")).ok();
}

#[test]
fn invalid_query_numbers_are_clamped_or_refused() {
    let world = world();
    for day in 1..=3 {
        world.ada().write("plum brandy", &format!("2024-05-0{day}"));
    }
    let server = world.serve();
    let client = admin(&server);
    let listed = |query: &str| client.get(&format!("/api/entries?{query}"));

    for (query, length) in [
        ("limit=-1", 1),
        ("limit=0", 1),
        ("limit=9223372036854775807", 3),
        ("offset=-5", 3),
        ("offset=9223372036854775807", 0),
        ("unknown=1", 3),
    ] {
        assert_eq!(listed(query).ok().json()["items"].as_array().unwrap().len(), length, "{query}");
    }
    for query in [
        "limit=abc",
        "limit=",
        "limit=1.5",
        "limit=1e3",
        "limit=99999999999999999999",
        "limit=1&limit=2",
        "limit=%00",
        "start_date=%ff%fe",
        "start_date=2024-13-01",
        "start_date=%E2%80%AE",
        "end_date=tomorrow",
    ] {
        assert_error_body(&listed(query), &[400], query);
    }
}
