//! Lines of what was done in this notebook, each in the transaction of its act.

use rusqlite::Row;
use rusqlite::named_params;

use crate::crypto;
use crate::crypto::audit::Domain;
use crate::crypto::audit::GENESIS;
use crate::crypto::key::Key;
use crate::error::Result;
use crate::model::activity::Line;
use crate::model::activity::Source;
use crate::storage::accounts::audit::Record;
use crate::storage::notebook::NotebookDb;

/// What a line has beside a record.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Beside<'a> {
    /// Names of the fields that an edit changed, separated by spaces.
    pub(crate) changed: Option<&'a str>,
    /// What the assistant that acted calls itself; `None` for a person.
    pub(crate) assistant: Option<&'a str>,
}

/// Appends a line to the chain.
pub(crate) fn append(db: &NotebookDb<'_>, key: &Key, record: &Record<'_>, beside: Beside<'_>) -> Result<()> {
    let (last_seq, last_mac) = match head(db)? {
        Some(head) => (head.seq, head.last),
        None => (0, GENESIS.to_vec()),
    };
    let seq = last_seq + 1;
    let mac = crypto::audit::link(key, Domain::Activity, &last_mac, seq, &fields(record, beside));
    db.run(
        "INSERT INTO activity (seq, at, actor, via, action, resource, result,
                               on_behalf, ip, user_agent, request_id, changed, assistant, mac)
         VALUES (:seq, :at, :actor, :via, :action, :resource, :result,
                 :behalf, :ip, :agent, :request, :changed, :assistant, :mac)",
        named_params! {
            ":seq": seq, ":at": record.at, ":actor": record.actor, ":via": record.via,
            ":action": record.action, ":resource": record.resource, ":result": record.result,
            ":behalf": record.on_behalf, ":ip": record.ip, ":agent": record.user_agent,
            ":request": record.request_id, ":changed": beside.changed, ":assistant": beside.assistant, ":mac": mac,
        },
    )?;
    db.run(
        "INSERT INTO activity_head (id, seq, last, mac) VALUES (1, :seq, :last, :mac)
         ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, last = excluded.last, mac = excluded.mac",
        named_params! { ":seq": seq, ":last": mac, ":mac": crypto::audit::link(key, Domain::ActivityHead, &mac, seq, &[]) },
    )
    .map(drop)
}

/// Returns the newest lines since an instant, newest first.
pub(crate) fn since(db: &NotebookDb<'_>, since: &str, limit: i64) -> Result<Vec<Line>> {
    db.all(
        "SELECT at, actor, via, action, resource, result, on_behalf, ip, user_agent, request_id, changed, assistant
         FROM activity WHERE at >= :since ORDER BY seq DESC LIMIT :limit",
        named_params! { ":since": since, ":limit": limit },
        from_row,
    )
}

/// Counts the lines since an instant.
pub(crate) fn count_since(db: &NotebookDb<'_>, since: &str) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM activity WHERE at >= :since", named_params! { ":since": since }, |row| row.get(0))
}

/// Walks the chain to its head; returns how many lines there are and the first position that does not hold. One past
/// the last line means that the chain once was longer.
pub(crate) fn verify(db: &NotebookDb<'_>, key: &Key) -> Result<(i64, Option<i64>)> {
    let mut previous = GENESIS.to_vec();
    let (mut lines, mut broken) = (0, None);
    db.each(
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
            let expected = crypto::audit::link(key, Domain::Activity, &previous, seq, covered(&texts));
            if broken.is_none() && !(seq == lines && crypto::token::same(&mac, &expected)) {
                broken = Some(lines);
            }
            previous = mac;
            Ok(())
        },
    )?;
    let ends_here = match head(db)? {
        None => lines == 0,
        Some(head) => {
            let expected = crypto::audit::link(key, Domain::ActivityHead, &head.last, head.seq, &[]);
            head.seq == lines && head.last == previous && crypto::token::same(&head.mac, &expected)
        }
    };
    Ok((lines, broken.or((!ends_here).then_some(lines + 1))))
}

/// Where the chain ends.
struct Head {
    seq: i64,
    last: Vec<u8>,
    mac: Vec<u8>,
}

fn head(db: &NotebookDb<'_>) -> Result<Option<Head>> {
    db.first("SELECT seq, last, mac FROM activity_head", [], |row| {
        Ok(Head { seq: row.get(0)?, last: row.get(1)?, mac: row.get(2)? })
    })
}

/// The order is that of the columns in [`verify`].
fn fields<'a>(record: &Record<'a>, beside: Beside<'a>) -> Vec<Option<&'a str>> {
    let Beside { changed, assistant } = beside;
    let texts: Vec<_> = record.fields().into_iter().chain([changed, assistant]).collect();
    covered(&texts).to_vec()
}

/// Lines of people are chained as they were before assistants were told from them: without that field.
pub(crate) fn covered<'a, 'b>(fields: &'b [Option<&'a str>]) -> &'b [Option<&'a str>] {
    match fields {
        [before @ .., None] => before,
        all => all,
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Line> {
    let changed: Option<String> = row.get(10)?;
    Ok(Line {
        at: row.get(0)?,
        source: Source::Journal,
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
