//! Credentials and ways that people try out before they rely on them.

use crate::ctx::Ctx;
use crate::egress::About;
use crate::egress::Guarded;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::digest::Numbers;
use crate::model::egress::Purpose;
use crate::model::scope::Scope;
use crate::net::fetch::Rules;
use crate::notifications::delivery;
use crate::notifications::message;
use crate::notifications::ways::Sender;
use crate::notifications::ways::Verdict;
use crate::secret::Secret;
use crate::storage::accounts;

/// Returns the ways over which the caller could be notified, such as `pushover`.
pub async fn ways(ctx: &Ctx) -> Result<Vec<&'static str>> {
    let ways = delivery::stored(ctx).await?.ways(&ctx.app, &Rules::public(None))?;
    Ok(ways.iter().map(super::ways::Way::name).collect())
}

/// Asks Pushover about a user and an application, and keeps both if it knows them. Returns what is wrong, if anything is.
///
/// # Errors
/// `Forbidden` when nothing may be sent out for notifications.
pub async fn validate(ctx: &Ctx, user_key: &str, app_token: &str) -> Result<Option<String>> {
    let owner = ctx.caller.user()?.id;
    ctx.caller.authorize(Scope::Account)?;
    let (user, token) = (Secret::new(user_key.to_owned()), Secret::new(app_token.to_owned()));
    let gate = Guarded { ctx, purpose: Purpose::Notification, about: About::default(), provider: "pushover" };
    let wrong = told(Sender::new(&ctx.app)?.validate(&user, &token, &gate).await)?;
    if wrong.is_some() {
        return Ok(wrong);
    }
    let at = ctx.app.stamp();
    ctx.write_accounts(Scope::Account, move |db| {
        for (key, value) in [("pushover_user_key", &user), ("pushover_app_token", &token)] {
            let value = serde_json::Value::from(value.expose().as_str()).to_string();
            accounts::preferences::set(db, owner, key, &value, &at)?;
        }
        Ok(None)
    })
    .await
}

/// Sends the caller a message over each of their ways. Returns `None` when there is none, else what is wrong, if anything is.
///
/// # Errors
/// As [`validate`].
pub async fn test(ctx: &Ctx) -> Result<Option<Result<(), String>>> {
    let sender = Sender::new(&ctx.app)?;
    let ways = delivery::stored(ctx).await?.ways(&ctx.app, &sender.rules)?;
    if ways.is_empty() {
        return Ok(None);
    }
    let message = message::of_test(ctx.app.clock.now());
    let mut wrong = Vec::new();
    for way in &ways {
        let gate = Guarded { ctx, purpose: Purpose::Notification, about: About::default(), provider: way.name() };
        let told = told(sender.send(way, &message, &gate).await)?;
        wrong.extend(told.map(|text| format!("{}: {text}", way.name())));
    }
    Ok(Some(if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }))
}

/// Sends the caller what a week came to over each of their ways, because they asked for it now: no topic holds it back.
/// Returns the ways it went.
///
/// # Errors
/// `Conflict` when there is no way to them; `Upstream` with what is wrong when it arrived nowhere; as [`validate`].
pub async fn send_digest(ctx: &Ctx, numbers: &Numbers) -> Result<Vec<&'static str>> {
    let sender = Sender::new(&ctx.app)?;
    let message = message::of_digest(numbers, ctx.app.clock.now());
    let (mut taken, mut wrong) = (Vec::new(), Vec::new());
    for way in delivery::stored(ctx).await?.ways(&ctx.app, &sender.rules)? {
        let gate = Guarded { ctx, purpose: Purpose::Notification, about: About::default(), provider: way.name() };
        match told(sender.send(&way, &message, &gate).await)? {
            None => taken.push(way.name()),
            Some(why) => wrong.push(format!("{}: {why}", way.name())),
        }
    }
    match (taken.is_empty(), wrong.is_empty()) {
        (false, _) => Ok(taken),
        (true, false) => Err(Error::new(Kind::Upstream, wrong.join("; ")).hint("check the way, or try again later")),
        (true, true) => Err(Error::conflict("there is no way to notify you")
            .code("no_way")
            .hint("set up Pushover, ntfy or a webhook in the web client's settings")),
    }
}

/// Turns what came of a delivery into a sentence; what is kept in stays an error.
fn told(sent: Result<Verdict>) -> Result<Option<String>> {
    match sent {
        Ok(Verdict::Taken) => Ok(None),
        Ok(Verdict::Refused(why)) => Ok(Some(why)),
        Err(error) if matches!(error.kind(), Kind::Upstream | Kind::Invalid) => Ok(Some(error.to_string())),
        Err(error) => Err(error),
    }
}
