//! What the program measures of itself: counts and times, never whose they are.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use prometheus_client::registry::Unit;

use crate::crypto::hashing::Hashing;
use crate::error::Error;
use crate::error::Result;

/// Upper ends of the buckets of answering times, seconds: from what a cache answers to what a client gives up on.
const ANSWERED_WITHIN: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Methods that are told apart.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// A request: the pattern of its route, not what was typed there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Job {
    kind: String,
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Called {
    provider: String,
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Standing {
    status: &'static str,
}

/// What is counted as it happens, and what is looked at when somebody asks.
pub(crate) struct Measures {
    registry: Mutex<Registry>,
    asked: Family<Asked, Counter>,
    answered: Family<Route, Histogram, fn() -> Histogram>,
    panics: Counter,
    jobs: Family<Job, Counter>,
    called: Family<Called, Counter>,
    seen: Seen,
}

/// What is looked at when somebody asks.
#[derive(Default)]
struct Seen {
    standing: Family<Standing, Gauge>,
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

/// What is looked at when somebody asks; a time that never was is 0.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sight {
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

impl Measures {
    pub(crate) fn new(started: Timestamp, hashing: &Hashing) -> Self {
        let measures = Self {
            registry: Mutex::new(Registry::with_prefix("journal")),
            asked: Family::default(),
            answered: Family::new_with_constructor(|| Histogram::new(ANSWERED_WITHIN)),
            panics: Counter::default(),
            jobs: Family::default(),
            called: Family::default(),
            seen: Seen::default(),
        };
        measures.register(started, hashing);
        measures
    }

    fn register(&self, started: Timestamp, hashing: &Hashing) {
        let mut registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        let at: Gauge = Gauge::default();
        at.set(started.as_second());
        registry.register("build", "The program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        registry.register_with_unit("start_time", "When it started, since 1970", Unit::Seconds, at);
        registry.register("http_requests", "Requests answered", self.asked.clone());
        let help = "Time to answer a request";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, self.answered.clone());
        registry.register("panics", "Requests that ended in a panic", self.panics.clone());
        registry.register("jobs", "Jobs that ended", self.jobs.clone());
        registry.register("provider_requests", "Requests to providers", self.called.clone());
        let help = "Wait for a turn to hash a password";
        registry.register_with_unit("password_hash_wait", help, Unit::Seconds, hashing.waits.clone());
        let help = "Passwords that were not hashed since too many waited";
        registry.register("password_hash_refusals", help, hashing.refusals.clone());
        let seen = &self.seen;
        registry.register("jobs_standing", "Jobs that wait, run, or have failed", seen.standing.clone());
        registry.register("users", "Accounts that may be used", seen.users.clone());
        registry.register("notebooks", "Journals", seen.notebooks.clone());
        registry.register_with_unit("data", "Size of the data directory", Unit::Bytes, seen.data.clone());
        registry.register_with_unit("disk_free", "Free where the data directory lies", Unit::Bytes, seen.free.clone());
        let help = "When the last good backup was made, since 1970; 0 for never";
        registry.register_with_unit("backup_last_success", help, Unit::Seconds, seen.backup.clone());
        let help = "When a backup was last restored on trial, since 1970; 0 for never";
        registry.register_with_unit("backup_drill_last_success", help, Unit::Seconds, seen.drill.clone());
        registry.register_with_unit("resident_memory", "Memory in use", Unit::Bytes, seen.resident.clone());
        registry.register("open_files", "File descriptors in use", seen.files.clone());
        registry.register_with_unit("uptime", "How long it has run", Unit::Seconds, seen.uptime.clone());
    }

    /// Counts a request that was answered. A method that no route has is `other`: whoever asks does not make up series.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let method = if METHODS.contains(&method) { method } else { "other" };
        let asked = Asked { method: method.to_owned(), route: route.to_owned(), status };
        self.asked.get_or_create(&asked).inc();
        self.answered.get_or_create(&Route { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// Counts a request that ended in a panic.
    pub(crate) fn panicked(&self) {
        self.panics.inc();
    }

    /// Counts a job that ended.
    pub(crate) fn job(&self, kind: &str, succeeded: bool) {
        let result = if succeeded { "succeeded" } else { "failed" };
        self.jobs.get_or_create(&Job { kind: kind.to_owned(), result }).inc();
    }

    /// Counts a request to a provider.
    pub(crate) fn called(&self, provider: &str, result: &'static str) {
        self.called.get_or_create(&Called { provider: provider.to_owned(), result }).inc();
    }

    /// Writes everything in the text format of `OpenMetrics` 1.0, which Prometheus reads.
    pub(crate) fn text(&self, sight: &Sight) -> Result<String> {
        let count = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        let seen = &self.seen;
        let jobs = [("queued", sight.jobs_queued), ("running", sight.jobs_running), ("failed", sight.jobs_failed)];
        for (status, number) in jobs {
            seen.standing.get_or_create(&Standing { status }).set(number);
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
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        text::encode(&mut written, &registry).map_err(|error| Error::internal("writing the metrics", error))?;
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_counted_and_what_is_seen_is_as_it_was_last() {
        let measures = Measures::new(Timestamp::UNIX_EPOCH, &Hashing::new());
        measures.answered("GET", "/api/entries/{id}", 200, Duration::from_millis(3));
        measures.answered("GET", "/api/entries/{id}", 200, Duration::from_millis(3));
        measures.job("ingest_images", false);
        measures.text(&Sight { jobs_queued: 4, ..Sight::default() }).unwrap();

        let text = measures.text(&Sight { jobs_queued: 3, ..Sight::default() }).unwrap();

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
