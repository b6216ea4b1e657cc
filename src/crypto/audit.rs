//! The chains of the audit trail and of notebooks' activity, and the checkpoints over the trail.
//!
//! A link's mac is HMAC-SHA256 over a list of parts, each preceded by its length in 8 bytes, big-endian:
//!
//! - format 1: the mac before, the position in 8 bytes, then `at actor via action resource result`;
//! - format 2: a domain string, the mac before, the position, then every field of the row: the six, then `on_behalf ip
//!   user_agent request_id`, then `repeats` (of the trail) or `changed` (of an activity), then of an assistant's activity
//!   its `assistant`. A field that is NULL is the one
//!   part `00`; any other is the part `01` and then its bytes, so that NULL and empty differ.
//!
//! The first part of format 1 has 32 bytes and no domain string has, so a link of one kind never passes for another.
//! The mac before the first link is 32 zero bytes. Only who holds the key can check or make a link.
//!
//! A checkpoint can be checked by everybody with the server's public key. It is an Ed25519 signature (RFC 8032) over
//! `journal audit checkpoint v1`, a zero byte, the position in 8 bytes, the instant as 20 ASCII characters, and the mac
//! of the link at that position.

use uuid::Uuid;

use crate::crypto::hierarchy;
use crate::crypto::identity;
use crate::crypto::identity::Identity;
use crate::crypto::key::Key;

/// The mac that the first link continues from.
pub(crate) const GENESIS: [u8; 32] = [0; 32];

/// What stands before the message of a checkpoint.
const CHECKPOINT: &[u8] = b"journal audit checkpoint v1\0";

/// What a link belongs to; part of what its mac covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Domain {
    /// A row of the audit trail, format 2.
    Audit,
    /// A line of a notebook's activity.
    Activity,
    /// Where a notebook's activity ends.
    ActivityHead,
}

impl Domain {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::Audit => b"journal audit event v2",
            Self::Activity => b"journal activity line v1",
            Self::ActivityHead => b"journal activity head v1",
        }
    }
}

/// What the trail is written with.
#[derive(Debug, Clone)]
pub(crate) struct TrailKeys {
    /// Links the chain.
    pub(crate) mac: Key,
    /// Signs checkpoints.
    pub(crate) identity: Identity,
}

/// Returns the mac of a link of format 1.
pub(crate) fn link_v1(key: &Key, previous: &[u8], seq: i64, fields: &[&str]) -> [u8; 32] {
    let seq = seq.to_be_bytes();
    let mut parts: Vec<&[u8]> = vec![previous, &seq];
    parts.extend(fields.iter().map(|field| field.as_bytes()));
    hierarchy::mac(key, &parts)
}

/// Returns the mac of a link of format 2.
pub(crate) fn link(key: &Key, domain: Domain, previous: &[u8], seq: i64, fields: &[Option<&str>]) -> [u8; 32] {
    let seq = seq.to_be_bytes();
    let mut parts: Vec<&[u8]> = vec![domain.name(), previous, &seq];
    for field in fields {
        match field {
            None => parts.push(&[0]),
            Some(text) => parts.extend([&[1], text.as_bytes()]),
        }
    }
    hierarchy::mac(key, &parts)
}

/// Derives the key of one notebook's activity, so that no line passes for one of another notebook.
pub(crate) fn of_notebook(key: &Key, notebook: Uuid) -> Key {
    hierarchy::derive(key.expose(), Some(notebook.as_bytes()), "journal/v1/activity-of-notebook")
}

/// Signs the chain as it stood after a link.
pub(crate) fn sign_checkpoint(identity: &Identity, seq: i64, at: &str, mac: &[u8]) -> [u8; 64] {
    identity.sign(&checkpoint(seq, at, mac))
}

/// Tells whether a checkpoint is the server's own.
pub(crate) fn checkpoint_holds(public: &[u8; 32], seq: i64, at: &str, mac: &[u8], signature: &[u8]) -> bool {
    at.len() == 20 && mac.len() == 32 && identity::signed(public, &checkpoint(seq, at, mac), signature)
}

fn checkpoint(seq: i64, at: &str, mac: &[u8]) -> Vec<u8> {
    [CHECKPOINT, &seq.to_be_bytes(), at.as_bytes(), mac].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [&str; 6] = ["2026-11-21T00:00:00Z", "operator", "shell", "USER_ADDED", "user:1", "ok"];

    fn key() -> Key {
        Key::from_array([3; 32])
    }

    /// Computed apart, by Python's `hmac`.
    #[test]
    fn macs_are_what_the_format_says() {
        let hex = |mac: [u8; 32]| data_encoding::HEXLOWER.encode(&mac);
        let mut whole: Vec<Option<&str>> = FIELDS.map(Some).to_vec();
        whole.extend([None, Some(""), Some("curl/8"), None]);

        assert_eq!(
            hex(link_v1(&key(), &GENESIS, 1, &FIELDS)),
            "8bb833cce8e664c11995b117bb1dd9bb77723c30679ca5017425f18f530b31a3"
        );
        assert_eq!(
            hex(link(&key(), Domain::Audit, &GENESIS, 1, &whole)),
            "41016bc5816adda555ce90d3bfd470b1b9bbb4067984d2a5a29ab415acc1f602"
        );
    }

    #[test]
    fn null_and_empty_differ_and_no_field_slides_into_its_neighbour() {
        let mac = |fields: &[Option<&str>]| link(&key(), Domain::Audit, &GENESIS, 1, fields);

        assert_ne!(mac(&[None]), mac(&[Some("")]));
        assert_ne!(mac(&[Some("a"), None]), mac(&[None, Some("a")]));
        assert_ne!(mac(&[Some("ab"), Some("c")]), mac(&[Some("a"), Some("bc")]));
        assert_ne!(mac(&[Some("\u{1}")]), mac(&[Some(""), Some("")]));
    }

    #[test]
    fn a_link_of_one_format_never_passes_for_one_of_another() {
        let (v1, fields) = (link_v1(&key(), &GENESIS, 1, &FIELDS), FIELDS.map(Some));
        let others = [Domain::Audit, Domain::Activity, Domain::ActivityHead]
            .map(|domain| link(&key(), domain, &GENESIS, 1, &fields));

        let all: std::collections::BTreeSet<_> = others.into_iter().chain([v1]).collect();

        assert_eq!(all.len(), 4);
    }

    #[test]
    fn every_notebook_has_a_key_of_its_own() {
        assert_ne!(of_notebook(&key(), Uuid::from_u128(1)).expose(), of_notebook(&key(), Uuid::from_u128(2)).expose());
    }

    #[test]
    fn a_checkpoint_covers_position_instant_and_mac() {
        let identity = Identity::new(key());
        let (public, at) = (identity.public(), "2026-11-21T00:00:00Z");
        let signature = sign_checkpoint(&identity, 7, at, &[1; 32]);

        assert!(checkpoint_holds(&public, 7, at, &[1; 32], &signature));
        assert!(!checkpoint_holds(&public, 8, at, &[1; 32], &signature));
        assert!(!checkpoint_holds(&public, 7, "2026-11-22T00:00:00Z", &[1; 32], &signature));
        assert!(!checkpoint_holds(&public, 7, at, &[2; 32], &signature));
        assert!(!checkpoint_holds(&public, 7, "2026-11-21T00:00:00", &[1; 32], &signature));
    }
}
