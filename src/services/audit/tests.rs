//! Tests that a change is rolled back when its audit or activity row cannot be written.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::clock::FixedClock;
use crate::config::{Config, EnvironmentSnapshot};
use crate::domain::email::EmailAddress;
use crate::domain::id::{EntryId, KeyId};
use crate::domain::user::UserRole;
use crate::entropy::OsEntropy;
use crate::secret::Secret;
use crate::services::accounts::api_keys::{self, KeyExpiry};
use crate::services::accounts::{containment, users};
use crate::services::admin::doctor;
use crate::services::entries::DeletionMode;
use crate::services::{auth, entries, ingest};
use crate::setup;

const ADA: &str = "ada@home.example";
const BOB: &str = "bob@home.example";

struct AuditTestWorld {
    app: Arc<AppState>,
    _home: tempfile::TempDir,
}

fn key(name: &str) -> api_keys::CreateKeyRequest {
    api_keys::CreateKeyRequest {
        name: name.to_owned(),
        expiry: KeyExpiry::Never,
        ..api_keys::CreateKeyRequest::default()
    }
}

fn email(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

fn add(address: &str) -> users::CreateUserRequest {
    users::CreateUserRequest { email: email(address), name: None, role: UserRole::Member, password: None }
}

impl AuditTestWorld {
    async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = || {
            let pairs = [("HOME".to_owned(), home.path().as_os_str().to_owned())];
            Config::load(Vec::new(), None, &EnvironmentSnapshot::from_iter(pairs)).unwrap()
        };
        let clock = Arc::new(FixedClock("2026-11-21T12:00:00Z".parse().unwrap()));
        setup::init(config(), clock.clone(), Arc::new(OsEntropy), add(ADA)).await.unwrap();
        let app = Arc::new(AppState::open(config(), clock, Arc::new(OsEntropy)).unwrap());
        let world = Self { app, _home: home };
        users::add(&world.admin(), add(BOB)).await.unwrap();
        world
    }

    fn admin(&self) -> Ctx {
        auth::administration(self.app.clone())
    }

    fn bob(&self) -> Ctx {
        auth::operator(self.app.clone(), Some(BOB)).unwrap()
    }

    /// Returns the content of the accounts database, without the audit log.
    async fn state(&self) -> String {
        let users = users::list(&self.admin()).await.unwrap();
        let keys = api_keys::list(&self.bob()).await.unwrap();
        let notebooks = std::fs::read_dir(self.app.store.data.notebooks()).unwrap().count();
        serde_json::json!({ "users": users, "keys": keys, "notebooks": notebooks }).to_string()
    }
}

type AuditedChange = fn(AuditTestWorld) -> Pin<Box<dyn Future<Output = (AuditTestWorld, bool)>>>;

macro_rules! act {
    (|$world:ident| $work:expr) => {
        |$world| {
            Box::pin(async move {
                let done = $work.await.is_ok();
                ($world, done)
            })
        }
    };
}

#[tokio::test]
async fn account_changes_roll_back_without_their_audit_row() {
    let acts: [(&str, AuditedChange); 13] = [
        ("add", act!(|world| users::add(&world.admin(), add("eve@home.example")))),
        ("enable", act!(|world| users::set_active(&world.admin(), email(BOB), true))),
        ("disable", act!(|world| users::set_active(&world.admin(), email(BOB), false))),
        ("admin", act!(|world| users::set_admin(&world.admin(), email(BOB), true))),
        ("unlock", act!(|world| users::unlock(&world.admin(), email(BOB)))),
        ("delete", act!(|world| users::delete(&world.admin(), email(BOB)))),
        (
            "password",
            act!(|world| users::set_password(
                &world.admin(),
                email(BOB),
                Secret::new("violet anchor mountain".to_owned())
            )),
        ),
        ("contain", act!(|world| containment::contain(&world.admin(), email(BOB), "7d"))),
        ("key", act!(|world| api_keys::add(&world.bob(), key("laptop")))),
        ("revoke", act!(|world| api_keys::revoke(&world.bob(), KeyId(1)))),
        ("rotate", act!(|world| api_keys::rotate(&world.bob(), KeyId(1)))),
        ("logout", act!(|world| auth::login::logout(&world.bob()))),
        ("export", act!(|world| super::export(&world.admin(), |_| Ok(())))),
    ];
    let mut world = AuditTestWorld::new().await;
    api_keys::add(&world.bob(), key("first")).await.unwrap();
    let before = world.state().await;
    world
        .app
        .store
        .accounts
        .write(|db| {
            db.execute("CREATE TRIGGER jam BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'jammed'); END", [])
        })
        .unwrap();

    for (name, act) in acts {
        let done;
        (world, done) = act(world).await;

        // A logout without a session does nothing, so it records nothing.
        assert_eq!(done, name == "logout", "{name}");
        assert_eq!(world.state().await, before, "{name}");
    }
}

