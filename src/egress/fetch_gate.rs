//! Ledger entries for fetches and notification deliveries.

use crate::app::context::Ctx;
use crate::domain::egress::EgressPurpose;
use crate::egress::{self, EgressSubject, ExchangeOutcome, OpenLedgerEntry};
use crate::error::Result;
use crate::net::fetch::{EgressGate, ExchangePermit, ExchangeReport, FetchOutcome};
use crate::net::transport::BoxFuture;

/// Gate that checks the policy and writes a ledger entry for each request of a fetch or delivery.
pub(crate) struct FetchGate<'a> {
    pub(crate) ctx: &'a Ctx,
    pub(crate) purpose: EgressPurpose,
    pub(crate) about: EgressSubject,
    /// Provider name in the ledger.
    pub(crate) provider: &'static str,
}

impl EgressGate for FetchGate<'_> {
    fn acquire<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Result<Box<dyn ExchangePermit>>> {
        Box::pin(async move {
            let passage = egress::open_entry(self.ctx, self.purpose, self.about.clone(), self.provider, host).await?;
            Ok(Box::new(passage) as Box<dyn ExchangePermit>)
        })
    }
}

impl ExchangePermit for OpenLedgerEntry {
    fn finish(self: Box<Self>, ended: ExchangeReport) -> BoxFuture<'static, Result<()>> {
        let outcome = match ended.outcome {
            FetchOutcome::Answered => ExchangeOutcome::Answered,
            FetchOutcome::Refused => ExchangeOutcome::Refused,
            FetchOutcome::Failed => ExchangeOutcome::Failed,
            FetchOutcome::TimedOut => ExchangeOutcome::TimedOut,
        };
        Box::pin(async move { (*self).close(ended.sent, ended.received, ended.status, outcome).await })
    }
}
