//! Mention statistics for dashboards, by entity id.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use crate::app::context::Ctx;
use crate::domain::dashboard::ChartBin;
use crate::domain::date_range::DateRange;
use crate::domain::entity::{
    EntityDistribution, EntityMood, EntityTrendBin, EntityTrends, EntityType, MentionCount, MoodEntityCorrelation,
};
use crate::domain::id::EntryId;
use crate::domain::mood;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::storage::notebook::entities::{EntityName, charts};
use crate::storage::notebook::{NotebookDb, dashboard, moods};

/// Filter and size of an entity chart.
#[derive(Debug, Clone)]
pub struct EntityChartQuery {
    /// Date range of the entries.
    pub between: DateRange,
    /// Only entities of this type; an unknown type matches nothing.
    pub kind: Option<String>,
    /// Maximum number of entities, clamped to the chart's limit.
    pub limit: i64,
}

impl EntityChartQuery {
    fn clamped_limit(&self, most: i64) -> usize {
        usize::try_from(self.limit.clamp(1, most)).unwrap_or(1)
    }

    /// Returns the type as requested and as parsed.
    fn parse_kind(&self) -> (Option<String>, Result<Option<EntityType>>) {
        let asked = self.kind.clone().filter(|kind| !kind.is_empty());
        let kind = asked.as_deref().map(str::parse).transpose();
        (asked, kind)
    }
}

/// Counts the mentions of each entity; at most 200 entities.
///
/// # Errors
/// `Invalid` for malformed dates and unknown types.
pub async fn mention_distribution(ctx: &Ctx, chart: EntityChartQuery) -> Result<EntityDistribution> {
    let (from, to) = chart.between.validate()?;
    let (kind, limit) = (chart.parse_kind().1?, chart.clamped_limit(200));
    ctx.read(Scope::EntriesRead, move |db| {
        let (mut known, days) =
            (EntityMentionCounts::new(db, kind)?, EntryDateIndex::new(db, from.as_deref(), to.as_deref())?);
        charts::for_each_mention(db, |entity, entry| {
            if let Some(place) = known.index_of(entity).filter(|_| days.contains(entry)) {
                known.counts[place] += 1;
            }
        })?;
        let ranked = known.ranked();
        let items = ranked.iter().take(limit).map(|&place| {
            let EntityName { id, kind, name } = known.entities[place].clone();
            MentionCount { entity_id: id, canonical_name: name, entity_type: kind, mention_count: known.counts[place] }
        });
        let (items, total) = (items.collect(), i64::try_from(ranked.len()).unwrap_or(i64::MAX));
        Ok(EntityDistribution { kind, from, to, total, items })
    })
    .await
}

/// Counts the mentions of the most mentioned entities over time; at most 50 entities.
///
/// # Errors
/// `Invalid` for malformed dates.
pub async fn mention_trends(ctx: &Ctx, chart: EntityChartQuery, bin: ChartBin) -> Result<EntityTrends> {
    let (from, to) = chart.between.validate()?;
    let ((entity_type, kind), limit) = (chart.parse_kind(), chart.clamped_limit(50));
    ctx.read(Scope::EntriesRead, move |db| {
        let Ok(kind) = kind else {
            return Ok(EntityTrends { from, to, bin, entity_type, entities: Vec::new(), bins: Vec::new() });
        };
        let (mut known, days) =
            (EntityMentionCounts::new(db, kind)?, EntryDateIndex::new(db, from.as_deref(), to.as_deref())?);
        let mut by_day: Vec<BTreeMap<usize, i64>> = vec![BTreeMap::new(); known.entities.len()];
        charts::for_each_mention(db, |entity, entry| {
            if let (Some(place), Some(day)) = (known.index_of(entity), days.date_index(entry)) {
                known.counts[place] += 1;
                *by_day[place].entry(day).or_default() += 1;
            }
        })?;
        let top: Vec<usize> = known.ranked().into_iter().take(limit).collect();
        let names = distinct_labels(&known, &top);
        let mut counts: BTreeMap<(String, &str, usize), i64> = BTreeMap::new();
        for (&place, name) in top.iter().zip(&names) {
            for (&day, count) in &by_day[place] {
                let day = &days.dates[day];
                let start = day.parse::<Date>().map_or_else(|_| day.clone(), |date| bin.start_of(date).to_string());
                *counts.entry((start, name, place)).or_default() += count;
            }
        }
        let bins = counts.into_iter().map(|((period, name, place), mention_count)| EntityTrendBin {
            period,
            entity: name.to_owned(),
            entity_id: known.entities[place].id,
            mention_count,
        });
        let bins = bins.collect();
        Ok(EntityTrends { from, to, bin, entity_type, entities: names, bins })
    })
    .await
}

