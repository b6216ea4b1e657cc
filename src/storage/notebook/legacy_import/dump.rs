//! Table dumps for tests that compare an imported notebook with its source.

use rusqlite::types::Value;

use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Returns the rows of a table by id, with the columns that the source has.
pub(crate) fn rows(db: &NotebookDb<'_>, table: &str) -> Result<Vec<Vec<Value>>> {
    let sql = match table {
        "entries" => {
            "SELECT id, entry_date, source_type, raw_text, final_text, word_count, language, chunk_count,
                    entity_extraction_stale, doubts_verified, content_start_char, content_end_char, date_confirmed,
                    created_at, updated_at FROM entries ORDER BY id"
        }
        "source_files" => {
            "SELECT id, entry_id, file_path, file_type, LOWER(HEX(file_hash)), created_at FROM source_files ORDER BY id"
        }
        "entry_pages" => {
            "SELECT id, entry_id, page_number, raw_text, source_file_id, created_at FROM entry_pages ORDER BY id"
        }
        "entry_chunks" => {
            "SELECT id, entry_id, chunk_index, chunk_text, char_start, char_end, token_count FROM entry_chunks ORDER BY id"
        }
        "entry_uncertain_spans" => {
            "SELECT id, entry_id, char_start, char_end, created_at FROM entry_uncertain_spans ORDER BY id"
        }
        "mood_scores" => {
            "SELECT id, entry_id, dimension, score, confidence, rationale, created_at FROM mood_scores ORDER BY id"
        }
        "entities" => {
            "SELECT id, entity_type, canonical_name, description, embedding, first_seen, is_quarantined,
                    quarantine_reason, quarantined_at, created_at, updated_at FROM entities ORDER BY id"
        }
        "entity_aliases" => "SELECT id, entity_id, alias_normalised, created_at FROM entity_aliases ORDER BY id",
        "entity_mentions" => {
            "SELECT id, entity_id, entry_id, quote, confidence, extraction_run_id, match_source, created_at
             FROM entity_mentions ORDER BY id"
        }
        "entity_relationships" => {
            "SELECT id, subject_entity_id, predicate, object_entity_id, quote, entry_id, confidence, extraction_run_id,
                    created_at FROM entity_relationships ORDER BY id"
        }
        "entity_merge_candidates" => {
            "SELECT id, entity_id_a, entity_id_b, similarity, status, extraction_run_id, created_at, updated_at,
                    resolved_at FROM entity_merge_candidates ORDER BY id"
        }
        "entity_merge_history" => {
            "SELECT id, survivor_id, absorbed_id, absorbed_name, absorbed_type, absorbed_desc, absorbed_aliases,
                    absorbed_is_quarantined, absorbed_quarantine_reason, absorbed_quarantined_at, merged_at, merged_by
             FROM entity_merge_history ORDER BY id"
        }
        "entity_pair_decisions" => {
            "SELECT id, entity_id_lo, entity_id_hi, decision, decided_at FROM entity_pair_decisions ORDER BY id"
        }
        "jobs" => {
            "SELECT id, kind, status, params_json, progress_current, progress_total, result_json, error_message,
                    status_detail, input_tokens, output_tokens, cost_usd, created_at, started_at, finished_at
             FROM jobs ORDER BY id"
        }
        other => panic!("no such table: {other}"),
    };
    db.query_all(sql, [], |row| (0..row.as_ref().column_count()).map(|column| row.get(column)).collect())
}
