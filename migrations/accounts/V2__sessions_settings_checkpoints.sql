-- What a server needs: sessions, known devices, mailed links, settings; and more facts per audit event.

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- HMAC-SHA256(token pepper, SHA-256(token)).
    token_hash BLOB NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    user_agent TEXT,
    ip_address TEXT
) STRICT;

CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Browsers in which a user logged in before: a lock that strangers caused does not shut them out.
CREATE TABLE devices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    failed_attempts INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL
) STRICT;

CREATE INDEX devices_by_user ON devices (user_id);

-- Links that were mailed or handed over: single use, short lived, stored as keyed hashes.
CREATE TABLE mailed_tokens (
    token_hash BLOB PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL CHECK (purpose IN ('verify', 'reset')),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX mailed_tokens_by_user ON mailed_tokens (user_id, purpose);

-- What an admin changed while the server runs; a missing row means the configuration's value.
CREATE TABLE runtime_settings (
    key TEXT PRIMARY KEY,
    -- JSON: a boolean or a string.
    value TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE preferences (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    -- Any JSON value.
    value TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;

-- US dollars, as the providers publish them.
CREATE TABLE pricing (
    model TEXT PRIMARY KEY,
    category TEXT NOT NULL CHECK (category IN ('llm', 'embedding', 'transcription')),
    input_cost_per_mtok REAL,
    output_cost_per_mtok REAL,
    cost_per_minute REAL,
    last_verified TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO pricing (model, category, input_cost_per_mtok, output_cost_per_mtok, cost_per_minute, last_verified) VALUES
    ('claude-opus-4-6', 'llm', 5, 25, NULL, '2026-07-20'),
    ('claude-opus-4-7', 'llm', 5, 25, NULL, '2026-07-20'),
    ('claude-sonnet-4-6', 'llm', 3, 15, NULL, '2026-07-20'),
    ('claude-sonnet-4-5', 'llm', 3, 15, NULL, '2026-07-20'),
    ('claude-haiku-4-5', 'llm', 1, 5, NULL, '2026-07-20'),
    ('gemini-2.5-pro', 'llm', 1.25, 10, NULL, '2026-07-20'),
    ('gemini-2.5-flash', 'llm', 0.3, 2.5, NULL, '2026-07-20'),
    ('gpt-5.4', 'llm', 2.5, 15, NULL, '2026-07-20'),
    ('gpt-4.1', 'llm', 2, 8, NULL, '2026-07-20'),
    ('text-embedding-3-large', 'embedding', 0.13, 0, NULL, '2026-07-20'),
    ('text-embedding-3-small', 'embedding', 0.02, 0, NULL, '2026-07-20'),
    ('gpt-4o-transcribe', 'transcription', NULL, NULL, 0.006, '2026-07-20'),
    ('gpt-4o-mini-transcribe', 'transcription', NULL, NULL, 0.003, '2026-07-20'),
    ('whisper-1', 'transcription', NULL, NULL, 0.006, '2026-07-20');

-- The address that a registrant says is theirs, until a mailed link proves it; `email` holds a placeholder meanwhile.
-- So registering answers the same whether or not the address has an account, and nobody can hold another's address.
ALTER TABLE users ADD COLUMN unproven_email TEXT COLLATE NOCASE;
CREATE INDEX users_by_unproven_email ON users (unproven_email) WHERE unproven_email IS NOT NULL;

-- Addresses a key may be used from, as CIDR blocks separated by spaces; NULL means from anywhere.
ALTER TABLE api_keys ADD COLUMN allowed_from TEXT;

-- Which fields the mac of a row covers: 1 the first six, 2 all of them.
ALTER TABLE audit ADD COLUMN format INTEGER NOT NULL DEFAULT 1;
-- The user it was done for, where that is not who did it.
ALTER TABLE audit ADD COLUMN on_behalf TEXT;
ALTER TABLE audit ADD COLUMN ip TEXT;
ALTER TABLE audit ADD COLUMN user_agent TEXT;
ALTER TABLE audit ADD COLUMN request_id TEXT;
-- How many acts like this one the row stands for, where it sums up; NULL is the usual one.
ALTER TABLE audit ADD COLUMN repeats INTEGER;

-- Everybody may see what concerns their own account.
CREATE INDEX audit_by_actor ON audit (actor);
CREATE INDEX audit_by_on_behalf ON audit (on_behalf) WHERE on_behalf IS NOT NULL;
CREATE INDEX audit_by_resource ON audit (resource);

-- Signatures over the chain as it stood after an event, one a day and one every 1,000 events; a trail cut short
-- contradicts the last one.
CREATE TABLE audit_checkpoints (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    mac BLOB NOT NULL,
    -- Ed25519 by the server's identity, over seq, at and mac.
    signature BLOB NOT NULL
) STRICT;

CREATE TRIGGER audit_checkpoints_are_never_changed BEFORE UPDATE ON audit_checkpoints
BEGIN
    SELECT RAISE(ABORT, 'checkpoints are append-only');
END;

CREATE TRIGGER audit_checkpoints_are_never_removed BEFORE DELETE ON audit_checkpoints
BEGIN
    SELECT RAISE(ABORT, 'checkpoints are append-only');
END;

-- Refused logins and keys, counted: under an attack the trail gets some lines a minute and then one that sums up.
CREATE TABLE refusals (
    -- As in the trail: `user:ID`, `login`, `key`.
    resource TEXT PRIMARY KEY,
    total INTEGER NOT NULL,
    -- Of these, without a line in the trail since its last one.
    unrecorded INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_refusals ON audit (resource, at) WHERE action = 'FAILED_AUTH';
