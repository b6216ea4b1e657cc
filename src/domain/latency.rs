//! Latency statistics of recent queries.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

/// Samples kept per query type.
const SAMPLES: usize = 1000;

/// Latencies by query type, the latest [`SAMPLES`] of each.
#[derive(Debug, Default)]
pub struct QueryLatencies(BTreeMap<&'static str, LatencyWindow>);

#[derive(Debug, Default)]
struct LatencyWindow {
    count: u64,
    latest: VecDeque<Duration>,
}

/// Count and latency of one query type.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct QueryTiming {
    /// Number of queries since the server started, or since the notebook was last opened.
    pub count: u64,
    /// Latency of the latest queries.
    pub latency: LatencyPercentiles,
}

/// Latency percentiles in milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LatencyPercentiles {
    /// Median.
    pub p50_ms: Option<f64>,
    /// 95th percentile.
    pub p95_ms: Option<f64>,
    /// 99th percentile.
    pub p99_ms: Option<f64>,
}

impl QueryLatencies {
    /// Records the duration of one query.
    pub fn record(&mut self, kind: &'static str, took: Duration) {
        let window = self.0.entry(kind).or_default();
        window.count += 1;
        if window.latest.len() == SAMPLES {
            window.latest.pop_front();
        }
        window.latest.push_back(took);
    }

    /// Returns the statistics of every query type.
    #[must_use]
    pub fn snapshot(&self) -> BTreeMap<String, QueryTiming> {
        self.0.iter().map(|(kind, window)| ((*kind).to_owned(), window.snapshot())).collect()
    }
}

impl LatencyWindow {
    fn snapshot(&self) -> QueryTiming {
        let mut sorted: Vec<Duration> = self.latest.iter().copied().collect();
        sorted.sort_unstable();
        let at = |percent: usize| sorted.get(sorted.len() * percent / 100).map(|took| took.as_secs_f64() * 1e3);
        QueryTiming {
            count: self.count,
            latency: LatencyPercentiles { p50_ms: at(50), p95_ms: at(95), p99_ms: at(99) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_bounded_and_the_count_is_not() {
        let mut timings = QueryLatencies::default();
        for millis in 0..3000 {
            timings.record("search", Duration::from_millis(millis));
        }

        let latencies = timings.snapshot();

        assert_eq!(latencies["search"].count, 3000);
        assert_eq!(latencies["search"].latency.p50_ms, Some(2500.0), "of the latest thousand");
        assert_eq!(latencies["search"].latency.p99_ms, Some(2990.0));
    }
}
