//! Password change by a reset link or with the current password.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::http::login::{PASSWORD, world};
use crate::support::server::{Reply, Server, wait_for};
use crate::support::{ADA, World, text_of};
use journal::app::state::AppState;
use journal::clock::FixedClock;
use journal::config::{Config, EnvironmentSnapshot};
use journal::entropy::OsEntropy;
use journal::services::accounts;

const NEW: &str = "orchid tunnel harvest";

fn reset_token(world: &World) -> String {
    let created = world.json(&["user", "reset-link", ADA]);
    text_of(&created, "url").split_once("?token=").unwrap().1.to_owned()
}

fn reset(server: &Server, token: &str, password: &str) -> Reply {
    server.anonymous().post("/api/auth/reset-password", &json!({ "token": token, "password": password }))
}

fn login(server: &Server, password: &str) -> Reply {
    server.anonymous().post("/api/auth/login", &json!({ "email": ADA, "password": password }))
}

#[test]
fn a_reset_ends_sessions_lifts_the_lock_and_keeps_keys() {
    let world = world();
    let server = world.serve();
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    let known = login(&server, PASSWORD).ok().cookies();
    let browser = server.anonymous().with("cookie", &known);
    for _ in 0..5 {
        login(&server, "violet anchor molehill").refused(401, "invalid_credentials");
    }
    login(&server, PASSWORD).refused(401, "invalid_credentials");

    reset(&server, &reset_token(&world), NEW).ok();

    browser.get("/api/auth/me").refused(401, "unauthorized");
    login(&server, NEW).ok();
    login(&server, PASSWORD).refused(401, "invalid_credentials");
    server.key(&key).get("/api/entries").ok();
    // The reset made the browser unknown: five wrong passwords in it now lock the account.
    let device = known.split("; ").find(|cookie| cookie.contains("device_id")).unwrap();
    let browser = server.anonymous().with("cookie", device);
    let attempt = |password: &str| browser.post("/api/auth/login", &json!({ "email": ADA, "password": password }));
    for _ in 0..5 {
        attempt("violet anchor molehill").refused(401, "invalid_credentials");
    }
    assert!(world.json(&["user", "list"])["items"][0]["locked_until"].is_string());
    let audit = world.json(&["audit", "list"]).to_string();
    assert!(audit.contains("RESET_LINK_ISSUED") && audit.contains("PASSWORD_CHANGED"));
}

#[test]
fn concurrent_uses_of_a_link_set_one_password() {
    let world = world();
    let server = world.serve();
    let token = reset_token(&world);

    let replies = std::thread::scope(|scope| {
        let tasks: Vec<_> = (0..4)
            .map(|number| {
                let (server, token) = (&server, &token);
                // Password hashing has a concurrency limit; a request that waits too long gets a 503 and is retried.
                let once = move || Some(reset(server, token, &format!("{NEW} {number}")).status);
                scope.spawn(move || wait_for("an answer", || once().filter(|&status| status != 503)))
            })
            .collect();
        tasks.into_iter().map(|task| task.join().unwrap()).collect::<Vec<_>>()
    });

    assert_eq!(replies.iter().filter(|&&status| status == 200).count(), 1, "{replies:?}");
    assert_eq!(replies.iter().filter(|&&status| status == 400).count(), 3, "{replies:?}");
}

#[test]
fn a_link_expires_after_half_an_hour_or_use_of_another_link() {
    let world = world();
    let server = world.serve();
    let (first, second) = (reset_token(&world), reset_token(&world));
    let is_valid = |at: Timestamp| {
        let pairs = [("HOME".to_owned(), world.path("home").into_os_string())];
        let config = Config::load(Vec::new(), None, &EnvironmentSnapshot::from_iter(pairs)).unwrap();
        let app = Arc::new(AppState::open(config, Arc::new(FixedClock(at)), Arc::new(OsEntropy)).unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(accounts::check_reset_token(&app, &first)).is_ok()
    };
    let now: Timestamp = text_of(&world.json(&["audit", "list"])["items"][0], "at").parse().unwrap();

    assert!(is_valid(now + SignedDuration::from_mins(29)));
    assert!(!is_valid(now + SignedDuration::from_mins(31)));
    reset(&server, &second, NEW).ok();
    reset(&server, &first, NEW).refused(400, "invalid_token");
}

#[test]
fn reset_errors_have_the_contracts_precedence() {
    let world = world();
    let server = world.serve();
    let good = reset_token(&world);

    reset(&server, " ", "short").refused(400, "missing_fields");
    reset(&server, "nonsense", "").refused(400, "missing_fields");
    reset(&server, "nonsense", "short").refused(400, "weak_password");
    reset(&server, &good, "ada@home.example-1").refused(400, "weak_password");
    reset(&server, "nonsense", NEW).refused(400, "invalid_token");
    reset(&server, &good, NEW).ok();
}

#[test]
fn a_link_of_a_deleted_account_is_refused() {
    let world = world();
    let server = world.serve();
    world.ok(&["user", "add", "bob@home.example", "--role", "admin"]);
    let token = reset_token(&world);
    world.ok(&["user", "delete", ADA, "--yes"]);

    reset(&server, &token, NEW).refused(400, "invalid_token");
}

fn change_password(browser: &crate::support::server::Client, current: &str, new: &str) -> Reply {
    browser.post("/api/auth/password", &json!({ "current_password": current, "new_password": new }))
}

#[test]
fn a_changed_password_ends_every_other_login() {
    let world = world();
    let server = world.serve();
    let (here, there) = (server.login(ADA, PASSWORD), server.login(ADA, PASSWORD));

    change_password(&here, PASSWORD, "short").refused(400, "weak_password");
    change_password(&here, "", NEW).refused(400, "missing_fields");
    change_password(&here, PASSWORD, NEW).ok();

    here.get("/api/auth/me").ok();
    there.get("/api/auth/me").refused(401, "unauthorized");
    login(&server, PASSWORD).refused(401, "invalid_credentials");
    login(&server, NEW).ok();
}

#[test]
fn a_stolen_session_cannot_guess_the_password() {
    let world = world();
    let server = world.serve();
    let stolen = server.login(ADA, PASSWORD);

    for number in 0..5 {
        change_password(&stolen, &format!("violet anchor {number}"), NEW).refused(403, "invalid_credentials");
    }

    change_password(&stolen, PASSWORD, NEW).refused(403, "invalid_credentials");
    let refused: Vec<Value> = world.json(&["audit", "list"])["items"].as_array().unwrap().clone();
    let refused = refused.iter().filter(|event| event["result"] == "refused" && event["action"] == "PASSWORD_CHANGED");
    assert_eq!(refused.count(), 5);
}
