//! Where a provider's API is, and the key that opens it.

use std::time::Duration;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::header;

use crate::config::SecretSource;
use crate::config::outside::Account;
use crate::config::outside::Outside;
use crate::error::Error;
use crate::error::Result;
use crate::net::client::is_here;
use crate::net::wire::Body;
use crate::net::wire::Request;
use crate::net::wire::Url;
use crate::secret::Secret;

/// Reads a key from where the settings say it lies; `App::reveal` is one.
pub(crate) type Reveal<'a> = &'a dyn Fn(&SecretSource) -> Result<Secret<String>>;

/// Version of Anthropic's API that requests are written in.
const ANTHROPIC_VERSION: &str = "2023-06-01";
/// How often a question may be sent; sending it again costs nothing where the first got no answer.
const ATTEMPTS: u32 = 3;
/// Most bytes of an answer to a question: the longest page is a hundredth of it.
const MAX_ANSWER: usize = 4 << 20;

/// Whose API it is; one that speaks `OpenAI`'s at another address counts as `OpenAI`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vendor {
    Anthropic,
    OpenAi,
    Gemini,
}

impl Vendor {
    pub(crate) const ALL: [Self; 3] = [Self::Anthropic, Self::OpenAi, Self::Gemini];

    /// Returns the name in settings and in the ledger.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
            Self::Gemini => "gemini",
        }
    }

    /// Returns the name in sentences.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Anthropic => "Anthropic",
            Self::OpenAi => "OpenAI",
            Self::Gemini => "Gemini",
        }
    }

    /// Returns the variable that gives the key.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Anthropic => "ANTHROPIC_API_KEY",
            Self::OpenAi => "OPENAI_API_KEY",
            Self::Gemini => "GOOGLE_API_KEY",
        }
    }

    fn made(self, model: &str) -> bool {
        let begins = |with: &[&str]| with.iter().any(|word| model.starts_with(word));
        match self {
            Self::Anthropic => begins(&["claude"]),
            Self::OpenAi => begins(&["gpt-", "chatgpt-", "whisper-"]) || thinks(model),
            Self::Gemini => begins(&["gemini", "models/gemini"]),
        }
    }

    /// Returns the model to ask: the one that is wanted, or the usual one where that is another provider's.
    pub(crate) fn model(self, wanted: Option<&str>, usual: &str) -> String {
        let foreign = |name: &str| Self::ALL.into_iter().any(|other| other != self && other.made(name));
        wanted.filter(|name| !foreign(name)).unwrap_or(usual).to_owned()
    }
}

/// Tells whether a model is one of `OpenAI`'s that think first: they take neither a temperature nor `max_tokens`.
pub(crate) fn thinks(model: &str) -> bool {
    let mut letters = model.chars();
    model.starts_with("gpt-5")
        || letters.next() == Some('o') && letters.next().is_some_and(|second| second.is_ascii_digit())
}

/// A provider's API.
pub(crate) struct Endpoint {
    pub(crate) vendor: Vendor,
    /// Whether the provider is asked to keep nothing.
    pub(crate) keep_nothing: bool,
    base: Url,
    key: Option<HeaderValue>,
    moved: bool,
    timeout: Duration,
}

impl Endpoint {
    /// Prepares to ask a provider; `work` is what for, and `instead` what else could be set, for people to read.
    ///
    /// # Errors
    /// `Conflict` when it is not configured, `Invalid` for an address or a key that cannot be used.
    pub(crate) fn new(
        vendor: Vendor,
        account: &Account,
        outside: &Outside,
        reveal: Reveal<'_>,
        (work, instead): (&str, &str),
    ) -> Result<Self> {
        if !account.is_configured() {
            let what = format!("{} is to {work}, but there is no key for it", vendor.title());
            return Err(Error::conflict(what).hint(format!("set {}, or {instead}", vendor.key())));
        }
        let base = address(vendor, &account.url)?;
        // A server in the own network that speaks OpenAI's API needs no key, and OpenAI's is not for the wire there.
        let safe = base.scheme() == "https" || is_here(&base);
        let key =
            account.key.as_ref().filter(|_| safe).map(|source| credential(vendor, &reveal(source)?)).transpose()?;
        Ok(Self {
            vendor,
            keep_nothing: outside.zero_retention,
            base,
            key,
            moved: account.moved,
            timeout: outside.timeout,
        })
    }

    /// Returns who it is, for sentences.
    pub(crate) fn shown(&self) -> String {
        match self.base.host_str().filter(|_| self.moved) {
            Some(host) => format!("{} at {host}", self.vendor.title()),
            None => self.vendor.title().to_owned(),
        }
    }

    /// Returns the address of a path below the API's.
    pub(crate) fn at<'p>(&self, path: impl IntoIterator<Item = &'p str>) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    /// Tells whether an address that a provider named is on its own host.
    pub(crate) fn is_home_of(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }

    /// Returns a request with the key and no body.
    pub(crate) fn request(&self, method: Method, url: Url, model: &str) -> Request {
        let mut headers = Vec::new();
        if self.vendor == Vendor::Anthropic {
            headers.push((HeaderName::from_static("anthropic-version"), HeaderValue::from_static(ANTHROPIC_VERSION)));
        }
        if let Some(key) = &self.key {
            let name = match self.vendor {
                Vendor::Anthropic => HeaderName::from_static("x-api-key"),
                Vendor::OpenAi => header::AUTHORIZATION,
                Vendor::Gemini => HeaderName::from_static("x-goog-api-key"),
            };
            headers.push((name, key.clone()));
        }
        Request {
            provider: self.vendor.name(),
            model: model.to_owned(),
            method,
            url,
            headers,
            body: Body::Empty,
            attempts: ATTEMPTS,
            timeout: self.timeout,
            max_reply: MAX_ANSWER,
        }
    }

    /// Returns a request with a JSON body.
    pub(crate) fn post(&self, url: Url, model: &str, body: &serde_json::Value) -> Request {
        let mut request = self.request(Method::POST, url, model);
        request.headers.push(json());
        request.body = Body::Bytes(body.to_string().into_bytes());
        request
    }
}

/// The header that says that a body is JSON.
pub(crate) fn json() -> (HeaderName, HeaderValue) {
    (header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
}

fn address(vendor: Vendor, text: &str) -> Result<Url> {
    let wrong = |what: &str| {
        Error::invalid(format!("the address of {} {what}", vendor.title()))
            .hint("`journal config` shows every setting and where it comes from")
    };
    let url: Url = text.parse().map_err(|_| wrong("is no URL"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(wrong("is no http or https URL"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("may be host, port and path only: keys have settings of their own"));
    }
    Ok(url)
}

fn credential(vendor: Vendor, key: &Secret<String>) -> Result<HeaderValue> {
    let text = match vendor {
        Vendor::OpenAi => Secret::new(format!("Bearer {}", key.expose())),
        Vendor::Anthropic | Vendor::Gemini => key.clone(),
    };
    let mut value = HeaderValue::from_str(text.expose()).map_err(|_| {
        Error::invalid(format!("the key for {} has characters that no key has", vendor.title()))
            .hint(format!("set {} again", vendor.key()))
    })?;
    value.set_sensitive(true);
    Ok(value)
}
