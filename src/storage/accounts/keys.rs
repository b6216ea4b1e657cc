//! Rows of API keys. Functions on one key take its owner first.

use rusqlite::{Row, named_params};

use crate::domain::api_key::{ApiKey, KeyRestrictions};
use crate::domain::id::{KeyId, UserId};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::storage::accounts::AccountsDb;

/// Row of a new API key.
pub(crate) struct NewApiKeyRow<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) hash: &'a [u8],
    pub(crate) name: &'a str,
    pub(crate) scopes: &'a [Scope],
    pub(crate) at: &'a str,
    pub(crate) expires_at: Option<&'a str>,
    pub(crate) allowed_from: &'a [String],
    pub(crate) boundary: Option<&'a KeyRestrictions>,
}

/// Adds a key.
pub(crate) fn add(db: &AccountsDb<'_>, owner: UserId, new: &NewApiKeyRow<'_>) -> Result<KeyId> {
    let scopes = new.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ");
    let boundary = new.boundary.map(serde_json::to_string).transpose();
    let boundary = boundary.map_err(|error| Error::internal("serializing the boundary of an API key", error))?;
    let id = db.insert(
        "INSERT INTO api_keys (user_id, key_prefix, key_hash, name, scopes, created_at, expires_at, allowed_from,
                               boundary)
         VALUES (:user, :prefix, :hash, :name, :scopes, :at, :expires, :from, :boundary)",
        named_params! {
            ":user": owner.0, ":prefix": new.prefix, ":hash": new.hash, ":name": new.name,
            ":scopes": scopes, ":at": new.at, ":expires": new.expires_at,
            ":boundary": boundary,
            ":from": (!new.allowed_from.is_empty()).then(|| new.allowed_from.join(" ")),
        },
    )?;
    Ok(KeyId(id))
}

/// Returns a user's keys, newest first, including revoked and expired ones.
pub(crate) fn list(db: &AccountsDb<'_>, owner: UserId) -> Result<Vec<ApiKey>> {
    db.query_all(
        "SELECT id, user_id, key_prefix, name, scopes, created_at, expires_at, last_used_at, last_used_from, revoked_at,
                allowed_from, boundary
         FROM api_keys WHERE user_id = :user ORDER BY id DESC",
        named_params! { ":user": owner.0 },
        from_row,
    )
}

/// Finds one of a user's keys.
pub(crate) fn find(db: &AccountsDb<'_>, owner: UserId, id: KeyId) -> Result<Option<ApiKey>> {
    db.query_optional(
        "SELECT id, user_id, key_prefix, name, scopes, created_at, expires_at, last_used_at, last_used_from, revoked_at,
                allowed_from, boundary
         FROM api_keys WHERE user_id = :user AND id = :id",
        named_params! { ":user": owner.0, ":id": id.0 },
        from_row,
    )
}

/// Finds a key by its token hash; also returns the stored hash, for comparison in constant time.
pub(crate) fn find_by_hash(db: &AccountsDb<'_>, hash: &[u8]) -> Result<Option<(ApiKey, Vec<u8>)>> {
    db.query_optional(
        "SELECT id, user_id, key_prefix, name, scopes, created_at, expires_at, last_used_at, last_used_from, revoked_at,
                allowed_from, boundary, key_hash
         FROM api_keys WHERE key_hash = :hash",
        named_params! { ":hash": hash },
        |row| Ok((from_row(row)?, row.get(12)?)),
    )
}

/// Records the use of a key.
pub(crate) fn record_use(db: &AccountsDb<'_>, id: KeyId, at: &str, from: &str) -> Result<()> {
    db.execute(
        "UPDATE api_keys SET last_used_at = :at, last_used_from = :from WHERE id = :id",
        named_params! { ":id": id.0, ":at": at, ":from": from },
    )
    .map(drop)
}

/// Revokes one of a user's keys; returns false if it does not exist or was revoked before.
pub(crate) fn revoke(db: &AccountsDb<'_>, owner: UserId, id: KeyId, at: &str) -> Result<bool> {
    let changed = db.execute(
        "UPDATE api_keys SET revoked_at = :at WHERE user_id = :user AND id = :id AND revoked_at IS NULL",
        named_params! { ":user": owner.0, ":id": id.0, ":at": at },
    )?;
    Ok(changed == 1)
}

/// Counts a user's valid keys.
pub(crate) fn count_live(db: &AccountsDb<'_>, owner: UserId, at: &str) -> Result<i64> {
    db.query_one(
        "SELECT COUNT(*) FROM api_keys
         WHERE user_id = :user AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :at)",
        named_params! { ":user": owner.0, ":at": at },
        |row| row.get(0),
    )
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ApiKey> {
    let (key_prefix, scopes): (String, String) = (row.get(2)?, row.get(4)?);
    let (allowed_from, boundary): (Option<String>, Option<String>) = (row.get(10)?, row.get(11)?);
    // A key with an unreadable boundary must fail, not lose its restriction.
    let boundary = boundary
        .map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(11, rusqlite::types::Type::Text, error.into()))?;
    Ok(ApiKey {
        id: KeyId(row.get(0)?),
        user_id: UserId(row.get(1)?),
        prefix: key_prefix.clone(),
        key_prefix,
        name: row.get(3)?,
        scopes: scopes.split(' ').filter_map(|name| name.parse().ok()).collect(),
        created_at: row.get(5)?,
        expires_at: row.get(6)?,
        last_used_at: row.get(7)?,
        last_used_from: row.get(8)?,
        revoked_at: row.get(9)?,
        boundary,
        allowed_from: allowed_from.iter().flat_map(|blocks| blocks.split(' ')).map(str::to_owned).collect(),
    })
}
