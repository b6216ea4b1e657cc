//! What a run would come to before it is ordered, and scores of what moods are no longer measured by.

use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::between::Between;
use crate::model::mood::Mode;
use crate::model::mood::Plan;
use crate::model::mood::Retired;
use crate::model::scope::Scope;
use crate::mood::measures::known;
use crate::mood::prompt;
use crate::mood::score::Scorer;
use crate::storage::accounts;
use crate::storage::notebook::moods;

/// Code points that make up a token, about.
const PER_TOKEN: i64 = 4;
/// Tokens of a rationale, a value and a confidence with their names, about.
const WRITTEN: i64 = 60;
/// Tokens of instructions and fences around the dimensions, about.
const AROUND: i64 = 250;

/// What pruning removed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Pruned {
    /// What there was before.
    pub dimensions: Vec<Retired>,
    /// Scores that went.
    pub removed: usize,
}

/// Says what scoring would come to; nothing is sent or stored.
///
/// # Errors
/// `Conflict` while moods are not scored, `Invalid` for dates that are none.
pub async fn plan(ctx: &Ctx, mode: Mode, between: Between) -> Result<Plan> {
    let (from, to) = between.checked()?;
    let scorer = Scorer::chosen(ctx).await?;
    let retired = retired(ctx).await?;
    let lacking = scorer.lacking(mode);
    let (wanted, scorable) = ctx
        .read(Scope::EntriesRead, move |db| {
            let wanted = moods::Wanted { from: from.as_deref(), to: to.as_deref(), lacking: lacking.as_deref() };
            Ok((moods::wanted(db, &wanted)?, moods::scorable(db, from.as_deref(), to.as_deref())?))
        })
        .await?;
    let entries = i64::try_from(wanted.len()).unwrap_or(i64::MAX);
    let (model, dimensions) = (scorer.model(&ctx.app.config), scorer.names().len());
    let (mut input_tokens, mut output_tokens, mut cost_usd) = (0, 0, Some(0.0));
    if scorer.is_remote() {
        let shown = i64::try_from(prompt::SHOWN).unwrap_or(i64::MAX);
        let texts: i64 = wanted.iter().map(|(_, length)| length.min(&shown) / PER_TOKEN + 1).sum();
        input_tokens = texts + entries * instructions(&scorer);
        output_tokens = entries * WRITTEN * i64::try_from(dimensions).unwrap_or(i64::MAX);
        let prices = ctx.read_accounts(Scope::EntriesRead, accounts::pricing::all).await?;
        let price = prices.into_iter().find(|price| price.model == model);
        let per_million = |tokens: i64, price: Option<f64>| price.map(|price| tokens as f64 * price / 1e6);
        cost_usd = price.and_then(|price| {
            let read = per_million(input_tokens, price.input_cost_per_mtok)?;
            Some(read + per_million(output_tokens, price.output_cost_per_mtok)?)
        });
    }
    let skipped = scorable - entries;
    Ok(Plan { entries, skipped, dimensions, model, input_tokens, output_tokens, cost_usd, retired })
}

/// Tokens of everything but the text, about.
fn instructions(scorer: &Scorer) -> i64 {
    let dimensions = &scorer.moods().dimensions;
    let named: usize =
        dimensions.iter().map(|one| one.notes.len() + one.positive_pole.len() + one.negative_pole.len()).sum();
    let shape = prompt::schema(dimensions).to_string().len();
    AROUND + i64::try_from(shape + named).unwrap_or(i64::MAX) / PER_TOKEN
}

/// Counts the scores of what moods are no longer measured by.
///
/// # Errors
/// `Conflict` where nothing says by what they are measured.
pub async fn retired(ctx: &Ctx) -> Result<Vec<Retired>> {
    let current = current(ctx).await?;
    ctx.read(Scope::EntriesRead, move |db| moods::retired(db, &current)).await
}

/// Removes the scores of what moods are no longer measured by. Those that the owner gave or corrected stay, unless
/// `with_owners`.
///
/// # Errors
/// As [`retired`].
pub async fn prune(ctx: &Ctx, with_owners: bool) -> Result<Pruned> {
    let (current, trail) = (current(ctx).await?, Trail::of(ctx));
    ctx.write(Scope::EntriesWrite, move |db| {
        let dimensions = moods::retired(db, &current)?;
        let removed = moods::prune(db, &current, with_owners)?;
        if removed > 0 {
            trail.pruned(db)?;
        }
        Ok(Pruned { dimensions, removed })
    })
    .await
}

/// Returns the names of the dimensions there are, as a JSON array.
async fn current(ctx: &Ctx) -> Result<String> {
    let known = known(ctx)
        .await?
        .ok_or_else(|| Error::conflict("nothing says by what moods are measured").hint("set mood.dimensions_file"))?;
    let names: Vec<_> = known.dimensions.iter().map(|one| one.name.as_str()).collect();
    Ok(serde_json::json!(names).to_string())
}
