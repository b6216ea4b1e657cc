-- Moods lie by dimension, as charts read them: a drill-down over every entry reads one dimension's rows from end to end,
-- where it used to read the pages of all of them.

CREATE TABLE moods (
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    dimension TEXT NOT NULL,
    score REAL NOT NULL CHECK (score BETWEEN -1 AND 1),
    confidence REAL CHECK (confidence BETWEEN 0 AND 1),
    rationale TEXT,
    created_at TEXT NOT NULL,
    -- The model that scored, the version of what it was asked, and what of the text it saw; empty and 0 where that was not
    -- kept. The model is `owner` where nobody but the owner said anything.
    model TEXT NOT NULL DEFAULT '',
    prompt_version INTEGER NOT NULL DEFAULT 0,
    text_revision INTEGER NOT NULL DEFAULT 0,
    -- What the owner says it is, which counts before the score; `score` is the same where no model scored.
    owner_score REAL CHECK (owner_score BETWEEN -1 AND 1),
    owner_at TEXT,
    -- What the owner wrote beside a score of their own.
    owner_note TEXT,
    counted REAL GENERATED ALWAYS AS (COALESCE(owner_score, score)) VIRTUAL,
    -- The number it had where it was brought over from; a second import tells by it what is there already.
    id INTEGER,
    PRIMARY KEY (dimension, entry_id)
) STRICT, WITHOUT ROWID;

INSERT INTO moods (entry_id, dimension, score, confidence, rationale, created_at, model, prompt_version, text_revision,
                   owner_score, owner_at, owner_note, id)
SELECT entry_id, dimension, score, confidence, rationale, created_at, model, prompt_version, text_revision,
       owner_score, owner_at, owner_note, id
FROM mood_scores ORDER BY dimension, entry_id;

DROP TABLE mood_scores;
ALTER TABLE moods RENAME TO mood_scores;

-- What trends read: no reasons. A generated column would not do, as the rows would be read for it all the same.
CREATE INDEX mood_scores_by_dimension ON mood_scores (dimension, entry_id, owner_score, score);
CREATE INDEX mood_scores_by_entry ON mood_scores (entry_id);
CREATE UNIQUE INDEX mood_scores_by_id ON mood_scores (id) WHERE id IS NOT NULL;
