//! API keys over HTTP: expiry, scopes, allowed addresses and boundaries.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::http::login::{PASSWORD, world};
use crate::support::server::Client;
use crate::support::{ADA, text_of};

const PATH: &str = "/api/auth/api-keys";

fn create_key(client: &Client, body: &Value) -> Value {
    let reply = client.post(PATH, body).ok();
    assert_eq!(reply.status, 201);
    reply.json()
}

fn days_left(key: &Value) -> i64 {
    let instant = |field| text_of(key, field).parse::<Timestamp>().unwrap();
    instant("expires_at").duration_since(instant("created_at")).as_hours() / 24
}

#[test]
fn a_web_client_key_expires_on_the_chosen_day() {
    let world = world();
    let server = world.serve();
    let ada = server.login(ADA, PASSWORD);
    let date =
        world.json(&["key", "add", "short", "--expires", "30d"])["expires_at"].as_str().unwrap()[..10].to_owned();

    let key = create_key(&ada, &json!({ "name": "laptop", "expires_at": date }));

    assert_eq!(key["expires_at"], format!("{date}T23:59:59Z"));
    assert_eq!((key["prefix"].clone(), key["key_prefix"].clone()), (key["prefix"].clone(), key["prefix"].clone()));
    assert!(text_of(&key, "key").starts_with(text_of(&key, "prefix")));
    assert!(text_of(&key, "created_at").ends_with('Z'), "B9: {key}");
    server.key(text_of(&key, "key")).get("/api/entries").ok();
    let listed = ada.get(PATH).ok().json()["items"][0].clone();
    assert_eq!((listed["id"].clone(), listed["prefix"].clone()), (key["id"].clone(), key["prefix"].clone()));
    assert!(listed.get("key").is_none() && text_of(&listed, "last_used_at").ends_with('Z'));
    assert_eq!(listed["last_used_from"], "127.0.0.1");
}

#[test]
fn a_key_expires_unless_never_is_given() {
    let world = world();
    let server = world.serve();
    let ada = server.login(ADA, PASSWORD);

    assert_eq!(days_left(&create_key(&ada, &json!({ "name": "a" }))), 90);
    assert_eq!(days_left(&create_key(&ada, &json!({ "name": "a", "expires_at": null, "expires_days": null }))), 90);
    assert_eq!(days_left(&create_key(&ada, &json!({ "name": "a", "expires_days": 7 }))), 7);
    assert_eq!(create_key(&ada, &json!({ "name": "a", "expires_at": "never" }))["expires_at"], Value::Null);
}

#[test]
fn invalid_expiry_numbers_and_dates_are_refused() {
    let world = world();
    let server = world.serve();
    let ada = server.login(ADA, PASSWORD);
    let days = [json!(0), json!(-1), json!(3651), json!(1e30), json!(1.5), json!("30"), json!(true), json!(u64::MAX)];
    let dates = ["2020-01-01", "2020-01-01T00:00:00Z", "9999-12-31", "tomorrow", "", "2026-02-30", "-1", "NEVER"];

    for days in days {
        ada.post(PATH, &json!({ "name": "a", "expires_days": days })).refused(400, "invalid_field");
    }
    for date in dates {
        ada.post(PATH, &json!({ "name": "a", "expires_at": date })).refused(400, "invalid_field");
    }
    ada.post(PATH, &json!({ "name": "a", "expires_days": 1, "expires_at": "never" })).refused(400, "invalid_field");
    ada.post(PATH, &json!({ "name": " " })).refused(400, "missing_fields");
    ada.post(PATH, &json!({})).refused(400, "missing_fields");
    ada.post(PATH, &json!({ "name": "a\u{0}b" })).refused(400, "invalid_field");
    ada.post(PATH, &json!({ "name": "a", "scopes": ["everything"] })).refused(400, "invalid_field");
    assert_eq!(ada.get(PATH).ok().json()["items"], json!([]));
}

#[test]
fn a_revoked_key_never_reappears_in_the_web_clients_list() {
    let world = world();
    let server = world.serve();
    let ada = server.login(ADA, PASSWORD);
    let key = create_key(&ada, &json!({ "name": "laptop" }));
    let path = format!("{PATH}/{}", key["id"]);

    assert_eq!(ada.delete(&path).ok().json(), json!({ "ok": true }));

    server.key(text_of(&key, "key")).get("/api/entries").refused(401, "unauthorized");
    assert_eq!(ada.get(PATH).ok().json()["items"], json!([]));
    assert!(ada.get(&format!("{PATH}?include_revoked=true")).ok().json()["items"][0]["revoked_at"].is_string());
    ada.delete(&path).refused(404, "not_found");
    for id in ["0", "-1", "x", "99999999999999999999"] {
        ada.delete(&format!("{PATH}/{id}")).refused(404, "not_found");
    }
}

