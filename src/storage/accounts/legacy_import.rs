//! Accounts and credentials imported from a Python journal-server.

use rusqlite::named_params;

use crate::domain::email::EmailAddress;
use crate::domain::id::UserId;
use crate::domain::price::{ModelCategory, ModelPrice};
use crate::domain::scope::Scope;
use crate::domain::user::UserRole;
use crate::error::Result;
use crate::storage::accounts::AccountsDb;
use crate::storage::database::try_insert::InsertOutcome;

/// Import state of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ImportedUser {
    /// The user's id here.
    pub(crate) user: UserId,
    /// True if the import created the account.
    pub(crate) is_new: bool,
    /// True once all of the user's data is imported.
    pub(crate) finished: bool,
}

/// Returns the import state of a user of a source.
pub(crate) fn find_imported_user(db: &AccountsDb<'_>, source: &str, source_user: i64) -> Result<Option<ImportedUser>> {
    db.query_optional(
        "SELECT user_id, is_new, finished_at IS NOT NULL FROM imported_users
         WHERE source = :source AND source_user = :user",
        named_params! { ":source": source, ":user": source_user },
        |row| Ok(ImportedUser { user: UserId(row.get(0)?), is_new: row.get(1)?, finished: row.get(2)? }),
    )
}

/// Records the start of a user's import.
pub(crate) fn begin_user(
    db: &AccountsDb<'_>,
    source: &str,
    source_user: i64,
    user: UserId,
    is_new: bool,
) -> Result<()> {
    db.execute(
        "INSERT INTO imported_users (source, source_user, user_id, is_new) VALUES (:source, :from, :user, :new)",
        named_params! { ":source": source, ":from": source_user, ":user": user.0, ":new": is_new },
    )
    .map(drop)
}

/// Records the end of a user's import.
pub(crate) fn finish_user(db: &AccountsDb<'_>, source: &str, source_user: i64, at: &str) -> Result<()> {
    db.execute(
        "UPDATE imported_users SET finished_at = :at WHERE source = :source AND source_user = :from",
        named_params! { ":source": source, ":from": source_user, ":at": at },
    )
    .map(drop)
}

/// Returns true if a user id was never used.
pub(crate) fn is_unused_id(db: &AccountsDb<'_>, id: UserId) -> Result<bool> {
    db.query_one(
        "SELECT :id > COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'users'), 0)",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )
}

/// Row of an imported user.
pub(crate) struct NewImportedUser<'a> {
    /// The id to keep; `None` for the next free one.
    pub(crate) id: Option<UserId>,
    pub(crate) email: &'a EmailAddress,
    pub(crate) display_name: &'a str,
    pub(crate) role: UserRole,
    pub(crate) email_verified: bool,
    pub(crate) created_at: &'a str,
    pub(crate) updated_at: &'a str,
}

/// Adds a user who is inactive until [`restore_account_state`].
pub(crate) fn add_user(db: &AccountsDb<'_>, new: &NewImportedUser<'_>) -> Result<UserId> {
    let id = db.insert(
        "INSERT INTO users (id, email, display_name, role, is_active, email_verified, created_at, updated_at)
         VALUES (:id, :email, :name, :role, 0, :verified, :created, :updated)",
        named_params! {
            ":id": new.id.map(|id| id.0), ":email": new.email.as_str(), ":name": new.display_name,
            ":role": new.role.name(), ":verified": new.email_verified, ":created": new.created_at,
            ":updated": new.updated_at,
        },
    )?;
    Ok(UserId(id))
}

/// Restores the account state of the source for an added user.
pub(crate) fn restore_account_state(
    db: &AccountsDb<'_>,
    id: UserId,
    active: bool,
    failures: i64,
    locked: Option<&str>,
) -> Result<()> {
    db.execute(
        "UPDATE users SET is_active = :active, failed_login_attempts = :failures, locked_until = :locked WHERE id = :id",
        named_params! { ":id": id.0, ":active": active, ":failures": failures, ":locked": locked },
    )
    .map(drop)
}

/// Sets the imported, unpeppered password hash of a user without a password; returns true if it was set.
pub(crate) fn set_unpeppered_hash(db: &AccountsDb<'_>, id: UserId, hash: &str) -> Result<bool> {
    let changed = db.execute(
        "UPDATE users SET password_hash = :hash, pepper_id = 0 WHERE id = :id AND password_hash IS NULL",
        named_params! { ":id": id.0, ":hash": hash },
    )?;
    Ok(changed == 1)
}

