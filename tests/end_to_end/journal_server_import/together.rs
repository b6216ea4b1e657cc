//! Imported users on this server: passwords, cookies, API keys and entries keep working.

use std::time::Instant;

use serde_json::{Value, json};

use crate::journal_server_import::{database, import_report};
use crate::support::legacy_database::fill::{self, ADA, BOB};
use crate::support::server::{Client, Server};
use crate::support::{World, needles, text_of};

/// Calls an MCP tool as a configured client does and returns the response.
fn call(client: &Client, tool: &str, arguments: &Value) -> Value {
    let client = client.with("accept", "application/json, text/event-stream");
    let client_info = json!({ "name": "claude desktop", "version": "1" });
    let hello = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client_info });
    let reply =
        client.post("/mcp", &json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello })).ok();
    let session = reply.header("mcp-session-id").unwrap().to_owned();
    let client = client.with("mcp-session-id", &session).with("mcp-protocol-version", "2025-11-25");
    client.post("/mcp", &json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).ok();
    let params = json!({ "name": tool, "arguments": arguments });
    let reply =
        client.post("/mcp", &json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })).ok();
    let text = reply.text.lines().find_map(|line| line.strip_prefix("data: {")).map(|rest| format!("{{{rest}"));
    serde_json::from_str(&text.unwrap_or(reply.text)).unwrap()
}

fn with_cookie(server: &Server, token: &str) -> Client {
    server.anonymous().with("cookie", &format!("theme=dark; session_id={token}"))
}

#[test]
fn two_thousand_entries_are_imported_within_a_minute() {
    let world = World::new();
    let db = database(&world, 2000);
    let before = (std::fs::read(&db).unwrap(), std::fs::metadata(&db).unwrap().modified().unwrap());
    let start = Instant::now();

    let report = import_report(&world, &db, &[]);

    let took = start.elapsed();
    println!("2,000 entries imported in {:.2} s", took.as_secs_f64());
    assert!(took.as_secs() < 60, "{took:?}");
    assert_eq!(report["users"].as_array().unwrap().len(), 3, "{report}");
    assert!(before == (std::fs::read(&db).unwrap(), std::fs::metadata(&db).unwrap().modified().unwrap()));
    let source_folder: Vec<_> =
        std::fs::read_dir(db.parent().unwrap()).unwrap().flatten().map(|item| item.file_name()).collect();
    assert_eq!(source_folder, ["journal.db"], "no file is added to the source folder");
    assert_eq!((world.doctor().0, world.json(&["list", "--user", ADA])["total"].clone()), (0, json!(1000)));
}

#[test]
fn passwords_cookies_and_keys_of_the_old_server_keep_working() {
    let world = World::new();
    let db = database(&world, 200);
    import_report(&world, &db, &[]);
    let server = world.serve();

    // Twice: the first login rehashes the password.
    for _ in 0..2 {
        let ada = server.login(ADA, fill::PASSWORD);
        assert_eq!(ada.get("/api/auth/me").ok().json()["user"]["email"], ADA);
    }
    let wrong = json!({ "email": ADA, "password": "violet anchor mountains" });
    server.anonymous().post("/api/auth/login", &wrong).refused(401, "invalid_credentials");

    for (email, cookie, key, owner) in
        [(ADA, fill::ADAS_COOKIE, fill::ADAS_KEY, 0), (BOB, fill::BOBS_COOKIE, fill::BOBS_KEY, 1)]
    {
        let (browser, program) = (with_cookie(&server, cookie), server.key(key));
        assert_eq!(browser.get("/api/auth/me").ok().json()["user"]["email"], email);
        let listed = program.get("/api/entries?limit=200").ok().json();
        let ids: Vec<i64> =
            listed["items"].as_array().unwrap().iter().map(|entry| entry["id"].as_i64().unwrap()).collect();
        assert_eq!(ids.len(), 100);
        assert!(ids.iter().all(|&id| fill::owner_of(id) == owner), "{ids:?}");
        let (own, other) = (ids[0], (1..=200).find(|&id| fill::owner_of(id) != owner).unwrap());
        let entry = program.get(&format!("/api/entries/{own}")).ok().json();
        assert_eq!(text_of(&entry, "raw_text"), fill::raw_text(own));
        program.get(&format!("/api/entries/{other}")).refused(404, "not_found");
        browser.get(&format!("/api/entries/{other}")).refused(404, "not_found");
        let answer = call(&program, "journal_get_statistics", &json!({}));
        assert!(answer["result"]["isError"] != json!(true) && answer["result"].is_object(), "{answer}");
        let jobs = program.get("/api/jobs?type=mood_score_entry&limit=100").ok().json();
        let jobs = jobs["items"].as_array().unwrap();
        let of_entry = |job: &Value| job["params"]["entry_id"].as_i64().unwrap();
        assert!(!jobs.is_empty() && jobs.iter().all(|job| fill::owner_of(of_entry(job)) == owner), "{jobs:?}");
        assert!(
            jobs.iter().all(|job| job["id"] == fill::job_id(of_entry(job)) && job["status"] != "queued"),
            "{jobs:?}"
        );
    }
    server.key(fill::REVOKED_KEY).get("/api/entries").refused(401, "unauthorized");
    with_cookie(&server, "an old login").get("/api/auth/me").refused(401, "unauthorized");
}

