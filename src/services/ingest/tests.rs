//! Ingestion of uploads whose files have cached results, so that no provider is needed.

use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::named_params;
use uuid::Uuid;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::clock::FixedClock;
use crate::config::{Config, EnvironmentSnapshot};
use crate::domain::date_range::DateRange;
use crate::domain::entry::{Entry, SourceType};
use crate::domain::id::{EntryId, JobId};
use crate::domain::scope::Scope;
use crate::domain::search_result::SearchSort;
use crate::domain::user::UserRole;
use crate::entropy::OsEntropy;
use crate::error::{Error, ErrorKind, Result};
use crate::net::transport::BoxFuture;
use crate::providers::ocr::page::PageText;
use crate::services::accounts::users;
use crate::services::audit::AuditRecorder;
use crate::services::entries::{self, EntryEdit};
use crate::services::ingest::uncertain_spans::{range, slice_chars};
use crate::services::ingest::uploads::{ProgressReporter, UploadJob};
use crate::services::ingest::{EntryDraft, EntrySubmitter, photos, reading_cache, recordings};
use crate::services::{auth, search};
use crate::setup;
use crate::storage::notebook::uploads;

struct IngestTestWorld {
    ctx: Ctx,
    _home: tempfile::TempDir,
}

/// Records reported progress and fails with `Conflict` after a number of files.
struct RecordingReporter(Mutex<Vec<u64>>, u64);

impl ProgressReporter for RecordingReporter {
    fn files_done(&self, files: u64) -> BoxFuture<'_, Result<()>> {
        self.0.lock().push(files);
        let goes_on = files < self.1;
        Box::pin(async move { if goes_on { Ok(()) } else { Err(Error::conflict("the job was cancelled")) } })
    }
}

/// Returns a new random id.
fn fresh() -> Uuid {
    JobId::draw(&OsEntropy).unwrap().0
}

fn recording_reporter() -> RecordingReporter {
    RecordingReporter(Mutex::default(), u64::MAX)
}

impl IngestTestWorld {
    async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = || {
            let pairs = [("HOME", home.path().to_str().unwrap()), ("MIN_ENTRY_DATE", "2024-01-01")];
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value.into()));
            Config::load(Vec::new(), None, &EnvironmentSnapshot::from_iter(pairs)).unwrap()
        };
        let clock = Arc::new(FixedClock("2026-11-21T12:00:00Z".parse().unwrap()));
        let ada = users::CreateUserRequest {
            email: "ada@home.example".parse().unwrap(),
            name: None,
            role: UserRole::Member,
            password: None,
        };
        setup::init(config(), clock.clone(), Arc::new(OsEntropy), ada).await.unwrap();
        let app = Arc::new(AppState::open(config(), clock, Arc::new(OsEntropy)).unwrap());
        Self { ctx: auth::operator(app, None).unwrap(), _home: home }
    }

    /// Adds an upload with files given by hash, and a cached result for those with a text.
    async fn upload(&self, source: SourceType, date: Option<&str>, files: &[(&[u8], Option<&str>)]) -> UploadJob {
        let job = JobId::draw(&OsEntropy).unwrap();
        let rows: Vec<_> = files
            .iter()
            .zip(1..)
            .map(|((hash, text), position)| (position, fresh(), hash.to_vec(), text.map(str::to_owned)))
            .collect();
        let files = self.ctx.write(Scope::Ingest, move |db| {
            db.execute(
                "INSERT INTO jobs (id, kind, status, created_at) VALUES (:id, 'ingest', 'running', '')",
                named_params! { ":id": job.to_string() },
            )?;
            for (position, media, hash, text) in &rows {
                db.execute(
                    "INSERT INTO media (id, media_type, plain_bytes, sealed_hash, created_at)
                     VALUES (:id, 'image/jpeg', 1, x'00', '')",
                    named_params! { ":id": media.to_string() },
                )?;
                uploads::add(db, job, *position, *media, "page.jpg", hash)?;
                if let Some(text) = text {
                    let reading = reading_of(text);
                    uploads::set_reading(db, job, *position, &serde_json::to_string(&reading).unwrap())?;
                }
            }
            uploads::list_files(db, job)
        });
        UploadJob {
            job,
            files: files.await.unwrap(),
            date: date.map(str::to_owned),
            is_date_explicit: false,
            source,
            language: None,
            submitter: EntrySubmitter::default(),
        }
    }

    async fn pages(&self, date: Option<&str>, texts: &[&str]) -> Result<EntryDraft> {
        let hashes: Vec<Uuid> = texts.iter().map(|_| fresh()).collect();
        let files: Vec<_> = hashes.iter().zip(texts).map(|(hash, text)| (&hash.as_bytes()[..], Some(*text))).collect();
        let upload = self.upload(SourceType::Photo, date, &files).await;
        photos::draft(&self.ctx, &upload, &recording_reporter()).await
    }

    async fn recordings(&self, date: Option<&str>, texts: &[&str]) -> Result<EntryDraft> {
        let hashes: Vec<Uuid> = texts.iter().map(|_| fresh()).collect();
        let files: Vec<_> = hashes.iter().zip(texts).map(|(hash, text)| (&hash.as_bytes()[..], Some(*text))).collect();
        let upload = self.upload(SourceType::Voice, date, &files).await;
        recordings::draft(&self.ctx, &upload, &recording_reporter()).await
    }

    async fn store(&self, draft: EntryDraft) -> Result<Entry> {
        let trail = AuditRecorder::from_ctx(&self.ctx);
        let id = self.ctx.write(Scope::Ingest, move |db| draft.add(db, &trail)).await?;
        entries::get(&self.ctx, id).await
    }

    async fn numbers(&self, sql: &'static str) -> Vec<i64> {
        self.ctx.read(Scope::EntriesRead, move |db| db.query_all(sql, [], |row| row.get(0))).await.unwrap()
    }

    async fn words(&self, sql: &'static str) -> Vec<String> {
        self.ctx.read(Scope::EntriesRead, move |db| db.query_all(sql, [], |row| row.get(0))).await.unwrap()
    }

    /// Returns whether a search for a word finds an entry.
    async fn finds(&self, word: &str) -> bool {
        let (query, sort) = (word.to_owned(), SearchSort::default());
        let (between, tagged) = (DateRange::default(), crate::domain::tag::TagFilter::default());
        let search = search::EntrySearch { query, between, tagged, limit: 10, offset: 0, sort };
        !search::find(&self.ctx, search).await.unwrap().items.is_empty()
    }
}

