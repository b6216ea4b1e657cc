//! Rows of the tamper-evident audit log.

use rusqlite::{Row, named_params};

use crate::crypto;
use crate::crypto::mac_chain::{AuditLogKeys, MacDomain};
use crate::domain::audit::{AuditEvent, AuditVerification};
use crate::error::Result;
use crate::storage::accounts::{AccountsDb, checkpoints};

/// Fields of one audit event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AuditRecord<'a> {
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

impl<'a> AuditRecord<'a> {
    /// Returns the fields that every row format covers, in order.
    fn v1_fields(&self) -> [&'a str; 6] {
        [self.at, self.actor, self.via, self.action, self.resource, self.result]
    }

    /// Returns the fields shared with a notebook's activity log, in order.
    pub(crate) fn shared_fields(&self) -> [Option<&'a str>; 10] {
        let [at, actor, via, action, resource, result] = self.v1_fields().map(Some);
        [at, actor, via, action, resource, result, self.on_behalf, self.ip, self.user_agent, self.request_id]
    }
}

/// Appends an event to the MAC chain in the transaction of the action, and signs a checkpoint if one is due.
pub(crate) fn append(db: &AccountsDb<'_>, keys: &AuditLogKeys, record: &AuditRecord<'_>) -> Result<()> {
    append_repeated(db, keys, record, None)
}

/// Appends one event that summarizes `repeats` actions.
pub(crate) fn append_repeated(
    db: &AccountsDb<'_>,
    keys: &AuditLogKeys,
    record: &AuditRecord<'_>,
    repeats: Option<i64>,
) -> Result<()> {
    let (last_seq, last_mac) = last_link(db)?.unwrap_or((0, crypto::mac_chain::GENESIS_MAC.to_vec()));
    let seq = last_seq + 1;
    let mac = link_v2(keys, &last_mac, seq, record, repeats);
    db.execute(
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
    let newest = checkpoints::find_newest(db)?;
    if checkpoints::is_due(seq, record.at, newest.as_ref().map(|(_, at)| at.as_str())) {
        checkpoints::add(db, &keys.identity, seq, record.at, &mac)?;
    }
    Ok(())
}

/// Signs a checkpoint of the newest event unless it has one; returns true if it signed.
pub(crate) fn sign_checkpoint(db: &AccountsDb<'_>, keys: &AuditLogKeys, at: &str) -> Result<bool> {
    let Some((seq, mac)) = last_link(db)? else { return Ok(false) };
    if checkpoints::find_newest(db)?.is_some_and(|(signed, _)| signed >= seq) {
        return Ok(false);
    }
    checkpoints::add(db, &keys.identity, seq, at, &mac)?;
    Ok(true)
}

/// Returns position and MAC of the newest event.
pub(crate) fn last_link(db: &AccountsDb<'_>) -> Result<Option<(i64, Vec<u8>)>> {
    db.query_optional("SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Returns the newest events, newest first; with `before`, those older than that position.
pub(crate) fn list_newest(db: &AccountsDb<'_>, before: Option<i64>, limit: i64) -> Result<Vec<AuditEvent>> {
    db.query_all(
        "SELECT seq, at, actor, via, action, resource, result, mac, format, on_behalf, ip, user_agent, request_id,
                repeats
         FROM audit WHERE seq < COALESCE(:before, 9223372036854775807) ORDER BY seq DESC LIMIT :limit",
        named_params! { ":before": before, ":limit": limit },
        from_row,
    )
}

/// Returns the events after a position, oldest first.
pub(crate) fn list_after(db: &AccountsDb<'_>, after: i64, limit: i64) -> Result<Vec<AuditEvent>> {
    db.query_all(
        "SELECT seq, at, actor, via, action, resource, result, mac, format, on_behalf, ip, user_agent, request_id,
                repeats
         FROM audit WHERE seq > :after ORDER BY seq LIMIT :limit",
        named_params! { ":after": after, ":limit": limit },
        from_row,
    )
}

/// Returns the events about a user's account, sessions and keys, newest first.
///
/// `user` is the user's name in the log.
pub(crate) fn list_about_user(db: &AccountsDb<'_>, user: &str, since: &str, limit: i64) -> Result<Vec<AuditEvent>> {
    db.query_all(
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

/// Counts the events of [`list_about_user`].
pub(crate) fn count_about_user(db: &AccountsDb<'_>, user: &str, since: &str) -> Result<i64> {
    db.query_one(
        "SELECT COUNT(*) FROM audit
         WHERE at >= :since
           AND (resource = :user
                OR ((actor = :user OR on_behalf = :user)
                    AND (resource LIKE 'session:%' OR resource LIKE 'key:%')))",
        named_params! { ":user": user, ":since": since },
        |row| row.get(0),
    )
}

/// Verifies the MAC chain and the checkpoints.
///
/// Every checkpoint due by [`checkpoints::is_due`] must exist, so removing checkpoints together with their events is
/// detected too.
pub(crate) fn verify_chain(db: &AccountsDb<'_>, keys: &AuditLogKeys) -> Result<AuditVerification> {
    let (signed, public) = (checkpoints::all(db)?, keys.identity.public_key());
    let mut previous = crypto::mac_chain::GENESIS_MAC.to_vec();
    let (mut links, mut newest_format, mut broken) = (0, 1, None);
    let mut contradicted = signed.values().find(|checkpoint| !checkpoint.is_signed_by(&public)).map(|found| found.seq);
    let mut contradict = |seq: i64| contradicted = Some(contradicted.map_or(seq, |found: i64| found.min(seq)));
    db.for_each_row(
        "SELECT seq, at, actor, via, action, resource, result, mac, format, on_behalf, ip, user_agent, request_id,
                repeats
         FROM audit ORDER BY seq",
        [],
        |row| {
            links += 1;
            let event = from_row(row)?;
            let mac: Vec<u8> = row.get(7)?;
            // Formats only increase: an old format after a newer one is a forgery.
            let holds =
                event.seq == links && event.format >= newest_format && is_valid_link(&event, &mac, &previous, keys);
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
    Ok(AuditVerification { intact, events: links, broken_at: broken, checkpoints, contradicted_at: contradicted })
}

/// Returns true if a row has the MAC its format requires after the previous row.
fn is_valid_link(event: &AuditEvent, mac: &[u8], previous: &[u8], keys: &AuditLogKeys) -> bool {
    let record = AuditRecord {
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
        // Columns not covered by this format must be empty.
        1 if record.shared_fields()[6..].iter().all(Option::is_none) && event.repeats.is_none() => {
            crypto::mac_chain::event_mac_v1(&keys.mac, previous, event.seq, &record.v1_fields())
        }
        2 => link_v2(keys, previous, event.seq, &record, event.repeats),
        _ => return false,
    };
    crypto::token::constant_time_eq(mac, &expected)
}

/// Computes a format 2 MAC, which covers every column: the shared fields, then `repeats` as decimal digits.
fn link_v2(keys: &AuditLogKeys, previous: &[u8], seq: i64, record: &AuditRecord<'_>, repeats: Option<i64>) -> [u8; 32] {
    let repeats = repeats.map(|count| count.to_string());
    let fields: Vec<Option<&str>> = record.shared_fields().into_iter().chain([repeats.as_deref()]).collect();
    crypto::mac_chain::event_mac(&keys.mac, MacDomain::Audit, previous, seq, &fields)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<AuditEvent> {
    let mac: Vec<u8> = row.get(7)?;
    Ok(AuditEvent {
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
