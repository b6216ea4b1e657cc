//! Test fixtures of the benchmarks: a journal in a temporary folder, generated texts, an instant embedder.

#![allow(dead_code, reason = "each benchmark uses the part it needs")]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "measuring ends where anything fails")]

use std::ffi::OsString;
use std::sync::Arc;

use tempfile::TempDir;

use journal::app::context::Ctx;
use journal::app::state::AppState;
use journal::clock::SystemClock;
use journal::config::{Config, EnvironmentSnapshot, FlagOverride};
use journal::domain::date_range::DateRange;
use journal::domain::search_result::{SearchPage, SearchSort};
use journal::domain::tag::TagFilter;
use journal::domain::user::UserRole;
use journal::entropy::OsEntropy;
use journal::error::Result;
use journal::providers::embedder::{TextEmbedder, normalise};
use journal::services::accounts::users;
use journal::services::auth;
use journal::services::ingest::{self, ChangePolicy, InputFile};
use journal::services::search::{self, EntrySearch};
use journal::setup;

/// Journal in a temporary folder, which is removed on drop.
pub struct BenchJournal {
    pub ctx: Ctx,
    pub folder: TempDir,
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

impl BenchJournal {
    /// Creates a journal with these settings, given as environment variables.
    pub async fn new(settings: &[(&str, &str)], embedder: Option<Arc<dyn TextEmbedder>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = setup::init(
            config(&folder, settings),
            Arc::new(SystemClock),
            Arc::new(OsEntropy),
            users::CreateUserRequest {
                email: "ada@home.example".parse().unwrap(),
                name: None,
                role: UserRole::Admin,
                password: None,
            },
        )
        .await;
        made.unwrap();
        Self::open(folder, settings, embedder)
    }

    /// Opens the same files a second time, as another process would.
    pub fn open_second(&self) -> Ctx {
        let app = AppState::open(config(&self.folder, &[]), Arc::new(SystemClock), Arc::new(OsEntropy)).unwrap();
        auth::operator(Arc::new(app), None).unwrap()
    }

    /// Closes the journal and opens it with another embedder.
    pub fn reopen(self, embedder: Option<Arc<dyn TextEmbedder>>) -> Self {
        drop(self.ctx);
        Self::open(self.folder, &[], embedder)
    }

    /// Closes the journal and opens it with other settings and another embedder.
    pub fn reopen_with(self, settings: &[(&str, &str)], embedder: Option<Arc<dyn TextEmbedder>>) -> Self {
        drop(self.ctx);
        Self::open(self.folder, settings, embedder)
    }

    fn open(folder: TempDir, settings: &[(&str, &str)], embedder: Option<Arc<dyn TextEmbedder>>) -> Self {
        let app = AppState::open(config(&folder, settings), Arc::new(SystemClock), Arc::new(OsEntropy)).unwrap();
        let app = match embedder {
            Some(embedder) => app.with_embedder(embedder),
            None => app,
        };
        Self { ctx: auth::operator(Arc::new(app), None).unwrap(), folder }
    }

    /// Stores texts in batches, named after their position so that names are unique.
    pub async fn store(&self, texts: &[String], batch: usize) {
        for (part, texts) in texts.chunks(batch).enumerate() {
            let files = texts.iter().enumerate().map(|(position, text)| {
                InputFile::new(format!("{}.txt", part * batch + position), text.clone().into_bytes())
            });
            ingest::files(&self.ctx, files.collect(), Some("2026-03-04"), ChangePolicy::default()).await.unwrap();
        }
    }

    /// Stores texts of one day.
    pub async fn store_on(&self, texts: &[String], day: &str) {
        let files = texts
            .iter()
            .enumerate()
            .map(|(position, text)| InputFile::new(format!("{position}.txt"), text.clone().into_bytes()));
        ingest::files(&self.ctx, files.collect(), Some(day), ChangePolicy::default()).await.unwrap();
    }

