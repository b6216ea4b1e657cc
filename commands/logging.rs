//! Logging to stderr, as text or JSON. Logs contain ids, never entry text.

use std::panic::PanicHookInfo;

use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

use crate::global_args::GlobalArgs;
use journal::config::{Config, LogFormat, ValueSource};
use journal::error::{Error, Result};

/// Initialises logging; `-q` and `-v` override the setting. A server logs every request as JSON by default.
///
/// # Errors
/// `Invalid` for a filter that cannot be parsed.
pub fn init(config: &Config, global: &GlobalArgs, serving: bool) -> Result<()> {
    let set = |key: &str| {
        let mut settings = config.settings.iter();
        settings.any(|setting| setting.definition.key == key && setting.origin != ValueSource::Default)
    };
    let filter = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (_, 0) if serving && !set("log.filter") => "info",
        (_, 0) => &config.log_filter,
        (_, 1) => "info",
        (_, _) => "debug",
    };
    let format = if serving && !set("log.format") { LogFormat::Json } else { config.log_format };
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        Error::invalid("the setting log.filter is not a valid filter")
            .hint("use error, warn, info, debug or trace")
            .caused_by(error)
    })?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let logs = tracing_subscriber::registry().with(filter).with(filter_fn(|event| may_log_target(event.target())));
    let started = match format {
        LogFormat::Human => logs.with(lines.with_ansi(console::colors_enabled_stderr() && !global.no_color)).try_init(),
        LogFormat::Json => logs.with(lines.json().flatten_event(true)).try_init(),
    };
    started.map_err(|error| Error::internal("initialising logging", error))?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Returns false for targets that must never be logged. rmcp logs whole messages at some levels and inside its errors;
/// tower-http logs paths. Their callers log what is needed.
fn may_log_target(target: &str) -> bool {
    !matches!(target.split("::").next(), Some("rmcp" | "tower_http"))
}

/// Logs the location of a panic, not its message, which may contain entry text.
fn log_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(|| "?".to_owned(), ToString::to_string);
    tracing::error!("panicked at {place}");
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::Arc;

    use super::*;

    #[derive(Clone, Default)]
    struct CapturedLog(Arc<parking_lot::Mutex<Vec<u8>>>);

    impl Write for CapturedLog {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn panic_message_is_not_logged() {
        let captured = CapturedLog::default();
        let writer = captured.clone();
        let subscriber = fmt().json().with_writer(move || writer.clone()).finish();
        std::panic::set_hook(Box::new(log_panic));

        tracing::subscriber::with_default(subscriber, || {
            std::panic::catch_unwind(|| panic!("could not cut {:?}", "plum brandy")).unwrap_err();
        });

        drop(std::panic::take_hook());
        let log = String::from_utf8(captured.0.lock().clone()).unwrap();
        assert!(log.contains("panicked at commands/logging.rs"), "{log}");
        assert!(!log.contains("plum"), "{log}");
    }
}
