//! Login sessions: list and revocation.

use serde_json::json;

use crate::http::login::{BOB, PASSWORD, with_bob, world};
use crate::support::ADA;

const PATH: &str = "/api/auth/sessions";

#[test]
fn a_revoked_session_is_refused_at_once() {
    let world = world();
    let server = world.serve();
    let (lost, here) = (server.login(ADA, PASSWORD), server.login(ADA, PASSWORD).with("user-agent", "Firefox"));
    let items = here.get(PATH).ok().json()["items"].clone();
    let current: Vec<bool> = items.as_array().unwrap().iter().map(|item| item["current"].as_bool().unwrap()).collect();
    assert_eq!(current, [true, false], "{items}");
    assert_eq!(items[1]["ip_address"], "127.0.0.1");
    assert!(!items.to_string().contains("token"), "{items}");

    here.delete(&format!("{PATH}/{}", items[1]["id"])).ok();

    lost.get("/api/auth/me").refused(401, "unauthorized");
    here.get("/api/auth/me").ok();
    here.delete(&format!("{PATH}/{}", items[1]["id"])).refused(404, "not_found");
    assert!(world.json(&["audit", "list"]).to_string().contains("SESSION_REVOKED"));
}

#[test]
fn ending_all_sessions_keeps_the_callers_and_other_users() {
    let world = with_bob();
    let server = world.serve();
    let bob = server.login(BOB, PASSWORD);
    let (here, others) = (server.login(ADA, PASSWORD), [(); 3].map(|()| server.login(ADA, PASSWORD)));

    let ended = here.delete(PATH).ok().json();

    assert_eq!(ended, json!({ "ok": true, "ended": 3 }));
    for other in others {
        other.get("/api/auth/me").refused(401, "unauthorized");
    }
    here.get("/api/auth/me").ok();
    bob.get("/api/auth/me").ok();
}

#[test]
fn a_user_cannot_see_or_end_anothers_session() {
    let world = with_bob();
    let server = world.serve();
    let (ada, bob) = (server.login(ADA, PASSWORD), server.login(BOB, PASSWORD));
    let hers = ada.get(PATH).ok().json()["items"][0]["id"].clone();

    assert_eq!(bob.get(PATH).ok().json()["items"].as_array().unwrap().len(), 1);
    bob.delete(&format!("{PATH}/{hers}")).refused(404, "not_found");
    world.run(&["session", "revoke", &hers.to_string(), "--user", BOB]).refused(3);
    bob.delete(PATH).ok();

    ada.get("/api/auth/me").ok();
}

#[test]
fn logout_is_never_refused() {
    let world = with_bob();
    let server = world.serve();
    let bob = server.login(BOB, PASSWORD);
    let log_out = |client: &crate::support::server::Client| client.post("/api/auth/logout", &json!({})).ok();
    world.ok(&["user", "disable", BOB]);

    let reply = log_out(&bob);
    log_out(&server.anonymous());
    log_out(&server.anonymous().with("cookie", "__Host-session_id=nonsense"));

    let cookie = reply.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-session_id=;") && cookie.contains("Max-Age=0"), "{cookie}");
    for flag in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(flag), "B6: {cookie}");
    }
    world.ok(&["user", "enable", BOB]);
    bob.get("/api/auth/me").refused(401, "unauthorized");
}

#[test]
fn the_command_line_lists_and_ends_sessions() {
    let world = world();
    let server = world.serve();
    let (one, other) = (server.login(ADA, PASSWORD), server.login(ADA, PASSWORD));
    let items = world.json(&["session", "list"])["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 2);

    world.ok(&["session", "revoke", &items[1]["id"].to_string()]);
    one.get("/api/auth/me").refused(401, "unauthorized");
    other.get("/api/auth/me").ok();
    assert_eq!(world.json(&["session", "revoke", "--all"]), json!({ "ok": true, "ended": 1 }));
    other.get("/api/auth/me").refused(401, "unauthorized");
    world.run(&["session", "revoke"]).refused(2);
}
