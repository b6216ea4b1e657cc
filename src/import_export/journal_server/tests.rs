//! Compares every imported field with the source database.

#[path = "../../../tests/support/legacy_database/fill.rs"]
mod fill;
#[path = "../../../tests/support/legacy_database/python.rs"]
mod python;

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::types::Value;

use super::*;
use crate::clock::FixedClock;
use crate::config::{Config, EnvironmentSnapshot};
use crate::domain::user::UserRole;
use crate::entropy::OsEntropy;
use crate::services::accounts::users;
use crate::services::{auth, ingest};
use crate::setup;
use crate::storage;
use crate::storage::notebook::jobs;
use crate::storage::notebook::legacy_import::dump;
use fill::{ADA, BOB};
use python::Python;

const NOW: &str = "2026-11-21T12:00:00Z";

/// Test data directory whose first user is Ada.
struct ServerImportWorld {
    app: Arc<AppState>,
    home: tempfile::TempDir,
}

impl ServerImportWorld {
    async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = || {
            let pairs = [("HOME".to_owned(), home.path().as_os_str().to_owned())];
            Config::load(Vec::new(), None, &EnvironmentSnapshot::from_iter(pairs)).unwrap()
        };
        let clock = Arc::new(FixedClock(NOW.parse().unwrap()));
        let admin =
            users::CreateUserRequest { email: ADA.parse().unwrap(), name: None, role: UserRole::Admin, password: None };
        setup::init(config(), clock.clone(), Arc::new(OsEntropy), admin).await.unwrap();
        let app = Arc::new(AppState::open(config(), clock, Arc::new(OsEntropy)).unwrap());
        Self { app, home }
    }

    fn database(&self, version: u32, entries: i64) -> PathBuf {
        let python = Python::new(&self.home.path().join(format!("journal {version}.db")), version);
        fill::all(&python, entries, NOW);
        python.stop()
    }

    async fn import(&self, db: &Path, owners: &[&str]) -> Result<ServerImportReport> {
        let owners = owners.iter().map(|owner| owner.parse().unwrap()).collect();
        let request = ServerImportRequest { db: db.to_owned(), owners, dry_run: false };
        import(&auth::administration(self.app.clone()), request, Arc::new(|_, _| {})).await
    }

    fn rows(&self, email: &str, table: &str) -> Vec<Vec<Value>> {
        let notebook = self.app.store.accounts.read(|db| {
            let user = storage::accounts::users::get_by_email(db, email)?;
            Ok(storage::accounts::notebooks::find_default(db, user.id)?.unwrap())
        });
        self.app.store.notebook(notebook.unwrap()).unwrap().read(|db| dump::rows(db, table)).unwrap()
    }
}

/// Table, its source columns in dump order, and the column that determines the row's owner.
const COLUMNS: [(&str, &str, &str); 14] = [
    (
        "entries",
        "id, entry_date, source_type, raw_text, final_text, word_count, language, chunk_count, entity_extraction_stale,
         doubts_verified, content_start_char, content_end_char, date_confirmed, created_at, updated_at",
        "id",
    ),
    ("source_files", "id, entry_id, file_path, file_type, file_hash, created_at", "entry_id"),
    ("entry_pages", "id, entry_id, page_number, raw_text, source_file_id, created_at", "entry_id"),
    ("entry_chunks", "id, entry_id, chunk_index, chunk_text, char_start, char_end, token_count", "entry_id"),
    ("entry_uncertain_spans", "id, entry_id, char_start, char_end, created_at", "entry_id"),
    ("mood_scores", "id, entry_id, dimension, score, confidence, rationale, created_at", "entry_id"),
    (
        "entities",
        "id, entity_type, canonical_name, description, embedding_json, first_seen, is_quarantined, quarantine_reason,
         quarantined_at, created_at, updated_at",
        "entity:id",
    ),
    ("entity_aliases", "id, entity_id, alias_normalised, created_at", "entity:entity_id"),
    (
        "entity_mentions",
        "id, entity_id, entry_id, quote, confidence, extraction_run_id, match_source, created_at",
        "entry_id",
    ),
    (
        "entity_relationships",
        "id, subject_entity_id, predicate, object_entity_id, quote, entry_id, confidence, extraction_run_id, created_at",
        "entry_id",
    ),
    (
        "entity_merge_candidates",
        "id, entity_id_a, entity_id_b, similarity, status, extraction_run_id, created_at, updated_at, resolved_at",
        "entity:entity_id_a",
    ),
    (
        "entity_merge_history",
        "id, survivor_id, absorbed_id, absorbed_name, absorbed_type, absorbed_desc, absorbed_aliases,
         absorbed_is_quarantined, absorbed_quarantine_reason, absorbed_quarantined_at, merged_at, merged_by",
        "entity:survivor_id",
    ),
    ("entity_pair_decisions", "id, entity_id_lo, entity_id_hi, decision, decided_at", "entity:entity_id_lo"),
    (
        "jobs",
        "id, type, status, params_json, progress_current, progress_total, result_json, error_message, status_detail,
         input_tokens, output_tokens, cost_usd, created_at, started_at, finished_at",
        "user",
    ),
];

