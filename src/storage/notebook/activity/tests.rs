//! Forgeries of an activity log with the notebook's database key.

use uuid::Uuid;

use super::*;
use crate::storage::database::EncryptedDatabase;
use crate::storage::notebook::NotebookKind;

struct TestActivityLog {
    database: EncryptedDatabase<NotebookKind>,
    key: SymmetricKey,
    _folder: tempfile::TempDir,
}

const RECORD: AuditRecord<'static> = AuditRecord {
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

impl TestActivityLog {
    fn new(notebook: u128, acts: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (path, lock) = (folder.path().join("notebook.db"), folder.path().join("lock"));
        let database = EncryptedDatabase::create(&path, &SymmetricKey::from_array([8; 32]), &lock).unwrap();
        let key =
            crypto::mac_chain::activity_key_for_notebook(&SymmetricKey::from_array([9; 32]), Uuid::from_u128(notebook));
        let kept = Self { database, key, _folder: folder };
        for act in 0..acts {
            kept.append(&format!("entry:{act}"));
        }
        kept
    }

    fn append(&self, resource: &str) {
        let record = AuditRecord { resource, ..RECORD };
        // Every other row is written by an assistant.
        let assistant = (resource.bytes().last().unwrap_or(0) % 2 == 1).then_some("claude-code 2.1");
        let details = ActivityDetails { changed: Some("title text"), assistant };
        self.database.write(|db| append(db, &self.key, &record, details)).unwrap();
    }

    fn broken_at(&self) -> Option<i64> {
        self.database.read(|db| verify_chain(db, &self.key)).unwrap().1
    }

    /// Runs statements without the triggers, as an attacker with the database key could.
    fn forge(&self, statements: &[&str]) {
        self.database
            .write(|db| {
                db.execute("DROP TRIGGER IF EXISTS activity_is_never_changed", [])?;
                db.execute("DROP TRIGGER IF EXISTS activity_is_never_shortened", [])?;
                statements.iter().try_for_each(|statement| db.execute(statement, []).map(drop))
            })
            .unwrap();
    }
}

#[test]
fn triggers_reject_updates_and_deletes_of_activity_rows() {
    let kept = TestActivityLog::new(1, 3);

    for statement in ["UPDATE activity SET actor = 'mallory' WHERE seq = 2", "DELETE FROM activity WHERE seq = 3"] {
        kept.database.write(|db| db.execute(statement, [])).unwrap_err();
    }

    assert_eq!(kept.broken_at(), None);
}

#[test]
fn empty_activity_log_verifies() {
    assert_eq!(TestActivityLog::new(1, 0).broken_at(), None);
}

#[test]
fn changed_removed_or_swapped_rows_break_the_chain_there() {
    for (statements, at) in [
        (&["UPDATE activity SET actor = 'mallory' WHERE seq = 2"][..], 2),
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
        // Truncation, with and without forging the head.
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
        let kept = TestActivityLog::new(1, 5);
        kept.forge(statements);

        assert_eq!(kept.broken_at(), Some(at), "{statements:?}");
    }
}

#[test]
fn activity_of_another_notebook_does_not_verify() {
    let (one, two) = (TestActivityLog::new(1, 3), TestActivityLog::new(2, 3));

    // Both chains have identical fields; only the notebook ids differ.
    let swapped = one.database.read(|db| verify_chain(db, &two.key)).unwrap();

    assert_eq!(swapped, (3, Some(1)));
}
