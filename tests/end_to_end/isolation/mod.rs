//! User isolation: no command and no API key gives access to another user's data.
//!
//! A table lists all commands. A test compares it with the help, so that a new command without a row fails.

mod entity_rows;
mod rows;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::support::{ADA, Person, Run, World};
use journal::app::state::AppState;
use journal::clock::FixedClock;
use journal::config::{Config, EnvironmentSnapshot};
use journal::entropy::OsEntropy;
use journal::error::ErrorKind;
use journal::secret::Secret;
use journal::services::auth;
use rows::{CommandRow, CommandTarget, ROWS};

fn rows() -> impl Iterator<Item = &'static CommandRow> {
    ROWS.iter().chain(entity_rows::ROWS)
}

const SCOPES: [&str; 9] = [
    "entries:read",
    "entries:write",
    "ingest",
    "ingest:url",
    "search",
    "export",
    "account",
    "admin:users",
    "admin:audit",
];
const BOB: &str = "bob@home.example";
/// Phrases that occur only in Ada's entries.
const ADAS_PHRASES: [&str; 3] = ["plum brandy", "Quitzow", "lighthouse keeper"];

/// Ada with entries, one in the trash, a key and a job, and Bob and Dora without any.
struct IsolationFixture {
    world: World,
    entry: i64,
    trashed: i64,
    key: i64,
    job: String,
}

impl IsolationFixture {
    fn new() -> Self {
        let world = World::new();
        let ada = world.ada();
        crate::support::people::import_document(ada, &crate::support::people::private_document());
        // Bob's IDs start at 1 too, so Ada's last ID must be higher than any of Bob's.
        let trashed = ada.write("The lighthouse keeper threw away plum brandy in Quitzow.", "2024-05-01");
        ada.run(&["delete", &trashed.to_string(), "--yes"]).ok();
        let mut entry = 0;
        for day in 1..=9 {
            entry = ada.write("The lighthouse keeper of Quitzow served us plum brandy.", &format!("2024-05-{day:02}"));
        }
        ada.run(&["edit", &entry.to_string(), "--title", "Quitzow"]).ok();
        let mut key = 0;
        for _ in 0..3 {
            key = ada.key("hers", &[]).0;
        }
        world.user(BOB);
        world.user("dora@home.example");
        let job = world.ada().json(&["job", "list"])["items"][0]["id"].as_str().unwrap().to_owned();
        Self { world, entry, trashed, key, job }
    }

    fn bob(&self) -> Person<'_> {
        Person { world: &self.world, email: BOB }
    }

    /// Returns the command line of a row with its placeholders replaced.
    fn args(&self, row: &CommandRow) -> Vec<String> {
        let file = self.world.file("own.md", format!("A line for {}, violet hippopotamus parade.\n", row.name));
        let folder = self.world.path("inbox/out");
        drop(std::fs::remove_dir_all(&folder));
        let replace = |word: &str| match word {
            "{entry}" => self.entry.to_string(),
            "{trashed}" => self.trashed.to_string(),
            "{key}" => self.key.to_string(),
            "{job}" => self.job.clone(),
            "{file}" => file.display().to_string(),
            "{new}" => folder.display().to_string(),
            "{export}" | "{notes}" | "{jrnl}" | "{zip}" => crate::support::elsewhere::create_sample(&self.world, word),
            other => other.replace('_', " "),
        };
        row.name.split(' ').map(str::to_owned).chain(row.args.split_whitespace().map(replace)).collect()
    }

    fn run(&self, row: &CommandRow, key: Option<&str>) -> Run {
        let mut args = self.args(row);
        args.push("--no-input".to_owned());
        let variable = key.map(|key| ("JOURNAL_API_KEY", key));
        self.world.run_with(&args, variable.as_slice(), None)
    }

    /// Returns all of Ada's data that another user could change.
    fn adas_data(&self) -> Value {
        let ada = self.world.ada();
        serde_json::json!({
            "export": ada.export(), "keys": ada.json(&["key", "list"]), "jobs": ada.json(&["job", "list"]),
            "stats": ada.json(&["stats"]), "trash": ada.json(&["trash", "list"]),
        })
    }
}

