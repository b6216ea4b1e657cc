//! Moods over time, and the entries behind them.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::time::Instant;

use jiff::civil::Date;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model;
use crate::model::between::Between;
use crate::model::id::EntryId;
use crate::model::mood::Bar;
use crate::model::mood::Drilldown;
use crate::model::mood::Step;
use crate::model::mood::Trends;
use crate::model::scope::Scope;
use crate::mood::measures::known;
use crate::mood::measures::unknown;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::dashboard;
use crate::storage::notebook::moods;

/// Returns the mean mood of each step of time that has any, on some dimensions or, if none is named, on all that there
/// are scores on, also those that moods are no longer measured by.
///
/// # Errors
/// `Invalid` for dates that are none, and for a dimension that there is not.
pub async fn trends(ctx: &Ctx, between: Between, bin: Step, dimensions: Vec<String>) -> Result<Trends> {
    let (from, to) = between.checked()?;
    let current = names(ctx).await?;
    ctx.read(Scope::EntriesRead, move |db| {
        let begun = Instant::now();
        let stored = moods::dimensions(db)?;
        for name in &dimensions {
            expect(name, &current, &stored)?;
        }
        let wanted = if dimensions.is_empty() { stored } else { dimensions };
        let bins = bars(db, from.as_deref(), to.as_deref(), bin, &wanted)?;
        db.memory().note("mood_trends", begun.elapsed());
        Ok(Trends { from, to, bin, bins })
    })
    .await
}

/// Returns how every entry of a range lies on a dimension.
///
/// # Errors
/// `Invalid` with the code `missing_dimension` or `missing_dates` without them, and as [`trends`].
pub async fn drilldown(ctx: &Ctx, dimension: Option<String>, between: Between) -> Result<Drilldown> {
    let dimension = model::mood::wanted(dimension)?;
    let (Some(from), Some(to)) = between.checked()? else {
        return Err(Error::invalid("there are no dates").code("missing_dates").hint("send `from` and `to`"));
    };
    let current = names(ctx).await?;
    ctx.read(Scope::EntriesRead, move |db| {
        let begun = Instant::now();
        expect(&dimension, &current, &moods::dimensions(db)?)?;
        let entries = moods::points(db, &dimension, &from, &to)?;
        db.memory().note("mood_drilldown", begun.elapsed());
        Ok(Drilldown { dimension, from, to, entries })
    })
    .await
}

async fn names(ctx: &Ctx) -> Result<Vec<String>> {
    let known = known(ctx).await?;
    Ok(known.iter().flat_map(|moods| &moods.dimensions).map(|one| one.name.clone()).collect())
}

/// Refuses a dimension that is neither in the file nor has a score.
fn expect(name: &str, current: &[String], stored: &[String]) -> Result<()> {
    if current.iter().chain(stored).any(|known| known == name) {
        return Ok(());
    }
    let mut known: Vec<&str> = current.iter().map(String::as_str).collect();
    known.extend(stored.iter().filter(|name| !current.contains(name)).map(String::as_str));
    Err(unknown(Kind::Invalid, name, &known))
}

/// Sums of the scores of one step.
#[derive(Clone, Copy)]
struct Sum {
    total: f64,
    count: i64,
    least: f64,
    most: f64,
}

impl Sum {
    const NONE: Self = Self { total: 0.0, count: 0, least: f64::INFINITY, most: f64::NEG_INFINITY };

    fn take(&mut self, score: f64) {
        self.total += score;
        self.count += 1;
        self.least = self.least.min(score);
        self.most = self.most.max(score);
    }
}

fn bars(
    db: &NotebookDb<'_>,
    from: Option<&str>,
    to: Option<&str>,
    bin: Step,
    dimensions: &[String],
) -> Result<Vec<Bar>> {
    // Entries and scores are read apart, each from an index that holds no text, and put together here: a join would look
    // every score's entry up.
    let (mut starts, mut places): (BTreeMap<String, usize>, HashMap<EntryId, usize>) = Default::default();
    let (mut last, mut at) = (String::new(), 0);
    dashboard::each_entry(db, from, to, |id, day| {
        if day != last {
            let start = day.parse::<Date>().map_or_else(|_| day.to_owned(), |date| bin.start(date).to_string());
            let next = starts.len();
            at = *starts.entry(start).or_insert(next);
            day.clone_into(&mut last);
        }
        places.insert(id, at);
    })?;
    let mut sums = vec![vec![Sum::NONE; starts.len()]; dimensions.len()];
    for (name, sums) in dimensions.iter().zip(&mut sums) {
        moods::each(db, name, |entry, score| {
            if let Some(&at) = places.get(&entry) {
                sums[at].take(score);
            }
        })?;
    }
    let mut bars = Vec::new();
    for (start, at) in starts {
        for (name, sums) in dimensions.iter().zip(&sums) {
            let sum = sums[at];
            if sum.count > 0 {
                bars.push(Bar {
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
