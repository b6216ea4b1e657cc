//! Writing statistics over time for the owner's dashboard.

use jiff::civil::Date;

use crate::app::context::Ctx;
use crate::domain::dashboard::{
    ChartBin, LengthBucket, LengthHistogram, LengthStats, TimeBucket, WritingActivity, WritingHeatmap,
};
use crate::domain::date_range::DateRange;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::services::entries::query_timing::record_duration;
use crate::storage::notebook::dashboard;

/// Minimum bucket size, in words.
const MIN_BUCKET: i64 = 10;
/// Maximum bucket size, in words; no entry is longer.
const MAX_BUCKET: i64 = 10_000_000;

/// Returns entry and word counts of each day that has entries.
///
/// # Errors
/// `Invalid` for malformed dates.
pub async fn heatmap(ctx: &Ctx, between: DateRange) -> Result<WritingHeatmap> {
    let (from, to) = between.validate()?;
    ctx.read(Scope::EntriesRead, move |db| {
        let days =
            record_duration(db, "calendar_heatmap", || dashboard::daily_totals(db, from.as_deref(), to.as_deref()))?;
        Ok(WritingHeatmap { from, to, days })
    })
    .await
}

/// Returns entry and word counts of each week, month, quarter or year that has entries.
///
/// # Errors
/// `Invalid` for malformed dates.
pub async fn writing_statistics(ctx: &Ctx, between: DateRange, bin: ChartBin) -> Result<WritingActivity> {
    let (from, to) = between.validate()?;
    ctx.read(Scope::EntriesRead, move |db| {
        let days =
            record_duration(db, "writing_stats", || dashboard::daily_totals(db, from.as_deref(), to.as_deref()))?;
        let mut bins: Vec<TimeBucket> = Vec::new();
        for day in days {
            let bin_start = day.date.parse::<Date>().map_or(day.date, |date| bin.start_of(date).to_string());
            match bins.last_mut().filter(|bar| bar.bin_start == bin_start) {
                Some(bar) => {
                    bar.entry_count += day.entry_count;
                    bar.total_words += day.total_words;
                }
                None => bins.push(TimeBucket { bin_start, entry_count: day.entry_count, total_words: day.total_words }),
            }
        }
        Ok(WritingActivity { from, to, bin, bins })
    })
    .await
}

/// Returns the distribution of entry lengths; a bucket spans `bucket_size` words, at least 10.
///
/// # Errors
/// `Invalid` for malformed dates.
pub async fn length_distribution(ctx: &Ctx, between: DateRange, bucket_size: i64) -> Result<LengthHistogram> {
    let (from, to) = between.validate()?;
    let bucket_size = bucket_size.clamp(MIN_BUCKET, MAX_BUCKET);
    ctx.read(Scope::EntriesRead, move |db| {
        let words = record_duration(db, "word_count_distribution", || {
            dashboard::word_counts(db, from.as_deref(), to.as_deref())
        })?;
        Ok(LengthHistogram {
            from,
            to,
            bucket_size,
            buckets: buckets(&words, bucket_size),
            stats: length_stats(&words),
        })
    })
    .await
}

/// Counts the entries in each bucket; `words` is sorted in ascending order.
fn buckets(words: &[i64], size: i64) -> Vec<LengthBucket> {
    let mut buckets: Vec<LengthBucket> = Vec::new();
    for &count in words {
        let range_start = count / size * size;
        match buckets.last_mut().filter(|bucket| bucket.range_start == range_start) {
            Some(bucket) => bucket.count += 1,
            None => buckets.push(LengthBucket { range_start, range_end: range_start + size, count: 1 }),
        }
    }
    buckets
}

fn length_stats(words: &[i64]) -> LengthStats {
    let (Some(&min), Some(&max)) = (words.first(), words.last()) else { return LengthStats::default() };
    let middle = words.len() / 2;
    let median =
        if words.len() % 2 == 1 { words[middle] as f64 } else { (words[middle - 1] + words[middle]) as f64 / 2.0 };
    let mean = words.iter().sum::<i64>() as f64 / words.len() as f64;
    let one_decimal = |x: f64| (x * 10.0).round() / 10.0;
    LengthStats {
        min,
        max,
        avg: one_decimal(mean),
        median: one_decimal(median),
        total_entries: i64::try_from(words.len()).unwrap_or(i64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_counted_in_buckets_without_empty_ones() {
        let words = [3, 12, 19, 20, 105];

        let buckets: Vec<_> = buckets(&words, 10).iter().map(|b| (b.range_start, b.range_end, b.count)).collect();

        assert_eq!(buckets, [(0, 10, 1), (10, 20, 2), (20, 30, 1), (100, 110, 1)]);
        assert_eq!(length_stats(&words), LengthStats { min: 3, max: 105, avg: 31.8, median: 19.0, total_entries: 5 });
        assert_eq!(
            length_stats(&words[..4]),
            LengthStats { min: 3, max: 20, avg: 13.5, median: 15.5, total_entries: 4 }
        );
        assert_eq!(length_stats(&[]), LengthStats::default());
    }
}