/// Asserts that neither the output nor the exported files contain Ada's phrases.
#[track_caller]
fn assert_shows_no_ada_data(run: &Run, out: &std::path::Path) {
    let mut output = format!("{}{}", run.stdout, run.stderr);
    for file in walkdir::WalkDir::new(out).into_iter().flatten().filter(|item| item.file_type().is_file()) {
        output += &std::fs::read_to_string(file.path()).unwrap();
    }
    // `search` repeats the query.
    let output = output.replace("\"query\": \"plum brandy\"", "");
    for phrase in ADAS_PHRASES {
        assert!(!output.contains(phrase), "{phrase:?} in the output: {run:#?}");
    }
}

/// Asserts that a command reported a missing record.
#[track_caller]
fn assert_absent(run: Run) -> Run {
    let run = run.refused(3);
    assert!(run.stderr.contains("no such ") || run.stderr.contains(" not found"), "{run:#?}");
    run
}

#[test]
fn the_table_lists_every_command_of_the_help() {
    let world = World::empty();
    let mut found = BTreeSet::new();

    world.commands(&[], &mut found);

    let listed: BTreeSet<String> = rows().map(|row| row.name.to_owned()).collect();
    assert_eq!(found, listed, "add a row to tests/end_to_end/isolation/rows.rs");
}

#[test]
fn another_users_records_read_as_absent_to_every_command() {
    let fixture = IsolationFixture::new();
    let before = fixture.adas_data();
    let out = fixture.world.path("inbox/out");
    let scopes: Vec<&str> = SCOPES[..7].to_vec();
    let (_, key) = fixture.bob().key("everything", &scopes);

    for row in rows().filter(|row| matches!(row.target, CommandTarget::Record | CommandTarget::OwnJournal)) {
        for by_key in [false, true] {
            let run = if by_key {
                fixture.run(row, Some(&key))
            } else {
                let args = fixture.args(row);
                fixture.bob().run(&args.iter().map(String::as_str).collect::<Vec<_>>())
            };

            let run = if row.target == CommandTarget::Record { assert_absent(run) } else { run.ok() };
            assert_shows_no_ada_data(&run, &out);
        }
    }

    let own = fixture.bob().export().to_string();
    assert!(ADAS_PHRASES.iter().all(|phrase| !own.contains(phrase)), "{own}");
    assert_eq!(fixture.adas_data(), before, "Ada's data changed");
}

#[test]
fn the_api_key_overrides_the_user_flag() {
    let fixture = IsolationFixture::new();
    let (_, key) = fixture.bob().key("reading", &["entries:read"]);

    let run = fixture.world.run_with(&["list", "--json", "--user", ADA], &[("JOURNAL_API_KEY", &key)], None).ok();

    assert_eq!(run.document()["total"], 0);
}

#[test]
fn a_key_is_limited_to_its_scopes() {
    let fixture = IsolationFixture::new();
    // Ada is an admin, so that only the scopes of the key restrict the command.
    let keys = SCOPES.map(|scope| (scope, fixture.world.ada().key(scope, &[scope]).1));
    let before = fixture.adas_data()["export"].clone();

    for row in rows().filter(|row| !matches!(row.target, CommandTarget::Machine | CommandTarget::Operator)) {
        for (scope, key) in keys.iter().filter(|(scope, _)| row.scopes != [*scope]) {
            let run = fixture.run(row, Some(key));
            // With the ingest scope, only upload jobs are visible; this job reads as absent.
            if (row.name, *scope) == ("job show", "ingest") {
                assert_absent(run);
                continue;
            }

            assert_eq!(run.code, 6, "{} with {scope} alone: {run:#?}", row.name);
            assert_shows_no_ada_data(&run.refused(6).says("scope "), &fixture.world.path("inbox/out"));
        }
    }
    assert_eq!(fixture.adas_data()["export"], before, "a key without the scope changed something");

    for row in rows()
        .filter(|row| !matches!(row.target, CommandTarget::Machine | CommandTarget::Operator | CommandTarget::Record))
    {
        let (_, key) = fixture.world.ada().key(row.name, row.scopes);
        let run = fixture.run(row, Some(&key));
        // Errors that only a permitted caller gets: the text file is not a password, and Ada's journal is not empty.
        let is_permitted = matches!((row.name, run.code), (_, 0) | ("user passwd", 2) | ("import journal", 4));
        assert!(is_permitted, "with its scopes: {run:#?}");
    }
}

