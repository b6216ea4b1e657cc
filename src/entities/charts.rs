//! Mentions counted for dashboards: each entity by itself, whatever others are called.

use std::collections::BTreeMap;
use std::collections::HashMap;

use jiff::civil::Date;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::model::between::Between;
use crate::model::dashboard::Bin;
use crate::model::entity::Correlated;
use crate::model::entity::Correlation;
use crate::model::entity::Counted;
use crate::model::entity::Distribution;
use crate::model::entity::EntityType;
use crate::model::entity::TrendBin;
use crate::model::entity::Trends;
use crate::model::id::EntryId;
use crate::model::mood;
use crate::model::scope::Scope;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::dashboard;
use crate::storage::notebook::entities::Named;
use crate::storage::notebook::entities::charts;
use crate::storage::notebook::moods;

/// What a chart is about.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Dates of the entries.
    pub between: Between,
    /// Only those of this type; there are none of one that is not known.
    pub kind: Option<String>,
    /// Entities to show; what lies outside of the chart's bounds is moved to the nearest.
    pub limit: i64,
}

impl Chart {
    fn limit(&self, most: i64) -> usize {
        usize::try_from(self.limit.clamp(1, most)).unwrap_or(1)
    }

    /// Returns the type as it was asked for, and as it is.
    fn kind(&self) -> (Option<String>, Result<Option<EntityType>>) {
        let asked = self.kind.clone().filter(|kind| !kind.is_empty());
        let kind = asked.as_deref().map(str::parse).transpose();
        (asked, kind)
    }
}

/// Counts how often each is mentioned; up to 200 are shown.
///
/// # Errors
/// `Invalid` for dates and types that are none.
pub async fn distribution(ctx: &Ctx, chart: Chart) -> Result<Distribution> {
    let (from, to) = chart.between.checked()?;
    let (kind, limit) = (chart.kind().1?, chart.limit(200));
    ctx.read(Scope::EntriesRead, move |db| {
        let (mut known, days) = (Known::new(db, kind)?, Days::new(db, from.as_deref(), to.as_deref())?);
        charts::each_mention(db, |entity, entry| {
            if let Some(place) = known.place(entity).filter(|_| days.has(entry)) {
                known.counts[place] += 1;
            }
        })?;
        let ranked = known.ranked();
        let items = ranked.iter().take(limit).map(|&place| {
            let Named { id, kind, name } = known.all[place].clone();
            Counted { entity_id: id, canonical_name: name, entity_type: kind, mention_count: known.counts[place] }
        });
        let (items, total) = (items.collect(), i64::try_from(ranked.len()).unwrap_or(i64::MAX));
        Ok(Distribution { kind, from, to, total, items })
    })
    .await
}

/// Counts how often each of those most mentioned is, over time; up to 50 are shown.
///
/// # Errors
/// `Invalid` for dates that are none.
pub async fn trends(ctx: &Ctx, chart: Chart, bin: Bin) -> Result<Trends> {
    let (from, to) = chart.between.checked()?;
    let ((entity_type, kind), limit) = (chart.kind(), chart.limit(50));
    ctx.read(Scope::EntriesRead, move |db| {
        let Ok(kind) = kind else {
            return Ok(Trends { from, to, bin, entity_type, entities: Vec::new(), bins: Vec::new() });
        };
        let (mut known, days) = (Known::new(db, kind)?, Days::new(db, from.as_deref(), to.as_deref())?);
        let mut by_day: Vec<BTreeMap<usize, i64>> = vec![BTreeMap::new(); known.all.len()];
        charts::each_mention(db, |entity, entry| {
            if let (Some(place), Some(day)) = (known.place(entity), days.day(entry)) {
                known.counts[place] += 1;
                *by_day[place].entry(day).or_default() += 1;
            }
        })?;
        let top: Vec<usize> = known.ranked().into_iter().take(limit).collect();
        let names = labels(&known, &top);
        let mut bars: BTreeMap<(String, &str, usize), i64> = BTreeMap::new();
        for (&place, name) in top.iter().zip(&names) {
            for (&day, count) in &by_day[place] {
                let day = &days.all[day];
                let start = day.parse::<Date>().map_or_else(|_| day.clone(), |date| bin.start(date).to_string());
                *bars.entry((start, name, place)).or_default() += count;
            }
        }
        let bins = bars.into_iter().map(|((period, name, place), mention_count)| TrendBin {
            period,
            entity: name.to_owned(),
            entity_id: known.all[place].id,
            mention_count,
        });
        let bins = bins.collect();
        Ok(Trends { from, to, bin, entity_type, entities: names, bins })
    })
    .await
}

