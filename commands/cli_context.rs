//! Context of a command: configuration, environment and the acting user.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::global_args::GlobalArgs;
use crate::logging;
use crate::output::CommandOutput;
use crate::prompt::InteractivePrompt;
use journal::app::context::Ctx;
use journal::app::state::AppState;
use journal::clock::SystemClock;
use journal::config::{Config, EnvironmentSnapshot, FlagOverride};
use journal::entropy::OsEntropy;
use journal::error::{Error, Result};
use journal::services::auth;

/// Context of one command invocation.
pub struct CliContext {
    pub global: GlobalArgs,
    pub environment: EnvironmentSnapshot,
    pub config: Config,
    pub ask: InteractivePrompt,
    /// Application state that the command opened.
    pub opened: Arc<OnceLock<Arc<AppState>>>,
}

impl CliContext {
    /// Loads the configuration and initialises logging.
    ///
    /// # Errors
    /// `Invalid` for settings that cannot be parsed.
    pub fn new(global: GlobalArgs, command_flags: Vec<FlagOverride>, serving: bool) -> Result<Self> {
        let environment = EnvironmentSnapshot::from_process();
        let config = Config::load(
            global_flags(&global)?.into_iter().chain(command_flags).collect(),
            global.config.as_deref(),
            &environment,
        )?;
        logging::init(&config, &global, serving)?;
        if serving {
            config.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
        } else {
            config.warnings.iter().for_each(CommandOutput::warning);
        }
        let ask = InteractivePrompt::new(&global);
        Ok(Self { global, environment, config, ask, opened: Arc::default() })
    }

    /// Opens the data directory; it stays open until the command ends.
    ///
    /// # Errors
    /// As [`AppState::open`].
    pub fn open(self) -> Result<Arc<AppState>> {
        let opened = self.opened.clone();
        let app = self.open_exclusive()?;
        Ok(opened.get_or_init(|| app).clone())
    }

    /// Opens the data directory for a command that may close it, to replace the files. Its reads are not counted.
    fn open_exclusive(self) -> Result<Arc<AppState>> {
        AppState::open(self.config, Arc::new(SystemClock), Arc::new(OsEntropy)).map(Arc::new)
    }

    /// Returns a context for the user given with `--user`, or for the owner of `JOURNAL_API_KEY`.
    ///
    /// # Errors
    /// As [`AppState::open`] and [`auth`].
    pub fn user_ctx(self) -> Result<Ctx> {
        let (user, key) = (self.config.user.clone(), AppState::api_key(&self.config)?);
        let app = self.open()?;
        match key {
            Some(key) => auth::with_key(&app, &key, "cli"),
            None => auth::operator(app, user.as_deref()),
        }
    }

    /// Returns a context for the operator, or for the owner of `JOURNAL_API_KEY`, without a notebook.
    ///
    /// # Errors
    /// As [`AppState::open`] and [`auth`].
    pub fn admin_ctx(self) -> Result<Ctx> {
        match AppState::api_key(&self.config)? {
            Some(key) => auth::with_key(&self.open()?, &key, "cli"),
            None => self.open_exclusive().map(auth::administration),
        }
    }
}

fn global_flags(global: &GlobalArgs) -> Result<Vec<FlagOverride>> {
    let data_dir = match global.data_dir.as_deref().map(Path::to_str) {
        Some(None) => return Err(Error::invalid("--data-dir is not valid UTF-8").hint("use a path in UTF-8")),
        Some(Some(path)) => Some(("data_dir", "--data-dir", path.to_owned())),
        None => None,
    };
    let user = global.user.as_ref().map(|user| ("user", "--user", user.clone()));
    Ok(data_dir.into_iter().chain(user).map(|(key, flag, value)| FlagOverride { key, flag, value }).collect())
}