/// Parses a text whose uncertain words are in angle quotes.
fn reading_of(text: &str) -> PageText {
    let (mut plain, mut spans, mut start) = (String::new(), Vec::new(), 0);
    let length = |text: &str| i64::try_from(text.chars().count()).unwrap();
    for character in text.chars() {
        match character {
            '‹' => start = length(&plain),
            '›' => spans.push(range(start, length(&plain))),
            _ => plain.push(character),
        }
    }
    PageText { text: plain, spans }
}

fn doubtful(entry: &Entry) -> Vec<&str> {
    entry.uncertain_spans.iter().map(|&span| slice_chars(&entry.raw_text, span)).collect()
}

#[tokio::test]
async fn pages_become_one_entry_with_window_and_uncertain_spans() {
    let world = IngestTestWorld::new().await;
    let pages = [
        "…and so to ‹bed›.\n<<<ENTRY BEGINS>>>\nThursday 18 June 2026. Rain ‹all› day.",
        "We stayed in and read.",
        "Soup, then ‹cards›.\n<<<ENTRY ENDS>>>\nFriday 19 June 2026.",
    ];

    let entry = world.store(world.pages(Some("2026-11-20"), &pages).await.unwrap()).await.unwrap();

    let content = "Thursday 18 June 2026. Rain all day.\nWe stayed in and read.\nSoup, then cards.";
    assert_eq!(entry.final_text, content);
    assert_eq!(entry.raw_text, format!("…and so to bed.\n\n{content}\n\nFriday 19 June 2026."));
    assert_eq!(slice_chars(&entry.raw_text, entry.content_boundary.unwrap()), content);
    assert_eq!(doubtful(&entry), ["bed", "all", "cards"]);
    assert_eq!((entry.entry_date.as_str(), entry.date_confirmed), ("2026-06-18", true));
    assert_eq!((entry.source_type.as_str(), entry.page_count, entry.word_count), ("photo", 3, 15));
    let kept = world.words("SELECT raw_text FROM entry_pages ORDER BY page_number").await;
    assert_eq!(kept[0], "…and so to bed.\n\nThursday 18 June 2026. Rain all day.");
    assert_eq!(kept[2], "Soup, then cards.\n\nFriday 19 June 2026.");
    let labels = world.words("SELECT file_path FROM source_files ORDER BY id").await;
    assert_eq!(labels, ["image_2026-06-18_p1", "image_2026-06-18_p2", "image_2026-06-18_p3"]);
}

#[tokio::test]
async fn originals_of_an_upload_are_attached_to_the_entry() {
    let world = IngestTestWorld::new().await;

    let entry = world.store(world.pages(None, &["rain", "snow"]).await.unwrap()).await.unwrap();

    assert_eq!(world.numbers("SELECT COUNT(*) FROM job_files").await, [0]);
    let paired = "SELECT p.page_number FROM media m JOIN entry_pages p ON p.source_file_id = m.source_file_id
                  ORDER BY p.page_number";
    assert_eq!(world.numbers(paired).await, [1, 2]);
    assert_eq!((entry.entry_date.as_str(), entry.content_boundary), ("2026-11-21", None));
}

