//! Forgeries of the audit log with the database key.

use super::*;
use crate::crypto::identity::ServerIdentity;
use crate::crypto::key::SymmetricKey;
use crate::storage::accounts::AccountsKind;
use crate::storage::database::EncryptedDatabase;

struct TestAuditLog {
    database: EncryptedDatabase<AccountsKind>,
    keys: AuditLogKeys,
    _folder: tempfile::TempDir,
}

const RECORD: AuditRecord<'static> = AuditRecord {
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

impl TestAuditLog {
    fn new(acts: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (path, lock) = (folder.path().join("accounts.db"), folder.path().join("lock"));
        let database = EncryptedDatabase::create(&path, &SymmetricKey::from_array([8; 32]), &lock).unwrap();
        let keys = AuditLogKeys {
            mac: SymmetricKey::from_array([9; 32]),
            identity: ServerIdentity::new(SymmetricKey::from_array([7; 32])),
        };
        let begun = database.write(|db| {
            (0..acts).try_for_each(|act| append(db, &keys, &AuditRecord { resource: &format!("user:{act}"), ..RECORD }))
        });
        begun.unwrap();
        Self { database, keys, _folder: folder }
    }

    fn append(&self, record: &AuditRecord<'_>) {
        self.database.write(|db| append(db, &self.keys, record)).unwrap();
    }

