-- The user whose journal commands work on unless one is named, and notebooks that a restore replaced.

ALTER TABLE users ADD COLUMN is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1));
UPDATE users SET is_default = 1
WHERE id = (SELECT MIN(id) FROM users WHERE deleted_at IS NULL AND email_verified = 1);
CREATE UNIQUE INDEX users_one_default ON users (is_default) WHERE is_default = 1;

-- When a restore set the notebook aside, and for whom; it has no grants then, and is destroyed after some days.
ALTER TABLE notebooks ADD COLUMN replaced_at TEXT;
ALTER TABLE notebooks ADD COLUMN replaced_owner INTEGER REFERENCES users (id) ON DELETE CASCADE;
CREATE INDEX notebooks_by_replaced_owner ON notebooks (replaced_owner) WHERE replaced_owner IS NOT NULL;
