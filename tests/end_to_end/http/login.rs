//! Login and logout.

use serde_json::json;

use crate::support::{ADA, World};

pub const PASSWORD: &str = "violet anchor mountain";

/// Creates a world in which Ada has a password.
pub fn world() -> World {
    let world = World::new();
    let file = world.file("password", PASSWORD);
    world.ok(&["user", "passwd", ADA, "--password-file", file.to_str().unwrap()]);
    world
}

/// The second user of [`with_bob`].
pub const BOB: &str = "bob@home.example";

/// Creates a world in which Ada and Bob have the same password.
pub fn with_bob() -> World {
    let world = world();
    let file = world.path("inbox/password");
    world.ok(&["user", "add", BOB, "--password-file", file.to_str().unwrap()]);
    world
}

#[test]
fn a_login_sets_a_cookie_that_is_valid_until_logout() {
    let world = world();
    let server = world.serve();
    let credentials = json!({ "email": format!(" {} ", ADA.to_uppercase()), "password": PASSWORD });
    let reply = server.anonymous().post("/api/auth/login", &credentials).ok();
    let browser = server.anonymous().with("cookie", &reply.cookies());

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
fn wrong_password_and_unknown_user_get_the_same_refusal() {
    let world = world();
    let server = world.serve();
    let refused = |email: &str| {
        let credentials = json!({ "email": email, "password": "violet anchor molehill" });
        let mut body =
            server.anonymous().post("/api/auth/login", &credentials).refused(401, "invalid_credentials").json();
        body["request_id"].take();
        body
    };

    assert_eq!(refused(ADA), refused("unknown@home.example"));
}
