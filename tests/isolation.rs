//! Nobody reaches what is somebody else's, by no command and with no key.
//!
//! The table names every command there is, and a test compares it with the help, so that a new command without a row
//! does not go untested.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "isolation/meaning.rs"]
mod meaning;
#[path = "isolation/rows.rs"]
mod rows;
mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::Timestamp;
use serde_json::Value;

use journal::app::App;
use journal::auth;
use journal::clock::FixedClock;
use journal::config::Config;
use journal::config::Environment;
use journal::entropy::OsEntropy;
use journal::error::Kind;
use journal::secret::Secret;

use rows::About;
use rows::ROWS;
use rows::Row;
use support::ADA;
use support::Person;
use support::Run;
use support::World;

fn rows() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().chain(meaning::ROWS)
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
/// Words of Ada's entries; no other text has them.
const HERS: [&str; 3] = ["plum brandy", "Quitzow", "lighthouse keeper"];

/// Ada, who has entries and a key, and Bob and Dora, who have neither.
struct Two {
    world: World,
    entry: i64,
    key: i64,
    job: String,
}

impl Two {
    fn new() -> Self {
        let world = World::new();
        let ada = world.ada();
        support::people::bring(ada, &support::people::hers());
        // Bob's numbers start at 1 too, so Ada's last number must be one that Bob never reaches.
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
        Self { world, entry, key, job }
    }

    fn bob(&self) -> Person<'_> {
        Person { world: &self.world, email: BOB }
    }

    fn words(&self, row: &Row) -> Vec<String> {
        let file = self.world.file("own.md", format!("A line for {}, violet hippopotamus parade.\n", row.name));
        let folder = self.world.path("inbox/out");
        drop(std::fs::remove_dir_all(&folder));
        let meant = |word: &str| match word {
            "{entry}" => self.entry.to_string(),
            "{key}" => self.key.to_string(),
            "{job}" => self.job.clone(),
            "{file}" => file.display().to_string(),
            "{new}" => folder.display().to_string(),
            "{export}" | "{notes}" | "{jrnl}" | "{zip}" => support::elsewhere::made(&self.world, word),
            other => other.replace('_', " "),
        };
        row.name.split(' ').map(str::to_owned).chain(row.args.split_whitespace().map(meant)).collect()
    }

    fn run(&self, row: &Row, key: Option<&str>) -> Run {
        let mut words = self.words(row);
        words.push("--no-input".to_owned());
        let variable = key.map(|key| ("JOURNAL_API_KEY", key));
        self.world.run_with(&words, variable.as_slice(), None)
    }

    /// Everything of Ada's that a stranger could change.
    fn hers(&self) -> Value {
        let ada = self.world.ada();
        serde_json::json!({
            "export": ada.export(), "keys": ada.json(&["key", "list"]), "jobs": ada.json(&["job", "list"]),
            "stats": ada.json(&["stats"]),
        })
    }
}

fn shows_nothing_of_hers(run: &Run, out: &std::path::Path) {
    let mut shown = format!("{}{}", run.stdout, run.stderr);
    for file in walkdir::WalkDir::new(out).into_iter().flatten().filter(|item| item.file_type().is_file()) {
        shown += &std::fs::read_to_string(file.path()).unwrap();
    }
    // `search` repeats the query.
    let shown = shown.replace("\"query\": \"plum brandy\"", "");
    for words in HERS {
        assert!(!shown.contains(words), "{words:?} is shown: {run:#?}");
    }
}

#[track_caller]
fn absent(run: Run) -> Run {
    let run = run.refused(3);
    assert!(run.stderr.contains("no such ") || run.stderr.contains(" not found"), "{run:#?}");
    run
}

#[test]
fn the_table_names_every_command_of_the_help() {
    let world = World::empty();
    let mut found = BTreeSet::new();

    world.commands(&[], &mut found);

    let named: BTreeSet<String> = rows().map(|row| row.name.to_owned()).collect();
    assert_eq!(found, named, "a command needs its row in tests/isolation.rs");
}

