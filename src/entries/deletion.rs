//! Deleting what was shown: first the entry is shown with a token, then the token deletes it.
//!
//! A token is an instant in seconds (8 bytes, big-endian), 8 random bytes, and HMAC-SHA256 over who asked with which
//! credential, the notebook, the entry as it was, and both. It is good for two minutes and for one use, and only as long
//! as the entry is what was shown.

use data_encoding::BASE64URL_NOPAD;
use jiff::SignedDuration;
use jiff::Timestamp;

use crate::audit::Trail;
use crate::crypto::hierarchy;
use crate::crypto::token;
use crate::ctx::Ctx;
use crate::entries::DeletedOne;
use crate::entries::Gone;
use crate::entries::found;
use crate::entries::get;
use crate::entries::remove_idle;
use crate::entropy;
use crate::error::Error;
use crate::error::Result;
use crate::model::entry::Entry;
use crate::model::id::EntryId;
use crate::model::scope::Scope;

/// How long a token is good.
pub const GOOD_FOR: SignedDuration = SignedDuration::from_mins(2);

/// An entry that is to be deleted, and what it takes.
#[derive(Debug)]
pub struct Announced {
    /// As it is now.
    pub entry: Entry,
    /// Deletes it.
    pub token: String,
}

/// Shows an entry that is to be deleted, and makes the token that deletes it. Nothing is changed.
///
/// # Errors
/// `NotFound`; `Forbidden` for a key that may not both read and write.
pub async fn announce(ctx: &Ctx, id: EntryId) -> Result<Announced> {
    ctx.caller.authorize(Scope::EntriesWrite)?;
    let entry = get(ctx, id).await?;
    let until = (ctx.app.clock.now() + GOOD_FOR).as_second().to_be_bytes();
    let terms = Terms { until, salt: entropy::draw::<8>(ctx.app.entropy.as_ref())? };
    let token = BASE64URL_NOPAD.encode(&[&terms.until[..], &terms.salt, &terms.mac(ctx, &entry)?].concat());
    Ok(Announced { entry, token })
}

/// Deletes an entry that was announced with this token, unless a job is still making it.
///
/// # Errors
/// `NotFound`; `Conflict` for a token that is another's or another entry's, ran out, was used, or stands for what the
/// entry was before an edit; as [`delete_idle`](super::delete_idle).
pub async fn delete_announced(ctx: &Ctx, id: EntryId, token: &str) -> Result<DeletedOne> {
    let (terms, mac) = Terms::read(token).ok_or_else(refused)?;
    let (until, now) = (Timestamp::from_second(i64::from_be_bytes(terms.until)), ctx.app.clock.now());
    let until = until.ok().filter(|until| *until >= now).ok_or_else(refused)?;
    let (of, trail) = (ctx.clone(), Trail::of(ctx));
    let Gone((), files) = ctx
        .write_within(Scope::EntriesWrite, move |db, within| {
            let own = terms.mac(&of, &found(db, id, within)?)?;
            if !token::same(&own, &mac) || !of.app.spent.spend(own, until, now) {
                return Err(refused());
            }
            remove_idle(db, id, within, &trail)
        })
        .await?;
    ctx.remove_originals(files).await?;
    Ok(DeletedOne { deleted: true, id })
}

/// What a token says of itself.
struct Terms {
    until: [u8; 8],
    salt: [u8; 8],
}

impl Terms {
    /// Reads a token and its mac.
    fn read(token: &str) -> Option<(Self, [u8; 32])> {
        let bytes = BASE64URL_NOPAD.decode(token.trim().as_bytes()).ok()?;
        let (until, rest) = bytes.split_first_chunk::<8>()?;
        let (salt, mac) = rest.split_first_chunk::<8>()?;
        Some((Self { until: *until, salt: *salt }, mac.try_into().ok()?))
    }

    fn mac(&self, ctx: &Ctx, entry: &Entry) -> Result<[u8; 32]> {
        let title = entry.title.as_deref().map_or_else(Vec::new, |title| [b"\x01", title.as_bytes()].concat());
        let (actor, through, notebook) = (ctx.caller.actor(), ctx.caller.through(), ctx.notebook()?);
        let parts: [&[u8]; 10] = [
            actor.as_bytes(),
            through.as_bytes(),
            notebook.0.as_bytes(),
            &entry.id.0.to_be_bytes(),
            entry.updated_at.as_bytes(),
            entry.entry_date.as_bytes(),
            &title,
            entry.final_text.as_bytes(),
            &self.until,
            &self.salt,
        ];
        Ok(hierarchy::mac(&ctx.app.store.keys.confirmation, &parts))
    }
}

/// One sentence for every cause: whoever guesses learns nothing.
fn refused() -> Error {
    Error::conflict("the confirmation token is not good for this entry as it is now, or no longer")
        .code("confirmation_refused")
        .hint("ask without a token for a new one, and show the user again what is to be deleted")
}