/// Reads a source table and converts its rows to the expected form. Owner 0 is Ada, 1 is Bob.
fn expected(db: &Connection, (table, columns, whose): (&str, &str, &str), owner: usize) -> Vec<Vec<Value>> {
    let whose = match whose.split_once(':') {
        Some((_, entity)) => format!("{entity} / 1000"),
        None if whose == "user" => "user_id - 2".to_owned(),
        None => format!("({whose} + 1) % 2"),
    };
    let sql = format!("SELECT {columns} FROM {table} WHERE {whose} = {owner} ORDER BY id");
    let names: Vec<&str> = columns.split(',').map(str::trim).collect();
    let mut statement = db.prepare(&sql).unwrap();
    let rows = statement.query_map([], |row| (0..names.len()).map(|at| row.get(at)).collect::<Result<Vec<Value>, _>>());
    rows.unwrap().map(|row| to_expected(table, &names, row.unwrap())).collect()
}

fn to_expected(table: &str, names: &[&str], mut row: Vec<Value>) -> Vec<Value> {
    let before = row.clone();
    let cell = |name: &str| before[names.iter().position(|other| *other == name).unwrap()].clone();
    let is_empty = |value: &Value| *value == Value::Null || *value == Value::Text(String::new());
    let open = table == "jobs" && [text("queued"), text("running")].contains(&cell("status"));
    for (name, value) in names.iter().zip(&mut row) {
        match (table, *name, &*value) {
            ("entries", "final_text", found) if is_empty(found) => *value = cell("raw_text"),
            ("entries", "language", Value::Null) => *value = text("en"),
            ("entry_pages", "raw_text", Value::Text(marked)) => {
                let plain = marked.replace("\n<<<ENTRY BEGINS>>>\n", "\n\n").replace("\n<<<ENTRY ENDS>>>\n", "\n\n");
                *value = Value::Text(plain);
            }
            ("entities", "embedding_json", Value::Text(list)) => {
                let numbers = list.trim_matches(['[', ']']).split(", ").map(|number| number.parse::<f32>().unwrap());
                *value = Value::Blob(numbers.flat_map(f32::to_le_bytes).collect());
            }
            ("jobs", "status", _) if open => *value = text("failed"),
            ("jobs", "error_message", _) if open => *value = text("server restarted before job completed"),
            ("jobs", "finished_at", Value::Null) => *value = text(NOW),
            ("jobs", "status_detail", _) => *value = Value::Null,
            ("jobs", "result_json", Value::Text(result)) => {
                *value = Value::Text(result.replace(r#","_notification_sent":1"#, ""));
            }
            (_, name, Value::Text(at)) if name.ends_with("_at") && !at.is_empty() => {
                *value = Value::Text(format!("{}Z", &at[..19]));
            }
            _ => {}
        }
    }
    row
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[tokio::test]
async fn every_field_of_the_newest_version_is_imported() {
    let world = ServerImportWorld::new().await;
    let db = world.database(python::NEWEST, 2000);

    let report = world.import(&db, &[]).await.unwrap();

    let source = Connection::open(&db).unwrap();
    for (owner, email) in [(0, ADA), (1, BOB)] {
        let reported = report.users.iter().find(|user| user.from == email).unwrap();
        for table in COLUMNS {
            let mut here = world.rows(email, table.0);
            here.retain(|row| row[1] != text(jobs::EMBED));
            let there = expected(&source, table, owner);

            assert!(!there.is_empty(), "{} has rows", table.0);
            assert_eq!(here.len(), there.len(), "{}", table.0);
            for (here, there) in here.iter().zip(&there) {
                assert_eq!(here, there, "{}", table.0);
            }
            let rows = &reported.rows[table.0];
            let all = u64::try_from(there.len()).unwrap();
            assert_eq!((rows.found, rows.imported, rows.skipped, rows.mended), (all, all, 0, 0), "{}", table.0);
        }
        let waiting = world.rows(email, "jobs").iter().filter(|row| row[1] == text(jobs::EMBED)).count();
        let confirmed = world.rows(email, "entries").iter().filter(|row| row[12] == Value::Integer(1)).count();
        assert_eq!((waiting, reported.entries_to_embed), (confirmed, confirmed as u64), "one job per searchable entry");
    }
}

#[tokio::test]
async fn fields_missing_in_older_versions_get_defaults() {
    for version in [1, 3, 10, 12, 22, 36] {
        let world = ServerImportWorld::new().await;
        let db = world.database(version, 60);
        let owners: &[&str] = if version < 11 { &["admin@journal.local=ada@home.example"] } else { &[] };

        let report = world.import(&db, owners).await.unwrap();

        assert_eq!(report.schema_version, i64::from(version));
        assert!(report.users.iter().flat_map(|user| user.rows.values()).all(|rows| rows.mended == 0), "{report:#?}");
        let entries = world.rows(ADA, "entries");
        assert_eq!(entries.len(), if version < 11 { 60 } else { 30 }, "version {version}");
        for entry in &entries {
            let Value::Integer(id) = entry[0] else { panic!("{entry:?}") };
            let sources = ["photo", "voice", "text_entry", "imported_text_file", "imported_audio_file"];
            let before = ["photo", "voice", "text_entry", "imported_text_file", "voice"];
            let source = if version < 13 { before } else { sources }[usize::try_from(id % 5).unwrap()];
            assert_eq!(entry[2], text(source), "version {version}");
            assert_eq!(entry[3], text(&fill::raw_text(id)));
            let edited = version >= 2 && id % 7 == 2;
            assert_eq!(entry[4] != entry[3], edited, "the text of entry {id} in version {version}");
            let stale = if version >= 4 { id % 2 } else { 1 };
            let doubts = i64::from(version >= 9 && id % 4 == 0);
            assert_eq!([&entry[8], &entry[9]], [&Value::Integer(stale), &Value::Integer(doubts)], "version {version}");
            let windowed = version >= 33 && id % 10 == 0;
            assert_eq!(entry[10] != Value::Null, windowed, "the window of entry {id} in version {version}");
        }
        for (table, since) in [
            ("entry_pages", 2),
            ("entry_chunks", 3),
            ("entities", 4),
            ("entity_merge_history", 8),
            ("entity_pair_decisions", 21),
        ] {
            assert_eq!(world.rows(ADA, table).is_empty(), version < since, "{table} in version {version}");
        }
        let mentions = world.rows(ADA, "entity_mentions");
        assert!(mentions.iter().all(|row| version >= 20 || row[6] == Value::Null), "version {version}");
    }
}

#[tokio::test]
async fn the_newest_of_duplicate_moods_and_pairs_is_imported() {
    let world = ServerImportWorld::new().await;
    let python = Python::new(&world.home.path().join("journal.db"), 20);
    fill::all(&python, 20, NOW);
    python.connection.execute_batch(
        "INSERT INTO mood_scores (id, entry_id, dimension, score, created_at) VALUES (900, 1, 'joy_sadness', 0.125, '2026-01-01T00:00:00Z');
         INSERT INTO entity_merge_candidates (id, entity_id_a, entity_id_b, similarity, status, created_at, updated_at)
         VALUES (900, 2, 1, 0.5, 'dismissed', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')",
    ).unwrap();
    let db = python.stop();

    let report = world.import(&db, &[]).await.unwrap();

    let moods = world.rows(ADA, "mood_scores");
    let joy: Vec<_> = moods.iter().filter(|row| row[1] == Value::Integer(1) && row[2] == text("joy_sadness")).collect();
    assert_eq!(joy.iter().map(|row| row[3].clone()).collect::<Vec<_>>(), [Value::Real(0.125)]);
    let pairs = world.rows(ADA, "entity_merge_candidates");
    let pair: Vec<_> = pairs.iter().filter(|row| row[1..3] == [Value::Integer(1), Value::Integer(2)]).collect();
    assert_eq!(pair.iter().map(|row| row[4].clone()).collect::<Vec<_>>(), [text("dismissed")]);
    let skipped =
        |table: &str| report.users[1].rows[table].notes.iter().map(|note| note.id.clone()).collect::<Vec<_>>();
    assert_eq!(
        (skipped("mood_scores"), skipped("entity_merge_candidates")),
        (vec!["4".to_owned()], vec!["1".to_owned()])
    );
}

#[tokio::test]
async fn entry_ids_used_in_the_source_are_not_reused() {
    let world = ServerImportWorld::new().await;
    let python = Python::new(&world.home.path().join("journal.db"), python::NEWEST);
    fill::all(&python, 20, NOW);
    python.connection.execute_batch("UPDATE sqlite_sequence SET seq = 777 WHERE name = 'entries'").unwrap();
    let db = python.stop();
    world.import(&db, &[]).await.unwrap();
    let ctx = auth::operator(world.app.clone(), Some(ADA)).unwrap();

    let written = ingest::write(&ctx, "rain", Some("2026-03-04")).await.unwrap();

    assert_eq!(written.id.0, 778);
}
