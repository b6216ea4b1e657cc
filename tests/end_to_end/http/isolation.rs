//! Isolation: no route and no credential reaches another user's data.
//!
//! `ROUTE_CASES` names every route; a test compares it with the server's route table.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::http::login::PASSWORD;
use crate::support::form::Form;
use crate::support::server::{Client, Reply, Server};
use crate::support::{ADA, Person, World, people, pictures};
use journal::domain::scope::Scope;
use journal::http::RouteAccess;

/// Data that a route works on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum RouteSubject {
    /// No user's data: the reply is the same for all, or depends on a secret in the request.
    Open,
    /// The caller's own journal or account.
    Own,
    /// One item of a user by its id: another user's reads as absent.
    Item,
    /// Users or the server, for admins.
    Administration,
}

use RouteSubject::{Administration, Item, Open, Own};

/// A route with an example request. `{id}` becomes the id of an item of Ada's.
struct RouteCase {
    route: &'static str,
    subject: RouteSubject,
    /// Appended to the path.
    query: &'static str,
    /// JSON, or empty.
    body: &'static str,
}

const fn plain(route: &'static str, subject: RouteSubject) -> RouteCase {
    RouteCase { route, subject, query: "", body: "" }
}

const fn with_query(route: &'static str, subject: RouteSubject, query: &'static str) -> RouteCase {
    RouteCase { route, subject, query, body: "" }
}

const fn with_body(route: &'static str, subject: RouteSubject, body: &'static str) -> RouteCase {
    RouteCase { route, subject, query: "", body }
}