#[tokio::test]
async fn recordings_become_one_entry_joined_by_a_blank_line() {
    let world = IngestTestWorld::new().await;

    let draft = world.recordings(Some("2026-05-12"), &[" It ‹rained›. ", "", "And ‹then› it snowed.\n"]).await.unwrap();
    let entry = world.store(draft).await.unwrap();

    assert_eq!(entry.raw_text, "It rained.\n\nAnd then it snowed.");
    assert_eq!(entry.final_text, entry.raw_text);
    assert_eq!(doubtful(&entry), ["rained", "then"]);
    assert_eq!((entry.entry_date.as_str(), entry.source_type.as_str(), entry.page_count), ("2026-05-12", "voice", 0));
    let labels = world.words("SELECT file_path FROM source_files ORDER BY id").await;
    assert_eq!(labels, ["voice_2026-05-12_part1", "voice_2026-05-12_part2", "voice_2026-05-12_part3"]);
    let draft = world.recordings(Some("2026-05-12"), &["Alone."]).await.unwrap();
    assert_eq!(draft.files[0].label, "voice_2026-05-12");
}

#[tokio::test]
async fn date_comes_from_the_upload_the_text_or_the_weekday_check() {
    type Case<'c> = (Option<&'c str>, &'c str, &'c str, bool, &'c [&'c str]);
    let world = IngestTestWorld::new().await;
    let cases: [Case<'_>; 9] = [
        (None, "rain", "2026-11-21", true, &[]),
        (Some("2026-05-12"), "rain", "2026-05-12", true, &[]),
        (Some("2026-05-12"), "Thursday 18 June 2026. Rain.", "2026-06-18", true, &[]),
        (Some("2026-05-12"), "18 June. Rain.", "2026-06-18", true, &[]),
        (Some("2026-05-12"), "Monday 18 June 2026. Rain.\nSnow.", "2026-06-18", true, &["Monday 18 June 2026. Rain."]),
        (None, "Thursday 18 June 2062. ‹Rain›.", "2026-06-18", true, &["Thursday 18 June 2062. Rain.", "Rain"]),
        (None, "18 June 2062. Rain.", "2062-06-18", false, &[]),
        (Some("1999-01-01"), "Rain.", "1999-01-01", false, &[]),
        (None, "old\n<<<ENTRY BEGINS>>>\nMonday 18 June 2026\nRain", "2026-06-18", true, &["Monday 18 June 2026"]),
    ];
    for (came, text, wanted, confirmed, doubts) in cases {
        let entry = world.store(world.pages(came, &[text]).await.unwrap()).await.unwrap();

        assert_eq!((entry.entry_date.as_str(), entry.date_confirmed), (wanted, confirmed), "{text}");
        assert_eq!(doubtful(&entry), doubts, "{text}");
    }
    let refused = world.pages(Some("20260512"), &["rain"]).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn an_entry_is_searchable_once_its_uncertain_date_is_corrected() {
    let world = IngestTestWorld::new().await;
    let entry = world.store(world.pages(None, &["18 June 2062. Thunderstorm."]).await.unwrap()).await.unwrap();

    assert!(!world.finds("thunderstorm").await, "its date is still uncertain");
    let edit = EntryEdit { date: Some("2026-06-18".to_owned()), ..EntryEdit::default() };
    let edited = entries::edit(&world.ctx, entry.id, edit).await.unwrap();

    assert!(edited.entry.date_confirmed && edited.reprocess_job_id.is_some());
    assert!(world.finds("thunderstorm").await);
}

#[tokio::test]
async fn changing_the_window_rebuilds_the_final_text() {
    let world = IngestTestWorld::new().await;
    let pages = ["old\n<<<ENTRY BEGINS>>>\nRain all day."];
    let entry = world.store(world.pages(None, &pages).await.unwrap()).await.unwrap();
    assert_eq!(entry.final_text, "Rain all day.");

    let whole = EntryEdit { content_start: Some(None), content_end: Some(None), ..EntryEdit::default() };
    let edited = entries::edit(&world.ctx, entry.id, whole).await.unwrap();
    assert_eq!((edited.entry.final_text.as_str(), edited.entry.content_boundary), ("old\n\nRain all day.", None));
    assert!(edited.reprocess_job_id.is_some());
    let narrow = EntryEdit { content_start: Some(Some(5)), content_end: Some(Some(9)), ..EntryEdit::default() };
    let edited = entries::edit(&world.ctx, entry.id, narrow).await.unwrap();
    assert_eq!((edited.entry.final_text.as_str(), edited.entry.content_boundary), ("Rain", Some(range(5, 9))));
}

