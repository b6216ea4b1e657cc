//! The chain of a notebook's activity made anew under another key, for a notebook that gets another id.

use rusqlite::named_params;

use crate::crypto;
use crate::crypto::audit::Domain;
use crate::crypto::audit::GENESIS;
use crate::crypto::key::Key;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::activity;

/// Lines that are read before they are written.
const AT_ONCE: i64 = 1000;

/// Links every line anew. The chain was verified under its old key before: what does not hold there would hold here.
///
/// Nothing but the macs changes, in the one transaction that lifts the rule that nothing does.
pub(crate) fn activity(db: &NotebookDb<'_>, key: &Key) -> Result<()> {
    db.run("DROP TRIGGER activity_is_never_changed", [])?;
    let mut previous = GENESIS;
    let mut last = 0;
    loop {
        let lines = db.all(
            "SELECT at, actor, via, action, resource, result, on_behalf, ip, user_agent, request_id, changed,
                    assistant, seq
             FROM activity WHERE seq > :last ORDER BY seq LIMIT :limit",
            named_params! { ":last": last, ":limit": AT_ONCE },
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
            previous = crypto::audit::link(key, Domain::Activity, &previous, seq, activity::covered(&texts));
            db.run("UPDATE activity SET mac = :mac WHERE seq = :seq", named_params! { ":mac": previous, ":seq": seq })?;
            last = seq;
        }
    }
    if last > 0 {
        let mac = crypto::audit::link(key, Domain::ActivityHead, &previous, last, &[]);
        db.run(
            "UPDATE activity_head SET seq = :seq, last = :last, mac = :mac",
            named_params! { ":seq": last, ":last": previous, ":mac": mac },
        )?;
    }
    // As `migrations/notebook/V2` has it.
    db.run(
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
    use crate::storage::accounts::audit::Record;
    use crate::storage::notebook::activity::Beside;
    use crate::storage::notebook::scratch;

    fn note(db: &NotebookDb<'_>, key: &Key, resource: &str, assistant: Option<&str>) -> Result<()> {
        let record = Record {
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
        activity::append(db, key, &record, Beside { changed: None, assistant })
    }

    #[test]
    fn a_relinked_chain_holds_under_its_new_key_alone_and_is_append_only_again() {
        let (_folder, notebook) = scratch();
        let (old, new) = (Key::from_array([1; 32]), Key::from_array([2; 32]));
        notebook
            .write(|db| {
                (0..2100).try_for_each(|n| note(db, &old, &format!("entry:{n}"), (n % 3 == 0).then_some("claude")))
            })
            .unwrap();

        notebook.write(|db| activity(db, &new)).unwrap();
        notebook.write(|db| note(db, &new, "notebook", None)).unwrap();

        notebook
            .read(|db| {
                assert_eq!(activity::verify(db, &new)?, (2101, None));
                assert_eq!(activity::verify(db, &old)?.1, Some(1));
                Ok(())
            })
            .unwrap();
        let changed = notebook.write(|db| db.run("UPDATE activity SET actor = 'nobody' WHERE seq = 1", []));
        assert!(changed.is_err());
    }

    #[test]
    fn a_notebook_in_which_nothing_happened_has_nothing_to_link() {
        let (_folder, notebook) = scratch();
        let key = Key::from_array([2; 32]);

        notebook.write(|db| activity(db, &key)).unwrap();

        assert_eq!(notebook.read(|db| activity::verify(db, &key)).unwrap(), (0, None));
    }
}
