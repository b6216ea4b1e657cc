//! API keys: create, list, rotate, revoke. A key is shown once and stored as a keyed hash.

mod expiry;
mod restrictions;

pub use expiry::{DEFAULT_DAYS, KeyExpiry, MAX_DAYS};

use ipnet::IpNet;

use crate::app::context::{AuthMethod, Ctx};
use crate::crypto::token;
use crate::domain::api_key::{ApiKey, KeyRestrictions, NewApiKey};
use crate::domain::audit::AuditAction;
use crate::domain::id::{KeyId, UserId};
use crate::domain::scope::Scope;
use crate::domain::text;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;
use crate::services::accounts::field_errors::invalid_field_error;
use crate::services::audit::AuditRecorder;
use crate::storage::accounts::{self, AccountsDb};

/// Maximum number of address blocks of a key.
pub const MAX_ADDRESS_BLOCKS: usize = 32;

/// Request for a new API key.
#[derive(Debug, Clone, Default)]
pub struct CreateKeyRequest {
    /// Name, chosen by the owner.
    pub name: String,
    /// Scopes; read, search, write and ingest if empty.
    pub scopes: Vec<Scope>,
    /// True if the key may only read and search.
    pub read_only: bool,
    /// Expiry.
    pub expiry: KeyExpiry,
    /// Address blocks from which it may be used; any if empty.
    pub allowed_from: Vec<IpNet>,
    /// Restriction to a part of the journal; the whole journal if `None`.
    pub boundary: Option<KeyRestrictions>,
}

/// Creates a key for the caller.
///
/// # Errors
/// `Invalid` for an expiry in the past or too far away, and for a restriction that is invalid or does not fit the
/// scopes; `Forbidden` for scopes, address blocks or parts of the journal that the caller's own key lacks: a key never
/// has more rights than the one that created it.
pub async fn add(ctx: &Ctx, new: CreateKeyRequest) -> Result<NewApiKey> {
    let (name, owner) = (checked_name(&new.name)?, ctx.caller.user()?.id);
    let scopes = restrictions::checked_scopes(new.scopes, new.read_only)?;
    if new.allowed_from.len() > MAX_ADDRESS_BLOCKS {
        let message = format!("a key has at most {MAX_ADDRESS_BLOCKS} address blocks");
        return Err(invalid_field_error(message, "use wider blocks"));
    }
    let draft = GeneratedKey::new(ctx, CreateKeyRequest { name, scopes, ..new }).await?;
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write_accounts(Scope::Account, move |db| draft.issue(db, owner, &trail)).await
}

/// Returns the caller's keys, newest first, including revoked and expired ones.
pub async fn list(ctx: &Ctx) -> Result<Vec<ApiKey>> {
    let owner = ctx.caller.user()?.id;
    ctx.read_accounts(Scope::Account, move |db| accounts::keys::list(db, owner)).await
}

/// Replaces one of the caller's keys by a new one with the same name, scopes, restriction and lifetime.
///
/// # Errors
/// `NotFound`, also for another user's key; `Conflict` for a revoked one.
pub async fn rotate(ctx: &Ctx, id: KeyId) -> Result<NewApiKey> {
    let owner = ctx.caller.user()?.id;
    let old = ctx.read_accounts(Scope::Account, move |db| find_key(db, owner, id)).await?;
    let wanted = CreateKeyRequest {
        expiry: lifetime(&old),
        allowed_from: parse_blocks(&old.allowed_from),
        name: old.name,
        scopes: old.scopes,
        read_only: false,
        boundary: old.boundary,
    };
    // Checked again: rotation by a key with fewer rights must not yield a key with more.
    let draft = GeneratedKey::new(ctx, wanted).await?;
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write_accounts(Scope::Account, move |db| {
        if !accounts::keys::revoke(db, owner, id, trail.at())? {
            return Err(
                Error::conflict("the key is already revoked").hint("create a new one with `journal key add NAME`")
            );
        }
        trail.record(db, AuditAction::TokenRevoked, &format!("key:{id}"))?;
        draft.issue(db, owner, &trail)
    })
    .await
}

/// Revokes one of the caller's keys with immediate effect.
///
/// # Errors
/// `NotFound` for a key that is unknown, another user's, or already revoked.
pub async fn revoke(ctx: &Ctx, id: KeyId) -> Result<()> {
    let owner = ctx.caller.user()?.id;
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write_accounts(Scope::Account, move |db| {
        if !accounts::keys::revoke(db, owner, id, trail.at())? {
            return Err(key_not_found());
        }
        trail.record(db, AuditAction::TokenRevoked, &format!("key:{id}"))
    })
    .await
}

/// Generated key, not stored yet.
struct GeneratedKey {
    key: Secret<String>,
    hash: [u8; 32],
    name: String,
    scopes: Vec<Scope>,
    expires_at: Option<String>,
    allowed_from: Vec<String>,
    boundary: Option<KeyRestrictions>,
}

