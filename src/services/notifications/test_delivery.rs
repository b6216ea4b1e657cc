//! Validation of credentials and test messages over the notification channels.

use crate::app::context::Ctx;
use crate::domain::digest::DigestCounts;
use crate::domain::scope::Scope;
use crate::egress::EgressSubject;
use crate::error::{Error, ErrorKind, Result};
use crate::net::fetch::FetchPolicy;
use crate::secret::Secret;
use crate::services::notifications::channels::{
    DeliveryResult, NotificationChannel, NotificationPreferences, NotificationSender, delivery_gate,
};
use crate::services::notifications::message::{self, NotificationMessage};
use crate::storage::accounts;

/// Returns the caller's configured channels, such as `pushover`.
pub async fn channels(ctx: &Ctx) -> Result<Vec<&'static str>> {
    let ways = NotificationPreferences::load(ctx).await?.channels(&ctx.app, &FetchPolicy::for_users(None))?;
    Ok(ways.iter().map(NotificationChannel::name).collect())
}

/// Validates a Pushover user and application and stores both if they are valid. Returns the reason if they are not.
///
/// # Errors
/// `Forbidden` if the egress policy does not allow notifications.
pub async fn validate_pushover(ctx: &Ctx, user_key: &str, app_token: &str) -> Result<Option<String>> {
    let owner = ctx.caller.user()?.id;
    ctx.caller.authorize(Scope::Account)?;
    let (user, token) = (Secret::new(user_key.to_owned()), Secret::new(app_token.to_owned()));
    let gate = delivery_gate(ctx, "pushover", EgressSubject::default());
    let wrong = failure_reason(NotificationSender::new(&ctx.app)?.validate(&user, &token, &gate).await)?;
    if wrong.is_some() {
        return Ok(wrong);
    }
    let at = ctx.app.now_timestamp();
    ctx.write_accounts(Scope::Account, move |db| {
        for (key, value) in [("pushover_user_key", &user), ("pushover_app_token", &token)] {
            let value = serde_json::Value::from(value.expose().as_str()).to_string();
            accounts::preferences::set(db, owner, key, &value, &at)?;
        }
        Ok(None)
    })
    .await
}

/// Sends a test message over each of the caller's channels. `None` without a channel, else the errors, if any.
///
/// # Errors
/// As [`validate_pushover`].
pub async fn send_test(ctx: &Ctx) -> Result<Option<Result<(), String>>> {
    let (accepted, failures) = send_to_all(ctx, &message::test_message(ctx.app.clock.now())).await?;
    Ok(match (accepted.is_empty(), failures.is_empty()) {
        (true, true) => None,
        (false, true) => Some(Ok(())),
        (_, false) => Some(Err(failures.join("; "))),
    })
}

/// Sends a weekly digest over each of the caller's channels, on their request: no topic suppresses it. Returns the
/// channels that accepted it.
///
/// # Errors
/// `Conflict` without a channel; `Upstream` with the reasons when none accepted it; as [`validate_pushover`].
pub async fn send_digest(ctx: &Ctx, numbers: &DigestCounts) -> Result<Vec<&'static str>> {
    let (accepted, failures) = send_to_all(ctx, &message::digest_message(numbers, ctx.app.clock.now())).await?;
    match (accepted.is_empty(), failures.is_empty()) {
        (false, _) => Ok(accepted),
        (true, false) => {
            Err(Error::new(ErrorKind::Upstream, failures.join("; ")).hint("check the channel or try again later"))
        }
        (true, true) => Err(Error::conflict("no notification channel is configured")
            .code("no_way")
            .hint("set up Pushover, ntfy or a webhook in the web client's settings")),
    }
}

/// Sends a message over each of the caller's channels; returns the channels that accepted it, and the failures.
async fn send_to_all(ctx: &Ctx, message: &NotificationMessage) -> Result<(Vec<&'static str>, Vec<String>)> {
    let sender = NotificationSender::new(&ctx.app)?;
    let (mut accepted, mut failures) = (Vec::new(), Vec::new());
    for way in NotificationPreferences::load(ctx).await?.channels(&ctx.app, &sender.rules)? {
        let gate = delivery_gate(ctx, way.name(), EgressSubject::default());
        match failure_reason(sender.send(&way, message, &gate).await)? {
            None => accepted.push(way.name()),
            Some(why) => failures.push(format!("{}: {why}", way.name())),
        }
    }
    Ok((accepted, failures))
}

/// Converts a failed delivery to its reason; a refusal by the egress policy stays an error.
fn failure_reason(sent: Result<DeliveryResult>) -> Result<Option<String>> {
    match sent {
        Ok(DeliveryResult::Accepted) => Ok(None),
        Ok(DeliveryResult::Rejected(why)) => Ok(Some(why)),
        Err(error) if matches!(error.kind(), ErrorKind::Upstream | ErrorKind::Invalid) => Ok(Some(error.to_string())),
        Err(error) => Err(error),
    }
}
