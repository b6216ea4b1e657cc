//! Account changes: display name, and the scopes a key needs.

use serde_json::json;

use crate::http::login::{PASSWORD, world};
use crate::support::ADA;

#[test]
fn only_the_display_name_can_be_changed_and_it_is_one_line() {
    let world = world();
    let server = world.serve();
    let ada = server.login(ADA, PASSWORD);

    let user = ada.patch("/api/auth/me", &json!({ "display_name": " Ada L. " })).ok().json()["user"].clone();

    assert_eq!(user["display_name"], "Ada L.");
    assert!(user["updated_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(ada.get("/api/auth/me").ok().json()["user"], user);
    ada.patch("/api/auth/me", &json!({})).refused(400, "missing_fields");
    ada.patch("/api/auth/me", &json!({ "display_name": "  " })).refused(400, "missing_fields");
    ada.patch("/api/auth/me", &json!({ "display_name": 7 })).refused(400, "invalid_field");
    ada.patch("/api/auth/me", &json!({ "display_name": "a\nb" })).refused(400, "invalid_field");
    ada.patch("/api/auth/me", &json!({ "display_name": "x".repeat(101) })).refused(400, "invalid_field");
    for field in ["email", "is_admin", "email_verified"] {
        ada.patch("/api/auth/me", &json!({ "display_name": "A", field: true })).refused(400, "invalid_field");
    }
    assert_eq!(ada.get("/api/auth/me").ok().json()["user"], user);
}

#[test]
fn a_key_without_the_scope_cannot_change_the_account() {
    let world = world();
    let server = world.serve();
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    let reader = server.key(&key);

    reader.patch("/api/auth/me", &json!({ "display_name": "Mallory" })).refused(403, "forbidden");
    let change = json!({ "current_password": PASSWORD, "new_password": "orchid tunnel harvest" });
    reader.post("/api/auth/password", &change).refused(403, "forbidden");
    reader.post("/api/auth/api-keys", &json!({ "name": "more" })).refused(403, "forbidden");
    reader.get("/api/auth/sessions").refused(403, "forbidden");
    reader.patch("/api/users/me/preferences", &json!({ "a": 1 })).refused(403, "forbidden");
    reader.patch("/api/settings/runtime", &json!({ "ocr_dual_pass": true })).refused(403, "forbidden");
    reader.get("/api/admin/users").refused(403, "forbidden");
}
