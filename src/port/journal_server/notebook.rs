//! Everything that one user wrote, into one notebook.

use std::sync::Arc;

use crate::entropy::Entropy;
use crate::error::Result;
use crate::model::id::JobId;
use crate::port::journal_server::entities;
use crate::port::journal_server::entries;
use crate::port::journal_server::history;
use crate::port::journal_server::report::Person;
use crate::port::journal_server::values::Row;
use crate::storage::database::offer::Offered;
use crate::storage::foreign::journal_server::Kind;
use crate::storage::foreign::journal_server::Source;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::imported;
use crate::storage::notebook::jobs;

/// Is told rows done and all rows.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// Rows between two reports of progress.
const EVERY: u64 = 100;

/// How far an import is.
pub(super) struct Steps<'a> {
    pub(super) done: u64,
    pub(super) total: u64,
    pub(super) progress: &'a Progress,
}

impl Steps<'_> {
    fn step(&mut self, kind: Kind) {
        if !matches!(kind, Kind::Entries | Kind::Chunks | Kind::Moods | Kind::Mentions) {
            return;
        }
        self.done += 1;
        if self.done.is_multiple_of(EVERY) || self.done == self.total {
            (self.progress)(self.done, self.total);
        }
    }
}

/// Brings a user's journal into an empty notebook, and leaves a job for the vectors of each entry that is searched.
pub(super) fn bring(
    db: &NotebookDb<'_>,
    source: &Source,
    person: &mut Person,
    at: &str,
    entropy: &dyn Entropy,
    steps: &mut Steps<'_>,
) -> Result<()> {
    for kind in Kind::ALL {
        let rows = person.rows.entry(kind.table()).or_default();
        source.rows(kind, person.source_user, |cells| {
            let row = Row::new(cells, at);
            let offered = take(db, kind, &row)?;
            rows.count(cells.name("id"), offered, &row.mended());
            steps.step(kind);
            Ok(())
        })?;
    }
    let (entry, entity) = source.last_numbers()?;
    imported::go_on_after(db, entry, entity)?;
    for entry in imported::searched(db)? {
        jobs::enqueue_first(db, JobId::draw(entropy)?, jobs::EMBED, entry, at)?;
        person.entries_to_embed += 1;
    }
    Ok(())
}

fn take(db: &NotebookDb<'_>, kind: Kind, row: &Row<'_>) -> Result<Offered> {
    match kind {
        Kind::Entries => entries::entry(db, row),
        Kind::SourceFiles => entries::source_file(db, row),
        Kind::Pages => entries::page(db, row),
        Kind::Chunks => entries::chunk(db, row),
        Kind::Spans => entries::span(db, row),
        Kind::Moods => entries::mood(db, row),
        Kind::Entities => entities::entity(db, row),
        Kind::Aliases => entities::alias(db, row),
        Kind::Mentions => entities::mention(db, row),
        Kind::Relationships => entities::relationship(db, row),
        Kind::Candidates => entities::candidate(db, row),
        Kind::Mergers => entities::merger(db, row),
        Kind::Decisions => entities::decision(db, row),
        Kind::Jobs => history::job(db, row),
    }
}
