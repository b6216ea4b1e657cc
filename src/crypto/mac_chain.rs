//! MAC chains of the audit log and of notebook activity, and signed checkpoints of the audit log.
//!
//! The MAC of an event is HMAC-SHA256 over a list of parts, each preceded by its length in 8 bytes, big-endian:
//!
//! - format 1: the previous MAC, the position in 8 bytes, then `at actor via action resource result`;
//! - format 2: a domain string, the previous MAC, the position, then every field of the row: the six above, then
//!   `on_behalf ip user_agent request_id`, then `repeats` (audit log) or `changed` (activity), then `assistant` for an
//!   activity of an assistant. A NULL field is the single part `00`; any other is the part `01` and then its bytes, so
//!   that NULL and empty differ.
//!
//! The first part of format 1 has 32 bytes and no domain string does, so the formats cannot be confused. The MAC before
//! the first event is 32 zero bytes. Only a holder of the key can verify or create a MAC.
//!
//! A checkpoint can be verified with the server's public key. It is an Ed25519 signature (RFC 8032) over
//! `journal audit checkpoint v1`, a zero byte, the position in 8 bytes, the timestamp as 20 ASCII characters, and the
//! MAC of the event at that position.

use uuid::Uuid;

use crate::crypto::identity::{self, ServerIdentity};
use crate::crypto::key::SymmetricKey;
use crate::crypto::key_derivation;

/// MAC before the first event.
pub(crate) const GENESIS_MAC: [u8; 32] = [0; 32];

/// Prefix of a checkpoint message.
const CHECKPOINT: &[u8] = b"journal audit checkpoint v1\0";

/// Domain of a MAC, part of its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MacDomain {
    /// Row of the audit log, format 2.
    Audit,
    /// Row of a notebook's activity log.
    Activity,
    /// Head of a notebook's activity log.
    ActivityHead,
}

impl MacDomain {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::Audit => b"journal audit event v2",
            Self::Activity => b"journal activity line v1",
            Self::ActivityHead => b"journal activity head v1",
        }
    }
}

/// Keys of the audit log.
#[derive(Debug, Clone)]
pub(crate) struct AuditLogKeys {
    /// MAC key of the chain.
    pub(crate) mac: SymmetricKey,
    /// Signs the checkpoints.
    pub(crate) identity: ServerIdentity,
}

/// Returns the MAC of an event of format 1.
pub(crate) fn event_mac_v1(key: &SymmetricKey, previous: &[u8], seq: i64, fields: &[&str]) -> [u8; 32] {
    let seq = seq.to_be_bytes();
    let mut parts: Vec<&[u8]> = vec![previous, &seq];
    parts.extend(fields.iter().map(|field| field.as_bytes()));
    key_derivation::mac(key, &parts)
}

/// Returns the MAC of an event of format 2.
pub(crate) fn event_mac(
    key: &SymmetricKey,
    domain: MacDomain,
    previous: &[u8],
    seq: i64,
    fields: &[Option<&str>],
) -> [u8; 32] {
    let seq = seq.to_be_bytes();
    let mut parts: Vec<&[u8]> = vec![domain.name(), previous, &seq];
    for field in fields {
        match field {
            None => parts.push(&[0]),
            Some(text) => parts.extend([&[1], text.as_bytes()]),
        }
    }
    key_derivation::mac(key, &parts)
}

/// Derives the activity MAC key of one notebook, so that rows cannot be moved between notebooks.
pub(crate) fn activity_key_for_notebook(key: &SymmetricKey, notebook: Uuid) -> SymmetricKey {
    key_derivation::derive(key.expose(), Some(notebook.as_bytes()), "journal/v1/activity-of-notebook")
}

/// Signs the chain up to an event.
pub(crate) fn sign_checkpoint(identity: &ServerIdentity, seq: i64, at: &str, mac: &[u8]) -> [u8; 64] {
    identity.sign(&checkpoint_message(seq, at, mac))
}

