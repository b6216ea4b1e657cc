//! Mood scores of an entry per dimension, by a model or the built-in scorer and by the owner.
//!
//! An owner's score is stored next to the scorer's, takes precedence over it, and is never overwritten by a scoring
//! run.

mod backfill_plan;
mod dimension_score;
mod dimensions;
pub mod local_scorer;
mod manual_scores;
mod prompt;
mod reply;
mod score;
mod trends;

pub use backfill_plan::{MoodPruneResponse, count_retired, estimate_run, prune_retired};
pub use dimension_score::DimensionScore;
pub(crate) use dimensions::SCORING_OFF;
pub use dimensions::list_dimensions;
pub use manual_scores::{ManualScore, clear_score, scores_of_day, scores_of_entry, set_score};
pub(crate) use score::{EntryScorer, EntryScoringResult, NO_SCORER, is_text_changed_error, store};
pub use trends::{drilldown, trends};