#[test]
fn another_users_things_read_as_absent_by_every_command() {
    let two = Two::new();
    let before = two.hers();
    let out = two.world.path("inbox/out");
    let every: Vec<&str> = SCOPES[..7].to_vec();
    let (_, key) = two.bob().key("everything", &every);

    for row in rows().filter(|row| matches!(row.about, About::Thing | About::Own)) {
        for by_key in [false, true] {
            let run = if by_key {
                two.run(row, Some(&key))
            } else {
                let words = two.words(row);
                two.bob().run(&words.iter().map(String::as_str).collect::<Vec<_>>())
            };

            let run = if row.about == About::Thing { absent(run) } else { run.ok() };
            shows_nothing_of_hers(&run, &out);
        }
    }

    let own = two.bob().export().to_string();
    assert!(HERS.iter().all(|words| !own.contains(words)), "{own}");
    assert_eq!(two.hers(), before, "Ada's things changed");
}

#[test]
fn a_key_decides_whose_journal_it_is_whatever_the_command_line_says() {
    let two = Two::new();
    let (_, key) = two.bob().key("reading", &["entries:read"]);

    let run = two.world.run_with(&["list", "--json", "--user", ADA], &[("JOURNAL_API_KEY", &key)], None).ok();

    assert_eq!(run.document()["total"], 0);
}

#[test]
fn a_key_does_what_its_scopes_allow_and_nothing_else() {
    let two = Two::new();
    // Ada is an admin, so that the key alone is what forbids.
    let keys = SCOPES.map(|scope| (scope, two.world.ada().key(scope, &[scope]).1));
    let before = two.hers()["export"].clone();

    for row in rows().filter(|row| !matches!(row.about, About::Machine | About::Operator)) {
        for (scope, key) in keys.iter().filter(|(scope, _)| row.scopes != [*scope]) {
            let run = two.run(row, Some(key));
            // Whoever sends uploads sees what becomes of those, and of no other job that there is one.
            if (row.name, *scope) == ("job show", "ingest") {
                absent(run);
                continue;
            }

            assert_eq!(run.code, 6, "{} with {scope} alone: {run:#?}", row.name);
            shows_nothing_of_hers(&run.refused(6).says("scope "), &two.world.path("inbox/out"));
        }
    }
    assert_eq!(two.hers()["export"], before, "a key without the scope changed something");

    for row in rows().filter(|row| !matches!(row.about, About::Machine | About::Operator | About::Thing)) {
        let (_, key) = two.world.ada().key(row.name, row.scopes);
        let run = two.run(row, Some(&key));
        // The text file is no password, and Ada's journal is not empty: only who may do it is told.
        let done = matches!((row.name, run.code), (_, 0) | ("user passwd", 2) | ("import journal", 4));
        assert!(done, "with its scopes: {run:#?}");
    }
}

#[test]
fn no_key_does_what_is_the_operators() {
    let two = Two::new();
    // Ada is an admin, and the key has every scope.
    let (_, key) = two.world.ada().key("everything", &SCOPES);

    for row in rows().filter(|row| row.about == About::Operator) {
        two.run(row, Some(&key)).refused(6).says("only the operator");
    }
}

#[test]
fn a_readonly_user_reads_and_never_writes() {
    let two = Two::new();
    two.world.ok(&["user", "add", "rita@home.example", "--role", "readonly"]);
    let rita = Person { world: &two.world, email: "rita@home.example" };
    let (_, key) = rita.key("all she may", &["entries:read", "search", "export", "account"]);

    for row in rows().filter(|row| row.about == About::Own) {
        let writes = row.scopes.iter().any(|scope| ["ingest", "entries:write"].contains(scope));
        let words = two.words(row);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        for run in [rita.run(&words), two.run(row, Some(&key))] {
            assert_eq!(run.code, if writes { 6 } else { 0 }, "{}: {run:#?}", row.name);
            drop(std::fs::remove_dir_all(two.world.path("inbox/out")));
        }
    }
    rita.run(&["key", "add", "more", "--scope", "ingest"]).refused(6);
    assert_eq!(rita.json(&["list"])["total"], 0);
}

