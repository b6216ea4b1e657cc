//! Notification channels: Pushover, ntfy and webhooks.

use std::collections::BTreeMap;
use std::time::Duration;

use http::{HeaderName, HeaderValue, header};
use serde_json::Value;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::config::SecretSource;
use crate::crypto::webhook_signature;
use crate::domain::egress::EgressPurpose;
use crate::domain::scope::Scope;
use crate::egress::{EgressSubject, FetchGate};
use crate::error::{Error, Result};
use crate::net::egress_gate::EgressGate;
use crate::net::fetch::{self, CheckedUrl, DeliveryResponse, FetchError, FetchPolicy, GuardedFetcher};
use crate::secret::Secret;
use crate::services::notifications::message::NotificationMessage;
use crate::storage::accounts;

/// Timeout of one delivery.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(7);

/// Notification channel of a user.
#[derive(Debug)]
pub(super) enum NotificationChannel {
    Pushover { user: Secret<String>, token: Secret<String> },
    Ntfy { topic: CheckedUrl, token: Option<Secret<String>> },
    Webhook { address: CheckedUrl, secret: Option<Secret<String>> },
}

/// Result of a delivery that was answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DeliveryResult {
    Accepted,
    /// With the reason that the service gave.
    Rejected(String),
}

impl NotificationChannel {
    /// Returns the name in the egress ledger.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Pushover { .. } => "pushover",
            Self::Ntfy { .. } => "ntfy",
            Self::Webhook { .. } => "webhook",
        }
    }
}

/// A user's preferences, JSON by key.
pub(super) struct NotificationPreferences(BTreeMap<String, String>);

impl NotificationPreferences {
    pub(super) fn new(rows: Vec<(String, String)>) -> Self {
        Self(rows.into_iter().collect())
    }

    /// Loads the caller's preferences.
    pub(super) async fn load(ctx: &Ctx) -> Result<Self> {
        let owner = ctx.caller.user()?.id;
        ctx.read_accounts(Scope::Account, move |db| accounts::preferences::list(db, owner)).await.map(Self::new)
    }

    /// Returns a boolean preference.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        serde_json::from_str(self.0.get(key)?).ok()
    }

    fn secret_text(&self, key: &str) -> Option<Secret<String>> {
        let text: String = serde_json::from_str(self.0.get(key)?).ok()?;
        (!text.trim().is_empty()).then(|| Secret::new(text.trim().to_owned()))
    }

    /// Returns the user's channels; for each Pushover credential that the user has not set, the server's is used.
    ///
    /// # Errors
    /// As reading the server's credentials.
    pub(super) fn channels(&self, app: &AppState, rules: &FetchPolicy) -> Result<Vec<NotificationChannel>> {
        let servers = &app.config.providers;
        let own_or = |key: &str, server: &Option<SecretSource>| match self.secret_text(key) {
            Some(own) => Ok(Some(own)),
            None => server.as_ref().map(AppState::read_secret_source).transpose(),
        };
        let user = own_or("pushover_user_key", &servers.pushover_user)?;
        let token = own_or("pushover_app_token", &servers.pushover_token)?;
        let address = |key: &str| rules.parse(self.secret_text(key)?.expose()).ok();
        let pushover = user.zip(token).map(|(user, token)| NotificationChannel::Pushover { user, token });
        let ntfy =
            address("ntfy_url").map(|topic| NotificationChannel::Ntfy { topic, token: self.secret_text("ntfy_token") });
        let hook = address("webhook_url")
            .map(|address| NotificationChannel::Webhook { address, secret: self.secret_text("webhook_secret") });
        Ok([pushover, ntfy, hook].into_iter().flatten().collect())
    }
}

/// Client for the notification channels.
pub(super) struct NotificationSender {
    /// HTTP client with SSRF guard, for URLs set by users.
    guarded: GuardedFetcher,
    pub(super) rules: FetchPolicy,
    /// HTTP client for the Pushover URL set by the operator.
    pushover: GuardedFetcher,
    messages: CheckedUrl,
    validation: CheckedUrl,
}

impl NotificationSender {
    /// Creates the client.
    ///
    /// # Errors
    /// `Invalid` for an invalid URL in the settings; as [`GuardedFetcher::new`].
    pub(super) fn new(app: &AppState) -> Result<Self> {
        let rules = FetchPolicy {
            total_timeout: DELIVERY_TIMEOUT,
            ..FetchPolicy::for_users(app.config.external_services.name_server)
        };
        Self::with_rules(&app.config.providers.pushover_url, rules)
    }

