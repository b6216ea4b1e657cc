//! What the owner says of an entry, beside what was scored: it counts before it, and no run takes it back.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::contexts::Moods;
use crate::app::contexts::Scale;
use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::ctx::HandsOut;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::day;
use crate::model::id::EntryId;
use crate::model::mood::EntryMoods;
use crate::model::mood::OWNER;
use crate::model::mood::Score;
use crate::model::scope::Scope;
use crate::model::within::Within;
use crate::mood::measures::known;
use crate::mood::measures::range;
use crate::mood::measures::unknown;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entries;
use crate::storage::notebook::moods;

/// Longest note, in code points.
pub const MAX_NOTE: usize = 500;

/// What the owner says on one dimension.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// The score, on the dimension's scale.
    pub score: f64,
    /// A few words beside it, at most 500 characters.
    #[serde(default)]
    pub note: Option<String>,
}

impl HandsOut for EntryMoods {
    fn entries(&self) -> usize {
        1
    }
}

impl HandsOut for Vec<EntryMoods> {
    fn entries(&self) -> usize {
        self.len()
    }
}

/// Returns the scores of an entry.
///
/// # Errors
/// `NotFound`, also for the ids of others.
pub async fn of_entry(ctx: &Ctx, id: EntryId) -> Result<EntryMoods> {
    let known = known(ctx).await?;
    ctx.read_within(Scope::EntriesRead, Read::Entry, move |db, within| shown(db, id, within, known.as_deref())).await
}

/// Returns the scores of every entry of a day.
///
/// # Errors
/// `Invalid` for what is no date.
pub async fn of_day(ctx: &Ctx, date: &str) -> Result<Vec<EntryMoods>> {
    let (date, known) = (day::parse(date)?.to_string(), known(ctx).await?);
    ctx.read_within(Scope::EntriesRead, Read::Entry, move |db, within| {
        let ids = entries::ids_by_date(db, &within.between(Some(&date), Some(&date)))?;
        ids.into_iter().map(|id| shown(db, id, within, known.as_deref())).collect()
    })
    .await
}

/// Notes what the owner says of an entry on a dimension, and returns its scores.
///
/// # Errors
/// `NotFound` for an entry or a dimension that there is not, `Invalid` for what lies outside of its scale.
pub async fn say(ctx: &Ctx, id: EntryId, dimension: String, say: Say) -> Result<EntryMoods> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let note = say.note.as_deref().map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned);
    if note.as_ref().is_some_and(|note| note.chars().count() > MAX_NOTE) {
        return Err(Error::invalid(format!("the note is longer than {MAX_NOTE} characters"))
            .code("invalid_field")
            .hint("write it into the entry"));
    }
    let (known, trail) = (known(ctx).await?, Trail::of(ctx));
    ctx.write_within(Scope::EntriesWrite, move |db, within| {
        exists(db, id, within)?;
        check(db, id, known.as_ref(), &dimension, say.score)?;
        moods::say(db, id, &dimension, (say.score + 0.0, note.as_deref()), trail.at())?;
        trail.edited(db, id, &["mood"])?;
        shown(db, id, within, known.as_deref())
    })
    .await
}

/// Takes back what the owner said of an entry on a dimension, and returns its scores.
///
/// # Errors
/// `NotFound` for an entry that there is not, and where the owner said nothing.
pub async fn clear(ctx: &Ctx, id: EntryId, dimension: String) -> Result<EntryMoods> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let (known, trail) = (known(ctx).await?, Trail::of(ctx));
    ctx.write_within(Scope::EntriesWrite, move |db, within| {
        exists(db, id, within)?;
        if !moods::unsay(db, id, &dimension)? {
            let said: Vec<_> = moods::of(db, id)?.into_iter().filter(|score| score.owner_score.is_some()).collect();
            let names: Vec<_> = said.iter().map(|score| score.dimension.as_str()).collect();
            let hint = match names.as_slice() {
                [] => "you said nothing of this entry".to_owned(),
                names => format!("of this entry you said something on {}", names.join(", ")),
            };
            return Err(Error::not_found("score of yours").code("no_owner_score").hint(hint));
        }
        trail.edited(db, id, &["mood"])?;
        shown(db, id, within, known.as_deref())
    })
    .await
}

/// Refuses a dimension that moods are not measured by, unless the entry has a score on it, and what is off its scale.
fn check(db: &NotebookDb<'_>, id: EntryId, known: Option<&Arc<Moods>>, dimension: &str, score: f64) -> Result<()> {
    let dimensions = known.map(|moods| moods.dimensions.as_slice()).unwrap_or_default();
    let scale = match dimensions.iter().find(|one| one.name == dimension) {
        Some(found) => found.scale,
        None if moods::of(db, id)?.iter().any(|stored| stored.dimension == dimension) => Scale::Bipolar,
        None => {
            let names: Vec<_> = dimensions.iter().map(|one| one.name.as_str()).collect();
            return Err(unknown(Kind::NotFound, dimension, &names));
        }
    };
    let (least, most) = range(scale);
    if (least..=most).contains(&score) {
        return Ok(());
    }
    Err(Error::invalid(format!("{dimension} goes from {least} to {most}"))
        .code("score_out_of_range")
        .hint("give a number on that scale"))
}

fn exists(db: &NotebookDb<'_>, id: EntryId, within: &Within) -> Result<()> {
    if entries::lies_within(db, id, within)? { Ok(()) } else { Err(missing(id)) }
}

fn missing(id: EntryId) -> Error {
    Error::not_found(format!("entry: {id}")).hint("`journal list` shows the entries there are")
}

fn shown(db: &NotebookDb<'_>, id: EntryId, within: &Within, known: Option<&Moods>) -> Result<EntryMoods> {
    exists(db, id, within)?;
    let entry_date = entries::date_of(db, id)?.ok_or_else(|| missing(id))?;
    let dimensions = known.map(|moods| moods.dimensions.as_slice()).unwrap_or_default();
    let place = |name: &str| dimensions.iter().position(|one| one.name == name);
    let mut stored = moods::of(db, id)?;
    // They come by name; those that are no longer in the file stay so, after the others.
    stored.sort_by_key(|score| place(&score.dimension).unwrap_or(usize::MAX));
    let items: Vec<_> = stored
        .into_iter()
        .map(|stored| {
            let scale = place(&stored.dimension).map(|at| dimensions[at].scale);
            let (score_min, score_max) = range(scale.unwrap_or(Scale::Bipolar));
            Score {
                score: stored.counted,
                model_score: (stored.model != OWNER).then_some(stored.score),
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
