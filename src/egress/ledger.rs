//! Egress ledger: a row is written before the first byte is sent, and completed with the outcome.

use jiff::Timestamp;

use crate::app::context::Ctx;
use crate::domain::egress::EgressPurpose;
use crate::domain::scope::Scope;
use crate::egress::{EgressSubject, policy};
use crate::error::Result;
use crate::storage::notebook::egress::{self, LedgerResult, NewLedgerRow};

/// Outcome of an exchange, as stored in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExchangeOutcome {
    /// Response with a status below 400.
    Answered,
    /// Response with a status of 400 or more.
    Refused,
    /// No response, or an incomplete one.
    Failed,
    /// Timeout.
    TimedOut,
}

impl ExchangeOutcome {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
        }
    }

    /// Returns the outcome for an HTTP status.
    pub(crate) const fn from_status(status: u16) -> Self {
        if status < 400 { Self::Answered } else { Self::Refused }
    }
}

/// Ledger entry of an exchange in progress.
#[must_use = "the row keeps the result `sent` until it is closed"]
pub(crate) struct OpenLedgerEntry {
    ctx: Ctx,
    pub(super) seq: i64,
    begun: Timestamp,
}

/// Checks the policy and writes the ledger entry of one exchange, for fetches and notifications. Every redirect and
/// every retry is an exchange with its own entry.
///
/// # Errors
/// `Forbidden` if the settings or the notebook's owner deny the purpose.
pub(crate) async fn open_entry(
    ctx: &Ctx,
    purpose: EgressPurpose,
    about: EgressSubject,
    provider: &str,
    host: &str,
) -> Result<OpenLedgerEntry> {
    let exchange = LedgerEntry { provider, host, model: "", bytes_out: 0, redactions: 0 };
    record_start(ctx, purpose, &about, &exchange).await
}

/// Properties of an exchange that are known before it starts.
pub(super) struct LedgerEntry<'a> {
    pub(super) provider: &'a str,
    pub(super) host: &'a str,
    pub(super) model: &'a str,
    /// Expected size of the request body.
    pub(super) bytes_out: u64,
    pub(super) redactions: u64,
}

/// Checks the policy and writes the row in one transaction, so that no exchange starts after the policy was changed.
pub(super) async fn record_start(
    ctx: &Ctx,
    purpose: EgressPurpose,
    about: &EgressSubject,
    exchange: &LedgerEntry<'_>,
) -> Result<OpenLedgerEntry> {
    let own = ctx.as_system();
    let begun = ctx.app.clock.now();
    let leaving = NewLedgerRow {
        at: ctx.app.now_timestamp(),
        provider: exchange.provider.to_owned(),
        host: exchange.host.to_owned(),
        model: exchange.model.to_owned(),
        purpose,
        bytes_out: exchange.bytes_out,
        redactions: exchange.redactions,
        entry_ids: about.entries.iter().map(|id| id.0).collect(),
        job: about.job.map(|id| id.to_string()),
    };
    let app = ctx.app.clone();
    let seq = own
        .write(Scope::Account, move |db| {
            policy::ensure_allowed(&app.config.external_services.purposes, &egress::find_policy(db)?, purpose)?;
            egress::add_ledger_row(db, &leaving)
        })
        .await?;
    Ok(OpenLedgerEntry { ctx: own, seq, begun })
}

impl OpenLedgerEntry {
    /// Stores the outcome; sizes are those of the bodies.
    ///
    /// # Errors
    /// Only database errors.
    pub(crate) async fn close(
        self,
        bytes_out: u64,
        bytes_in: u64,
        status: Option<u16>,
        outcome: ExchangeOutcome,
    ) -> Result<()> {
        let duration = self.ctx.app.clock.now().duration_since(self.begun).as_millis();
        let duration_ms = i64::try_from(duration).unwrap_or(i64::MAX).max(0);
        let (seq, ended) =
            (self.seq, LedgerResult { bytes_out, bytes_in, status, result: outcome.name(), duration_ms });
        self.ctx.write(Scope::Account, move |db| egress::set_result(db, seq, &ended)).await
    }
}
