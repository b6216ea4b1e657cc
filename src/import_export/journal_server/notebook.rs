//! Imports all content of one user into one notebook.

use std::sync::Arc;

use crate::domain::id::JobId;
use crate::entropy::Entropy;
use crate::error::Result;
use crate::import_export::journal_server::convert::SourceRow;
use crate::import_export::journal_server::report::UserImportReport;
use crate::import_export::journal_server::{entities, entries, history};
use crate::storage::database::try_insert::InsertOutcome;
use crate::storage::external_db::journal_server::JournalServerDb;
use crate::storage::external_db::journal_server::queries::ImportedRowKind;
use crate::storage::notebook::{NotebookDb, jobs, legacy_import};

/// Progress callback: rows done and total.
pub type ServerImportProgress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// Rows between two reports of progress.
const PROGRESS_INTERVAL: u64 = 100;

/// Progress of an import in rows.
pub(super) struct ImportProgress<'a> {
    pub(super) done: u64,
    pub(super) total: u64,
    pub(super) progress: &'a ServerImportProgress,
}

impl ImportProgress<'_> {
    fn step(&mut self, kind: ImportedRowKind) {
        if !matches!(
            kind,
            ImportedRowKind::Entries | ImportedRowKind::Chunks | ImportedRowKind::Moods | ImportedRowKind::Mentions
        ) {
            return;
        }
        self.done += 1;
        if self.done.is_multiple_of(PROGRESS_INTERVAL) || self.done == self.total {
            (self.progress)(self.done, self.total);
        }
    }
}

/// Imports a user's content into an empty notebook, and enqueues an embedding job for each searchable entry.
pub(super) fn import_content(
    db: &NotebookDb<'_>,
    source: &JournalServerDb,
    person: &mut UserImportReport,
    at: &str,
    entropy: &dyn Entropy,
    steps: &mut ImportProgress<'_>,
) -> Result<()> {
    for kind in ImportedRowKind::ALL {
        let rows = person.rows.entry(kind.table()).or_default();
        source.for_each_row(kind, person.source_user, |cells| {
            let row = SourceRow::new(cells, at);
            let offered = import_row(db, kind, &row)?;
            rows.count(cells.label("id"), offered, &row.corrections());
            steps.step(kind);
            Ok(())
        })?;
    }
    let (entry, entity) = source.last_assigned_ids()?;
    legacy_import::bump_autoincrement(db, entry, entity)?;
    for entry in legacy_import::list_searchable(db)? {
        jobs::enqueue_for_new_entry(db, JobId::draw(entropy)?, jobs::EMBED, entry, at)?;
        person.entries_to_embed += 1;
    }
    Ok(())
}

fn import_row(db: &NotebookDb<'_>, kind: ImportedRowKind, row: &SourceRow<'_>) -> Result<InsertOutcome> {
    match kind {
        ImportedRowKind::Entries => entries::import_entry(db, row),
        ImportedRowKind::SourceFiles => entries::import_source_file(db, row),
        ImportedRowKind::Pages => entries::import_page(db, row),
        ImportedRowKind::Chunks => entries::import_chunk(db, row),
        ImportedRowKind::Spans => entries::import_span(db, row),
        ImportedRowKind::Moods => entries::import_mood(db, row),
        ImportedRowKind::Entities => entities::import_entity(db, row),
        ImportedRowKind::Aliases => entities::import_alias(db, row),
        ImportedRowKind::Mentions => entities::import_mention(db, row),
        ImportedRowKind::Relationships => entities::import_relationship(db, row),
        ImportedRowKind::Candidates => entities::import_merge_candidate(db, row),
        ImportedRowKind::Mergers => entities::import_merge(db, row),
        ImportedRowKind::Decisions => entities::import_pair_decision(db, row),
        ImportedRowKind::Jobs => history::import_job(db, row),
    }
}
