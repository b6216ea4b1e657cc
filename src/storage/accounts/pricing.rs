//! Rows of model prices.

use rusqlite::{Row, named_params};

use crate::domain::price::{ModelCategory, ModelPrice};
use crate::error::Result;
use crate::storage::accounts::AccountsDb;

/// Returns all prices, by category and model.
pub(crate) fn all(db: &AccountsDb<'_>) -> Result<Vec<ModelPrice>> {
    db.query_all(
        "SELECT model, category, input_cost_per_mtok, output_cost_per_mtok, cost_per_minute, last_verified
         FROM pricing ORDER BY category, model",
        [],
        from_row,
    )
}

/// Updates the price of a known model.
pub(crate) fn set(db: &AccountsDb<'_>, price: &ModelPrice) -> Result<()> {
    db.execute(
        "UPDATE pricing
         SET input_cost_per_mtok = :input, output_cost_per_mtok = :output, cost_per_minute = :minute,
             last_verified = :verified
         WHERE model = :model",
        named_params! {
            ":model": price.model, ":input": price.input_cost_per_mtok, ":output": price.output_cost_per_mtok,
            ":minute": price.cost_per_minute, ":verified": price.last_verified,
        },
    )
    .map(drop)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ModelPrice> {
    let category: String = row.get(1)?;
    let category = match category.as_str() {
        "embedding" => ModelCategory::Embedding,
        "transcription" => ModelCategory::Transcription,
        _ => ModelCategory::Llm,
    };
    Ok(ModelPrice {
        model: row.get(0)?,
        category,
        input_cost_per_mtok: row.get(2)?,
        output_cost_per_mtok: row.get(3)?,
        cost_per_minute: row.get(4)?,
        last_verified: row.get(5)?,
    })
}
