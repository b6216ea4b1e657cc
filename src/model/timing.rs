//! How long answers took lately.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

/// Samples kept of each kind of question.
const SAMPLES: usize = 1000;

/// The times of each kind of question, the latest [`SAMPLES`] of each.
#[derive(Debug, Default)]
pub struct Timings(BTreeMap<&'static str, Window>);

#[derive(Debug, Default)]
struct Window {
    count: u64,
    latest: VecDeque<Duration>,
}

/// What is known of one kind of question.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Timing {
    /// How often it was asked since the server started, or since the journal was last opened.
    pub count: u64,
    /// How long the latest answers took.
    pub latency: Latency,
}

/// Percentiles in milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Latency {
    /// Half were faster.
    pub p50_ms: Option<f64>,
    /// 95 % were faster.
    pub p95_ms: Option<f64>,
    /// 99 % were faster.
    pub p99_ms: Option<f64>,
}

impl Timings {
    /// Notes how long one answer took.
    pub fn note(&mut self, kind: &'static str, took: Duration) {
        let window = self.0.entry(kind).or_default();
        window.count += 1;
        if window.latest.len() == SAMPLES {
            window.latest.pop_front();
        }
        window.latest.push_back(took);
    }

    /// Returns what is known of every kind.
    #[must_use]
    pub fn told(&self) -> BTreeMap<String, Timing> {
        self.0.iter().map(|(kind, window)| ((*kind).to_owned(), window.told())).collect()
    }
}

impl Window {
    fn told(&self) -> Timing {
        let mut sorted: Vec<Duration> = self.latest.iter().copied().collect();
        sorted.sort_unstable();
        let at = |percent: usize| sorted.get(sorted.len() * percent / 100).map(|took| took.as_secs_f64() * 1e3);
        Timing { count: self.count, latency: Latency { p50_ms: at(50), p95_ms: at(95), p99_ms: at(99) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_bounded_and_the_count_is_not() {
        let mut timings = Timings::default();
        for millis in 0..3000 {
            timings.note("search", Duration::from_millis(millis));
        }

        let told = timings.told();

        assert_eq!(told["search"].count, 3000);
        assert_eq!(told["search"].latency.p50_ms, Some(2500.0), "of the latest thousand");
        assert_eq!(told["search"].latency.p99_ms, Some(2990.0));
    }
}
