//! The settings as types that cannot be wrong.

use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

use jiff::civil::Date;
use zeroize::Zeroizing;

use crate::config::Environment;
use crate::config::backup::Backup;
use crate::config::file;
use crate::config::outside::Outside;
use crate::config::providers::Providers;
use crate::config::resolve;
use crate::config::resolve::Flag;
use crate::config::resolve::Origin;
use crate::config::resolve::Resolved;
use crate::config::runtime::Runtime;
use crate::config::server::Server;
use crate::config::table::Table;
use crate::error::Error;
use crate::error::Result;
use crate::secret::Secret;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One readable line an event.
    Human,
    /// One JSON object an event.
    Json,
}

/// Where a secret comes from.
#[derive(Debug, Clone)]
pub enum SecretSource {
    /// The environment gave it.
    Given(Secret<String>),
    /// A file, checked for owner and mode when it is read.
    File(PathBuf),
}

impl SecretSource {
    /// Returns the file that it is in, if it is in one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Given(_) => None,
            Self::File(path) => Some(path),
        }
    }
}

/// Parameters of the chunkers, as text in the settings and numbers here.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunking {
    /// `semantic` or `fixed`.
    pub strategy: String,
    /// Longest chunk in `cl100k_base` tokens.
    pub max_tokens: usize,
    /// Tokens shared by neighbours (fixed).
    pub overlap_tokens: usize,
    /// Shortest segment (semantic).
    pub min_tokens: usize,
    /// Percentile of similarity at or below which neighbours are parted (semantic).
    pub boundary_percentile: f64,
    /// Percentile at or below which they share nothing (semantic).
    pub decisive_percentile: f64,
}

/// How much each stage of a search hands to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchLimits {
    /// Entries from the word search.
    pub keyword: usize,
    /// Chunks from the meaning search.
    pub vector: usize,
    /// Entries after the fusion.
    pub fused: usize,
}

/// The effective configuration.
pub struct Config {
    /// Where the encrypted files live.
    pub data_dir: PathBuf,
    /// Where the secret file lives; never inside the data directory.
    pub config_dir: PathBuf,
    /// Whose journal, as typed.
    pub user: Option<String>,
    /// The secret's source.
    pub secret: SecretSource,
    /// The key to act with.
    pub api_key: Option<SecretSource>,
    /// `tracing` filter.
    pub log_filter: String,
    /// Shape of log lines.
    pub log_format: LogFormat,
    /// Earliest entry date.
    pub min_entry_date: Date,
    /// Shortest password in code points.
    pub password_min_length: usize,
    /// Chunker parameters.
    pub chunking: Chunking,
    /// Search stages.
    pub search: SearchLimits,
    /// What `journal serve` needs.
    pub server: Server,
    /// What providers are asked to do.
    pub providers: Providers,
    /// Where they are, and what may be sent there.
    pub outside: Outside,
    /// Where backups go and whom they are for.
    pub backup: Backup,
    /// What an admin may change at run time, before anybody did.
    pub runtime: Runtime,
    /// Every setting with its origin, for `journal config`.
    pub settings: Vec<Resolved>,
    /// Names nobody knows, for people to see.
    pub warnings: Vec<String>,
}

