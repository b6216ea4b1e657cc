//! From what was read or heard to the entry, without a provider: pages and recordings that an earlier attempt made something
//! of are not sent anywhere.

use std::sync::Arc;
use std::sync::Mutex;

use rusqlite::named_params;
use uuid::Uuid;

use crate::app::App;
use crate::audit::Trail;
use crate::auth;
use crate::clock::FixedClock;
use crate::config::Config;
use crate::config::Environment;
use crate::ctx::Ctx;
use crate::entries;
use crate::entries::Edit;
use crate::entropy::OsEntropy;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::ingest::Bringer;
use crate::ingest::Draft;
use crate::ingest::photos;
use crate::ingest::reading;
use crate::ingest::recordings;
use crate::ingest::spans::part;
use crate::ingest::spans::range;
use crate::ingest::uploads::Claimed;
use crate::ingest::uploads::Report;
use crate::model::between::Between;
use crate::model::entry::Entry;
use crate::model::entry::SourceType;
use crate::model::hit::Sort;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::model::user::Role;
use crate::net::wire::Boxed;
use crate::providers::ocr::Reading;
use crate::search;

use crate::setup;
use crate::storage::notebook::uploads;
use crate::users;

struct World {
    ctx: Ctx,
    _home: tempfile::TempDir,
}

/// Counts what it is told, and gives up after so many files.
struct Told(Mutex<Vec<u64>>, u64);

impl Report for Told {
    fn done(&self, files: u64) -> Boxed<'_, Result<()>> {
        self.0.lock().unwrap().push(files);
        let goes_on = files < self.1;
        Box::pin(async move { if goes_on { Ok(()) } else { Err(Error::conflict("the job was cancelled")) } })
    }
}

/// Returns what nobody has had before.
fn fresh() -> Uuid {
    JobId::draw(&OsEntropy).unwrap().0
}

fn told() -> Told {
    Told(Mutex::default(), u64::MAX)
}

impl World {
    async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = || {
            let pairs = [("HOME", home.path().to_str().unwrap()), ("MIN_ENTRY_DATE", "2024-01-01")];
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value.into()));
            Config::load(Vec::new(), None, &Environment::from_iter(pairs)).unwrap()
        };
        let clock = Arc::new(FixedClock("2026-11-21T12:00:00Z".parse().unwrap()));
        let ada =
            users::Add { email: "ada@home.example".parse().unwrap(), name: None, role: Role::Member, password: None };
        setup::init(config(), clock.clone(), Arc::new(OsEntropy), ada).await.unwrap();
        let app = Arc::new(App::open(config(), clock, Arc::new(OsEntropy)).unwrap());
        Self { ctx: auth::operator(app, None).unwrap(), _home: home }
    }

    /// Takes files in by their hash, read already where there is a text.
    async fn upload(&self, source: SourceType, date: Option<&str>, files: &[(&[u8], Option<&str>)]) -> Claimed {
        let job = JobId::draw(&OsEntropy).unwrap();
        let rows: Vec<_> = files
            .iter()
            .zip(1..)
            .map(|((hash, text), position)| (position, fresh(), hash.to_vec(), text.map(str::to_owned)))
            .collect();
        let files = self.ctx.write(Scope::Ingest, move |db| {
            db.run(
                "INSERT INTO jobs (id, kind, status, created_at) VALUES (:id, 'ingest', 'running', '')",
                named_params! { ":id": job.to_string() },
            )?;
            for (position, media, hash, text) in &rows {
                db.run(
                    "INSERT INTO media (id, media_type, plain_bytes, sealed_hash, created_at)
                     VALUES (:id, 'image/jpeg', 1, x'00', '')",
                    named_params! { ":id": media.to_string() },
                )?;
                uploads::add(db, job, *position, *media, "page.jpg", hash)?;
                if let Some(text) = text {
                    let reading = reading_of(text);
                    uploads::keep_reading(db, job, *position, &serde_json::to_string(&reading).unwrap())?;
                }
            }
            uploads::of(db, job)
        });
        Claimed {
            job,
            files: files.await.unwrap(),
            date: date.map(str::to_owned),
            source,
            language: None,
            bringer: Bringer::default(),
        }
    }

    async fn pages(&self, date: Option<&str>, texts: &[&str]) -> Result<Draft> {
        let hashes: Vec<Uuid> = texts.iter().map(|_| fresh()).collect();
        let files: Vec<_> = hashes.iter().zip(texts).map(|(hash, text)| (&hash.as_bytes()[..], Some(*text))).collect();
        let upload = self.upload(SourceType::Photo, date, &files).await;
        photos::draft(&self.ctx, &upload, &told()).await
    }

    async fn recordings(&self, date: Option<&str>, texts: &[&str]) -> Result<Draft> {
        let hashes: Vec<Uuid> = texts.iter().map(|_| fresh()).collect();
        let files: Vec<_> = hashes.iter().zip(texts).map(|(hash, text)| (&hash.as_bytes()[..], Some(*text))).collect();
        let upload = self.upload(SourceType::Voice, date, &files).await;
        recordings::draft(&self.ctx, &upload, &told()).await
    }

    async fn store(&self, draft: Draft) -> Result<Entry> {
        let trail = Trail::of(&self.ctx);
        let id = self.ctx.write(Scope::Ingest, move |db| draft.add(db, &trail)).await?;
        entries::get(&self.ctx, id).await
    }

    async fn numbers(&self, sql: &'static str) -> Vec<i64> {
        self.ctx.read(Scope::EntriesRead, move |db| db.all(sql, [], |row| row.get(0))).await.unwrap()
    }

    async fn words(&self, sql: &'static str) -> Vec<String> {
        self.ctx.read(Scope::EntriesRead, move |db| db.all(sql, [], |row| row.get(0))).await.unwrap()
    }

    /// Tells whether a word leads to an entry.
    async fn finds(&self, word: &str) -> bool {
        let between = Between::default();
        let search = search::Search { query: word.to_owned(), between, limit: 10, offset: 0, sort: Sort::default() };
        !search::find(&self.ctx, search).await.unwrap().items.is_empty()
    }
}