#[tokio::test]
async fn bug_3_duplicate_files_are_rejected_by_name() {
    let world = IngestTestWorld::new().await;
    let photo = SourceType::Photo;
    let twice = world.upload(photo, None, &[(b"a", Some("x")), (b"b", Some("y")), (b"a", Some("x"))]).await;
    let refused = photos::draft(&world.ctx, &twice, &recording_reporter()).await.unwrap_err();
    assert_eq!(
        (refused.kind(), refused.to_string().as_str()),
        (ErrorKind::Conflict, "page 3 is the same file as page 1")
    );

    // Two uploads with the same page, both read before either is stored.
    let (first, second) = (
        world.upload(photo, None, &[(b"a", Some("rain"))]).await,
        world.upload(SourceType::Voice, None, &[(b"c", Some("snow")), (b"a", Some("rain"))]).await,
    );
    let rain = photos::draft(&world.ctx, &first, &recording_reporter()).await.unwrap();
    let snow = recordings::draft(&world.ctx, &second, &recording_reporter()).await.unwrap();
    let entry = world.store(rain).await.unwrap();

    let refused = world.store(snow).await.unwrap_err();
    assert_eq!(refused.to_string(), format!("recording 2 is already in entry {}", entry.id));
    let refused = recordings::draft(&world.ctx, &second, &recording_reporter()).await.unwrap_err();
    assert_eq!((refused.kind(), refused.hint_text().is_some()), (ErrorKind::Conflict, true));
    assert_eq!(world.numbers("SELECT COUNT(*) FROM entries").await, [1], "the second upload stored no entry");
}

#[tokio::test]
async fn uploads_without_text_or_speech_are_rejected() {
    let world = IngestTestWorld::new().await;

    for texts in [&[" "][..], &["", "\n"], &["<<<ENTRY BEGINS>>>\n<<<ENTRY ENDS>>>"]] {
        let refused = world.pages(None, texts).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Invalid, "{texts:?}");
        assert!(refused.to_string().contains("no text was found"), "{refused}");
    }
    let refused = world.recordings(None, &["", " "]).await.unwrap_err();
    assert!(refused.to_string().contains("no speech was recognized"), "{refused}");
}

#[tokio::test]
async fn progress_is_reported_and_a_cancelled_job_stops() {
    let world = IngestTestWorld::new().await;
    let upload = world.upload(SourceType::Photo, None, &[(b"a", Some("x")), (b"b", Some("y"))]).await;

    let all = recording_reporter();
    photos::draft(&world.ctx, &upload, &all).await.unwrap();
    assert_eq!(*all.0.lock(), [1, 2]);

    let cancelled = RecordingReporter(Mutex::default(), 1);
    photos::draft(&world.ctx, &upload, &cancelled).await.unwrap_err();
    assert_eq!(*cancelled.0.lock(), [1]);
}

#[tokio::test]
async fn cached_results_are_reused_by_the_next_attempt() {
    let world = IngestTestWorld::new().await;
    let upload = world.upload(SourceType::Photo, None, &[(b"a", Some("rain")), (b"b", None)]).await;
    let report = recording_reporter();

    let refused = photos::draft(&world.ctx, &upload, &report).await.unwrap_err();
    assert_eq!((refused.kind(), report.0.lock().len()), (ErrorKind::Conflict, 1), "no OCR provider is configured");

    reading_cache::store(&world.ctx, upload.job, 2, &reading_of("‹snow›")).await.unwrap();
    let job = upload.job;
    let files = world.ctx.read(Scope::Ingest, move |db| uploads::list_files(db, job)).await.unwrap();
    let draft = photos::draft(&world.ctx, &UploadJob { files, ..upload }, &report).await.unwrap();
    assert_eq!((draft.body.as_str(), draft.spans.as_slice()), ("rain\nsnow", [range(5, 9)].as_slice()));
}

#[tokio::test]
async fn an_error_names_the_file_if_there_are_several() {
    let world = IngestTestWorld::new().await;
    let several = world.upload(SourceType::Voice, None, &[(b"a", None), (b"b", None)]).await;
    let one = world.upload(SourceType::Photo, None, &[(b"a", None)]).await;
    let fault = || Error::invalid("the file is broken");

    assert_eq!(reading_cache::with_file_context(fault(), &several, 2).to_string(), "recording 2: the file is broken");
    assert_eq!(reading_cache::with_file_context(fault(), &one, 1).to_string(), "the file is broken");
    assert_eq!(world.numbers("SELECT COUNT(*) FROM entries").await, [0]);
    assert!(entries::get(&world.ctx, EntryId(1)).await.is_err());
}
