//! Imported users, API keys, settings, prices and preferences.

use serde_json::json;

use crate::journal_server_import::{import_report, open_database, user_report};
use crate::support::World;
use crate::support::legacy_database::fill::{self, ADA, BOB};
use crate::support::legacy_database::python::text;

#[test]
fn users_are_imported_with_names_ids_roles_and_states() {
    let world = World::new();
    let python = open_database(&world, 10);
    python
        .connection
        .execute_batch("UPDATE users SET is_active = 0, locked_until = '2099-01-01T00:00:00Z' WHERE id = 3")
        .unwrap();
    python.insert(
        "users",
        &[
            ("id", 7.into()),
            ("email", text("Carol@Home.example")),
            ("display_name", text("")),
            ("password_hash", text("$argon2id$v=19$m=9999999,t=3,p=4$AAAA$AAAA")),
            ("created_at", text("2025-06-02 03:04:05")),
            ("updated_at", text("nonsense")),
        ],
    );
    let db = python.stop();

    let report = import_report(&world, &db, &[]);

    let users = world.json(&["user", "list"]);
    let users = users["items"].as_array().or(users.as_array()).unwrap().clone();
    let user = |email: &str| {
        users.iter().find(|user| user["email"] == email).unwrap_or_else(|| panic!("{email} in {users:?}"))
    };
    let bob = user(BOB);
    assert_eq!((&bob["id"], &bob["display_name"], &bob["role"]), (&json!(3), &json!("Bob 𝔅"), &json!("member")));
    assert_eq!((&bob["is_active"], &bob["locked_until"]), (&json!(false), &json!("2099-01-01T00:00:00Z")));
    assert_eq!(
        (&bob["created_at"], &bob["updated_at"]),
        (&json!("2025-06-02T03:04:05Z"), &json!("2025-06-03T03:04:05Z"))
    );
    let carol = user("Carol@Home.example");
    assert_eq!(
        (&carol["id"], &carol["display_name"], &carol["email_verified"]),
        (&json!(7), &json!("Carol"), &json!(false))
    );
    assert_eq!(carol["created_at"], "2025-06-02T03:04:05Z");
    // The first user of the installation keeps her id and name.
    assert_eq!((&user(ADA)["id"], &user(ADA)["display_name"]), (&json!(1), &json!("Ada")));
    assert!(users.iter().all(|user| user["email"] != "admin@journal.local"), "{users:?}");
    assert_eq!(user_report(&report, "admin@journal.local")["outcome"], "nothing_theirs");
    let warnings = user_report(&report, "Carol@Home.example")["warnings"].to_string();
    assert!(warnings.contains("password hash is not supported"), "{warnings}");
    let trail = world.json(&["audit", "list"]).to_string();
    assert_eq!(trail.matches("DATA_IMPORTED").count(), 3, "{trail}");
    assert!(world.run(&["audit", "verify"]).ok().code == 0);
}

#[test]
fn api_keys_keep_their_scopes_and_metadata() {
    let world = World::new();
    let db = open_database(&world, 10).stop();
    import_report(&world, &db, &[]);

    let adas = world.json(&["key", "list", "--user", ADA]);
    let bobs = world.json(&["key", "list", "--user", BOB]);

    let (adas, bobs) = (adas["items"].as_array().unwrap().clone(), bobs["items"].as_array().unwrap().clone());
    let live = adas.iter().find(|key| key["revoked_at"].is_null()).unwrap();
    assert_eq!(adas.len(), 2);
    assert_eq!(
        (&live["id"], &live["key_prefix"], &live["name"]),
        (&json!(10), &json!("jnl_AdasKeyA"), &json!("claude desktop"))
    );
    assert_eq!(
        (&live["created_at"], &live["last_used_at"]),
        (&json!("2025-12-24T18:00:00Z"), &json!("2026-02-03T04:05:06Z"))
    );
    assert!(live["expires_at"].is_null());
    assert!(live["scopes"].to_string().contains("admin:users"), "{live}");
    let scopes = ["entries:read", "entries:write", "ingest", "ingest:url", "search", "export", "account"];
    assert_eq!(bobs[0]["scopes"], json!(scopes), "a member's key has the scopes of a member");
}