impl Config {
    /// Reads the configuration.
    ///
    /// `config_file` is the `--config` flag; without it the file is `config.toml` in the
    /// journal's XDG config directory and may be missing.
    ///
    /// # Errors
    /// `Invalid` naming the setting and its origin; `NotFound` for a missing `--config` file.
    pub fn load(flags: Vec<Flag>, config_file: Option<&Path>, environment: &Environment) -> Result<Self> {
        let config_dir = match config_file {
            Some(path) => absolute(path)?.parent().map_or_else(PathBuf::new, Path::to_owned),
            None => environment.xdg("XDG_CONFIG_HOME", ".config")?.join("journal"),
        };
        let path = config_file.map_or_else(|| config_dir.join("config.toml"), Path::to_owned);
        let values = file::read(&path, config_file.is_some())?;
        let (mut settings, warnings) = resolve::resolve(flags, environment, &values, &path)?;
        let data_dir = match Table(&settings).text("data_dir") {
            Some(text) => absolute(Path::new(text))?,
            None => environment.xdg("XDG_DATA_HOME", ".local/share")?.join("journal"),
        };
        let beside = || SecretSource::File(config_dir.join("secret.key"));
        let secret = Table(&settings).secret("secret_key")?.unwrap_or_else(beside);
        show_places(&mut settings, &data_dir, &secret);
        let table = Table(&settings);
        let log_format = match table.required("log.format") {
            "human" => LogFormat::Human,
            "json" => LogFormat::Json,
            _ => return Err(table.wrong("log.format", "human or json")),
        };
        let min_entry_date: Date = table.parse("min_entry_date", "a date, YYYY-MM-DD").and_then(|date: Date| {
            if date.to_string() == table.required("min_entry_date") {
                Ok(date)
            } else {
                Err(table.wrong("min_entry_date", "a date, YYYY-MM-DD"))
            }
        })?;
        let password_min_length = table.parse("password.min_length", "a whole number from 8 to 1024")?;
        if !(8..=1024).contains(&password_min_length) {
            return Err(table.wrong("password.min_length", "a whole number from 8 to 1024"));
        }
        let chunking = Chunking {
            strategy: table.required("chunking.strategy").to_owned(),
            max_tokens: table.parse("chunking.max_tokens", "a whole number")?,
            overlap_tokens: table.parse("chunking.overlap_tokens", "a whole number")?,
            min_tokens: table.parse("chunking.min_tokens", "a whole number")?,
            boundary_percentile: table.parse("chunking.boundary_percentile", "a number from 0 to 100")?,
            decisive_percentile: table.parse("chunking.decisive_percentile", "a number from 0 to 100")?,
        };
        let search = SearchLimits {
            keyword: table.positive("search.keyword_candidates")?,
            vector: table.positive("search.vector_candidates")?,
            fused: table.positive("search.fused")?,
        };
        let server = Server::read(&table)?;
        let providers = Providers::read(&table)?;
        let outside = Outside::read(&table)?;
        let backup = Backup::read(&table)?;
        let runtime = Runtime::read(&table)?;
        Ok(Self {
            user: table.text("user").map(str::to_owned),
            api_key: table.secret("api_key")?,
            log_filter: table.required("log.filter").to_owned(),
            data_dir,
            config_dir,
            secret,
            log_format,
            min_entry_date,
            password_min_length,
            chunking,
            search,
            server,
            providers,
            outside,
            backup,
            runtime,
            settings,
            warnings,
        })
    }
}

/// Writes the places that depend on the machine into the list that people see.
impl Config {
    /// Returns the file in which the secret lies or will lie, if it is in one.
    ///
    /// # Errors
    /// `Conflict` for a place that a copy of the data would carry along.
    pub(crate) fn secret_place(&self) -> Result<Option<&Path>> {
        match self.secret.file() {
            Some(path) if path.starts_with(&self.data_dir) => {
                Err(Error::conflict("the secret would lie inside the data directory it protects")
                    .hint("choose another --data-dir, or another place for the configuration"))
            }
            place => Ok(place),
        }
    }
}

fn show_places(settings: &mut [Resolved], data_dir: &Path, secret: &SecretSource) {
    for setting in settings.iter_mut() {
        match (setting.definition.key, secret) {
            ("data_dir", _) => {
                setting.value = Some(Zeroizing::new(data_dir.display().to_string()));
                if setting.origin == Origin::Unset {
                    setting.origin = Origin::Default;
                }
            }
            // The file is read, and checked, only when it is needed; its name is what there is to show.
            ("secret_key", SecretSource::File(path)) if setting.origin == Origin::Unset && path.exists() => {
                setting.origin = Origin::File(path.clone());
            }
            _ => {}
        }
    }
}

/// Returns a path from the root without `.` and `..`, so that "inside" can be told by looking at it.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf> {
    let whole = std::path::absolute(path)
        .map_err(|error| Error::invalid(format!("{} is not a usable path", path.display())).caused_by(error))?;
    let mut plain = PathBuf::new();
    for component in whole.components() {
        if component == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(component);
        }
    }
    Ok(plain)
}