#[test]
fn a_key_that_is_not_good_gets_one_sentence_whatever_the_cause() {
    let two = Two::new();
    let (revoked, revoked_key) = two.bob().key("revoked", &["entries:read"]);
    two.bob().run(&["key", "revoke", &revoked.to_string()]).ok();
    let (_, disabled_key) = two.bob().key("disabled", &["entries:read"]);
    let dora = Person { world: &two.world, email: "dora@home.example" };
    let (_, deleted_key) = dora.key("deleted", &["entries:read"]);
    two.world.ok(&["user", "disable", BOB]);
    two.world.ok(&["user", "delete", "dora@home.example", "--yes"]);
    let unknown = format!("{}x", &disabled_key[..disabled_key.len() - 1]);
    let causes = [revoked_key, disabled_key, deleted_key, unknown, "jnl_".to_owned(), "nonsense".to_owned()];

    for row in rows().filter(|row| !matches!(row.about, About::Machine | About::Operator)) {
        let answers: BTreeSet<String> = causes.iter().map(|key| two.run(row, Some(key)).refused(5).stderr).collect();

        assert_eq!(answers.len(), 1, "{}: {answers:#?}", row.name);
    }
    two.bob().run(&["list"]).refused(6).says("disabled");
}

#[test]
fn an_expired_key_gets_the_same_sentence_as_an_unknown_one() {
    let world = World::new();
    let made = world.json(&["key", "add", "short", "--expires", "1d"]);
    let key = support::text_of(&made, "key");
    let end: Timestamp = support::text_of(&made, "expires_at").parse().unwrap();
    let answer = |at: Timestamp, key: &str| {
        let pairs = [("HOME".to_owned(), world.path("home").into_os_string())];
        let config = Config::load(Vec::new(), None, &Environment::from_iter(pairs)).unwrap();
        let app = App::open(config, Arc::new(FixedClock(at)), Arc::new(OsEntropy)).unwrap();
        auth::with_key(&Arc::new(app), &Secret::new(key.to_owned()), "test").map(drop)
    };

    answer(end - SignedDuration::from_secs(1), key).unwrap();
    let expired = answer(end + SignedDuration::from_secs(1), key).unwrap_err();
    let stranger = answer(end, "jnl_unknown").unwrap_err();

    assert_eq!(expired.kind(), Kind::Unauthenticated);
    assert_eq!((expired.to_string(), expired.next_step()), (stranger.to_string(), stranger.next_step()));
}

#[test]
fn a_key_never_exceeds_its_maker() {
    let two = Two::new();
    let (narrow_id, narrow) = two.world.ada().key("narrow", &["account", "search"]);
    let (wide_id, _) = two.world.ada().key("wide", &["account", "search", "admin:users"]);
    let by = |key: &str, args: &[&str]| two.world.run_with(args, &[("JOURNAL_API_KEY", key)], None);

    for scope in SCOPES.iter().filter(|scope| !["account", "search"].contains(scope)) {
        by(&narrow, &["key", "add", "more", "--scope", scope]).refused(6);
    }
    by(&narrow, &["key", "rotate", &wide_id.to_string()]).refused(6);
    by(&narrow, &["key", "add", "same", "--scope", "search"]).ok();
    by(&narrow, &["key", "rotate", &narrow_id.to_string()]).ok();
    two.bob().run(&["key", "add", "admin", "--scope", "admin:users"]).refused(6);
    assert_eq!(two.world.ada().json(&["key", "list"])["items"].as_array().unwrap().len(), 7);
}

#[test]
fn an_admins_key_opens_no_journal_but_the_admins_own() {
    let two = Two::new();
    two.world.ok(&["user", "admin", BOB]);
    let (_, key) = two.bob().key("admin", &SCOPES);
    let by = |args: &[&str]| two.world.run_with(args, &[("JOURNAL_API_KEY", &key)], None);
    let entry = two.entry.to_string();

    for run in [
        by(&["list", "--user", ADA]).ok(),
        by(&["search", "lighthouse", "--user", ADA]).ok(),
        by(&["show", &entry, "--user", ADA]).refused(3),
        by(&["show", &entry, "--history"]).refused(3),
        by(&["user", "show", ADA, "--json"]).ok(),
        by(&["audit", "list", "--json"]).ok(),
    ] {
        shows_nothing_of_hers(&run, &two.world.path("inbox/out"));
    }
    by(&["key", "revoke", &two.key.to_string()]).refused(3);
}