/// Reads a text in which doubtful words stand in angle quotes.
fn reading_of(text: &str) -> Reading {
    let (mut plain, mut spans, mut start) = (String::new(), Vec::new(), 0);
    let length = |text: &str| i64::try_from(text.chars().count()).unwrap();
    for character in text.chars() {
        match character {
            '‹' => start = length(&plain),
            '›' => spans.push(range(start, length(&plain))),
            _ => plain.push(character),
        }
    }
    Reading { text: plain, spans }
}

fn doubtful(entry: &Entry) -> Vec<&str> {
    entry.uncertain_spans.iter().map(|&span| part(&entry.raw_text, span)).collect()
}

#[tokio::test]
async fn pages_become_one_entry_with_its_window_its_pages_and_its_doubts() {
    let world = World::new().await;
    let pages = [
        "…and so to ‹bed›.\n<<<ENTRY BEGINS>>>\nThursday 18 June 2026. Rain ‹all› day.",
        "We stayed in and read.",
        "Soup, then ‹cards›.\n<<<ENTRY ENDS>>>\nFriday 19 June 2026.",
    ];

    let entry = world.store(world.pages(Some("2026-11-20"), &pages).await.unwrap()).await.unwrap();

    let content = "Thursday 18 June 2026. Rain all day.\nWe stayed in and read.\nSoup, then cards.";
    assert_eq!(entry.final_text, content);
    assert_eq!(entry.raw_text, format!("…and so to bed.\n\n{content}\n\nFriday 19 June 2026."));
    assert_eq!(part(&entry.raw_text, entry.content_boundary.unwrap()), content);
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
async fn an_uploads_originals_become_the_entrys() {
    let world = World::new().await;

    let entry = world.store(world.pages(None, &["rain", "snow"]).await.unwrap()).await.unwrap();

    assert_eq!(world.numbers("SELECT COUNT(*) FROM job_files").await, [0]);
    let paired = "SELECT p.page_number FROM media m JOIN entry_pages p ON p.source_file_id = m.source_file_id
                  ORDER BY p.page_number";
    assert_eq!(world.numbers(paired).await, [1, 2]);
    assert_eq!((entry.entry_date.as_str(), entry.content_boundary), ("2026-11-21", None));
}

#[tokio::test]
async fn recordings_become_one_entry_parted_by_a_blank_line() {
    let world = World::new().await;

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
async fn the_date_is_the_one_that_came_the_one_that_was_read_or_the_one_the_weekday_leaves() {
    type Case<'c> = (Option<&'c str>, &'c str, &'c str, bool, &'c [&'c str]);
    let world = World::new().await;
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
    assert_eq!(refused.kind(), Kind::Invalid);
}

#[tokio::test]
async fn a_page_whose_date_cannot_be_right_is_found_once_a_person_has_dated_it() {
    let world = World::new().await;
    let entry = world.store(world.pages(None, &["18 June 2062. Thunderstorm."]).await.unwrap()).await.unwrap();

    assert!(!world.finds("thunderstorm").await, "while its date is in doubt");
    let edit = Edit { date: Some("2026-06-18".to_owned()), ..Edit::default() };
    let edited = entries::edit(&world.ctx, entry.id, edit).await.unwrap();

    assert!(edited.entry.date_confirmed && edited.reprocess_job_id.is_some());
    assert!(world.finds("thunderstorm").await);
}

#[tokio::test]
async fn another_window_makes_the_text_anew() {
    let world = World::new().await;
    let pages = ["old\n<<<ENTRY BEGINS>>>\nRain all day."];
    let entry = world.store(world.pages(None, &pages).await.unwrap()).await.unwrap();
    assert_eq!(entry.final_text, "Rain all day.");

    let whole = Edit { content_start: Some(None), content_end: Some(None), ..Edit::default() };
    let edited = entries::edit(&world.ctx, entry.id, whole).await.unwrap();
    assert_eq!((edited.entry.final_text.as_str(), edited.entry.content_boundary), ("old\n\nRain all day.", None));
    assert!(edited.reprocess_job_id.is_some());
    let narrow = Edit { content_start: Some(Some(5)), content_end: Some(Some(9)), ..Edit::default() };
    let edited = entries::edit(&world.ctx, entry.id, narrow).await.unwrap();
    assert_eq!((edited.entry.final_text.as_str(), edited.entry.content_boundary), ("Rain", Some(range(5, 9))));
}

