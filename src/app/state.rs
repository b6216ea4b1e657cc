//! Shared application state: configuration, clock, entropy, data directory, queues, embedder.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use crate::app::metrics_registry::MetricsRegistry;
use crate::app::notification_queue::NotificationQueue;
use crate::app::read_counter::ReadCounter;
use crate::app::reloadable::ReloadableFiles;
use crate::app::used_tokens::UsedTokens;
use crate::clock::{self, Clock};
use crate::config::runtime::RuntimeSettings;
use crate::config::{Config, SecretSource};
use crate::crypto::key_derivation::KeyHierarchy;
use crate::crypto::password_hash_queue::PasswordHashQueue;
use crate::domain::calendar::JournalCalendar;
use crate::domain::entry_date::DateBounds;
use crate::domain::id::NotebookId;
use crate::entropy::Entropy;
use crate::error::{Error, ErrorKind, Result};
use crate::net::circuit_breaker::CircuitBreakers;
use crate::net::mail_queue::MailQueue;
use crate::net::provider_client::ProviderClient;
use crate::providers::embedder::TextEmbedder;
use crate::providers::minilm::MiniLm;
use crate::secret::Secret;
use crate::storage::accounts::{self, AccountsDb};
use crate::storage::data_dir::DataDir;
use crate::storage::store::DataStore;
use crate::storage::{keyring_file, rekey};

/// Application state that all requests of a process share.
pub struct AppState {
    /// The effective configuration.
    pub config: Config,
    /// Source of the current time.
    pub clock: Arc<dyn Clock>,
    /// Time zone, start of the day and notation of dates.
    pub(crate) calendar: JournalCalendar,
    /// Source of random bytes for keys and ids.
    pub entropy: Arc<dyn Entropy>,
    pub(crate) store: DataStore,
    pub(crate) hashing: PasswordHashQueue,
    /// Notebooks in which this process enqueued jobs.
    pub(crate) pending_work: PendingWork,
    /// CPU permits, one per core, for CPU-bound work.
    cpu_permits: Semaphore,
    /// Start time of the process.
    pub(crate) started: Timestamp,
    /// Metrics registry.
    pub(crate) metrics: MetricsRegistry,
    pub(crate) reads: ReadCounter,
    /// Confirmation tokens that were used.
    pub(crate) used_tokens: UsedTokens,
    /// Outgoing e-mails, for the mail worker.
    pub(crate) outbox: MailQueue,
    /// Operator's files whose content is sent to providers.
    pub(crate) reloadable_files: ReloadableFiles,
    /// Notification queue.
    pub(crate) notification_queue: NotificationQueue,
    /// Circuit breakers, one per provider host.
    pub(crate) breakers: CircuitBreakers,
    /// HTTP client for providers; the egress gateway sets it at first use.
    pub(crate) providers: OnceLock<ProviderClient>,
    embedder: OnceLock<Arc<dyn TextEmbedder>>,
}

/// Notebooks in which this process enqueued jobs, until its worker takes them.
///
/// Jobs are rows: without a worker in this process, the next one finds them in the database.
#[derive(Default)]
pub(crate) struct PendingWork {
    notebooks: Mutex<BTreeSet<NotebookId>>,
    ready: Notify,
}

impl PendingWork {
    /// Marks a notebook as having jobs and wakes the worker.
    pub(crate) fn notify(&self, notebook: NotebookId) {
        self.notebooks.lock().insert(notebook);
        self.ready.notify_one();
    }

    /// Waits until a notebook is marked.
    pub(crate) async fn notified(&self) {
        self.ready.notified().await;
    }

    /// Takes the marked notebooks.
    pub(crate) fn take(&self) -> BTreeSet<NotebookId> {
        std::mem::take(&mut self.notebooks.lock())
    }
}

