//! A real journal in a temporary folder, for measuring.

#![allow(dead_code, reason = "each benchmark uses the part it needs")]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "measuring ends where anything fails")]

use std::ffi::OsString;
use std::sync::Arc;

use journal::app::App;
use journal::auth;
use journal::clock::SystemClock;
use journal::config::Config;
use journal::config::Environment;
use journal::config::Flag;
use journal::ctx::Ctx;
use journal::entropy::OsEntropy;
use journal::error::Result;
use journal::ingest;
use journal::ingest::Incoming;
use journal::model::between::Between;
use journal::model::hit::Found;
use journal::model::hit::Sort;
use journal::model::user::Role;
use journal::providers::embedder::Embedder;
use journal::providers::embedder::normalise;
use journal::search;
use journal::search::Search;
use journal::setup;
use journal::users;
use tempfile::TempDir;

/// A journal whose files go when it is dropped.
pub struct Journal {
    pub ctx: Ctx,
    pub folder: TempDir,
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

impl Journal {
    /// Makes a journal with these settings, given as environment variables.
    pub async fn new(settings: &[(&str, &str)], embedder: Option<Arc<dyn Embedder>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = setup::init(
            config(&folder, settings),
            Arc::new(SystemClock),
            Arc::new(OsEntropy),
            users::Add { email: "ada@home.example".parse().unwrap(), name: None, role: Role::Admin, password: None },
        )
        .await;
        made.unwrap();
        Self::open(folder, settings, embedder)
    }

    /// Opens the same files once more, as another process would.
    pub fn again(&self) -> Ctx {
        let app = App::open(config(&self.folder, &[]), Arc::new(SystemClock), Arc::new(OsEntropy)).unwrap();
        auth::operator(Arc::new(app), None).unwrap()
    }

    /// Closes the journal and opens it with another embedder.
    pub fn reopened(self, embedder: Option<Arc<dyn Embedder>>) -> Self {
        drop(self.ctx);
        Self::open(self.folder, &[], embedder)
    }

    /// Closes the journal and opens it with other settings and another embedder.
    pub fn reopened_with(self, settings: &[(&str, &str)], embedder: Option<Arc<dyn Embedder>>) -> Self {
        drop(self.ctx);
        Self::open(self.folder, settings, embedder)
    }

    fn open(folder: TempDir, settings: &[(&str, &str)], embedder: Option<Arc<dyn Embedder>>) -> Self {
        let app = App::open(config(&folder, settings), Arc::new(SystemClock), Arc::new(OsEntropy)).unwrap();
        let app = match embedder {
            Some(embedder) => app.with_embedder(embedder),
            None => app,
        };
        Self { ctx: auth::operator(Arc::new(app), None).unwrap(), folder }
    }

    /// Stores texts in batches, named after their position so that they are told apart.
    pub async fn store(&self, texts: &[String], batch: usize) {
        for (part, texts) in texts.chunks(batch).enumerate() {
            let files = texts.iter().enumerate().map(|(position, text)| Incoming {
                name: format!("{}.txt", part * batch + position),
                bytes: text.clone().into_bytes(),
            });
            ingest::files(&self.ctx, files.collect(), Some("2026-03-04")).await.unwrap();
        }
    }

    /// Stores texts of one day.
    pub async fn store_on(&self, texts: &[String], day: &str) {
        let files = texts
            .iter()
            .enumerate()
            .map(|(position, text)| Incoming { name: format!("{position}.txt"), bytes: text.clone().into_bytes() });
        ingest::files(&self.ctx, files.collect(), Some(day)).await.unwrap();
    }

    pub async fn search(&self, query: &str, limit: u32) -> Result<Found> {
        self.find(query, Between::default(), limit).await
    }

    pub async fn between(&self, query: &str, from: &str, to: &str) -> Result<Found> {
        let between = Between { from: Some(from.to_owned()), to: Some(to.to_owned()) };
        self.find(query, between, 10).await
    }

    async fn find(&self, query: &str, between: Between, limit: u32) -> Result<Found> {
        let search = Search { query: query.to_owned(), between, limit, offset: 0, sort: Sort::Relevance };
        search::find(&self.ctx, search).await
    }
}

fn config(folder: &TempDir, settings: &[(&str, &str)]) -> Config {
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(path("config")).unwrap();
    std::fs::write(path("config/config.toml"), "").unwrap();
    let data = path("data").to_string_lossy().into_owned();
    let flag = Flag { key: "data_dir", flag: "--data-dir", value: data };
    let environment: Environment =
        settings.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect();
    Config::load(vec![flag], Some(&path("config/config.toml")), &environment).unwrap()
}

/// Gives every text a vector that depends on its bytes alone, in no time: for measuring what comes after.
///
/// It goes by the built-in embedder's name, so that a `journal` process searches what it stored.
pub struct Instant;

impl Embedder for Instant {
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
        Random::new(text.bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte))));
    let mut vector: Vec<f32> = (0..384).map(|_| random.below(2001) as f32 / 1000.0 - 1.0).collect();
    normalise(&mut vector);
    vector
}

/// xorshift64* (Vigna 2016): the same texts on every run.
pub struct Random(u64);

impl Random {
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

/// Writes entries of about 150 words out of real sentences and made-up names, so that words have
/// the frequencies that a diary's have.
pub fn diary(count: usize) -> Vec<String> {
    let sentences: Vec<String> = Dataset::load()
        .paragraphs
        .iter()
        .flat_map(|paragraph| {
            paragraph.text.split_inclusive(". ").map(|part| part.trim().to_owned()).collect::<Vec<_>>()
        })
        .collect();
    let syllables = ["ka", "ro", "mi", "ta", "lu", "ben", "so", "vi", "dar", "el", "no", "pri"];
    let mut random = Random::new(2026);
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

/// The questions and paragraphs that relevance is measured on.
#[derive(serde::Deserialize)]
pub struct Dataset {
    pub paragraphs: Vec<Paragraph>,
    pub questions: Vec<Question>,
}

#[derive(serde::Deserialize)]
pub struct Paragraph {
    pub id: i64,
    pub text: String,
}

#[derive(serde::Deserialize)]
pub struct Question {
    pub text: String,
    pub relevant: Vec<i64>,
}

impl Dataset {
    pub fn load() -> Self {
        serde_json::from_str(include_str!("../data/search-dev.json")).unwrap()
    }
}
