//! Gate of fetches and notification deliveries.

use crate::app::context::Ctx;
use crate::domain::egress::EgressPurpose;
use crate::egress::ledger;
use crate::egress::subject::EgressSubject;
use crate::error::Result;
use crate::net::egress_gate::{EgressGate, ExchangePermit, ExchangeReport};
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
    fn acquire<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Result<ExchangePermit>> {
        let row = ledger::new_row(self.ctx, self.purpose, &self.about, self.provider, host);
        Box::pin(ledger::record_start(self.ctx, row))
    }

    fn record(&self, permit: ExchangePermit, report: ExchangeReport) -> BoxFuture<'_, Result<()>> {
        Box::pin(ledger::record_result(self.ctx, permit, report))
    }
}