impl GeneratedKey {
    /// Generates a key that has no more rights than the caller.
    async fn new(ctx: &Ctx, wanted: CreateKeyRequest) -> Result<Self> {
        let scopes = checked_scopes(ctx, wanted.scopes)?;
        let boundary = restrictions::checked_boundary(ctx, wanted.boundary, &scopes)?;
        let allowed_from = checked_blocks(ctx, &wanted.allowed_from).await?;
        let key = token::draw(ctx.app.entropy.as_ref())?;
        let hash = token::stored_form(&key, &ctx.app.store.keys.token_pepper);
        let expires_at = wanted.expiry.expires_at(&ctx.app)?;
        Ok(Self { key, hash, name: wanted.name, scopes, expires_at, allowed_from, boundary })
    }

    fn issue(&self, db: &AccountsDb<'_>, owner: UserId, trail: &AuditRecorder) -> Result<NewApiKey> {
        let row = accounts::keys::NewApiKeyRow {
            prefix: &self.key.expose()[..token::PREFIX_CHARS],
            hash: &self.hash,
            name: &self.name,
            scopes: &self.scopes,
            at: trail.at(),
            expires_at: self.expires_at.as_deref(),
            allowed_from: &self.allowed_from,
            boundary: self.boundary.as_ref(),
        };
        let id = accounts::keys::add(db, owner, &row)?;
        trail.record(db, AuditAction::TokenIssued, &format!("key:{id}"))?;
        Ok(NewApiKey { row: find_key(db, owner, id)?, key: self.key.expose().clone() })
    }
}

/// Returns the address blocks of a new key: the requested ones if the creating key allows all of them, or that key's
/// own if none were requested.
async fn checked_blocks(ctx: &Ctx, asked: &[IpNet]) -> Result<Vec<String>> {
    let owner = ctx.caller.user()?.id;
    let held = match ctx.caller.via {
        AuthMethod::Key(id, _) => {
            ctx.read_accounts(Scope::Account, move |db| find_key(db, owner, id)).await?.allowed_from
        }
        AuthMethod::Shell | AuthMethod::Session(_) | AuthMethod::Server => Vec::new(),
    };
    if asked.is_empty() {
        return Ok(held);
    }
    let blocks = parse_blocks(&held);
    if blocks.is_empty() || asked.iter().all(|block| blocks.iter().any(|held| held.contains(block))) {
        return Ok(asked.iter().map(|block| block.trunc().to_string()).collect());
    }
    let message = "a key cannot allow addresses that the key creating it does not";
    Err(Error::new(ErrorKind::Forbidden, message).hint("leave that block out"))
}

fn parse_blocks(stored: &[String]) -> Vec<IpNet> {
    stored.iter().filter_map(|block| block.parse().ok()).collect()
}

fn lifetime(key: &ApiKey) -> KeyExpiry {
    let Some(expires_at) = &key.expires_at else { return KeyExpiry::Never };
    let instants = (key.created_at.parse::<jiff::Timestamp>(), expires_at.parse::<jiff::Timestamp>());
    let (Ok(from), Ok(to)) = instants else { return KeyExpiry::Days(DEFAULT_DAYS) };
    let days = to.duration_since(from).as_hours() / 24;
    KeyExpiry::Days(u32::try_from(days).unwrap_or(DEFAULT_DAYS).clamp(1, MAX_DAYS))
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if !text::is_name(name) {
        let code = if name.is_empty() { "missing_fields" } else { "invalid_field" };
        return Err(Error::invalid("a key's name must be one line of 1 to 100 characters")
            .code(code)
            .hint("name it after where it is used, such as `laptop`"));
    }
    Ok(name.to_owned())
}

fn checked_scopes(ctx: &Ctx, scopes: Vec<Scope>) -> Result<Vec<Scope>> {
    let role = ctx.caller.user()?.role;
    let mut scopes = if scopes.is_empty() {
        let usual = [Scope::EntriesRead, Scope::EntriesWrite, Scope::Ingest, Scope::Search];
        usual.into_iter().filter(|scope| scope.is_available_to(role)).collect()
    } else {
        scopes
    };
    scopes.sort_unstable();
    scopes.dedup();
    let exceeded = scopes.iter().find(|&&scope| {
        let held = match &ctx.caller.via {
            AuthMethod::Shell | AuthMethod::Session(_) | AuthMethod::Server => true,
            AuthMethod::Key(_, held) => held.scopes.contains(&scope),
        };
        !held || !scope.is_available_to(role)
    });
    match exceeded {
        None => Ok(scopes),
        Some(scope) => {
            let message = format!("a key cannot have the scope {scope}, which the key creating it lacks");
            Err(Error::new(ErrorKind::Forbidden, message).hint("leave that scope out"))
        }
    }
}

fn find_key(db: &AccountsDb<'_>, owner: UserId, id: KeyId) -> Result<ApiKey> {
    accounts::keys::find(db, owner, id)?.ok_or_else(key_not_found)
}

fn key_not_found() -> Error {
    Error::not_found("key").hint("`journal key list` lists your keys")
}
