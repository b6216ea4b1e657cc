//! Report of the health checks.

use serde::Serialize;

use crate::error::Result;

/// Result status of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckStatus {
    /// Passed.
    Ok,
    /// Works, but needs attention.
    Warning,
    /// Failed.
    Failed,
}

/// One check.
#[derive(Debug, Serialize)]
pub struct DoctorCheck {
    /// Subject of the check.
    pub name: String,
    /// Status.
    pub mark: CheckStatus,
    /// Details.
    pub detail: String,
    /// Next command, if there is one.
    pub hint: Option<String>,
}

/// Report of all checks.
#[derive(Debug, Default, Serialize)]
pub struct DoctorReport {
    /// True if no check failed.
    pub healthy: bool,
    /// The checks.
    pub checks: Vec<DoctorCheck>,
}

/// Outcome of a check that could be made.
pub(super) struct CheckOutcome {
    mark: CheckStatus,
    detail: String,
    hint: Option<String>,
}

impl CheckOutcome {
    pub(super) fn ok(detail: impl Into<String>) -> Self {
        Self { mark: CheckStatus::Ok, detail: detail.into(), hint: None }
    }

    pub(super) fn warning(detail: impl Into<String>) -> Self {
        Self { mark: CheckStatus::Warning, ..Self::ok(detail) }
    }

    pub(super) fn detail(&self) -> &str {
        &self.detail
    }

    /// Adds the next step.
    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl DoctorReport {
    /// Adds a check; one that could not be made counts as failed.
    pub(super) fn add(&mut self, name: &str, outcome: Result<CheckOutcome>) {
        let CheckOutcome { mark, detail, hint } = outcome.unwrap_or_else(|error| CheckOutcome {
            mark: CheckStatus::Failed,
            detail: error.to_string(),
            hint: error.hint_text().map(str::to_owned),
        });
        self.checks.push(DoctorCheck { name: name.to_owned(), mark, detail, hint });
    }

    /// Completes the report.
    #[must_use]
    pub(super) fn finished(mut self) -> Self {
        self.healthy = self.checks.iter().all(|check| check.mark != CheckStatus::Failed);
        self
    }
}
