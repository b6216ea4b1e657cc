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
