//! Deletion of accounts: the data to be deleted is reported before and after, and none remains in any file.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::import_export::tree;
use crate::support::{World, needles, pictures};
use journal::app::context::Ctx;
use journal::app::state::AppState;
use journal::clock::FixedClock;
use journal::config::{Config, EnvironmentSnapshot};
use journal::domain::email::EmailAddress;
use journal::entropy::OsEntropy;
use journal::error::Result;
use journal::services::accounts::users::{self, DeletionReceipt};
use journal::services::auth;

const WALDO: &str = "waldemar.canary@hidden-village.example";
const PHRASE: &str = "marmalade heron of Quellwasser";

/// Adds a user with an entry, an original and an API key.
fn add_waldo(world: &World) {
    world.ok(&["user", "add", WALDO, "--name", "Waldemar Zwetschgenbaum"]);
    world.file("notes/a.md", format!("---\ndate: 2024-05-01\n---\n{PHRASE} ![](sea.jpg)"));
    world.file("notes/sea.jpg", pictures::jpeg(64, 64, 3));
    let notes = world.path("inbox/notes");
    world.ok(&["import", "markdown", notes.to_str().unwrap(), "--user", WALDO]);
    world.ok(&["key", "add", "laptop", "--user", WALDO]);
}

#[test]
fn the_data_to_be_deleted_is_listed_before_the_confirmation() {
    let world = World::new();
    add_waldo(&world);

    let run = world.run(&["user", "delete", WALDO, "--no-input"]).refused(2);

    assert!(run.stderr.contains("1 journal, 1 entry, 1 original"), "{run:#?}");
    assert!(run.stderr.contains("1 key,") && run.stderr.contains("backups"), "{run:#?}");
    world.run(&["user", "delete", WALDO, "--now", "--no-input"]).refused(2);
    world.run(&["user", "delete", "unknown@home.example", "--yes"]).refused(3);
    world.ok(&["list", "--user", WALDO]);
}

#[test]
fn delete_now_returns_a_receipt_and_leaves_no_trace_in_files() {
    let world = World::new();
    add_waldo(&world);
    let bytes = pictures::jpeg(64, 64, 3).len();
    let notebooks = || std::fs::read_dir(world.data().join("notebooks")).unwrap().count();
    assert_eq!(notebooks(), 2);

    let receipt = world.json(&["user", "delete", WALDO, "--now", "--yes"]);

    let log = world.data().join("accounts.db-wal");
    assert!(std::fs::metadata(log).map_or(0, |metadata| metadata.len()) == 0, "the write-ahead log is truncated");
    let purged = &receipt["users"][0];
    assert_eq!((&purged["entries"], &purged["originals"]), (&json!(1), &json!(1)), "{receipt}");
    assert_eq!((&purged["original_bytes"], &purged["keys"], &purged["jobs"]), (&json!(bytes), &json!(1), &json!(1)));
    assert_eq!((&purged["notebooks"], &purged["sessions"]), (&json!(1), &json!(0)));
    assert!(!receipt.to_string().contains("waldemar"), "the receipt contains no name");
    assert_eq!(notebooks(), 1);
    world.run(&["list", "--user", WALDO]).refused(3);
    let trail = world.json(&["audit", "list"]);
    let event_row = trail["items"].as_array().unwrap().iter().find(|event| event["action"] == "USER_PURGED").unwrap();
    let resource = event_row["resource"].as_str().unwrap();
    assert!(resource.starts_with("user:2 notebooks=1 entries=1 originals=1"), "{resource}");
    world.ok(&["audit", "verify"]);
    let found = needles::scan(&world.data(), &needles::needles(&[PHRASE, WALDO, "Waldemar Zwetschgenbaum"])).0;
    assert_eq!(found, [] as [String; 0]);
    let ada = tree::export_to(world.ada(), "out");
    assert_eq!(tree::read_document(&ada)["entries"], json!([]), "other users are unchanged");
}

