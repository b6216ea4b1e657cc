-- Photographs and recordings: the uploads that jobs work on, and what was read of them so far.

-- Drawn anew at each claim: whoever lost a claim cannot finish the job.
ALTER TABLE jobs ADD COLUMN claim TEXT;
-- Times that it waited for what passes by itself: its place in the schedule.
ALTER TABLE jobs ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
-- Claims in a row whose holder died before it got anywhere.
ALTER TABLE jobs ADD COLUMN abandoned INTEGER NOT NULL DEFAULT 0;

-- An upload's files in the order they came in, until its job made an entry of them.
CREATE TABLE job_files (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 1),
    media_id TEXT NOT NULL UNIQUE REFERENCES media (id) ON DELETE CASCADE,
    -- As the client named it; a label.
    name TEXT NOT NULL,
    -- SHA-256 of the bytes as they came in.
    file_hash BLOB NOT NULL,
    -- What a provider made of it, as JSON: the next attempt goes on where this one ended, and pays for nothing twice.
    reading TEXT,
    PRIMARY KEY (job_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX job_files_by_hash ON job_files (file_hash);
CREATE INDEX media_by_source ON media (source_file_id);

-- What is to be done, kind by kind, oldest first.
CREATE INDEX jobs_to_do ON jobs (kind, seq) WHERE status IN ('queued', 'running');
