-- Photographs and recordings: the uploads that jobs work on, and what was read of them so far.

-- Drawn anew at each claim: whoever lost a claim cannot finish the job.
ALTER TABLE jobs ADD COLUMN claim TEXT;

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

-- The schedule of what waits: looked at by kind and time.
CREATE INDEX jobs_due ON jobs (run_after, seq) WHERE status = 'queued';
