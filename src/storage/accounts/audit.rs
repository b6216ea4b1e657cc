//! The audit trail's rows.

use rusqlite::Row;
use rusqlite::named_params;

use crate::crypto;
use crate::crypto::audit::Domain;
use crate::crypto::audit::TrailKeys;
use crate::error::Result;
use crate::model::audit::Event;
use crate::model::audit::Verdict;
use crate::storage::accounts::AccountsDb;
use crate::storage::accounts::checkpoints;

/// What is recorded of one act.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) at: &'a str,
    pub(crate) actor: &'a str,
    pub(crate) via: &'a str,
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) result: &'a str,
    pub(crate) on_behalf: Option<&'a str>,
    pub(crate) ip: Option<&'a str>,
    pub(crate) user_agent: Option<&'a str>,
    pub(crate) request_id: Option<&'a str>,
}

impl<'a> Record<'a> {
    /// Returns the fields that every format covers, in order.
    fn first_six(&self) -> [&'a str; 6] {
        [self.at, self.actor, self.via, self.action, self.resource, self.result]
    }

    /// Returns the fields that a line of a notebook's activity has too, in order.
    pub(crate) fn fields(&self) -> [Option<&'a str>; 10] {
        let [at, actor, via, action, resource, result] = self.first_six().map(Some);
        [at, actor, via, action, resource, result, self.on_behalf, self.ip, self.user_agent, self.request_id]
    }
}

/// Appends a link to the chain, and signs the chain when a checkpoint is due. The transaction that carries the act
/// carries this too.
pub(crate) fn append(db: &AccountsDb<'_>, keys: &TrailKeys, record: &Record<'_>) -> Result<()> {
    append_many(db, keys, record, None)
}

/// Appends one link that sums up `repeats` acts.
pub(crate) fn append_many(
    db: &AccountsDb<'_>,
    keys: &TrailKeys,
    record: &Record<'_>,
    repeats: Option<i64>,
) -> Result<()> {
    let (last_seq, last_mac) = last(db)?.unwrap_or((0, crypto::audit::GENESIS.to_vec()));
    let seq = last_seq + 1;
    let mac = link_v2(keys, &last_mac, seq, record, repeats);
    db.run(
        "INSERT INTO audit (seq, at, actor, via, action, resource, result, format,
                            on_behalf, ip, user_agent, request_id, repeats, mac)
         VALUES (:seq, :at, :actor, :via, :action, :resource, :result, 2,
                 :behalf, :ip, :agent, :request, :repeats, :mac)",
        named_params! {
            ":seq": seq, ":at": record.at, ":actor": record.actor, ":via": record.via,
            ":action": record.action, ":resource": record.resource, ":result": record.result,
            ":behalf": record.on_behalf, ":ip": record.ip, ":agent": record.user_agent,
            ":request": record.request_id, ":repeats": repeats, ":mac": mac,
        },
    )?;
    let newest = checkpoints::newest(db)?;
    if checkpoints::is_due(seq, record.at, newest.as_ref().map(|(_, at)| at.as_str())) {
        checkpoints::add(db, &keys.identity, seq, record.at, &mac)?;
    }
    Ok(())
}

/// Signs the chain as it stands, unless nothing happened since it was signed last; tells whether it was.
pub(crate) fn sign(db: &AccountsDb<'_>, keys: &TrailKeys, at: &str) -> Result<bool> {
    let Some((seq, mac)) = last(db)? else { return Ok(false) };
    if checkpoints::newest(db)?.is_some_and(|(signed, _)| signed >= seq) {
        return Ok(false);
    }
    checkpoints::add(db, &keys.identity, seq, at, &mac)?;
    Ok(true)
}

