//! What every request shares: configuration, clock, randomness, the open data directory, the embedder.

mod bell;
pub mod contexts;
pub(crate) mod measures;
pub(crate) mod reads;
mod spent;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;

use jiff::SignedDuration;
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::sync::Semaphore;
use tokio::sync::SemaphorePermit;

use crate::app::bell::Bell;
use crate::app::contexts::Contexts;
use crate::app::measures::Measures;
use crate::app::reads::Tally;
use crate::app::spent::Spent;
use crate::clock;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::SecretSource;
use crate::config::runtime::Runtime;
use crate::crypto::hashing::Hashing;
use crate::crypto::hierarchy::Root;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::day::Bounds;
use crate::model::id::NotebookId;
use crate::net::breaker::Breakers;
use crate::net::http::Client;
use crate::net::outbox::Outbox;
use crate::providers::embedder::Embedder;
use crate::providers::minilm::MiniLm;
use crate::secret::Secret;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;
use crate::storage::data_dir::DataDir;
use crate::storage::keyring_file;
use crate::storage::rekey;
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
    /// What writes left for later.
    pub(crate) work: Work,
    /// One permit a core, for work that fills it.
    thinking: Semaphore,
    /// When the program started.
    pub(crate) started: Timestamp,
    /// What the program measures of itself.
    pub(crate) measures: Measures,
    pub(crate) reads: Tally,
    /// Confirmations that were used.
    pub(crate) spent: Spent,
    /// Letters for whoever works the outbox.
    pub(crate) outbox: Outbox,
    /// Files that help providers.
    pub(crate) contexts: Contexts,
    /// What owners are to be told.
    pub(crate) bell: Bell,
    /// Which hosts of providers are left alone.
    pub(crate) breakers: Breakers,
    /// The client for providers, once the gate has made it.
    pub(crate) providers: OnceLock<Client>,
    embedder: OnceLock<Arc<dyn Embedder>>,
}

/// Notebooks in which a write of this process left work, until its worker takes them. Without a worker, whoever works
/// the queue off finds the jobs' rows.
#[derive(Default)]
pub(crate) struct Work {
    notebooks: Mutex<BTreeSet<NotebookId>>,
    told: Notify,
}

impl Work {
    /// Tells the worker, which begins at once.
    pub(crate) fn left(&self, notebook: NotebookId) {
        self.notebooks.lock().unwrap_or_else(PoisonError::into_inner).insert(notebook);
        self.told.notify_one();
    }

    /// Waits until there is work.
    pub(crate) async fn told(&self) {
        self.told.notified().await;
    }

    /// Takes the notebooks that were named since.
    pub(crate) fn take(&self) -> BTreeSet<NotebookId> {
        std::mem::take(&mut self.notebooks.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl App {
    /// Opens the data directory that the configuration names.
    ///
    /// # Errors
    /// `NotFound` without a journal; `Unauthenticated` for a wrong secret; `Conflict` for
    /// anything about the files that is not as it should be.
    pub fn open(config: Config, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self> {
        // The data directory is looked at first: without one, a missing secret is not the news.
        keyring_file::read(&DataDir::new(&config.data_dir))?;
        let store = open_store(&config, entropy.as_ref())?;
        Ok(Self::assemble(config, clock, entropy, store))
    }

    /// Opens the data directory with the keys of a recovery kit instead of the secret.
    ///
    /// # Errors
    /// As [`Store::open_with`].
    pub(crate) fn open_with(
        config: Config,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        root: &Root,
    ) -> Result<Self> {
        let store = Store::open_with(&config.data_dir, root)?;
        Ok(Self::assemble(config, clock, entropy, store))
    }

    fn assemble(config: Config, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, store: Store) -> Self {
        let hashing = Hashing::new();
        Self {
            measures: Measures::new(clock.now(), &hashing),
            contexts: Contexts::new(&config.outside),
            config,
            started: clock.now(),
            clock,
            entropy,
            store,
            hashing,
            work: Work::default(),
            thinking: Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)),
            reads: Tally::default(),
            spent: Spent::default(),
            outbox: Outbox::default(),
            bell: Bell::default(),
            breakers: Breakers::default(),
            providers: OnceLock::new(),
            embedder: OnceLock::new(),
        }
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

    /// Waits for a core, for work that fills it until the permit is dropped: more at once than there are cores would only take
    /// memory.
    ///
    /// # Errors
    /// `Internal` where there are no permits any more, which never is.
    pub(crate) async fn core(&self) -> Result<SemaphorePermit<'_>> {
        self.thinking.acquire().await.map_err(|error| Error::internal("waiting for a core", error))
    }

    /// Uses another embedder than the built-in one.
    #[must_use]
    pub fn with_embedder(mut self, embedder: Arc<dyn Embedder>) -> Self {
        self.embedder = OnceLock::from(embedder);
        self
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

    /// Writes down which reads were counted.
    ///
    /// # Errors
    /// Only what goes wrong with a database; the counts are kept for the next time.
    pub(crate) fn flush_reads(&self) -> Result<()> {
        self.reads.flush(&self.store)
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

/// A command that read something has counted it by the time it ends.
impl Drop for App {
    fn drop(&mut self) {
        if let Err(error) = self.flush_reads() {
            tracing::warn!("counting what was read: {error:?}");
        }
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("data_dir", &self.config.data_dir).finish_non_exhaustive()
    }
}

/// Opens the store. A rotation may replace secret and keyring between the reading of the one and of the other,
/// so a secret that does not fit is read again, and only refused once it stands still.
fn open_store(config: &Config, entropy: &dyn Entropy) -> Result<Store> {
    let mut secret = read_secret(config)?;
    loop {
        rekey::finish(&DataDir::new(&config.data_dir), &secret, entropy);
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
