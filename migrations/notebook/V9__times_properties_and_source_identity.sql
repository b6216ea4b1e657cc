-- The time of day of an entry, the origin of its date, properties of its front matter, and the identity of its source.

-- Minutes since 00:00 of entry_date; 1440 and more are after midnight of a day that ends at the day-start hour.
ALTER TABLE entries ADD COLUMN entry_minute INTEGER CHECK (entry_minute BETWEEN 0 AND 2879);
-- What the date was read from: flag, front_matter, file_name, metadata, heading, text, file_time, today; empty if not recorded.
ALTER TABLE entries ADD COLUMN date_origin TEXT NOT NULL DEFAULT '';
-- 1 for a date that was not stated anywhere, such as the time of a file: shown as unconfirmed, but searched.
ALTER TABLE entries ADD COLUMN date_guessed INTEGER NOT NULL DEFAULT 0 CHECK (date_guessed IN (0, 1));
ALTER TABLE entry_versions ADD COLUMN entry_minute INTEGER CHECK (entry_minute BETWEEN 0 AND 2879);

-- Identity of the source: its path, or its id in the journal it comes from; NULL if only its bytes are known.
ALTER TABLE source_files ADD COLUMN identity TEXT;
-- SHA-256 of the text as it was last imported, line ends normalised, to detect entries that were edited here.
ALTER TABLE source_files ADD COLUMN imported_hash BLOB;
CREATE INDEX source_files_by_identity ON source_files (identity) WHERE identity IS NOT NULL;

-- Unknown fields of front matter, in their order; values are JSON.
CREATE TABLE entry_properties (
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (entry_id, position)
) STRICT, WITHOUT ROWID;

-- Lists are ordered by date and time of day.
DROP INDEX entries_by_date;
CREATE INDEX entries_by_date ON entries (entry_date, entry_minute, id, date_confirmed);
DROP INDEX entries_days;
CREATE INDEX entries_days ON entries (id, entry_date, entry_minute, date_confirmed);
DROP INDEX entries_summary;
CREATE INDEX entries_summary ON entries (
    entry_date, entry_minute, id, title, source_type, word_count, chunk_count, language, doubts_verified, date_confirmed,
    date_guessed, created_at, updated_at, SUBSTR(final_text, 1, 160)
);
