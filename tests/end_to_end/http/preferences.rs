//! User preferences, including notification settings.

use serde_json::{Value, json};

use crate::http::login::{BOB, PASSWORD, with_bob};
use crate::support::ADA;

const PATH: &str = "/api/users/me/preferences";

#[test]
fn preferences_survive_a_restart_and_are_per_user() {
    let world = with_bob();
    let server = world.serve();
    let layout = json!({ "tileOrder": ["b", "a"], "hiddenTiles": [], "tileWidths": { "a": 2 } });
    let ada = server.login(ADA, PASSWORD);

    let set = ada.patch(PATH, &json!({ "dashboard_layout": layout, "gone": null, "number": 1.5 })).ok().json();
    ada.patch(PATH, &json!({ "number": 2 })).ok();

    assert_eq!(set["preferences"]["dashboard_layout"], layout);
    drop(server);
    let server = world.serve();
    let kept = server.login(ADA, PASSWORD).get(PATH).ok().json()["preferences"].clone();
    assert_eq!(kept, json!({ "dashboard_layout": layout, "gone": null, "number": 2 }));
    assert_eq!(server.login(BOB, PASSWORD).get(PATH).ok().json(), json!({ "preferences": {} }));
}

#[test]
fn a_refused_preference_rolls_back_the_whole_change() {
    let world = with_bob();
    let server = world.serve();
    let (ada, bob) = (server.login(ADA, PASSWORD), server.login(BOB, PASSWORD));

    for key in ["notif_admin_job_failed", "notif_admin_health_alert", "notif_fitness_normalize_drift"] {
        bob.patch(PATH, &json!({ "a_first": true, key: false, "z_last": true })).refused(403, "forbidden");
        ada.patch(PATH, &json!({ key: false })).ok();
    }
    bob.patch(PATH, &json!({ "a_first": true, "x".repeat(101): 1 })).refused(400, "invalid_field");
    bob.patch(PATH, &json!({ "a_first": true, "": 1 })).refused(400, "invalid_field");
    bob.patch(PATH, &json!({ "a_first": true, "big": "x".repeat(64 * 1024) })).refused(400, "invalid_field");
    let many: serde_json::Map<String, Value> = (0..201).map(|number| (format!("key{number}"), json!(1))).collect();
    bob.patch(PATH, &Value::Object(many)).refused(409, "too_many_preferences");
    bob.send("PATCH", PATH, "", b"[]".to_vec()).refused(400, "invalid_body");
    bob.send("PATCH", PATH, "", b"{".to_vec()).refused(400, "invalid_body");

    assert_eq!(bob.get(PATH).ok().json(), json!({ "preferences": {} }));
}

#[test]
fn a_secret_preference_is_never_shown() {
    let world = with_bob();
    let server = world.serve();
    let bob = server.login(BOB, PASSWORD);
    let status = || bob.get("/api/notifications/status").ok().json()["configured"].clone();
    assert_eq!(status(), false);

    let set = bob.patch(PATH, &json!({ "pushover_user_key": "u-4711", "pushover_app_token": "a-0815" })).ok();

    assert!(!set.text.contains("4711") && !set.text.contains("0815"));
    assert_eq!(bob.get(PATH).ok().json(), json!({ "preferences": {} }));
    assert_eq!(status(), true);
    assert_eq!(server.login(ADA, PASSWORD).get("/api/notifications/status").ok().json()["configured"], false);
}

#[test]
fn only_admins_see_the_admin_notification_topics() {
    let world = with_bob();
    let server = world.serve();
    let (ada, bob) = (server.login(ADA, PASSWORD), server.login(BOB, PASSWORD));
    let topics = |client: &crate::support::server::Client| {
        client.get("/api/notifications/topics").ok().json()["topics"].as_array().unwrap().clone()
    };
    bob.patch(PATH, &json!({ "notif_job_failed": false, "notif_job_retrying": "no" })).ok();

    let (hers, his) = (topics(&ada), topics(&bob));

    assert!(his.iter().all(|topic| topic["admin_only"] == false) && hers.iter().any(|topic| topic["group"] == "admin"));
    let enabled = |key: &str| his.iter().find(|topic| topic["key"] == key).unwrap()["enabled"].clone();
    assert_eq!(enabled("notif_job_failed"), false);
    assert_eq!(enabled("notif_job_retrying"), true, "a value that is no boolean is ignored");
    assert_eq!(enabled("notif_job_success_entity_reembed"), false);
}
