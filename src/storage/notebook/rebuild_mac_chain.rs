//! Rebuilds the activity log's MAC chain under another key, for a notebook that gets a new id.

use rusqlite::named_params;

use crate::crypto;
use crate::crypto::key::SymmetricKey;
use crate::crypto::mac_chain::{GENESIS_MAC, MacDomain};
use crate::error::Result;
use crate::storage::notebook::{NotebookDb, activity};

/// Rows per batch.
const BATCH_ROWS: i64 = 1000;

/// Recomputes every MAC. The caller has verified the chain under its old key, since a forgery would become valid.
///
/// Only the MACs change; the update trigger is dropped and recreated in the same transaction.
pub(crate) fn rebuild(db: &NotebookDb<'_>, key: &SymmetricKey) -> Result<()> {
    db.execute("DROP TRIGGER activity_is_never_changed", [])?;
    let mut previous = GENESIS_MAC;
    let mut last = 0;
    loop {
        let lines = db.query_all(
            "SELECT at, actor, via, action, resource, result, on_behalf, ip, user_agent, request_id, changed,
                    assistant, seq
             FROM activity WHERE seq > :last ORDER BY seq LIMIT :limit",
            named_params! { ":last": last, ":limit": BATCH_ROWS },
            |row| {
                let texts = (0..12).map(|column| row.get(column)).collect::<rusqlite::Result<Vec<Option<String>>>>()?;
                Ok((texts, row.get::<_, i64>(12)?))
            },
        )?;
        if lines.is_empty() {
            break;
        }
        for (texts, seq) in lines {
            let texts: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
            previous =
                crypto::mac_chain::event_mac(key, MacDomain::Activity, &previous, seq, activity::mac_fields(&texts));
            db.execute(
                "UPDATE activity SET mac = :mac WHERE seq = :seq",
                named_params! { ":mac": previous, ":seq": seq },
            )?;
            last = seq;
        }
    }
    if last > 0 {
        let mac = crypto::mac_chain::event_mac(key, MacDomain::ActivityHead, &previous, last, &[]);
        db.execute(
            "UPDATE activity_head SET seq = :seq, last = :last, mac = :mac",
            named_params! { ":seq": last, ":last": previous, ":mac": mac },
        )?;
    }
    // Same text as in `migrations/notebook/V2`.
    db.execute(
        "CREATE TRIGGER activity_is_never_changed BEFORE UPDATE ON activity
BEGIN
    SELECT RAISE(ABORT, 'the activity is append-only');
END",
        [],
    )
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::accounts::audit::AuditRecord;
    use crate::storage::notebook::activity::ActivityDetails;
    use crate::storage::notebook::test_support::temp_notebook;

    fn note(db: &NotebookDb<'_>, key: &SymmetricKey, resource: &str, assistant: Option<&str>) -> Result<()> {
        let record = AuditRecord {
            at: "2026-11-22T00:00:00Z",
            actor: "operator",
            via: "shell",
            action: "ENTRY_CREATED",
            resource,
            result: "ok",
            on_behalf: None,
            ip: None,
            user_agent: None,
            request_id: None,
        };
        activity::append(db, key, &record, ActivityDetails { changed: None, assistant })
    }

    #[test]
    fn rebuilt_chain_verifies_under_new_key_and_is_append_only() {
        let (_folder, notebook) = temp_notebook();
        let (old, new) = (SymmetricKey::from_array([1; 32]), SymmetricKey::from_array([2; 32]));
        notebook
            .write(|db| {
                (0..2100).try_for_each(|n| note(db, &old, &format!("entry:{n}"), (n % 3 == 0).then_some("claude")))
            })
            .unwrap();

        notebook.write(|db| rebuild(db, &new)).unwrap();
        notebook.write(|db| note(db, &new, "notebook", None)).unwrap();

        notebook
            .read(|db| {
                assert_eq!(activity::verify_chain(db, &new)?, (2101, None));
                assert_eq!(activity::verify_chain(db, &old)?.1, Some(1));
                Ok(())
            })
            .unwrap();
        let changed = notebook.write(|db| db.execute("UPDATE activity SET actor = 'mallory' WHERE seq = 1", []));
        assert!(changed.is_err());
    }

    #[test]
    fn rebuilding_an_empty_chain_does_nothing() {
        let (_folder, notebook) = temp_notebook();
        let key = SymmetricKey::from_array([2; 32]);

        notebook.write(|db| rebuild(db, &key)).unwrap();

        assert_eq!(notebook.read(|db| activity::verify_chain(db, &key)).unwrap(), (0, None));
    }
}