/// Averages a mood over the entries that mention each entity, each entry once; at most 50 entities.
///
/// # Errors
/// `Invalid` for malformed dates, and without a dimension.
pub async fn mood_correlation(
    ctx: &Ctx,
    dimension: Option<String>,
    chart: EntityChartQuery,
) -> Result<MoodEntityCorrelation> {
    let dimension = mood::required_dimension(dimension)?;
    let (from, to) = chart.between.validate()?;
    let ((entity_type, kind), limit) = (chart.parse_kind(), chart.clamped_limit(50));
    ctx.read(Scope::EntriesRead, move |db| {
        let days = EntryDateIndex::new(db, from.as_deref(), to.as_deref())?;
        let mut scores: HashMap<i64, f64> = HashMap::new();
        moods::for_each_score(db, &dimension, |EntryId(entry), score| {
            if days.contains(entry) {
                scores.insert(entry, score);
            }
        })?;
        let overall_avg = mean(days.entries.iter().filter_map(|entry| scores.get(entry)).copied());
        let mut answer =
            MoodEntityCorrelation { dimension, from, to, entity_type, overall_avg, total: 0, items: Vec::new() };
        let Ok(kind) = kind else { return Ok(answer) };
        let mut known = EntityMentionCounts::new(db, kind)?;
        let (mut sums, mut last) = (vec![0.0; known.entities.len()], None);
        charts::for_each_mention(db, |entity, entry| {
            // Mentions are sorted by entity and entry, so equal pairs are adjacent.
            if last.replace((entity, entry)) == Some((entity, entry)) {
                return;
            }
            if let (Some(place), Some(score)) = (known.index_of(entity), scores.get(&entry)) {
                known.counts[place] += 1;
                sums[place] += score;
            }
        })?;
        let ranked = known.ranked();
        answer.total = i64::try_from(ranked.len()).unwrap_or(i64::MAX);
        let items = ranked.into_iter().take(limit).map(|place| {
            let (EntityName { id, kind, name }, count) = (known.entities[place].clone(), known.counts[place]);
            let avg_score = round_to_four_decimals(sums[place] / count as f64);
            EntityMood { entity: name, entity_id: id, entity_type: kind, avg_score, entry_count: count }
        });
        answer.items = items.collect();
        Ok(answer)
    })
    .await
}

/// Entities of a chart with their counts.
struct EntityMentionCounts {
    entities: Vec<EntityName>,
    index_by_id: HashMap<i64, usize>,
    counts: Vec<i64>,
}

impl EntityMentionCounts {
    fn new(db: &NotebookDb<'_>, kind: Option<EntityType>) -> Result<Self> {
        let all = charts::list_named(db, kind)?;
        let places = all.iter().enumerate().map(|(place, one)| (one.id.0, place)).collect();
        Ok(Self { index_by_id: places, counts: vec![0; all.len()], entities: all })
    }

    fn index_of(&self, entity: i64) -> Option<usize> {
        self.index_by_id.get(&entity).copied()
    }

    /// Returns the indexes of entities with a count above 0, by descending count, then name, type and id.
    fn ranked(&self) -> Vec<usize> {
        let mut ranked: Vec<usize> = (0..self.entities.len()).filter(|&place| self.counts[place] > 0).collect();
        ranked.sort_by_key(|&place| {
            let one = &self.entities[place];
            (-self.counts[place], &one.name, one.kind, one.id)
        });
        ranked
    }
}

/// Entries of a date range by date.
struct EntryDateIndex {
    /// Distinct dates, ascending.
    dates: Vec<String>,
    /// Entry ids by date.
    entries: Vec<i64>,
    date_by_entry: HashMap<i64, usize>,
}

impl EntryDateIndex {
    fn new(db: &NotebookDb<'_>, from: Option<&str>, to: Option<&str>) -> Result<Self> {
        let mut days = Self { dates: Vec::new(), entries: Vec::new(), date_by_entry: HashMap::new() };
        dashboard::for_each_entry(db, from, to, |EntryId(entry), date| {
            if days.dates.last().is_none_or(|last| last != date) {
                days.dates.push(date.to_owned());
            }
            days.entries.push(entry);
            days.date_by_entry.insert(entry, days.dates.len() - 1);
        })?;
        Ok(days)
    }

    fn date_index(&self, entry: i64) -> Option<usize> {
        self.date_by_entry.get(&entry).copied()
    }

    fn contains(&self, entry: i64) -> bool {
        self.date_by_entry.contains_key(&entry)
    }
}

/// Returns distinct labels: a name shared by several entities of the chart gets its type appended.
fn distinct_labels(known: &EntityMentionCounts, top: &[usize]) -> Vec<String> {
    let name = |place: usize| &known.entities[place].name;
    let label = |&place: &usize| {
        let is_alone = top.iter().filter(|&&other| name(other) == name(place)).count() == 1;
        if is_alone { name(place).clone() } else { format!("{} ({})", name(place), known.entities[place].kind) }
    };
    top.iter().map(label).collect()
}

fn mean(scores: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = scores.fold((0.0, 0_u32), |(sum, count), score| (sum + score, count + 1));
    if count == 0 { 0.0 } else { round_to_four_decimals(sum / f64::from(count)) }
}

fn round_to_four_decimals(x: f64) -> f64 {
    (x * 10_000.0).round() / 10_000.0
}
