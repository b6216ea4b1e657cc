//! Queries for each user's content and derived data.

use std::collections::BTreeMap;

use rusqlite::named_params;

use crate::error::Result;
use crate::storage::external_db::journal_server::JournalServerDb;
use crate::storage::external_db::loose_row::LooseRow;

/// Kind of imported rows; referenced kinds come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImportedRowKind {
    Entries,
    SourceFiles,
    Pages,
    Chunks,
    Spans,
    Moods,
    Entities,
    Aliases,
    Mentions,
    Relationships,
    Candidates,
    Mergers,
    Decisions,
    Jobs,
}

impl ImportedRowKind {
    /// All kinds, in import order.
    pub(crate) const ALL: [Self; 14] = [
        Self::Entries,
        Self::SourceFiles,
        Self::Pages,
        Self::Chunks,
        Self::Spans,
        Self::Moods,
        Self::Entities,
        Self::Aliases,
        Self::Mentions,
        Self::Relationships,
        Self::Candidates,
        Self::Mergers,
        Self::Decisions,
        Self::Jobs,
    ];

    /// Returns the source table.
    pub(crate) const fn table(self) -> &'static str {
        IMPORTED_TABLES[self as usize].name
    }
}

/// Source table of a kind of rows.
struct ImportedTable {
    name: &'static str,
    /// SELECT for one user's rows; of duplicates, the newest comes first.
    ///
    /// Duplicates exist before version 22 (pairs of entities) and version 38 (dimensions of an entry).
    by_user: &'static str,
    /// SELECT for orphaned rows: without a user or without the parent row.
    orphans: &'static str,
}

