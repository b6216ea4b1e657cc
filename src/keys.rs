//! API keys: made, listed, replaced, revoked by their owner. The key itself is shown once and stored as a keyed hash.

mod expiry;
mod reach;

pub use expiry::DEFAULT_DAYS;
pub use expiry::Expiry;
pub use expiry::MAX_DAYS;

use ipnet::IpNet;

use crate::audit::Trail;
use crate::crypto::token;
use crate::ctx::Ctx;
use crate::ctx::Via;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::id::KeyId;
use crate::model::id::UserId;
use crate::model::key::ApiKey;
use crate::model::key::Boundary;
use crate::model::key::NewKey;
use crate::model::scope::Scope;
use crate::model::text;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;

/// Most address blocks of a key.
pub const MAX_BLOCKS: usize = 32;

/// A key to make.
#[derive(Debug, Clone, Default)]
pub struct Add {
    /// What the owner calls it.
    pub name: String,
    /// What it may do; to read, search, write and ingest if empty.
    pub scopes: Vec<Scope>,
    /// Whether it may read and search, and nothing else.
    pub read_only: bool,
    /// When it stops working.
    pub expiry: Expiry,
    /// Where it may be used from; anywhere if empty.
    pub allowed_from: Vec<IpNet>,
    /// What of the journal it reaches; everything if `None`.
    pub boundary: Option<Boundary>,
}

/// Makes a key for the caller.
///
/// # Errors
/// `Invalid` for an instant of expiry that is over, or too far away, and for a boundary that is none or does not go with the
/// scopes; `Forbidden` for a scope that the caller does not have, for addresses that the caller's own key may not come from,
/// and for what that key does not reach: a key never exceeds its maker.
pub async fn add(ctx: &Ctx, new: Add) -> Result<NewKey> {
    let name = checked_name(&new.name)?;
    let scopes = checked_scopes(ctx, reach::scopes(new.scopes, new.read_only)?)?;
    let boundary = reach::checked(ctx, new.boundary, &scopes)?;
    let owner = ctx.caller.user()?.id;
    if new.allowed_from.len() > MAX_BLOCKS {
        return Err(Error::invalid(format!("a key has at most {MAX_BLOCKS} address blocks"))
            .code("invalid_field")
            .hint("use wider ones"));
    }
    let allowed_from = checked_blocks(ctx, &new.allowed_from).await?;
    let draft = Draft::new(ctx, Wanted { name, scopes, expiry: new.expiry, allowed_from, boundary })?;
    let trail = Trail::of(ctx);
    ctx.write_accounts(Scope::Account, move |db| draft.issue(db, owner, &trail)).await
}

/// Returns the caller's keys, newest first, dead ones included.
pub async fn list(ctx: &Ctx) -> Result<Vec<ApiKey>> {
    let owner = ctx.caller.user()?.id;
    ctx.read_accounts(Scope::Account, move |db| accounts::keys::of(db, owner)).await
}

/// Replaces one of the caller's keys by a new one with the same name, scopes, boundary and length of life.
///
/// # Errors
/// `NotFound` also for somebody else's key; `Conflict` for a revoked one.
pub async fn rotate(ctx: &Ctx, id: KeyId) -> Result<NewKey> {
    let owner = ctx.caller.user()?.id;
    let old = ctx.read_accounts(Scope::Account, move |db| found(db, owner, id)).await?;
    // A narrower key must not become a wider one by rotating it.
    let scopes = checked_scopes(ctx, old.scopes.clone())?;
    let boundary = reach::checked(ctx, old.boundary.clone(), &scopes)?;
    let blocks: Vec<IpNet> = old.allowed_from.iter().filter_map(|block| block.parse().ok()).collect();
    let allowed_from = checked_blocks(ctx, &blocks).await?;
    let wanted = Wanted { name: old.name.clone(), scopes, expiry: lifetime(&old), allowed_from, boundary };
    let draft = Draft::new(ctx, wanted)?;
    let trail = Trail::of(ctx);
    ctx.write_accounts(Scope::Account, move |db| {
        if !accounts::keys::revoke(db, owner, id, trail.at())? {
            return Err(
                Error::conflict("the key is already revoked").hint("make a new one with `journal key add NAME`")
            );
        }
        trail.record(db, Action::TokenRevoked, &format!("key:{id}"))?;
        draft.issue(db, owner, &trail)
    })
    .await
}

/// Revokes one of the caller's keys; it stops working at once.
///
/// # Errors
/// `NotFound` for an unknown, foreign or already revoked key.
pub async fn revoke(ctx: &Ctx, id: KeyId) -> Result<()> {
    let owner = ctx.caller.user()?.id;
    let trail = Trail::of(ctx);
    ctx.write_accounts(Scope::Account, move |db| {
        if !accounts::keys::revoke(db, owner, id, trail.at())? {
            return Err(missing());
        }
        trail.record(db, Action::TokenRevoked, &format!("key:{id}"))
    })
    .await
}

