//! User preferences: opaque JSON by key, stored for clients.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::app::context::Ctx;
use crate::domain::scope::Scope;
use crate::domain::user::UserRole;
use crate::error::{Error, ErrorKind, Result};
use crate::net::fetch::FetchPolicy;
use crate::services::accounts::field_errors::invalid_field_error;
use crate::storage::accounts::{self, AccountsDb};

/// Maximum number of preferences of a user.
pub const MAX_KEYS: usize = 200;
/// Maximum length of a key, code points.
pub const MAX_KEY_CHARS: usize = 100;
/// Maximum size of a value, bytes of JSON.
pub const MAX_VALUE_BYTES: usize = 64 * 1024;

/// Keys that only an admin may set: notifications about the server.
const ADMIN_KEYS: [&str; 3] = ["notif_admin_job_failed", "notif_admin_health_alert", "notif_fitness_normalize_drift"];
// Write-only keys. An ntfy topic or a webhook accepts messages from anyone who knows its URL.
const SECRET_KEYS: [&str; 6] =
    ["pushover_user_key", "pushover_app_token", "ntfy_url", "ntfy_token", "webhook_url", "webhook_secret"];
/// Keys whose value is a URL that the server sends to.
const URL_KEYS: [&str; 2] = ["ntfy_url", "webhook_url"];

/// Returns the caller's preferences without the secret ones.
pub async fn all(ctx: &Ctx) -> Result<BTreeMap<String, Value>> {
    let owner = ctx.caller.user()?.id;
    ctx.read_accounts(Scope::Account, move |db| without_secrets(accounts::preferences::list(db, owner)?)).await
}

/// Sets preferences in one transaction and returns all of them. There is no removal: set `null`.
///
/// # Errors
/// `Forbidden` for a key that only an admin may set; `Invalid` for an invalid key or value, `Conflict` beyond
/// [`MAX_KEYS`]. Nothing is stored then.
pub async fn set(ctx: &Ctx, changes: BTreeMap<String, Value>) -> Result<BTreeMap<String, Value>> {
    let user = ctx.caller.user()?;
    if let Some(key) = ADMIN_KEYS.iter().find(|key| changes.contains_key(**key))
        && user.role != UserRole::Admin
    {
        return Err(Error::new(ErrorKind::Forbidden, format!("only an admin may set {key}")).hint("leave it out"));
    }
    let changes = changes.into_iter().map(|(key, value)| {
        checked_address(&key, &value)?;
        Ok((checked_key(key)?, checked(&value)?))
    });
    let changes: Vec<(String, String)> = changes.collect::<Result<_>>()?;
    let (owner, at) = (user.id, ctx.app.now_timestamp());
    ctx.write_accounts(Scope::Account, move |db: &AccountsDb<'_>| {
        for (key, value) in &changes {
            accounts::preferences::set(db, owner, key, value, &at)?;
        }
        if accounts::preferences::count(db, owner)? > MAX_KEYS {
            return Err(Error::conflict(format!("a user can have at most {MAX_KEYS} preferences"))
                .code("too_many_preferences")
                .hint("reuse an existing key"));
        }
        without_secrets(accounts::preferences::list(db, owner)?)
    })
    .await
}

/// Validates a preference of an imported or restored user; `None` if that role could not set it.
pub(crate) fn checked_import(key: &str, value: &str, role: UserRole) -> Option<String> {
    let value: Value = serde_json::from_str(value).ok()?;
    if ADMIN_KEYS.contains(&key) && role != UserRole::Admin {
        return None;
    }
    checked_address(key, &value).ok()?;
    checked_key(key.to_owned()).ok()?;
    checked(&value).ok()
}

fn without_secrets(rows: Vec<(String, String)>) -> Result<BTreeMap<String, Value>> {
    let rows = rows.into_iter().filter(|(key, _)| !SECRET_KEYS.contains(&key.as_str()));
    let parse =
        |text: String| serde_json::from_str(&text).map_err(|error| Error::internal("reading a preference", error));
    rows.map(|(key, text)| Ok((key, parse(text)?))).collect()
}

fn checked_key(key: String) -> Result<String> {
    if (1..=MAX_KEY_CHARS).contains(&key.chars().count()) && !key.chars().any(char::is_control) {
        return Ok(key);
    }
    let message = format!("a preference's key is one line of 1 to {MAX_KEY_CHARS} characters");
    Err(invalid_field_error(message, "choose another key"))
}

/// Checks a URL when it is set, while the user can still correct it.
fn checked_address(key: &str, value: &Value) -> Result<()> {
    if !URL_KEYS.contains(&key) || value.is_null() {
        return Ok(());
    }
    let not_text = || invalid_field_error(format!("{key} is a web address"), "write it as a string");
    let parsed = FetchPolicy::for_users(None).parse(value.as_str().ok_or_else(not_text)?);
    parsed.map(drop).map_err(|wrong| Error::from(wrong).code("invalid_field"))
}

fn checked(value: &Value) -> Result<String> {
    let text = value.to_string();
    if text.len() <= MAX_VALUE_BYTES {
        return Ok(text);
    }
    Err(invalid_field_error(format!("a preference takes at most {} KiB", MAX_VALUE_BYTES / 1024), "store less"))
}