#[tokio::test]
async fn bug_3_what_a_notebook_has_already_is_named_and_refused() {
    let world = World::new().await;
    let photo = SourceType::Photo;
    let twice = world.upload(photo, None, &[(b"a", Some("x")), (b"b", Some("y")), (b"a", Some("x"))]).await;
    let refused = photos::draft(&world.ctx, &twice, &told()).await.unwrap_err();
    assert_eq!((refused.kind(), refused.to_string().as_str()), (Kind::Conflict, "page 3 is the same file as page 1"));

    // Two uploads with the same page, both read before either is stored.
    let (first, second) = (
        world.upload(photo, None, &[(b"a", Some("rain"))]).await,
        world.upload(SourceType::Voice, None, &[(b"c", Some("snow")), (b"a", Some("rain"))]).await,
    );
    let rain = photos::draft(&world.ctx, &first, &told()).await.unwrap();
    let snow = recordings::draft(&world.ctx, &second, &told()).await.unwrap();
    let entry = world.store(rain).await.unwrap();

    let refused = world.store(snow).await.unwrap_err();
    assert_eq!(refused.to_string(), format!("recording 2 is already in entry {}", entry.id));
    let refused = recordings::draft(&world.ctx, &second, &told()).await.unwrap_err();
    assert_eq!((refused.kind(), refused.next_step().is_some()), (Kind::Conflict, true));
    assert_eq!(world.numbers("SELECT COUNT(*) FROM entries").await, [1], "nothing of the second was stored");
}

#[tokio::test]
async fn what_holds_no_words_is_refused() {
    let world = World::new().await;

    for texts in [&[" "][..], &["", "\n"], &["<<<ENTRY BEGINS>>>\n<<<ENTRY ENDS>>>"]] {
        let refused = world.pages(None, texts).await.unwrap_err();
        assert_eq!(refused.kind(), Kind::Invalid, "{texts:?}");
        assert!(refused.to_string().contains("no text was found"), "{refused}");
    }
    let refused = world.recordings(None, &["", " "]).await.unwrap_err();
    assert!(refused.to_string().contains("no words were heard"), "{refused}");
}

#[tokio::test]
async fn progress_is_told_and_work_that_nobody_wants_is_given_up() {
    let world = World::new().await;
    let upload = world.upload(SourceType::Photo, None, &[(b"a", Some("x")), (b"b", Some("y"))]).await;

    let all = told();
    photos::draft(&world.ctx, &upload, &all).await.unwrap();
    assert_eq!(*all.0.lock().unwrap(), [1, 2]);

    let cancelled = Told(Mutex::default(), 1);
    photos::draft(&world.ctx, &upload, &cancelled).await.unwrap_err();
    assert_eq!(*cancelled.0.lock().unwrap(), [1]);
}

#[tokio::test]
async fn what_was_read_is_kept_for_the_next_attempt_and_only_the_rest_needs_a_reader() {
    let world = World::new().await;
    let upload = world.upload(SourceType::Photo, None, &[(b"a", Some("rain")), (b"b", None)]).await;
    let report = told();

    let refused = photos::draft(&world.ctx, &upload, &report).await.unwrap_err();
    assert_eq!((refused.kind(), report.0.lock().unwrap().len()), (Kind::Conflict, 1), "nobody is configured to read");

    reading::keep(&world.ctx, upload.job, 2, &reading_of("‹snow›")).await.unwrap();
    let job = upload.job;
    let files = world.ctx.read(Scope::Ingest, move |db| uploads::of(db, job)).await.unwrap();
    let draft = photos::draft(&world.ctx, &Claimed { files, ..upload }, &report).await.unwrap();
    assert_eq!((draft.body.as_str(), draft.spans.as_slice()), ("rain\nsnow", [range(5, 9)].as_slice()));
}

#[tokio::test]
async fn a_fault_of_one_file_of_several_says_which() {
    let world = World::new().await;
    let several = world.upload(SourceType::Voice, None, &[(b"a", None), (b"b", None)]).await;
    let one = world.upload(SourceType::Photo, None, &[(b"a", None)]).await;
    let fault = || Error::invalid("the file is broken");

    assert_eq!(reading::of_file(fault(), &several, 2).to_string(), "recording 2: the file is broken");
    assert_eq!(reading::of_file(fault(), &one, 1).to_string(), "the file is broken");
    assert_eq!(world.numbers("SELECT COUNT(*) FROM entries").await, [0]);
    assert!(entries::get(&world.ctx, EntryId(1)).await.is_err());
}
