//! How people are reached: Pushover, ntfy, a hook of their own. What each expects is its published interface.

use std::collections::BTreeMap;
use std::time::Duration;

use http::HeaderName;
use http::HeaderValue;
use http::header;
use serde_json::Value;

use crate::app::App;
use crate::config::SecretSource;
use crate::crypto::signature;
use crate::error::Error;
use crate::error::Result;
use crate::net::fetch;
use crate::net::fetch::Address;
use crate::net::fetch::FetchError;
use crate::net::fetch::Fetcher;
use crate::net::fetch::Gate;
use crate::net::fetch::Posted;
use crate::net::fetch::Rules;
use crate::notifications::message::Message;
use crate::secret::Secret;

/// Time for one delivery.
const WHOLE: Duration = Duration::from_secs(7);

/// One way to a person.
#[derive(Debug)]
pub(super) enum Way {
    Pushover { user: Secret<String>, token: Secret<String> },
    Ntfy { topic: Address, token: Option<Secret<String>> },
    Hook { address: Address, secret: Option<Secret<String>> },
}

/// What came of a delivery that was answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Taken,
    /// In the other side's words.
    Refused(String),
}

impl Way {
    /// What the ledger calls it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Pushover { .. } => "pushover",
            Self::Ntfy { .. } => "ntfy",
            Self::Hook { .. } => "webhook",
        }
    }
}

/// A person's preferences, as JSON texts by key.
pub(super) struct Stored(BTreeMap<String, String>);

impl Stored {
    pub(super) fn new(rows: Vec<(String, String)>) -> Self {
        Self(rows.into_iter().collect())
    }

    /// Returns what was chosen, if it was yes or no.
    pub(super) fn chosen(&self, key: &str) -> Option<bool> {
        serde_json::from_str(self.0.get(key)?).ok()
    }

    fn text(&self, key: &str) -> Option<Secret<String>> {
        let text: String = serde_json::from_str(self.0.get(key)?).ok()?;
        (!text.trim().is_empty()).then(|| Secret::new(text.trim().to_owned()))
    }

    /// Returns the ways to this person; of Pushover's two credentials, the server's stands in for either.
    ///
    /// # Errors
    /// As reading the server's credentials.
    pub(super) fn ways(&self, app: &App, rules: &Rules) -> Result<Vec<Way>> {
        let servers = &app.config.providers;
        let own_or = |key: &str, server: &Option<SecretSource>| match self.text(key) {
            Some(own) => Ok(Some(own)),
            None => server.as_ref().map(App::reveal).transpose(),
        };
        let user = own_or("pushover_user_key", &servers.pushover_user)?;
        let token = own_or("pushover_app_token", &servers.pushover_token)?;
        let address = |key: &str| rules.address(self.text(key)?.expose()).ok();
        let pushover = user.zip(token).map(|(user, token)| Way::Pushover { user, token });
        let ntfy = address("ntfy_url").map(|topic| Way::Ntfy { topic, token: self.text("ntfy_token") });
        let hook = address("webhook_url").map(|address| Way::Hook { address, secret: self.text("webhook_secret") });
        Ok([pushover, ntfy, hook].into_iter().flatten().collect())
    }
}

/// Delivers messages.
pub(super) struct Sender {
    /// For addresses that users name.
    guarded: Fetcher,
    pub(super) rules: Rules,
    /// For Pushover, which is where the operator says.
    pushover: Fetcher,
    messages: Address,
    validation: Address,
}

impl Sender {
    /// Prepares to deliver.
    ///
    /// # Errors
    /// `Invalid` for a setting that is no address; as [`Fetcher::new`].
    pub(super) fn new(app: &App) -> Result<Self> {
        let rules = Rules { whole: WHOLE, ..Rules::public(app.config.outside.name_server) };
        Self::with(&app.config.providers.pushover_url, rules)
    }

