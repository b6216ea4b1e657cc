use std::marker::PhantomData;

use refinery::{Migration, Runner};

use super::*;

/// Migrations of a test database.
trait TestMigrations: Send + Sync + 'static {
    const MIGRATIONS: &'static [(&'static str, &'static str)];
}

struct TestDatabaseKind<S>(PhantomData<S>);

impl<S: TestMigrations> DatabaseKind for TestDatabaseKind<S> {
    type Memory = ();

    fn migrations() -> Runner {
        let migrations: Vec<_> =
            S::MIGRATIONS.iter().map(|(name, sql)| Migration::unapplied(name, sql).unwrap()).collect();
        Runner::new(&migrations)
    }
}

const FIRST: (&str, &str) = ("V1__words", "CREATE TABLE words (word TEXT NOT NULL) STRICT;");

struct OldSchema;
impl TestMigrations for OldSchema {
    const MIGRATIONS: &'static [(&'static str, &'static str)] = &[FIRST];
}

struct NewSchema;
impl TestMigrations for NewSchema {
    const MIGRATIONS: &'static [(&'static str, &'static str)] =
        &[FIRST, ("V2__days", "CREATE TABLE days (day TEXT NOT NULL) STRICT;")];
}

struct BrokenSchema;
impl TestMigrations for BrokenSchema {
    const MIGRATIONS: &'static [(&'static str, &'static str)] =
        &[FIRST, ("V2__days", "CREATE TABLE days (day TEXT NOT NULL) STRICT; INSERT INTO nowhere VALUES (1);")];
}

fn add(db: &DatabaseTx<'_, impl DatabaseKind>, word: &str) -> Result<usize> {
    db.execute("INSERT INTO words (word) VALUES (?1)", [word])
}

fn words(db: &DatabaseTx<'_, impl DatabaseKind>) -> Result<Vec<String>> {
    db.query_all("SELECT word FROM words ORDER BY rowid", [], |row| row.get(0))
}

struct TestDatabaseDir(tempfile::TempDir);

impl TestDatabaseDir {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.create::<OldSchema>().unwrap().write(|db| add(db, "kept")).unwrap();
        place
    }

    fn create<S: TestMigrations>(&self) -> Result<EncryptedDatabase<TestDatabaseKind<S>>> {
        EncryptedDatabase::create(
            &self.0.path().join("x.db"),
            &SymmetricKey::from_array([5; 32]),
            &self.0.path().join("lock"),
        )
    }

    fn open<S: TestMigrations>(&self) -> Result<EncryptedDatabase<TestDatabaseKind<S>>> {
        EncryptedDatabase::open(
            &self.0.path().join("x.db"),
            &SymmetricKey::from_array([5; 32]),
            &self.0.path().join("lock"),
        )
    }
}

#[test]
fn newer_schema_is_refused_and_left_unchanged() {
    let place = TestDatabaseDir::new();
    drop(place.open::<NewSchema>().unwrap());

    let refused = place.open::<OldSchema>().err().unwrap();

    assert!(refused.to_string().contains("newer version"), "{refused:?}");
    assert_eq!(place.open::<NewSchema>().unwrap().read(words).unwrap(), ["kept"]);
}

#[test]
fn failed_migration_rolls_back() {
    let place = TestDatabaseDir::new();

    place.open::<BrokenSchema>().err().unwrap();

    let old = place.open::<OldSchema>().unwrap();
    let days = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'days'";
    assert_eq!(old.read(|db| db.query_one(days, [], |row| row.get::<_, i64>(0))).unwrap(), 0);
    assert_eq!(old.read(words).unwrap(), ["kept"]);
}

#[test]
fn reader_sees_one_snapshot_and_never_waits_for_a_writer() {
    let place = TestDatabaseDir::new();
    let database = place.open::<OldSchema>().unwrap();

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
fn failed_or_panicking_write_rolls_back_and_next_write_works() {
    let place = TestDatabaseDir::new();
    let database = place.open::<OldSchema>().unwrap();

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
fn wrong_key_is_refused() {
    let place = TestDatabaseDir::new();
    let path = place.0.path().join("x.db");

    let refused = EncryptedDatabase::<TestDatabaseKind<OldSchema>>::open(
        &path,
        &SymmetricKey::from_array([6; 32]),
        &place.0.path().join("lock"),
    )
    .err()
    .unwrap();

    assert!(refused.to_string().contains("belongs to another keyring"), "{refused:?}");
}