#[tokio::test]
async fn entry_changes_roll_back_without_their_activity_row() {
    let world = AuditTestWorld::new().await;
    let bob = world.bob();
    let kept = ingest::write(&bob, "Rain all day.", None).await.unwrap();
    let notebook = world.app.store.notebook(bob.notebook().unwrap()).unwrap();
    notebook
        .write(|db| {
            db.execute("CREATE TRIGGER jam BEFORE INSERT ON activity BEGIN SELECT RAISE(ABORT, 'jammed'); END", [])
        })
        .unwrap();

    let file = ingest::InputFile::new("a.md".to_owned(), b"From a file.".to_vec());
    let edit = entries::EntryEdit { title: Some("Rain".to_owned()), ..entries::EntryEdit::default() };
    assert!(ingest::write(&bob, "Sun at last.", None).await.is_err());
    assert!(ingest::files(&bob, vec![file], None, ingest::ChangePolicy::default()).await.is_err());
    assert!(entries::edit(&bob, kept.id, edit).await.is_err());
    assert!(entries::delete(&bob, vec![kept.id], DeletionMode::Trash).await.is_err());
    assert!(entries::delete(&bob, vec![kept.id], DeletionMode::Now).await.is_err());

    let found = entries::get(&bob, kept.id).await.unwrap();
    assert_eq!((found.title, found.updated_at), (None, kept.updated_at));
    assert!(entries::history(&bob, kept.id).await.unwrap().is_empty());
    assert!(entries::get(&bob, EntryId(kept.id.0 + 1)).await.is_err());
}

#[tokio::test]
async fn doctor_finds_a_row_removed_from_the_activity_log() {
    let world = AuditTestWorld::new().await;
    let bob = world.bob();
    let data_dir = world.app.config.data_dir.clone();
    for text in ["Rain all day.", "Sun at last."] {
        ingest::write(&bob, text, None).await.unwrap();
    }
    let failed = async |app: &Arc<AppState>| {
        let checks = doctor::run_checks(&data_dir, Ok(app.clone())).await.checks;
        checks
            .into_iter()
            .filter(|check| check.mark == doctor::CheckStatus::Failed)
            .map(|check| check.detail)
            .collect::<Vec<_>>()
    };
    assert_eq!(failed(&world.app).await, Vec::<String>::new());

    let notebook = world.app.store.notebook(bob.notebook().unwrap()).unwrap();
    notebook
        .write(|db| {
            db.execute("DROP TRIGGER activity_is_never_shortened", [])?;
            db.execute("DELETE FROM activity WHERE seq = 2", [])
        })
        .unwrap();

    assert_eq!(failed(&world.app).await, ["row 2 of its activity log was changed or removed"]);
}

#[tokio::test]
async fn reads_succeed_while_counting_fails_and_are_counted_later() {
    let world = AuditTestWorld::new().await;
    let bob = world.bob();
    let id = ingest::write(&bob, "Rain all day.", None).await.unwrap().id;
    let notebook = world.app.store.notebook(bob.notebook().unwrap()).unwrap();
    notebook
        .write(|db| {
            db.execute("CREATE TRIGGER jam BEFORE INSERT ON reads BEGIN SELECT RAISE(ABORT, 'jammed'); END", [])
        })
        .unwrap();

    entries::get(&bob, id).await.unwrap();
    assert!(world.app.flush_reads().is_err());
    entries::get(&bob, id).await.unwrap();
    notebook.write(|db| db.execute("DROP TRIGGER jam", [])).unwrap();
    world.app.flush_reads().unwrap();
    world.app.flush_reads().unwrap();

    let counted = notebook.read(|db| crate::storage::notebook::read_counts::list_since(db, "", None, 10)).unwrap();
    assert_eq!(counted.iter().map(|reads| (reads.what.as_str(), reads.requests)).collect::<Vec<_>>(), [("entry", 2)]);
}
