//! Scores set by the owner: they take precedence over the scorer's, and no scoring run overwrites them.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::context::Ctx;
use crate::app::reloadable::{MoodDimensions, MoodScale};
use crate::app::restricted_access::CountsEntries;
use crate::domain::access_filter::AccessFilter;
use crate::domain::activity::ReadKind;
use crate::domain::entry_date;
use crate::domain::id::EntryId;
use crate::domain::mood::{EntryMoods, MoodScore, OWNER_MODEL};
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::services::audit::AuditRecorder;
use crate::services::mood::dimensions::{load_moods, scale_range, unknown_dimension};
use crate::storage::notebook::{NotebookDb, entries, moods};

/// Longest note, in code points.
pub const MAX_NOTE: usize = 500;

/// A score set by the owner on one dimension.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManualScore {
    /// The score, on the dimension's scale.
    pub score: f64,
    /// A short note, at most 500 characters.
    #[serde(default)]
    pub note: Option<String>,
}

impl CountsEntries for EntryMoods {
    fn entries(&self) -> usize {
        1
    }
}

impl CountsEntries for Vec<EntryMoods> {
    fn entries(&self) -> usize {
        self.len()
    }
}

/// Returns the scores of an entry.
///
/// # Errors
/// `NotFound`, also for entries of other users.
pub async fn scores_of_entry(ctx: &Ctx, id: EntryId) -> Result<EntryMoods> {
    let known = load_moods(ctx).await?;
    ctx.read_restricted(Scope::EntriesRead, ReadKind::Entry, move |db, within| {
        load_scores(db, id, within, known.as_deref())
    })
    .await
}

/// Returns the scores of every entry of a day.
///
/// # Errors
/// `Invalid` for a malformed date.
pub async fn scores_of_day(ctx: &Ctx, date: &str) -> Result<Vec<EntryMoods>> {
    let (date, known) = (entry_date::parse(date)?.to_string(), load_moods(ctx).await?);
    ctx.read_restricted(Scope::EntriesRead, ReadKind::Entry, move |db, within| {
        let ids = entries::ids_by_date(db, &within.narrowed_to_dates(Some(&date), Some(&date)))?;
        ids.into_iter().map(|id| load_scores(db, id, within, known.as_deref())).collect()
    })
    .await
}

/// Stores the owner's score of an entry on a dimension, and returns the entry's scores.
///
/// # Errors
/// `NotFound` for an unknown entry or dimension, `Invalid` for a score off its scale.
pub async fn set_score(ctx: &Ctx, id: EntryId, dimension: String, say: ManualScore) -> Result<EntryMoods> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let note = say.note.as_deref().map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned);
    if note.as_ref().is_some_and(|note| note.chars().count() > MAX_NOTE) {
        return Err(Error::invalid(format!("the note is longer than {MAX_NOTE} characters"))
            .code("invalid_field")
            .hint("write it into the entry"));
    }
    let (known, trail) = (load_moods(ctx).await?, AuditRecorder::from_ctx(ctx));
    ctx.write_restricted(Scope::EntriesWrite, move |db, within| {
        entries::require_exists(db, id, within)?;
        validate_score(db, id, known.as_ref(), &dimension, say.score)?;
        moods::set_manual(db, id, &dimension, (say.score + 0.0, note.as_deref()), trail.at())?;
        trail.entry_edited(db, id, &["mood"])?;
        load_scores(db, id, within, known.as_deref())
    })
    .await
}

/// Removes the owner's score of an entry on a dimension, and returns the entry's scores.
///
/// # Errors
/// `NotFound` for an unknown entry, and without an owner's score.
pub async fn clear_score(ctx: &Ctx, id: EntryId, dimension: String) -> Result<EntryMoods> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let (known, trail) = (load_moods(ctx).await?, AuditRecorder::from_ctx(ctx));
    ctx.write_restricted(Scope::EntriesWrite, move |db, within| {
        entries::require_exists(db, id, within)?;
        if !moods::clear_manual(db, id, &dimension)? {
            let said: Vec<_> = moods::list(db, id)?.into_iter().filter(|score| score.owner_score.is_some()).collect();
            let names: Vec<_> = said.iter().map(|score| score.dimension.as_str()).collect();
            let hint = match names.as_slice() {
                [] => "you have set no score for this entry".to_owned(),
                names => format!("you have set scores on {}", names.join(", ")),
            };
            return Err(Error::not_found("score of yours").code("no_owner_score").hint(hint));
        }
        trail.entry_edited(db, id, &["mood"])?;
        load_scores(db, id, within, known.as_deref())
    })
    .await
}

/// Rejects an unknown dimension, unless the entry has a score on it, and a score off its scale.
fn validate_score(
    db: &NotebookDb<'_>,
    id: EntryId,
    known: Option<&Arc<MoodDimensions>>,
    dimension: &str,
    score: f64,
) -> Result<()> {
    let dimensions = known.map(|moods| moods.dimensions.as_slice()).unwrap_or_default();
    let scale = match dimensions.iter().find(|one| one.name == dimension) {
        Some(found) => found.scale,
        None if moods::list(db, id)?.iter().any(|stored| stored.dimension == dimension) => MoodScale::Bipolar,
        None => {
            let names: Vec<_> = dimensions.iter().map(|one| one.name.as_str()).collect();
            return Err(unknown_dimension(ErrorKind::NotFound, dimension, &names));
        }
    };
    let (least, most) = scale_range(scale);
    if (least..=most).contains(&score) {
        return Ok(());
    }
    Err(Error::invalid(format!("the scale of {dimension} is {least} to {most}"))
        .code("score_out_of_range")
        .hint("use a number on that scale"))
}

fn load_scores(
    db: &NotebookDb<'_>,
    id: EntryId,
    within: &AccessFilter,
    known: Option<&MoodDimensions>,
) -> Result<EntryMoods> {
    let entry_date = entries::require_entry(db, id, within)?.entry_date;
    let dimensions = known.map(|moods| moods.dimensions.as_slice()).unwrap_or_default();
    let place = |name: &str| dimensions.iter().position(|one| one.name == name);
    let mut stored = moods::list(db, id)?;
    // Rows are sorted by name; dimensions no longer in the file keep that order, after the others.
    stored.sort_by_key(|score| place(&score.dimension).unwrap_or(usize::MAX));
    let items: Vec<_> = stored
        .into_iter()
        .map(|stored| {
            let scale = place(&stored.dimension).map(|at| dimensions[at].scale);
            let (score_min, score_max) = scale_range(scale.unwrap_or(MoodScale::Bipolar));
            MoodScore {
                score: stored.counted,
                model_score: (stored.model != OWNER_MODEL).then_some(stored.score),
                owner_score: stored.owner_score,
                owner_note: stored.owner_note,
                owner_at: stored.owner_at,
                confidence: stored.confidence,
                rationale: stored.rationale,
                model: stored.model,
                prompt_version: stored.prompt_version,
                scored_at: stored.created_at,
                is_stale: stored.is_stale,
                is_retired: scale.is_none(),
                score_min,
                score_max,
                dimension: stored.dimension,
            }
        })
        .collect();
    Ok(EntryMoods { entry_id: id, entry_date, total: items.len(), items })
}
