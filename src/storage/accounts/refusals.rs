//! Rows that count refused logins and keys: every refusal writes one, whether or not the trail gets a line.

use rusqlite::named_params;

use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Counts a refusal. It is one and the same write for every cause, so that its time tells none from another.
pub(crate) fn count(db: &AccountsDb<'_>, resource: &str) -> Result<()> {
    db.run(
        "INSERT INTO refusals (resource, total, unrecorded) VALUES (:resource, 1, 0)
         ON CONFLICT (resource) DO UPDATE SET total = total + 1",
        named_params! { ":resource": resource },
    )
    .map(drop)
}

/// Returns how many refusals the trail has of a resource since an instant.
pub(crate) fn recorded_since(db: &AccountsDb<'_>, resource: &str, since: &str) -> Result<i64> {
    db.one(
        "SELECT COUNT(*) FROM audit WHERE action = 'FAILED_AUTH' AND resource = :resource AND at > :since",
        named_params! { ":resource": resource, ":since": since },
        |row| row.get(0),
    )
}

/// Counts a refusal of which the trail gets no line of its own.
pub(crate) fn leave_out(db: &AccountsDb<'_>, resource: &str) -> Result<()> {
    db.run(
        "UPDATE refusals SET unrecorded = unrecorded + 1 WHERE resource = :resource",
        named_params! { ":resource": resource },
    )
    .map(drop)
}

/// Returns how many were left out, and begins that count anew.
pub(crate) fn take_left_out(db: &AccountsDb<'_>, resource: &str) -> Result<i64> {
    let left_out = db.one(
        "SELECT unrecorded FROM refusals WHERE resource = :resource",
        named_params! { ":resource": resource },
        |row| row.get(0),
    )?;
    if left_out > 0 {
        db.run(
            "UPDATE refusals SET unrecorded = 0 WHERE resource = :resource",
            named_params! { ":resource": resource },
        )?;
    }
    Ok(left_out)
}
