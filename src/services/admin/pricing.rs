//! Prices of providers' models: readable by every user, changed by admins.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::domain::price::ModelPrice;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::accounts;

/// Maximum price, US dollars.
pub const MAX_COST: f64 = 1_000_000.0;

/// Result of a price update.
#[derive(Debug)]
pub struct PriceUpdateResult {
    /// Changed models, by name.
    pub updated: Vec<String>,
    /// All prices after the update.
    pub pricing: Vec<ModelPrice>,
    /// Rejected changes, one message per model.
    pub errors: Vec<String>,
}

/// Returns all prices, by category and model.
pub async fn list(ctx: &Ctx) -> Result<Vec<ModelPrice>> {
    ctx.read_accounts(Scope::EntriesRead, accounts::pricing::all).await
}

/// Changes prices. Valid changes are stored in one transaction, invalid ones are reported.
///
/// # Errors
/// `Invalid` when no change is valid; nothing is stored then.
pub async fn change(ctx: &Ctx, changes: BTreeMap<String, Value>) -> Result<PriceUpdateResult> {
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write_accounts(Scope::AdminSettings, move |db| {
        let known = accounts::pricing::all(db)?;
        let (mut updated, mut errors) = (Vec::new(), Vec::new());
        for (model, change) in changes {
            let price = known.iter().find(|price| price.model == model);
            match price.ok_or_else(|| "is not in the list".to_owned()).and_then(|price| apply_change(price, &change)) {
                Ok(price) => {
                    accounts::pricing::set(db, &price)?;
                    trail.record(db, AuditAction::ConfigChanged, &format!("pricing:{}", price.model))?;
                    updated.push(model);
                }
                Err(why) => errors.push(format!("{model}: {why}")),
            }
        }
        if updated.is_empty() && !errors.is_empty() {
            return Err(Error::invalid(errors.join("; ")).code("invalid_field").hint("nothing was changed"));
        }
        Ok(PriceUpdateResult { updated, pricing: accounts::pricing::all(db)?, errors })
    })
    .await
}

/// Applies a change to a price; unknown and read-only fields are ignored.
fn apply_change(price: &ModelPrice, change: &Value) -> Result<ModelPrice, String> {
    let fields = change.as_object().ok_or_else(|| "must be an object".to_owned())?;
    let (mut price, mut touched) = (price.clone(), false);
    for (name, value) in fields {
        match name.as_str() {
            "input_cost_per_mtok" => price.input_cost_per_mtok = cost(name, value)?,
            "output_cost_per_mtok" => price.output_cost_per_mtok = cost(name, value)?,
            "cost_per_minute" => price.cost_per_minute = cost(name, value)?,
            "last_verified" => price.last_verified = date(name, value)?,
            _ => continue,
        }
        touched = true;
    }
    if touched { Ok(price) } else { Err("there is nothing to change".to_owned()) }
}

fn cost(name: &str, value: &Value) -> Result<Option<f64>, String> {
    match value.as_f64() {
        None if value.is_null() => Ok(None),
        Some(cost) if (0.0..=MAX_COST).contains(&cost) => Ok(Some(cost)),
        _ => Err(format!("{name} must be a number from 0 to {MAX_COST}, or null")),
    }
}

fn date(name: &str, value: &Value) -> Result<String, String> {
    let read = value.as_str().and_then(|text| text.parse::<Date>().ok().filter(|date| date.to_string() == text));
    read.map(|date| date.to_string()).ok_or_else(|| format!("{name} must be a date, YYYY-MM-DD"))
}
