//! Estimate of a scoring run before it is queued, and removal of scores on retired dimensions.

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::domain::audit::AuditAction;
use crate::domain::date_range::DateRange;
use crate::domain::mood::{MoodScoringMode, MoodScoringPlan, RetiredDimension};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::services::mood::dimensions::load_moods;
use crate::services::mood::prompt;
use crate::services::mood::score::EntryScorer;
use crate::storage::accounts;
use crate::storage::notebook::moods;

/// Code points per token, estimated.
const PER_TOKEN: i64 = 4;
/// Output tokens per score with rationale, value, confidence and keys, estimated.
const OUTPUT_TOKENS_PER_SCORE: i64 = 60;
/// Tokens of instructions and delimiters around the dimensions, estimated.
const INSTRUCTION_TOKENS: i64 = 250;

/// Result of pruning retired dimensions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MoodPruneResponse {
    /// Retired dimensions before pruning.
    pub dimensions: Vec<RetiredDimension>,
    /// Number of removed scores.
    pub removed: usize,
}

/// Estimates a scoring run; sends and stores nothing.
///
/// # Errors
/// `Conflict` while mood scoring is off, `Invalid` for malformed dates.
pub async fn estimate_run(ctx: &Ctx, mode: MoodScoringMode, between: DateRange) -> Result<MoodScoringPlan> {
    let (from, to) = between.validate()?;
    let scorer = EntryScorer::from_settings(ctx).await?;
    let retired = count_retired(ctx).await?;
    let lacking = scorer.missing_dimensions(mode);
    let (wanted, scorable) = ctx
        .read(Scope::EntriesRead, move |db| {
            let wanted = moods::ScoringFilter { from: from.as_deref(), to: to.as_deref(), lacking: lacking.as_deref() };
            Ok((moods::list_scorable(db, &wanted)?, moods::count_scorable(db, from.as_deref(), to.as_deref())?))
        })
        .await?;
    let entries = i64::try_from(wanted.len()).unwrap_or(i64::MAX);
    let (model, dimensions) = (scorer.model(&ctx.app.config), scorer.dimension_names().len());
    let (mut input_tokens, mut output_tokens, mut cost_usd) = (0, 0, Some(0.0));
    if scorer.is_remote() {
        let shown = i64::try_from(prompt::MAX_PROMPT_CHARS).unwrap_or(i64::MAX);
        let texts: i64 = wanted.iter().map(|(_, length)| length.min(&shown) / PER_TOKEN + 1).sum();
        input_tokens = texts + entries * instruction_tokens(&scorer);
        output_tokens = entries * OUTPUT_TOKENS_PER_SCORE * i64::try_from(dimensions).unwrap_or(i64::MAX);
        let prices = ctx.read_accounts(Scope::EntriesRead, accounts::pricing::all).await?;
        let price = prices.into_iter().find(|price| price.model == model);
        let per_million = |tokens: i64, price: Option<f64>| price.map(|price| tokens as f64 * price / 1e6);
        cost_usd = price.and_then(|price| {
            let read = per_million(input_tokens, price.input_cost_per_mtok)?;
            Some(read + per_million(output_tokens, price.output_cost_per_mtok)?)
        });
    }
    let skipped = scorable - entries;
    Ok(MoodScoringPlan { entries, skipped, dimensions, model, input_tokens, output_tokens, cost_usd, retired })
}

/// Estimates the tokens of a prompt without the entry's text.
fn instruction_tokens(scorer: &EntryScorer) -> i64 {
    let dimensions = &scorer.moods().dimensions;
    let named: usize =
        dimensions.iter().map(|one| one.notes.len() + one.positive_pole.len() + one.negative_pole.len()).sum();
    let shape = prompt::schema(dimensions).to_string().len();
    INSTRUCTION_TOKENS + i64::try_from(shape + named).unwrap_or(i64::MAX) / PER_TOKEN
}

/// Counts the scores on retired dimensions.
///
/// # Errors
/// `Conflict` if no dimensions are configured.
pub async fn count_retired(ctx: &Ctx) -> Result<Vec<RetiredDimension>> {
    let current = configured_dimension_names(ctx).await?;
    ctx.read(Scope::EntriesRead, move |db| moods::count_retired(db, &current)).await
}

/// Removes the scores on retired dimensions. Scores that the owner set or corrected are kept, unless `with_owners`.
///
/// # Errors
/// As [`count_retired`].
pub async fn prune_retired(ctx: &Ctx, with_owners: bool) -> Result<MoodPruneResponse> {
    let (current, trail) = (configured_dimension_names(ctx).await?, AuditRecorder::from_ctx(ctx));
    ctx.write(Scope::EntriesWrite, move |db| {
        let dimensions = moods::count_retired(db, &current)?;
        let removed = moods::prune_retired(db, &current, with_owners)?;
        if removed > 0 {
            trail.notebook_changed(db, AuditAction::MoodsPruned, "moods", &[])?;
        }
        Ok(MoodPruneResponse { dimensions, removed })
    })
    .await
}

/// Returns the names of the configured dimensions, as a JSON array.
async fn configured_dimension_names(ctx: &Ctx) -> Result<String> {
    let known = load_moods(ctx)
        .await?
        .ok_or_else(|| Error::conflict("no mood dimensions are configured").hint("set mood.dimensions_file"))?;
    let names: Vec<_> = known.dimensions.iter().map(|one| one.name.as_str()).collect();
    Ok(serde_json::json!(names).to_string())
}
