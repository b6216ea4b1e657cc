//! What every request shares: configuration, clock, randomness, the open data directory, the embedder.

use std::fmt;
use std::sync::Arc;
use std::sync::OnceLock;

use jiff::SignedDuration;
use tokio::sync::Notify;

use crate::clock;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::SecretSource;
use crate::config::runtime::Runtime;
use crate::crypto::hashing::Hashing;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::day::Bounds;
use crate::net::outbox::Outbox;
use crate::providers::embedder::Embedder;
use crate::providers::minilm::MiniLm;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;
use crate::storage::keyring_file;
use crate::storage::store::Store;

/// The running program.
pub struct App {
    /// The effective configuration.
    pub config: Config,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws keys and ids.
    pub entropy: Arc<dyn Entropy>,
    pub(crate) store: Store,
    pub(crate) hashing: Hashing,
    /// Told when a write left work behind.
    pub(crate) work: Notify,
    /// Letters for whoever works the outbox.
    pub(crate) outbox: Outbox,
    embedder: OnceLock<Arc<dyn Embedder>>,
}

impl App {
    /// Opens the data directory that the configuration names.
    ///
    /// # Errors
    /// `NotFound` without a journal; `Unauthenticated` for a wrong secret; `Conflict` for
    /// anything about the files that is not as it should be.
    pub fn open(config: Config, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self> {
        // The data directory is looked at first: without one, a missing secret is not the news.
        keyring_file::read(&crate::storage::data_dir::DataDir::new(&config.data_dir))?;
        let store = open_store(&config)?;
        Ok(Self {
            config,
            clock,
            entropy,
            store,
            hashing: Hashing::new(),
            work: Notify::new(),
            outbox: Outbox::default(),
            embedder: OnceLock::new(),
        })
    }

    /// Reads the API key that the configuration says to act with.
    ///
    /// # Errors
    /// As reading the secret: its file is checked for owner and mode.
    pub fn api_key(config: &Config) -> Result<Option<Secret<String>>> {
        match &config.api_key {
            None => Ok(None),
            Some(source) => Self::reveal(source).map(Some),
        }
    }

    /// Reads a secret of the configuration from where it lies.
    ///
    /// # Errors
    /// As [`Self::api_key`].
    pub(crate) fn reveal(source: &SecretSource) -> Result<Secret<String>> {
        match source {
            SecretSource::Given(secret) => Ok(secret.clone()),
            SecretSource::File(path) => keyring_file::read_line(path),
        }
    }

    /// Uses another embedder than the built-in one.
    #[must_use]
    pub fn with_embedder(self, embedder: Arc<dyn Embedder>) -> Self {
        Self { embedder: OnceLock::from(embedder), ..self }
    }

    /// Returns the embedder, loading the built-in one at the first call.
    pub fn embedder(&self) -> Arc<dyn Embedder> {
        self.embedder.get_or_init(|| Arc::new(MiniLm::load())).clone()
    }

    /// Returns the present instant as an account timestamp.
    pub fn stamp(&self) -> String {
        clock::stamp(self.clock.now())
    }

    /// Returns an instant from now as an account timestamp.
    pub fn stamp_in(&self, span: SignedDuration) -> String {
        clock::stamp(self.clock.now() + span)
    }

    /// Returns the settings that can be changed at run time, as they are now.
    pub(crate) fn runtime(&self, db: &AccountsDb<'_>) -> Result<Runtime> {
        Ok(self.config.runtime.changed_by(&accounts::runtime::all(db)?))
    }

    /// Returns the days an entry may have.
    pub fn bounds(&self) -> Bounds {
        Bounds::until_tomorrow(self.config.min_entry_date, self.clock.today())
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("data_dir", &self.config.data_dir).finish_non_exhaustive()
    }
}

/// Opens the store. A rotation may replace secret and keyring between the reading of the one and of the other,
/// so a secret that does not fit is read again, and only refused once it stands still.
fn open_store(config: &Config) -> Result<Store> {
    let mut secret = read_secret(config)?;
    loop {
        match Store::open(&config.data_dir, &secret) {
            Err(error) if error.kind() == Kind::Unauthenticated => {
                let again = read_secret(config)?;
                if again.expose() == secret.expose() {
                    return Err(error);
                }
                secret = again;
            }
            other => return other,
        }
    }
}

/// Reads the secret from where the configuration says it is.
pub(crate) fn read_secret(config: &Config) -> Result<Secret<String>> {
    match &config.secret {
        SecretSource::Given(secret) => {
            crate::crypto::secret_key::check(secret)?;
            Ok(secret.clone())
        }
        SecretSource::File(path) => keyring_file::read_secret(path).map_err(|error| match error.kind() {
            Kind::NotFound => Error::new(Kind::Unauthenticated, format!("there is no secret in {}", path.display()))
                .hint("put secret.key back from where you keep it, or set JOURNAL_SECRET_KEY_FILE"),
            _ => error,
        }),
    }
}
