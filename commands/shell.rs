//! What the flags and the environment say: the configuration, and who acts.

use std::path::Path;
use std::sync::Arc;

use crate::asking::Ask;
use crate::global::Global;
use crate::logging;
use journal::app::App;
use journal::auth;
use journal::clock::SystemClock;
use journal::config::Config;
use journal::config::Environment;
use journal::config::Flag;
use journal::ctx::Ctx;
use journal::entropy::OsEntropy;
use journal::error::Error;
use journal::error::Result;

/// One run of the command.
pub struct Shell {
    pub global: Global,
    pub environment: Environment,
    pub config: Config,
    pub ask: Ask,
}

impl Shell {
    /// Reads the configuration and starts the log.
    ///
    /// # Errors
    /// `Invalid` for settings that cannot be read.
    pub fn new(global: Global, more: Vec<Flag>, serving: bool) -> Result<Self> {
        let environment = Environment::of_process();
        let config =
            Config::load(flags(&global)?.into_iter().chain(more).collect(), global.config.as_deref(), &environment)?;
        logging::start(&config, &global, serving)?;
        for warning in &config.warnings {
            tracing::warn!("{warning}");
        }
        let ask = Ask::new(&global);
        Ok(Self { global, environment, config, ask })
    }

    /// Opens the journal.
    ///
    /// # Errors
    /// As [`App::open`].
    pub fn open(self) -> Result<Arc<App>> {
        App::open(self.config, Arc::new(SystemClock), Arc::new(OsEntropy)).map(Arc::new)
    }

    /// Opens the journal for the user that `--user` names, or the owner of `JOURNAL_API_KEY`.
    ///
    /// # Errors
    /// As [`App::open`] and [`auth`].
    pub fn ctx(self) -> Result<Ctx> {
        let (user, key) = (self.config.user.clone(), App::api_key(&self.config)?);
        let app = self.open()?;
        match key {
            Some(key) => auth::with_key(&app, &key, "cli"),
            None => auth::operator(app, user.as_deref()),
        }
    }

    /// Opens the journal for the operator, or the owner of `JOURNAL_API_KEY`, without naming a user.
    ///
    /// # Errors
    /// As [`App::open`] and [`auth`].
    pub fn administration(self) -> Result<Ctx> {
        let key = App::api_key(&self.config)?;
        let app = self.open()?;
        match key {
            Some(key) => auth::with_key(&app, &key, "cli"),
            None => Ok(auth::administration(app)),
        }
    }
}

fn flags(global: &Global) -> Result<Vec<Flag>> {
    let data_dir = match global.data_dir.as_deref().map(Path::to_str) {
        Some(None) => return Err(Error::invalid("--data-dir is not UTF-8").hint("name a folder in plain text")),
        Some(Some(path)) => Some(("data_dir", "--data-dir", path.to_owned())),
        None => None,
    };
    let user = global.user.as_ref().map(|user| ("user", "--user", user.clone()));
    Ok(data_dir.into_iter().chain(user).map(|(key, flag, value)| Flag { key, flag, value }).collect())
}
