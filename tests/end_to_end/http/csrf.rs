//! CSRF protection: requests that a page makes with the user's cookie.

use serde_json::json;

use crate::http::login::{PASSWORD, world};
use crate::support::ADA;
use crate::support::server::{Client, UNLIMITED};

/// Sends a state-changing request with a page's headers and returns the status; `-` omits a header.
fn from_page(browser: &Client, site: &str, origin: &str) -> u16 {
    let mut page = browser.clone();
    for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
        if value != "-" {
            page = page.with(name, value);
        }
    }
    page.post("/api/auth/logout", &json!({})).status
}

#[test]
fn a_cookie_works_only_from_own_or_allowlisted_origins() {
    let world = world();
    let listed = [&UNLIMITED[..], &[("API_CORS_ORIGINS", "https://app.example")]].concat();
    let server = world.serve_with(&[], &listed);
    let own = server.base.clone();
    let matrix = [
        ("-", "-", 200),
        ("-", own.as_str(), 200),
        ("-", "http://localhost:5173", 200),
        ("-", "https://app.example", 200),
        ("-", "http://localhost:3000", 403),
        ("-", "https://evil.example", 403),
        ("-", "null", 403),
        ("same-origin", "-", 200),
        ("same-origin", "http://localhost:5173", 200),
        ("same-origin", own.as_str(), 200),
        ("same-origin", "https://evil.example", 403),
        ("none", "-", 200),
        ("same-site", "-", 403),
        ("same-site", "http://localhost:3000", 403),
        ("same-site", "http://localhost:5173", 200),
        ("cross-site", "-", 403),
        ("cross-site", "null", 403),
        ("cross-site", "https://evil.example", 403),
        ("cross-site", own.as_str(), 403),
        ("cross-site", "https://app.example", 200),
        ("nonsense", "-", 403),
    ];

    for (site, origin, status) in matrix {
        let browser = server.login(ADA, PASSWORD);
        assert_eq!(from_page(&browser, site, origin), status, "{site} {origin}");
        let me_status = browser.get("/api/auth/me").status;
        assert_eq!(me_status, if status == 200 { 401 } else { 200 }, "{site} {origin} session state");
    }
}

#[test]
fn safe_methods_are_allowed_across_sites() {
    let world = world();
    let server = world.serve();
    let browser = server.login(ADA, PASSWORD);

    for method in ["GET", "HEAD"] {
        let reply = browser.with("sec-fetch-site", "cross-site").send(method, "/api/auth/me", "", Vec::new());
        assert_eq!(reply.status, 200, "{reply:#?}");
    }
}

#[test]
fn a_cross_site_page_cannot_log_a_visitor_in() {
    let world = world();
    let server = world.serve();
    let given = json!({ "email": ADA, "password": PASSWORD });
    let page = |site: &str| server.anonymous().with("sec-fetch-site", site);

    page("cross-site").post("/api/auth/login", &given).refused(403, "cross_site");
    page("same-site")
        .with("origin", "http://localhost:3000")
        .post("/api/auth/login", &given)
        .refused(403, "cross_site");
    page("same-origin").post("/api/auth/login", &given).ok();
}

#[test]
fn the_web_clients_dev_proxy_works() {
    let world = world();
    let server = world.serve();
    // The proxy rewrites Host to the server's and leaves Origin unchanged.
    let proxied = |browser: &Client| {
        browser
            .with("host", "localhost:8400")
            .with("origin", "http://localhost:5173")
            .with("sec-fetch-site", "same-origin")
    };

    let given = json!({ "email": ADA, "password": PASSWORD });
    let reply = proxied(&server.anonymous()).post("/api/auth/login", &given).ok();
    let browser = proxied(&server.anonymous()).with("cookie", &reply.cookies());

    browser.get("/api/auth/me").ok();
    browser.post("/api/auth/logout", &json!({})).ok();
}
