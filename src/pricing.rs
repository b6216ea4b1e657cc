//! What providers' models cost: shown to everybody, kept up to date by admins.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::price::Price;
use crate::model::scope::Scope;
use crate::storage::accounts;

/// Highest price, US dollars.
pub const MAX_COST: f64 = 1_000_000.0;

/// What became of a change.
#[derive(Debug)]
pub struct Changed {
    /// Models that were changed, in the order of their names.
    pub updated: Vec<String>,
    /// Every price, as it is now.
    pub pricing: Vec<Price>,
    /// What could not be done, one sentence a model.
    pub errors: Vec<String>,
}

/// Returns every price, by category and model.
pub async fn list(ctx: &Ctx) -> Result<Vec<Price>> {
    ctx.read_accounts(Scope::EntriesRead, accounts::pricing::all).await
}

/// Changes prices, field by field and model by model: what is right is stored in one transaction, what is not is told.
///
/// # Errors
/// `Invalid` when nothing at all is right; nothing is stored then.
pub async fn change(ctx: &Ctx, changes: BTreeMap<String, Value>) -> Result<Changed> {
    let trail = Trail::of(ctx);
    ctx.write_accounts(Scope::AdminSettings, move |db| {
        let known = accounts::pricing::all(db)?;
        let (mut updated, mut errors) = (Vec::new(), Vec::new());
        for (model, change) in changes {
            let price = known.iter().find(|price| price.model == model);
            match price.ok_or_else(|| "is not in the list".to_owned()).and_then(|price| merged(price, &change)) {
                Ok(price) => {
                    accounts::pricing::set(db, &price)?;
                    trail.record(db, Action::ConfigChanged, &format!("pricing:{}", price.model))?;
                    updated.push(model);
                }
                Err(why) => errors.push(format!("{model}: {why}")),
            }
        }
        if updated.is_empty() && !errors.is_empty() {
            return Err(Error::invalid(errors.join("; ")).code("invalid_field").hint("nothing was changed"));
        }
        Ok(Changed { updated, pricing: accounts::pricing::all(db)?, errors })
    })
    .await
}

/// Returns a price with what a change says; fields that cannot be written are passed over.
fn merged(price: &Price, change: &Value) -> Result<Price, String> {
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
