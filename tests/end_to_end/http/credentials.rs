//! Cookies and API keys: valid, expired, revoked, malformed, both at once.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::http::login::{PASSWORD, world};
use crate::support::server::{Server, UNLIMITED};
use crate::support::{ADA, World};

fn cookie<'c>(cookies: &'c str, name: &str) -> &'c str {
    cookies.split("; ").find(|cookie| cookie.contains(name)).unwrap()
}

fn log_in(server: &Server) -> String {
    server.anonymous().post("/api/auth/login", &json!({ "email": ADA, "password": PASSWORD })).ok().cookies()
}

#[test]
fn malformed_credentials_get_the_same_refusal() {
    let world = world();
    let (id, revoked) = world.ada().key("revoked", &["entries:read"]);
    world.ok(&["key", "revoke", &id.to_string(), "--yes"]);
    let server = world.serve();
    let good = log_in(&server);
    let session = cookie(&good, "session_id").to_owned();
    let shortened = session[..session.len() - 1].to_owned();

    for (name, value) in [
        ("cookie", "__Host-session_id=garbage"),
        ("cookie", "__Host-session_id="),
        ("cookie", shortened.as_str()),
        ("cookie", "session_id=x"),
        ("cookie", "=;=;;;"),
        ("authorization", "Bearer jnl_garbage"),
        ("authorization", "Bearer "),
        ("authorization", "Bearer"),
        ("authorization", "Basic YWRhOmFkYQ=="),
        ("authorization", "bearer\tx"),
        ("authorization", &format!("Bearer {revoked}")),
        ("authorization", &format!("Bearer {}", "a".repeat(10_000))),
    ] {
        let reply = server.anonymous().with(name, value).get("/api/auth/me").refused(401, "unauthorized");
        assert_eq!(reply.json()["message"], "Authentication required", "{name}: {value}");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
    }
}

#[test]
fn two_credentials_at_once_are_refused() {
    let world = world();
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    let server = world.serve();
    let browser = server.login(ADA, PASSWORD);
    let bearer = format!("Bearer {key}");

    browser.with("authorization", &bearer).get("/api/entries").refused(400, "two_credentials");
    server.key(&key).with("authorization", &bearer).get("/api/entries").refused(400, "two_credentials");
    browser.with("authorization", &bearer).get("/health").refused(400, "two_credentials");
}

#[test]
fn a_login_ends_the_browsers_previous_session() {
    let world = world();
    let server = world.serve();
    let first = log_in(&server);
    let browser = server.anonymous().with("cookie", &first);
    browser.get("/api/auth/me").ok();

    let second = browser.post("/api/auth/login", &json!({ "email": ADA, "password": PASSWORD })).ok();

    browser.get("/api/auth/me").refused(401, "unauthorized");
    let set = second.cookies();
    assert_ne!(cookie(&set, "session_id"), cookie(&first, "session_id"));
    assert!(!set.contains("device_id"), "the browser keeps its device cookie");
    server.anonymous().with("cookie", &set).get("/api/auth/me").ok();
}

#[test]
fn logout_succeeds_twice_without_a_session_and_when_disabled() {
    let world = world();
    world.user("bob@home.example");
    let file = world.file("bobs", PASSWORD);
    world.ok(&["user", "passwd", "bob@home.example", "--password-file", file.to_str().unwrap()]);
    let server = world.serve();
    let bob = server.login("bob@home.example", PASSWORD);
    world.ok(&["user", "disable", "bob@home.example"]);
    bob.get("/api/auth/me").refused(403, "forbidden");

    for client in [&bob, &bob, &server.anonymous(), &server.anonymous().with("cookie", "__Host-session_id=x")] {
        let reply = client.post("/api/auth/logout", &json!({})).ok();
        assert_eq!(reply.json(), json!({ "ok": true }));
        let cleared = reply.header("set-cookie").unwrap();
        for part in ["__Host-session_id=;", "Max-Age=0", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cleared.contains(part), "{cleared}");
        }
    }
    world.ok(&["user", "enable", "bob@home.example"]);
    bob.get("/api/auth/me").refused(401, "unauthorized");
}

