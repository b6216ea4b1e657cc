//! Activity log of a notebook: MAC-chained rows, written in the transaction of the action.

use rusqlite::{Row, named_params};

use crate::crypto;
use crate::crypto::key::SymmetricKey;
use crate::crypto::mac_chain::{GENESIS_MAC, MacDomain};
use crate::domain::activity::{ActivityItem, ActivitySource};
use crate::error::Result;
use crate::storage::accounts::audit::AuditRecord;
use crate::storage::notebook::NotebookDb;

/// Activity fields in addition to an audit record.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ActivityDetails<'a> {
    /// Names of the fields changed by an edit, separated by spaces.
    pub(crate) changed: Option<&'a str>,
    /// Name the acting assistant gave itself; `None` for a person.
    pub(crate) assistant: Option<&'a str>,
}

/// Appends a row to the MAC chain.
pub(crate) fn append(
    db: &NotebookDb<'_>,
    key: &SymmetricKey,
    record: &AuditRecord<'_>,
    details: ActivityDetails<'_>,
) -> Result<()> {
    let (last_seq, last_mac) = match find_head(db)? {
        Some(head) => (head.seq, head.last),
        None => (0, GENESIS_MAC.to_vec()),
    };
    let seq = last_seq + 1;
    let mac = crypto::mac_chain::event_mac(key, MacDomain::Activity, &last_mac, seq, &chain_fields(record, details));
    db.execute(
        "INSERT INTO activity (seq, at, actor, via, action, resource, result,
                               on_behalf, ip, user_agent, request_id, changed, assistant, mac)
         VALUES (:seq, :at, :actor, :via, :action, :resource, :result,
                 :behalf, :ip, :agent, :request, :changed, :assistant, :mac)",
        named_params! {
            ":seq": seq, ":at": record.at, ":actor": record.actor, ":via": record.via,
            ":action": record.action, ":resource": record.resource, ":result": record.result,
            ":behalf": record.on_behalf, ":ip": record.ip, ":agent": record.user_agent,
            ":request": record.request_id, ":changed": details.changed, ":assistant": details.assistant, ":mac": mac,
        },
    )?;
    db.execute(
        "INSERT INTO activity_head (id, seq, last, mac) VALUES (1, :seq, :last, :mac)
         ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, last = excluded.last, mac = excluded.mac",
        named_params! { ":seq": seq, ":last": mac, ":mac": crypto::mac_chain::event_mac(key, MacDomain::ActivityHead, &mac, seq, &[]) },
    )
    .map(drop)
}

/// Returns the newest rows since an instant, newest first.
pub(crate) fn list_since(db: &NotebookDb<'_>, since: &str, limit: i64) -> Result<Vec<ActivityItem>> {
    db.query_all(
        "SELECT at, actor, via, action, resource, result, on_behalf, ip, user_agent, request_id, changed, assistant
         FROM activity WHERE at >= :since ORDER BY seq DESC LIMIT :limit",
        named_params! { ":since": since, ":limit": limit },
        from_row,
    )
}

/// Counts the rows since an instant.
pub(crate) fn count_since(db: &NotebookDb<'_>, since: &str) -> Result<i64> {
    db.query_one("SELECT COUNT(*) FROM activity WHERE at >= :since", named_params! { ":since": since }, |row| {
        row.get(0)
    })
}

/// Verifies the chain up to its head; returns the number of rows and the first invalid position.
///
/// A position after the last row means that the log was truncated.
pub(crate) fn verify_chain(db: &NotebookDb<'_>, key: &SymmetricKey) -> Result<(i64, Option<i64>)> {
    let mut previous = GENESIS_MAC.to_vec();
    let (mut lines, mut broken) = (0, None);
    db.for_each_row(
        "SELECT at, actor, via, action, resource, result, on_behalf, ip, user_agent, request_id, changed,
                assistant, seq, mac
         FROM activity ORDER BY seq",
        [],
        |row| {
            lines += 1;
            let mut texts: Vec<Option<String>> = Vec::with_capacity(12);
            for column in 0..12 {
                texts.push(row.get(column)?);
            }
            let texts: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
            let (seq, mac): (i64, Vec<u8>) = (row.get(12)?, row.get(13)?);
            let expected = crypto::mac_chain::event_mac(key, MacDomain::Activity, &previous, seq, mac_fields(&texts));
            if broken.is_none() && !(seq == lines && crypto::token::constant_time_eq(&mac, &expected)) {
                broken = Some(lines);
            }
            previous = mac;
            Ok(())
        },
    )?;
    let ends_here = match find_head(db)? {
        None => lines == 0,
        Some(head) => {
            let expected = crypto::mac_chain::event_mac(key, MacDomain::ActivityHead, &head.last, head.seq, &[]);
            head.seq == lines && head.last == previous && crypto::token::constant_time_eq(&head.mac, &expected)
        }
    };
    Ok((lines, broken.or((!ends_here).then_some(lines + 1))))
}

/// Head of the chain: position and MAC of the newest row, with a MAC of its own.
struct ChainHead {
    seq: i64,
    last: Vec<u8>,
    mac: Vec<u8>,
}

fn find_head(db: &NotebookDb<'_>) -> Result<Option<ChainHead>> {
    db.query_optional("SELECT seq, last, mac FROM activity_head", [], |row| {
        Ok(ChainHead { seq: row.get(0)?, last: row.get(1)?, mac: row.get(2)? })
    })
}

/// Returns the fields in the column order of [`verify_chain`].
fn chain_fields<'a>(record: &AuditRecord<'a>, details: ActivityDetails<'a>) -> Vec<Option<&'a str>> {
    let ActivityDetails { changed, assistant } = details;
    let texts: Vec<_> = record.shared_fields().into_iter().chain([changed, assistant]).collect();
    mac_fields(&texts).to_vec()
}

/// Returns the fields covered by the MAC; without an assistant the last one is omitted, as in older rows.
pub(crate) fn mac_fields<'a, 'b>(fields: &'b [Option<&'a str>]) -> &'b [Option<&'a str>] {
    match fields {
        [before @ .., None] => before,
        all => all,
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ActivityItem> {
    let changed: Option<String> = row.get(10)?;
    Ok(ActivityItem {
        at: row.get(0)?,
        source: ActivitySource::Journal,
        actor: row.get(1)?,
        via: row.get(2)?,
        action: row.get(3)?,
        resource: row.get(4)?,
        result: row.get(5)?,
        on_behalf: row.get(6)?,
        ip: row.get(7)?,
        user_agent: row.get(8)?,
        request_id: row.get(9)?,
        via_name: None,
        assistant: row.get(11)?,
        changed: changed.iter().flat_map(|names| names.split(' ')).map(str::to_owned).collect(),
        first_at: None,
        requests: None,
        entries: None,
    })
}

#[cfg(test)]
mod tests;
