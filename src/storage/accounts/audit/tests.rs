//! What somebody with the database's key could try on the trail.

use super::*;
use crate::crypto::identity::Identity;
use crate::crypto::key::Key;
use crate::storage::accounts::Accounts;
use crate::storage::database::Database;

struct Trail {
    database: Database<Accounts>,
    keys: TrailKeys,
    _folder: tempfile::TempDir,
}

const RECORD: Record<'static> = Record {
    at: "2026-11-21T00:00:00Z",
    actor: "operator",
    via: "shell",
    action: "USER_ADDED",
    resource: "user:1",
    result: "ok",
    on_behalf: None,
    ip: Some("192.0.2.7"),
    user_agent: Some(""),
    request_id: None,
};

impl Trail {
    fn new(acts: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (path, lock) = (folder.path().join("accounts.db"), folder.path().join("lock"));
        let database = Database::create(&path, &Key::from_array([8; 32]), &lock).unwrap();
        let keys = TrailKeys { mac: Key::from_array([9; 32]), identity: Identity::new(Key::from_array([7; 32])) };
        let begun = database.write(|db| {
            (0..acts).try_for_each(|act| append(db, &keys, &Record { resource: &format!("user:{act}"), ..RECORD }))
        });
        begun.unwrap();
        Self { database, keys, _folder: folder }
    }

    fn append(&self, record: &Record<'_>) {
        self.database.write(|db| append(db, &self.keys, record)).unwrap();
    }

    /// Appends a row as the first version of the schema had it.
    fn append_v1(&self, record: &Record<'_>) {
        self.database
            .write(|db| {
                let (seq, previous) = last(db)?.unwrap_or((0, crypto::audit::GENESIS.to_vec()));
                let mac = crypto::audit::link_v1(&self.keys.mac, &previous, seq + 1, &record.first_six());
                db.run(
                    "INSERT INTO audit (seq, at, actor, via, action, resource, result, mac)
                     VALUES (:seq, :at, :actor, :via, :action, :resource, :result, :mac)",
                    named_params! {
                        ":seq": seq + 1, ":at": record.at, ":actor": record.actor, ":via": record.via,
                        ":action": record.action, ":resource": record.resource, ":result": record.result, ":mac": mac,
                    },
                )
            })
            .unwrap();
    }

    fn verdict(&self) -> Verdict {
        self.database.read(|db| verify(db, &self.keys)).unwrap()
    }

    /// Does what only somebody with the database's key can do.
    fn forge(&self, statements: &[&str]) {
        self.database
            .write(|db| {
                db.run("DROP TRIGGER IF EXISTS audit_is_never_changed", [])?;
                db.run("DROP TRIGGER IF EXISTS audit_is_never_shortened", [])?;
                db.run("DROP TRIGGER IF EXISTS audit_checkpoints_are_never_changed", [])?;
                db.run("DROP TRIGGER IF EXISTS audit_checkpoints_are_never_removed", [])?;
                statements.iter().try_for_each(|statement| db.run(statement, []).map(drop))
            })
            .unwrap();
    }
}

#[test]
fn rows_of_the_trail_can_neither_be_changed_nor_removed() {
    let trail = Trail::new(3);

    for statement in [
        "UPDATE audit SET actor = 'nobody' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 3",
        "UPDATE audit_checkpoints SET seq = 3",
        "DELETE FROM audit_checkpoints",
    ] {
        trail.database.write(|db| db.run(statement, [])).unwrap_err();
    }

    assert!(trail.verdict().intact);
}

#[test]
fn a_changed_removed_or_exchanged_event_breaks_the_chain_where_it_stood() {
    for (statement, at) in [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 2", 2),
        ("UPDATE audit SET on_behalf = 'user:9' WHERE seq = 2", 2),
        ("UPDATE audit SET on_behalf = '' WHERE seq = 2", 2),
        ("UPDATE audit SET ip = NULL WHERE seq = 3", 3),
        ("UPDATE audit SET user_agent = NULL WHERE seq = 3", 3),
        ("UPDATE audit SET request_id = 'x' WHERE seq = 5", 5),
        ("UPDATE audit SET ip = user_agent, user_agent = ip WHERE seq = 4", 4),
        ("UPDATE audit SET repeats = 2 WHERE seq = 4", 4),
        ("UPDATE audit SET format = 1 WHERE seq = 4", 4),
        ("UPDATE audit SET format = 3 WHERE seq = 4", 4),
        ("UPDATE audit SET mac = zeroblob(32) WHERE seq = 4", 4),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 3", 3),
        ("UPDATE audit SET resource = 'user:' || (6 - seq)", 1),
        ("UPDATE audit SET seq = seq + 1 WHERE seq = 5", 5),
    ] {
        let trail = Trail::new(5);
        trail.forge(&[statement]);

        assert_eq!(trail.verdict().broken_at, Some(at), "{statement}");
        assert!(trail.verdict().checked().is_err(), "{statement}");
    }
}

#[test]
fn events_of_the_first_format_still_verify_and_cannot_come_later() {
    let trail = Trail::new(0);
    for act in 0..3 {
        trail.append_v1(&Record { resource: &format!("user:{act}"), ..RECORD });
    }
    assert!(trail.verdict().intact);

    trail.append(&RECORD);
    assert_eq!(trail.verdict().checked().unwrap(), 4);
    assert_eq!(trail.verdict().checkpoints, 1, "the first event of the new format signs what was before it");

    trail.append_v1(&RECORD);
    assert_eq!(trail.verdict().broken_at, Some(5), "an old format after a new one");
}

