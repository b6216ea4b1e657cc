//! Nobody reaches what is somebody else's, by no route and with no credential.
//!
//! The rows name every route there is; a test compares them with the table that the server is built from.

use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;

use journal::http::Access;
use journal::model::scope::Scope;

use crate::login::PASSWORD;
use crate::support::ADA;
use crate::support::Person;
use crate::support::World;
use crate::support::form::Form;
use crate::support::people;
use crate::support::pictures;
use crate::support::server::Client;
use crate::support::server::Reply;
use crate::support::server::Server;

/// What a route works on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum About {
    /// Nobody's: what it answers is the same for all, or depends on a secret that came with the request.
    Open,
    /// The caller's own journal or account.
    Own,
    /// A thing of somebody's, by its id: another's reads as absent.
    Thing,
    /// People or the machine, for admins.
    Machine,
}

use About::Machine;
use About::Open;
use About::Own;
use About::Thing;

/// A route with an example of what it reads. `{id}` becomes Ada's.
struct Row {
    route: &'static str,
    about: About,
    /// Appended to the path.
    query: &'static str,
    /// JSON, or empty.
    body: &'static str,
}

const fn row(route: &'static str, about: About) -> Row {
    Row { route, about, query: "", body: "" }
}

const fn asks(route: &'static str, about: About, query: &'static str) -> Row {
    Row { route, about, query, body: "" }
}

const fn sends(route: &'static str, about: About, body: &'static str) -> Row {
    Row { route, about, query: "", body }
}

