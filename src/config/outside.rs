//! Settings of what lies outside this machine: where providers are, with which credentials, and what may be sent there.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::config::table::Table;
use crate::config::typed::SecretSource;
use crate::error::Result;
use crate::model::egress::Purpose;

/// An account with a provider.
#[derive(Debug, Clone)]
pub struct Account {
    /// Credential; `None` when there is none.
    pub key: Option<SecretSource>,
    /// Where its API is.
    pub url: String,
    /// Whether somebody pointed the address elsewhere than to the provider's own: such a one may need no key.
    pub moved: bool,
}

impl Account {
    /// Tells whether anything may be sent there.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        self.key.is_some() || self.moved
    }
}

/// Settings of the outside.
#[derive(Debug, Clone)]
pub struct Outside {
    /// Anthropic.
    pub anthropic: Account,
    /// OpenAI.
    pub openai: Account,
    /// Gemini.
    pub gemini: Account,
    /// Who reads pages, where it speaks OpenAI's API.
    pub ocr: Account,
    /// Who transcribes, where it speaks OpenAI's API.
    pub transcription: Account,
    /// Who reads texts, where it speaks OpenAI's API.
    pub chat: Account,
    /// Who makes vectors, where it speaks OpenAI's API.
    pub embedding: Account,
    /// Who reads texts.
    pub chat_provider: String,
    /// Who makes vectors.
    pub embedding_provider: String,
    /// With which model, for a provider.
    pub embedding_model: String,
    /// Numbers a vector, for a provider.
    pub embedding_dimensions: u32,
    /// What may be sent out for.
    pub purposes: Vec<Purpose>,
    /// Whether providers are asked to keep nothing.
    pub zero_retention: bool,
    /// Certificates to trust besides the public ones.
    pub ca_file: Option<PathBuf>,
    /// Time for an answer.
    pub timeout: Duration,
    /// Token for files of Slack.
    pub slack_token: Option<SecretSource>,
    /// Who resolves the names of addresses that are fetched; the system's name server if none is set.
    pub name_server: Option<SocketAddr>,
    /// Folder of words that help with handwriting and recordings.
    pub context_dir: Option<PathBuf>,
    /// `5m` or `1h`.
    pub context_cache_ttl: String,
    /// File of the dimensions of moods.
    pub mood_dimensions: Option<PathBuf>,
    /// File of names that are written in an unusual way.
    pub entity_casing: Option<PathBuf>,
    /// Logarithm of the probability below which a word of a transcript is doubtful.
    pub confidence_threshold: f64,
    /// Model that looks for dates at the head of texts.
    pub heading_model: String,
    /// Jobs worked on at once.
    pub job_workers: u32,
    /// Time before each further attempt at a job.
    pub job_retries: Vec<Duration>,
}

impl Outside {
    pub(crate) fn read(table: &Table<'_>) -> Result<Self> {
        let own = |name: &str| -> Result<Account> {
            let (key, url) = (format!("{name}.api_key"), format!("{name}.url"));
            Ok(Account {
                key: table.secret(&key)?,
                url: table.required(&url).to_owned(),
                moved: !table.is_default(&url),
            })
        };
        let openai = own("openai")?;
        let speaking_openai = |key: &str| match table.text(key) {
            Some(url) => Account { key: openai.key.clone(), url: url.to_owned(), moved: true },
            None => openai.clone(),
        };
        let chosen = |key: &str, words: &[&str]| -> Result<String> {
            let word = table.required(key);
            if words.contains(&word) { Ok(word.to_owned()) } else { Err(table.wrong(key, &words.join(" or "))) }
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
            embedding_dimensions: table.within("embedding.dimensions", 64, 4096)?,
            purposes: purposes(table)?,
            zero_retention: table.truth("providers.zero_retention")?,
            ca_file: table.path("providers.ca_file")?,
            timeout: Duration::from_secs(table.within("providers.timeout", 1, 600)?.into()),
            slack_token: table.secret("slack.bot_token")?,
            name_server: name_server(table)?,
            context_dir: table.path("ocr.context_dir")?,
            context_cache_ttl: chosen("ocr.context_cache_ttl", &["5m", "1h"])?,
            mood_dimensions: table.path("mood.dimensions_file")?,
            entity_casing: table.path("entities.casing_file")?,
            confidence_threshold: threshold(table)?,
            heading_model: table.required("entries.date_heading_model").to_owned(),
            job_workers: table.within("jobs.workers", 1, 64)?,
            job_retries: retries(table)?,
            openai,
        })
    }
}

fn purposes(table: &Table<'_>) -> Result<Vec<Purpose>> {
    let key = "providers.purposes";
    match table.required(key) {
        "all" => Ok(Purpose::ALL.to_vec()),
        "none" => Ok(Vec::new()),
        _ => {
            let known = Purpose::ALL.map(Purpose::name).join(", ");
            let wrong = |_| table.wrong(key, &format!("all, none, or some of {known}"));
            table.list(key).into_iter().map(|name| name.parse().map_err(wrong)).collect()
        }
    }
}

fn name_server(table: &Table<'_>) -> Result<Option<SocketAddr>> {
    let key = "fetch.name_server";
    let wrong = |_| table.wrong(key, "an address with a port, such as 192.0.2.1:53");
    table.text(key).map(|text| text.parse().map_err(wrong)).transpose()
}

fn threshold(table: &Table<'_>) -> Result<f64> {
    let (key, wanted) = ("transcription.confidence_threshold", "a number from -20 to 0");
    match table.parse(key, wanted)? {
        number if (-20.0..=0.0).contains(&number) => Ok(number),
        _ => Err(table.wrong(key, wanted)),
    }
}

/// Longest wait before another attempt, seconds: a day.
const MAX_RETRY: u64 = 24 * 60 * 60;

fn retries(table: &Table<'_>) -> Result<Vec<Duration>> {
    let key = "jobs.retry_delays";
    let wrong = || table.wrong(key, &format!("up to 20 numbers of seconds, each at most {MAX_RETRY}"));
    let delays = table.list(key).into_iter().map(|text| match text.parse() {
        Ok(seconds) if seconds <= MAX_RETRY => Ok(Duration::from_secs(seconds)),
        _ => Err(wrong()),
    });
    let delays: Vec<Duration> = delays.collect::<Result<_>>()?;
    if delays.len() > 20 { Err(wrong()) } else { Ok(delays) }
}