#[test]
fn what_the_first_format_does_not_cover_must_not_be_there() {
    let trail = Trail::new(0);
    trail.append_v1(&Record { ip: None, user_agent: None, ..RECORD });
    assert!(trail.verdict().intact);

    for statement in ["UPDATE audit SET repeats = 0", "UPDATE audit SET repeats = NULL, ip = '203.0.113.9'"] {
        trail.forge(&[statement]);
        assert_eq!(trail.verdict().broken_at, Some(1), "{statement}");
    }
}

#[test]
fn another_key_takes_no_link_for_its_own() {
    let trail = Trail::new(2);
    let keys = TrailKeys { mac: Key::from_array([1; 32]), ..trail.keys.clone() };

    let verdict = trail.database.read(|db| verify(db, &keys)).unwrap();

    assert_eq!((verdict.events, verdict.broken_at), (2, Some(1)));
}

#[test]
fn the_chain_is_signed_at_the_first_event_of_a_day_and_every_thousand() {
    let trail = Trail::new(1001);
    trail.append(&Record { at: "2026-11-22T08:00:00Z", ..RECORD });
    trail.append(&Record { at: "2026-11-22T09:00:00Z", ..RECORD });

    let signed: Vec<i64> = trail.database.read(checkpoints::all).unwrap().into_keys().collect();

    assert_eq!(signed, [1, 1000, 1002]);
    assert_eq!(trail.verdict().checked().unwrap(), 1003);
}

#[test]
fn the_chain_is_signed_on_demand_when_something_happened_since() {
    let trail = Trail::new(3);
    let sign = |at| trail.database.write(|db| sign(db, &trail.keys, at)).unwrap();

    assert!(sign("2026-11-22T00:00:00Z"));
    assert!(!sign("2026-11-23T00:00:00Z"), "nothing happened since");
    trail.append(&Record { at: "2026-11-22T10:00:00Z", ..RECORD });
    trail.append(&Record { at: "2026-11-23T10:00:00Z", ..RECORD });

    assert_eq!(trail.verdict().checkpoints, 3);
    trail.verdict().checked().unwrap();
}

#[test]
fn a_trail_cut_short_contradicts_its_checkpoints() {
    let trail = Trail::new(1002);
    trail.forge(&["DELETE FROM audit WHERE seq > 998"]);

    let verdict = trail.verdict();

    assert_eq!((verdict.broken_at, verdict.contradicted_at), (None, Some(1000)));
    assert!(verdict.checked().unwrap_err().to_string().contains("checkpoint"));
}

#[test]
fn checkpoints_that_were_changed_removed_or_exchanged_are_found() {
    for (statements, at) in [
        (&["DELETE FROM audit_checkpoints WHERE seq = 1"][..], 1),
        (&["DELETE FROM audit_checkpoints"], 1),
        (&["DELETE FROM audit_checkpoints WHERE seq = 1000"], 1000),
        (&["UPDATE audit_checkpoints SET at = '2026-11-21T00:00:01Z' WHERE seq = 1000"], 1000),
        (&["UPDATE audit_checkpoints SET signature = zeroblob(64) WHERE seq = 1000"], 1000),
        (&["UPDATE audit_checkpoints SET mac = (SELECT mac FROM audit WHERE seq = 999) WHERE seq = 1000"], 1000),
        (&["DELETE FROM audit_checkpoints WHERE seq = 1", "UPDATE audit_checkpoints SET seq = 1"], 1),
        // The event at a checkpoint may get another mac by whoever has the audit key; the signature is another key's.
        (&["UPDATE audit SET mac = zeroblob(32) WHERE seq = 1000"], 1000),
        (&["DELETE FROM audit WHERE seq > 999", "DELETE FROM audit_checkpoints WHERE seq = 1"], 1),
    ] {
        let trail = Trail::new(1001);
        trail.forge(statements);

        let verdict = trail.verdict();

        assert_eq!(verdict.contradicted_at, Some(at), "{statements:?}");
        assert!(!verdict.intact, "{statements:?}");
    }
}

#[test]
fn another_servers_signature_is_none() {
    let trail = Trail::new(2);
    let keys = TrailKeys { identity: Identity::new(Key::from_array([1; 32])), ..trail.keys.clone() };

    let verdict = trail.database.read(|db| verify(db, &keys)).unwrap();

    assert_eq!((verdict.broken_at, verdict.contradicted_at), (None, Some(1)));
}

#[test]
fn a_row_that_sums_up_is_covered_with_its_count() {
    let trail = Trail::new(1);
    let record = Record { result: "refused", ..RECORD };
    trail.database.write(|db| append_many(db, &trail.keys, &record, Some(12))).unwrap();
    assert_eq!(trail.database.read(|db| newest(db, None, 1)).unwrap()[0].repeats, Some(12));
    trail.verdict().checked().unwrap();

    trail.forge(&["UPDATE audit SET repeats = 1 WHERE seq = 2"]);

    assert_eq!(trail.verdict().broken_at, Some(2));
}
