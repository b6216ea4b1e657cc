//! Logs go to stderr, readable or as JSON. They carry ids, never text.

use tracing_subscriber::EnvFilter;

use crate::global::Global;
use journal::config::Config;
use journal::config::LogFormat;
use journal::error::Error;
use journal::error::Result;

/// Starts logging as configured; `-q` and `-v` win over the setting.
///
/// # Errors
/// `Invalid` for a filter that cannot be read.
pub fn start(config: &Config, global: &Global) -> Result<()> {
    let filter = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (_, 0) => &config.log_filter,
        (_, 1) => "info",
        (_, _) => "debug",
    };
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        Error::invalid("the setting log.filter cannot be read")
            .hint("use error, warn, info, debug or trace")
            .caused_by(error)
    })?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.log_format {
        LogFormat::Human => logs.with_ansi(console::colors_enabled_stderr() && !global.no_color).try_init(),
        LogFormat::Json => logs.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| Error::internal("starting the log", error))
}
