//! Settings of external services: addresses, credentials, and the allowed egress purposes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::config::reader::SettingsReader;
use crate::config::secret_source::SecretSource;
use crate::domain::egress::EgressPurpose;
use crate::error::Result;

/// Address and credential of a provider.
#[derive(Debug, Clone)]
pub struct ProviderAccount {
    /// API key; `None` if not set.
    pub key: Option<SecretSource>,
    /// Base URL of its API.
    pub url: String,
    /// True if the base URL was changed from the provider's own; such a server may need no key.
    pub has_custom_url: bool,
}

impl ProviderAccount {
    /// Returns whether requests can be sent to it.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        self.key.is_some() || self.has_custom_url
    }
}

/// Settings of external services.
#[derive(Debug, Clone)]
pub struct ExternalServices {
    /// Anthropic.
    pub anthropic: ProviderAccount,
    /// OpenAI.
    pub openai: ProviderAccount,
    /// Gemini.
    pub gemini: ProviderAccount,
    /// OCR server with an OpenAI-compatible API.
    pub ocr: ProviderAccount,
    /// Transcription server with an OpenAI-compatible API.
    pub transcription: ProviderAccount,
    /// Chat server with an OpenAI-compatible API.
    pub chat: ProviderAccount,
    /// Embedding server with an OpenAI-compatible API.
    pub embedding: ProviderAccount,
    /// Name of the chat provider.
    pub chat_provider: String,
    /// Name of the embedding provider, or `built-in`.
    pub embedding_provider: String,
    /// Embedding model of the provider.
    pub embedding_model: String,
    /// Dimensions of the provider's embeddings.
    pub embedding_dimensions: u32,
    /// Allowed egress purposes.
    pub purposes: Vec<EgressPurpose>,
    /// True if zero data retention is requested.
    pub zero_retention: bool,
    /// Additional trusted CA certificates.
    pub ca_file: Option<PathBuf>,
    /// Timeout of a provider request.
    pub timeout: Duration,
    /// Token for Slack files.
    pub slack_token: Option<SecretSource>,
    /// DNS server for fetched URLs; the system's if `None`.
    pub name_server: Option<SocketAddr>,
    /// Folder of context files for OCR and transcription.
    pub context_dir: Option<PathBuf>,
    /// Prompt cache lifetime, `5m` or `1h`.
    pub context_cache_ttl: String,
    /// File of mood dimensions.
    pub mood_dimensions: Option<PathBuf>,
    /// File of names with unusual capitalisation.
    pub entity_casing: Option<PathBuf>,
    /// Log probability below which a word of a transcript is uncertain.
    pub confidence_threshold: f64,
    /// Model that detects date headings.
    pub heading_model: String,
    /// Number of concurrent background jobs.
    pub job_workers: u32,
    /// Delay before each retry of a job.
    pub job_retries: Vec<Duration>,
}

impl ExternalServices {
    pub(crate) fn from_settings(table: &SettingsReader<'_>) -> Result<Self> {
        let own = |name: &str| -> Result<ProviderAccount> {
            let (key, url) = (format!("{name}.api_key"), format!("{name}.url"));
            Ok(ProviderAccount {
                key: table.secret(&key)?,
                url: table.required(&url).to_owned(),
                has_custom_url: !table.is_default(&url),
            })
        };
        let openai = own("openai")?;
        let speaking_openai = |key: &str| match table.text(key) {
            Some(url) => ProviderAccount { key: openai.key.clone(), url: url.to_owned(), has_custom_url: true },
            None => openai.clone(),
        };
        let chosen = |key: &str, words: &[&str]| -> Result<String> {
            let word = table.required(key);
            if words.contains(&word) { Ok(word.to_owned()) } else { Err(table.invalid_value(key, &words.join(" or "))) }
        };
        Ok(Self {
            anthropic: own("anthropic")?,
            gemini: own("gemini")?,
            ocr: speaking_openai("ocr.url"),
            transcription: speaking_openai("transcription.url"),
            chat: speaking_openai("chat.url"),
            embedding: speaking_openai("embedding.url"),
            chat_provider: chosen("chat.provider", &["anthropic", "openai", "gemini"])?,
            embedding_provider: chosen("embedding.provider", &["built-in", "openai"])?,
            embedding_model: table.required("embedding.model").to_owned(),
            embedding_dimensions: table.parse_in_range("embedding.dimensions", 64, 4096)?,
            purposes: purposes(table)?,
            zero_retention: table.parse_bool("providers.zero_retention")?,
            ca_file: table.path("providers.ca_file")?,
            timeout: Duration::from_secs(table.parse_in_range("providers.timeout", 1, 600)?.into()),
            slack_token: table.secret("slack.bot_token")?,
            name_server: name_server(table)?,
            context_dir: table.path("ocr.context_dir")?,
            context_cache_ttl: chosen("ocr.context_cache_ttl", &["5m", "1h"])?,
            mood_dimensions: table.path("mood.dimensions_file")?,
            entity_casing: table.path("entities.casing_file")?,
            confidence_threshold: parse_confidence_threshold(table)?,
            heading_model: table.required("entries.date_heading_model").to_owned(),
            job_workers: table.parse_in_range("jobs.workers", 1, 64)?,
            job_retries: parse_retry_delays(table)?,
            openai,
        })
    }
}

fn purposes(table: &SettingsReader<'_>) -> Result<Vec<EgressPurpose>> {
    let key = "providers.purposes";
    match table.required(key) {
        "all" => Ok(EgressPurpose::ALL.to_vec()),
        "none" => Ok(Vec::new()),
        _ => {
            let known = EgressPurpose::ALL.map(EgressPurpose::name).join(", ");
            let wrong = |_| table.invalid_value(key, &format!("all, none, or some of {known}"));
            table.list(key).into_iter().map(|name| name.parse().map_err(wrong)).collect()
        }
    }
}

fn name_server(table: &SettingsReader<'_>) -> Result<Option<SocketAddr>> {
    let key = "fetch.name_server";
    let wrong = |_| table.invalid_value(key, "an address with a port, such as 192.0.2.1:53");
    table.text(key).map(|text| text.parse().map_err(wrong)).transpose()
}

fn parse_confidence_threshold(table: &SettingsReader<'_>) -> Result<f64> {
    let (key, wanted) = ("transcription.confidence_threshold", "a number from -20 to 0");
    match table.parse(key, wanted)? {
        number if (-20.0..=0.0).contains(&number) => Ok(number),
        _ => Err(table.invalid_value(key, wanted)),
    }
}

/// Maximum retry delay in seconds: one day.
const MAX_RETRY: u64 = 24 * 60 * 60;

fn parse_retry_delays(table: &SettingsReader<'_>) -> Result<Vec<Duration>> {
    let key = "jobs.retry_delays";
    let wrong = || table.invalid_value(key, &format!("up to 20 numbers of seconds, each at most {MAX_RETRY}"));
    let delays = table.list(key).into_iter().map(|text| match text.parse() {
        Ok(seconds) if seconds <= MAX_RETRY => Ok(Duration::from_secs(seconds)),
        _ => Err(wrong()),
    });
    let delays: Vec<Duration> = delays.collect::<Result<_>>()?;
    if delays.len() > 20 { Err(wrong()) } else { Ok(delays) }
}
