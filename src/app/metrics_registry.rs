//! Metrics registry: counters, histograms and gauges, with no label that identifies a user.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::crypto::password_hash_queue::PasswordHashQueue;
use crate::error::{Error, Result};

/// Upper bounds of the request duration buckets, seconds: from a cache hit to a client's timeout.
const REQUEST_DURATION_BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Methods with a label of their own; any other is `other`.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Labels of a request: the route's pattern, never the requested path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobResultLabels {
    kind: String,
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProviderCallLabels {
    provider: String,
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobStatusLabels {
    status: &'static str,
}

/// Metrics of the process.
pub(crate) struct MetricsRegistry {
    registry: Mutex<Registry>,
    requests: Family<RequestLabels, Counter>,
    request_durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
    panics: Counter,
    jobs: Family<JobResultLabels, Counter>,
    provider_calls: Family<ProviderCallLabels, Counter>,
    gauges: MetricsGauges,
}

/// Gauges that are set at each scrape.
#[derive(Default)]
struct MetricsGauges {
    jobs: Family<JobStatusLabels, Gauge>,
    users: Gauge,
    notebooks: Gauge,
    data: Gauge,
    free: Gauge,
    backup: Gauge,
    drill: Gauge,
    resident: Gauge,
    files: Gauge,
    uptime: Gauge<f64, AtomicU64>,
}

/// Values of the gauges at one scrape; a time that never was is 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct GaugeSnapshot {
    pub(crate) jobs_queued: i64,
    pub(crate) jobs_running: i64,
    pub(crate) jobs_failed: i64,
    pub(crate) users: i64,
    pub(crate) notebooks: i64,
    pub(crate) data_bytes: u64,
    pub(crate) free_bytes: u64,
    /// Seconds since 1970.
    pub(crate) backup_at: i64,
    /// Seconds since 1970.
    pub(crate) drill_at: i64,
    pub(crate) resident_bytes: u64,
    pub(crate) open_files: u64,
    pub(crate) uptime: Duration,
}

impl MetricsRegistry {
    pub(crate) fn new(started: Timestamp, hashing: &PasswordHashQueue) -> Self {
        let measures = Self {
            registry: Mutex::new(Registry::with_prefix("journal")),
            requests: Family::default(),
            request_durations: Family::new_with_constructor(|| Histogram::new(REQUEST_DURATION_BUCKETS)),
            panics: Counter::default(),
            jobs: Family::default(),
            provider_calls: Family::default(),
            gauges: MetricsGauges::default(),
        };
        measures.register(started, hashing);
        measures
    }

    fn register(&self, started: Timestamp, hashing: &PasswordHashQueue) {
        let mut registry = self.registry.lock();
        let at: Gauge = Gauge::default();
        at.set(started.as_second());
        registry.register("build", "Version of the program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        registry.register_with_unit("start_time", "Start time since 1970", Unit::Seconds, at);
        registry.register("http_requests", "Requests answered", self.requests.clone());
        let help = "Time to answer a request";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, self.request_durations.clone());
        registry.register("panics", "Requests that ended in a panic", self.panics.clone());
        registry.register("jobs", "Jobs that ended", self.jobs.clone());
        registry.register("provider_requests", "Requests to providers", self.provider_calls.clone());
        let help = "Time that a password waited to be hashed";
        registry.register_with_unit("password_hash_wait", help, Unit::Seconds, hashing.waits.clone());
        let help = "Passwords refused because the hashing queue was full";
        registry.register("password_hash_refusals", help, hashing.refusals.clone());
        let seen = &self.gauges;
        registry.register("jobs_standing", "Jobs that are queued, running or failed", seen.jobs.clone());
        registry.register("users", "Active accounts", seen.users.clone());
        registry.register("notebooks", "Notebooks", seen.notebooks.clone());
        registry.register_with_unit("data", "Size of the data directory", Unit::Bytes, seen.data.clone());
        let help = "Free space on the disk of the data directory";
        registry.register_with_unit("disk_free", help, Unit::Bytes, seen.free.clone());
        let help = "Time of the last successful backup since 1970; 0 for never";
        registry.register_with_unit("backup_last_success", help, Unit::Seconds, seen.backup.clone());
        let help = "Time of the last successful restore drill since 1970; 0 for never";
        registry.register_with_unit("backup_drill_last_success", help, Unit::Seconds, seen.drill.clone());
        registry.register_with_unit("resident_memory", "Memory in use", Unit::Bytes, seen.resident.clone());
        registry.register("open_files", "File descriptors in use", seen.files.clone());
        registry.register_with_unit("uptime", "Time since the start", Unit::Seconds, seen.uptime.clone());
    }

