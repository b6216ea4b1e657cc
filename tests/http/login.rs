//! Logging in and out.

use serde_json::json;

use crate::support::ADA;
use crate::support::World;

pub const PASSWORD: &str = "violet anchor mountain";

/// A world in which Ada has a password.
pub fn world() -> World {
    let world = World::new();
    let file = world.file("password", PASSWORD);
    world.ok(&["user", "passwd", ADA, "--password-file", file.to_str().unwrap()]);
    world
}

/// Somebody else in such a world.
pub const BOB: &str = "bob@home.example";

/// A world in which Ada and Bob have the same password.
pub fn with_bob() -> World {
    let world = world();
    let file = world.path("inbox/password");
    world.ok(&["user", "add", BOB, "--password-file", file.to_str().unwrap()]);
    world
}

#[test]
fn a_login_sets_a_cookie_that_is_good_until_logout() {
    let world = world();
    let server = world.serve();
    let given = json!({ "email": format!(" {} ", ADA.to_uppercase()), "password": PASSWORD });
    let reply = server.stranger().post("/api/auth/login", &given).ok();
    let browser = server.stranger().with("cookie", &reply.cookies());

    let cookie = reply.headers.get_all("set-cookie").iter().next().unwrap().to_str().unwrap();
    assert!(cookie.starts_with("__Host-session_id=") && cookie.contains("Max-Age=604800"), "{cookie}");
    for flag in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    let me = browser.get("/api/auth/me").ok().json();
    assert_eq!(me["user"]["email"], ADA);
    assert_eq!(me["user"]["is_admin"], true);
    assert!(me["user"]["created_at"].as_str().unwrap().ends_with('Z'), "timestamps are filled");
    browser.post("/api/auth/logout", &json!({})).ok();
    browser.get("/api/auth/me").refused(401, "unauthorized");
}

#[test]
fn wrong_and_unknown_get_the_same_refusal() {
    let world = world();
    let server = world.serve();
    let refused = |email: &str| {
        let given = json!({ "email": email, "password": "violet anchor molehill" });
        let mut body = server.stranger().post("/api/auth/login", &given).refused(401, "invalid_credentials").json();
        body["request_id"].take();
        body
    };

    assert_eq!(refused(ADA), refused("nobody@home.example"));
}