    /// Appends a row in format 1.
    fn append_v1(&self, record: &AuditRecord<'_>) {
        self.database
            .write(|db| {
                let (seq, previous) = last_link(db)?.unwrap_or((0, crypto::mac_chain::GENESIS_MAC.to_vec()));
                let mac = crypto::mac_chain::event_mac_v1(&self.keys.mac, &previous, seq + 1, &record.v1_fields());
                db.execute(
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

    fn verdict(&self) -> AuditVerification {
        self.database.read(|db| verify_chain(db, &self.keys)).unwrap()
    }

    /// Runs statements without the triggers, as an attacker with the database key could.
    fn forge(&self, statements: &[&str]) {
        self.database
            .write(|db| {
                db.execute("DROP TRIGGER IF EXISTS audit_is_never_changed", [])?;
                db.execute("DROP TRIGGER IF EXISTS audit_is_never_shortened", [])?;
                db.execute("DROP TRIGGER IF EXISTS audit_checkpoints_are_never_changed", [])?;
                db.execute("DROP TRIGGER IF EXISTS audit_checkpoints_are_never_removed", [])?;
                statements.iter().try_for_each(|statement| db.execute(statement, []).map(drop))
            })
            .unwrap();
    }
}

#[test]
fn triggers_reject_updates_and_deletes_of_audit_rows() {
    let trail = TestAuditLog::new(3);

    for statement in [
        "UPDATE audit SET actor = 'mallory' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 3",
        "UPDATE audit_checkpoints SET seq = 3",
        "DELETE FROM audit_checkpoints",
    ] {
        trail.database.write(|db| db.execute(statement, [])).unwrap_err();
    }

    assert!(trail.verdict().intact);
}

#[test]
fn changed_removed_or_swapped_event_breaks_the_chain_there() {
    for (statement, at) in [
        ("UPDATE audit SET actor = 'mallory' WHERE seq = 2", 2),
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
        let trail = TestAuditLog::new(5);
        trail.forge(&[statement]);

        assert_eq!(trail.verdict().broken_at, Some(at), "{statement}");
        assert!(trail.verdict().ensure_intact().is_err(), "{statement}");
    }
}

#[test]
fn format_1_events_verify_but_not_after_format_2() {
    let trail = TestAuditLog::new(0);
    for act in 0..3 {
        trail.append_v1(&AuditRecord { resource: &format!("user:{act}"), ..RECORD });
    }
    assert!(trail.verdict().intact);

    trail.append(&RECORD);
    assert_eq!(trail.verdict().ensure_intact().unwrap(), 4);
    assert_eq!(trail.verdict().checkpoints, 1, "the first format 2 event signs the events before it");

    trail.append_v1(&RECORD);
    assert_eq!(trail.verdict().broken_at, Some(5), "an old format after a new one");
}

#[test]
fn columns_not_covered_by_format_1_must_be_empty() {
    let trail = TestAuditLog::new(0);
    trail.append_v1(&AuditRecord { ip: None, user_agent: None, ..RECORD });
    assert!(trail.verdict().intact);

    for statement in ["UPDATE audit SET repeats = 0", "UPDATE audit SET repeats = NULL, ip = '203.0.113.9'"] {
        trail.forge(&[statement]);
        assert_eq!(trail.verdict().broken_at, Some(1), "{statement}");
    }
}

#[test]
fn chain_does_not_verify_under_another_mac_key() {
    let trail = TestAuditLog::new(2);
    let keys = AuditLogKeys { mac: SymmetricKey::from_array([1; 32]), ..trail.keys.clone() };

    let verdict = trail.database.read(|db| verify_chain(db, &keys)).unwrap();

    assert_eq!((verdict.events, verdict.broken_at), (2, Some(1)));
}

#[test]
fn checkpoint_is_due_on_each_new_day_and_every_1000_events() {
    let trail = TestAuditLog::new(1001);
    trail.append(&AuditRecord { at: "2026-11-22T08:00:00Z", ..RECORD });
    trail.append(&AuditRecord { at: "2026-11-22T09:00:00Z", ..RECORD });

    let signed: Vec<i64> = trail.database.read(checkpoints::all).unwrap().into_keys().collect();

    assert_eq!(signed, [1, 1000, 1002]);
    assert_eq!(trail.verdict().ensure_intact().unwrap(), 1003);
}

#[test]
fn sign_adds_a_checkpoint_only_after_new_events() {
    let trail = TestAuditLog::new(3);
    let sign = |at| trail.database.write(|db| sign_checkpoint(db, &trail.keys, at)).unwrap();

    assert!(sign("2026-11-22T00:00:00Z"));
    assert!(!sign("2026-11-23T00:00:00Z"), "no new events");
    trail.append(&AuditRecord { at: "2026-11-22T10:00:00Z", ..RECORD });
    trail.append(&AuditRecord { at: "2026-11-23T10:00:00Z", ..RECORD });

    assert_eq!(trail.verdict().checkpoints, 3);
    trail.verdict().ensure_intact().unwrap();
}

#[test]
fn truncated_audit_log_contradicts_its_checkpoints() {
    let trail = TestAuditLog::new(1002);
    trail.forge(&["DELETE FROM audit WHERE seq > 998"]);

    let verdict = trail.verdict();

    assert_eq!((verdict.broken_at, verdict.contradicted_at), (None, Some(1000)));
    assert!(verdict.ensure_intact().unwrap_err().to_string().contains("checkpoint"));
}

#[test]
fn changed_removed_or_swapped_checkpoints_are_detected() {
    for (statements, at) in [
        (&["DELETE FROM audit_checkpoints WHERE seq = 1"][..], 1),
        (&["DELETE FROM audit_checkpoints"], 1),
        (&["DELETE FROM audit_checkpoints WHERE seq = 1000"], 1000),
        (&["UPDATE audit_checkpoints SET at = '2026-11-21T00:00:01Z' WHERE seq = 1000"], 1000),
        (&["UPDATE audit_checkpoints SET signature = zeroblob(64) WHERE seq = 1000"], 1000),
        (&["UPDATE audit_checkpoints SET mac = (SELECT mac FROM audit WHERE seq = 999) WHERE seq = 1000"], 1000),
        (&["DELETE FROM audit_checkpoints WHERE seq = 1", "UPDATE audit_checkpoints SET seq = 1"], 1),
        // The audit key can forge the MAC of an event, but not the signature of its checkpoint.
        (&["UPDATE audit SET mac = zeroblob(32) WHERE seq = 1000"], 1000),
        (&["DELETE FROM audit WHERE seq > 999", "DELETE FROM audit_checkpoints WHERE seq = 1"], 1),
    ] {
        let trail = TestAuditLog::new(1001);
        trail.forge(statements);

        let verdict = trail.verdict();

        assert_eq!(verdict.contradicted_at, Some(at), "{statements:?}");
        assert!(!verdict.intact, "{statements:?}");
    }
}

#[test]
fn signature_of_another_server_is_rejected() {
    let trail = TestAuditLog::new(2);
    let keys = AuditLogKeys { identity: ServerIdentity::new(SymmetricKey::from_array([1; 32])), ..trail.keys.clone() };

    let verdict = trail.database.read(|db| verify_chain(db, &keys)).unwrap();

    assert_eq!((verdict.broken_at, verdict.contradicted_at), (None, Some(1)));
}

#[test]
fn mac_covers_the_repeat_count() {
    let trail = TestAuditLog::new(1);
    let record = AuditRecord { result: "refused", ..RECORD };
    trail.database.write(|db| append_repeated(db, &trail.keys, &record, Some(12))).unwrap();
    assert_eq!(trail.database.read(|db| list_newest(db, None, 1)).unwrap()[0].repeats, Some(12));
    trail.verdict().ensure_intact().unwrap();

    trail.forge(&["UPDATE audit SET repeats = 1 WHERE seq = 2"]);

    assert_eq!(trail.verdict().broken_at, Some(2));
}