    /// Records an answered request. Unknown methods share the label `other`, so clients cannot create series.
    pub(crate) fn record_request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let method = if METHODS.contains(&method) { method } else { "other" };
        let asked = RequestLabels { method: method.to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&asked).inc();
        self.request_durations.get_or_create(&RouteLabels { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// Counts a request that ended in a panic.
    pub(crate) fn record_panic(&self) {
        self.panics.inc();
    }

    /// Counts a finished job.
    pub(crate) fn record_job(&self, kind: &str, succeeded: bool) {
        let result = if succeeded { "succeeded" } else { "failed" };
        self.jobs.get_or_create(&JobResultLabels { kind: kind.to_owned(), result }).inc();
    }

    /// Counts a request to a provider.
    pub(crate) fn record_provider_call(&self, provider: &str, result: &'static str) {
        self.provider_calls.get_or_create(&ProviderCallLabels { provider: provider.to_owned(), result }).inc();
    }

    /// Sets the gauges and encodes all metrics in `OpenMetrics` 1.0 text format.
    pub(crate) fn encode(&self, sight: &GaugeSnapshot) -> Result<String> {
        let count = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        let seen = &self.gauges;
        let jobs = [("queued", sight.jobs_queued), ("running", sight.jobs_running), ("failed", sight.jobs_failed)];
        for (status, number) in jobs {
            seen.jobs.get_or_create(&JobStatusLabels { status }).set(number);
        }
        seen.users.set(sight.users);
        seen.notebooks.set(sight.notebooks);
        seen.data.set(count(sight.data_bytes));
        seen.free.set(count(sight.free_bytes));
        seen.backup.set(sight.backup_at);
        seen.drill.set(sight.drill_at);
        seen.resident.set(count(sight.resident_bytes));
        seen.files.set(count(sight.open_files));
        seen.uptime.set(sight.uptime.as_secs_f64());
        let mut written = String::new();
        let registry = self.registry.lock();
        text::encode(&mut written, &registry).map_err(|error| Error::internal("writing the metrics", error))?;
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_add_up_and_gauges_show_the_last_value() {
        let measures = MetricsRegistry::new(Timestamp::UNIX_EPOCH, &PasswordHashQueue::new());
        measures.record_request("GET", "/api/entries/{id}", 200, Duration::from_millis(3));
        measures.record_request("GET", "/api/entries/{id}", 200, Duration::from_millis(3));
        measures.record_job("ingest_images", false);
        measures.encode(&GaugeSnapshot { jobs_queued: 4, ..GaugeSnapshot::default() }).unwrap();

        let text = measures.encode(&GaugeSnapshot { jobs_queued: 3, ..GaugeSnapshot::default() }).unwrap();

        for line in [
            r#"journal_http_requests_total{method="GET",route="/api/entries/{id}",status="200"} 2"#,
            r#"journal_http_request_duration_seconds_bucket{le="0.005",route="/api/entries/{id}"} 2"#,
            r#"journal_jobs_total{kind="ingest_images",result="failed"} 1"#,
            "journal_password_hash_refusals_total 0",
            r#"journal_jobs_standing{status="queued"} 3"#,
            "journal_backup_last_success_seconds 0",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
