use std::marker::PhantomData;

use refinery::Migration;
use refinery::Runner;

use super::*;

/// A database with these migrations.
trait Script: Send + Sync + 'static {
    const MIGRATIONS: &'static [(&'static str, &'static str)];
}

struct Of<S>(PhantomData<S>);

impl<S: Script> Purpose for Of<S> {
    type Memory = ();

    fn migrations() -> Runner {
        let migrations: Vec<_> =
            S::MIGRATIONS.iter().map(|(name, sql)| Migration::unapplied(name, sql).unwrap()).collect();
        Runner::new(&migrations)
    }
}

const FIRST: (&str, &str) = ("V1__words", "CREATE TABLE words (word TEXT NOT NULL) STRICT;");

struct Old;
impl Script for Old {
    const MIGRATIONS: &'static [(&'static str, &'static str)] = &[FIRST];
}

struct New;
impl Script for New {
    const MIGRATIONS: &'static [(&'static str, &'static str)] =
        &[FIRST, ("V2__days", "CREATE TABLE days (day TEXT NOT NULL) STRICT;")];
}

struct Broken;
impl Script for Broken {
    const MIGRATIONS: &'static [(&'static str, &'static str)] =
        &[FIRST, ("V2__days", "CREATE TABLE days (day TEXT NOT NULL) STRICT; INSERT INTO nowhere VALUES (1);")];
}

fn add(db: &Db<'_, impl Purpose>, word: &str) -> Result<usize> {
    db.run("INSERT INTO words (word) VALUES (?1)", [word])
}

fn words(db: &Db<'_, impl Purpose>) -> Result<Vec<String>> {
    db.all("SELECT word FROM words ORDER BY rowid", [], |row| row.get(0))
}

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.create::<Old>().unwrap().write(|db| add(db, "kept")).unwrap();
        place
    }

    fn create<S: Script>(&self) -> Result<Database<Of<S>>> {
        Database::create(&self.0.path().join("x.db"), &Key::from_array([5; 32]), &self.0.path().join("lock"))
    }

    fn open<S: Script>(&self) -> Result<Database<Of<S>>> {
        Database::open(&self.0.path().join("x.db"), &Key::from_array([5; 32]), &self.0.path().join("lock"))
    }
}

#[test]
fn a_database_from_the_future_is_refused_and_stays_as_it_is() {
    let place = Place::new();
    drop(place.open::<New>().unwrap());

    let refused = place.open::<Old>().err().unwrap();

    assert!(refused.to_string().contains("newer version"), "{refused:?}");
    assert_eq!(place.open::<New>().unwrap().read(words).unwrap(), ["kept"]);
}

#[test]
fn a_migration_that_fails_leaves_the_file_as_it_was() {
    let place = Place::new();

    place.open::<Broken>().err().unwrap();

    let old = place.open::<Old>().unwrap();
    let days = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'days'";
    assert_eq!(old.read(|db| db.one(days, [], |row| row.get::<_, i64>(0))).unwrap(), 0);
    assert_eq!(old.read(words).unwrap(), ["kept"]);
}

#[test]
fn a_reader_sees_one_moment_and_never_waits_for_a_writer() {
    let place = Place::new();
    let database = place.open::<Old>().unwrap();

    let seen = database.read(|before| {
        let first = words(before)?;
        database.write(|db| add(db, "meanwhile"))?;
        Ok((first, words(before)?))
    });

    let (first, second) = seen.unwrap();
    assert_eq!(first, second);
    assert_eq!(database.read(words).unwrap(), ["kept", "meanwhile"]);
}

#[test]
fn a_write_that_fails_or_panics_is_undone_and_the_next_one_works() {
    let place = Place::new();
    let database = place.open::<Old>().unwrap();

    let failed = database.write(|db| add(db, "failed").and_then(|_| Err::<(), _>(Error::not_found("reason"))));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        database.write(|db| -> Result<()> {
            add(db, "panicked")?;
            panic!("in the middle");
        })
    }));
    database.write(|db| add(db, "next")).unwrap();

    assert!(failed.is_err() && panicked.is_err());
    assert_eq!(database.read(words).unwrap(), ["kept", "next"]);
}

#[test]
fn another_key_opens_nothing() {
    let place = Place::new();
    let path = place.0.path().join("x.db");

    let refused =
        Database::<Of<Old>>::open(&path, &Key::from_array([6; 32]), &place.0.path().join("lock")).err().unwrap();

    assert!(refused.to_string().contains("not of this keyring"), "{refused:?}");
}
