-- Tags; what assistants wrote, brought and read; how much keys were handed.

CREATE TABLE entry_tags (
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    -- NFC, lower case, trimmed.
    tag TEXT NOT NULL,
    PRIMARY KEY (entry_id, tag)
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_tags_by_tag ON entry_tags (tag, entry_id);

CREATE TRIGGER revision_tag_insert AFTER INSERT ON entry_tags
BEGIN
    UPDATE notebook_state SET revision = revision + 1;
END;

CREATE TRIGGER revision_tag_delete AFTER DELETE ON entry_tags
BEGIN
    UPDATE notebook_state SET revision = revision + 1;
END;

-- Another source: an assistant. A check cannot be altered, and a table that others refer to cannot be made anew without
-- their rows going with it: so the column is.
ALTER TABLE entries RENAME COLUMN source_type TO source_before;
ALTER TABLE entries ADD COLUMN source_type TEXT NOT NULL DEFAULT 'text_entry'
    CHECK (source_type IN ('photo', 'voice', 'text_entry', 'imported_text_file', 'imported_audio_file', 'agent'));
UPDATE entries SET source_type = source_before WHERE source_before <> 'text_entry';
DROP INDEX entries_summary;
ALTER TABLE entries DROP COLUMN source_before;
CREATE INDEX entries_summary ON entries (
    entry_date, id, title, source_type, word_count, chunk_count, language, doubts_verified, date_confirmed,
    created_at, updated_at, SUBSTR(final_text, 1, 160)
);

-- The assistant that brought an entry, and the one whose words its present text is, as JSON; NULL is a person. Whether
-- words are an assistant's is thus one question: written_by IS NOT NULL.
ALTER TABLE entries ADD COLUMN added_by TEXT;
ALTER TABLE entries ADD COLUMN written_by TEXT;
ALTER TABLE entry_versions ADD COLUMN written_by TEXT;

-- Through what an upload came, the assistant that brought it and what its key reached, as JSON; NULL is a person and
-- everything.
ALTER TABLE jobs ADD COLUMN via TEXT;
ALTER TABLE jobs ADD COLUMN brought_by TEXT;
ALTER TABLE jobs ADD COLUMN boundary TEXT;

-- What the assistant that acted calls itself; NULL for a person. The mac of a line covers it where it is there.
ALTER TABLE activity ADD COLUMN assistant TEXT;

-- Reads of assistants are told from those of programs with the same key.
CREATE TABLE reads_of_all (
    hour TEXT NOT NULL,
    actor TEXT NOT NULL,
    via TEXT NOT NULL,
    ip TEXT NOT NULL,
    -- What the assistant calls itself; empty for a person.
    assistant TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('entry', 'list', 'search', 'export', 'statistics', 'job')),
    requests INTEGER NOT NULL,
    -- Entries that were handed out, counted each time.
    entries INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    PRIMARY KEY (hour, actor, via, ip, assistant, what)
) STRICT, WITHOUT ROWID;

INSERT INTO reads_of_all (hour, actor, via, ip, assistant, what, requests, entries, first_at, last_at)
SELECT hour, actor, via, ip, '', what, requests, entries, first_at, last_at FROM reads;

DROP TABLE reads;
ALTER TABLE reads_of_all RENAME TO reads;

-- How many entries a key that is limited in them was handed on a day, UTC: reserved before they are handed out.
CREATE TABLE key_reads (
    key_id INTEGER NOT NULL,
    day TEXT NOT NULL,
    entries INTEGER NOT NULL CHECK (entries > 0),
    PRIMARY KEY (key_id, day)
) STRICT, WITHOUT ROWID;