/// Source tables, in the order of [`ImportedRowKind`].
const IMPORTED_TABLES: [ImportedTable; ImportedRowKind::ALL.len()] = [
    ImportedTable {
        name: "entries",
        by_user: "SELECT id, entry_date, source_type, raw_text, final_text, word_count, language, chunk_count,
                    entity_extraction_stale, doubts_verified, content_start_char, content_end_char, date_confirmed,
                    created_at, updated_at
             FROM entries WHERE user_id = :owner ORDER BY id",
        orphans: "SELECT id FROM entries WHERE user_id IS NULL OR user_id NOT IN (SELECT id FROM users) ORDER BY id",
    },
    ImportedTable {
        name: "source_files",
        by_user: "SELECT t.id, t.entry_id, t.file_path, t.file_type, t.file_hash, t.created_at
             FROM source_files t JOIN entries e ON e.id = t.entry_id WHERE e.user_id = :owner ORDER BY t.id",
        orphans: "SELECT t.id FROM source_files t LEFT JOIN entries e ON e.id = t.entry_id
             WHERE e.user_id IS NULL OR e.user_id NOT IN (SELECT id FROM users) ORDER BY t.id",
    },
    ImportedTable {
        name: "entry_pages",
        by_user: "SELECT t.id, t.entry_id, t.page_number, t.raw_text, t.source_file_id, t.created_at
             FROM entry_pages t JOIN entries e ON e.id = t.entry_id WHERE e.user_id = :owner ORDER BY t.id",
        orphans: "SELECT t.id FROM entry_pages t LEFT JOIN entries e ON e.id = t.entry_id
             WHERE e.user_id IS NULL OR e.user_id NOT IN (SELECT id FROM users) ORDER BY t.id",
    },
    ImportedTable {
        name: "entry_chunks",
        by_user: "SELECT t.id, t.entry_id, t.chunk_index, t.chunk_text, t.char_start, t.char_end, t.token_count
             FROM entry_chunks t JOIN entries e ON e.id = t.entry_id WHERE e.user_id = :owner ORDER BY t.id",
        orphans: "SELECT t.id FROM entry_chunks t LEFT JOIN entries e ON e.id = t.entry_id
             WHERE e.user_id IS NULL OR e.user_id NOT IN (SELECT id FROM users) ORDER BY t.id",
    },
    ImportedTable {
        name: "entry_uncertain_spans",
        by_user: "SELECT t.id, t.entry_id, t.char_start, t.char_end, t.created_at
             FROM entry_uncertain_spans t JOIN entries e ON e.id = t.entry_id WHERE e.user_id = :owner ORDER BY t.id",
        orphans: "SELECT t.id FROM entry_uncertain_spans t LEFT JOIN entries e ON e.id = t.entry_id
             WHERE e.user_id IS NULL OR e.user_id NOT IN (SELECT id FROM users) ORDER BY t.id",
    },
    ImportedTable {
        name: "mood_scores",
        by_user: "SELECT t.id, t.entry_id, t.dimension, t.score, t.confidence, t.rationale, t.created_at
             FROM mood_scores t JOIN entries e ON e.id = t.entry_id WHERE e.user_id = :owner ORDER BY t.id DESC",
        orphans: "SELECT t.id FROM mood_scores t LEFT JOIN entries e ON e.id = t.entry_id
             WHERE e.user_id IS NULL OR e.user_id NOT IN (SELECT id FROM users) ORDER BY t.id",
    },
    ImportedTable {
        name: "entities",
        by_user: "SELECT id, entity_type, canonical_name, description, embedding_json, first_seen, is_quarantined,
                    quarantine_reason, quarantined_at, created_at, updated_at
             FROM entities WHERE user_id = :owner ORDER BY id",
        orphans: "SELECT id FROM entities WHERE user_id IS NULL OR user_id NOT IN (SELECT id FROM users) ORDER BY id",
    },
    ImportedTable {
        name: "entity_aliases",
        by_user: "SELECT t.id, t.entity_id, t.alias_normalised, t.created_at
             FROM entity_aliases t JOIN entities o ON o.id = t.entity_id WHERE o.user_id = :owner ORDER BY t.id",
        orphans: "SELECT t.id FROM entity_aliases t LEFT JOIN entities o ON o.id = t.entity_id
             WHERE o.user_id IS NULL OR o.user_id NOT IN (SELECT id FROM users) ORDER BY t.id",
    },
    ImportedTable {
        name: "entity_mentions",
        by_user: "SELECT t.id, t.entity_id, t.entry_id, t.quote, t.confidence, t.extraction_run_id, t.match_source,
                    t.created_at
             FROM entity_mentions t JOIN entities o ON o.id = t.entity_id WHERE o.user_id = :owner ORDER BY t.id",
        orphans: "SELECT t.id FROM entity_mentions t LEFT JOIN entities o ON o.id = t.entity_id
             WHERE o.user_id IS NULL OR o.user_id NOT IN (SELECT id FROM users) ORDER BY t.id",
    },
    ImportedTable {
        name: "entity_relationships",
        by_user: "SELECT t.id, t.subject_entity_id, t.predicate, t.object_entity_id, t.quote, t.entry_id, t.confidence,
                    t.extraction_run_id, t.created_at
             FROM entity_relationships t JOIN entities o ON o.id = t.subject_entity_id
             WHERE o.user_id = :owner ORDER BY t.id",
        orphans: "SELECT t.id FROM entity_relationships t LEFT JOIN entities o ON o.id = t.subject_entity_id
             WHERE o.user_id IS NULL OR o.user_id NOT IN (SELECT id FROM users) ORDER BY t.id",
    },
    ImportedTable {
        name: "entity_merge_candidates",
        by_user: "SELECT t.id, t.entity_id_a, t.entity_id_b, t.similarity, t.status, t.extraction_run_id, t.created_at,
                    t.updated_at, t.resolved_at
             FROM entity_merge_candidates t JOIN entities o ON o.id = t.entity_id_a
             WHERE o.user_id = :owner ORDER BY t.id DESC",
        orphans: "SELECT t.id FROM entity_merge_candidates t LEFT JOIN entities o ON o.id = t.entity_id_a
             WHERE o.user_id IS NULL OR o.user_id NOT IN (SELECT id FROM users) ORDER BY t.id",
    },
    ImportedTable {
        name: "entity_merge_history",
        by_user: "SELECT t.id, t.survivor_id, t.absorbed_id, t.absorbed_name, t.absorbed_type, t.absorbed_desc,
                    t.absorbed_aliases, t.absorbed_is_quarantined, t.absorbed_quarantine_reason,
                    t.absorbed_quarantined_at, t.merged_at, t.merged_by
             FROM entity_merge_history t JOIN entities o ON o.id = t.survivor_id
             WHERE o.user_id = :owner ORDER BY t.id",
        orphans: "SELECT t.id FROM entity_merge_history t LEFT JOIN entities o ON o.id = t.survivor_id
             WHERE o.user_id IS NULL OR o.user_id NOT IN (SELECT id FROM users) ORDER BY t.id",
    },
    ImportedTable {
        name: "entity_pair_decisions",
        by_user: "SELECT t.id, t.entity_id_lo, t.entity_id_hi, t.decision, t.decided_at
             FROM entity_pair_decisions t JOIN entities o ON o.id = t.entity_id_lo
             WHERE o.user_id = :owner ORDER BY t.id",
        orphans: "SELECT t.id FROM entity_pair_decisions t LEFT JOIN entities o ON o.id = t.entity_id_lo
             WHERE o.user_id IS NULL OR o.user_id NOT IN (SELECT id FROM users) ORDER BY t.id",
    },
    ImportedTable {
        name: "jobs",
        by_user: "SELECT id, type, status, params_json, progress_current, progress_total, result_json, error_message,
                    status_detail, input_tokens, output_tokens, cost_usd, created_at, started_at, finished_at
             FROM jobs WHERE user_id = :owner ORDER BY created_at, id",
        orphans: "SELECT id FROM jobs WHERE user_id IS NULL OR user_id NOT IN (SELECT id FROM users) ORDER BY id",
    },
];

