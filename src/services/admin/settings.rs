//! Settings of the server: readable by every user, partly changeable by admins at run time.

mod response;

pub use response::{RuntimeSettingItem, SettingsResponse};

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::app::context::Ctx;
use crate::config::runtime::{RUNTIME_SETTING_DEFINITIONS, RuntimeSettingValue};
use crate::domain::audit::AuditAction;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::accounts;

/// Result of an update.
#[derive(Debug)]
pub struct SettingsUpdate {
    /// Names of the changed settings.
    pub updated: Vec<String>,
    /// All runtime settings after the update.
    pub settings: Vec<RuntimeSettingItem>,
    /// Rejected changes, one message per setting.
    pub warnings: Vec<String>,
}

/// Returns all settings that users may see.
pub async fn all(ctx: &Ctx) -> Result<SettingsResponse> {
    let app = ctx.app.clone();
    let (runtime, pricing) =
        ctx.read_accounts(Scope::EntriesRead, move |db| Ok((app.runtime(db)?, accounts::pricing::all(db)?))).await?;
    Ok(SettingsResponse::new(&ctx.app.config, ctx.caller.user()?, &runtime, pricing))
}

/// Returns the runtime settings.
pub async fn runtime_settings(ctx: &Ctx) -> Result<Vec<RuntimeSettingItem>> {
    let app = ctx.app.clone();
    ctx.read_accounts(Scope::EntriesRead, move |db| Ok(RuntimeSettingItem::list(&app.runtime(db)?))).await
}

/// Changes runtime settings. Valid changes are stored in one transaction and take effect with the next request; invalid
/// ones are reported.
///
/// # Errors
/// `Invalid` when no change is valid; nothing is stored then.
pub async fn change(ctx: &Ctx, changes: BTreeMap<String, Json>) -> Result<SettingsUpdate> {
    let (mut valid, mut warnings) = (Vec::new(), Vec::new());
    for (key, value) in changes {
        match checked_value(&key, value) {
            Ok(value) => valid.push((key, value)),
            Err(error) => warnings.push(error.to_string()),
        }
    }
    if valid.is_empty() && !warnings.is_empty() {
        return Err(Error::invalid(warnings.join("; "))
            .code("invalid_field")
            .hint("`GET /api/settings/runtime` lists the settings; nothing was changed"));
    }
    let (app, trail) = (ctx.app.clone(), AuditRecorder::from_ctx(ctx));
    let (updated, settings) = ctx
        .write_accounts(Scope::AdminSettings, move |db| {
            for (key, value) in &valid {
                accounts::runtime_settings::set(db, key, value, trail.at())?;
                trail.record(db, AuditAction::ConfigChanged, &format!("setting:{key}"))?;
            }
            let updated = valid.iter().map(|(key, _)| key.clone()).collect();
            Ok((updated, RuntimeSettingItem::list(&app.runtime(db)?)))
        })
        .await?;
    Ok(SettingsUpdate { updated, settings, warnings })
}

/// Validates a value and returns it in its stored form.
fn checked_value(key: &str, value: Json) -> Result<String> {
    let known = RUNTIME_SETTING_DEFINITIONS.iter().find(|setting| setting.key == key);
    let setting = known.ok_or_else(|| Error::invalid(format!("there is no setting {key}")))?;
    let text = value.to_string();
    // Numbers and lists become an empty choice, which is rejected with a message.
    let value = serde_json::from_value(value).unwrap_or(RuntimeSettingValue::Choice(String::new()));
    setting.check(&value).map(|()| text)
}