    pub(super) fn with(pushover: &str, rules: Rules) -> Result<Self> {
        let wrong = |error: FetchError| {
            Error::invalid("the setting pushover.url is no web address")
                .hint("set JOURNAL_PUSHOVER_URL")
                .caused_by(error)
        };
        let base = pushover.trim_end_matches('/');
        let operators = Rules::of_the_operator(base, WHOLE).map_err(wrong)?;
        let at = |path: &str| operators.address(&format!("{base}{path}")).map_err(wrong);
        Ok(Self {
            messages: at("/1/messages.json")?,
            validation: at("/1/users/validate.json")?,
            guarded: Fetcher::new(rules.clone(), None)?,
            rules,
            pushover: Fetcher::new(operators, None)?,
        })
    }

    /// Delivers one message one way.
    ///
    /// # Errors
    /// What the gate says, and when nothing came back; it says whether later may help.
    pub(super) async fn send(&self, way: &Way, message: &Message, gate: &dyn Gate) -> Result<Verdict> {
        match way {
            Way::Pushover { user, token } => {
                let priority = if message.is_urgent { "1" } else { "0" };
                let fields = [
                    ("token", token.expose().as_str()),
                    ("user", user.expose()),
                    ("title", &message.title),
                    ("message", &message.text),
                    ("priority", priority),
                ];
                self.ask_pushover(&self.messages, &fields, gate).await
            }
            Way::Ntfy { topic, token } => {
                let priority = if message.is_urgent { "4" } else { "3" };
                let mut headers = vec![
                    (HeaderName::from_static("title"), value(&message.title)?),
                    (HeaderName::from_static("priority"), HeaderValue::from_static(priority)),
                    (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
                ];
                // In the clear, anybody on the way could take it.
                if let Some(token) = token.as_ref().filter(|_| topic.is_private()) {
                    headers.push((header::AUTHORIZATION, hidden(&format!("Bearer {}", token.expose()))?));
                }
                let body = message.text.clone().into_bytes();
                judged(&self.guarded.post(topic, &headers, body, gate).await?)
            }
            Way::Hook { address, secret } => {
                let body =
                    serde_json::to_vec(&message.fields).map_err(|error| Error::internal("writing JSON", error))?;
                let timestamp = message.at.as_second().to_string();
                let mut headers = vec![
                    (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
                    (HeaderName::from_static("x-journal-timestamp"), value(&timestamp)?),
                ];
                if let Some(secret) = secret {
                    let signature = format!("sha256={}", signature::hook(secret, &timestamp, &body));
                    headers.push((HeaderName::from_static("x-journal-signature"), value(&signature)?));
                }
                judged(&self.guarded.post(address, &headers, body, gate).await?)
            }
        }
    }

    /// Asks Pushover whether it knows a user and an application.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub(super) async fn validate(
        &self,
        user: &Secret<String>,
        token: &Secret<String>,
        gate: &dyn Gate,
    ) -> Result<Verdict> {
        let fields = [("token", token.expose().as_str()), ("user", user.expose())];
        self.ask_pushover(&self.validation, &fields, gate).await
    }

    async fn ask_pushover(&self, at: &Address, fields: &[(&str, &str)], gate: &dyn Gate) -> Result<Verdict> {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let reply = self.pushover.post(at, &[(header::CONTENT_TYPE, form)], fetch::form(fields), gate).await?;
        let document: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        if document["status"] == 1 {
            return Ok(Verdict::Taken);
        }
        let errors = document["errors"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let errors = errors.collect::<Vec<_>>().join("; ");
        if errors.is_empty() { judged(&reply) } else { Ok(Verdict::Refused(errors.chars().take(300).collect())) }
    }
}

fn judged(reply: &Posted) -> Result<Verdict> {
    let refused = FetchError::Status(reply.status);
    match reply.status {
        200..300 => Ok(Verdict::Taken),
        429 | 500.. => Err(refused.into()),
        _ => Ok(Verdict::Refused(refused.to_string())),
    }
}

fn value(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(|error| Error::internal("writing a header", error))
}

fn hidden(text: &str) -> Result<HeaderValue> {
    // What does not fit into a header is not quoted.
    let mut value = HeaderValue::from_str(text).map_err(|_| Error::invalid("the token for ntfy is no token"))?;
    value.set_sensitive(true);
    Ok(value)
}