const ROUTE_CASES: &[RouteCase] = &[
    plain("GET /health", Open),
    plain("GET /api/health", Own),
    plain("GET /metrics", Administration),
    plain("GET /api/openapi.json", Open),
    with_body("POST /api/auth/login", Open, r#"{"email":"ada@home.example","password":"wrong horse"}"#),
    plain("POST /api/auth/logout", Own),
    plain("GET /api/auth/me", Own),
    with_body("PATCH /api/auth/me", Own, r#"{"display_name":"Renamed"}"#),
    plain("GET /api/auth/config", Open),
    with_body(
        "POST /api/auth/register",
        Open,
        r#"{"email":"ada@home.example","password":"violet anchor molehill","display_name":"A"}"#,
    ),
    with_query("GET /api/auth/verify-email", Open, "?token=made-up"),
    plain("POST /api/auth/resend-verification", Own),
    with_body("POST /api/auth/forgot-password", Open, r#"{"email":"ada@home.example"}"#),
    with_query("GET /api/auth/verify-reset-token", Open, "?token=made-up"),
    with_body("POST /api/auth/reset-password", Open, r#"{"token":"made-up","password":"violet anchor molehill"}"#),
    with_body(
        "POST /api/auth/password",
        Own,
        r#"{"current_password":"wrong","new_password":"violet anchor molehill"}"#,
    ),
    plain("GET /api/auth/api-keys", Own),
    with_body("POST /api/auth/api-keys", Own, r#"{"name":"laptop","scopes":["account"]}"#),
    plain("DELETE /api/auth/api-keys/{id}", Item),
    plain("GET /api/auth/sessions", Own),
    plain("DELETE /api/auth/sessions", Own),
    plain("DELETE /api/auth/sessions/{id}", Item),
    plain("GET /api/admin/users", Administration),
    with_body("PATCH /api/admin/users/{id}", Administration, r#"{"is_active":true}"#),
    plain("GET /api/admin/audit", Administration),
    plain("POST /api/admin/reload/{what}", Administration),
    plain("GET /api/settings", Own),
    plain("GET /api/settings/runtime", Own),
    with_body("PATCH /api/settings/runtime", Administration, r#"{"preprocess_images":true}"#),
    plain("GET /api/settings/pricing", Own),
    with_body("PATCH /api/settings/pricing", Administration, r#"{"whisper-1":{"cost_per_minute":0.006}}"#),
    plain("GET /api/users/me/preferences", Own),
    with_body("PATCH /api/users/me/preferences", Own, r#"{"dashboard_layout":{"tileOrder":[]}}"#),
    plain("GET /api/notifications/topics", Own),
    plain("GET /api/notifications/status", Own),
    with_body("POST /api/notifications/validate", Own, r#"{"user_key":"","app_token":""}"#),
    plain("POST /api/notifications/test", Own),
    plain("GET /api/activity", Own),
    plain("GET /api/egress", Own),
    plain("GET /api/egress/report", Own),
    plain("GET /api/egress/policy", Own),
    with_body("PATCH /api/egress/policy", Own, r#"{"redact":["emails"],"add_words":["visitor"]}"#),
    with_query("GET /api/today", Own, "?date=2025-05-03"),
    with_query("GET /api/digest", Own, "?week=2024-W19"),
    plain("GET /api/entries", Own),
    plain("GET /api/entries/{id}", Item),
    with_body("PATCH /api/entries/{id}", Item, r#"{"final_text":"taken over"}"#),
    plain("DELETE /api/entries/{id}", Item),
    plain("GET /api/trash", Own),
    plain("DELETE /api/trash", Own),
    plain("DELETE /api/trash/{id}", Item),
    plain("POST /api/trash/{id}/restore", Item),
    plain("POST /api/entries/{id}/verify-doubts", Item),
    plain("GET /api/entries/{id}/chunks", Item),
    plain("GET /api/entries/{id}/tokens", Item),
    plain("GET /api/entries/{id}/entities", Item),
    with_body("POST /api/entries/ingest/text", Own, r#"{"text":"Words of another user."}"#),
    plain("POST /api/entries/ingest/file", Own),
    plain("POST /api/entries/ingest/images", Own),
    plain("POST /api/entries/ingest/audio", Own),
    plain("GET /api/entries/{id}/moods", Item),
    with_body("PUT /api/entries/{id}/moods/{dimension}", Item, r#"{"score":1}"#),
    plain("DELETE /api/entries/{id}/moods/{dimension}", Item),
    with_body("POST /api/mood/backfill", Own, r#"{"mode":"force"}"#),
    plain("GET /api/entries/{id}/media", Item),
    plain("GET /api/entries/{id}/media/{n}", Item),
    with_query("GET /api/search", Own, "?q=brandy+lighthouse"),
    with_body("POST /api/search/answer", Own, r#"{"q":"who served brandy?"}"#),
    with_body("POST /api/entities/extract", Own, r#"{"entry_id":9}"#),
    plain("GET /api/stats", Own),
    plain("GET /api/tags", Own),
    with_body("PATCH /api/tags/{tag}", Item, r#"{"tag":"taken-over"}"#),
    plain("GET /api/jobs", Own),
    plain("GET /api/jobs/{job_id}", Item),
    plain("POST /api/jobs/{job_id}/retry", Item),
    plain("POST /api/jobs/{job_id}/cancel", Item),
    plain("GET /api/dashboard/writing-stats", Own),
    plain("GET /api/dashboard/calendar-heatmap", Own),
    plain("GET /api/dashboard/word-count-distribution", Own),
    plain("GET /api/dashboard/mood-dimensions", Own),
    plain("GET /api/dashboard/mood-trends", Own),
    with_query("GET /api/dashboard/mood-drilldown", Own, "?dimension=joy_sadness&from=2024-01-01&to=2024-12-31"),
    plain("GET /api/dashboard/entity-distribution", Own),
    plain("GET /api/dashboard/entity-trends", Own),
    with_query("GET /api/dashboard/mood-entity-correlation", Own, "?dimension=joy"),
    plain("GET /api/entities", Own),
    plain("GET /api/entities/quarantined", Own),
    plain("GET /api/entities/merge-candidates", Own),
    plain("GET /api/entities/pair-decisions", Own),
    plain("GET /api/entities/dismissed", Own),
    with_query("GET /api/entities/aliases/lookup", Own, "?alias=quitzow+hers"),
    plain("GET /api/entities/{id}", Item),
    with_body("PATCH /api/entities/{id}", Item, r#"{"canonical_name":"taken over"}"#),
    plain("DELETE /api/entities/{id}", Item),
    plain("GET /api/entities/{id}/mentions", Item),
    plain("GET /api/entities/{id}/relationships", Item),
    with_body("POST /api/entities/{id}/aliases", Item, r#"{"alias":"taken over"}"#),
    plain("DELETE /api/entities/{id}/aliases/{alias}", Item),
    plain("POST /api/entities/{id}/quarantine", Item),
    plain("POST /api/entities/{id}/release-quarantine", Item),
    plain("GET /api/entities/{id}/merge-history", Item),
    with_body("POST /api/entities/{id}/split", Item, r#"{"mention_ids":[9001],"canonical_name":"taken over"}"#),
    with_body("POST /api/entities/merge", Item, r#"{"survivor_id":9001,"absorbed_ids":[9002]}"#),
    plain("POST /api/entities/merge-history/{id}/undo", Item),
    with_body("PATCH /api/entities/merge-candidates/{id}", Item, r#"{"status":"dismissed"}"#),
    with_body("POST /api/entities/pair-decisions", Item, r#"{"entity_ids":[9001,9002]}"#),
    plain("DELETE /api/entities/pair-decisions/{id}", Item),
    plain("DELETE /api/entities/dismissed/{id}", Item),
    plain("GET /api/fitness/sync/status", Own),
    with_body(
        "POST /mcp",
        Own,
        r#"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"journal://entry/9","_meta":{
           "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},
           "io.modelcontextprotocol/clientInfo":{"name":"laptop","version":"1"}}}}"#,
    ),
    plain("GET /mcp", Own),
    plain("DELETE /mcp", Own),
];

/// Words of Ada's entries, entities and key names that appear in no other user's data.
const ADA_WORDS: [&str; 4] = ["plum brandy", "Quitzow", "lighthouse keeper", "hers-alone"];
const BOB: &str = "bob@home.example";
const CAROL: &str = "carol@home.example";
const RHEA: &str = "rhea@home.example";

/// A running server with Ada (entries, one in the trash, keys, a login), Bob, Carol (admin) and Rhea (read-only).
struct FourUsers {
    world: World,
    server: Server,
    ids: AdaIds,
}

/// Ids of Ada's items, which no other user's items have.
struct AdaIds {
    entry: i64,
    trashed: i64,
    key: i64,
    session: i64,
    job: String,
}

impl FourUsers {
    fn new() -> Self {
        let world = crate::http::login::world();
        let ada = world.ada();
        people::import_document(ada, &people::private_document());
        let trashed = ada.write("The lighthouse keeper threw away plum brandy in Quitzow.", "2024-05-01");
        ada.run(&["delete", &trashed.to_string(), "--yes"]).ok();
        let mut entry = 0;
        for day in 1..=9 {
            entry = ada.write("The lighthouse keeper of Quitzow served us plum brandy.", &format!("2024-05-{day:02}"));
        }
        let key = (0..9).fold(0, |_, _| ada.key("hers-alone", &[]).0);
        world.user(BOB).write("Bob's own words.", "2024-06-01");
        world.ok(&["user", "add", CAROL]);
        world.ok(&["user", "admin", CAROL]);
        world.ok(&["user", "add", RHEA, "--role", "readonly"]);
        let job = ada.json(&["job", "list"])["items"][0]["id"].as_str().unwrap().to_owned();
        // Runs all jobs first, so that no background job changes data during the test.
        world.ada().run(&["job", "run"]).ok();
        let server = world.serve();
        let browser = server.login(ADA, PASSWORD);
        let session = browser.get("/api/auth/sessions").ok().json()["items"][0]["id"].as_i64().unwrap();
        Self { world, server, ids: AdaIds { entry, trashed, key, session, job } }
    }

    fn person<'w>(&'w self, email: &'w str) -> Person<'w> {
        Person { world: &self.world, email }
    }

    /// Returns a client with a key of every scope its owner may have, except `without`.
    fn with_key(&self, email: &str, without: &[Scope]) -> Client {
        let role = match email {
            ADA | CAROL => journal::domain::user::UserRole::Admin,
            RHEA => journal::domain::user::UserRole::Readonly,
            _ => journal::domain::user::UserRole::Member,
        };
        let scopes = Scope::ALL.into_iter().filter(|scope| scope.is_available_to(role) && !without.contains(scope));
        let scopes: Vec<&str> = scopes.map(Scope::name).collect();
        self.server.key(&self.person(email).key("all", &scopes).1)
    }

    fn request(&self, client: &Client, case: &RouteCase) -> Reply {
        let (method, pattern) = case.route.split_once(' ').unwrap();
        let id = match pattern.split('/').nth(2).zip(pattern.split('/').nth(3)) {
            Some(("auth", "api-keys")) => self.ids.key.to_string(),
            Some(("auth", "sessions")) => self.ids.session.to_string(),
            Some(("jobs", _)) => self.ids.job.clone(),
            Some(("trash", _)) => self.ids.trashed.to_string(),
            Some(("entities", _)) => people::PRIVATE_ID.to_string(),
            Some(("admin", "users")) => "1".to_owned(),
            _ => self.ids.entry.to_string(),
        };
        let path = format!(
            "{}{}",
            pattern
                .replace("{id}", &id)
                .replace("{job_id}", &id)
                .replace("{what}", "all")
                .replace("{n}", "1")
                .replace("{alias}", "quitzow")
                .replace("{tag}", "plum")
                .replace("{dimension}", "joy_sadness"),
            case.query
        );
        if pattern == "/api/entries/ingest/file" {
            return client.upload(&path, "file", "note.md", b"Words of another user.", &[]);
        }
        if pattern == "/api/entries/ingest/images" {
            let form = Form::default().file("images", "p.png", "image/png", &pictures::png(8, 8, 0));
            return form.send(client, &path);
        }
        if pattern == "/api/entries/ingest/audio" {
            return Form::default().file("audio", "r.wav", "audio/wav", &pictures::wav(100, 0)).send(client, &path);
        }
        if pattern == "/mcp" {
            let client = client.with("accept", "application/json, text/event-stream");
            let client = client.with("mcp-protocol-version", "2026-07-28").with("mcp-method", "resources/read");
            let client = client.with("mcp-name", "journal://entry/9");
            return client.send(method, &path, "application/json", case.body.as_bytes().to_vec());
        }
        client.send(method, &path, "application/json", case.body.as_bytes().to_vec())
    }
}

fn access(case: &RouteCase) -> RouteAccess {
    let route = journal::http::routes().into_iter().find(|route| name(route) == case.route);
    route.unwrap_or_else(|| panic!("{} is no route", case.route)).policy.access
}

fn name(route: &journal::http::HttpRoute) -> String {
    format!("{} {}", route.method, route.path)
}

#[track_caller]
fn assert_absent(reply: &Reply) {
    assert_eq!(reply.status, 404, "{reply:#?}");
    assert!(["not_found", "entry_not_found"].contains(&reply.json()["error"].as_str().unwrap()), "{reply:#?}");
}

#[track_caller]
fn assert_hides_ada(reply: &Reply) {
    for words in ADA_WORDS {
        assert!(!reply.text.contains(words), "{words}: {reply:#?}");
    }
}

#[test]
fn every_route_has_a_case() {
    let declared: BTreeSet<String> = journal::http::routes().iter().map(name).collect();
    let cases: BTreeSet<String> = ROUTE_CASES.iter().map(|case| case.route.to_owned()).collect();

    assert_eq!(declared, cases);
    assert_eq!(ROUTE_CASES.len(), cases.len(), "a route has two cases");
}

#[test]
fn without_a_login_only_public_routes_answer() {
    let four = FourUsers::new();

    for case in ROUTE_CASES {
        let reply = four.request(&four.server.anonymous(), case);

        assert_hides_ada(&reply);
        if access(case) != RouteAccess::Public {
            reply.refused(401, "unauthorized");
        }
    }
}

#[test]
fn another_users_items_read_as_absent_on_every_route() {
    let four = FourUsers::new();
    let data = || (four.world.ada().export(), four.world.ada().json(&["trash", "list"]), keys_without_use(&four));
    let before = data();

    for email in [BOB, CAROL] {
        let client = four.with_key(email, &[]);
        for case in ROUTE_CASES {
            let reply = four.request(&client, case);

            assert_hides_ada(&reply);
            match (case.subject, email) {
                (Item, _) => assert_absent(&reply),
                (Administration, BOB) => drop(reply.refused(403, "forbidden")),
                (Open | Own | Administration, _) => assert_ne!(reply.status, 500, "{reply:#?}"),
            }
        }
    }
    assert_eq!(data(), before);
    four.server.login(ADA, PASSWORD).get("/api/auth/me").ok();
}

/// Returns Ada's keys without their last use.
fn keys_without_use(four: &FourUsers) -> Value {
    let mut keys = four.world.ada().json(&["key", "list"]);
    for key in keys["items"].as_array_mut().unwrap() {
        key["last_used_at"].take();
        key["last_used_from"].take();
    }
    keys
}

#[test]
fn every_route_refuses_a_key_without_its_scope() {
    let four = FourUsers::new();

    for scope in Scope::ALL {
        let client = four.with_key(ADA, &[scope]);
        for case in ROUTE_CASES.iter().filter(|case| access(case) == RouteAccess::Requires(scope)) {
            let reply = four.request(&client, case).refused(403, "forbidden");

            assert!(reply.json()["message"].as_str().unwrap().contains(scope.name()), "{reply:#?}");
        }
    }
}

#[test]
fn a_readonly_user_changes_nothing_through_any_route() {
    let four = FourUsers::new();
    let client = four.with_key(RHEA, &[]);

    for case in ROUTE_CASES {
        let reply = four.request(&client, case);

        assert_hides_ada(&reply);
        match access(case) {
            RouteAccess::Requires(scope) if !scope.is_available_to(journal::domain::user::UserRole::Readonly) => {
                reply.refused(403, "forbidden");
            }
            _ => assert_ne!(reply.status, 500, "{reply:#?}"),
        }
    }
    assert_eq!(four.person(RHEA).export()["entries"], json!([]));
}

/// Routes that read the whole journal or data derived from it: refused to a bounded key.
const WHOLE_JOURNAL_ROUTES: &[&str] = &[
    "GET /api/health",
    "GET /api/activity",
    "GET /api/egress",
    "GET /api/egress/report",
    "GET /api/egress/policy",
    "PATCH /api/egress/policy",
    "GET /api/entries/{id}/chunks",
    "GET /api/entries/{id}/tokens",
    "GET /api/entries/{id}/media",
    "POST /api/entries/{id}/verify-doubts",
    "GET /api/trash",
    "DELETE /api/trash",
    "DELETE /api/trash/{id}",
    "POST /api/trash/{id}/restore",
    "GET /api/jobs",
    "GET /api/dashboard/writing-stats",
    "GET /api/dashboard/calendar-heatmap",
    "PATCH /api/tags/{tag}",
    "GET /api/dashboard/word-count-distribution",
    "GET /api/dashboard/entity-distribution",
    "GET /api/dashboard/entity-trends",
    "GET /api/dashboard/mood-entity-correlation",
];

#[test]
fn a_bounded_key_reads_no_entry_outside_its_boundary() {
    let four = FourUsers::new();
    let ada = four.person(ADA);
    ada.write("Within: a violet hippopotamus.", "2024-07-02");
    ada.run(&["job", "run"]).ok();
    let before = ada.export()["entries"].clone();
    let scopes = Scope::ALL.into_iter().filter(|scope| scope.supports_restrictions());
    let scopes: Vec<&str> = scopes.flat_map(|scope| ["--scope", scope.name()]).collect();
    let bounds = ["--from", "2024-07-01", "--without-tag", "private"];
    let bounded = |more: &[&str]| {
        let created = ada.json(&[&["key", "add", "bounded"], &scopes[..], &bounds[..], more].concat());
        four.server.key(created["key"].as_str().unwrap())
    };

    // Any single limit closes the routes that do not support limits.
    for client in [bounded(&[]), bounded(&["--entries-per-day", "100000"])] {
        for case in ROUTE_CASES {
            let reply = four.request(&client, case);

            for words in &ADA_WORDS[..3] {
                assert!(!reply.text.contains(words), "{words}: {reply:#?}");
            }
            assert_ne!(reply.status, 500, "{reply:#?}");
            match case.subject {
                _ if WHOLE_JOURNAL_ROUTES.contains(&case.route)
                    || (case.route.contains(" /api/entities") && !case.route.ends_with("/extract")) =>
                {
                    drop(reply.refused(403, "outside_boundary"));
                }
                Item if case.route.contains("/entries/") => assert!([403, 404].contains(&reply.status), "{reply:#?}"),
                Administration => drop(reply.refused(403, "forbidden")),
                Open | Own | Item => {}
            }
        }
        let listed = client.get("/api/entries?limit=100").ok();
        let dates = listed.json()["items"].as_array().unwrap().clone();
        assert!(!dates.is_empty() && dates.iter().all(|item| item["entry_date"].as_str().unwrap() >= "2024-07-01"));
        assert_eq!(listed.json()["total"], dates.len(), "{listed:#?}");
        assert_eq!(client.get("/api/stats").ok().json()["total_entries"], dates.len());
    }
    let after = ada.export()["entries"].as_array().unwrap().clone();
    for entry in before.as_array().unwrap() {
        assert!(after.contains(entry), "changed: {entry}");
    }
}