#[test]
fn supported_settings_prices_and_preferences_are_imported() {
    let world = World::new();
    let db = open_database(&world, 10).stop();

    let report = import_report(&world, &db, &[]);

    let server = world.serve();
    let (ada, bob) = (server.key(fill::ADAS_KEY), server.key(fill::BOBS_KEY));
    let settings = ada.get("/api/settings").ok().json();
    let value = |key: &str| {
        let all = settings["runtime"].as_array().unwrap().iter();
        all.clone().find(|setting| setting["key"] == key).unwrap()["value"].clone()
    };
    assert_eq!(value("preprocess_images"), false);
    assert_eq!(value("ocr_provider"), "gemini");
    assert_eq!(value("registration_enabled"), true);
    assert_eq!(value("transcript_formatting"), false, "a value that is neither on nor off is ignored");
    assert!(report["warnings"].to_string().contains("open registration"), "{report}");
    assert_eq!((&report["settings"]["found"], &report["settings"]["imported"]), (&json!(5), &json!(3)));
    let price = |model: &str| {
        let all = settings["pricing"].as_array().unwrap().iter();
        all.clone().find(|price| price["model"] == model).cloned()
    };
    assert_eq!(price("claude-opus-4-6").unwrap()["input_cost_per_mtok"], 7.5, "a number stored as text");
    assert_eq!(price("claude-haiku-4-5").unwrap()["input_cost_per_mtok"], 1.0, "the existing price was verified later");
    assert!(price("gpt-own").unwrap()["input_cost_per_mtok"].is_null(), "a value that is not a number is ignored");
    assert_eq!(
        price("whisper-1").unwrap()["cost_per_minute"],
        0.006,
        "an invalid verification date does not replace the price"
    );
    let (adas, bobs) =
        (ada.get("/api/users/me/preferences").ok().json(), bob.get("/api/users/me/preferences").ok().json());
    assert_eq!(adas["preferences"]["dashboard_layout"]["tileOrder"], json!(["a", "b"]));
    assert_eq!(adas["preferences"]["notif_admin_job_failed"], true);
    assert!(bobs["preferences"].get("notif_admin_job_failed").is_none(), "only an admin has this preference: {bobs}");
    assert!(adas["preferences"].get("pushover_user_key").is_none(), "stored but never returned");
    let rows = &user_report(&report, BOB)["rows"]["user_preferences"];
    assert_eq!((&rows["found"], &rows["imported"], &rows["skipped"]), (&json!(4), &json!(2), &json!(2)));
}

#[test]
fn existing_settings_and_passwords_are_kept() {
    let world = World::new();
    world.run_with(&["user", "passwd", ADA, "--password-file", "-"], &[], Some(b"seventeen grey umbrellas")).ok();
    let server = world.serve();
    let ada = server.login(ADA, "seventeen grey umbrellas");
    ada.patch("/api/settings/runtime", &json!({ "ocr_provider": "anthropic" })).ok();
    ada.patch("/api/users/me/preferences", &json!({ "dashboard_layout": "mine" })).ok();
    let db = open_database(&world, 10).stop();

    let report = import_report(&world, &db, &[]);

    let settings = ada.get("/api/settings/runtime").ok().json().to_string();
    assert!(settings.contains(r#""value":"anthropic""#), "{settings}");
    assert_eq!(ada.get("/api/users/me/preferences").ok().json()["preferences"]["dashboard_layout"], "mine");
    server.login(ADA, "seventeen grey umbrellas");
    assert!(user_report(&report, ADA)["warnings"].to_string().contains("existing password is kept"), "{report}");
}
