-- Who may do what. Wrapped keys, hashes and events; never content.

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    display_name TEXT NOT NULL,
    password_hash TEXT,
    -- Names the pepper the hash was made with, so that a rotated one stays readable.
    pepper_id INTEGER NOT NULL DEFAULT 1,
    role TEXT NOT NULL CHECK (role IN ('admin', 'member', 'readonly')),
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    email_verified INTEGER NOT NULL DEFAULT 0 CHECK (email_verified IN (0, 1)),
    failed_login_attempts INTEGER NOT NULL DEFAULT 0,
    locked_until TEXT,
    deleted_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE notebooks (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    -- The database key under the notebook-wrapping key, bound to the id.
    wrapped_key BLOB NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

-- Every right to a notebook, the owner's included. A user may hold several notebooks.
CREATE TABLE grants (
    notebook_id TEXT NOT NULL REFERENCES notebooks (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'reader', 'ask-only')),
    -- The notebook a user's commands work on.
    is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
    created_at TEXT NOT NULL,
    PRIMARY KEY (notebook_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX grants_one_default ON grants (user_id) WHERE is_default = 1;
CREATE UNIQUE INDEX grants_one_owner ON grants (notebook_id) WHERE role = 'owner';

CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    key_prefix TEXT NOT NULL,
    -- HMAC-SHA256(token pepper, SHA-256(key)).
    key_hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- Names separated by spaces.
    scopes TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    last_used_at TEXT,
    last_used_from TEXT,
    revoked_at TEXT
) STRICT;

CREATE INDEX api_keys_by_user ON api_keys (user_id);

-- An HMAC chain: mac covers the row and the mac before. Only ever appended to.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    via TEXT NOT NULL,
    action TEXT NOT NULL,
    resource TEXT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('ok', 'refused')),
    mac BLOB NOT NULL
) STRICT;

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;

CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
