//! An act whose row cannot be written does not happen.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::app::App;
use crate::auth;
use crate::clock::FixedClock;
use crate::config::Config;
use crate::config::Environment;
use crate::containment;
use crate::ctx::Ctx;
use crate::doctor;
use crate::entries;
use crate::entropy::OsEntropy;
use crate::ingest;
use crate::keys;
use crate::keys::Expiry;
use crate::model::email::Email;
use crate::model::id::EntryId;
use crate::model::id::KeyId;
use crate::model::user::Role;
use crate::secret::Secret;
use crate::setup;
use crate::users;

const ADA: &str = "ada@home.example";
const BOB: &str = "bob@home.example";

struct World {
    app: Arc<App>,
    _home: tempfile::TempDir,
}

fn key(name: &str) -> keys::Add {
    keys::Add { name: name.to_owned(), expiry: Expiry::Never, ..keys::Add::default() }
}

fn email(text: &str) -> Email {
    text.parse().unwrap()
}

fn add(address: &str) -> users::Add {
    users::Add { email: email(address), name: None, role: Role::Member, password: None }
}

impl World {
    async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = || {
            let pairs = [("HOME".to_owned(), home.path().as_os_str().to_owned())];
            Config::load(Vec::new(), None, &Environment::from_iter(pairs)).unwrap()
        };
        let clock = Arc::new(FixedClock("2026-11-21T12:00:00Z".parse().unwrap()));
        setup::init(config(), clock.clone(), Arc::new(OsEntropy), add(ADA)).await.unwrap();
        let app = Arc::new(App::open(config(), clock, Arc::new(OsEntropy)).unwrap());
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

    /// Everything the accounts database says, but for the trail.
    async fn state(&self) -> String {
        let users = users::list(&self.admin()).await.unwrap();
        let keys = keys::list(&self.bob()).await.unwrap();
        let notebooks = std::fs::read_dir(self.app.store.data.notebooks()).unwrap().count();
        serde_json::json!({ "users": users, "keys": keys, "notebooks": notebooks }).to_string()
    }
}

type Act = fn(World) -> Pin<Box<dyn Future<Output = (World, bool)>>>;

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
async fn an_act_on_people_or_keys_whose_audit_row_cannot_be_written_is_undone() {
    let acts: [(&str, Act); 13] = [
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
        ("key", act!(|world| keys::add(&world.bob(), key("laptop")))),
        ("revoke", act!(|world| keys::revoke(&world.bob(), KeyId(1)))),
        ("rotate", act!(|world| keys::rotate(&world.bob(), KeyId(1)))),
        ("logout", act!(|world| auth::login::logout(&world.bob()))),
        ("export", act!(|world| super::export(&world.admin(), |_| Ok(())))),
    ];
    let mut world = World::new().await;
    keys::add(&world.bob(), key("first")).await.unwrap();
    let before = world.state().await;
    world
        .app
        .store
        .accounts
        .write(|db| db.run("CREATE TRIGGER jam BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'jammed'); END", []))
        .unwrap();

    for (name, act) in acts {
        let done;
        (world, done) = act(world).await;

        // A logout of somebody without a session does nothing, and so has nothing to record.
        assert_eq!(done, name == "logout", "{name}");
        assert_eq!(world.state().await, before, "{name}");
    }
}

#[tokio::test]
async fn an_act_on_entries_whose_activity_line_cannot_be_written_is_undone() {
    let world = World::new().await;
    let bob = world.bob();
    let kept = ingest::write(&bob, "Rain all day.", None).await.unwrap();
    let notebook = world.app.store.notebook(bob.notebook().unwrap()).unwrap();
    notebook
        .write(|db| db.run("CREATE TRIGGER jam BEFORE INSERT ON activity BEGIN SELECT RAISE(ABORT, 'jammed'); END", []))
        .unwrap();

    let file = ingest::Incoming { name: "a.md".to_owned(), bytes: b"From a file.".to_vec() };
    let edit = entries::Edit { title: Some("Rain".to_owned()), ..entries::Edit::default() };
    assert!(ingest::write(&bob, "Sun at last.", None).await.is_err());
    assert!(ingest::files(&bob, vec![file], None).await.is_err());
    assert!(entries::edit(&bob, kept.id, edit).await.is_err());
    assert!(entries::delete(&bob, vec![kept.id]).await.is_err());

    let found = entries::get(&bob, kept.id).await.unwrap();
    assert_eq!((found.title, found.updated_at), (None, kept.updated_at));
    assert!(entries::history(&bob, kept.id).await.unwrap().is_empty());
    assert!(entries::get(&bob, EntryId(kept.id.0 + 1)).await.is_err());
}

#[tokio::test]
async fn doctor_finds_a_line_that_was_taken_out_of_a_notebooks_activity() {
    let world = World::new().await;
    let bob = world.bob();
    let data_dir = world.app.config.data_dir.clone();
    for text in ["Rain all day.", "Sun at last."] {
        ingest::write(&bob, text, None).await.unwrap();
    }
    let failed = async |app: &Arc<App>| {
        let checks = doctor::examine(&data_dir, Ok(app.clone())).await.checks;
        checks
            .into_iter()
            .filter(|check| check.mark == doctor::Mark::Failed)
            .map(|check| check.detail)
            .collect::<Vec<_>>()
    };
    assert_eq!(failed(&world.app).await, Vec::<String>::new());

    let notebook = world.app.store.notebook(bob.notebook().unwrap()).unwrap();
    notebook
        .write(|db| {
            db.run("DROP TRIGGER activity_is_never_shortened", [])?;
            db.run("DELETE FROM activity WHERE seq = 2", [])
        })
        .unwrap();

    assert_eq!(failed(&world.app).await, ["line 2 of its activity was changed or removed"]);
}

#[tokio::test]
async fn a_read_succeeds_while_it_cannot_be_written_down_and_is_counted_later() {
    let world = World::new().await;
    let bob = world.bob();
    let id = ingest::write(&bob, "Rain all day.", None).await.unwrap().id;
    let notebook = world.app.store.notebook(bob.notebook().unwrap()).unwrap();
    notebook
        .write(|db| db.run("CREATE TRIGGER jam BEFORE INSERT ON reads BEGIN SELECT RAISE(ABORT, 'jammed'); END", []))
        .unwrap();

    entries::get(&bob, id).await.unwrap();
    assert!(world.app.flush_reads().is_err());
    entries::get(&bob, id).await.unwrap();
    notebook.write(|db| db.run("DROP TRIGGER jam", [])).unwrap();
    world.app.flush_reads().unwrap();
    world.app.flush_reads().unwrap();

    let counted = notebook.read(|db| crate::storage::notebook::reads::since(db, "", None, 10)).unwrap();
    assert_eq!(counted.iter().map(|reads| (reads.what.as_str(), reads.requests)).collect::<Vec<_>>(), [("entry", 2)]);
}