#[test]
fn a_bounded_key_reaches_nothing_of_the_rest_by_any_command() {
    let two = Two::new();
    let ada = two.world.ada();
    // What is derived is there before, so that nothing changes by itself.
    ada.run(&["job", "run"]).ok();
    let before = ada.export()["entries"].clone();
    let scopes = ["entries:read", "entries:write", "ingest", "ingest:url", "search", "account"];
    let scopes = scopes.iter().flat_map(|scope| ["--scope", *scope]);
    let bounds = ["--from", "2024-07-01", "--without-tag", "private"];
    let made: Vec<&str> = ["key", "add", "bounded"].into_iter().chain(scopes).chain(bounds).collect();
    let key = support::text_of(&ada.json(&made), "key").to_owned();
    let closed = [
        "export",
        "import journal",
        "activity",
        "job list",
        "reindex",
        "egress list",
        "egress report",
        "egress policy",
    ];

    for row in rows().filter(|row| !matches!(row.about, About::Machine | About::Operator)) {
        let run = two.run(row, Some(&key));

        shows_nothing_of_hers(&run, &two.world.path("inbox/out"));
        let of_entry = row.args.contains("{entry}");
        match row.about {
            _ if closed.contains(&row.name) || row.about == About::People => drop(run.refused(6)),
            About::Thing if of_entry => assert!([3, 6].contains(&run.code), "{run:#?}"),
            _ => assert!([0, 3, 4, 6].contains(&run.code), "{run:#?}"),
        }
    }

    let by = |args: &[&str]| two.world.run_with(args, &[("JOURNAL_API_KEY", &key)], None);
    let listed = by(&["list", "--json"]).ok().document();
    assert!(listed["total"].as_i64().unwrap() >= 1, "what it wrote itself: {listed}");
    assert_eq!(by(&["stats", "--json"]).ok().document()["total_entries"], listed["total"]);
    let after = ada.export()["entries"].as_array().unwrap().clone();
    assert!(before.as_array().unwrap().iter().all(|entry| after.contains(entry)), "something of hers changed");
}

#[test]
fn a_key_never_reaches_further_than_its_maker() {
    let world = World::new();
    let ada = world.ada();
    let bounds = ["--from", "2024-01-01", "--to", "2024-12-31", "--without-tag", "Private"];
    let made = ada.json(&[&["key", "add", "narrow", "--scope", "account", "--scope", "search"], &bounds[..]].concat());
    let (wide, _) = ada.key("wide", &["account", "search"]);
    let key = support::text_of(&made, "key");
    let by = |args: &[&str]| world.run_with(&[args, &["--json"]].concat(), &[("JOURNAL_API_KEY", key)], None);
    let held = made["boundary"].clone();

    let same = by(&["key", "add", "same", "--scope", "search"]).ok().document();
    let narrower = by(&["key", "add", "less", "--scope", "search", "--from", "2024-06-01", "--without-tag", "work"]);
    let narrower = narrower.ok().document();
    let rotated = by(&["key", "rotate", &wide.to_string()]).ok().document();
    for (flag, date) in [("--from", "2023-12-31"), ("--to", "2025-01-01")] {
        let wider = ["key", "add", "more", "--scope", "search", flag, date];
        world.run_with(&wider, &[("JOURNAL_API_KEY", key)], None).refused(6).says("does not");
    }

    assert_eq!((&held["from"], &held["without_tags"]), (&"2024-01-01".into(), &serde_json::json!(["private"])));
    assert_eq!((&same["boundary"], &rotated["boundary"]), (&held, &held), "a wider key became its maker's");
    assert_eq!(narrower["boundary"]["to"], "2024-12-31");
    assert_eq!(narrower["boundary"]["without_tags"], serde_json::json!(["private", "work"]));
    let own = ada.json(&["key", "rotate", &same["id"].to_string()]);
    assert_eq!(own["boundary"], held, "rotating keeps what a key reaches");
    // Many keys of ten entries a day each would be many times ten.
    let capped = ada.json(&["key", "add", "capped", "--scope", "account", "--entries-per-day", "10"]);
    let capped = [("JOURNAL_API_KEY", support::text_of(&capped, "key"))];
    world.run_with(&["key", "add", "more", "--scope", "account"], &capped, None).refused(6);
    world.run_with(&["key", "rotate", &rotated["id"].to_string()], &capped, None).refused(6);
}