    pub(super) fn with_rules(pushover: &str, rules: FetchPolicy) -> Result<Self> {
        let wrong = |error: FetchError| {
            Error::invalid("the setting pushover.url is not a valid URL")
                .hint("set JOURNAL_PUSHOVER_URL")
                .caused_by(error)
        };
        let base = pushover.trim_end_matches('/');
        let operators = FetchPolicy::for_operator(base, DELIVERY_TIMEOUT).map_err(wrong)?;
        let at = |path: &str| operators.parse(&format!("{base}{path}")).map_err(wrong);
        Ok(Self {
            messages: at("/1/messages.json")?,
            validation: at("/1/users/validate.json")?,
            guarded: GuardedFetcher::new(rules.clone(), None)?,
            rules,
            pushover: GuardedFetcher::new(operators, None)?,
        })
    }

    /// Sends a message over one channel.
    ///
    /// # Errors
    /// The egress policy's refusal, and failures without an answer; transient ones are marked as such.
    pub(super) async fn send(
        &self,
        way: &NotificationChannel,
        message: &NotificationMessage,
        gate: &dyn EgressGate,
    ) -> Result<DeliveryResult> {
        match way {
            NotificationChannel::Pushover { user, token } => {
                let priority = if message.is_urgent { "1" } else { "0" };
                let fields = [
                    ("token", token.expose().as_str()),
                    ("user", user.expose()),
                    ("title", &message.title),
                    ("message", &message.text),
                    ("priority", priority),
                ];
                self.post_to_pushover(&self.messages, &fields, gate).await
            }
            NotificationChannel::Ntfy { topic, token } => {
                let priority = if message.is_urgent { "4" } else { "3" };
                let mut headers = vec![
                    (HeaderName::from_static("title"), header_value(&message.title)?),
                    (HeaderName::from_static("priority"), HeaderValue::from_static(priority)),
                    (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
                ];
                // Over plain HTTP the token could be read on the network.
                if let Some(token) = token.as_ref().filter(|_| topic.is_https()) {
                    headers
                        .push((header::AUTHORIZATION, sensitive_header_value(&format!("Bearer {}", token.expose()))?));
                }
                let body = message.text.clone().into_bytes();
                delivery_result(&self.guarded.post(topic, &headers, body, gate).await?)
            }
            NotificationChannel::Webhook { address, secret } => {
                let body =
                    serde_json::to_vec(&message.fields).map_err(|error| Error::internal("writing JSON", error))?;
                let timestamp = message.at.as_second().to_string();
                let mut headers = vec![
                    (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
                    (HeaderName::from_static("x-journal-timestamp"), header_value(&timestamp)?),
                ];
                if let Some(secret) = secret {
                    let signature = format!("sha256={}", webhook_signature::sign_webhook(secret, &timestamp, &body));
                    headers.push((HeaderName::from_static("x-journal-signature"), header_value(&signature)?));
                }
                delivery_result(&self.guarded.post(address, &headers, body, gate).await?)
            }
        }
    }

    /// Validates a Pushover user and application.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub(super) async fn validate(
        &self,
        user: &Secret<String>,
        token: &Secret<String>,
        gate: &dyn EgressGate,
    ) -> Result<DeliveryResult> {
        let fields = [("token", token.expose().as_str()), ("user", user.expose())];
        self.post_to_pushover(&self.validation, &fields, gate).await
    }

    async fn post_to_pushover(
        &self,
        at: &CheckedUrl,
        fields: &[(&str, &str)],
        gate: &dyn EgressGate,
    ) -> Result<DeliveryResult> {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let reply =
            self.pushover.post(at, &[(header::CONTENT_TYPE, form)], fetch::form_urlencoded(fields), gate).await?;
        let document: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        if document["status"] == 1 {
            return Ok(DeliveryResult::Accepted);
        }
        let errors = document["errors"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let errors = errors.collect::<Vec<_>>().join("; ");
        if errors.is_empty() {
            delivery_result(&reply)
        } else {
            Ok(DeliveryResult::Rejected(errors.chars().take(300).collect()))
        }
    }
}

/// Returns the egress gate of a delivery over a channel.
pub(super) fn delivery_gate<'a>(ctx: &'a Ctx, channel: &'static str, about: EgressSubject) -> FetchGate<'a> {
    FetchGate { ctx, purpose: EgressPurpose::Notification, about, provider: channel }
}

fn delivery_result(reply: &DeliveryResponse) -> Result<DeliveryResult> {
    let refused = FetchError::Status(reply.status);
    match reply.status {
        200..300 => Ok(DeliveryResult::Accepted),
        429 | 500.. => Err(refused.into()),
        _ => Ok(DeliveryResult::Rejected(refused.to_string())),
    }
}

fn header_value(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(|error| Error::internal("writing a header", error))
}

fn sensitive_header_value(text: &str) -> Result<HeaderValue> {
    // The value is secret, so the error must not quote it.
    let mut value = HeaderValue::from_str(text).map_err(|_| Error::invalid("the ntfy token is not valid"))?;
    value.set_sensitive(true);
    Ok(value)
}
