//! What moods are measured by, and whether they are at all.

use std::sync::Arc;

use crate::app::contexts::Dimension;
use crate::app::contexts::Moods;
use crate::app::contexts::Scale;
use crate::config::runtime::MOOD_SCORING;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::mood::Measure;
use crate::model::mood::Measures;
use crate::model::mood::Meta;
use crate::model::scope::Scope;
use crate::model::text;

/// The code of the refusal to score while that is switched off.
pub(crate) const OFF: &str = "mood_scoring_off";

/// Code points of a name that is none which an error repeats.
const REPEATED: usize = 60;

/// Returns what moods are measured by; nothing while they are not scored.
///
/// # Errors
/// `Conflict` for a file that could not be read when the server began.
pub async fn measures(ctx: &Ctx) -> Result<Measures> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let Some(moods) = scored_by(ctx).await? else { return Ok(Measures::default()) };
    let meta = Meta { version: moods.version.clone(), description: moods.description.clone() };
    Ok(Measures { dimensions: moods.dimensions.iter().map(measure).collect(), meta })
}

fn measure(dimension: &Dimension) -> Measure {
    let (score_min, score_max) = range(dimension.scale);
    Measure {
        name: dimension.name.clone(),
        positive_pole: dimension.positive_pole.clone(),
        negative_pole: dimension.negative_pole.clone(),
        scale_type: match dimension.scale {
            Scale::Bipolar => "bipolar",
            Scale::Unipolar => "unipolar",
        },
        score_min,
        score_max,
        notes: dimension.notes.clone(),
    }
}

/// Returns the lowest and the highest score of a scale.
pub(super) const fn range(scale: Scale) -> (f64, f64) {
    match scale {
        Scale::Bipolar => (-1.0, 1.0),
        Scale::Unipolar => (0.0, 1.0),
    }
}

/// Returns what new scores are measured by, as the setting stands now; `None` while moods are not scored.
pub(super) async fn scored_by(ctx: &Ctx) -> Result<Option<Arc<Moods>>> {
    let app = ctx.app.clone();
    let runtime = ctx.for_the_record().read_accounts(Scope::Account, move |db| app.runtime(db)).await?;
    if runtime.is_on(MOOD_SCORING) { known(ctx).await } else { Ok(None) }
}

/// Returns what moods are measured by, scored or not: the owner may say something all the same.
pub(super) async fn known(ctx: &Ctx) -> Result<Option<Arc<Moods>>> {
    let app = ctx.app.clone();
    let read = tokio::task::spawn_blocking(move || app.contexts.moods.get());
    read.await.map_err(|_| Error::new(Kind::Internal, "reading the dimensions ended early"))?
}

/// Refuses to score while it is switched off, or by nothing.
///
/// # Errors
/// `Conflict`.
pub(super) async fn ready(ctx: &Ctx) -> Result<Arc<Moods>> {
    scored_by(ctx).await?.ok_or_else(|| {
        Error::conflict("moods are not scored: mood scoring is switched off")
            .code(OFF)
            .hint("an admin turns on the setting enable_mood_scoring")
    })
}

/// Refuses a dimension that there is not, naming those there are.
pub(super) fn unknown(kind: Kind, name: &str, known: &[&str]) -> Error {
    let hint = match known {
        [] => "moods are not measured by anything so far".to_owned(),
        known => format!("there are {}", known.join(", ")),
    };
    Error::new(kind, format!("there is no dimension {}", text::preview(name, REPEATED)))
        .code("unknown_dimension")
        .hint(hint)
}
