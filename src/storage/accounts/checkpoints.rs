//! Rows of signed checkpoints over the audit trail.

use std::collections::BTreeMap;

use rusqlite::Row;
use rusqlite::named_params;

use crate::crypto;
use crate::crypto::identity::Identity;
use crate::error::Result;
use crate::model::audit::Checkpoint;
use crate::storage::accounts::AccountsDb;

/// Events after which the chain is signed, however short the day was.
pub(crate) const EVERY: i64 = 1000;

/// A checkpoint as it is stored.
pub(crate) struct Signed {
    pub(crate) seq: i64,
    pub(crate) at: String,
    pub(crate) mac: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

impl Signed {
    /// Tells whether the server signed it.
    pub(crate) fn holds(&self, public: &[u8; 32]) -> bool {
        crypto::audit::checkpoint_holds(public, self.seq, &self.at, &self.mac, &self.signature)
    }

    /// Returns it as people see it.
    pub(crate) fn shown(&self) -> Checkpoint {
        let hex = &data_encoding::HEXLOWER;
        Checkpoint {
            seq: self.seq,
            at: self.at.clone(),
            mac: hex.encode(&self.mac),
            signature: hex.encode(&self.signature),
        }
    }
}

/// Tells whether the chain is to be signed after an event: at the first one of a day (UTC), and every [`EVERY`].
///
/// `newest` is the instant of the newest checkpoint before that event.
pub(crate) fn is_due(seq: i64, at: &str, newest: Option<&str>) -> bool {
    seq % EVERY == 0 || newest.is_none_or(|newest| newest.get(..10) != at.get(..10))
}

/// Signs the chain as it stands after a link.
pub(crate) fn add(db: &AccountsDb<'_>, identity: &Identity, seq: i64, at: &str, mac: &[u8]) -> Result<()> {
    let signature = crypto::audit::sign_checkpoint(identity, seq, at, mac);
    db.run(
        "INSERT INTO audit_checkpoints (seq, at, mac, signature) VALUES (:seq, :at, :mac, :signature)",
        named_params! { ":seq": seq, ":at": at, ":mac": mac, ":signature": signature },
    )
    .map(drop)
}

/// Returns the position and the instant of the newest checkpoint.
pub(crate) fn newest(db: &AccountsDb<'_>) -> Result<Option<(i64, String)>> {
    db.first("SELECT seq, at FROM audit_checkpoints ORDER BY seq DESC LIMIT 1", [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Returns every checkpoint by its position.
pub(crate) fn all(db: &AccountsDb<'_>) -> Result<BTreeMap<i64, Signed>> {
    let rows = db.all("SELECT seq, at, mac, signature FROM audit_checkpoints ORDER BY seq", [], from_row)?;
    Ok(rows.into_iter().map(|signed| (signed.seq, signed)).collect())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Signed> {
    Ok(Signed { seq: row.get(0)?, at: row.get(1)?, mac: row.get(2)?, signature: row.get(3)? })
}
