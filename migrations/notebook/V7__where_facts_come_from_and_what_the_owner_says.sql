-- Where each derived fact comes from, and what the owner said about it: a later run never takes that back.

-- Where in final_text the words stood when they were found, in code points; both are NULL where they are not found there.
ALTER TABLE entity_mentions ADD COLUMN char_start INTEGER;
ALTER TABLE entity_mentions ADD COLUMN char_end INTEGER;
-- What the model called it; empty where that was not kept.
ALTER TABLE entity_mentions ADD COLUMN name TEXT NOT NULL DEFAULT '';
-- The model that found it, and the version of what it was asked; empty and 0 where that was not kept.
ALTER TABLE entity_mentions ADD COLUMN model TEXT NOT NULL DEFAULT '';
ALTER TABLE entity_mentions ADD COLUMN prompt_version INTEGER NOT NULL DEFAULT 0;

ALTER TABLE entity_relationships ADD COLUMN char_start INTEGER;
ALTER TABLE entity_relationships ADD COLUMN char_end INTEGER;
ALTER TABLE entity_relationships ADD COLUMN model TEXT NOT NULL DEFAULT '';
ALTER TABLE entity_relationships ADD COLUMN prompt_version INTEGER NOT NULL DEFAULT 0;

-- 1 once the owner had a hand in it: it stays without mentions, and no run sets it aside.
ALTER TABLE entities ADD COLUMN is_curated INTEGER NOT NULL DEFAULT 0 CHECK (is_curated IN (0, 1));

-- What the owner said: a thing of that type that is called so is this one, whatever else would be guessed.
CREATE TABLE entity_corrections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entity_type TEXT NOT NULL,
    -- Lower case, single blanks.
    name_key TEXT NOT NULL,
    -- Where that counts; NULL is everywhere.
    entry_id INTEGER REFERENCES entries (id) ON DELETE CASCADE,
    -- NULL: it is nothing, and is not to be made again.
    entity_id INTEGER REFERENCES entities (id) ON DELETE CASCADE,
    decided_at TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX entity_corrections_by_name ON entity_corrections (name_key, entity_type, COALESCE(entry_id, 0));
CREATE INDEX entity_corrections_by_entity ON entity_corrections (entity_id);
CREATE INDEX entity_corrections_by_entry ON entity_corrections (entry_id);

-- Other names that the owner took away; no run gives them back.
CREATE TABLE entity_alias_refusals (
    entity_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    alias_normalised TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, alias_normalised)
) STRICT, WITHOUT ROWID;

-- What undoing a merge needs besides what was kept of the one that went.
ALTER TABLE entity_merge_history ADD COLUMN absorbed_first_seen TEXT NOT NULL DEFAULT '';
ALTER TABLE entity_merge_history ADD COLUMN absorbed_created_at TEXT NOT NULL DEFAULT '';
ALTER TABLE entity_merge_history ADD COLUMN absorbed_is_curated INTEGER NOT NULL DEFAULT 0
    CHECK (absorbed_is_curated IN (0, 1));
-- When it was undone; NULL while it stands.
ALTER TABLE entity_merge_history ADD COLUMN undone_at TEXT;

-- The rows that a merge moved or added.
CREATE TABLE entity_merge_moves (
    merge_id INTEGER NOT NULL REFERENCES entity_merge_history (id) ON DELETE CASCADE,
    -- `shared` is a pair that both were told to be two with, `apart` that the two themselves were, and `history` what had
    -- been merged into the one that went.
    what TEXT NOT NULL CHECK (what IN ('mention', 'subject', 'object', 'alias', 'correction', 'decision', 'shared', 'apart', 'history')),
    row_id INTEGER NOT NULL,
    PRIMARY KEY (merge_id, what, row_id)
) STRICT, WITHOUT ROWID;

-- The model that scored, the version of what it was asked, and what of the text it saw; empty and 0 where that was not kept.
-- The model is `owner` where nobody but the owner said anything.
ALTER TABLE mood_scores ADD COLUMN model TEXT NOT NULL DEFAULT '';
ALTER TABLE mood_scores ADD COLUMN prompt_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mood_scores ADD COLUMN text_revision INTEGER NOT NULL DEFAULT 0;
-- What the owner says it is, which counts before the score; `score` is the same where no model scored.
ALTER TABLE mood_scores ADD COLUMN owner_score REAL CHECK (owner_score BETWEEN -1 AND 1);
ALTER TABLE mood_scores ADD COLUMN owner_at TEXT;
ALTER TABLE mood_scores ADD COLUMN counted REAL GENERATED ALWAYS AS (COALESCE(owner_score, score)) VIRTUAL;

CREATE INDEX mood_scores_by_dimension ON mood_scores (dimension, entry_id, counted);

-- When the owner accepted an assistant's words as the journal's own: until then nothing is derived from them.
ALTER TABLE entries ADD COLUMN accepted_at TEXT;

-- What a job that works through many entries has done of them, each noted in the transaction that stores it: begun again,
-- it goes on where it was.
CREATE TABLE job_steps (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    -- What it came to, as a JSON object.
    counts_json TEXT NOT NULL,
    PRIMARY KEY (job_id, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX job_steps_by_entry ON job_steps (entry_id);

-- What the owner wrote beside a score of their own.
ALTER TABLE mood_scores ADD COLUMN owner_note TEXT;

-- What lists and dashboards ask of the entities and of every mention, so that no vector and no quote is read.
CREATE INDEX entities_listed ON entities (is_quarantined, entity_type, canonical_name);
DROP INDEX entity_mentions_by_entity;
CREATE INDEX entity_mentions_by_entity ON entity_mentions (entity_id, entry_id);
CREATE INDEX entity_merge_moves_by_row ON entity_merge_moves (what, row_id);

-- Names are looked up whatever their ASCII case, and compared with each other without reading the rows, which hold vectors.
CREATE INDEX entities_by_name ON entities (entity_type, canonical_name COLLATE NOCASE, is_quarantined);
