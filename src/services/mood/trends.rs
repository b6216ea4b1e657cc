//! Mood trends over time, and the entries of a trend.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use jiff::civil::Date;

use crate::app::context::Ctx;
use crate::domain;
use crate::domain::date_range::DateRange;
use crate::domain::id::EntryId;
use crate::domain::mood::{MoodBucket, MoodDrilldown, MoodTrends, TimeBin};
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::services::mood::dimensions::{load_moods, unknown_dimension};
use crate::storage::notebook::{NotebookDb, dashboard, moods};

/// Returns the mean score of each period that has scores. Empty `dimensions` means all stored dimensions, retired ones
/// included.
///
/// # Errors
/// `Invalid` for malformed dates, and for an unknown dimension.
pub async fn trends(ctx: &Ctx, between: DateRange, bin: TimeBin, dimensions: Vec<String>) -> Result<MoodTrends> {
    let (from, to) = between.validate()?;
    let current = configured_dimension_names(ctx).await?;
    ctx.read(Scope::EntriesRead, move |db| {
        let begun = Instant::now();
        let stored = moods::dimensions(db)?;
        for name in &dimensions {
            ensure_known_dimension(name, &current, &stored)?;
        }
        let wanted = if dimensions.is_empty() { stored } else { dimensions };
        let bins = trend_bars(db, from.as_deref(), to.as_deref(), bin, &wanted)?;
        db.memory().record_timing("mood_trends", begun.elapsed());
        Ok(MoodTrends { from, to, bin, bins })
    })
    .await
}

/// Returns the score of every entry of a date range on a dimension.
///
/// # Errors
/// `Invalid` with the code `missing_dimension` or `missing_dates` without them, and as [`trends`].
pub async fn drilldown(ctx: &Ctx, dimension: Option<String>, between: DateRange) -> Result<MoodDrilldown> {
    let dimension = domain::mood::required_dimension(dimension)?;
    let (Some(from), Some(to)) = between.validate()? else {
        return Err(Error::invalid("the date range is missing").code("missing_dates").hint("send `from` and `to`"));
    };
    let current = configured_dimension_names(ctx).await?;
    ctx.read(Scope::EntriesRead, move |db| {
        let begun = Instant::now();
        ensure_known_dimension(&dimension, &current, &moods::dimensions(db)?)?;
        let entries = moods::list_points(db, &dimension, &from, &to)?;
        db.memory().record_timing("mood_drilldown", begun.elapsed());
        Ok(MoodDrilldown { dimension, from, to, entries })
    })
    .await
}

async fn configured_dimension_names(ctx: &Ctx) -> Result<Vec<String>> {
    let known = load_moods(ctx).await?;
    Ok(known.iter().flat_map(|moods| &moods.dimensions).map(|one| one.name.clone()).collect())
}

/// Rejects a dimension that is neither configured nor stored.
fn ensure_known_dimension(name: &str, current: &[String], stored: &[String]) -> Result<()> {
    if current.iter().chain(stored).any(|known| known == name) {
        return Ok(());
    }
    let mut known: Vec<&str> = current.iter().map(String::as_str).collect();
    known.extend(stored.iter().filter(|name| !current.contains(name)).map(String::as_str));
    Err(unknown_dimension(ErrorKind::Invalid, name, &known))
}

/// Aggregated scores of one period.
#[derive(Clone, Copy)]
struct ScoreSum {
    total: f64,
    count: i64,
    least: f64,
    most: f64,
}

impl ScoreSum {
    const NONE: Self = Self { total: 0.0, count: 0, least: f64::INFINITY, most: f64::NEG_INFINITY };

    fn add(&mut self, score: f64) {
        self.total += score;
        self.count += 1;
        self.least = self.least.min(score);
        self.most = self.most.max(score);
    }
}

fn trend_bars(
    db: &NotebookDb<'_>,
    from: Option<&str>,
    to: Option<&str>,
    bin: TimeBin,
    dimensions: &[String],
) -> Result<Vec<MoodBucket>> {
    // Entries and scores are read separately, each from a covering index, and joined here: a SQL join would look up the
    // entry of every score.
    let (mut starts, mut places): (BTreeMap<String, usize>, HashMap<EntryId, usize>) = Default::default();
    let (mut last, mut at) = (String::new(), 0);
    dashboard::for_each_entry(db, from, to, |id, day| {
        if day != last {
            let start = day.parse::<Date>().map_or_else(|_| day.to_owned(), |date| bin.start_of(date).to_string());
            let next = starts.len();
            at = *starts.entry(start).or_insert(next);
            day.clone_into(&mut last);
        }
        places.insert(id, at);
    })?;
    let mut sums = vec![vec![ScoreSum::NONE; starts.len()]; dimensions.len()];
    for (name, sums) in dimensions.iter().zip(&mut sums) {
        moods::for_each_score(db, name, |entry, score| {
            if let Some(&at) = places.get(&entry) {
                sums[at].add(score);
            }
        })?;
    }
    let mut bars = Vec::new();
    for (start, at) in starts {
        for (name, sums) in dimensions.iter().zip(&sums) {
            let sum = sums[at];
            if sum.count > 0 {
                bars.push(MoodBucket {
                    period: start.clone(),
                    dimension: name.clone(),
                    avg_score: sum.total / sum.count as f64,
                    entry_count: sum.count,
                    score_min: sum.least,
                    score_max: sum.most,
                });
            }
        }
    }
    Ok(bars)
}
