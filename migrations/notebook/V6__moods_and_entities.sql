-- Moods, and the people, places and things that entries speak of: as they are brought over from elsewhere.

CREATE TABLE mood_scores (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    dimension TEXT NOT NULL,
    score REAL NOT NULL CHECK (score BETWEEN -1 AND 1),
    confidence REAL CHECK (confidence BETWEEN 0 AND 1),
    rationale TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (entry_id, dimension)
) STRICT;

-- 1 while what an entry speaks of has to be looked for.
ALTER TABLE entries ADD COLUMN entity_extraction_stale INTEGER NOT NULL DEFAULT 1
    CHECK (entity_extraction_stale IN (0, 1));

CREATE TRIGGER extraction_is_stale AFTER UPDATE OF final_text ON entries
WHEN NEW.final_text IS NOT OLD.final_text
BEGIN
    UPDATE entries SET entity_extraction_stale = 1 WHERE id = NEW.id;
END;

CREATE TABLE entities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entity_type TEXT NOT NULL
        CHECK (entity_type IN ('person', 'place', 'activity', 'organization', 'topic', 'other')),
    canonical_name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    -- Components as little-endian 32-bit floats, of "name description"; and the model they come from.
    embedding BLOB,
    embedder TEXT,
    -- The day of the first entry that speaks of it, or empty.
    first_seen TEXT NOT NULL DEFAULT '',
    is_quarantined INTEGER NOT NULL DEFAULT 0 CHECK (is_quarantined IN (0, 1)),
    quarantine_reason TEXT NOT NULL DEFAULT '',
    quarantined_at TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (entity_type, canonical_name),
    CHECK ((embedding IS NULL) = (embedder IS NULL))
) STRICT;

CREATE TABLE entity_aliases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entity_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    -- Trimmed, lower case.
    alias_normalised TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (entity_id, alias_normalised)
) STRICT;

CREATE INDEX entity_aliases_by_alias ON entity_aliases (alias_normalised);

CREATE TABLE entity_mentions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entity_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    quote TEXT NOT NULL,
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    extraction_run_id TEXT NOT NULL,
    -- How the mention found its entity; NULL where it made one.
    match_source TEXT,
    created_at TEXT NOT NULL
) STRICT;

CREATE INDEX entity_mentions_by_entity ON entity_mentions (entity_id);
CREATE INDEX entity_mentions_by_entry ON entity_mentions (entry_id, extraction_run_id);

CREATE TABLE entity_relationships (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject_entity_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    predicate TEXT NOT NULL,
    object_entity_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    quote TEXT NOT NULL,
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    extraction_run_id TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE INDEX entity_relationships_by_subject ON entity_relationships (subject_entity_id);
CREATE INDEX entity_relationships_by_object ON entity_relationships (object_entity_id);
CREATE INDEX entity_relationships_by_entry ON entity_relationships (entry_id);

CREATE TABLE entity_merge_candidates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entity_id_a INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    entity_id_b INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    similarity REAL NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'accepted', 'dismissed')),
    extraction_run_id TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    resolved_at TEXT,
    UNIQUE (entity_id_a, entity_id_b),
    CHECK (entity_id_a < entity_id_b)
) STRICT;

CREATE INDEX entity_merge_candidates_by_b ON entity_merge_candidates (entity_id_b);

-- What was merged into what; the absorbed one is gone, so nothing refers to it.
CREATE TABLE entity_merge_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    survivor_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    absorbed_id INTEGER NOT NULL,
    absorbed_name TEXT NOT NULL,
    absorbed_type TEXT NOT NULL,
    absorbed_desc TEXT NOT NULL DEFAULT '',
    -- JSON array of names.
    absorbed_aliases TEXT NOT NULL DEFAULT '[]',
    absorbed_is_quarantined INTEGER NOT NULL DEFAULT 0 CHECK (absorbed_is_quarantined IN (0, 1)),
    absorbed_quarantine_reason TEXT NOT NULL DEFAULT '',
    absorbed_quarantined_at TEXT NOT NULL DEFAULT '',
    merged_at TEXT NOT NULL,
    merged_by TEXT NOT NULL DEFAULT 'user'
) STRICT;

CREATE INDEX entity_merge_history_by_survivor ON entity_merge_history (survivor_id);

-- Pairs that were told to be two.
CREATE TABLE entity_pair_decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entity_id_lo INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    entity_id_hi INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    decision TEXT NOT NULL DEFAULT 'rejected' CHECK (decision = 'rejected'),
    decided_at TEXT NOT NULL,
    UNIQUE (entity_id_lo, entity_id_hi),
    CHECK (entity_id_lo < entity_id_hi)
) STRICT;

CREATE INDEX entity_pair_decisions_by_hi ON entity_pair_decisions (entity_id_hi);

-- Users of other systems whose journal was brought into this one: in the transaction of what came with it.
CREATE TABLE imports (
    -- SHA-256 of what tells one source from another, hex.
    source TEXT NOT NULL,
    -- The user's number there.
    source_user INTEGER NOT NULL,
    finished_at TEXT NOT NULL,
    PRIMARY KEY (source, source_user)
) STRICT, WITHOUT ROWID;