#[test]
fn no_key_may_run_operator_commands() {
    let fixture = IsolationFixture::new();
    // Ada is an admin, and the key has every scope.
    let (_, key) = fixture.world.ada().key("everything", &SCOPES);

    for row in rows().filter(|row| row.target == CommandTarget::Operator) {
        fixture.run(row, Some(&key)).refused(6).says("only the operator");
    }
}

#[test]
fn a_readonly_user_reads_and_never_writes() {
    let fixture = IsolationFixture::new();
    fixture.world.ok(&["user", "add", "rita@home.example", "--role", "readonly"]);
    let rita = Person { world: &fixture.world, email: "rita@home.example" };
    let (_, key) = rita.key("all she may", &["entries:read", "search", "export", "account"]);

    for row in rows().filter(|row| row.target == CommandTarget::OwnJournal) {
        let writes = row.scopes.iter().any(|scope| ["ingest", "entries:write"].contains(scope));
        let args = fixture.args(row);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        for run in [rita.run(&args), fixture.run(row, Some(&key))] {
            assert_eq!(run.code, if writes { 6 } else { 0 }, "{}: {run:#?}", row.name);
            drop(std::fs::remove_dir_all(fixture.world.path("inbox/out")));
        }
    }
    rita.run(&["key", "add", "more", "--scope", "ingest"]).refused(6);
    assert_eq!(rita.json(&["list"])["total"], 0);
}

#[test]
fn every_invalid_key_gets_the_same_error() {
    let fixture = IsolationFixture::new();
    let (revoked, revoked_key) = fixture.bob().key("revoked", &["entries:read"]);
    fixture.bob().run(&["key", "revoke", &revoked.to_string()]).ok();
    let (_, disabled_key) = fixture.bob().key("disabled", &["entries:read"]);
    let dora = Person { world: &fixture.world, email: "dora@home.example" };
    let (_, deleted_key) = dora.key("deleted", &["entries:read"]);
    fixture.world.ok(&["user", "disable", BOB]);
    fixture.world.ok(&["user", "delete", "dora@home.example", "--yes"]);
    let unknown = format!("{}x", &disabled_key[..disabled_key.len() - 1]);
    let causes = [revoked_key, disabled_key, deleted_key, unknown, "jnl_".to_owned(), "nonsense".to_owned()];

    for row in rows().filter(|row| !matches!(row.target, CommandTarget::Machine | CommandTarget::Operator)) {
        let answers: BTreeSet<String> =
            causes.iter().map(|key| fixture.run(row, Some(key)).refused(5).stderr).collect();

        assert_eq!(answers.len(), 1, "{}: {answers:#?}", row.name);
    }
    fixture.bob().run(&["list"]).refused(6).says("disabled");
}

