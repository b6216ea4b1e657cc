//! Gate of outbound exchanges: policy check and ledger entry around every request of a client in `net`.

use jiff::Timestamp;

use crate::domain::egress::ExchangeOutcome;
use crate::error::Result;
use crate::net::transport::{BoxFuture, LedgerId};

/// Checks the egress policy before every exchange and records its outcome after it.
pub(crate) trait EgressGate: Send + Sync {
    /// Requests a permit for one exchange with a host.
    ///
    /// # Errors
    /// If the policy forbids the exchange: nothing is sent then, not even a DNS query.
    fn acquire<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Result<ExchangePermit>>;

    /// Records the outcome of an exchange.
    ///
    /// # Errors
    /// Only database errors.
    fn record(&self, permit: ExchangePermit, report: ExchangeReport) -> BoxFuture<'_, Result<()>>;
}

/// Permit for one exchange: its open ledger row.
#[derive(Debug)]
#[must_use = "the ledger row keeps the result `sent` until the outcome is recorded"]
pub(crate) struct ExchangePermit {
    pub(crate) ledger_id: LedgerId,
    pub(crate) started_at: Timestamp,
}

/// Outcome and size of a finished exchange; sizes are body bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExchangeReport {
    pub(crate) sent: u64,
    pub(crate) received: u64,
    pub(crate) status: Option<u16>,
    pub(crate) outcome: ExchangeOutcome,
}
