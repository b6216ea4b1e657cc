//! The chain of the audit trail: each link's mac covers the link before.

use crate::crypto::hierarchy;
use crate::crypto::key::Key;

/// The mac that the first link continues from.
pub(crate) const GENESIS: [u8; 32] = [0; 32];

/// Returns a link's mac over the previous mac, the position and the row's fields in order.
pub(crate) fn link(key: &Key, previous: &[u8], seq: i64, fields: &[&str]) -> [u8; 32] {
    let seq = seq.to_be_bytes();
    let mut parts: Vec<&[u8]> = vec![previous, &seq];
    parts.extend(fields.iter().map(|field| field.as_bytes()));
    hierarchy::mac(key, &parts)
}
