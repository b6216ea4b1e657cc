//! Rate limits.

use serde_json::json;

use crate::http::login::{PASSWORD, world};
use crate::support::server::{Client, Reply, Server, UNLIMITED};
use crate::support::{ADA, World};

/// Starts a server with these rate limits only.
fn serve_limited(world: &World, variables: &[(&'static str, &'static str)]) -> Server {
    let rest = UNLIMITED.iter().copied().filter(|(name, _)| variables.iter().all(|(other, _)| other != name));
    // The burst equals the rate per minute, so that few requests reach the limit.
    let bursts = variables.iter().filter_map(|(name, rate)| match *name {
        "JOURNAL_RATE_ANONYMOUS" => Some(("JOURNAL_RATE_ANONYMOUS_BURST", *rate)),
        "JOURNAL_RATE_MEMBER" => Some(("JOURNAL_RATE_MEMBER_BURST", *rate)),
        _ => None,
    });
    world.serve_with(&[], &rest.chain(variables.iter().copied()).chain(bursts).collect::<Vec<_>>())
}

fn wrong_login(client: &Client) -> Reply {
    client.post("/api/auth/login", &json!({ "email": "unknown@home.example", "password": "violet anchor molehill" }))
}

fn right_login(client: &Client) -> Reply {
    client.post("/api/auth/login", &json!({ "email": ADA, "password": PASSWORD }))
}

#[test]
fn a_rate_limited_anonymous_client_gets_retry_after() {
    let world = World::new();
    let server = serve_limited(&world, &[("JOURNAL_RATE_ANONYMOUS", "3")]);
    let replies: Vec<Reply> = (0..4).map(|_| server.anonymous().get("/api/entries")).collect();

    let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [401, 401, 401, 429]);
    let first = &replies[0];
    assert_eq!(first.header("ratelimit-policy"), Some("\"anonymous\";q=3;w=60"));
    assert!(first.header("ratelimit").unwrap().starts_with("\"anonymous\";r=2;t="), "{first:#?}");
    assert_eq!(first.header("retry-after"), None);
    let last = &replies[3];
    let wait: u32 = last.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=20).contains(&wait), "{last:#?}");
    assert_eq!(last.header("ratelimit"), Some(format!("\"anonymous\";r=0;t={wait}").as_str()));
    assert_eq!(last.json()["error"], "rate_limited");
    server.anonymous().get("/health").ok();
}

#[test]
fn a_valid_credential_does_not_count_as_anonymous() {
    let world = world();
    let (_, key) = world.ada().key("reader", &["entries:read"]);
    let server = serve_limited(
        &world,
        &[("JOURNAL_RATE_ANONYMOUS", "2"), ("JOURNAL_RATE_KEY", "2"), ("JOURNAL_RATE_MEMBER", "3")],
    );
    let browser = server.login(ADA, PASSWORD);
    for _ in 0..3 {
        server.key("jnl_wrong").get("/api/entries");
    }
    server.key("jnl_wrong").get("/api/entries").refused(429, "rate_limited");

    let by_key: Vec<u16> = (0..5).map(|_| server.key(&key).get("/api/entries").status).collect();
    let by_session: Vec<u16> = (0..4).map(|_| browser.get("/api/entries").status).collect();

    assert_eq!(by_key, [200, 200, 200, 200, 429], "the key's limit, with a burst of twice the rate");
    assert_eq!(by_session, [200, 200, 200, 429], "the user's limit");
}

#[test]
fn logins_are_limited_per_address_and_per_known_browser() {
    let world = world();
    let server = serve_limited(&world, &[("AUTH_RATE_LIMIT_ENABLED", "true"), ("AUTH_RATE_LIMIT_MAX_REQUESTS", "4")]);
    let known = right_login(&server.anonymous()).ok().cookies();
    let device = known.split("; ").find(|cookie| cookie.contains("device_id")).unwrap();
    let statuses: Vec<u16> = (0..4).map(|_| wrong_login(&server.anonymous()).status).collect();

    assert_eq!(statuses, [401, 401, 401, 429]);
    right_login(&server.anonymous()).refused(429, "rate_limited");
    right_login(&server.anonymous().with("cookie", "__Host-device_id=forged")).refused(429, "rate_limited");
    right_login(&server.anonymous().with("cookie", device)).ok();
    let again: Vec<u16> = (0..4).map(|_| wrong_login(&server.anonymous().with("cookie", device)).status).collect();
    assert_eq!(again, [401, 401, 401, 429], "the same number as an unknown browser");
}

#[test]
fn an_expired_session_does_not_block_a_login() {
    let world = world();
    let server = serve_limited(&world, &[("JOURNAL_RATE_ANONYMOUS", "1")]);
    let stale = server.anonymous().with("cookie", "__Host-session_id=long-over");
    stale.get("/api/auth/me");
    stale.get("/api/auth/me").refused(429, "rate_limited");

    right_login(&stale).ok();
}

#[test]
fn a_forged_forwarding_header_is_ignored() {
    let world = World::new();
    let server = serve_limited(&world, &[("JOURNAL_RATE_ANONYMOUS", "3")]);
    let ask =
        |number: u32| server.anonymous().with("x-forwarded-for", &format!("192.0.2.{number}")).get("/api/entries");

    let statuses: Vec<u16> = (0..4).map(|number| ask(number).status).collect();

    assert_eq!(statuses, [401, 401, 401, 429]);
}

#[test]
fn behind_a_trusted_proxy_the_last_untrusted_address_counts() {
    let world = World::new();
    let trusted = ("JOURNAL_TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8");
    let server = serve_limited(&world, &[("JOURNAL_RATE_ANONYMOUS", "1"), trusted]);
    let ask = |chain: &str| server.anonymous().with("x-forwarded-for", chain).get("/api/entries").status;

    assert_eq!(ask("192.0.2.1"), 401);
    assert_eq!(ask("192.0.2.1"), 429);
    assert_eq!(ask("198.51.100.9, 192.0.2.1"), 429, "entries further left come from the client");
    assert_eq!(ask("198.51.100.9, 192.0.2.1, 10.1.2.3"), 429, "a second trusted proxy is skipped");
    assert_eq!(ask("192.0.2.1, 198.51.100.9"), 401);
    assert_eq!(ask("192.0.2.2:4711"), 401, "a port does not matter");
    assert_eq!(ask("[2001:db8:1:2::1]:443"), 401);
    assert_eq!(ask("2001:db8:1:2:ffff::1"), 429, "the same /64");
    assert_eq!(ask("garbage"), 401, "the proxy itself");
    assert_eq!(ask("192.0.2.77, garbage"), 429, "entries left of an invalid one are ignored");
}
