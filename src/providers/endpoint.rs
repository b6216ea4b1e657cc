//! Provider API endpoints: base URL, credentials and request construction.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, header};

use crate::config::SecretSource;
use crate::config::external_services::{ExternalServices, ProviderAccount};
use crate::error::{Error, Result};
use crate::net::http_client::is_loopback_url;
use crate::net::transport::{ProviderRequest, ProviderRequestBody, Url};
use crate::secret::Secret;

/// Reads the secret of a setting; implemented by `App::reveal`.
pub(crate) type SecretReader<'a> = &'a dyn Fn(&SecretSource) -> Result<Secret<String>>;

/// Version of the Anthropic API that requests use.
const ANTHROPIC_VERSION: &str = "2023-06-01";
/// Maximum attempts of a request; attempts without an answer are not billed.
const MAX_ATTEMPTS: u32 = 3;
/// Maximum bytes read of an answer, a hundred times the longest page.
const MAX_RESPONSE_BYTES: usize = 4 << 20;

/// API of a provider; a server with a compatible API counts as `OpenAi`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AiProvider {
    Anthropic,
    OpenAi,
    Gemini,
}

impl AiProvider {
    pub(crate) const ALL: [Self; 3] = [Self::Anthropic, Self::OpenAi, Self::Gemini];

    /// Returns the name used in settings and in the ledger.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
            Self::Gemini => "gemini",
        }
    }

    /// Parses the name used in settings.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vendor| vendor.name() == name)
    }

    /// Returns the display name.
    pub(crate) const fn display_name(self) -> &'static str {
        match self {
            Self::Anthropic => "Anthropic",
            Self::OpenAi => "OpenAI",
            Self::Gemini => "Gemini",
        }
    }

    /// Returns the environment variable of the API key.
    pub(crate) const fn key_variable(self) -> &'static str {
        match self {
            Self::Anthropic => "ANTHROPIC_API_KEY",
            Self::OpenAi => "OPENAI_API_KEY",
            Self::Gemini => "GOOGLE_API_KEY",
        }
    }

    fn owns_model(self, model: &str) -> bool {
        let starts_with_any = |with: &[&str]| with.iter().any(|word| model.starts_with(word));
        match self {
            Self::Anthropic => starts_with_any(&["claude"]),
            Self::OpenAi => starts_with_any(&["gpt-", "chatgpt-", "whisper-"]) || is_reasoning_model(model),
            Self::Gemini => starts_with_any(&["gemini", "models/gemini"]),
        }
    }

    /// Returns the requested model, or the default if none is requested or it belongs to another provider.
    pub(crate) fn model_or_default(self, wanted: Option<&str>, default: &str) -> String {
        let is_foreign = |name: &str| Self::ALL.into_iter().any(|other| other != self && other.owns_model(name));
        wanted.filter(|name| !is_foreign(name)).unwrap_or(default).to_owned()
    }
}

/// Returns true for `OpenAI` reasoning models, which accept neither a temperature nor `max_tokens`.
pub(crate) fn is_reasoning_model(model: &str) -> bool {
    let mut chars = model.chars();
    model.starts_with("gpt-5")
        || chars.next() == Some('o') && chars.next().is_some_and(|second| second.is_ascii_digit())
}

/// Task of a provider and its alternative, which complete the error texts of an incomplete configuration.
pub(crate) type ProviderTask<'a> = (&'a str, &'a str);

/// Returns the account of a provider without reading its key; `openai` is the account of a server with that API.
///
/// # Errors
/// `Conflict` if the account has neither a key nor an address of its own.
pub(crate) fn ensure_configured<'a>(
    vendor: AiProvider,
    openai: &'a ProviderAccount,
    services: &'a ExternalServices,
    (task, alternative): ProviderTask<'_>,
) -> Result<&'a ProviderAccount> {
    let account = match vendor {
        AiProvider::Anthropic => &services.anthropic,
        AiProvider::OpenAi => openai,
        AiProvider::Gemini => &services.gemini,
    };
    if account.is_configured() {
        return Ok(account);
    }
    let message = format!("{} is set to {task}, but has no key", vendor.display_name());
    Err(Error::conflict(message).hint(format!("set {}, or {alternative}", vendor.key_variable())))
}

/// Configured provider API.
pub(crate) struct ProviderEndpoint {
    pub(crate) vendor: AiProvider,
    /// True to request zero data retention.
    pub(crate) zero_retention: bool,
    base: Url,
    key: Option<HeaderValue>,
    has_custom_url: bool,
    timeout: Duration,
}

