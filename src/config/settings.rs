//! Validated configuration.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use zeroize::Zeroizing;

use crate::config::absolute_path::absolute_path;
use crate::config::backup::BackupConfig;
use crate::config::calendar::CalendarConfig;
use crate::config::external_services::ExternalServices;
use crate::config::providers::ProviderTasksConfig;
use crate::config::reader::SettingsReader;
use crate::config::resolve::{self, FlagOverride, ResolvedSetting, ValueSource};
use crate::config::runtime::RuntimeSettings;
use crate::config::secret_source::SecretSource;
use crate::config::server::ServerConfig;
use crate::config::{EnvironmentSnapshot, file};
use crate::error::{Error, Result};

/// Format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One readable line per event.
    Human,
    /// One JSON object per event.
    Json,
}

/// Chunking parameters, not validated yet.
#[derive(Debug, Clone, PartialEq)]
pub struct ChunkingConfig {
    /// `semantic` or `fixed`.
    pub strategy: String,
    /// Maximum chunk size in `cl100k_base` tokens.
    pub max_tokens: usize,
    /// Tokens shared by adjacent chunks (fixed).
    pub overlap_tokens: usize,
    /// Minimum segment size in tokens (semantic).
    pub min_tokens: usize,
    /// Similarity percentile at or below which adjacent segments are split (semantic).
    pub boundary_percentile: f64,
    /// Similarity percentile at or below which they do not overlap (semantic).
    pub decisive_percentile: f64,
}

impl ChunkingConfig {
    fn from_settings(table: &SettingsReader<'_>) -> Result<Self> {
        Ok(Self {
            strategy: table.required("chunking.strategy").to_owned(),
            max_tokens: table.parse("chunking.max_tokens", "a whole number")?,
            overlap_tokens: table.parse("chunking.overlap_tokens", "a whole number")?,
            min_tokens: table.parse("chunking.min_tokens", "a whole number")?,
            boundary_percentile: table.parse("chunking.boundary_percentile", "a number from 0 to 100")?,
            decisive_percentile: table.parse("chunking.decisive_percentile", "a number from 0 to 100")?,
        })
    }
}

/// Number of candidates that each search stage passes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchLimits {
    /// Entries from the full-text search.
    pub keyword: usize,
    /// Chunks from the vector search.
    pub vector: usize,
    /// Entries after rank fusion.
    pub fused: usize,
}

impl SearchLimits {
    fn from_settings(table: &SettingsReader<'_>) -> Result<Self> {
        Ok(Self {
            keyword: table.parse_positive("search.keyword_candidates")?,
            vector: table.parse_positive("search.vector_candidates")?,
            fused: table.parse_positive("search.fused")?,
        })
    }
}

