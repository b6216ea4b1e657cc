-- What left this machine on the notebook's behalf, and what may.

-- A row is there before the first byte goes out; `result` says how it ended. Never content.
CREATE TABLE egress (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    provider TEXT NOT NULL,
    host TEXT NOT NULL,
    model TEXT NOT NULL,
    purpose TEXT NOT NULL,
    -- Of the bodies.
    bytes_out INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL DEFAULT 0,
    redactions INTEGER NOT NULL DEFAULT 0,
    -- JSON array of numbers.
    entry_ids TEXT NOT NULL DEFAULT '[]',
    job_id TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cost_usd REAL,
    duration_ms INTEGER,
    -- HTTP status; NULL when there was no answer.
    status INTEGER,
    -- `sent` until it is known how it ended.
    result TEXT NOT NULL DEFAULT 'sent'
        CHECK (result IN ('sent', 'answered', 'refused', 'failed', 'timed_out'))
) STRICT;

CREATE INDEX egress_by_job ON egress (job_id) WHERE job_id IS NOT NULL;

-- One row.
CREATE TABLE egress_policy (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    local_only INTEGER NOT NULL DEFAULT 0 CHECK (local_only IN (0, 1)),
    -- JSON array of purposes that may go out; NULL is every purpose that the server's configuration allows.
    purposes TEXT,
    redact_phones INTEGER NOT NULL DEFAULT 0 CHECK (redact_phones IN (0, 1)),
    redact_emails INTEGER NOT NULL DEFAULT 0 CHECK (redact_emails IN (0, 1)),
    redact_national_ids INTEGER NOT NULL DEFAULT 0 CHECK (redact_national_ids IN (0, 1))
) STRICT;

INSERT INTO egress_policy (id) VALUES (1);

-- The owner's own words that never leave.
CREATE TABLE egress_words (
    word TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