/// Averages a mood over the entries that speak of each, every entry once; up to 50 are shown.
///
/// # Errors
/// `Invalid` for dates that are none, and without a dimension.
pub async fn correlation(ctx: &Ctx, dimension: Option<String>, chart: Chart) -> Result<Correlation> {
    let dimension = mood::wanted(dimension)?;
    let (from, to) = chart.between.checked()?;
    let ((entity_type, kind), limit) = (chart.kind(), chart.limit(50));
    ctx.read(Scope::EntriesRead, move |db| {
        let days = Days::new(db, from.as_deref(), to.as_deref())?;
        let mut scores: HashMap<i64, f64> = HashMap::new();
        moods::each(db, &dimension, |EntryId(entry), score| {
            if days.has(entry) {
                scores.insert(entry, score);
            }
        })?;
        let overall_avg = mean(days.order.iter().filter_map(|entry| scores.get(entry)).copied());
        let mut answer = Correlation { dimension, from, to, entity_type, overall_avg, total: 0, items: Vec::new() };
        let Ok(kind) = kind else { return Ok(answer) };
        let mut known = Known::new(db, kind)?;
        let (mut sums, mut last) = (vec![0.0; known.all.len()], None);
        charts::each_mention(db, |entity, entry| {
            // They come by entity and entry, so that one entry's mentions of one entity follow each other.
            if last.replace((entity, entry)) == Some((entity, entry)) {
                return;
            }
            if let (Some(place), Some(score)) = (known.place(entity), scores.get(&entry)) {
                known.counts[place] += 1;
                sums[place] += score;
            }
        })?;
        let ranked = known.ranked();
        answer.total = i64::try_from(ranked.len()).unwrap_or(i64::MAX);
        let items = ranked.into_iter().take(limit).map(|place| {
            let (Named { id, kind, name }, count) = (known.all[place].clone(), known.counts[place]);
            let avg_score = four_places(sums[place] / count as f64);
            Correlated { entity: name, entity_id: id, entity_type: kind, avg_score, entry_count: count }
        });
        answer.items = items.collect();
        Ok(answer)
    })
    .await
}

/// Those that a chart may show, and what was counted of each.
struct Known {
    all: Vec<Named>,
    places: HashMap<i64, usize>,
    counts: Vec<i64>,
}

impl Known {
    fn new(db: &NotebookDb<'_>, kind: Option<EntityType>) -> Result<Self> {
        let all = charts::listed(db, kind)?;
        let places = all.iter().enumerate().map(|(place, one)| (one.id.0, place)).collect();
        Ok(Self { places, counts: vec![0; all.len()], all })
    }

    fn place(&self, entity: i64) -> Option<usize> {
        self.places.get(&entity).copied()
    }

    /// Returns the places of those that were counted at all, most often first, then by name, type and number.
    fn ranked(&self) -> Vec<usize> {
        let mut ranked: Vec<usize> = (0..self.all.len()).filter(|&place| self.counts[place] > 0).collect();
        ranked.sort_by_key(|&place| {
            let one = &self.all[place];
            (-self.counts[place], &one.name, one.kind, one.id)
        });
        ranked
    }
}

/// The entries of some dates.
struct Days {
    /// Each date once, earliest first.
    all: Vec<String>,
    /// The entries in the order of their dates.
    order: Vec<i64>,
    places: HashMap<i64, usize>,
}

impl Days {
    fn new(db: &NotebookDb<'_>, from: Option<&str>, to: Option<&str>) -> Result<Self> {
        let mut days = Self { all: Vec::new(), order: Vec::new(), places: HashMap::new() };
        dashboard::each_entry(db, from, to, |EntryId(entry), date| {
            if days.all.last().is_none_or(|last| last != date) {
                days.all.push(date.to_owned());
            }
            days.order.push(entry);
            days.places.insert(entry, days.all.len() - 1);
        })?;
        Ok(days)
    }

    fn day(&self, entry: i64) -> Option<usize> {
        self.places.get(&entry).copied()
    }

    fn has(&self, entry: i64) -> bool {
        self.places.contains_key(&entry)
    }
}

/// Returns names that tell those of a chart apart: of two with the same name each has its type behind it.
fn labels(known: &Known, top: &[usize]) -> Vec<String> {
    let name = |place: usize| &known.all[place].name;
    let label = |&place: &usize| {
        let is_alone = top.iter().filter(|&&other| name(other) == name(place)).count() == 1;
        if is_alone { name(place).clone() } else { format!("{} ({})", name(place), known.all[place].kind) }
    };
    top.iter().map(label).collect()
}

fn mean(scores: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = scores.fold((0.0, 0_u32), |(sum, count), score| (sum + score, count + 1));
    if count == 0 { 0.0 } else { four_places(sum / f64::from(count)) }
}

fn four_places(x: f64) -> f64 {
    (x * 10_000.0).round() / 10_000.0
}
