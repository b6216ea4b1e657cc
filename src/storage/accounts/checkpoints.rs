//! Rows of signed audit log checkpoints.

use std::collections::BTreeMap;

use rusqlite::{Row, named_params};

use crate::crypto;
use crate::crypto::identity::ServerIdentity;
use crate::domain::audit::AuditCheckpoint;
use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Maximum number of events between two checkpoints.
pub(crate) const MAX_EVENTS_PER_CHECKPOINT: i64 = 1000;

/// A stored checkpoint.
pub(crate) struct SignedCheckpoint {
    pub(crate) seq: i64,
    pub(crate) at: String,
    pub(crate) mac: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

impl SignedCheckpoint {
    /// Verifies the server's signature.
    pub(crate) fn is_signed_by(&self, public: &[u8; 32]) -> bool {
        crypto::mac_chain::verify_checkpoint(public, self.seq, &self.at, &self.mac, &self.signature)
    }

    /// Converts to the output form, with hexadecimal values.
    pub(crate) fn to_checkpoint(&self) -> AuditCheckpoint {
        let hex = &data_encoding::HEXLOWER;
        AuditCheckpoint {
            seq: self.seq,
            at: self.at.clone(),
            mac: hex.encode(&self.mac),
            signature: hex.encode(&self.signature),
        }
    }
}

/// Returns true if a checkpoint is due after an event: for the first event of a day (UTC) and every [`MAX_EVENTS_PER_CHECKPOINT`] events.
///
/// `newest` is the time of the newest checkpoint before that event.
pub(crate) fn is_due(seq: i64, at: &str, newest: Option<&str>) -> bool {
    seq % MAX_EVENTS_PER_CHECKPOINT == 0 || newest.is_none_or(|newest| newest.get(..10) != at.get(..10))
}

/// Signs and stores a checkpoint of an event.
pub(crate) fn add(db: &AccountsDb<'_>, identity: &ServerIdentity, seq: i64, at: &str, mac: &[u8]) -> Result<()> {
    let signature = crypto::mac_chain::sign_checkpoint(identity, seq, at, mac);
    db.execute(
        "INSERT INTO audit_checkpoints (seq, at, mac, signature) VALUES (:seq, :at, :mac, :signature)",
        named_params! { ":seq": seq, ":at": at, ":mac": mac, ":signature": signature },
    )
    .map(drop)
}

/// Returns position and time of the newest checkpoint.
pub(crate) fn find_newest(db: &AccountsDb<'_>) -> Result<Option<(i64, String)>> {
    db.query_optional("SELECT seq, at FROM audit_checkpoints ORDER BY seq DESC LIMIT 1", [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Returns every checkpoint by position.
pub(crate) fn all(db: &AccountsDb<'_>) -> Result<BTreeMap<i64, SignedCheckpoint>> {
    let rows = db.query_all("SELECT seq, at, mac, signature FROM audit_checkpoints ORDER BY seq", [], from_row)?;
    Ok(rows.into_iter().map(|signed| (signed.seq, signed)).collect())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<SignedCheckpoint> {
    Ok(SignedCheckpoint { seq: row.get(0)?, at: row.get(1)?, mac: row.get(2)?, signature: row.get(3)? })
}
