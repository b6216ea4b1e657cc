//! Health monitor of the machine while the server runs.

use std::sync::Arc;

use crate::app::state::AppState;
use crate::blocking::run_blocking;
use crate::domain::health::{HealthCheck, HealthLevel};
use crate::error::Result;
use crate::services::notifications::message::{self, NotificationMessage};
use crate::storage::{accounts, data_dir};

/// Free space below which the disk counts as low, bytes.
const LOW_BYTES: u64 = 500 << 20;
/// Free space below which the disk counts as full, bytes.
const FULL_BYTES: u64 = 100 << 20;

/// Health monitor that alerts once per transition to unhealthy.
#[derive(Default)]
pub(super) struct HealthMonitor {
    was_bad: bool,
}

impl HealthMonitor {
    /// Checks the machine; returns an alert if it has become unhealthy.
    pub(super) async fn check(&mut self, app: &Arc<AppState>) -> Option<NotificationMessage> {
        let accounts = app.store.accounts.clone();
        let database = run_blocking(move || accounts.read(accounts::runtime_settings::all)).await;
        let free = data_dir::free_bytes(&app.config.data_dir);
        let checks = [check_database(&database), check_disk(&free)];
        let is_bad = checks.iter().any(|check| check.status != HealthLevel::Ok);
        self.became_unhealthy(is_bad).then(|| message::health_alert_message(&checks, app.clock.now()))
    }

    fn became_unhealthy(&mut self, is_bad: bool) -> bool {
        let was_bad = std::mem::replace(&mut self.was_bad, is_bad);
        is_bad && !was_bad
    }
}

fn check_database<T>(read: &Result<T>) -> HealthCheck {
    let (status, detail) = match read {
        Ok(_) => (HealthLevel::Ok, "can be read"),
        Err(_) => (HealthLevel::Error, "cannot be read"),
    };
    HealthCheck { name: "database".to_owned(), status, detail: detail.to_owned(), error: None }
}

fn check_disk(free: &Result<u64>) -> HealthCheck {
    let (status, detail) = match free {
        Ok(free) if *free < FULL_BYTES => (HealthLevel::Error, format!("{} MiB free", free >> 20)),
        Ok(free) if *free < LOW_BYTES => (HealthLevel::Degraded, format!("{} MiB free", free >> 20)),
        Ok(free) => (HealthLevel::Ok, format!("{} MiB free", free >> 20)),
        Err(_) => (HealthLevel::Error, "cannot be checked".to_owned()),
    };
    HealthCheck { name: "disk".to_owned(), status, detail, error: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn a_disk_is_low_below_500_and_full_below_100_mib() {
        let level = |free: u64| check_disk(&Ok(free)).status;

        assert_eq!((level(500 << 20), level((500 << 20) - 1)), (HealthLevel::Ok, HealthLevel::Degraded));
        assert_eq!((level(100 << 20), level((100 << 20) - 1)), (HealthLevel::Degraded, HealthLevel::Error));
        let broken = Err::<u64, _>(Error::invalid("broken"));
        assert_eq!(
            (check_disk(&broken).status, check_database(&broken).status),
            (HealthLevel::Error, HealthLevel::Error)
        );
    }

    #[test]
    fn an_alert_is_sent_once_per_outage() {
        let mut watch = HealthMonitor::default();

        let alerts = [false, true, true, false, true].map(|is_bad| watch.became_unhealthy(is_bad));

        assert_eq!(alerts, [false, true, false, false, true]);
    }
}
