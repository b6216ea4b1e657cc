-- Tags and symbols of an entry as words of the full-text index.

-- `xsymbolsunread` says that the symbols of the text were not read yet: every search for a symbol compares such an entry
-- itself. A default needs no row to be written again.
ALTER TABLE entries ADD COLUMN search_terms TEXT NOT NULL DEFAULT 'xsymbolsunread';

DROP TRIGGER entries_fts_insert;
DROP TRIGGER entries_fts_delete;
DROP TRIGGER entries_fts_update;
DROP TABLE entries_fts;

UPDATE entries
SET search_terms = 'xsymbolsunread ' || (SELECT group_concat(tag, ' ') FROM entry_tags WHERE entry_id = entries.id)
WHERE id IN (SELECT entry_id FROM entry_tags);

CREATE VIRTUAL TABLE entries_fts USING fts5 (
    title, final_text, search_terms,
    content = 'entries',
    content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TRIGGER entries_fts_insert AFTER INSERT ON entries
BEGIN
    INSERT INTO entries_fts (rowid, title, final_text, search_terms)
    VALUES (NEW.id, NEW.title, NEW.final_text, NEW.search_terms);
END;

CREATE TRIGGER entries_fts_delete AFTER DELETE ON entries
BEGIN
    INSERT INTO entries_fts (entries_fts, rowid, title, final_text, search_terms)
    VALUES ('delete', OLD.id, OLD.title, OLD.final_text, OLD.search_terms);
END;

CREATE TRIGGER entries_fts_update AFTER UPDATE OF title, final_text, search_terms ON entries
BEGIN
    INSERT INTO entries_fts (entries_fts, rowid, title, final_text, search_terms)
    VALUES ('delete', OLD.id, OLD.title, OLD.final_text, OLD.search_terms);
    INSERT INTO entries_fts (rowid, title, final_text, search_terms)
    VALUES (NEW.id, NEW.title, NEW.final_text, NEW.search_terms);
END;

INSERT INTO entries_fts (entries_fts) VALUES ('rebuild');

-- The new index, too, loses the words of an entry with it.
INSERT INTO entries_fts (entries_fts, rank) VALUES ('secure-delete', 1);