/// Returns position and mac of the newest event.
pub(crate) fn last(db: &AccountsDb<'_>) -> Result<Option<(i64, Vec<u8>)>> {
    db.first("SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Returns the newest events, newest first; with `before`, those that are older than that position.
pub(crate) fn newest(db: &AccountsDb<'_>, before: Option<i64>, limit: i64) -> Result<Vec<Event>> {
    db.all(
        "SELECT seq, at, actor, via, action, resource, result, mac, format, on_behalf, ip, user_agent, request_id,
                repeats
         FROM audit WHERE seq < COALESCE(:before, 9223372036854775807) ORDER BY seq DESC LIMIT :limit",
        named_params! { ":before": before, ":limit": limit },
        from_row,
    )
}

/// Returns the events that follow a position, oldest first.
pub(crate) fn following(db: &AccountsDb<'_>, after: i64, limit: i64) -> Result<Vec<Event>> {
    db.all(
        "SELECT seq, at, actor, via, action, resource, result, mac, format, on_behalf, ip, user_agent, request_id,
                repeats
         FROM audit WHERE seq > :after ORDER BY seq LIMIT :limit",
        named_params! { ":after": after, ":limit": limit },
        from_row,
    )
}

/// Returns the events about a user's own account, newest first: what was done to it, and what was done with its
/// sessions, keys and notebook. `user` is its name in the trail.
pub(crate) fn about(db: &AccountsDb<'_>, user: &str, since: &str, limit: i64) -> Result<Vec<Event>> {
    db.all(
        "SELECT seq, at, actor, via, action, resource, result, mac, format, on_behalf, ip, user_agent, request_id,
                repeats
         FROM audit
         WHERE at >= :since
           AND (resource = :user
                OR ((actor = :user OR on_behalf = :user)
                    AND (resource LIKE 'session:%' OR resource LIKE 'key:%')))
         ORDER BY seq DESC LIMIT :limit",
        named_params! { ":user": user, ":since": since, ":limit": limit },
        from_row,
    )
}

/// Counts what [`about`] returns.
pub(crate) fn count_about(db: &AccountsDb<'_>, user: &str, since: &str) -> Result<i64> {
    db.one(
        "SELECT COUNT(*) FROM audit
         WHERE at >= :since
           AND (resource = :user
                OR ((actor = :user OR on_behalf = :user)
                    AND (resource LIKE 'session:%' OR resource LIKE 'key:%')))",
        named_params! { ":user": user, ":since": since },
        |row| row.get(0),
    )
}

/// Walks the chain and holds it against the checkpoints.
///
/// Where the rule of [`checkpoints::is_due`] asks for a checkpoint there has to be one, so taking checkpoints away with
/// the events they cover is found too.
pub(crate) fn verify(db: &AccountsDb<'_>, keys: &TrailKeys) -> Result<Verdict> {
    let (signed, public) = (checkpoints::all(db)?, keys.identity.public());
    let mut previous = crypto::audit::GENESIS.to_vec();
    let (mut links, mut newest_format, mut broken) = (0, 1, None);
    let mut contradicted = signed.values().find(|checkpoint| !checkpoint.holds(&public)).map(|found| found.seq);
    let mut contradict = |seq: i64| contradicted = Some(contradicted.map_or(seq, |found: i64| found.min(seq)));
    db.each(
        "SELECT seq, at, actor, via, action, resource, result, mac, format, on_behalf, ip, user_agent, request_id,
                repeats
         FROM audit ORDER BY seq",
        [],
        |row| {
            links += 1;
            let event = from_row(row)?;
            let mac: Vec<u8> = row.get(7)?;
            // Formats only rise: an event of an old one cannot have come after a newer one.
            let holds = event.seq == links && event.format >= newest_format && follows(&event, &mac, &previous, keys);
            if !holds && broken.is_none() {
                broken = Some(links);
            }
            let newest = signed.range(..event.seq).next_back().map(|(_, checkpoint)| checkpoint.at.as_str());
            match signed.get(&event.seq) {
                Some(checkpoint) if checkpoint.mac != mac => contradict(event.seq),
                None if event.format > 1 && checkpoints::is_due(event.seq, &event.at, newest) => contradict(event.seq),
                _ => {}
            }
            (previous, newest_format) = (mac, event.format);
            Ok(())
        },
    )?;
    if let Some((&seq, _)) = signed.range(links + 1..).next() {
        contradict(seq);
    }
    let checkpoints = i64::try_from(signed.len()).unwrap_or(i64::MAX);
    let intact = broken.is_none() && contradicted.is_none();
    Ok(Verdict { intact, events: links, broken_at: broken, checkpoints, contradicted_at: contradicted })
}

/// Tells whether a row's mac is the one that its format asks for after the row before.
fn follows(event: &Event, mac: &[u8], previous: &[u8], keys: &TrailKeys) -> bool {
    let record = Record {
        at: &event.at,
        actor: &event.actor,
        via: &event.via,
        action: &event.action,
        resource: &event.resource,
        result: &event.result,
        on_behalf: event.on_behalf.as_deref(),
        ip: event.ip.as_deref(),
        user_agent: event.user_agent.as_deref(),
        request_id: event.request_id.as_deref(),
    };
    let expected = match event.format {
        // What this format does not cover must not be there.
        1 if record.fields()[6..].iter().all(Option::is_none) && event.repeats.is_none() => {
            crypto::audit::link_v1(&keys.mac, previous, event.seq, &record.first_six())
        }
        2 => link_v2(keys, previous, event.seq, &record, event.repeats),
        _ => return false,
    };
    crypto::token::same(mac, &expected)
}

/// Format 2 covers every column: the shared fields, then how many acts the row stands for, as decimal digits.
fn link_v2(keys: &TrailKeys, previous: &[u8], seq: i64, record: &Record<'_>, repeats: Option<i64>) -> [u8; 32] {
    let repeats = repeats.map(|count| count.to_string());
    let fields: Vec<Option<&str>> = record.fields().into_iter().chain([repeats.as_deref()]).collect();
    crypto::audit::link(&keys.mac, Domain::Audit, previous, seq, &fields)
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
        on_behalf: row.get(9)?,
        ip: row.get(10)?,
        user_agent: row.get(11)?,
        request_id: row.get(12)?,
        repeats: row.get(13)?,
        format: row.get(8)?,
        mac: data_encoding::HEXLOWER.encode(&mac),
    })
}

#[cfg(test)]
mod tests;
