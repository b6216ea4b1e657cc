-- What upkeep was done last, and what came from elsewhere.

-- One row a kind of upkeep: when it last went well, and what it was about.
CREATE TABLE upkeep (
    kind TEXT PRIMARY KEY CHECK (kind IN ('backup', 'backup_verified', 'backup_drill', 'recovery_kit', 'restore', 'start')),
    at TEXT NOT NULL,
    -- JSON; ids, names of archives, counts and hashes, never content.
    detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The key that a notebook's database has once the re-keying that is under way is done, wrapped like the present one.
ALTER TABLE notebooks ADD COLUMN next_wrapped_key BLOB;

-- 1 for logins that were begun at the Python server: their cookie is called `session_id`, without a prefix.
ALTER TABLE sessions ADD COLUMN imported INTEGER NOT NULL DEFAULT 0 CHECK (imported IN (0, 1));

-- Users of other systems that were brought over, so that a run that was interrupted goes on where it was.
CREATE TABLE imported_users (
    -- SHA-256 of what tells one source from another, hex.
    source TEXT NOT NULL,
    -- The user's number there.
    source_user INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- 1 for an account that was made for them: nobody can use it before everything is here.
    is_new INTEGER NOT NULL CHECK (is_new IN (0, 1)),
    -- NULL until everything of theirs is here.
    finished_at TEXT,
    PRIMARY KEY (source, source_user)
) STRICT, WITHOUT ROWID;
