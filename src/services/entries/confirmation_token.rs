//! Confirmation tokens of deletions: issued by the first call, redeemed by the second.
//!
//! A token is its expiry in Unix seconds (8 bytes, big-endian), 8 random bytes, and an HMAC-SHA256 over the caller, the
//! credential, the notebook, the subject of the deletion, and both. It is valid for two minutes, for one use, and only
//! while the subject is unchanged.

use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};

use crate::app::context::Ctx;
use crate::crypto::{key_derivation, token};
use crate::entropy;
use crate::error::{Error, Result};

/// Lifetime of a confirmation token.
pub const CONFIRMATION_TTL: SignedDuration = SignedDuration::from_mins(2);

/// Expiry, salt and MAC of a token.
pub(super) struct ConfirmationToken {
    until: Timestamp,
    terms: TokenTerms,
    mac: [u8; 32],
}

/// Expiry and salt encoded in a token.
struct TokenTerms {
    expires_at: [u8; 8],
    salt: [u8; 8],
}

impl TokenTerms {
    fn mac(&self, ctx: &Ctx, subject: &[&[u8]]) -> Result<[u8; 32]> {
        let (actor, through, notebook) = (ctx.caller.actor(), ctx.caller.auth_method_label(), ctx.notebook()?);
        let caller: [&[u8]; 3] = [actor.as_bytes(), through.as_bytes(), notebook.0.as_bytes()];
        let parts = [&caller[..], subject, &[&self.expires_at[..], &self.salt]].concat();
        Ok(key_derivation::mac(&ctx.app.store.keys.confirmation, &parts))
    }
}

impl ConfirmationToken {
    /// Issues a token for a subject, whose first part names the kind of deletion.
    pub(super) fn issue(ctx: &Ctx, subject: &[&[u8]]) -> Result<String> {
        let expires_at = (ctx.app.clock.now() + CONFIRMATION_TTL).as_second().to_be_bytes();
        let terms = TokenTerms { expires_at, salt: entropy::draw::<8>(ctx.app.entropy.as_ref())? };
        Ok(BASE64URL_NOPAD.encode(&[&terms.expires_at[..], &terms.salt, &terms.mac(ctx, subject)?].concat()))
    }

    /// Parses a token that has not expired.
    ///
    /// # Errors
    /// `Conflict`, the same for every cause.
    pub(super) fn parse(ctx: &Ctx, text: &str) -> Result<Self> {
        let token = Self::decode(text).ok_or_else(confirmation_refused)?;
        if token.until < ctx.app.clock.now() { Err(confirmation_refused()) } else { Ok(token) }
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.trim().as_bytes()).ok()?;
        let (expires_at, rest) = bytes.split_first_chunk::<8>()?;
        let (salt, mac) = rest.split_first_chunk::<8>()?;
        let until = Timestamp::from_second(i64::from_be_bytes(*expires_at)).ok()?;
        let terms = TokenTerms { expires_at: *expires_at, salt: *salt };
        Some(Self { until, terms, mac: mac.try_into().ok()? })
    }

    /// Checks that the token was issued to this caller for this subject, and marks it as used.
    ///
    /// # Errors
    /// `Conflict`, the same for every cause.
    pub(super) fn redeem(&self, ctx: &Ctx, subject: &[&[u8]]) -> Result<()> {
        let own = self.terms.mac(ctx, subject)?;
        let valid = token::constant_time_eq(&own, &self.mac);
        if valid && ctx.app.used_tokens.mark_used(own, self.until, ctx.app.clock.now()) {
            return Ok(());
        }
        Err(confirmation_refused())
    }
}

/// Returns the same error for every cause, so that guessing reveals nothing.
fn confirmation_refused() -> Error {
    Error::conflict("the confirmation token is invalid, expired or was issued before an edit")
        .code("confirmation_refused")
        .hint("call again without a token to get a new one, and show the user again what it deletes")
}
