-- One notebook: what was written, and what was derived from it. No user id: the file is the boundary.

-- One row. The generation moves with every change that a search could see.
CREATE TABLE notebook_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL DEFAULT 0,
    -- The model all vectors of this notebook come from; NULL until the first.
    embedder TEXT,
    dimension INTEGER,
    -- AGE-SECRET-KEY-1…: opens the sealed originals of this notebook.
    media_identity TEXT NOT NULL
) STRICT;

CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_date TEXT NOT NULL,
    title TEXT,
    source_type TEXT NOT NULL
        CHECK (source_type IN ('photo', 'voice', 'text_entry', 'imported_text_file', 'imported_audio_file')),
    raw_text TEXT NOT NULL,
    final_text TEXT NOT NULL,
    word_count INTEGER NOT NULL,
    language TEXT NOT NULL DEFAULT 'en',
    chunk_count INTEGER NOT NULL DEFAULT 0,
    doubts_verified INTEGER NOT NULL DEFAULT 0 CHECK (doubts_verified IN (0, 1)),
    -- Code points into raw_text; both or neither.
    content_start_char INTEGER,
    content_end_char INTEGER,
    -- 0 while the date is known to be wrong: such an entry is not searched.
    date_confirmed INTEGER NOT NULL DEFAULT 1 CHECK (date_confirmed IN (0, 1)),
    -- Counts the changes of final_text, so that a job knows whether it worked on the latest.
    text_revision INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK ((content_start_char IS NULL) = (content_end_char IS NULL))
) STRICT;

-- Covers what the vector index needs to know of an entry, so that loading it reads no text.
CREATE INDEX entries_by_date ON entries (entry_date, id, date_confirmed);

-- What a word search asks of every match, a hundred to a page: the rows themselves hold the texts.
CREATE INDEX entries_days ON entries (id, entry_date, date_confirmed);

CREATE TRIGGER raw_text_never_changes BEFORE UPDATE OF raw_text ON entries
WHEN NEW.raw_text IS NOT OLD.raw_text
BEGIN
    SELECT RAISE(ABORT, 'raw_text never changes');
END;

-- What final_text, title and date were before each edit, oldest first.
CREATE TABLE entry_versions (
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    entry_date TEXT NOT NULL,
    title TEXT,
    final_text TEXT NOT NULL,
    word_count INTEGER NOT NULL,
    replaced_at TEXT NOT NULL,
    PRIMARY KEY (entry_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    -- A label, not a place: nothing reads it back.
    file_path TEXT NOT NULL,
    file_type TEXT NOT NULL,
    -- SHA-256 of the bytes as they came in.
    file_hash BLOB NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE INDEX source_files_by_hash ON source_files (file_hash);
CREATE INDEX source_files_by_entry ON source_files (entry_id);

CREATE TABLE entry_pages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    page_number INTEGER NOT NULL CHECK (page_number >= 1),
    raw_text TEXT NOT NULL,
    source_file_id INTEGER REFERENCES source_files (id) ON DELETE SET NULL,
    created_at TEXT NOT NULL,
    UNIQUE (entry_id, page_number)
) STRICT;

-- Doubtful places, in code points of raw_text.
CREATE TABLE entry_uncertain_spans (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    char_start INTEGER NOT NULL CHECK (char_start >= 0),
    char_end INTEGER NOT NULL CHECK (char_end > char_start),
    created_at TEXT NOT NULL
) STRICT;

CREATE INDEX entry_uncertain_spans_by_entry ON entry_uncertain_spans (entry_id);

-- Parts of final_text, in code points.
CREATE TABLE entry_chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    chunk_index INTEGER NOT NULL CHECK (chunk_index >= 0),
    chunk_text TEXT NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL,
    -- cl100k_base.
    token_count INTEGER NOT NULL,
    UNIQUE (entry_id, chunk_index)
) STRICT;

-- One vector a chunk: int8 components, component × scale ≈ the unit vector's.
CREATE TABLE chunk_vectors (
    chunk_id INTEGER PRIMARY KEY REFERENCES entry_chunks (id) ON DELETE CASCADE,
    entry_id INTEGER NOT NULL,
    embedder TEXT NOT NULL,
    scale REAL NOT NULL,
    components BLOB NOT NULL
) STRICT;

-- Originals: media/<id>.age beside this database.
CREATE TABLE media (
    id TEXT PRIMARY KEY,
    source_file_id INTEGER REFERENCES source_files (id) ON DELETE SET NULL,
    media_type TEXT NOT NULL,
    plain_bytes INTEGER NOT NULL,
    -- SHA-256 of the sealed file, so that a copy can be checked without a key.
    sealed_hash BLOB NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    entry_id INTEGER REFERENCES entries (id) ON DELETE CASCADE,
    params_json TEXT NOT NULL DEFAULT '{}',
    result_json TEXT,
    error_message TEXT,
    status_detail TEXT,
    progress_current INTEGER NOT NULL DEFAULT 0,
    progress_total INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- A claim ends here even if its holder died.
    lease_until TEXT,
    run_after TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cost_usd REAL,
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT
) STRICT;

CREATE INDEX jobs_open ON jobs (seq) WHERE status IN ('queued', 'running');
CREATE INDEX jobs_by_entry ON jobs (entry_id);

CREATE VIRTUAL TABLE entries_fts USING fts5 (
    title,
    final_text,
    content = 'entries',
    content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TRIGGER entries_fts_insert AFTER INSERT ON entries
BEGIN
    INSERT INTO entries_fts (rowid, title, final_text) VALUES (NEW.id, NEW.title, NEW.final_text);
END;

CREATE TRIGGER entries_fts_delete AFTER DELETE ON entries
BEGIN
    INSERT INTO entries_fts (entries_fts, rowid, title, final_text)
    VALUES ('delete', OLD.id, OLD.title, OLD.final_text);
END;

CREATE TRIGGER entries_fts_update AFTER UPDATE OF title, final_text ON entries
BEGIN
    INSERT INTO entries_fts (entries_fts, rowid, title, final_text)
    VALUES ('delete', OLD.id, OLD.title, OLD.final_text);
    INSERT INTO entries_fts (rowid, title, final_text) VALUES (NEW.id, NEW.title, NEW.final_text);
END;

-- The index of vectors in memory is good as long as the generation stands still.
CREATE TRIGGER generation_vector_insert AFTER INSERT ON chunk_vectors
BEGIN
    UPDATE notebook_state SET generation = generation + 1;
END;

CREATE TRIGGER generation_vector_delete AFTER DELETE ON chunk_vectors
BEGIN
    UPDATE notebook_state SET generation = generation + 1;
END;

CREATE TRIGGER generation_vector_update AFTER UPDATE ON chunk_vectors
BEGIN
    UPDATE notebook_state SET generation = generation + 1;
END;

CREATE TRIGGER generation_date AFTER UPDATE OF entry_date, date_confirmed ON entries
BEGIN
    UPDATE notebook_state SET generation = generation + 1;
END;
