//! Bodies and paths that nobody should send: too large, too slow, no JSON, not what the route takes.

use std::io::Write;

use journal::http::Route;
use serde_json::Value;
use serde_json::json;

use crate::login::PASSWORD;
use crate::login::world;
use crate::raw;
use crate::support::ADA;
use crate::support::World;
use crate::support::server::Client;
use crate::support::server::Reply;
use crate::support::server::UNLIMITED;
use crate::support::server::wait_for;

const LOGIN: &str = "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\n";

#[test]
fn a_body_that_announces_a_gigabyte_is_cut_off_at_once() {
    let world = World::new();
    let server = world.serve();
    let before = resident(server.pid());
    let mut stream = raw::connect(&server);
    stream.write_all(format!("{LOGIN}Content-Length: 1073741824\r\n\r\n").as_bytes()).unwrap();

    let answer = raw::rest(&mut stream);

    assert_eq!(raw::status(&answer), 413, "{answer}");
    assert_eq!(raw::body(&answer)["error"], "payload_too_large");
    assert!(resident(server.pid()) < before + 8 * 1024, "nothing is kept of it");
}

#[test]
fn a_body_that_announces_nothing_is_cut_off_where_it_becomes_too_large() {
    let world = World::new();
    let server = world.serve();
    let before = resident(server.pid());
    let mut stream = raw::connect(&server);
    stream.write_all(format!("{LOGIN}Transfer-Encoding: chunked\r\n\r\n").as_bytes()).unwrap();
    let chunk = [b"10000\r\n".as_slice(), &vec![b' '; 0x10000], b"\r\n"].concat();

    // A gigabyte, if it were taken.
    let sent = (0..16_384).take_while(|_| stream.write_all(&chunk).is_ok()).count();

    assert!(sent < 256, "{sent} chunks of 64 KiB were taken");
    assert!(resident(server.pid()) < before + 8 * 1024, "nothing is kept of it");
    server.stranger().get("/health").ok();
}

#[test]
fn a_body_of_a_mebibyte_is_read_and_one_byte_more_is_not() {
    let world = World::new();
    let server = world.serve();
    let post = |bytes: usize| server.stranger().send("POST", "/api/auth/login", "", vec![b' '; bytes]);

    post(1 << 20).refused(400, "invalid_body");
    post((1 << 20) + 1).refused(413, "payload_too_large");
}

#[test]
fn a_body_that_ends_early_leaves_nothing_behind() {
    let world = World::new();
    let server = world.serve();
    let mut stream = raw::connect(&server);
    stream.write_all(format!("{LOGIN}Content-Length: 100\r\n\r\n{{\"email\"").as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();

    let answer = raw::rest(&mut stream);

    assert!(answer.is_empty() || raw::status(&answer) == 400, "{answer}");
    server.stranger().get("/health").ok();
}

/// Returns what a process holds in memory, KiB.
fn resident(pid: u32) -> u64 {
    wait_for("the process's status", || {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    })
}

/// Routes that read a JSON body, as far as a body decides what they answer.
fn reading() -> Vec<(String, String)> {
    let document = journal::http::document();
    let takes_json = |route: &Route| {
        let method = route.method.as_str().to_ascii_lowercase();
        document["paths"][route.path][method.as_str()]["requestBody"]["content"]["application/json"].is_object()
    };
    let routes = journal::http::routes().into_iter().filter(takes_json);
    let routes: Vec<_> = routes.map(|route| (route.method.to_string(), filled(route.path))).collect();
    assert!(routes.iter().any(|(_, path)| path == "/api/auth/login"), "{routes:?}");
    routes
}

/// Puts something of the right shape where the path has a parameter.
fn filled(path: &str) -> String {
    let words = path.split('/').map(|word| if word.starts_with('{') { "1" } else { word });
    words.collect::<Vec<_>>().join("/")
}

/// Asserts a refusal in the envelope that any route may give, and that nothing of the inside shows.
#[track_caller]
fn is_clear(reply: &Reply, allowed: &[u16], given: &str) {
    let given: String = given.chars().take(80).collect();
    assert!(allowed.contains(&reply.status), "{given:?}: {reply:#?}");
    let body = reply.json();
    for field in ["error", "message", "request_id"] {
        assert!(body[field].as_str().is_some_and(|text| !text.is_empty()), "{given:?}: {reply:#?}");
    }
    for inside in ["panicked", "src/", ".rs:", "sqlite", "SELECT ", "backtrace"] {
        assert!(!reply.text.contains(inside), "{inside}: {reply:#?}");
    }
}

/// Somebody who may do everything, so that what is refused is refused for the body.
fn admin(server: &crate::support::server::Server) -> Client {
    server.login(ADA, PASSWORD)
}

#[test]
fn what_is_no_json_object_is_refused_by_every_route() {
    let world = world();
    let open = [UNLIMITED.as_slice(), &[("REGISTRATION_ENABLED", "true")]].concat();
    let server = world.serve_with(&[], &open);
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

    for (method, path) in reading() {
        for body in bodies {
            let reply = client.send(&method, &path, "application/json", body.to_vec());
            let given = format!("{method} {path} {}", String::from_utf8_lossy(body));
            // No body is every entry there, and there is nobody to look them through.
            let allowed: &[u16] = if path == "/api/entities/extract" { &[400, 409] } else { &[400, 404] };
            is_clear(&reply, allowed, &given);
        }
        let twice = br#"{"email":"a","email":"b","name":1,"name":2,"text":"a","text":"b"}"#;
        is_clear(&client.send(&method, &path, "", twice.to_vec()), &[400, 404], &format!("{method} {path} twice"));
        let unknown = json!({ "no_such_field_anywhere": 1 }).to_string();
        let reply = client.send(&method, &path, "", unknown.into_bytes());
        // Preferences take any key, and may say yes.
        assert!(reply.status < 500, "{reply:#?}");
    }
}

#[test]
fn a_field_of_the_wrong_kind_or_size_is_refused_by_every_route() {
    let world = world();
    let open = [UNLIMITED.as_slice(), &[("REGISTRATION_ENABLED", "true")]].concat();
    let server = world.serve_with(&[], &open);
    let client = admin(&server);
    let document = journal::http::document();
    let long = "a".repeat(500_000);
    let odd: [Value; 12] = [
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
        for value in &odd {
            for field in &fields {
                let mut given = serde_json::Map::new();
                given.insert(field.clone(), value.clone());
                let path = filled(route.path);
                let text = Value::Object(given).to_string();
                let reply = client.send(route.method.as_str(), &path, "application/json", text.clone().into_bytes());
                assert!(reply.status < 500, "{} {path} {:.80}: {reply:#?}", route.method, text);
                // The one route whose refusals the web client reads in a shape of their own.
                if reply.status >= 400 && route.path != "/api/notifications/validate" {
                    is_clear(&reply, &[400, 401, 403, 404, 409, 413, 415, 422, 429], &text);
                }
            }
        }
        // A login survives all that.
        assert_eq!(server.stranger().get("/health").status, 200);
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
fn an_odd_id_in_a_path_is_nothing_that_there_is() {
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
            is_clear(&reply, &[400, 404], &path);
        }
    }
    client.get(&format!("/api/entries/{entry}")).ok();
}

#[test]
fn odd_numbers_in_a_query_are_moved_to_the_nearest_or_refused() {
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
        is_clear(&listed(query), &[400], query);
    }
}
