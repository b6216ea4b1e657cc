//! SQL of tests outside the storage layer; each query has one text column.

pub(crate) const NAMES: &str = "SELECT entity_type || ' ' || canonical_name FROM entities ORDER BY id";
pub(crate) const MENTIONS: &str =
    "SELECT json_array(entity_id, quote, char_start, char_end, name, model, prompt_version,
    extraction_run_id, match_source) FROM entity_mentions ORDER BY id";
pub(crate) const RELATED: &str =
    "SELECT json_array(subject_entity_id, predicate, object_entity_id, char_start, char_end, model,
    prompt_version) FROM entity_relationships ORDER BY id";
pub(crate) const AUTHOR: &str = "SELECT description FROM entities WHERE id = 4";
pub(crate) const STALE: &str = "SELECT entity_extraction_stale || '' FROM entries";
pub(crate) const VECTOR: &str = "SELECT embedder || LENGTH(embedding) FROM entities WHERE id = 1";
pub(crate) const MATCHES: &str = "SELECT match_source FROM entity_mentions";
pub(crate) const RELATED_COUNT: &str = "SELECT COUNT(*) || '' FROM entity_relationships";
pub(crate) const CURATE: &str = "UPDATE entities SET is_curated = 1 WHERE canonical_name = 'Curated'";
pub(crate) const MERGED: &str =
    "INSERT INTO entity_merge_history (survivor_id, absorbed_id, absorbed_name, absorbed_type, merged_at,
    undone_at) VALUES (5, 99, 'x', 'person', '', '')";
pub(crate) const DECIDED: &str =
    "INSERT INTO entity_pair_decisions (entity_id_lo, entity_id_hi, decided_at) VALUES (1, 6, '')";
pub(crate) const REFUSED: &str =
    "INSERT INTO entity_alias_refusals (entity_id, alias_normalised, decided_at) VALUES (7, 'x', '')";
pub(crate) const RELATE: &str =
    "INSERT INTO entity_relationships (subject_entity_id, predicate, object_entity_id, quote, entry_id,
    confidence, extraction_run_id, created_at) VALUES (8, 'knows', 1, '', 2, 1, '', '')";
pub(crate) const RENAMED: &str =
    "UPDATE entities SET canonical_name = 'Robert', description = 'a friend', is_curated = 1 WHERE id = 1";
pub(crate) const CALLED: &str =
    "INSERT INTO entity_aliases (entity_id, alias_normalised, created_at) VALUES (1, 'bob hart', '')";
pub(crate) const REFUSED_BOBBY: &str = "INSERT INTO entity_alias_refusals VALUES (1, 'bobby', '')";
pub(crate) const FIRST: &str = "SELECT canonical_name || ', ' || description FROM entities WHERE id = 1";
pub(crate) const FIRST_ASIDE: &str = "SELECT is_quarantined || '' FROM entities WHERE id = 1";
pub(crate) const ALIASES: &str = "SELECT entity_id || ' ' || alias_normalised FROM entity_aliases ORDER BY id";
pub(crate) const ASIDE: &str =
    "SELECT canonical_name || ': ' || quarantine_reason FROM entities WHERE is_quarantined ORDER BY id";
pub(crate) const RELEASE: &str = "UPDATE entities SET is_quarantined = 0";
pub(crate) const LENGTHS: &str =
    "SELECT LENGTH(e.description) || ' ' || LENGTH(m.quote) FROM entities e JOIN entity_mentions m ON
    m.entity_id = e.id WHERE e.id = 1";
pub(crate) const FIRST_ALIASES: &str = "SELECT COUNT(*) || '' FROM entity_aliases WHERE entity_id = 1";
pub(crate) const QUOTES: &str = "SELECT quote FROM entity_mentions";
pub(crate) const RUNS: &str = "SELECT extraction_run_id || ' ' || entity_id FROM entity_mentions";
