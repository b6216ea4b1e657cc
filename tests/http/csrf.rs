//! Pages that act with a visitor's cookie.

use serde_json::json;

use crate::login::PASSWORD;
use crate::login::world;
use crate::support::ADA;
use crate::support::server::Client;
use crate::support::server::UNLIMITED;

/// Sends what changes something as a page would; `-` leaves a header out.
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
fn a_page_acts_with_a_cookie_only_if_it_is_the_journals_own_or_listed() {
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
        let still_in = browser.get("/api/auth/me").status;
        assert_eq!(still_in, if status == 200 { 401 } else { 200 }, "{site} {origin} ended the session or not");
    }
}

#[test]
fn reading_is_nobodys_change_and_a_link_may_lead_in() {
    let world = world();
    let server = world.serve();
    let browser = server.login(ADA, PASSWORD);

    for method in ["GET", "HEAD"] {
        let reply = browser.with("sec-fetch-site", "cross-site").send(method, "/api/auth/me", "", Vec::new());
        assert_eq!(reply.status, 200, "{reply:#?}");
    }
}

#[test]
fn another_page_cannot_log_a_visitor_in_as_somebody_else() {
    let world = world();
    let server = world.serve();
    let given = json!({ "email": ADA, "password": PASSWORD });
    let page = |site: &str| server.stranger().with("sec-fetch-site", site);

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
    // It rewrites Host to the server's and leaves Origin as the browser wrote it.
    let proxied = |browser: &Client| {
        browser
            .with("host", "localhost:8400")
            .with("origin", "http://localhost:5173")
            .with("sec-fetch-site", "same-origin")
    };

    let given = json!({ "email": ADA, "password": PASSWORD });
    let reply = proxied(&server.stranger()).post("/api/auth/login", &given).ok();
    let browser = proxied(&server.stranger()).with("cookie", &reply.cookies());

    browser.get("/api/auth/me").ok();
    browser.post("/api/auth/logout", &json!({})).ok();
}