const ROWS: &[Row] = &[
    row("GET /health", Open),
    row("GET /api/health", Own),
    row("GET /metrics", Machine),
    row("GET /api/openapi.json", Open),
    sends("POST /api/auth/login", Open, r#"{"email":"ada@home.example","password":"wrong horse"}"#),
    row("POST /api/auth/logout", Own),
    row("GET /api/auth/me", Own),
    sends("PATCH /api/auth/me", Own, r#"{"display_name":"Somebody"}"#),
    row("GET /api/auth/config", Open),
    sends(
        "POST /api/auth/register",
        Open,
        r#"{"email":"ada@home.example","password":"violet anchor molehill","display_name":"A"}"#,
    ),
    asks("GET /api/auth/verify-email", Open, "?token=made-up"),
    row("POST /api/auth/resend-verification", Own),
    sends("POST /api/auth/forgot-password", Open, r#"{"email":"ada@home.example"}"#),
    asks("GET /api/auth/verify-reset-token", Open, "?token=made-up"),
    sends("POST /api/auth/reset-password", Open, r#"{"token":"made-up","password":"violet anchor molehill"}"#),
    sends("POST /api/auth/password", Own, r#"{"current_password":"wrong","new_password":"violet anchor molehill"}"#),
    row("GET /api/auth/api-keys", Own),
    sends("POST /api/auth/api-keys", Own, r#"{"name":"laptop","scopes":["account"]}"#),
    row("DELETE /api/auth/api-keys/{id}", Thing),
    row("GET /api/auth/sessions", Own),
    row("DELETE /api/auth/sessions", Own),
    row("DELETE /api/auth/sessions/{id}", Thing),
    row("GET /api/admin/users", Machine),
    sends("PATCH /api/admin/users/{id}", Machine, r#"{"is_active":true}"#),
    row("GET /api/admin/audit", Machine),
    row("POST /api/admin/reload/{what}", Machine),
    row("GET /api/settings", Own),
    row("GET /api/settings/runtime", Own),
    sends("PATCH /api/settings/runtime", Machine, r#"{"preprocess_images":true}"#),
    row("GET /api/settings/pricing", Own),
    sends("PATCH /api/settings/pricing", Machine, r#"{"whisper-1":{"cost_per_minute":0.006}}"#),
    row("GET /api/users/me/preferences", Own),
    sends("PATCH /api/users/me/preferences", Own, r#"{"dashboard_layout":{"tileOrder":[]}}"#),
    row("GET /api/notifications/topics", Own),
    row("GET /api/notifications/status", Own),
    sends("POST /api/notifications/validate", Own, r#"{"user_key":"","app_token":""}"#),
    row("POST /api/notifications/test", Own),
    row("GET /api/activity", Own),
    row("GET /api/egress", Own),
    row("GET /api/egress/report", Own),
    row("GET /api/egress/policy", Own),
    sends("PATCH /api/egress/policy", Own, r#"{"redact":["emails"],"add_words":["stranger"]}"#),
    asks("GET /api/today", Own, "?date=2025-05-03"),
    asks("GET /api/digest", Own, "?week=2024-W19"),
    row("GET /api/entries", Own),
    row("GET /api/entries/{id}", Thing),
    sends("PATCH /api/entries/{id}", Thing, r#"{"final_text":"taken over"}"#),
    row("DELETE /api/entries/{id}", Thing),
    row("POST /api/entries/{id}/verify-doubts", Thing),
    row("GET /api/entries/{id}/chunks", Thing),
    row("GET /api/entries/{id}/tokens", Thing),
    row("GET /api/entries/{id}/entities", Thing),
    sends("POST /api/entries/ingest/text", Own, r#"{"text":"Words of a stranger."}"#),
    row("POST /api/entries/ingest/file", Own),
    row("POST /api/entries/ingest/images", Own),
    row("POST /api/entries/ingest/audio", Own),
    row("GET /api/entries/{id}/moods", Thing),
    sends("PUT /api/entries/{id}/moods/{dimension}", Thing, r#"{"score":1}"#),
    row("DELETE /api/entries/{id}/moods/{dimension}", Thing),
    sends("POST /api/mood/backfill", Own, r#"{"mode":"force"}"#),
    row("GET /api/entries/{id}/media", Thing),
    row("GET /api/entries/{id}/media/{n}", Thing),
    asks("GET /api/search", Own, "?q=brandy+lighthouse"),
    sends("POST /api/search/answer", Own, r#"{"q":"who served brandy?"}"#),
    sends("POST /api/entities/extract", Own, r#"{"entry_id":9}"#),
    row("GET /api/stats", Own),
    row("GET /api/jobs", Own),
    row("GET /api/jobs/{job_id}", Thing),
    row("POST /api/jobs/{job_id}/retry", Thing),
    row("POST /api/jobs/{job_id}/cancel", Thing),
    row("GET /api/dashboard/writing-stats", Own),
    row("GET /api/dashboard/calendar-heatmap", Own),
    row("GET /api/dashboard/word-count-distribution", Own),
    row("GET /api/dashboard/mood-dimensions", Own),
    row("GET /api/dashboard/mood-trends", Own),
    asks("GET /api/dashboard/mood-drilldown", Own, "?dimension=joy_sadness&from=2024-01-01&to=2024-12-31"),
    row("GET /api/dashboard/entity-distribution", Own),
    row("GET /api/dashboard/entity-trends", Own),
    asks("GET /api/dashboard/mood-entity-correlation", Own, "?dimension=joy"),
    row("GET /api/entities", Own),
    row("GET /api/entities/quarantined", Own),
    row("GET /api/entities/merge-candidates", Own),
    row("GET /api/entities/pair-decisions", Own),
    row("GET /api/entities/dismissed", Own),
    asks("GET /api/entities/aliases/lookup", Own, "?alias=quitzow+hers"),
    row("GET /api/entities/{id}", Thing),
    sends("PATCH /api/entities/{id}", Thing, r#"{"canonical_name":"taken over"}"#),
    row("DELETE /api/entities/{id}", Thing),
    row("GET /api/entities/{id}/mentions", Thing),
    row("GET /api/entities/{id}/relationships", Thing),
    sends("POST /api/entities/{id}/aliases", Thing, r#"{"alias":"taken over"}"#),
    row("DELETE /api/entities/{id}/aliases/{alias}", Thing),
    row("POST /api/entities/{id}/quarantine", Thing),
    row("POST /api/entities/{id}/release-quarantine", Thing),
    row("GET /api/entities/{id}/merge-history", Thing),
    sends("POST /api/entities/{id}/split", Thing, r#"{"mention_ids":[9001],"canonical_name":"taken over"}"#),
    sends("POST /api/entities/merge", Thing, r#"{"survivor_id":9001,"absorbed_ids":[9002]}"#),
    row("POST /api/entities/merge-history/{id}/undo", Thing),
    sends("PATCH /api/entities/merge-candidates/{id}", Thing, r#"{"status":"dismissed"}"#),
    sends("POST /api/entities/pair-decisions", Thing, r#"{"entity_ids":[9001,9002]}"#),
    row("DELETE /api/entities/pair-decisions/{id}", Thing),
    row("DELETE /api/entities/dismissed/{id}", Thing),
    row("GET /api/fitness/sync/status", Own),
    sends(
        "POST /mcp",
        Own,
        r#"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"journal://entry/9","_meta":{
           "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},
           "io.modelcontextprotocol/clientInfo":{"name":"laptop","version":"1"}}}}"#,
    ),
    row("GET /mcp", Own),
    row("DELETE /mcp", Own),
];

/// Words of Ada's entries, her name and where she keeps a key; nothing else has them.
const HERS: [&str; 4] = ["plum brandy", "Quitzow", "lighthouse keeper", "hers-alone"];
const BOB: &str = "bob@home.example";
const CAROL: &str = "carol@home.example";
const RHEA: &str = "rhea@home.example";

/// Ada with entries, keys and a login; Bob; Carol, an admin; Rhea, who only reads. A running server.
struct Four {
    world: World,
    server: Server,
    ids: Ids,
}

/// Ada's numbers, none of which another has.
struct Ids {
    entry: i64,
    key: i64,
    session: i64,
    job: String,
}

impl Four {
    fn new() -> Self {
        let world = crate::login::world();
        let ada = world.ada();
        people::bring(ada, &people::hers());
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
        // What is derived is there before anybody asks, so that nothing changes by itself.
        world.ada().run(&["job", "run"]).ok();
        let server = world.serve();
        let browser = server.login(ADA, PASSWORD);
        let session = browser.get("/api/auth/sessions").ok().json()["items"][0]["id"].as_i64().unwrap();
        Self { world, server, ids: Ids { entry, key, session, job } }
    }

    fn person<'w>(&'w self, email: &'w str) -> Person<'w> {
        Person { world: &self.world, email }
    }

    /// Somebody with a key that may all but some of what its owner may.
    fn with_key(&self, email: &str, without: &[Scope]) -> Client {
        let role = match email {
            ADA | CAROL => journal::model::user::Role::Admin,
            RHEA => journal::model::user::Role::Readonly,
            _ => journal::model::user::Role::Member,
        };
        let scopes = Scope::ALL.into_iter().filter(|scope| scope.open_to(role) && !without.contains(scope));
        let scopes: Vec<&str> = scopes.map(Scope::name).collect();
        self.server.key(&self.person(email).key("all", &scopes).1)
    }

    fn ask(&self, client: &Client, row: &Row) -> Reply {
        let (method, pattern) = row.route.split_once(' ').unwrap();
        let id = match pattern.split('/').nth(2).zip(pattern.split('/').nth(3)) {
            Some(("auth", "api-keys")) => self.ids.key.to_string(),
            Some(("auth", "sessions")) => self.ids.session.to_string(),
            Some(("jobs", _)) => self.ids.job.clone(),
            Some(("entities", _)) => people::HERS.to_string(),
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
                .replace("{dimension}", "joy_sadness"),
            row.query
        );
        if pattern == "/api/entries/ingest/file" {
            return client.upload(&path, "file", "note.md", b"Words of a stranger.", &[]);
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
            return client.send(method, &path, "application/json", row.body.as_bytes().to_vec());
        }
        client.send(method, &path, "application/json", row.body.as_bytes().to_vec())
    }
}

fn access(row: &Row) -> Access {
    let route = journal::http::routes().into_iter().find(|route| name(route) == row.route);
    route.unwrap_or_else(|| panic!("{} is no route", row.route)).policy.access
}

fn name(route: &journal::http::Route) -> String {
    format!("{} {}", route.method, route.path)
}

#[track_caller]
fn absent(reply: &Reply) {
    assert_eq!(reply.status, 404, "{reply:#?}");
    assert!(["not_found", "entry_not_found"].contains(&reply.json()["error"].as_str().unwrap()), "{reply:#?}");
}

#[track_caller]
fn shows_nothing_of_hers(reply: &Reply) {
    for words in HERS {
        assert!(!reply.text.contains(words), "{words}: {reply:#?}");
    }
}

#[test]
fn every_route_has_a_row() {
    let declared: BTreeSet<String> = journal::http::routes().iter().map(name).collect();
    let rows: BTreeSet<String> = ROWS.iter().map(|row| row.route.to_owned()).collect();

    assert_eq!(declared, rows);
    assert_eq!(ROWS.len(), rows.len(), "a route has two rows");
}

#[test]
fn without_a_login_only_public_routes_answer() {
    let four = Four::new();

    for row in ROWS {
        let reply = four.ask(&four.server.stranger(), row);

        shows_nothing_of_hers(&reply);
        if access(row) != Access::Public {
            reply.refused(401, "unauthorized");
        }
    }
}

#[test]
fn another_users_things_read_as_absent_by_every_route() {
    let four = Four::new();
    let before = (four.world.ada().export(), keys(&four));

    for email in [BOB, CAROL] {
        let client = four.with_key(email, &[]);
        for row in ROWS {
            let reply = four.ask(&client, row);

            shows_nothing_of_hers(&reply);
            match (row.about, email) {
                (Thing, _) => absent(&reply),
                (Machine, BOB) => drop(reply.refused(403, "forbidden")),
                (Open | Own | Machine, _) => assert_ne!(reply.status, 500, "{reply:#?}"),
            }
        }
    }
    assert_eq!((four.world.ada().export(), keys(&four)), before);
    four.server.login(ADA, PASSWORD).get("/api/auth/me").ok();
}

fn keys(four: &Four) -> Value {
    let mut keys = four.world.ada().json(&["key", "list"]);
    for key in keys["items"].as_array_mut().unwrap() {
        key["last_used_at"].take();
        key["last_used_from"].take();
    }
    keys
}

#[test]
fn a_key_without_the_scope_is_refused_by_every_route_that_needs_it() {
    let four = Four::new();

    for scope in Scope::ALL {
        let client = four.with_key(ADA, &[scope]);
        for row in ROWS.iter().filter(|row| access(row) == Access::Needs(scope)) {
            let reply = four.ask(&client, row).refused(403, "forbidden");

            assert!(reply.json()["message"].as_str().unwrap().contains(scope.name()), "{reply:#?}");
        }
    }
}

#[test]
fn a_readonly_user_changes_nothing_by_any_route() {
    let four = Four::new();
    let client = four.with_key(RHEA, &[]);

    for row in ROWS {
        let reply = four.ask(&client, row);

        shows_nothing_of_hers(&reply);
        match access(row) {
            Access::Needs(scope) if !scope.open_to(journal::model::user::Role::Readonly) => {
                reply.refused(403, "forbidden");
            }
            _ => assert_ne!(reply.status, 500, "{reply:#?}"),
        }
    }
    assert_eq!(four.person(RHEA).export()["entries"], json!([]));
}

/// Routes that read the whole journal, or what is derived from it: closed to a key that reaches a part.
const WHOLE: &[&str] = &[
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
    "GET /api/jobs",
    "GET /api/dashboard/writing-stats",
    "GET /api/dashboard/calendar-heatmap",
    "GET /api/dashboard/word-count-distribution",
    "GET /api/dashboard/entity-distribution",
    "GET /api/dashboard/entity-trends",
    "GET /api/dashboard/mood-entity-correlation",
];

#[test]
fn a_bounded_key_reaches_nothing_of_the_rest_by_any_route() {
    let four = Four::new();
    let ada = four.person(ADA);
    ada.write("Within: a violet hippopotamus.", "2024-07-02");
    ada.run(&["job", "run"]).ok();
    let before = ada.export()["entries"].clone();
    let scopes = Scope::ALL.into_iter().filter(|scope| scope.keeps_within());
    let scopes: Vec<&str> = scopes.flat_map(|scope| ["--scope", scope.name()]).collect();
    let bounds = ["--from", "2024-07-01", "--without-tag", "private"];
    let bounded = |more: &[&str]| {
        let made = ada.json(&[&["key", "add", "bounded"], &scopes[..], &bounds[..], more].concat());
        four.server.key(made["key"].as_str().unwrap())
    };

    // One limit closes what is not made for limits, whichever it is.
    for client in [bounded(&[]), bounded(&["--entries-per-day", "100000"])] {
        for row in ROWS {
            let reply = four.ask(&client, row);

            for words in &HERS[..3] {
                assert!(!reply.text.contains(words), "{words}: {reply:#?}");
            }
            assert_ne!(reply.status, 500, "{reply:#?}");
            match row.about {
                _ if WHOLE.contains(&row.route)
                    || (row.route.contains(" /api/entities") && !row.route.ends_with("/extract")) =>
                {
                    drop(reply.refused(403, "outside_boundary"));
                }
                Thing if row.route.contains("/entries/") => assert!([403, 404].contains(&reply.status), "{reply:#?}"),
                Machine => drop(reply.refused(403, "forbidden")),
                Open | Own | Thing => {}
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