impl ProviderEndpoint {
    /// Creates an endpoint from the settings and reads its key; sends nothing. `openai` is the account of a server with
    /// that API.
    ///
    /// # Errors
    /// As [`ensure_configured`], and `Invalid` for an unusable address or key.
    pub(crate) fn new(
        vendor: AiProvider,
        openai: &ProviderAccount,
        services: &ExternalServices,
        reveal: SecretReader<'_>,
        task: ProviderTask<'_>,
    ) -> Result<Self> {
        let account = ensure_configured(vendor, openai, services, task)?;
        let base = parse_base_url(vendor, &account.url)?;
        // A compatible server in the local network needs no key, and OpenAI's key must not be sent in cleartext.
        let safe = base.scheme() == "https" || is_loopback_url(&base);
        let key =
            account.key.as_ref().filter(|_| safe).map(|source| auth_header(vendor, &reveal(source)?)).transpose()?;
        Ok(Self {
            vendor,
            zero_retention: services.zero_retention,
            base,
            key,
            has_custom_url: account.has_custom_url,
            timeout: services.timeout,
        })
    }

    /// Returns the display name, with the host of a custom address.
    pub(crate) fn display_name(&self) -> String {
        match self.base.host_str().filter(|_| self.has_custom_url) {
            Some(host) => format!("{} at {host}", self.vendor.display_name()),
            None => self.vendor.display_name().to_owned(),
        }
    }

    /// Returns the URL of a path below the base URL.
    pub(crate) fn url_for<'p>(&self, path: impl IntoIterator<Item = &'p str>) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    /// Returns true if a URL has the origin of the base URL.
    pub(crate) fn is_same_host(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }

    /// Returns a request with the credentials and an empty body.
    pub(crate) fn request(&self, method: Method, url: Url, model: &str) -> ProviderRequest {
        let mut headers = Vec::new();
        if self.vendor == AiProvider::Anthropic {
            headers.push((HeaderName::from_static("anthropic-version"), HeaderValue::from_static(ANTHROPIC_VERSION)));
        }
        if let Some(key) = &self.key {
            let name = match self.vendor {
                AiProvider::Anthropic => HeaderName::from_static("x-api-key"),
                AiProvider::OpenAi => header::AUTHORIZATION,
                AiProvider::Gemini => HeaderName::from_static("x-goog-api-key"),
            };
            headers.push((name, key.clone()));
        }
        ProviderRequest {
            provider: self.vendor.name(),
            model: model.to_owned(),
            method,
            url,
            headers,
            body: ProviderRequestBody::Empty,
            attempts: MAX_ATTEMPTS,
            timeout: self.timeout,
            max_response_bytes: MAX_RESPONSE_BYTES,
        }
    }

    /// Returns a POST request with a JSON body.
    pub(crate) fn json_request(&self, url: Url, model: &str, body: &serde_json::Value) -> ProviderRequest {
        let mut request = self.request(Method::POST, url, model);
        request.headers.push(json_content_type());
        request.body = ProviderRequestBody::Bytes(body.to_string().into_bytes());
        request
    }
}

/// Returns the `Content-Type` header of a JSON body.
pub(crate) fn json_content_type() -> (HeaderName, HeaderValue) {
    (header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
}

fn parse_base_url(vendor: AiProvider, text: &str) -> Result<Url> {
    let invalid = |problem: &str| {
        Error::invalid(format!("the address of {} {problem}", vendor.display_name()))
            .hint("`journal config` shows every setting and its source")
    };
    let url: Url = text.parse().map_err(|_| invalid("is not a URL"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(invalid("is not an http or https URL"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("must consist of host, port and path only; keys have separate settings"));
    }
    Ok(url)
}

fn auth_header(vendor: AiProvider, key: &Secret<String>) -> Result<HeaderValue> {
    let text = match vendor {
        AiProvider::OpenAi => Secret::new(format!("Bearer {}", key.expose())),
        AiProvider::Anthropic | AiProvider::Gemini => key.clone(),
    };
    let mut value = HeaderValue::from_str(text.expose()).map_err(|_| {
        Error::invalid(format!("the key for {} contains invalid characters", vendor.display_name()))
            .hint(format!("set {} again", vendor.key_variable()))
    })?;
    value.set_sensitive(true);
    Ok(value)
}