#[test]
fn a_deletion_can_be_undone_and_the_last_admin_is_kept() {
    let world = World::new();
    add_waldo(&world);

    world.ok(&["user", "delete", WALDO, "--yes"]);
    assert_eq!(world.json(&["user", "purge"])["users"], json!([]), "nothing is purged for seven days");
    world.ok(&["user", "delete", WALDO, "--undo"]);
    assert_eq!(world.json(&["list", "--user", WALDO])["total"], 1);

    world.run(&["user", "delete", crate::support::ADA, "--now", "--yes"]).refused(4).says("last admin");
    world.run(&["user", "delete", WALDO, "--now", "--undo", "--yes"]).refused(2);
    world.ok(&["user", "delete", WALDO, "--yes"]);
    world.ok(&["user", "delete", WALDO, "--now", "--yes"]);
}

/// Opens the data directory with a clock that shows the given time, and runs an operation as the operator.
fn at_time<T>(world: &World, at: Timestamp, act: impl AsyncFnOnce(&Ctx) -> Result<T>) -> T {
    let pairs = [("HOME".to_owned(), world.path("home").into_os_string())];
    let config = Config::load(Vec::new(), None, &EnvironmentSnapshot::from_iter(pairs)).unwrap();
    let app = AppState::open(config, Arc::new(FixedClock(at)), Arc::new(OsEntropy)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(act(&auth::administration(Arc::new(app)))).unwrap()
}

/// Runs the purge at the given time.
fn purge_at(world: &World, at: Timestamp) -> DeletionReceipt {
    at_time(world, at, users::purge)
}

#[test]
fn a_deleted_user_is_purged_after_seven_days_and_not_before() {
    let world = World::new();
    add_waldo(&world);
    let deleted = world.json(&["user", "delete", WALDO, "--yes"]);
    let at: Timestamp = crate::support::text_of(&deleted, "deleted_at").parse().unwrap();
    let week = SignedDuration::from_hours(7 * 24);

    assert!(purge_at(&world, at + week - SignedDuration::from_secs(1)).users.is_empty());
    let receipt = purge_at(&world, at + week + SignedDuration::from_secs(1));

    assert_eq!((receipt.users.len(), receipt.users[0].data.entries), (1, 1));
    assert!(purge_at(&world, at + week + week).users.is_empty(), "purged only once");
    world.run(&["user", "delete", WALDO, "--undo"]).refused(3);
    assert_eq!(std::fs::read_dir(world.data().join("notebooks")).unwrap().count(), 1);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the program under test uses the system clock")]
fn only_user_purge_destroys_due_accounts_and_it_asks() {
    let world = World::new();
    add_waldo(&world);
    let email: EmailAddress = WALDO.parse().unwrap();
    let eight_days_ago = Timestamp::now() - SignedDuration::from_hours(8 * 24);
    at_time(&world, eight_days_ago, async |ctx| users::delete(ctx, email).await);
    let notebooks = || std::fs::read_dir(world.data().join("notebooks")).unwrap().count();

    assert!(world.ok(&["user", "list"]).contains(WALDO));
    world.ok(&["user", "show", WALDO]);
    world.ok(&["user", "unlock", crate::support::ADA]);
    let due = world.json(&["user", "purge", "--dry-run"]);
    let refused = world.run(&["user", "purge", "--no-input"]).refused(2);

    assert_eq!((&due["deleted"], &due["users"][0]["email"]), (&json!(false), &json!(WALDO)), "{due}");
    assert_eq!((&due["users"][0]["entries"], &due["users"][0]["keys"]), (&json!(1), &json!(1)), "{due}");
    assert!(refused.stderr.contains("1 journal, 1 entry, 1 original"), "{refused:#?}");
    assert_eq!(notebooks(), 2, "nothing is destroyed without confirmation");

    let receipt = world.json(&["user", "purge", "--yes"]);

    assert_eq!((&receipt["users"][0]["user_id"], &receipt["users"][0]["entries"]), (&json!(2), &json!(1)), "{receipt}");
    assert_eq!(notebooks(), 1);
    assert!(!world.ok(&["user", "list"]).contains(WALDO));
    assert_eq!(world.json(&["user", "purge"])["users"], json!([]));
}
