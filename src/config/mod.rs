//! Settings, resolved in this order: flag, environment (or `*_FILE`), config file, default.

pub mod backup;
mod config;
mod definitions;
mod environment;
pub mod external_services;
mod file;
pub mod providers;
mod reader;
mod resolve;
pub mod runtime;
pub mod server;

pub(crate) use config::absolute_path;
pub use config::{ChunkingConfig, Config, LogFormat, SearchLimits, SecretSource};
pub use definitions::{SETTING_DEFINITIONS, SettingDefinition};
pub use environment::EnvironmentSnapshot;
pub use resolve::{FlagOverride, ResolvedSetting, ValueSource};
