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
    ctx.as_system().read(Scope::Account, find_policy).await
}

fn available<const N: usize>(
    services: &ExternalServices,
    owner: &EgressPolicyRow,
    purposes: [EgressPurpose; N],
) -> [bool; N] {
    let is_configured = chat::ensure_configured(services).is_ok();
    purposes.map(|purpose| is_configured && policy::ensure_allowed(&services.purposes, owner, purpose).is_ok())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::Path;

    use super::*;
    use crate::config::{Config, EnvironmentSnapshot, SecretSource};

    fn services(variables: &[(&str, &str)]) -> ExternalServices {
        let home = [("HOME", "/nowhere"), ("XDG_CONFIG_HOME", "/nowhere/config"), ("XDG_DATA_HOME", "/nowhere/data")];
        let pairs = home.iter().chain(variables).map(|(name, value)| ((*name).to_owned(), OsString::from(value)));
        Config::load(Vec::new(), None, &pairs.collect::<EnvironmentSnapshot>()).unwrap().external_services
    }

    #[test]
    fn availability_opens_no_key_file() {
        let missing = "/nowhere/anthropic.key";
        let services = services(&[("ANTHROPIC_API_KEY_FILE", missing), ("JOURNAL_PROVIDER_PURPOSES", "mood")]);
        let key = services.anthropic.key.as_ref().unwrap();
        assert!(matches!(key, SecretSource::File(path) if path == Path::new(missing)), "the key is a file: {key:?}");

        let purposes = available(&services, &EgressPolicyRow::default(), [EgressPurpose::Mood, EgressPurpose::Answer]);

        assert_eq!(purposes, [true, false], "opening the missing file would be an error");
    }

    #[test]
    fn availability_needs_a_provider_the_server_and_the_owner() {
        let (key, all) = (("ANTHROPIC_API_KEY", "k"), ("JOURNAL_PROVIDER_PURPOSES", "all"));
        let owner = EgressPolicyRow::default();
        let local_only = EgressPolicyRow { local_only: true, ..EgressPolicyRow::default() };
        for (variables, owner, wanted) in [
            (&[key, all][..], &owner, true),
            (&[key, all], &local_only, false),
            (&[all], &owner, false),
            (&[key, ("JOURNAL_PROVIDER_PURPOSES", "none")], &owner, false),
        ] {
            assert_eq!(available(&services(variables), owner, [EgressPurpose::Mood]), [wanted], "{variables:?}");
        }
    }
}
