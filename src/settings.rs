//! What the server is set to, for everybody to see, and what an admin may change of it while it runs.

mod shown;

pub use shown::Settings;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use crate::audit::Trail;

use crate::config::runtime::Kind;
use crate::config::runtime::RUNTIME;
use crate::config::runtime::Runtime;
use crate::config::runtime::Value;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::scope::Scope;
use crate::storage::accounts;

/// A setting that can be changed at run time, as it is now.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Setting {
    /// Its name.
    pub key: &'static str,
    /// `bool` or `string`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// One line for people.
    pub description: &'static str,
    /// Its value.
    pub value: Value,
    /// What a `string` may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices: Option<&'static [&'static str]>,
}

/// What became of a change.
#[derive(Debug)]
pub struct Changed {
    /// Settings that were changed.
    pub updated: Vec<String>,
    /// Every setting, as it is now.
    pub settings: Vec<Setting>,
    /// What could not be done, one sentence a setting.
    pub warnings: Vec<String>,
}

/// Returns everything the server is set to that users may know.
pub async fn all(ctx: &Ctx) -> Result<Settings> {
    let app = ctx.app.clone();
    let (runtime, pricing) =
        ctx.read_accounts(Scope::EntriesRead, move |db| Ok((app.runtime(db)?, accounts::pricing::all(db)?))).await?;
    Ok(Settings::of(&ctx.app.config, ctx.caller.user()?, &runtime, listed(&runtime), pricing))
}

/// Returns the settings that can be changed at run time.
pub async fn changeable(ctx: &Ctx) -> Result<Vec<Setting>> {
    let app = ctx.app.clone();
    ctx.read_accounts(Scope::EntriesRead, move |db| Ok(listed(&app.runtime(db)?))).await
}

/// Changes settings. Every value is checked before any is stored; what is right is stored in one transaction and counts
/// from the next request on, what is not is told.
///
/// # Errors
/// `Invalid` when nothing at all is right; nothing is stored then.
pub async fn change(ctx: &Ctx, changes: BTreeMap<String, Json>) -> Result<Changed> {
    let (mut right, mut warnings) = (Vec::new(), Vec::new());
    for (key, value) in changes {
        match checked(&key, value) {
            Ok(value) => right.push((key, value)),
            Err(error) => warnings.push(error.to_string()),
        }
    }
    if right.is_empty() && !warnings.is_empty() {
        return Err(Error::invalid(warnings.join("; "))
            .code("invalid_field")
            .hint("`GET /api/settings/runtime` lists the settings; nothing was changed"));
    }
    let (app, trail) = (ctx.app.clone(), Trail::of(ctx));
    let (updated, settings) = ctx
        .write_accounts(Scope::AdminSettings, move |db| {
            for (key, value) in &right {
                accounts::runtime::set(db, key, value, trail.at())?;
                trail.record(db, Action::ConfigChanged, &format!("setting:{key}"))?;
            }
            let updated = right.iter().map(|(key, _)| key.clone()).collect();
            Ok((updated, listed(&app.runtime(db)?)))
        })
        .await?;
    Ok(Changed { updated, settings, warnings })
}

/// Returns a value as it is stored.
fn checked(key: &str, value: Json) -> Result<String> {
    let known = RUNTIME.iter().find(|setting| setting.key == key);
    let setting = known.ok_or_else(|| Error::invalid(format!("there is no setting {key}")))?;
    let text = value.to_string();
    // A number or a list is neither a switch nor a choice; an empty choice says so.
    let value = serde_json::from_value(value).unwrap_or(Value::Choice(String::new()));
    setting.check(&value).map(|()| text)
}

fn listed(runtime: &Runtime) -> Vec<Setting> {
    let settings = RUNTIME.iter().map(|setting| Setting {
        key: setting.key,
        kind: match setting.kind {
            Kind::Switch => "bool",
            Kind::Choice(_) => "string",
        },
        label: setting.label,
        description: setting.about,
        value: runtime.value(setting).clone(),
        choices: match setting.kind {
            Kind::Switch => None,
            Kind::Choice(choices) => Some(choices),
        },
    });
    settings.collect()
}
