//! The audit trail's rows.

use rusqlite::Row;
use rusqlite::named_params;

use crate::crypto;
use crate::crypto::key::Key;
use crate::error::Result;
use crate::model::audit::Event;
use crate::storage::accounts::AccountsDb;

/// What is recorded of one act.
pub(crate) struct Record<'a> {
    pub(crate) at: &'a str,
    pub(crate) actor: &'a str,
    pub(crate) via: &'a str,
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) result: &'a str,
}

/// Appends a link to the chain. The transaction that carries the act carries this too.
pub(crate) fn append(db: &AccountsDb<'_>, key: &Key, record: &Record<'_>) -> Result<()> {
    let last = db.first("SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1", [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
    })?;
    let (last_seq, last_mac) = last.unwrap_or((0, crypto::audit::GENESIS.to_vec()));
    let seq = last_seq + 1;
    let fields = [record.at, record.actor, record.via, record.action, record.resource, record.result];
    let mac = crypto::audit::link(key, &last_mac, seq, &fields);
    db.run(
        "INSERT INTO audit (seq, at, actor, via, action, resource, result, mac)
         VALUES (:seq, :at, :actor, :via, :action, :resource, :result, :mac)",
        named_params! {
            ":seq": seq, ":at": record.at, ":actor": record.actor, ":via": record.via,
            ":action": record.action, ":resource": record.resource, ":result": record.result, ":mac": mac,
        },
    )?;
    Ok(())
}

/// Returns the newest events, newest first.
pub(crate) fn newest(db: &AccountsDb<'_>, limit: i64) -> Result<Vec<Event>> {
    db.all(
        "SELECT seq, at, actor, via, action, resource, result, mac FROM audit ORDER BY seq DESC LIMIT :limit",
        named_params! { ":limit": limit },
        from_row,
    )
}

/// Walks the chain; returns how many links there are and the first position that does not hold.
pub(crate) fn verify(db: &AccountsDb<'_>, key: &Key) -> Result<(i64, Option<i64>)> {
    let mut previous = crypto::audit::GENESIS.to_vec();
    let (mut links, mut broken) = (0, None);
    db.each("SELECT seq, at, actor, via, action, resource, result, mac FROM audit ORDER BY seq", [], |row| {
        links += 1;
        let seq: i64 = row.get(0)?;
        let mut fields = Vec::with_capacity(6);
        for column in 1..=6 {
            fields.push(row.get::<_, String>(column)?);
        }
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let mac: Vec<u8> = row.get(7)?;
        let holds = seq == links && crypto::token::same(&mac, &crypto::audit::link(key, &previous, seq, &fields));
        if !holds && broken.is_none() {
            broken = Some(links);
        }
        previous = mac;
        Ok(())
    })?;
    Ok((links, broken))
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Event> {
    let mac: Vec<u8> = row.get(7)?;
    Ok(Event {
        seq: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        via: row.get(3)?,
        action: row.get(4)?,
        resource: row.get(5)?,
        result: row.get(6)?,
        mac: data_encoding::HEXLOWER.encode(&mac),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::accounts::Accounts;
    use crate::storage::database::Database;

    const KEY: [u8; 32] = [9; 32];

    fn trail(acts: i64) -> (tempfile::TempDir, Database<Accounts>) {
        let folder = tempfile::tempdir().unwrap();
        let (path, lock) = (folder.path().join("accounts.db"), folder.path().join("lock"));
        let database = Database::create(&path, &Key::from_array([8; 32]), &lock).unwrap();
        for act in 0..acts {
            let record = Record {
                at: "2026-11-21T00:00:00Z",
                actor: "operator",
                via: "shell",
                action: "USER_ADDED",
                resource: &format!("user:{act}"),
                result: "ok",
            };
            database.write(|db| append(db, &Key::from_array(KEY), &record)).unwrap();
        }
        (folder, database)
    }

    fn broken_at(database: &Database<Accounts>) -> Option<i64> {
        database.read(|db| verify(db, &Key::from_array(KEY))).unwrap().1
    }

    /// Does what only somebody with the database's key can do.
    fn forge(database: &Database<Accounts>, statement: &str) {
        database
            .write(|db| {
                db.run("DROP TRIGGER audit_is_never_changed", [])?;
                db.run("DROP TRIGGER audit_is_never_shortened", [])?;
                db.run(statement, [])
            })
            .unwrap();
    }

    #[test]
    fn rows_of_the_trail_can_neither_be_changed_nor_removed() {
        let (_folder, database) = trail(3);

        for statement in ["UPDATE audit SET actor = 'nobody' WHERE seq = 2", "DELETE FROM audit WHERE seq = 3"] {
            database.write(|db| db.run(statement, [])).unwrap_err();
        }

        assert_eq!(broken_at(&database), None);
    }

    #[test]
    fn a_changed_removed_or_exchanged_event_breaks_the_chain_where_it_stood() {
        for (statement, at) in [
            ("UPDATE audit SET actor = 'nobody' WHERE seq = 2", 2),
            ("UPDATE audit SET mac = zeroblob(32) WHERE seq = 4", 4),
            ("DELETE FROM audit WHERE seq = 1", 1),
            ("DELETE FROM audit WHERE seq = 3", 3),
            ("UPDATE audit SET resource = 'user:' || (6 - seq)", 1),
            ("UPDATE audit SET seq = seq + 1 WHERE seq = 5", 5),
        ] {
            let (_folder, database) = trail(5);
            forge(&database, statement);

            assert_eq!(broken_at(&database), Some(at), "{statement}");
        }
    }

    #[test]
    fn another_key_takes_no_link_for_its_own() {
        let (_folder, database) = trail(2);

        let (links, broken) = database.read(|db| verify(db, &Key::from_array([1; 32]))).unwrap();

        assert_eq!((links, broken), (2, Some(1)));
    }
}
