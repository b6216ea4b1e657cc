//! Settings, resolved in this order: flag, environment (or `*_FILE`), config file, default.

mod absolute_path;
pub mod backup;
mod calendar;
mod definitions;
mod environment;
pub mod external_services;
mod file;
pub mod providers;
mod reader;
mod resolve;
pub mod runtime;
mod secret_source;
pub mod server;
mod settings;

pub(crate) use absolute_path::absolute_path;
pub use definitions::{SETTING_DEFINITIONS, SettingDefinition};
pub use environment::EnvironmentSnapshot;
pub use resolve::{FlagOverride, ResolvedSetting, ValueSource};
pub use secret_source::SecretSource;
pub use settings::{ChunkingConfig, Config, LogFormat, SearchLimits};
