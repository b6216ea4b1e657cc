//! User administration.

use serde_json::{Value, json};

use crate::http::login::{BOB, PASSWORD, with_bob, world};
use crate::support::server::Server;
use crate::support::{ADA, Person};

const PATH: &str = "/api/admin/users";

/// Returns a field of Bob's row in the list of users.
fn bob_field(server: &Server, field: &str) -> Value {
    server.login(ADA, PASSWORD).get(PATH).ok().json()["items"][0][field].clone()
}

#[test]
fn an_admin_sees_each_users_counts_and_no_entry_text() {
    let world = with_bob();
    let bob = Person { world: &world, email: BOB };
    bob.write("The lighthouse keeper of Quitzow served us plum brandy.", "2024-05-01");
    bob.write("Rain.", "2024-05-02");
    let server = world.serve();

    let reply = server.login(ADA, PASSWORD).get(PATH).ok();

    let items = reply.json()["items"].clone();
    let (his, hers) = (items[0].clone(), items[1].clone());
    assert_eq!((his["email"].as_str(), hers["email"].as_str()), (Some(BOB), Some(ADA)), "newest first");
    assert_eq!((his["entry_count"].clone(), his["total_words"].clone()), (json!(2), json!(10)));
    assert!(his["last_entry_at"].as_str().unwrap().ends_with('Z') && his["job_count"].as_i64().unwrap() >= 1, "{his}");
    assert_eq!((his["cost_estimate"].clone(), his["cost_this_week"].clone()), (json!(0.0), json!(0.0)));
    assert_eq!((hers["entry_count"].clone(), hers["last_entry_at"].clone()), (json!(0), Value::Null));
    for (item, is_admin) in [(&his, false), (&hers, true)] {
        let claims = ["is_admin", "is_active", "email_verified"].map(|name| item[name].as_bool());
        assert_eq!(claims, [Some(is_admin), Some(true), Some(true)], "B9: booleans");
        assert!(item.get("password_hash").is_none());
    }
    for words in ["Quitzow", "plum", "Rain"] {
        assert!(!reply.text.contains(words));
    }
}

#[test]
fn only_an_admin_can_list_or_change_users() {
    let world = with_bob();
    let server = world.serve();
    let bob = server.login(BOB, PASSWORD);

    bob.get(PATH).refused(403, "forbidden");
    bob.patch(&format!("{PATH}/2"), &json!({ "is_admin": true })).refused(403, "forbidden");
    server.anonymous().get(PATH).refused(401, "unauthorized");

    assert_eq!(bob_field(&server, "is_admin"), false);
}

#[test]
fn admins_cannot_disable_or_demote_themselves_or_the_last_one() {
    let world = with_bob();
    let server = world.serve();
    let ada = server.login(ADA, PASSWORD);
    let own = format!("{PATH}/1");
    let harmful = [json!({ "is_active": false }), json!({ "is_admin": false }), json!({ "role": "readonly" })];

    for change in &harmful {
        ada.patch(&own, change).refused(409, "conflict");
    }
    ada.patch(&format!("{PATH}/2"), &json!({ "is_admin": true })).ok();
    for change in &harmful {
        ada.patch(&own, change).refused(409, "conflict");
    }
    let bob = server.login(BOB, PASSWORD);
    bob.patch(&own, &json!({ "role": "readonly" })).ok();
    let (_, key) = Person { world: &world, email: BOB }.key("admin", &["admin:users"]);
    server.key(&key).patch(&format!("{PATH}/2"), &json!({ "is_active": false })).refused(409, "conflict");
    world.run(&["user", "disable", BOB]).refused(4).says("last admin");
}

#[test]
fn a_disabled_user_is_refused_until_enabled_again() {
    let world = with_bob();
    let server = world.serve();
    let (ada, bob) = (server.login(ADA, PASSWORD), server.login(BOB, PASSWORD));
    let (_, key) = Person { world: &world, email: BOB }.key("reader", &["entries:read"]);
    let path = format!("{PATH}/2");

    let user = ada.patch(&path, &json!({ "is_active": false })).ok().json()["user"].clone();

    assert_eq!(user["is_active"], false);
    for path in ["/api/entries", "/api/auth/me", "/api/auth/sessions"] {
        assert!(bob.get(path).refused(403, "forbidden").text.contains("disabled"));
        server.key(&key).get(path).refused(403, "forbidden");
    }
    ada.patch(&path, &json!({ "is_active": true })).ok();
    bob.get("/api/entries").ok();
    server.key(&key).get("/api/entries").ok();
}

#[test]
fn a_role_change_ends_the_users_sessions() {
    let world = with_bob();
    let server = world.serve();
    let ada = server.login(ADA, PASSWORD);
    let change = |change: Value| ada.patch(&format!("{PATH}/2"), &change).ok().json()["user"]["role"].clone();

    for role in ["admin", "member", "readonly"] {
        let bob = server.login(BOB, PASSWORD);
        assert_eq!(change(json!({ "role": role })), role);
        bob.get("/api/auth/me").refused(401, "unauthorized");
    }
    assert_eq!(change(json!({ "is_admin": false })), "readonly", "removing a role that the user lacks changes nothing");
    assert_eq!(change(json!({ "is_admin": true })), "admin");
    assert_eq!(change(json!({ "is_admin": false })), "member");
}

#[test]
fn an_invalid_user_change_is_refused() {
    let world = with_bob();
    let server = world.serve();
    let ada = server.login(ADA, PASSWORD);
    let path = format!("{PATH}/2");

    for value in [json!(0), json!("false"), json!([]), json!({})] {
        ada.patch(&path, &json!({ "is_active": value })).refused(400, "invalid_field");
    }
    ada.patch(&path, &json!({ "is_active": false, "email": "x@y.z" })).refused(400, "invalid_field");
    ada.patch(&path, &json!({ "is_admin": true, "role": "member" })).refused(400, "invalid_field");
    ada.patch(&path, &json!({ "role": "owner" })).refused(400, "invalid_field");
    ada.patch(&path, &json!({})).refused(400, "missing_fields");
    ada.send("PATCH", &path, "", b"[]".to_vec()).refused(400, "invalid_body");
    for id in ["99", "0", "-1", "x"] {
        ada.patch(&format!("{PATH}/{id}"), &json!({ "is_active": true })).refused(404, "not_found");
    }

    assert_eq!(bob_field(&server, "is_active"), true);
}

#[test]
fn a_user_with_an_unverified_address_cannot_become_admin() {
    let world = world();
    let server = world
        .serve_with(&[], &[&crate::support::server::UNLIMITED, [("REGISTRATION_ENABLED", "true")].as_slice()].concat());
    let new = json!({ "email": BOB, "password": PASSWORD, "display_name": "Bob" });
    let id = server.anonymous().post("/api/auth/register", &new).ok().json()["user"]["id"].clone();
    let ada = server.login(ADA, PASSWORD);

    ada.patch(&format!("{PATH}/{id}"), &json!({ "is_admin": true })).refused(409, "conflict");

    assert_eq!(bob_field(&server, "email_verified"), false);
}
