//! Availability of LLM calls: a check of configuration and policy that opens no key file and no connection.

use crate::app::context::Ctx;
use crate::config::external_services::ExternalServices;
use crate::domain::egress::EgressPurpose;
use crate::domain::scope::Scope;
use crate::egress::policy;
use crate::error::Result;
use crate::providers::chat;
use crate::storage::notebook::egress::{EgressPolicyRow, find_policy};

/// Checks that a call for the purpose is configured and allowed, before any work is done.
///
/// # Errors
/// `Conflict` if no provider is configured, `Forbidden` if the server's settings or the notebook's owner deny it.
pub(crate) async fn ensure_available(ctx: &Ctx, purpose: EgressPurpose) -> Result<()> {
    let services = &ctx.app.config.external_services;
    chat::ensure_configured(services)?;
    policy::ensure_allowed(&services.purposes, &owner_policy(ctx).await?, purpose)
}

/// Returns whether a call for the purpose is configured and allowed.
///
/// # Errors
/// Only errors of the notebook database.
pub(crate) async fn is_available(ctx: &Ctx, purpose: EgressPurpose) -> Result<bool> {
    let [available] = are_available(ctx, [purpose]).await?;
    Ok(available)
}

/// As [`is_available`] for several purposes, with one read of the owner's policy; none if the settings deny all.
///
/// The policy is a single row, so a cache of it would cost as much: its validity is a row of the same database.
pub(super) async fn are_available<const N: usize>(ctx: &Ctx, purposes: [EgressPurpose; N]) -> Result<[bool; N]> {
    let services = &ctx.app.config.external_services;
    // The settings alone may decide, without the database.
    if available(services, &EgressPolicyRow::default(), purposes) == [false; N] {
        return Ok([false; N]);
    }
    Ok(available(services, &owner_policy(ctx).await?, purposes))
}

async fn owner_policy(ctx: &Ctx) -> Result<EgressPolicyRow> {
    ctx.as_system().read(Scope::Account, |db| find_policy(db)).await
}

fn available<const N: usize>(
    services: &ExternalServices,
    owner: &EgressPolicyRow,
    purposes: [EgressPurpose; N],
) -> [bool; N] {
    let is_configured = chat::ensure_configured(services).is_ok();
    purposes.map(|purpose| is_configured && policy::ensure_allowed(&services.purposes, owner, purpose).is_ok())
}
