//! Rows of what the models cost.

use rusqlite::Row;
use rusqlite::named_params;

use crate::error::Result;
use crate::model::price::Category;
use crate::model::price::Price;
use crate::storage::accounts::AccountsDb;

/// Returns every price, by category and model.
pub(crate) fn all(db: &AccountsDb<'_>) -> Result<Vec<Price>> {
    db.all(
        "SELECT model, category, input_cost_per_mtok, output_cost_per_mtok, cost_per_minute, last_verified
         FROM pricing ORDER BY category, model",
        [],
        from_row,
    )
}

/// Stores a price that was changed. Models are neither added nor removed.
pub(crate) fn set(db: &AccountsDb<'_>, price: &Price) -> Result<()> {
    db.run(
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

fn from_row(row: &Row<'_>) -> rusqlite::Result<Price> {
    let category: String = row.get(1)?;
    let category = match category.as_str() {
        "embedding" => Category::Embedding,
        "transcription" => Category::Transcription,
        _ => Category::Llm,
    };
    Ok(Price {
        model: row.get(0)?,
        category,
        input_cost_per_mtok: row.get(2)?,
        output_cost_per_mtok: row.get(3)?,
        cost_per_minute: row.get(4)?,
        last_verified: row.get(5)?,
    })
}
