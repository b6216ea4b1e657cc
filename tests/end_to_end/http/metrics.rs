//! Metrics: for admins with the scope, or on a loopback listener.

use crate::http::login::{PASSWORD, world};
use crate::support::server::{Client, UNLIMITED};
use crate::support::{ADA, World};

const BOB: &str = "bob@home.example";

/// Returns the base URL of the metrics listener from the server's log.
fn metrics_base(log: &str) -> String {
    let line = log.lines().find_map(|line| line.strip_prefix("Metrics on ")).unwrap();
    line.strip_suffix("/metrics").unwrap().to_owned()
}

#[test]
fn only_an_admin_with_the_scope_reads_the_metrics() {
    let world = world();
    let file = world.file("password", PASSWORD);
    world.ok(&["user", "add", BOB, "--password-file", file.to_str().unwrap()]);
    let (_, narrow) = world.ada().key("narrow", &["admin:users", "entries:read"]);
    let (_, right) = world.ada().key("right", &["admin:metrics"]);
    let server = world.serve();

    server.anonymous().get("/metrics").refused(401, "unauthorized");
    server.login(BOB, PASSWORD).get("/metrics").refused(403, "forbidden");
    server.key(&narrow).get("/metrics").refused(403, "forbidden");
    server.key(&right).get("/api/entries").refused(403, "forbidden");
    let reply = server.key(&right).get("/metrics").ok();

    assert!(reply.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

#[test]
fn metrics_count_events_without_personal_data() {
    let world = world();
    let file = world.file("password", PASSWORD);
    world.ok(&["user", "add", BOB, "--name", "Robert Tables", "--password-file", file.to_str().unwrap()]);
    let id = world.ada().write("A heron that is in no label.", "2026-03-01");
    let (_, key) = world.ada().key("heronwatch", &["admin:metrics", "entries:read"]);
    let server = world.serve();
    server.login(BOB, PASSWORD).get("/api/entries").ok();
    server.key(&key).get(&format!("/api/entries/{id}")).ok();
    server.anonymous().get("/no/such/heron").refused(401, "unauthorized");

    let text = server.key(&key).get("/metrics").ok().text;

    for line in [
        r#"journal_http_requests_total{method="GET",route="/api/entries/{id}",status="200"} 1"#,
        r#"journal_http_requests_total{method="POST",route="/api/auth/login",status="200"} 1"#,
        r#"journal_http_requests_total{method="GET",route="-",status="401"} 1"#,
        "journal_password_hash_wait_seconds_count 1",
        "journal_users 2",
        "journal_notebooks 2",
        "journal_panics_total 0",
        "journal_backup_last_success_seconds 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    for planted in ["heron", "Robert", BOB, ADA, "user:", &key[..12]] {
        assert!(!text.contains(planted), "{planted}\n{text}");
    }
}

#[test]
fn the_metrics_listener_refuses_pages_and_other_hosts() {
    let world = World::new();
    let variables = [&UNLIMITED[..], &[("JOURNAL_METRICS_BIND", "127.0.0.1:0")]].concat();
    let server = world.serve_with(&[], &variables);
    let base = metrics_base(&server.log());
    let client = || Client::new(&base);

    let text = client().get("/metrics").ok().text;
    let page = client().with("origin", "https://evil.example").get("/metrics");
    let rebound = client().with("host", "evil.example").get("/metrics");

    assert!(text.ends_with("# EOF\n"));
    assert_eq!((page.status, rebound.status), (421, 421));
    assert_eq!(client().get("/api/entries").status, 404);
}

#[test]
fn a_metrics_listener_must_bind_to_loopback() {
    let world = World::new();

    let run = world.command().arg("serve").env("JOURNAL_METRICS_BIND", "0.0.0.0:9464").output().unwrap();

    let stderr = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("loopback address"), "{stderr}");
}
