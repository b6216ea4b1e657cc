//! Host allowlist and CORS: forged hosts, DNS rebinding, other origins.

use crate::support::server::UNLIMITED;
use crate::support::{World, raw};

#[test]
fn only_listed_hosts_are_answered_on_any_port() {
    let world = World::new();
    let server = world.serve();
    let status = |host: &str| server.anonymous().with("host", host).get("/health").status;

    for host in ["localhost", "localhost:8400", "LOCALHOST:1", "127.0.0.1", "[::1]:8400", "localhost:5173"] {
        assert_eq!(status(host), 200, "{host}");
    }
    for host in [
        "evil.example",
        "localhost.evil.example",
        "evil.example:8400",
        "localhost@evil.example",
        "evil.example@localhost",
        "127.0.0.1.nip.io",
        "localhost.",
        "0.0.0.0",
        "127.1",
        "localhost/..",
        "localhost localhost",
    ] {
        assert_eq!(status(host), 421, "{host}");
    }
}

#[test]
fn dns_rebinding_reaches_no_route() {
    let world = World::new();
    let server = world.serve();
    let rebound = server.anonymous().with("host", "evil.example").with("origin", "http://evil.example");

    for route in journal::http::routes() {
        let path = route.path.replace("{id}", "1");
        let reply = rebound.send(route.method.as_str(), &path, "application/json", b"{}".to_vec());
        reply.refused(421, "invalid_host");
    }
    assert_eq!(rebound.send("OPTIONS", "/api/entries", "", Vec::new()).status, 421);
    rebound.get("/nothing").refused(421, "invalid_host");
}

#[test]
fn a_missing_repeated_or_contradicting_host_is_refused() {
    let world = World::new();
    let server = world.serve();
    let request = |head: &str| {
        let answer = raw::exchange(&server, format!("GET {head}\r\nConnection: close\r\n\r\n"));
        (raw::status(&answer), raw::body(&answer)["error"].as_str().map(str::to_owned))
    };
    let invalid = Some("invalid_host".to_owned());

    assert_eq!(request("/health HTTP/1.1\r\nHost: localhost").0, 200);
    assert_eq!(request("http://localhost/health HTTP/1.1\r\nHost: localhost").0, 200);
    assert_eq!(request("/health HTTP/1.1"), (400, invalid.clone()));
    assert_eq!(request("/health HTTP/1.0"), (400, invalid.clone()));
    assert_eq!(request("/health HTTP/1.1\r\nHost: localhost\r\nHost: localhost"), (400, invalid.clone()));
    assert_eq!(request("http://evil.example/health HTTP/1.1\r\nHost: localhost"), (421, invalid.clone()));
    assert_eq!(request("http://localhost/health HTTP/1.1\r\nHost: evil.example"), (421, invalid));
}

#[test]
fn the_host_of_app_base_url_is_allowed() {
    let world = World::new();
    let variables = [&UNLIMITED[..], &[("APP_BASE_URL", "https://Journal.Example:443/")]].concat();
    let server = world.serve_with(&[], &variables);
    let status = |host: &str| server.anonymous().with("host", host).get("/health").status;

    assert_eq!(status("journal.example"), 200);
    assert_eq!(status("www.journal.example"), 421);
}

#[test]
fn pages_of_other_origins_are_refused_unless_listed() {
    let world = World::new();
    let listed = [&UNLIMITED[..], &[("API_CORS_ORIGINS", "https://app.example")]].concat();
    let server = world.serve_with(&[], &listed);
    let from = |origin: &str| server.anonymous().with("origin", origin).get("/health");

    for origin in ["https://app.example", "http://localhost:5173"] {
        assert_eq!(from(origin).status, 200, "{origin}");
    }
    for origin in [
        "https://evil.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.evil.example",
        "null",
        "",
        "file://",
        "https://app.example/",
        "HTTPS://APP.EXAMPLE",
    ] {
        from(origin).refused(403, "invalid_origin");
    }
}

#[test]
fn refusals_carry_cors_headers_for_allowlisted_origins_only() {
    let world = World::new();
    let listed = [
        ("API_CORS_ORIGINS", "https://app.example"),
        ("JOURNAL_RATE_ANONYMOUS", "2"),
        ("JOURNAL_RATE_ANONYMOUS_BURST", "2"),
        ("MCP_ALLOWED_HOSTS", "127.0.0.1"),
    ];
    let server = world.serve_with(&[], &listed);
    let page = server.anonymous().with("origin", "https://app.example");

    let preflight = page
        .with("access-control-request-method", "PATCH")
        .with("access-control-request-headers", "content-type")
        .send("OPTIONS", "/api/entries/1", "", Vec::new())
        .ok();
    let replies = [page.get("/api/entries"), page.get("/api/entries"), page.get("/api/entries")];

    assert!(preflight.header("access-control-allow-methods").unwrap().contains("PATCH"));
    assert_eq!(replies.each_ref().map(|reply| reply.status), [401, 401, 429]);
    for reply in replies.iter().chain([&preflight]) {
        assert_eq!(reply.header("access-control-allow-origin"), Some("https://app.example"), "{reply:#?}");
        assert_eq!(reply.header("access-control-allow-credentials"), Some("true"));
        assert!(reply.headers.get_all("vary").iter().any(|vary| vary.to_str().unwrap().contains("origin")));
    }
    assert_eq!(server.anonymous().get("/health").header("access-control-allow-origin"), None);
    let other = server.anonymous().with("origin", "http://localhost:5173").get("/health").ok();
    assert_eq!(other.header("access-control-allow-origin"), None);
}

#[test]
fn without_an_allowlist_a_preflight_is_an_ordinary_request() {
    let world = World::new();
    let server = world.serve();
    let preflight = server.anonymous().with("access-control-request-method", "PATCH");

    let reply = preflight.send("OPTIONS", "/health", "", Vec::new());

    assert_eq!(reply.status, 401, "an unknown method needs a login: {reply:#?}");
    assert!(reply.headers.keys().all(|name| !name.as_str().starts_with("access-control")), "{reply:#?}");
}

#[test]
fn wildcard_origins_and_invalid_proxies_prevent_startup() {
    let world = World::new();
    for origins in ["*", "null", "https://app.example,*", "https://*.example", "app.example", "https://app.example/x"] {
        world.run_with(&["serve", "--check"], &[("API_CORS_ORIGINS", origins)], None).refused(2);
    }
    for proxies in ["everybody", "10.0.0.0/33", "10.0.0.1,x"] {
        world.run_with(&["serve", "--check"], &[("JOURNAL_TRUSTED_PROXIES", proxies)], None).refused(2);
    }
}
