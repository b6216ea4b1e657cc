//! Mood dimensions in use, and the setting that enables scoring.

use std::sync::Arc;

use crate::app::context::Ctx;
use crate::app::reloadable::{MoodDimensionDefinition, MoodDimensions, MoodScale};
use crate::blocking::run_blocking;
use crate::config::runtime::MOOD_SCORING_ENABLED;
use crate::domain::mood::{MoodDimension, MoodDimensionList, MoodDimensionsMeta};
use crate::domain::scope::Scope;
use crate::domain::text;
use crate::error::{Error, ErrorKind, Result};

/// Error code while mood scoring is switched off.
pub(crate) const SCORING_OFF: &str = "mood_scoring_off";

/// Code points of an unknown name quoted in an error.
const MAX_QUOTED_CHARS: usize = 60;

/// Returns the mood dimensions; none while scoring is off.
///
/// # Errors
/// `Conflict` for a dimensions file that could not be read at server start.
pub async fn list_dimensions(ctx: &Ctx) -> Result<MoodDimensionList> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let Some(moods) = active_moods(ctx).await? else { return Ok(MoodDimensionList::default()) };
    let meta = MoodDimensionsMeta { version: moods.version.clone(), description: moods.description.clone() };
    Ok(MoodDimensionList { dimensions: moods.dimensions.iter().map(to_measure).collect(), meta })
}

fn to_measure(dimension: &MoodDimensionDefinition) -> MoodDimension {
    let (score_min, score_max) = scale_range(dimension.scale);
    MoodDimension {
        name: dimension.name.clone(),
        positive_pole: dimension.positive_pole.clone(),
        negative_pole: dimension.negative_pole.clone(),
        scale_type: match dimension.scale {
            MoodScale::Bipolar => "bipolar",
            MoodScale::Unipolar => "unipolar",
        },
        score_min,
        score_max,
        notes: dimension.notes.clone(),
    }
}

/// Returns the minimum and maximum score of a scale.
pub(super) const fn scale_range(scale: MoodScale) -> (f64, f64) {
    match scale {
        MoodScale::Bipolar => (-1.0, 1.0),
        MoodScale::Unipolar => (0.0, 1.0),
    }
}

/// Returns the dimensions for new scores under the current setting; `None` while scoring is off.
pub(super) async fn active_moods(ctx: &Ctx) -> Result<Option<Arc<MoodDimensions>>> {
    let app = ctx.app.clone();
    let runtime = ctx.as_system().read_accounts(Scope::Account, move |db| app.runtime(db)).await?;
    if runtime.is_on(MOOD_SCORING_ENABLED) { load_moods(ctx).await } else { Ok(None) }
}

/// Returns the dimensions even if scoring is off, because owners may still set scores.
pub(super) async fn load_moods(ctx: &Ctx) -> Result<Option<Arc<MoodDimensions>>> {
    let app = ctx.app.clone();
    run_blocking(move || app.reloadable_files.moods.get()).await
}

/// Returns the dimensions, or an error if scoring is off or there are no dimensions.
///
/// # Errors
/// `Conflict`.
pub(super) async fn require_scoring(ctx: &Ctx) -> Result<Arc<MoodDimensions>> {
    active_moods(ctx).await?.ok_or_else(|| {
        Error::conflict("mood scoring is off")
            .code(SCORING_OFF)
            .hint("an admin can turn on the setting enable_mood_scoring")
    })
}

/// Returns the error for an unknown dimension, listing the known ones.
pub(super) fn unknown_dimension(kind: ErrorKind, name: &str, known: &[&str]) -> Error {
    let hint = match known {
        [] => "no mood dimensions are configured".to_owned(),
        known => format!("the dimensions are {}", known.join(", ")),
    };
    Error::new(kind, format!("unknown dimension {}", text::preview(name, MAX_QUOTED_CHARS)))
        .code("unknown_dimension")
        .hint(hint)
}
