-- What of the journal a key reaches, as JSON: dates, tags, entries a day; NULL is everything.
ALTER TABLE api_keys ADD COLUMN boundary TEXT;