#[test]
fn an_expired_key_gets_the_same_error_as_an_unknown_one() {
    let world = World::new();
    let created = world.json(&["key", "add", "short", "--expires", "1d"]);
    let key = crate::support::text_of(&created, "key");
    let expiry: Timestamp = crate::support::text_of(&created, "expires_at").parse().unwrap();
    let authenticate = |at: Timestamp, key: &str| {
        let pairs = [("HOME".to_owned(), world.path("home").into_os_string())];
        let config = Config::load(Vec::new(), None, &EnvironmentSnapshot::from_iter(pairs)).unwrap();
        let app = AppState::open(config, Arc::new(FixedClock(at)), Arc::new(OsEntropy)).unwrap();
        auth::with_key(&Arc::new(app), &Secret::new(key.to_owned()), "test").map(drop)
    };

    authenticate(expiry - SignedDuration::from_secs(1), key).unwrap();
    let expired = authenticate(expiry + SignedDuration::from_secs(1), key).unwrap_err();
    let unknown = authenticate(expiry, "jnl_unknown").unwrap_err();

    assert_eq!(expired.kind(), ErrorKind::Unauthenticated);
    assert_eq!((expired.to_string(), expired.hint_text()), (unknown.to_string(), unknown.hint_text()));
}

#[test]
fn a_key_creates_no_key_with_more_scopes() {
    let fixture = IsolationFixture::new();
    let (narrow_id, narrow) = fixture.world.ada().key("narrow", &["account", "search"]);
    let (wide_id, _) = fixture.world.ada().key("wide", &["account", "search", "admin:users"]);
    let run_with_key = |key: &str, args: &[&str]| fixture.world.run_with(args, &[("JOURNAL_API_KEY", key)], None);

    for scope in SCOPES.iter().filter(|scope| !["account", "search"].contains(scope)) {
        run_with_key(&narrow, &["key", "add", "more", "--scope", scope]).refused(6);
    }
    run_with_key(&narrow, &["key", "rotate", &wide_id.to_string()]).refused(6);
    run_with_key(&narrow, &["key", "add", "same", "--scope", "search"]).ok();
    run_with_key(&narrow, &["key", "rotate", &narrow_id.to_string()]).ok();
    fixture.bob().run(&["key", "add", "admin", "--scope", "admin:users"]).refused(6);
    assert_eq!(fixture.world.ada().json(&["key", "list"])["items"].as_array().unwrap().len(), 7);
}

#[test]
fn an_admin_key_opens_only_the_admins_journal() {
    let fixture = IsolationFixture::new();
    fixture.world.ok(&["user", "admin", BOB]);
    let (_, key) = fixture.bob().key("admin", &SCOPES);
    let run_with_key = |args: &[&str]| fixture.world.run_with(args, &[("JOURNAL_API_KEY", &key)], None);
    let entry = fixture.entry.to_string();

    for run in [
        run_with_key(&["list", "--user", ADA]).ok(),
        run_with_key(&["search", "lighthouse", "--user", ADA]).ok(),
        run_with_key(&["show", &entry, "--user", ADA]).refused(3),
        run_with_key(&["show", &entry, "--history"]).refused(3),
        run_with_key(&["user", "show", ADA, "--json"]).ok(),
        run_with_key(&["audit", "list", "--json"]).ok(),
    ] {
        assert_shows_no_ada_data(&run, &fixture.world.path("inbox/out"));
    }
    run_with_key(&["key", "revoke", &fixture.key.to_string()]).refused(3);
}

