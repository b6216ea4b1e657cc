-- Texts that were typed and could not be stored as an entry. The owner stores or discards them with `journal write --recover`.
CREATE TABLE drafts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The entry that the text was to change; a new entry if it is null.
    entry_id INTEGER REFERENCES entries (id) ON DELETE SET NULL,
    text TEXT NOT NULL,
    -- As given by flags; null where no flag gave it.
    entry_date TEXT,
    entry_time TEXT,
    title TEXT,
    -- JSON array.
    tags TEXT NOT NULL DEFAULT '[]',
    -- 1 if the text came from standard input, so that front matter at its top is read.
    has_front_matter INTEGER NOT NULL DEFAULT 0 CHECK (has_front_matter IN (0, 1)),
    -- Machine code of the error that prevented storing.
    reason TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE INDEX drafts_by_entry ON drafts (entry_id) WHERE entry_id IS NOT NULL;

-- Deleted entries, kept until they are restored or destroyed. A deleted entry leaves every other table, so no statement over
-- entries can return one.
CREATE TABLE trashed_entries (
    -- Id that the entry had.
    id INTEGER PRIMARY KEY,
    entry_date TEXT NOT NULL,
    title TEXT,
    preview TEXT NOT NULL,
    word_count INTEGER NOT NULL,
    originals INTEGER NOT NULL,
    deleted_at TEXT NOT NULL,
    -- The entry with its versions, sources, moods, mentions, relationships and entities, as JSON.
    document TEXT NOT NULL
) STRICT;

CREATE INDEX trashed_entries_by_time ON trashed_entries (deleted_at);

-- The deleted entry that an original belongs to; its source file is in the document.
ALTER TABLE media ADD COLUMN trashed_entry INTEGER REFERENCES trashed_entries (id) ON DELETE SET NULL;
CREATE INDEX media_by_trashed_entry ON media (trashed_entry) WHERE trashed_entry IS NOT NULL;

-- Words of an entry leave the index with it, instead of staying in older segments until those are merged.
INSERT INTO entries_fts (entries_fts, rank) VALUES ('secure-delete', 1);