/// An imported session.
pub(crate) struct ImportedSession<'a> {
    pub(crate) hash: &'a [u8],
    pub(crate) created_at: &'a str,
    pub(crate) expires_at: &'a str,
    pub(crate) last_seen_at: &'a str,
    pub(crate) user_agent: Option<&'a str>,
    pub(crate) ip: Option<&'a str>,
}

/// Adds a session whose cookie keeps the name it has in the source.
pub(crate) fn add_session(db: &AccountsDb<'_>, owner: UserId, new: &ImportedSession<'_>) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO sessions (user_id, token_hash, created_at, expires_at, last_seen_at, user_agent, ip_address, imported)
         VALUES (:user, :hash, :created, :expires, :seen, :agent, :ip, 1)",
        named_params! {
            ":user": owner.0, ":hash": new.hash, ":created": new.created_at, ":expires": new.expires_at,
            ":seen": new.last_seen_at, ":agent": new.user_agent, ":ip": new.ip,
        },
    )
}

/// An imported API key.
pub(crate) struct ImportedApiKey<'a> {
    /// Id in the source; replaced by a new one if it was ever used here.
    pub(crate) id: i64,
    pub(crate) prefix: &'a str,
    pub(crate) hash: &'a [u8],
    pub(crate) name: &'a str,
    pub(crate) scopes: &'a [Scope],
    pub(crate) created_at: &'a str,
    pub(crate) expires_at: Option<&'a str>,
    pub(crate) last_used_at: Option<&'a str>,
    pub(crate) revoked_at: Option<&'a str>,
}

/// Adds an API key.
pub(crate) fn add_api_key(db: &AccountsDb<'_>, owner: UserId, new: &ImportedApiKey<'_>) -> Result<InsertOutcome> {
    let scopes = new.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ");
    db.try_insert(
        "INSERT INTO api_keys (id, user_id, key_prefix, key_hash, name, scopes, created_at, expires_at, last_used_at,
                               revoked_at)
         VALUES (CASE WHEN :id > COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'api_keys'), 0) THEN :id END,
                 :user, :prefix, :hash, :name, :scopes, :created, :expires, :used, :revoked)",
        named_params! {
            ":id": new.id, ":user": owner.0, ":prefix": new.prefix, ":hash": new.hash, ":name": new.name,
            ":scopes": scopes, ":created": new.created_at, ":expires": new.expires_at, ":used": new.last_used_at,
            ":revoked": new.revoked_at,
        },
    )
}

/// Adds a preference unless the user has set it here.
pub(crate) fn add_preference(
    db: &AccountsDb<'_>,
    owner: UserId,
    key: &str,
    value: &str,
    at: &str,
) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO preferences (user_id, key, value, updated_at) VALUES (:user, :key, :value, :at)",
        named_params! { ":user": owner.0, ":key": key, ":value": value, ":at": at },
    )
}

/// Adds a runtime setting unless it was changed here.
pub(crate) fn add_setting(db: &AccountsDb<'_>, key: &str, value: &str, at: &str) -> Result<InsertOutcome> {
    db.try_insert(
        "INSERT INTO runtime_settings (key, value, updated_at) VALUES (:key, :value, :at)",
        named_params! { ":key": key, ":value": value, ":at": at },
    )
}

/// Adds a price, or updates it if the imported one was verified later.
pub(crate) fn upsert_price(db: &AccountsDb<'_>, price: &ModelPrice) -> Result<InsertOutcome> {
    let category = match price.category {
        ModelCategory::Llm => "llm",
        ModelCategory::Embedding => "embedding",
        ModelCategory::Transcription => "transcription",
    };
    db.try_insert(
        "INSERT INTO pricing (model, category, input_cost_per_mtok, output_cost_per_mtok, cost_per_minute, last_verified)
         VALUES (:model, :category, :input, :output, :minute, :verified)
         ON CONFLICT (model) DO UPDATE
         SET input_cost_per_mtok = excluded.input_cost_per_mtok, output_cost_per_mtok = excluded.output_cost_per_mtok,
             cost_per_minute = excluded.cost_per_minute, last_verified = excluded.last_verified
         WHERE excluded.last_verified >= pricing.last_verified",
        named_params! {
            ":model": price.model, ":category": category, ":input": price.input_cost_per_mtok,
            ":output": price.output_cost_per_mtok, ":minute": price.cost_per_minute,
            ":verified": price.last_verified,
        },
    )
}