#[test]
fn the_cookie_expires_with_the_session() {
    let world = world();
    let variables = [&UNLIMITED[..], &[("SESSION_EXPIRY_DAYS", "3")]].concat();
    let server = world.serve_with(&[], &variables);
    let reply = server.anonymous().post("/api/auth/login", &json!({ "email": ADA, "password": PASSWORD })).ok();

    assert!(reply.header("set-cookie").unwrap().contains("Max-Age=259200"), "{reply:#?}");
}

#[test]
fn cookie_secure_false_sets_a_cookie_without_host_prefix() {
    let world = world();
    let variables = [&UNLIMITED[..], &[("COOKIE_SECURE", "false")]].concat();
    let server = world.serve_with(&[], &variables);
    let cookies = log_in(&server);

    assert!(cookies.starts_with("session_id=") && cookies.contains("; device_id="), "{cookies}");
    server.anonymous().with("cookie", &cookies).get("/api/auth/me").ok();
}

#[test]
fn disabling_a_user_takes_effect_on_the_next_request() {
    let world = world();
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    world.user("bob@home.example");
    world.ok(&["user", "admin", "bob@home.example"]);
    let server = world.serve();
    let browser = server.login(ADA, PASSWORD);
    browser.get("/api/entries").ok();

    world.ok(&["user", "disable", ADA]);

    browser.get("/api/entries").refused(403, "forbidden");
    server.key(&key).get("/api/entries").refused(403, "forbidden");
}

/// Runs the library with a fixed clock on data that a server wrote.
mod expiry {
    use super::*;
    use journal::app::context::ClientInfo;
    use journal::app::state::AppState;
    use journal::clock::FixedClock;
    use journal::config::{Config, EnvironmentSnapshot};
    use journal::entropy::OsEntropy;
    use journal::secret::Secret;
    use journal::services::auth::{self, SessionToken};

    fn app(world: &World, after: SignedDuration) -> Arc<AppState> {
        #[expect(clippy::disallowed_methods, reason = "the instant at which the server wrote")]
        let now = Timestamp::now();
        let home = world.path("home");
        let variables = [
            ("HOME", home.clone()),
            ("XDG_CONFIG_HOME", home.join(".config")),
            ("XDG_DATA_HOME", home.join(".local/share")),
        ];
        let variables = variables.map(|(name, path)| (name.to_owned(), path.into_os_string()));
        let config = Config::load(Vec::new(), None, &EnvironmentSnapshot::from_iter(variables)).unwrap();
        Arc::new(AppState::open(config, Arc::new(FixedClock(now + after)), Arc::new(OsEntropy)).unwrap())
    }

    fn has_session(world: &World, cookies: &str, after: SignedDuration) -> bool {
        let token = Secret::new(cookie(cookies, "session_id").split_once('=').unwrap().1.to_owned());
        let app = app(world, after);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let found = runtime.block_on(auth::with_session(
            &app,
            &SessionToken::from_cookie(token),
            &Arc::new(ClientInfo::default()),
        ));
        found.unwrap().is_some()
    }

    #[test]
    fn a_session_expires_after_an_idle_day_or_a_week() {
        let world = world();
        let cookies = log_in(&world.serve());

        assert!(has_session(&world, &cookies, SignedDuration::from_hours(23)));
        // Each lookup counts as use and restarts the idle timeout.
        for days in 1..=6 {
            assert!(has_session(&world, &cookies, SignedDuration::from_hours(23 * (days + 1))), "day {days}");
        }
        assert!(has_session(&world, &cookies, SignedDuration::from_hours(7 * 24 - 1)));
        assert!(
            !has_session(&world, &cookies, SignedDuration::from_hours(7 * 24)),
            "the limit is exact, not the end of the day"
        );
        let idle = log_in(&world.serve());
        assert!(!has_session(&world, &idle, SignedDuration::from_hours(25)));
    }

    #[test]
    fn a_key_expires_at_its_instant_not_at_the_end_of_the_day() {
        let world = world();
        let created = world.ada().json(&["key", "add", "short", "--scope", "entries:read", "--expires", "1d"]);
        let key = Secret::new(created["key"].as_str().unwrap().to_owned());
        let is_valid = |after| auth::with_key(&app(&world, after), &key, "test").is_ok();

        assert!(is_valid(SignedDuration::from_hours(23)));
        assert!(!is_valid(SignedDuration::from_hours(24)));
    }
}