/// Returns whether a checkpoint was signed by the server.
pub(crate) fn verify_checkpoint(public: &[u8; 32], seq: i64, at: &str, mac: &[u8], signature: &[u8]) -> bool {
    at.len() == 20
        && mac.len() == 32
        && identity::verify_signature(public, &checkpoint_message(seq, at, mac), signature)
}

fn checkpoint_message(seq: i64, at: &str, mac: &[u8]) -> Vec<u8> {
    [CHECKPOINT, &seq.to_be_bytes(), at.as_bytes(), mac].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [&str; 6] = ["2026-11-21T00:00:00Z", "operator", "shell", "USER_ADDED", "user:1", "ok"];

    fn key() -> SymmetricKey {
        SymmetricKey::from_array([3; 32])
    }

    /// Expected values computed independently with Python's `hmac`.
    #[test]
    fn macs_match_independently_computed_values() {
        let hex = |mac: [u8; 32]| data_encoding::HEXLOWER.encode(&mac);
        let mut whole: Vec<Option<&str>> = FIELDS.map(Some).to_vec();
        whole.extend([None, Some(""), Some("curl/8"), None]);

        assert_eq!(
            hex(event_mac_v1(&key(), &GENESIS_MAC, 1, &FIELDS)),
            "8bb833cce8e664c11995b117bb1dd9bb77723c30679ca5017425f18f530b31a3"
        );
        assert_eq!(
            hex(event_mac(&key(), MacDomain::Audit, &GENESIS_MAC, 1, &whole)),
            "41016bc5816adda555ce90d3bfd470b1b9bbb4067984d2a5a29ab415acc1f602"
        );
    }

    #[test]
    fn null_and_empty_fields_and_field_boundaries_are_distinct() {
        let mac = |fields: &[Option<&str>]| event_mac(&key(), MacDomain::Audit, &GENESIS_MAC, 1, fields);

        assert_ne!(mac(&[None]), mac(&[Some("")]));
        assert_ne!(mac(&[Some("a"), None]), mac(&[None, Some("a")]));
        assert_ne!(mac(&[Some("ab"), Some("c")]), mac(&[Some("a"), Some("bc")]));
        assert_ne!(mac(&[Some("\u{1}")]), mac(&[Some(""), Some("")]));
    }

    #[test]
    fn formats_and_domains_have_distinct_macs() {
        let (v1, fields) = (event_mac_v1(&key(), &GENESIS_MAC, 1, &FIELDS), FIELDS.map(Some));
        let others = [MacDomain::Audit, MacDomain::Activity, MacDomain::ActivityHead]
            .map(|domain| event_mac(&key(), domain, &GENESIS_MAC, 1, &fields));

        let all: std::collections::BTreeSet<_> = others.into_iter().chain([v1]).collect();

        assert_eq!(all.len(), 4);
    }

    #[test]
    fn every_notebook_has_its_own_key() {
        assert_ne!(
            activity_key_for_notebook(&key(), Uuid::from_u128(1)).expose(),
            activity_key_for_notebook(&key(), Uuid::from_u128(2)).expose()
        );
    }

    #[test]
    fn a_checkpoint_covers_position_timestamp_and_mac() {
        let identity = ServerIdentity::new(key());
        let (public, at) = (identity.public_key(), "2026-11-21T00:00:00Z");
        let signature = sign_checkpoint(&identity, 7, at, &[1; 32]);

        assert!(verify_checkpoint(&public, 7, at, &[1; 32], &signature));
        assert!(!verify_checkpoint(&public, 8, at, &[1; 32], &signature));
        assert!(!verify_checkpoint(&public, 7, "2026-11-22T00:00:00Z", &[1; 32], &signature));
        assert!(!verify_checkpoint(&public, 7, at, &[2; 32], &signature));
        assert!(!verify_checkpoint(&public, 7, "2026-11-21T00:00:00", &[1; 32], &signature));
    }
}
