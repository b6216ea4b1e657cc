-- Texts that were typed and could not be stored as an entry. The owner stores or discards them with `journal write --recover`.
CREATE TABLE drafts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The entry that the text was to change; a new entry if it is null.
    entry_id INTEGER REFERENCES entries (id) ON DELETE SET NULL,
    text TEXT NOT NULL,
    -- As given by flags; null where no flag gave it.
    entry_date TEXT,
    entry_minute INTEGER CHECK (entry_minute BETWEEN 0 AND 2879),
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
