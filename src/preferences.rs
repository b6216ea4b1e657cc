//! What a user prefers: opaque JSON by key, for clients to keep.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::scope::Scope;
use crate::model::user::Role;
use crate::net::fetch::Rules;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;

/// Most keys of a user.
pub const MAX_KEYS: usize = 200;
/// Longest key, in code points.
pub const MAX_KEY: usize = 100;
/// Largest value, in bytes of JSON.
pub const MAX_VALUE: usize = 64 * 1024;

/// Keys that are nobody's to set but an admin's: what the machine tells those who run it.
const ADMINS: [&str; 3] = ["notif_admin_job_failed", "notif_admin_health_alert", "notif_fitness_normalize_drift"];
/// Keys that are written and never shown again. An ntfy topic or a hook is open to whoever knows its address.
const SECRET: [&str; 6] =
    ["pushover_user_key", "pushover_app_token", "ntfy_url", "ntfy_token", "webhook_url", "webhook_secret"];
/// Keys whose value is an address that is written to.
const ADDRESSES: [&str; 2] = ["ntfy_url", "webhook_url"];

/// Returns the caller's preferences; secrets among them are left out.
pub async fn all(ctx: &Ctx) -> Result<BTreeMap<String, Value>> {
    let owner = ctx.caller.user()?.id;
    ctx.read_accounts(Scope::Account, move |db| shown(accounts::preferences::of(db, owner)?)).await
}

/// Sets preferences, all or none, and returns every one as it is then. There is no removing: write `null`.
///
/// # Errors
/// `Forbidden` for a key that only an admin may set; `Invalid` for a key or value out of bounds, `Conflict` beyond
/// [`MAX_KEYS`]. Nothing is stored then.
pub async fn set(ctx: &Ctx, changes: BTreeMap<String, Value>) -> Result<BTreeMap<String, Value>> {
    let user = ctx.caller.user()?;
    if let Some(key) = ADMINS.iter().find(|key| changes.contains_key(**key))
        && user.role != Role::Admin
    {
        return Err(Error::new(Kind::Forbidden, format!("only an admin may set {key}")).hint("leave it out"));
    }
    let changes = changes.into_iter().map(|(key, value)| {
        checked_address(&key, &value)?;
        Ok((checked_key(key)?, checked(&value)?))
    });
    let changes: Vec<(String, String)> = changes.collect::<Result<_>>()?;
    let (owner, at) = (user.id, ctx.app.stamp());
    ctx.write_accounts(Scope::Account, move |db: &AccountsDb<'_>| {
        for (key, value) in &changes {
            accounts::preferences::set(db, owner, key, value, &at)?;
        }
        if accounts::preferences::count(db, owner)? > MAX_KEYS {
            return Err(Error::conflict(format!("there is room for {MAX_KEYS} preferences"))
                .code("too_many_preferences")
                .hint("use those there are"));
        }
        shown(accounts::preferences::of(db, owner)?)
    })
    .await
}

/// Returns a value as it is stored, if somebody in this role could set it here.
pub(crate) fn from_elsewhere(key: &str, value: &str, role: Role) -> Option<String> {
    let value: Value = serde_json::from_str(value).ok()?;
    if ADMINS.contains(&key) && role != Role::Admin {
        return None;
    }
    checked_address(key, &value).ok()?;
    checked_key(key.to_owned()).ok()?;
    checked(&value).ok()
}

fn shown(rows: Vec<(String, String)>) -> Result<BTreeMap<String, Value>> {
    let rows = rows.into_iter().filter(|(key, _)| !SECRET.contains(&key.as_str()));
    let parsed = rows.map(|(key, text)| match serde_json::from_str(&text) {
        Ok(value) => Ok((key, value)),
        Err(error) => Err(Error::internal("reading a preference", error)),
    });
    parsed.collect()
}

fn checked_key(key: String) -> Result<String> {
    if (1..=MAX_KEY).contains(&key.chars().count()) && !key.chars().any(char::is_control) {
        return Ok(key);
    }
    Err(Error::invalid(format!("a preference's key is one line of 1 to {MAX_KEY} characters"))
        .code("invalid_field")
        .hint("choose another key"))
}

/// Refuses an address that nothing would ever be sent to, while whoever wrote it is there to mend it.
fn checked_address(key: &str, value: &Value) -> Result<()> {
    if !ADDRESSES.contains(&key) || value.is_null() {
        return Ok(());
    }
    let text = value.as_str().ok_or_else(|| {
        Error::invalid(format!("{key} is a web address")).code("invalid_field").hint("write it as a string")
    })?;
    match Rules::public(None).address(text) {
        Ok(_) => Ok(()),
        Err(wrong) => Err(Error::from(wrong).code("invalid_field")),
    }
}

fn checked(value: &Value) -> Result<String> {
    let text = value.to_string();
    if text.len() <= MAX_VALUE {
        return Ok(text);
    }
    Err(Error::invalid(format!("a preference takes at most {} KiB", MAX_VALUE / 1024))
        .code("invalid_field")
        .hint("store less"))
}
