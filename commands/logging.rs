//! Logs go to stderr, readable or as JSON. They carry ids, never text.

use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::global::Global;
use journal::config::Config;
use journal::config::LogFormat;
use journal::config::Origin;
use journal::error::Error;
use journal::error::Result;

/// Starts logging as configured; `-q` and `-v` win over the setting. A server logs every request, as JSON, unless a
/// setting says otherwise.
///
/// # Errors
/// `Invalid` for a filter that cannot be read.
pub fn start(config: &Config, global: &Global, serving: bool) -> Result<()> {
    let set = |key: &str| {
        let mut settings = config.settings.iter();
        settings.any(|setting| setting.definition.key == key && setting.origin != Origin::Default)
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
        Error::invalid("the setting log.filter cannot be read")
            .hint("use error, warn, info, debug or trace")
            .caused_by(error)
    })?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let logs = tracing_subscriber::registry().with(filter).with(filter_fn(|event| carries_no_text(event.target())));
    let started = match format {
        LogFormat::Human => logs.with(lines.with_ansi(console::colors_enabled_stderr() && !global.no_color)).try_init(),
        LogFormat::Json => logs.with(lines.json().flatten_event(true)).try_init(),
    };
    started.map_err(|error| Error::internal("starting the log", error))?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Tells whether what logs under this name may be switched on at all. The library that speaks MCP prints whole messages,
/// on some levels by design and on others inside its errors; what matters of them is logged by those who call it.
fn carries_no_text(target: &str) -> bool {
    target.split("::").next() != Some("rmcp")
}

/// Says where a panic was and nothing else: what it says itself may quote text.
fn log_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(|| "?".to_owned(), ToString::to_string);
    tracing::error!("panicked at {place}");
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::Arc;
    use std::sync::Mutex;

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_a_panic_says_is_not_logged() {
        let kept = Kept::default();
        let writer = kept.clone();
        let subscriber = fmt().json().with_writer(move || writer.clone()).finish();
        std::panic::set_hook(Box::new(log_panic));

        tracing::subscriber::with_default(subscriber, || {
            std::panic::catch_unwind(|| panic!("could not cut {:?}", "plum brandy")).unwrap_err();
        });

        drop(std::panic::take_hook());
        let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert!(log.contains("panicked at commands/logging.rs"), "{log}");
        assert!(!log.contains("plum"), "{log}");
    }
}