impl AppState {
    /// Opens the data directory that the configuration names.
    ///
    /// # Errors
    /// `NotFound` without a journal; `Unauthenticated` for a wrong secret; `Conflict` if anything else about the files
    /// is not as required.
    pub fn open(config: Config, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self> {
        // Checked first: without a data directory, a missing secret is not the error to report.
        keyring_file::read(&DataDir::new(&config.data_dir))?;
        let store = open_store(&config, entropy.as_ref())?;
        Ok(Self::from_parts(config, clock, entropy, store))
    }

    /// Opens the data directory with the root key of a recovery kit instead of the secret.
    ///
    /// # Errors
    /// As [`DataStore::open_with_root`].
    pub(crate) fn open_with(
        config: Config,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        root: &KeyHierarchy,
    ) -> Result<Self> {
        let store = DataStore::open_with_root(&config.data_dir, root)?;
        Ok(Self::from_parts(config, clock, entropy, store))
    }

    fn from_parts(config: Config, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, store: DataStore) -> Self {
        let hashing = PasswordHashQueue::new();
        Self {
            metrics: MetricsRegistry::new(clock.now(), &hashing),
            reloadable_files: ReloadableFiles::new(&config.external_services),
            calendar: config.calendar.calendar(clock.zone()),
            config,
            started: clock.now(),
            clock,
            entropy,
            store,
            hashing,
            pending_work: PendingWork::default(),
            cpu_permits: Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)),
            reads: ReadCounter::default(),
            used_tokens: UsedTokens::default(),
            outbox: MailQueue::default(),
            notification_queue: NotificationQueue::default(),
            breakers: CircuitBreakers::default(),
            providers: OnceLock::new(),
            embedder: OnceLock::new(),
        }
    }

    /// Reads the API key that the configuration names, if any.
    ///
    /// # Errors
    /// As for reading the secret: owner and mode of its file are checked.
    pub fn api_key(config: &Config) -> Result<Option<Secret<String>>> {
        match &config.api_key {
            None => Ok(None),
            Some(source) => Self::read_secret_source(source).map(Some),
        }
    }

    /// Reads a secret from its source in the configuration.
    ///
    /// # Errors
    /// As [`Self::api_key`].
    pub(crate) fn read_secret_source(source: &SecretSource) -> Result<Secret<String>> {
        match source {
            SecretSource::Inline(secret) => Ok(secret.clone()),
            SecretSource::File(path) => keyring_file::read_single_line(path),
        }
    }

    /// Acquires a CPU permit, to be held during CPU-bound work: running more tasks than there are cores would only use
    /// more memory.
    ///
    /// # Errors
    /// `Internal` if the semaphore is closed, which never happens.
    pub(crate) async fn acquire_cpu(&self) -> Result<SemaphorePermit<'_>> {
        self.cpu_permits.acquire().await.map_err(|error| Error::internal("acquiring a CPU permit", error))
    }

    /// Replaces the built-in embedder.
    #[must_use]
    pub fn with_embedder(mut self, embedder: Arc<dyn TextEmbedder>) -> Self {
        self.embedder = OnceLock::from(embedder);
        self
    }

    /// Returns the embedder; loads the built-in one at the first call.
    pub fn embedder(&self) -> Arc<dyn TextEmbedder> {
        self.embedder.get_or_init(|| Arc::new(MiniLm::load())).clone()
    }

    /// Returns the current time as an account timestamp.
    pub fn now_timestamp(&self) -> String {
        clock::format_timestamp(self.clock.now())
    }

    /// Returns the current time plus `span` as an account timestamp.
    pub fn timestamp_in(&self, span: SignedDuration) -> String {
        clock::format_timestamp(self.clock.now() + span)
    }

    /// Flushes the counted reads to the notebooks; counts that are not flushed before the process ends are lost.
    ///
    /// # Errors
    /// Database errors only; the counts are kept for the next flush.
    pub(crate) fn flush_reads(&self) -> Result<()> {
        self.reads.flush(&self.store)
    }

    /// Returns the runtime settings: the configuration with the stored changes applied.
    pub(crate) fn runtime(&self, db: &AccountsDb<'_>) -> Result<RuntimeSettings> {
        Ok(self.config.runtime.with_overrides(&accounts::runtime_settings::all(db)?))
    }

    /// Returns the current day of the journal.
    #[must_use]
    pub fn today(&self) -> Date {
        self.calendar.today(self.clock.now())
    }

    /// Returns the range of dates that an entry may have.
    pub fn entry_date_bounds(&self) -> DateBounds {
        DateBounds::until_tomorrow(self.config.min_entry_date, self.today())
    }
}

impl fmt::Debug for AppState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("data_dir", &self.config.data_dir).finish_non_exhaustive()
    }
}

/// Opens the store.
///
/// A rotation may replace the secret and the keyring between the two reads, so a secret that does not fit is read
/// again and refused only if it has not changed.
fn open_store(config: &Config, entropy: &dyn Entropy) -> Result<DataStore> {
    let mut secret = read_secret(config)?;
    loop {
        rekey::resume_interrupted(&DataDir::new(&config.data_dir), &secret, entropy);
        match DataStore::open(&config.data_dir, &secret) {
            Err(error) if error.kind() == ErrorKind::Unauthenticated => {
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

/// Reads the secret from its configured source.
pub(crate) fn read_secret(config: &Config) -> Result<Secret<String>> {
    match &config.secret {
        SecretSource::Inline(secret) => {
            crate::crypto::secret_key::check_entropy(secret)?;
            Ok(secret.clone())
        }
        SecretSource::File(path) => keyring_file::read_secret(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                Error::new(ErrorKind::Unauthenticated, format!("there is no secret in {}", path.display()))
                    .hint("restore secret.key from your copy, set JOURNAL_SECRET_KEY_FILE, or use your recovery kit: `journal keyring rotate --kit FILE`")
            }
            _ => error,
        }),
    }
}