#[test]
fn a_key_cannot_create_a_key_with_more_rights() {
    let world = world();
    let server = world.serve();
    let bob = world.user("bob@home.example");
    let (_, narrow) = world.ada().key("narrow", &["account", "search"]);
    let (id, _) = bob.key("his", &["account"]);
    let narrow = server.key(&narrow);

    narrow.post(PATH, &json!({ "name": "a", "scopes": ["entries:read"] })).refused(403, "forbidden");
    narrow.post(PATH, &json!({ "name": "a", "scopes": ["admin:users"] })).refused(403, "forbidden");
    narrow.delete(&format!("{PATH}/{id}")).refused(404, "not_found");
    assert_eq!(
        create_key(&narrow, &json!({ "name": "a", "scopes": ["search", "search"] }))["scopes"],
        json!(["search"])
    );
    let here = world.json(&["key", "add", "here", "--scope", "account", "--allow-ip", "127.0.0.0/8", "--user", ADA]);
    let here = server.key(text_of(&here, "key"));
    let wider = json!({ "name": "a", "scopes": ["account"], "allowed_from": ["0.0.0.0/0"] });
    here.post(PATH, &wider).refused(403, "forbidden");
    let same = create_key(&here, &json!({ "name": "a", "scopes": ["account"] }));
    assert_eq!(same["allowed_from"], json!(["127.0.0.0/8"]));
}

#[test]
fn a_key_is_refused_outside_its_allowed_addresses() {
    let world = world();
    let server = world.serve_with(
        &[],
        &[&crate::support::server::UNLIMITED, [("JOURNAL_TRUSTED_PROXIES", "127.0.0.1")].as_slice()].concat(),
    );
    let ada = server.login(ADA, PASSWORD);
    let key = create_key(&ada, &json!({ "name": "office", "allowed_from": ["203.0.113.7/24", "2001:db8::/32"] }));
    let office = server.key(text_of(&key, "key"));
    let from = |address: &str| office.with("x-forwarded-for", address).get("/api/entries");

    assert_eq!(key["allowed_from"], json!(["203.0.113.0/24", "2001:db8::/32"]));
    from("203.0.113.200").ok();
    from("2001:db8:1::1").ok();
    from("::ffff:203.0.113.9").ok();
    for address in ["203.0.114.1", "10.0.0.1", "2001:db9::1"] {
        from(address).refused(401, "unauthorized");
    }
    office.get("/api/entries").refused(401, "unauthorized");
    world.run_with(&["list"], &[("JOURNAL_API_KEY", text_of(&key, "key"))], None).refused(5);
    let blocks: Vec<String> = (0..33).map(|number| format!("10.0.{number}.0/24")).collect();
    ada.post(PATH, &json!({ "name": "a", "allowed_from": blocks })).refused(400, "invalid_field");
    ada.post(PATH, &json!({ "name": "a", "allowed_from": ["10.0.0.1"] })).refused(400, "invalid_field");
}

#[test]
fn a_key_can_be_limited_to_a_part_of_the_journal() {
    let world = world();
    world.ada().write("Rain all day.", "2024-05-01");
    world.ada().write("Sun at last.", "2024-06-01");
    let server = world.serve();
    let ada = server.login(ADA, PASSWORD);
    let boundary = json!({ "from": "2024-06-01", "to": null, "entries_per_day": 5, "without_tags": ["private"] });

    let key = create_key(&ada, &json!({ "name": "laptop", "read_only": true, "boundary": boundary }));

    assert_eq!((&key["boundary"], &key["scopes"]), (&boundary, &json!(["entries:read", "search"])));
    assert_eq!(ada.get(PATH).ok().json()["items"][0]["boundary"], boundary);
    let listed = server.key(text_of(&key, "key")).get("/api/entries").ok().json();
    assert_eq!((&listed["total"], &listed["items"][0]["entry_date"]), (&json!(1), &json!("2024-06-01")));
    let whole = create_key(&ada, &json!({ "name": "all", "boundary": {} }));
    assert_eq!(whole["boundary"], Value::Null);
    for invalid in [
        json!({ "name": "a", "boundary": { "from": "2024-02-30" } }),
        json!({ "name": "a", "boundary": { "entries_per_day": -1 } }),
        json!({ "name": "a", "boundary": { "until": "2024-02-01" } }),
        json!({ "name": "a", "read_only": true, "scopes": ["ingest"] }),
        json!({ "name": "a", "boundary": { "to": "2024-02-01" }, "scopes": ["export"] }),
    ] {
        assert_eq!(ada.post(PATH, &invalid).status, 400, "{invalid}");
    }
}