#[test]
fn the_old_cookie_name_is_valid_only_for_imported_sessions() {
    let world = World::new();
    let db = database(&world, 10);
    import_report(&world, &db, &[]);
    // With TLS, which is the default, the session cookie has the `__Host-` prefix.
    let server = world.serve();
    let old = with_cookie(&server, fill::ADAS_COOKIE);
    old.get("/api/auth/me").ok();

    let new = json!({ "email": BOB, "password": fill::PASSWORD });
    let reply = server.anonymous().post("/api/auth/login", &new).ok();
    let cookies = reply.cookies();
    let token = cookies.split("; ").find_map(|cookie| cookie.strip_prefix("__Host-session_id=")).unwrap();
    server.anonymous().with("cookie", &cookies).get("/api/auth/me").ok();
    with_cookie(&server, token).get("/api/auth/me").refused(401, "unauthorized");

    let out = old.post("/api/auth/logout", &json!({})).ok();
    assert!(out.cookies().contains("session_id=") && out.cookies().contains("__Host-session_id="), "{out:?}");
    old.get("/api/auth/me").refused(401, "unauthorized");
}

#[test]
fn a_login_ends_the_imported_session_of_that_browser() {
    let world = World::new();
    let db = database(&world, 10);
    import_report(&world, &db, &[]);
    let server = world.serve();
    let old = with_cookie(&server, fill::ADAS_COOKIE);
    old.get("/api/auth/me").ok();

    old.post("/api/auth/login", &json!({ "email": ADA, "password": fill::PASSWORD })).ok();

    old.get("/api/auth/me").refused(401, "unauthorized");
}

#[test]
fn an_imported_session_can_change_the_imported_password() {
    let world = World::new();
    let db = database(&world, 10);
    import_report(&world, &db, &[]);
    let server = world.serve();
    let bob = with_cookie(&server, fill::BOBS_COOKIE);
    let change = |from: &str| json!({ "current_password": from, "new_password": "copper lantern thirteen owls" });

    bob.post("/api/auth/password", &change("not this one at all")).refused(403, "invalid_credentials");
    bob.post("/api/auth/password", &change(fill::PASSWORD)).ok();

    server.login(BOB, "copper lantern thirteen owls");
}

#[test]
fn an_import_during_serve_leaves_no_plain_text() {
    let world = World::new();
    let db = database(&world, 200);
    let server = world.serve();

    import_report(&world, &db, &[]);

    let ada = server.key(fill::ADAS_KEY);
    let found = crate::support::server::wait_for("the vectors of the imported entries", || {
        let waiting = ada.get("/api/stats").ok().json()["pending_entries"].as_i64().unwrap();
        (waiting == 0).then(|| ada.get("/api/search?q=heron%20quellwasser").ok().json())
    });
    assert!(!found["items"].as_array().unwrap().is_empty(), "{found}");
    let log = server.log();
    let wanted =
        needles::needles(&[fill::PHRASE, fill::PASSWORD, fill::ADAS_KEY, fill::ADAS_COOKIE, "u-secret-pushover-key"]);
    let (finds, files) = needles::scan(&world.data(), &wanted);
    assert!(files > 5 && finds.is_empty(), "{finds:#?}");
    assert!(needles::find_in(log.as_bytes(), &wanted).is_empty(), "{log}");
}
