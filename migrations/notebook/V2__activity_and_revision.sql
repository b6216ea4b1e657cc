-- Who did what in this notebook, and who read how much; and a counter that any change a reader could see moves.

-- An HMAC chain like the audit trail's, in the transaction of each act.
CREATE TABLE activity (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    via TEXT NOT NULL,
    action TEXT NOT NULL,
    resource TEXT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('ok', 'refused')),
    on_behalf TEXT,
    ip TEXT,
    user_agent TEXT,
    request_id TEXT,
    -- Names of the fields that an edit changed, separated by spaces; never what was in them.
    changed TEXT,
    mac BLOB NOT NULL
) STRICT;

CREATE TRIGGER activity_is_never_changed BEFORE UPDATE ON activity
BEGIN
    SELECT RAISE(ABORT, 'the activity is append-only');
END;

CREATE TRIGGER activity_is_never_shortened BEFORE DELETE ON activity
BEGIN
    SELECT RAISE(ABORT, 'the activity is append-only');
END;

-- Where the chain ends. The mac is of its own kind, so that a line cut off cannot take its place.
CREATE TABLE activity_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    -- The last line's mac.
    last BLOB NOT NULL,
    mac BLOB NOT NULL
) STRICT;

-- Reads are counted by credential, address and hour, not line by line: a line a read would make reading a write.
CREATE TABLE reads (
    hour TEXT NOT NULL,
    actor TEXT NOT NULL,
    via TEXT NOT NULL,
    ip TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('entry', 'list', 'search', 'export')),
    requests INTEGER NOT NULL,
    -- Entries that were handed out, counted each time.
    entries INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    PRIMARY KEY (hour, actor, via, ip, what)
) STRICT, WITHOUT ROWID;

-- Moves with every change of what a list or a search shows.
ALTER TABLE notebook_state ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER revision_insert AFTER INSERT ON entries
BEGIN
    UPDATE notebook_state SET revision = revision + 1;
END;

CREATE TRIGGER revision_update AFTER UPDATE ON entries
BEGIN
    UPDATE notebook_state SET revision = revision + 1;
END;

CREATE TRIGGER revision_delete AFTER DELETE ON entries
BEGIN
    UPDATE notebook_state SET revision = revision + 1;
END;

CREATE INDEX jobs_by_creation ON jobs (created_at, seq);

-- What lists, totals and dashboards show of an entry, so that they read no text: the rows hold it twice.
CREATE INDEX entries_summary ON entries (
    entry_date, id, title, source_type, word_count, chunk_count, language, doubts_verified, date_confirmed,
    created_at, updated_at, SUBSTR(final_text, 1, 160)
);