    pub async fn search(&self, query: &str, limit: i64) -> Result<SearchPage> {
        self.find(query, DateRange::default(), limit).await
    }

    pub async fn search_between(&self, query: &str, from: &str, to: &str) -> Result<SearchPage> {
        let between = DateRange { from: Some(from.to_owned()), to: Some(to.to_owned()) };
        self.find(query, between, 10).await
    }

    async fn find(&self, query: &str, between: DateRange, limit: i64) -> Result<SearchPage> {
        let (query, tagged) = (query.to_owned(), TagFilter::default());
        let search = EntrySearch { query, between, tagged, limit, offset: 0, sort: SearchSort::Relevance };
        search::find(&self.ctx, search).await
    }
}

fn config(folder: &TempDir, settings: &[(&str, &str)]) -> Config {
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(path("config")).unwrap();
    std::fs::write(path("config/config.toml"), "").unwrap();
    let data = path("data").to_string_lossy().into_owned();
    let flag = FlagOverride { key: "data_dir", flag: "--data-dir", value: data };
    let environment: EnvironmentSnapshot =
        settings.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect();
    Config::load(vec![flag], Some(&path("config/config.toml")), &environment).unwrap()
}

/// Instant embedder: derives a vector from the bytes of the text.
///
/// Uses the id of the built-in embedder, so that a `journal` process can search the stored vectors.
pub struct InstantEmbedder;

impl TextEmbedder for InstantEmbedder {
    fn id(&self) -> &'static str {
        journal::providers::minilm::ID
    }

    fn dimension(&self) -> usize {
        384
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        Ok(texts.iter().map(|text| vector(text)).collect())
    }
}

fn vector(text: &str) -> Vec<f32> {
    let mut random =
        XorShiftRng::new(text.bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte))));
    let mut vector: Vec<f32> = (0..384).map(|_| random.below(2001) as f32 / 1000.0 - 1.0).collect();
    normalise(&mut vector);
    vector
}

/// Reproducible random numbers by xorshift64* (Vigna 2016).
pub struct XorShiftRng(u64);

impl XorShiftRng {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound
    }
}

/// Generates entries of about 150 words from real sentences and invented names, so that word frequencies are realistic.
pub fn generate_entries(count: usize) -> Vec<String> {
    let sentences: Vec<String> = RelevanceDataset::load()
        .paragraphs
        .iter()
        .flat_map(|paragraph| {
            paragraph.text.split_inclusive(". ").map(|part| part.trim().to_owned()).collect::<Vec<_>>()
        })
        .collect();
    let syllables = ["ka", "ro", "mi", "ta", "lu", "ben", "so", "vi", "dar", "el", "no", "pri"];
    let mut random = XorShiftRng::new(2026);
    (0..count)
        .map(|number| {
            let mut text = format!("Entry {number}. ");
            while text.split_whitespace().count() < 150 {
                text.push_str(&sentences[random.below(sentences.len())]);
                let name: String = (0..3).map(|_| syllables[random.below(12)]).collect();
                text.extend([" Then ", &name, " came by. "]);
                if random.below(4) == 0 {
                    text.push_str("\n\n");
                }
            }
            text
        })
        .collect()
}

/// Relevance data set: paragraphs, and questions with their relevant paragraphs.
#[derive(serde::Deserialize)]
pub struct RelevanceDataset {
    pub paragraphs: Vec<RelevanceParagraph>,
    pub questions: Vec<RelevanceQuestion>,
}

#[derive(serde::Deserialize)]
pub struct RelevanceParagraph {
    pub id: i64,
    pub text: String,
}

#[derive(serde::Deserialize)]
pub struct RelevanceQuestion {
    pub text: String,
    pub relevant: Vec<i64>,
}

impl RelevanceDataset {
    pub fn load() -> Self {
        serde_json::from_str(include_str!("../data/search-dev.json")).unwrap()
    }
}