/// The effective configuration.
pub struct Config {
    /// Directory of the encrypted files.
    pub data_dir: PathBuf,
    /// Directory of the secret file; never inside the data directory.
    pub config_dir: PathBuf,
    /// User whose journal is used, as typed.
    pub user: Option<String>,
    /// Source of the secret.
    pub secret: SecretSource,
    /// API key that commands authenticate with.
    pub api_key: Option<SecretSource>,
    /// `tracing` filter directive.
    pub log_filter: String,
    /// Format of log lines.
    pub log_format: LogFormat,
    /// Earliest allowed entry date.
    pub min_entry_date: Date,
    /// Time zone, start of the day and notation of dates.
    pub calendar: CalendarConfig,
    /// Days that a deleted entry stays in the trash.
    pub trash_days: u32,
    /// Minimum password length in code points.
    pub password_min_length: usize,
    /// Chunking parameters.
    pub chunking: ChunkingConfig,
    /// Limits of the search stages.
    pub search: SearchLimits,
    /// Settings of `journal serve`.
    pub server: ServerConfig,
    /// Settings of the tasks that providers perform.
    pub providers: ProviderTasksConfig,
    /// Settings of external services and egress.
    pub external_services: ExternalServices,
    /// Backup destination and recipients.
    pub backup: BackupConfig,
    /// Initial values of the runtime settings.
    pub runtime: RuntimeSettings,
    /// Every setting with its origin, for `journal config`.
    pub settings: Vec<ResolvedSetting>,
    /// Warnings about unknown settings and variables.
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
    pub fn load(
        flags: Vec<FlagOverride>,
        config_file: Option<&Path>,
        environment: &EnvironmentSnapshot,
    ) -> Result<Self> {
        let config_dir = match config_file {
            Some(path) => absolute_path(path)?.parent().map_or_else(PathBuf::new, Path::to_owned),
            None => environment.xdg("XDG_CONFIG_HOME", ".config")?.join("journal"),
        };
        let path = config_file.map_or_else(|| config_dir.join("config.toml"), Path::to_owned);
        let values = file::read(&path, config_file.is_some())?;
        let (mut settings, warnings) = resolve::resolve(flags, environment, &values, &path)?;
        let data_dir = match SettingsReader(&settings).text("data_dir") {
            Some(text) => absolute_path(Path::new(text))?,
            None => environment.xdg("XDG_DATA_HOME", ".local/share")?.join("journal"),
        };
        let default_file = || SecretSource::File(config_dir.join("secret.key"));
        let secret = SettingsReader(&settings).secret("secret_key")?.unwrap_or_else(default_file);
        fill_default_paths(&mut settings, &data_dir, &secret);
        let table = SettingsReader(&settings);
        let log_format = match table.required("log.format") {
            "human" => LogFormat::Human,
            "json" => LogFormat::Json,
            _ => return Err(table.invalid_value("log.format", "human or json")),
        };
        let min_entry_date: Date = table.parse("min_entry_date", "a date, YYYY-MM-DD").and_then(|date: Date| {
            if date.to_string() == table.required("min_entry_date") {
                Ok(date)
            } else {
                Err(table.invalid_value("min_entry_date", "a date, YYYY-MM-DD"))
            }
        })?;
        let password_min_length = table.parse("password.min_length", "a whole number from 8 to 1024")?;
        if !(8..=1024).contains(&password_min_length) {
            return Err(table.invalid_value("password.min_length", "a whole number from 8 to 1024"));
        }
        Ok(Self {
            user: table.text("user").map(str::to_owned),
            api_key: table.secret("api_key")?,
            log_filter: table.required("log.filter").to_owned(),
            data_dir,
            config_dir,
            secret,
            log_format,
            min_entry_date,
            calendar: CalendarConfig::from_settings(&table, environment)?,
            trash_days: table.parse_in_range("trash.days", 1, 3650)?,
            password_min_length,
            chunking: ChunkingConfig::from_settings(&table)?,
            search: SearchLimits::from_settings(&table)?,
            server: ServerConfig::from_settings(&table)?,
            providers: ProviderTasksConfig::from_settings(&table)?,
            external_services: ExternalServices::from_settings(&table)?,
            backup: BackupConfig::from_settings(&table)?,
            runtime: RuntimeSettings::from_settings(&table)?,
            settings,
            warnings,
        })
    }

    /// Returns the path of the secret file, existing or not; `None` if the secret is not in a file.
    ///
    /// # Errors
    /// `Conflict` for a path inside the data directory, which would be copied along with the data.
    pub(crate) fn secret_file(&self) -> Result<Option<&Path>> {
        match self.secret.file() {
            Some(path) if path.starts_with(&self.data_dir) => {
                Err(Error::conflict("the secret file is inside the data directory that it protects")
                    .hint("choose another --data-dir, or another directory for the configuration"))
            }
            place => Ok(place),
        }
    }
}

fn fill_default_paths(settings: &mut [ResolvedSetting], data_dir: &Path, secret: &SecretSource) {
    for setting in settings.iter_mut() {
        match (setting.definition.key, secret) {
            ("data_dir", _) => {
                setting.value = Some(Zeroizing::new(data_dir.display().to_string()));
                if setting.origin == ValueSource::Unset {
                    setting.origin = ValueSource::Default;
                }
            }
            // The file is checked and read only when it is needed; only its path is shown.
            ("secret_key", SecretSource::File(path)) if setting.origin == ValueSource::Unset && path.exists() => {
                setting.origin = ValueSource::File(path.clone());
            }
            _ => {}
        }
    }
}
