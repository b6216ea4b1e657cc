//! Egress ledger: a row is written before the first byte is sent, and completed with the outcome.

use crate::app::context::Ctx;
use crate::domain::egress::EgressPurpose;
use crate::domain::scope::Scope;
use crate::egress::policy;
use crate::egress::subject::EgressSubject;
use crate::error::Result;
use crate::net::egress_gate::{ExchangePermit, ExchangeReport};
use crate::net::transport::LedgerId;
use crate::storage::notebook::egress::{self, LedgerResult, NewLedgerRow};

/// Returns the ledger row of an exchange that starts now, without model, body and redactions.
pub(super) fn new_row(
    ctx: &Ctx,
    purpose: EgressPurpose,
    about: &EgressSubject,
    provider: &str,
    host: &str,
) -> NewLedgerRow {
    NewLedgerRow {
        at: ctx.app.now_timestamp(),
        provider: provider.to_owned(),
        host: host.to_owned(),
        model: String::new(),
        purpose,
        bytes_out: 0,
        redactions: 0,
        entry_ids: about.entries.iter().map(|id| id.0).collect(),
        job: about.job.map(|id| id.to_string()),
    }
}

/// Checks the policy and writes the row in one transaction, so that no exchange starts after the policy was changed.
/// Every redirect and every retry is an exchange with its own row.
///
/// # Errors
/// `Forbidden` if the settings or the notebook's owner deny the purpose.
pub(super) async fn record_start(ctx: &Ctx, row: NewLedgerRow) -> Result<ExchangePermit> {
    let (app, started_at) = (ctx.app.clone(), ctx.app.clock.now());
    let own = ctx.as_system();
    let write = own.write(Scope::Account, move |db| {
        policy::ensure_allowed(&app.config.external_services.purposes, &egress::find_policy(db)?, row.purpose)?;
        egress::add_ledger_row(db, &row)
    });
    Ok(ExchangePermit { ledger_id: LedgerId(write.await?), started_at })
}

/// Stores the outcome of an exchange.
///
/// # Errors
/// Only database errors.
pub(super) async fn record_result(ctx: &Ctx, permit: ExchangePermit, report: ExchangeReport) -> Result<()> {
    let duration = ctx.app.clock.now().duration_since(permit.started_at).as_millis();
    let result = LedgerResult {
        bytes_out: report.sent,
        bytes_in: report.received,
        status: report.status,
        result: report.outcome.name(),
        duration_ms: i64::try_from(duration).unwrap_or(i64::MAX).max(0),
    };
    ctx.as_system().write(Scope::Account, move |db| egress::set_result(db, permit.ledger_id.0, &result)).await
}
