//! Two-step deletion: the first call returns the entry with a confirmation token, the second deletes with the token.
//!
//! A token is its expiry in Unix seconds (8 bytes, big-endian), 8 random bytes, and an HMAC-SHA256 over the caller, the
//! credential, the notebook, the current entry, and both. It is valid for two minutes, for one use, and only while the
//! entry is unchanged.

use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};

use crate::app::context::Ctx;
use crate::crypto::{key_derivation, token};
use crate::domain::activity::ReadKind;
use crate::domain::entry::Entry;
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::entropy;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::services::entries::delete::{EntryDeleteResponse, WithOrphanedMedia, remove_if_idle};
use crate::storage::notebook::entries;

/// Lifetime of a confirmation token.
pub const CONFIRMATION_TTL: SignedDuration = SignedDuration::from_mins(2);

/// An entry to be deleted, with its confirmation token.
#[derive(Debug)]
pub struct PendingDeletion {
    /// Current state of the entry.
    pub entry: Entry,
    /// Confirmation token.
    pub token: String,
}

/// Returns an entry with a token that confirms its deletion. Changes nothing.
///
/// # Errors
/// `NotFound`; `Forbidden` for a key without both the read and the write scope.
pub async fn prepare_deletion(ctx: &Ctx, id: EntryId) -> Result<PendingDeletion> {
    ctx.caller.authorize(Scope::EntriesWrite)?;
    let entry = ctx
        .read_restricted(Scope::EntriesRead, ReadKind::Entry, move |db, within| entries::require_entry(db, id, within))
        .await?;
    let until = (ctx.app.clock.now() + CONFIRMATION_TTL).as_second().to_be_bytes();
    let terms = DeletionToken { expires_at: until, salt: entropy::draw::<8>(ctx.app.entropy.as_ref())? };
    let token = BASE64URL_NOPAD.encode(&[&terms.expires_at[..], &terms.salt, &terms.mac(ctx, &entry)?].concat());
    Ok(PendingDeletion { entry, token })
}

/// Deletes an entry with its confirmation token, unless a job is still creating it.
///
/// # Errors
/// `NotFound`; `Conflict` for a token that was issued to another caller or for another entry, has expired, was used, or
/// was issued before an edit; as [`delete_if_idle`](super::delete::delete_if_idle).
pub async fn confirm_deletion(ctx: &Ctx, id: EntryId, token: &str) -> Result<EntryDeleteResponse> {
    let (terms, mac) = DeletionToken::parse(token).ok_or_else(confirmation_refused)?;
    let (until, now) = (Timestamp::from_second(i64::from_be_bytes(terms.expires_at)), ctx.app.clock.now());
    let until = until.ok().filter(|until| *until >= now).ok_or_else(confirmation_refused)?;
    let (of, trail) = (ctx.clone(), AuditRecorder::from_ctx(ctx));
    let WithOrphanedMedia((), files) = ctx
        .write_restricted(Scope::EntriesWrite, move |db, within| {
            let own = terms.mac(&of, &entries::require_entry(db, id, within)?)?;
            if !token::constant_time_eq(&own, &mac) || !of.app.used_tokens.mark_used(own, until, now) {
                return Err(confirmation_refused());
            }
            remove_if_idle(db, id, within, &trail)
        })
        .await?;
    ctx.remove_originals(files).await?;
    Ok(EntryDeleteResponse { deleted: true, id })
}

/// Expiry and salt encoded in a token.
struct DeletionToken {
    expires_at: [u8; 8],
    salt: [u8; 8],
}

impl DeletionToken {
    /// Parses a token and its MAC.
    fn parse(token: &str) -> Option<(Self, [u8; 32])> {
        let bytes = BASE64URL_NOPAD.decode(token.trim().as_bytes()).ok()?;
        let (until, rest) = bytes.split_first_chunk::<8>()?;
        let (salt, mac) = rest.split_first_chunk::<8>()?;
        Some((Self { expires_at: *until, salt: *salt }, mac.try_into().ok()?))
    }

    fn mac(&self, ctx: &Ctx, entry: &Entry) -> Result<[u8; 32]> {
        let title = entry.title.as_deref().map_or_else(Vec::new, |title| [b"\x01", title.as_bytes()].concat());
        let (actor, through, notebook) = (ctx.caller.actor(), ctx.caller.auth_method_label(), ctx.notebook()?);
        let parts: [&[u8]; 10] = [
            actor.as_bytes(),
            through.as_bytes(),
            notebook.0.as_bytes(),
            &entry.id.0.to_be_bytes(),
            entry.updated_at.as_bytes(),
            entry.entry_date.as_bytes(),
            &title,
            entry.final_text.as_bytes(),
            &self.expires_at,
            &self.salt,
        ];
        Ok(key_derivation::mac(&ctx.app.store.keys.confirmation, &parts))
    }
}

/// Returns the same error for every cause, so that guessing reveals nothing.
fn confirmation_refused() -> Error {
    Error::conflict("the confirmation token is invalid, expired or was issued before an edit")
        .code("confirmation_refused")
        .hint("call again without a token to get a new one, and show the user the entry again")
}