/// What a key is to be, checked.
struct Wanted {
    name: String,
    scopes: Vec<Scope>,
    expiry: Expiry,
    allowed_from: Vec<String>,
    boundary: Option<Boundary>,
}

/// A key that was drawn and is not stored yet.
struct Draft {
    key: Secret<String>,
    hash: [u8; 32],
    expires_at: Option<String>,
    wanted: Wanted,
}

impl Draft {
    fn new(ctx: &Ctx, wanted: Wanted) -> Result<Self> {
        let key = token::draw(ctx.app.entropy.as_ref())?;
        let hash = token::stored(&key, &ctx.app.store.keys.token_pepper);
        let expires_at = wanted.expiry.instant(&ctx.app)?;
        Ok(Self { key, hash, expires_at, wanted })
    }

    fn issue(&self, db: &AccountsDb<'_>, owner: UserId, trail: &Trail) -> Result<NewKey> {
        let row = accounts::keys::NewRow {
            prefix: &self.key.expose()[..token::PREFIX_CHARS],
            hash: &self.hash,
            name: &self.wanted.name,
            scopes: &self.wanted.scopes,
            at: trail.at(),
            expires_at: self.expires_at.as_deref(),
            allowed_from: &self.wanted.allowed_from,
            boundary: self.wanted.boundary.as_ref(),
        };
        let id = accounts::keys::add(db, owner, &row)?;
        trail.record(db, Action::TokenIssued, &format!("key:{id}"))?;
        Ok(NewKey { row: found(db, owner, id)?, key: self.key.expose().clone() })
    }
}

/// Returns the blocks of a new key: those asked for if its maker's key may come from all of them; that one's own if none
/// were asked for.
async fn checked_blocks(ctx: &Ctx, asked: &[IpNet]) -> Result<Vec<String>> {
    let owner = ctx.caller.user()?.id;
    let held = match ctx.caller.via {
        Via::Key(id, _) => ctx.read_accounts(Scope::Account, move |db| found(db, owner, id)).await?.allowed_from,
        Via::Shell | Via::Session(_) | Via::Server => Vec::new(),
    };
    if asked.is_empty() {
        return Ok(held);
    }
    let blocks: Vec<IpNet> = held.iter().filter_map(|block| block.parse().ok()).collect();
    if blocks.is_empty() || asked.iter().all(|block| blocks.iter().any(|held| held.contains(block))) {
        return Ok(asked.iter().map(|block| block.trunc().to_string()).collect());
    }
    Err(Error::new(Kind::Forbidden, "a key cannot be used from where its maker cannot").hint("leave that block out"))
}

fn lifetime(key: &ApiKey) -> Expiry {
    let Some(expires_at) = &key.expires_at else { return Expiry::Never };
    let instants = (key.created_at.parse::<jiff::Timestamp>(), expires_at.parse::<jiff::Timestamp>());
    let (Ok(from), Ok(to)) = instants else { return Expiry::Days(DEFAULT_DAYS) };
    let days = to.duration_since(from).as_hours() / 24;
    Expiry::Days(u32::try_from(days).unwrap_or(DEFAULT_DAYS).clamp(1, MAX_DAYS))
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if !text::is_name(name) {
        let code = if name.is_empty() { "missing_fields" } else { "invalid_field" };
        return Err(Error::invalid("a key's name is one line of 1 to 100 characters")
            .code(code)
            .hint("name it after where it is used, such as `laptop`"));
    }
    Ok(name.to_owned())
}

fn checked_scopes(ctx: &Ctx, scopes: Vec<Scope>) -> Result<Vec<Scope>> {
    let role = ctx.caller.user()?.role;
    let mut scopes = if scopes.is_empty() {
        let usual = [Scope::EntriesRead, Scope::EntriesWrite, Scope::Ingest, Scope::Search];
        usual.into_iter().filter(|scope| scope.open_to(role)).collect()
    } else {
        scopes
    };
    scopes.sort_unstable();
    scopes.dedup();
    let exceeded = scopes.iter().find(|&&scope| {
        let held = match &ctx.caller.via {
            Via::Shell | Via::Session(_) | Via::Server => true,
            Via::Key(_, held) => held.scopes.contains(&scope),
        };
        !held || !scope.open_to(role)
    });
    match exceeded {
        None => Ok(scopes),
        Some(scope) => {
            Err(Error::new(Kind::Forbidden, format!("a key cannot have the scope {scope}, which its maker lacks"))
                .hint("leave that scope out"))
        }
    }
}

fn found(db: &AccountsDb<'_>, owner: UserId, id: KeyId) -> Result<ApiKey> {
    accounts::keys::find(db, owner, id)?.ok_or_else(missing)
}

fn missing() -> Error {
    Error::not_found("key").hint("`journal key list` shows your keys")
}
