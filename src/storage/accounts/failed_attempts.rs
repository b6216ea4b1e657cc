//! Rows that count failed login and key attempts, including those suppressed from the audit log.

use rusqlite::named_params;

use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Counts a failed attempt. The write is the same for every cause, so that timing does not reveal it.
pub(crate) fn record(db: &AccountsDb<'_>, resource: &str) -> Result<()> {
    db.execute(
        "INSERT INTO refusals (resource, total, unrecorded) VALUES (:resource, 1, 0)
         ON CONFLICT (resource) DO UPDATE SET total = total + 1",
        named_params! { ":resource": resource },
    )
    .map(drop)
}

/// Counts the failed attempts on a resource in the audit log since an instant.
pub(crate) fn count_recorded_since(db: &AccountsDb<'_>, resource: &str, since: &str) -> Result<i64> {
    db.query_one(
        "SELECT COUNT(*) FROM audit WHERE action = 'FAILED_AUTH' AND resource = :resource AND at > :since",
        named_params! { ":resource": resource, ":since": since },
        |row| row.get(0),
    )
}

/// Counts a failed attempt that gets no event in the audit log.
pub(crate) fn count_suppressed(db: &AccountsDb<'_>, resource: &str) -> Result<()> {
    db.execute(
        "UPDATE refusals SET unrecorded = unrecorded + 1 WHERE resource = :resource",
        named_params! { ":resource": resource },
    )
    .map(drop)
}

/// Returns the number of suppressed attempts and resets it.
pub(crate) fn take_suppressed_count(db: &AccountsDb<'_>, resource: &str) -> Result<i64> {
    let left_out = db.query_one(
        "SELECT unrecorded FROM refusals WHERE resource = :resource",
        named_params! { ":resource": resource },
        |row| row.get(0),
    )?;
    if left_out > 0 {
        db.execute(
            "UPDATE refusals SET unrecorded = 0 WHERE resource = :resource",
            named_params! { ":resource": resource },
        )?;
    }
    Ok(left_out)
}
