//! The database of a Python journal-server, in any schema version.

#![allow(dead_code, reason = "every including test uses another part of it")]

use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// The newest schema version.
pub const NEWEST: u32 = 38;

/// A table: its name, first schema version, columns each with first version, and table constraints.
type Table = (&'static str, u32, &'static [(u32, &'static str)], &'static str);

const TABLES: &[Table] = &[
    (
        "users",
        11,
        &[
            (11, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (11, "email TEXT NOT NULL UNIQUE COLLATE NOCASE"),
            (11, "display_name TEXT NOT NULL"),
            (11, "password_hash TEXT"),
            (11, "is_admin INTEGER NOT NULL DEFAULT 0"),
            (11, "is_active INTEGER NOT NULL DEFAULT 1"),
            (11, "email_verified INTEGER NOT NULL DEFAULT 0"),
            (11, "failed_login_attempts INTEGER NOT NULL DEFAULT 0"),
            (11, "locked_until TEXT"),
            (11, "created_at TEXT NOT NULL"),
            (11, "updated_at TEXT NOT NULL"),
        ],
        "",
    ),
    (
        "user_sessions",
        11,
        &[
            (11, "id TEXT PRIMARY KEY"),
            (11, "user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE"),
            (11, "created_at TEXT NOT NULL"),
            (11, "expires_at TEXT NOT NULL"),
            (11, "last_seen_at TEXT NOT NULL"),
            (11, "user_agent TEXT"),
            (11, "ip_address TEXT"),
        ],
        "",
    ),
    (
        "api_keys",
        11,
        &[
            (11, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (11, "user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE"),
            (11, "key_prefix TEXT NOT NULL"),
            (11, "key_hash TEXT NOT NULL UNIQUE"),
            (11, "name TEXT NOT NULL DEFAULT ''"),
            (11, "created_at TEXT NOT NULL"),
            (11, "expires_at TEXT"),
            (11, "last_used_at TEXT"),
            (11, "revoked_at TEXT"),
        ],
        "",
    ),
    (
        "user_preferences",
        12,
        &[
            (12, "user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE"),
            (12, "key TEXT NOT NULL"),
            (12, "value TEXT NOT NULL"),
            (12, "updated_at TEXT NOT NULL"),
        ],
        ", PRIMARY KEY (user_id, key)",
    ),
    (
        "runtime_settings",
        10,
        &[(10, "key TEXT PRIMARY KEY"), (10, "value TEXT NOT NULL"), (10, "updated_at TEXT NOT NULL")],
        "",
    ),
    (
        "pricing",
        15,
        &[
            (15, "model TEXT PRIMARY KEY"),
            (15, "category TEXT NOT NULL CHECK (category IN ('llm', 'embedding', 'transcription'))"),
            (15, "input_cost_per_mtok REAL"),
            (15, "output_cost_per_mtok REAL"),
            (15, "cost_per_minute REAL"),
            (15, "last_verified TEXT NOT NULL"),
        ],
        "",
    ),
    (
        "entries",
        1,
        &[
            (1, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (11, "user_id INTEGER NOT NULL REFERENCES users (id)"),
            (1, "entry_date TEXT NOT NULL"),
            (1, "source_type TEXT NOT NULL"),
            (1, "raw_text TEXT NOT NULL"),
            (1, "word_count INTEGER NOT NULL"),
            (1, "language TEXT DEFAULT 'en'"),
            (1, "created_at TEXT NOT NULL"),
            (1, "updated_at TEXT NOT NULL"),
            (2, "final_text TEXT"),
            (2, "chunk_count INTEGER NOT NULL DEFAULT 0"),
            (4, "entity_extraction_stale INTEGER NOT NULL DEFAULT 1"),
            (9, "doubts_verified INTEGER NOT NULL DEFAULT 0"),
            (33, "content_start_char INTEGER"),
            (33, "content_end_char INTEGER"),
            (37, "date_confirmed INTEGER NOT NULL DEFAULT 1"),
        ],
        "",
    ),
    (
        "source_files",
        1,
        &[
            (1, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (1, "entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE"),
            (1, "file_path TEXT NOT NULL"),
            (1, "file_type TEXT NOT NULL"),
            (1, "file_hash TEXT NOT NULL"),
            (1, "created_at TEXT NOT NULL"),
        ],
        "",
    ),
    (
        "entry_pages",
        2,
        &[
            (2, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (2, "entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE"),
            (2, "page_number INTEGER NOT NULL"),
            (2, "raw_text TEXT NOT NULL"),
            (2, "source_file_id INTEGER REFERENCES source_files (id) ON DELETE SET NULL"),
            (2, "created_at TEXT NOT NULL"),
        ],
        ", UNIQUE (entry_id, page_number)",
    ),
    (
        "entry_chunks",
        3,
        &[
            (3, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (3, "entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE"),
            (3, "chunk_index INTEGER NOT NULL"),
            (3, "chunk_text TEXT NOT NULL"),
            (3, "char_start INTEGER NOT NULL"),
            (3, "char_end INTEGER NOT NULL"),
            (3, "token_count INTEGER NOT NULL"),
            (3, "created_at TEXT NOT NULL"),
        ],
        ", UNIQUE (entry_id, chunk_index)",
    ),
    (
        "entry_uncertain_spans",
        5,
        &[
            (5, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (5, "entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE"),
            (5, "char_start INTEGER NOT NULL CHECK (char_start >= 0)"),
            (5, "char_end INTEGER NOT NULL CHECK (char_end > char_start)"),
            (5, "created_at TEXT NOT NULL"),
        ],
        "",
    ),
    (
        "mood_scores",
        1,
        &[
            (1, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (1, "entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE"),
            (1, "dimension TEXT NOT NULL DEFAULT 'overall'"),
            (1, "score REAL NOT NULL CHECK (score BETWEEN -1 AND 1)"),
            (1, "confidence REAL"),
            (1, "created_at TEXT NOT NULL"),
            (14, "rationale TEXT"),
        ],
        "",
    ),
    (
        "entities",
        4,
        &[
            (4, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (11, "user_id INTEGER NOT NULL REFERENCES users (id)"),
            (4, "entity_type TEXT NOT NULL"),
            (4, "canonical_name TEXT NOT NULL"),
            (4, "description TEXT NOT NULL DEFAULT ''"),
            (4, "embedding_json TEXT"),
            (4, "first_seen TEXT NOT NULL DEFAULT ''"),
            (4, "created_at TEXT NOT NULL"),
            (4, "updated_at TEXT NOT NULL"),
            (18, "is_quarantined INTEGER NOT NULL DEFAULT 0"),
            (18, "quarantine_reason TEXT NOT NULL DEFAULT ''"),
            (18, "quarantined_at TEXT NOT NULL DEFAULT ''"),
        ],
        "",
    ),
    (
        "entity_aliases",
        4,
        &[
            (4, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (4, "entity_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE"),
            (4, "alias_normalised TEXT NOT NULL"),
            (4, "created_at TEXT NOT NULL"),
        ],
        ", UNIQUE (entity_id, alias_normalised)",
    ),
    (
        "entity_mentions",
        4,
        &[
            (4, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (4, "entity_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE"),
            (4, "entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE"),
            (4, "quote TEXT NOT NULL"),
            (4, "confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1)"),
            (4, "extraction_run_id TEXT NOT NULL"),
            (4, "created_at TEXT NOT NULL"),
            (20, "match_source TEXT"),
        ],
        "",
    ),
    (
        "entity_relationships",
        4,
        &[
            (4, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (4, "subject_entity_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE"),
            (4, "predicate TEXT NOT NULL"),
            (4, "object_entity_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE"),
            (4, "quote TEXT NOT NULL"),
            (4, "entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE"),
            (4, "confidence REAL NOT NULL"),
            (4, "extraction_run_id TEXT NOT NULL"),
            (4, "created_at TEXT NOT NULL"),
        ],
        "",
    ),
    (
        "entity_merge_candidates",
        8,
        &[
            (8, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (8, "entity_id_a INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE"),
            (8, "entity_id_b INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE"),
            (8, "similarity REAL NOT NULL"),
            (8, "status TEXT NOT NULL DEFAULT 'pending'"),
            (8, "extraction_run_id TEXT"),
            (8, "created_at TEXT NOT NULL"),
            (8, "updated_at TEXT NOT NULL"),
            (8, "resolved_at TEXT"),
        ],
        "",
    ),
    (
        "entity_merge_history",
        8,
        &[
            (8, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (8, "survivor_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE"),
            (8, "absorbed_id INTEGER NOT NULL"),
            (8, "absorbed_name TEXT NOT NULL"),
            (8, "absorbed_type TEXT NOT NULL"),
            (8, "absorbed_desc TEXT NOT NULL DEFAULT ''"),
            (8, "absorbed_aliases TEXT NOT NULL DEFAULT '[]'"),
            (8, "merged_at TEXT NOT NULL"),
            (8, "merged_by TEXT NOT NULL DEFAULT 'user'"),
            (19, "absorbed_is_quarantined INTEGER NOT NULL DEFAULT 0"),
            (19, "absorbed_quarantine_reason TEXT NOT NULL DEFAULT ''"),
            (19, "absorbed_quarantined_at TEXT NOT NULL DEFAULT ''"),
        ],
        "",
    ),
    (
        "entity_pair_decisions",
        21,
        &[
            (21, "id INTEGER PRIMARY KEY AUTOINCREMENT"),
            (21, "user_id INTEGER NOT NULL"),
            (21, "entity_id_lo INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE"),
            (21, "entity_id_hi INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE"),
            (21, "decision TEXT NOT NULL DEFAULT 'rejected'"),
            (21, "decided_at TEXT NOT NULL"),
        ],
        ", UNIQUE (user_id, entity_id_lo, entity_id_hi), CHECK (entity_id_lo < entity_id_hi)",
    ),
    (
        "jobs",
        6,
        &[
            (6, "id TEXT PRIMARY KEY"),
            (6, "type TEXT NOT NULL"),
            (6, "status TEXT NOT NULL"),
            (6, "params_json TEXT NOT NULL"),
            (6, "progress_current INTEGER NOT NULL DEFAULT 0"),
            (6, "progress_total INTEGER NOT NULL DEFAULT 0"),
            (6, "result_json TEXT"),
            (6, "error_message TEXT"),
            (6, "created_at TEXT NOT NULL"),
            (6, "started_at TEXT"),
            (6, "finished_at TEXT"),
            (9, "status_detail TEXT"),
            (11, "user_id INTEGER REFERENCES users (id)"),
            (16, "input_tokens INTEGER"),
            (16, "output_tokens INTEGER"),
            (16, "cost_usd REAL"),
        ],
        "",
    ),
    ("people", 1, &[(1, "id INTEGER PRIMARY KEY AUTOINCREMENT"), (1, "name TEXT NOT NULL")], ""),
    ("tags", 1, &[(1, "id INTEGER PRIMARY KEY AUTOINCREMENT"), (1, "name TEXT NOT NULL")], ""),
    ("fitness_activities", 25, &[(25, "id INTEGER PRIMARY KEY AUTOINCREMENT"), (25, "raw_json TEXT")], ""),
    ("storylines", 30, &[(30, "id INTEGER PRIMARY KEY AUTOINCREMENT"), (30, "title TEXT")], ""),
    ("conversations", 35, &[(35, "id INTEGER PRIMARY KEY AUTOINCREMENT"), (35, "title TEXT")], ""),
];

/// A source database that is being filled.
pub struct Python {
    pub path: PathBuf,
    pub version: u32,
    pub connection: Connection,
}

/// A row: columns with values. Columns that the version lacks are omitted.
pub type Row<'r> = &'r [(&'r str, Value)];

impl Python {
    /// Creates a database with the tables of a schema version.
    pub fn new(path: &Path, version: u32) -> Self {
        let connection = Connection::open(path).unwrap();
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF")
            .unwrap();
        for (name, since, columns, rest) in TABLES.iter().filter(|table| table.1 <= version) {
            assert!(columns.iter().any(|column| column.0 <= *since), "{name}");
            let columns: Vec<&str> =
                columns.iter().filter(|column| column.0 <= version).map(|column| column.1).collect();
            connection.execute_batch(&format!("CREATE TABLE {name} ({}{rest})", columns.join(", "))).unwrap();
        }
        if version >= 2 {
            let table = "CREATE VIRTUAL TABLE entries_fts USING fts5
                (final_text, content = 'entries', content_rowid = 'id', tokenize = 'porter unicode61')";
            connection.execute_batch(table).unwrap();
        }
        if version >= NEWEST {
            connection.execute_batch("CREATE UNIQUE INDEX one_mood ON mood_scores (entry_id, dimension)").unwrap();
        }
        connection.pragma_update(None, "user_version", version).unwrap();
        connection.execute_batch("BEGIN").unwrap();
        let database = Self { path: path.to_owned(), version, connection };
        database.insert(
            "users",
            &[
                ("id", Value::from(1)),
                ("email", text("admin@journal.local")),
                ("display_name", text("Admin")),
                ("is_admin", Value::from(1)),
                ("email_verified", Value::from(1)),
                ("created_at", text("2025-06-01T00:00:00Z")),
                ("updated_at", text("2025-06-01T00:00:00Z")),
            ],
        );
        database
    }

    /// Inserts a row, if the version has the table.
    pub fn insert(&self, table: &str, row: Row<'_>) {
        let Some(found) = TABLES.iter().find(|found| found.0 == table && found.1 <= self.version) else { return };
        let is_there = |name: &str| {
            found.2.iter().any(|column| column.0 <= self.version && column.1.split(' ').next() == Some(name))
        };
        let row: Vec<_> = row.iter().filter(|(name, _)| is_there(name)).collect();
        let names: Vec<&str> = row.iter().map(|(name, _)| *name).collect();
        let placeholders = vec!["?"; row.len()].join(", ");
        let sql = format!("INSERT INTO {table} ({}) VALUES ({placeholders})", names.join(", "));
        let values = params_from_iter(row.iter().map(|(_, value)| value));
        self.connection
            .prepare_cached(&sql)
            .unwrap()
            .execute(values)
            .unwrap_or_else(|error| panic!("{table}: {error}"));
    }

    /// Commits and checkpoints, as the server does when it stops; no write-ahead log remains.
    pub fn stop(self) -> PathBuf {
        self.connection.execute_batch("COMMIT").unwrap();
        self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        self.connection.close().unwrap();
        self.path
    }
}

pub fn text(text: &str) -> Value {
    Value::from(text.to_owned())
}

/// Returns NULL for an empty text.
pub fn maybe(value: &str) -> Value {
    if value.is_empty() { Value::Null } else { text(value) }
}
