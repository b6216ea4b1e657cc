//! Totals over time for the owner's dashboard.

use jiff::civil::Date;

use crate::ctx::Ctx;
use crate::entries::timed;
use crate::error::Result;
use crate::model::between::Between;
use crate::model::dashboard::Bar;
use crate::model::dashboard::Bin;
use crate::model::dashboard::Bucket;
use crate::model::dashboard::Heatmap;
use crate::model::dashboard::LengthStats;
use crate::model::dashboard::Lengths;
use crate::model::dashboard::Writing;
use crate::model::scope::Scope;
use crate::storage::notebook::dashboard;

/// Narrowest bucket, in words.
const MIN_BUCKET: i64 = 10;
/// Widest bucket, in words: no entry is longer.
const MAX_BUCKET: i64 = 10_000_000;

/// Returns entries and words of each day that has any.
///
/// # Errors
/// `Invalid` for dates that are none.
pub async fn heatmap(ctx: &Ctx, between: Between) -> Result<Heatmap> {
    let (from, to) = between.checked()?;
    ctx.read(Scope::EntriesRead, move |db| {
        let days = timed(db, "calendar_heatmap", || dashboard::days(db, from.as_deref(), to.as_deref()))?;
        Ok(Heatmap { from, to, days })
    })
    .await
}

/// Returns entries and words of each week, month, quarter or year that has any.
///
/// # Errors
/// `Invalid` for dates that are none.
pub async fn writing(ctx: &Ctx, between: Between, bin: Bin) -> Result<Writing> {
    let (from, to) = between.checked()?;
    ctx.read(Scope::EntriesRead, move |db| {
        let days = timed(db, "writing_stats", || dashboard::days(db, from.as_deref(), to.as_deref()))?;
        let mut bins: Vec<Bar> = Vec::new();
        for day in days {
            let bin_start = day.date.parse::<Date>().map_or(day.date, |date| bin.start(date).to_string());
            match bins.last_mut().filter(|bar| bar.bin_start == bin_start) {
                Some(bar) => {
                    bar.entry_count += day.entry_count;
                    bar.total_words += day.total_words;
                }
                None => bins.push(Bar { bin_start, entry_count: day.entry_count, total_words: day.total_words }),
            }
        }
        Ok(Writing { from, to, bin, bins })
    })
    .await
}

/// Returns how many entries there are of each length; a bucket spans `bucket_size` words, at least 10.
///
/// # Errors
/// `Invalid` for dates that are none.
pub async fn lengths(ctx: &Ctx, between: Between, bucket_size: i64) -> Result<Lengths> {
    let (from, to) = between.checked()?;
    let bucket_size = bucket_size.clamp(MIN_BUCKET, MAX_BUCKET);
    ctx.read(Scope::EntriesRead, move |db| {
        let words = timed(db, "word_count_distribution", || dashboard::lengths(db, from.as_deref(), to.as_deref()))?;
        Ok(Lengths { from, to, bucket_size, buckets: buckets(&words, bucket_size), stats: summed(&words) })
    })
    .await
}

/// Counts what lies in each bucket; the lengths come in ascending order.
fn buckets(words: &[i64], size: i64) -> Vec<Bucket> {
    let mut buckets: Vec<Bucket> = Vec::new();
    for &count in words {
        let range_start = count / size * size;
        match buckets.last_mut().filter(|bucket| bucket.range_start == range_start) {
            Some(bucket) => bucket.count += 1,
            None => buckets.push(Bucket { range_start, range_end: range_start + size, count: 1 }),
        }
    }
    buckets
}

fn summed(words: &[i64]) -> LengthStats {
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
    fn lengths_are_counted_in_buckets_and_empty_ones_left_out() {
        let words = [3, 12, 19, 20, 105];

        let buckets: Vec<_> = buckets(&words, 10).iter().map(|b| (b.range_start, b.range_end, b.count)).collect();

        assert_eq!(buckets, [(0, 10, 1), (10, 20, 2), (20, 30, 1), (100, 110, 1)]);
        assert_eq!(summed(&words), LengthStats { min: 3, max: 105, avg: 31.8, median: 19.0, total_entries: 5 });
        assert_eq!(summed(&words[..4]), LengthStats { min: 3, max: 20, avg: 13.5, median: 15.5, total_entries: 4 });
        assert_eq!(summed(&[]), LengthStats::default());
    }
}
