//! What somebody with a notebook's database key could try on its activity.

use uuid::Uuid;

use super::*;
use crate::storage::database::Database;
use crate::storage::notebook::Notebook;

struct Kept {
    database: Database<Notebook>,
    key: Key,
    _folder: tempfile::TempDir,
}

const RECORD: Record<'static> = Record {
    at: "2026-11-21T00:00:00Z",
    actor: "user:1",
    via: "session:1",
    action: "ENTRY_EDITED",
    resource: "entry:1",
    result: "ok",
    on_behalf: None,
    ip: Some("192.0.2.7"),
    user_agent: None,
    request_id: Some("r"),
};

impl Kept {
    fn new(notebook: u128, acts: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (path, lock) = (folder.path().join("notebook.db"), folder.path().join("lock"));
        let database = Database::create(&path, &Key::from_array([8; 32]), &lock).unwrap();
        let key = crypto::audit::of_notebook(&Key::from_array([9; 32]), Uuid::from_u128(notebook));
        let kept = Self { database, key, _folder: folder };
        for act in 0..acts {
            kept.append(&format!("entry:{act}"));
        }
        kept
    }

    fn append(&self, resource: &str) {
        let record = Record { resource, ..RECORD };
        // Every other act is an assistant's.
        let assistant = (resource.bytes().last().unwrap_or(0) % 2 == 1).then_some("claude-code 2.1");
        let beside = Beside { changed: Some("title text"), assistant };
        self.database.write(|db| append(db, &self.key, &record, beside)).unwrap();
    }

    fn broken_at(&self) -> Option<i64> {
        self.database.read(|db| verify(db, &self.key)).unwrap().1
    }

    /// Does what only somebody with the database's key can do.
    fn forge(&self, statements: &[&str]) {
        self.database
            .write(|db| {
                db.run("DROP TRIGGER IF EXISTS activity_is_never_changed", [])?;
                db.run("DROP TRIGGER IF EXISTS activity_is_never_shortened", [])?;
                statements.iter().try_for_each(|statement| db.run(statement, []).map(drop))
            })
            .unwrap();
    }
}

#[test]
fn lines_can_neither_be_changed_nor_removed() {
    let kept = Kept::new(1, 3);

    for statement in ["UPDATE activity SET actor = 'nobody' WHERE seq = 2", "DELETE FROM activity WHERE seq = 3"] {
        kept.database.write(|db| db.run(statement, [])).unwrap_err();
    }

    assert_eq!(kept.broken_at(), None);
}

#[test]
fn a_notebook_without_activity_is_sound() {
    assert_eq!(Kept::new(1, 0).broken_at(), None);
}

#[test]
fn changed_removed_and_exchanged_lines_are_found_where_they_stood() {
    for (statements, at) in [
        (&["UPDATE activity SET actor = 'nobody' WHERE seq = 2"][..], 2),
        (&["UPDATE activity SET changed = 'title' WHERE seq = 2"], 2),
        (&["UPDATE activity SET changed = NULL WHERE seq = 2"], 2),
        (&["UPDATE activity SET assistant = NULL WHERE seq = 2"], 2),
        (&["UPDATE activity SET assistant = 'a person' WHERE seq = 4"], 4),
        (&["UPDATE activity SET assistant = 'claude-code 2.1' WHERE seq = 1"], 1),
        (&["UPDATE activity SET assistant = changed, changed = NULL WHERE seq = 3"], 3),
        (&["UPDATE activity SET user_agent = '' WHERE seq = 4"], 4),
        (&["UPDATE activity SET ip = request_id, request_id = ip WHERE seq = 4"], 4),
        (&["DELETE FROM activity WHERE seq = 1"], 1),
        (&["DELETE FROM activity WHERE seq = 3"], 3),
        (&["UPDATE activity SET resource = 'entry:' || (6 - seq)"], 1),
        // The tail, with and without what points to it.
        (&["DELETE FROM activity WHERE seq = 5"], 5),
        (&["DELETE FROM activity", "UPDATE activity_head SET seq = 0"], 1),
        (&["DELETE FROM activity_head"], 6),
        (
            &[
                "DELETE FROM activity WHERE seq = 5",
                "UPDATE activity_head SET seq = 4, last = (SELECT mac FROM activity WHERE seq = 4)",
            ],
            5,
        ),
        (
            &[
                "DELETE FROM activity WHERE seq = 5",
                "UPDATE activity_head SET seq = 4, last = (SELECT mac FROM activity WHERE seq = 4),
                                          mac = (SELECT mac FROM activity WHERE seq = 4)",
            ],
            5,
        ),
    ] {
        let kept = Kept::new(1, 5);
        kept.forge(statements);

        assert_eq!(kept.broken_at(), Some(at), "{statements:?}");
    }
}

#[test]
fn the_lines_of_another_notebook_are_none_of_this_one() {
    let (one, two) = (Kept::new(1, 3), Kept::new(2, 3));

    // The chains are byte for byte the same acts; only the notebooks differ.
    let swapped = one.database.read(|db| verify(db, &two.key)).unwrap();

    assert_eq!(swapped, (3, Some(1)));
}