#[test]
fn a_restricted_key_reaches_no_entry_outside_its_boundary() {
    let fixture = IsolationFixture::new();
    let ada = fixture.world.ada();
    // Run the jobs first, so that derived data does not change during the test.
    ada.run(&["job", "run"]).ok();
    let before = ada.export()["entries"].clone();
    let scopes = ["entries:read", "entries:write", "ingest", "ingest:url", "search", "account"];
    let scopes = scopes.iter().flat_map(|scope| ["--scope", *scope]);
    let bounds = ["--from", "2024-07-01", "--without-tag", "private"];
    let args: Vec<&str> = ["key", "add", "bounded"].into_iter().chain(scopes).chain(bounds).collect();
    let key = crate::support::text_of(&ada.json(&args), "key").to_owned();
    let forbidden = [
        "export",
        "import journal",
        "activity",
        "job list",
        "trash list",
        "trash restore",
        "trash empty",
        "reindex",
        "tag rename",
        "egress list",
        "egress report",
        "egress policy",
    ];

    for row in rows().filter(|row| !matches!(row.target, CommandTarget::Machine | CommandTarget::Operator)) {
        let run = fixture.run(row, Some(&key));

        assert_shows_no_ada_data(&run, &fixture.world.path("inbox/out"));
        let of_entry = row.args.contains("{entry}");
        match row.target {
            _ if forbidden.contains(&row.name) || row.target == CommandTarget::Accounts => drop(run.refused(6)),
            CommandTarget::Record if of_entry => assert!([3, 6].contains(&run.code), "{run:#?}"),
            _ => assert!([0, 3, 4, 6].contains(&run.code), "{run:#?}"),
        }
    }

    let run_with_key = |args: &[&str]| fixture.world.run_with(args, &[("JOURNAL_API_KEY", &key)], None);
    let listed = run_with_key(&["list", "--json"]).ok().document();
    assert!(listed["total"].as_i64().unwrap() >= 1, "its own entries: {listed}");
    assert_eq!(run_with_key(&["stats", "--json"]).ok().document()["total_entries"], listed["total"]);
    let after = ada.export()["entries"].as_array().unwrap().clone();
    assert!(before.as_array().unwrap().iter().all(|entry| after.contains(entry)), "Ada's entries changed");
}

#[test]
fn a_key_creates_no_key_with_a_wider_boundary() {
    let world = World::new();
    let ada = world.ada();
    let bounds = ["--from", "2024-01-01", "--to", "2024-12-31", "--without-tag", "Private"];
    let created =
        ada.json(&[&["key", "add", "narrow", "--scope", "account", "--scope", "search"], &bounds[..]].concat());
    let (wide, _) = ada.key("wide", &["account", "search"]);
    let key = crate::support::text_of(&created, "key");
    let run_with_key = |args: &[&str]| world.run_with(&[args, &["--json"]].concat(), &[("JOURNAL_API_KEY", key)], None);
    let boundary = created["boundary"].clone();

    let same = run_with_key(&["key", "add", "same", "--scope", "search"]).ok().document();
    let narrower =
        run_with_key(&["key", "add", "less", "--scope", "search", "--from", "2024-06-01", "--without-tag", "work"]);
    let narrower = narrower.ok().document();
    let rotated = run_with_key(&["key", "rotate", &wide.to_string()]).ok().document();
    for (flag, date) in [("--from", "2023-12-31"), ("--to", "2025-01-01")] {
        let wider = ["key", "add", "more", "--scope", "search", flag, date];
        world.run_with(&wider, &[("JOURNAL_API_KEY", key)], None).refused(6).says("the key creating it cannot");
    }

    assert_eq!((&boundary["from"], &boundary["without_tags"]), (&"2024-01-01".into(), &serde_json::json!(["private"])));
    assert_eq!((&same["boundary"], &rotated["boundary"]), (&boundary, &boundary), "a new key inherits the boundary");
    assert_eq!(narrower["boundary"]["to"], "2024-12-31");
    assert_eq!(narrower["boundary"]["without_tags"], serde_json::json!(["private", "work"]));
    let own = ada.json(&["key", "rotate", &same["id"].to_string()]);
    assert_eq!(own["boundary"], boundary, "rotating a key keeps its boundary");
    // A key with a daily limit may create no keys, because each would have its own limit.
    let capped = ada.json(&["key", "add", "capped", "--scope", "account", "--entries-per-day", "10"]);
    let capped = [("JOURNAL_API_KEY", crate::support::text_of(&capped, "key"))];
    world.run_with(&["key", "add", "more", "--scope", "account"], &capped, None).refused(6);
    world.run_with(&["key", "rotate", &rotated["id"].to_string()], &capped, None).refused(6);
}