impl JournalServerDb {
    /// Calls a closure with a user's rows of a kind.
    pub(crate) fn for_each_row(
        &self,
        kind: ImportedRowKind,
        owner: i64,
        take: impl FnMut(&LooseRow<'_>) -> Result<()>,
    ) -> Result<()> {
        self.foreign.for_each_row(IMPORTED_TABLES[kind as usize].by_user, named_params! { ":owner": owner }, take)
    }

    /// Calls a closure with the ids of the orphaned rows of a kind.
    pub(crate) fn for_each_orphan(&self, kind: ImportedRowKind, mut take: impl FnMut(String)) -> Result<()> {
        self.foreign.for_each_row(IMPORTED_TABLES[kind as usize].orphans, [], |row| {
            take(row.label("id"));
            Ok(())
        })
    }

    /// Returns the highest entry and entity id ever assigned, including deleted ones.
    pub(crate) fn last_assigned_ids(&self) -> Result<(i64, i64)> {
        let last = |table: &str| {
            self.foreign.query_number(
                "SELECT MAX(seq) FROM main.sqlite_sequence WHERE name = :table",
                named_params! { ":table": table },
            )
        };
        let counted =
            self.foreign.query_number("SELECT COUNT(*) FROM main.sqlite_schema WHERE name = 'sqlite_sequence'", [])?;
        if counted == 0 { Ok((0, 0)) } else { Ok((last("entries")?, last("entities")?)) }
    }

    /// Counts the rows of the largest tables, across all users.
    pub(crate) fn row_count(&self) -> Result<u64> {
        let rows = self.foreign.query_number(
            "SELECT (SELECT COUNT(*) FROM entries) + (SELECT COUNT(*) FROM entry_chunks)
                  + (SELECT COUNT(*) FROM mood_scores) + (SELECT COUNT(*) FROM entity_mentions)",
            [],
        )?;
        Ok(u64::try_from(rows).unwrap_or(0))
    }

    /// Returns the tables that are not imported, with their row counts.
    pub(crate) fn ignored_tables(&self) -> Result<BTreeMap<String, i64>> {
        let mut counts = Vec::new();
        // SQLite generates the statements from the table names in its schema.
        self.foreign.for_each_row(
            r#"SELECT name, 'SELECT COUNT(*) FROM main."' || REPLACE(name, '"', '""') || '"' AS statement
               FROM main.sqlite_schema
               WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL TABLE%' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'
                 AND name NOT LIKE 'entries~_fts%' ESCAPE '~'
                 AND name NOT IN (SELECT name FROM temp.sqlite_schema WHERE type = 'view')
               ORDER BY name"#,
            [],
            |row| {
                counts.extend(row.text("name").zip(row.text("statement")));
                Ok(())
            },
        )?;
        counts.into_iter().map(|(name, statement)| Ok((name, self.foreign.query_number(&statement, [])?))).collect()
    }
}
