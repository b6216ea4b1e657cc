//! Table layouts of the newest version, with defaults for columns that older versions lack.

/// Newest supported schema version.
pub(super) const NEWEST_VERSION: i64 = 38;
/// Version that introduced users; before it, all rows belong to one user.
pub(super) const FIRST_VERSION_WITH_USERS: i64 = 11;

/// Layout of one table.
pub(super) struct TableLayout {
    pub(super) name: &'static str,
    /// Columns, each with the SQL literal used if the column is missing.
    pub(super) columns: &'static [(&'static str, &'static str)],
    /// End of the view's SELECT if the table is missing.
    pub(super) absent: &'static str,
}

/// Ending for a view without rows.
const NOTHING: &str = " WHERE 0";
/// Ending for a view with one row of default values.
const ONE_ROW: &str = "";

/// Layouts of the imported tables. The defaults of `users` are those of the user that version 11 adds.
pub(super) const TABLES: &[TableLayout] = &[
    TableLayout {
        name: "users",
        columns: &[
            ("id", "1"),
            ("email", "'admin@journal.local'"),
            ("display_name", "''"),
            ("password_hash", "NULL"),
            ("is_admin", "1"),
            ("is_active", "1"),
            ("email_verified", "1"),
            ("failed_login_attempts", "0"),
            ("locked_until", "NULL"),
            ("created_at", "NULL"),
            ("updated_at", "NULL"),
        ],
        absent: ONE_ROW,
    },
    TableLayout {
        name: "user_sessions",
        columns: &[
            ("id", "NULL"),
            ("user_id", "NULL"),
            ("created_at", "NULL"),
            ("expires_at", "NULL"),
            ("last_seen_at", "NULL"),
            ("user_agent", "NULL"),
            ("ip_address", "NULL"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "api_keys",
        columns: &[
            ("id", "NULL"),
            ("user_id", "NULL"),
            ("key_prefix", "NULL"),
            ("key_hash", "NULL"),
            ("name", "''"),
            ("created_at", "NULL"),
            ("expires_at", "NULL"),
            ("last_used_at", "NULL"),
            ("revoked_at", "NULL"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "user_preferences",
        columns: &[("user_id", "NULL"), ("key", "NULL"), ("value", "NULL"), ("updated_at", "NULL")],
        absent: NOTHING,
    },
    TableLayout {
        name: "runtime_settings",
        columns: &[("key", "NULL"), ("value", "NULL"), ("updated_at", "NULL")],
        absent: NOTHING,
    },
    TableLayout {
        name: "pricing",
        columns: &[
            ("model", "NULL"),
            ("category", "NULL"),
            ("input_cost_per_mtok", "NULL"),
            ("output_cost_per_mtok", "NULL"),
            ("cost_per_minute", "NULL"),
            ("last_verified", "NULL"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "entries",
        columns: &[
            ("id", "NULL"),
            ("user_id", "1"),
            ("entry_date", "NULL"),
            ("source_type", "NULL"),
            ("raw_text", "NULL"),
            ("final_text", "NULL"),
            ("word_count", "NULL"),
            ("language", "NULL"),
            ("chunk_count", "0"),
            ("entity_extraction_stale", "1"),
            ("doubts_verified", "0"),
            ("content_start_char", "NULL"),
            ("content_end_char", "NULL"),
            ("date_confirmed", "1"),
            ("created_at", "NULL"),
            ("updated_at", "NULL"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "source_files",
        columns: &[
            ("id", "NULL"),
            ("entry_id", "NULL"),
            ("file_path", "NULL"),
            ("file_type", "NULL"),
            ("file_hash", "NULL"),
            ("created_at", "NULL"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "entry_pages",
        columns: &[
            ("id", "NULL"),
            ("entry_id", "NULL"),
            ("page_number", "NULL"),
            ("raw_text", "NULL"),
            ("source_file_id", "NULL"),
            ("created_at", "NULL"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "entry_chunks",
        columns: &[
            ("id", "NULL"),
            ("entry_id", "NULL"),
            ("chunk_index", "NULL"),
            ("chunk_text", "NULL"),
            ("char_start", "NULL"),
            ("char_end", "NULL"),
            ("token_count", "NULL"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "entry_uncertain_spans",
        columns: &[
            ("id", "NULL"),
            ("entry_id", "NULL"),
            ("char_start", "NULL"),
            ("char_end", "NULL"),
            ("created_at", "NULL"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "mood_scores",
        columns: &[
            ("id", "NULL"),
            ("entry_id", "NULL"),
            ("dimension", "'overall'"),
            ("score", "NULL"),
            ("confidence", "NULL"),
            ("rationale", "NULL"),
            ("created_at", "NULL"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "entities",
        columns: &[
            ("id", "NULL"),
            ("user_id", "1"),
            ("entity_type", "NULL"),
            ("canonical_name", "NULL"),
            ("description", "''"),
            ("embedding_json", "NULL"),
            ("first_seen", "''"),
            ("is_quarantined", "0"),
            ("quarantine_reason", "''"),
            ("quarantined_at", "''"),
            ("created_at", "NULL"),
            ("updated_at", "NULL"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "entity_aliases",
        columns: &[("id", "NULL"), ("entity_id", "NULL"), ("alias_normalised", "NULL"), ("created_at", "NULL")],
        absent: NOTHING,
    },
    TableLayout {
        name: "entity_mentions",
        columns: &[
            ("id", "NULL"),
            ("entity_id", "NULL"),
            ("entry_id", "NULL"),
            ("quote", "NULL"),
            ("confidence", "NULL"),
            ("extraction_run_id", "NULL"),
            ("match_source", "NULL"),
            ("created_at", "NULL"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "entity_relationships",
        columns: &[
            ("id", "NULL"),
            ("subject_entity_id", "NULL"),
            ("predicate", "NULL"),
            ("object_entity_id", "NULL"),
            ("quote", "NULL"),
            ("entry_id", "NULL"),
            ("confidence", "NULL"),
            ("extraction_run_id", "NULL"),
            ("created_at", "NULL"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "entity_merge_candidates",
        columns: &[
            ("id", "NULL"),
            ("entity_id_a", "NULL"),
            ("entity_id_b", "NULL"),
            ("similarity", "NULL"),
            ("status", "'pending'"),
            ("extraction_run_id", "NULL"),
            ("created_at", "NULL"),
            ("updated_at", "NULL"),
            ("resolved_at", "NULL"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "entity_merge_history",
        columns: &[
            ("id", "NULL"),
            ("survivor_id", "NULL"),
            ("absorbed_id", "NULL"),
            ("absorbed_name", "NULL"),
            ("absorbed_type", "NULL"),
            ("absorbed_desc", "''"),
            ("absorbed_aliases", "'[]'"),
            ("absorbed_is_quarantined", "0"),
            ("absorbed_quarantine_reason", "''"),
            ("absorbed_quarantined_at", "''"),
            ("merged_at", "NULL"),
            ("merged_by", "'user'"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "entity_pair_decisions",
        columns: &[
            ("id", "NULL"),
            ("entity_id_lo", "NULL"),
            ("entity_id_hi", "NULL"),
            ("decision", "'rejected'"),
            ("decided_at", "NULL"),
        ],
        absent: NOTHING,
    },
    TableLayout {
        name: "jobs",
        columns: &[
            ("id", "NULL"),
            ("type", "NULL"),
            ("status", "NULL"),
            ("params_json", "'{}'"),
            ("progress_current", "0"),
            ("progress_total", "0"),
            ("result_json", "NULL"),
            ("error_message", "NULL"),
            ("status_detail", "NULL"),
            ("user_id", "1"),
            ("input_tokens", "NULL"),
            ("output_tokens", "NULL"),
            ("cost_usd", "NULL"),
            ("created_at", "NULL"),
            ("started_at", "NULL"),
            ("finished_at", "NULL"),
        ],
        absent: NOTHING,
    },
];
