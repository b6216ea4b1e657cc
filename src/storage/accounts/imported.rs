//! People and what opens their accounts, as they come from elsewhere.

use rusqlite::named_params;

use crate::error::Result;
use crate::model::email::Email;
use crate::model::id::UserId;
use crate::model::price::Category;
use crate::model::price::Price;
use crate::model::scope::Scope;
use crate::model::user::Role;
use crate::storage::accounts::AccountsDb;
use crate::storage::database::offer::Offered;

/// A user who is being brought over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    /// Who that is here.
    pub(crate) user: UserId,
    /// Whether the account was made for them.
    pub(crate) is_new: bool,
    /// Whether everything of theirs is here.
    pub(crate) finished: bool,
}

/// Returns what became of a user of a source.
pub(crate) fn known(db: &AccountsDb<'_>, source: &str, source_user: i64) -> Result<Option<Known>> {
    db.first(
        "SELECT user_id, is_new, finished_at IS NOT NULL FROM imported_users
         WHERE source = :source AND source_user = :user",
        named_params! { ":source": source, ":user": source_user },
        |row| Ok(Known { user: UserId(row.get(0)?), is_new: row.get(1)?, finished: row.get(2)? }),
    )
}

/// Notes that a user is being brought over.
pub(crate) fn begin(db: &AccountsDb<'_>, source: &str, source_user: i64, user: UserId, is_new: bool) -> Result<()> {
    db.run(
        "INSERT INTO imported_users (source, source_user, user_id, is_new) VALUES (:source, :from, :user, :new)",
        named_params! { ":source": source, ":from": source_user, ":user": user.0, ":new": is_new },
    )
    .map(drop)
}

/// Notes that everything of a user is here.
pub(crate) fn finish(db: &AccountsDb<'_>, source: &str, source_user: i64, at: &str) -> Result<()> {
    db.run(
        "UPDATE imported_users SET finished_at = :at WHERE source = :source AND source_user = :from",
        named_params! { ":source": source, ":from": source_user, ":at": at },
    )
    .map(drop)
}

/// Tells whether a number was never a user's.
pub(crate) fn is_unused(db: &AccountsDb<'_>, id: UserId) -> Result<bool> {
    db.one(
        "SELECT :id > COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'users'), 0)",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )
}

/// A user who is not here yet.
pub(crate) struct NewUser<'a> {
    /// `None` for the next that is free.
    pub(crate) id: Option<UserId>,
    pub(crate) email: &'a Email,
    pub(crate) display_name: &'a str,
    pub(crate) role: Role,
    pub(crate) email_verified: bool,
    pub(crate) created_at: &'a str,
    pub(crate) updated_at: &'a str,
}

/// Adds a user who cannot get in before [`let_in`].
pub(crate) fn add_user(db: &AccountsDb<'_>, new: &NewUser<'_>) -> Result<UserId> {
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

/// Gives a user who was added the state that their account had.
pub(crate) fn let_in(db: &AccountsDb<'_>, id: UserId, active: bool, failures: i64, locked: Option<&str>) -> Result<()> {
    db.run(
        "UPDATE users SET is_active = :active, failed_login_attempts = :failures, locked_until = :locked WHERE id = :id",
        named_params! { ":id": id.0, ":active": active, ":failures": failures, ":locked": locked },
    )
    .map(drop)
}

/// Gives a user who has no password the one that they had, whose hash has no pepper in it; tells whether that was so.
pub(crate) fn set_unpeppered(db: &AccountsDb<'_>, id: UserId, hash: &str) -> Result<bool> {
    let changed = db.run(
        "UPDATE users SET password_hash = :hash, pepper_id = 0 WHERE id = :id AND password_hash IS NULL",
        named_params! { ":id": id.0, ":hash": hash },
    )?;
    Ok(changed == 1)
}

/// A login that was begun elsewhere.
pub(crate) struct Session<'a> {
    pub(crate) hash: &'a [u8],
    pub(crate) created_at: &'a str,
    pub(crate) expires_at: &'a str,
    pub(crate) last_seen_at: &'a str,
    pub(crate) user_agent: Option<&'a str>,
    pub(crate) ip: Option<&'a str>,
}

/// Adds a login whose cookie has the name it had elsewhere.
pub(crate) fn session(db: &AccountsDb<'_>, owner: UserId, new: &Session<'_>) -> Result<Offered> {
    db.offer(
        "INSERT INTO sessions (user_id, token_hash, created_at, expires_at, last_seen_at, user_agent, ip_address, imported)
         VALUES (:user, :hash, :created, :expires, :seen, :agent, :ip, 1)",
        named_params! {
            ":user": owner.0, ":hash": new.hash, ":created": new.created_at, ":expires": new.expires_at,
            ":seen": new.last_seen_at, ":agent": new.user_agent, ":ip": new.ip,
        },
    )
}

/// A key that was made elsewhere.
pub(crate) struct ApiKey<'a> {
    /// The number it had; another one if that was ever given here.
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

/// Adds a key.
pub(crate) fn key(db: &AccountsDb<'_>, owner: UserId, new: &ApiKey<'_>) -> Result<Offered> {
    let scopes = new.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ");
    db.offer(
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

/// Adds a preference, unless the user has one of that name here.
pub(crate) fn preference(db: &AccountsDb<'_>, owner: UserId, key: &str, value: &str, at: &str) -> Result<Offered> {
    db.offer(
        "INSERT INTO preferences (user_id, key, value, updated_at) VALUES (:user, :key, :value, :at)",
        named_params! { ":user": owner.0, ":key": key, ":value": value, ":at": at },
    )
}

/// Adds a setting, unless it was changed here.
pub(crate) fn setting(db: &AccountsDb<'_>, key: &str, value: &str, at: &str) -> Result<Offered> {
    db.offer(
        "INSERT INTO runtime_settings (key, value, updated_at) VALUES (:key, :value, :at)",
        named_params! { ":key": key, ":value": value, ":at": at },
    )
}

/// Adds a price, or takes it where it was compared later than the one that is here.
pub(crate) fn price(db: &AccountsDb<'_>, price: &Price) -> Result<Offered> {
    let category = match price.category {
        Category::Llm => "llm",
        Category::Embedding => "embedding",
        Category::Transcription => "transcription",
    };
    db.offer(
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
