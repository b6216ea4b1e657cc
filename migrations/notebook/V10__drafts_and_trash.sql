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
