//! The audit log over HTTP.

use serde_json::{Value, json};

use crate::http::login::{PASSWORD, world};
use crate::support::ADA;

#[test]
fn an_event_records_actor_address_user_agent_and_request_id() {
    let world = world();
    let server = world.serve();
    let credentials = json!({ "email": ADA, "password": PASSWORD });
    let reply = server.anonymous().with("user-agent", "browser/7").post("/api/auth/login", &credentials).ok();
    let admin = server.anonymous().with("cookie", &reply.cookies());

    let events = admin.get("/api/admin/audit?limit=1").ok().json();

    let event = &events["items"][0];
    assert_eq!(event["action"], "LOGIN");
    assert_eq!((event["actor"].as_str(), event["via"].as_str()), (Some("user:1"), Some("password")));
    assert_eq!((event["ip"].as_str(), event["user_agent"].as_str()), (Some("127.0.0.1"), Some("browser/7")));
    assert_eq!(event["request_id"].as_str(), reply.header("x-request-id"));
    assert_eq!((&event["result"], &event["format"], &event["on_behalf"]), (&json!("ok"), &json!(2), &Value::Null));
    assert!(world.json(&["audit", "verify"])["intact"] == true);
}

#[test]
fn pages_reach_the_first_event_without_a_gap() {
    let world = world();
    for _ in 0..4 {
        world.ok(&["user", "unlock", ADA]);
    }
    let server = world.serve();
    let admin = server.login(ADA, PASSWORD);
    let mut seen: Vec<i64> = Vec::new();
    let mut query = "?limit=3".to_owned();

    while let Some(last) = {
        let page = admin.get(&format!("/api/admin/audit{query}")).ok().json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|event| event["seq"].as_i64().unwrap()));
        page["items"].as_array().unwrap().last().map(|event| event["seq"].as_i64().unwrap())
    } {
        query = format!("?limit=3&before={last}");
    }

    let expected: Vec<i64> = (1..=seen[0]).rev().collect();
    assert!(seen.len() > 6);
    assert_eq!(seen, expected);
    for query in ["?limit=-1", "?limit=0", "?limit=9223372036854775807", "?before=-9223372036854775808"] {
        admin.get(&format!("/api/admin/audit{query}")).ok();
    }
}

#[test]
fn only_an_admin_with_the_scope_reads_the_audit_log() {
    let world = world();
    let file = world.file("password", PASSWORD);
    world.ok(&["user", "add", "bob@home.example", "--password-file", file.to_str().unwrap()]);
    let (_, narrow) = world.ada().key("narrow", &["admin:users", "account"]);
    let (_, right) = world.ada().key("right", &["admin:audit"]);
    let server = world.serve();

    server.anonymous().get("/api/admin/audit").refused(401, "unauthorized");
    server.login("bob@home.example", PASSWORD).get("/api/admin/audit").refused(403, "forbidden");
    server.key(&narrow).get("/api/admin/audit").refused(403, "forbidden");
    server.key(&right).get("/api/admin/audit").ok();
}
