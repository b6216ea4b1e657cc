//! Restore drill: restores a backup into a work folder, opens and searches it there, then deletes it.

use std::path::Path;
use std::sync::Arc;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::backup::archive_reader::ArchiveContents;
use crate::backup::data_dir_builder::{self, ClockAndRng};
use crate::backup::report::{self, BackupReport};
use crate::backup::source::BackupSource;
use crate::backup::verify::{self, ProgressCallback};
use crate::backup::{media, rebuild_derived};
use crate::config::SearchLimits;
use crate::domain::access_filter::AccessFilter;
use crate::domain::audit::AuditAction;
use crate::domain::backup::NotebookBackupPart;
use crate::domain::search_query::ParsedQuery;
use crate::domain::search_result::SearchSort;
use crate::error::{Error, Result};
use crate::services::admin::doctor::{self, CheckStatus};
use crate::services::search;
use crate::storage::accounts::maintenance;
use crate::storage::media::{MediaStore, original_path};
use crate::storage::notebook::drill_samples::{self, DrillQuery};
use crate::storage::notebook::vectors;

/// Maximum number of words of an entry used as a query.
const MAX_QUERY_WORDS: usize = 24;
/// Maximum number of hits of a day to look through for the entry.
const MAX_CANDIDATES: usize = 10_000;

/// Restores a backup into a work folder under a random secret and tests it there. Parameters are those of
/// [`verify`](super::verify::verify).
///
/// # Errors
/// As [`verify`](super::verify::verify).
pub async fn drill(
    source: &BackupSource,
    here: Option<&Ctx>,
    scratch: Option<&Path>,
    sources: &ClockAndRng,
    progress: ProgressCallback<'_>,
) -> Result<BackupReport> {
    if let Some(ctx) = here {
        ctx.caller.require_operator()?;
    }
    let mut report = BackupReport::new(source);
    let unpacked = verify::unpack(source, scratch, sources, &mut report, progress)?;
    let Some((work, contents)) = unpacked else { return Ok(report) };
    let app = match data_dir_builder::build_data_dir(work.path(), &contents, &verify::random_secret(sources)?, sources)
    {
        Ok(app) => app,
        Err(error) => {
            report.add_check("opening", Err(error));
            return Ok(report);
        }
    };
    report.add_check("opening", Ok("opens with a new secret".to_owned()));
    if !contents.manifest.derived {
        let rebuilt =
            contents.manifest.notebooks.iter().try_for_each(|part| rebuild_derived::rebuild_index(&app, part.id));
        report.add_check("index", rebuilt.map(|()| "rebuilt, the backup omits it".to_owned()));
    }
    for notebook in &contents.manifest.notebooks {
        report.add_check(format!("notebook {}", notebook.id), check_search(&app, notebook));
        report.add_check(format!("original of {}", notebook.id), check_one_original(&app, source, &contents, notebook));
    }
    report.add_check("doctor", run_doctor(work.path(), app.clone()).await);
    drop(app);
    if report.good {
        let (action, kind) = (AuditAction::BackupDrilled, maintenance::MaintenanceKind::BackupDrill);
        report.recorded = report::record_success(here, &contents.manifest, source, action, kind).await?;
    }
    Ok(report)
}

/// Counts a notebook's entries and searches for a sample of them.
fn check_search(app: &AppState, part: &NotebookBackupPart) -> Result<String> {
    let notebook = app.store.notebook(part.id)?;
    notebook.read(|db| {
        let (count, promised) =
            (drill_samples::count_entries(db)?, part.part.rows.get("entries").copied().unwrap_or(0));
        if count != promised {
            return Err(Error::conflict(format!("it has {count} entries, its manifest lists {promised}"))
                .hint("use another backup"));
        }
        vectors::load_index(db)?;
        let mut found = 0;
        for sample in drill_samples::list_searchable(db)? {
            let within = AccessFilter::for_dates(Some(&sample.date), Some(&sample.date));
            let limits = SearchLimits { keyword: MAX_CANDIDATES, vector: 0, fused: MAX_CANDIDATES };
            let query = ParsedQuery::plain(&sample_query(&sample));
            let ranked = search::RankingRequest { query: &query, within: &within, limits }.rank(db, None)?;
            let hits = ranked.page(db, SearchSort::Relevance, MAX_CANDIDATES, 0)?;
            if hits.iter().all(|hit| hit.entry_id != sample.id) && !query.terms.is_empty() {
                return Err(Error::conflict(format!("a search for the words of entry {} does not find it", sample.id))
                    .hint("the backup can still be restored: `journal reindex --fts` rebuilds the index"));
            }
            found += 1;
        }
        Ok(format!("{count} entries match the manifest, {found} of them found by search"))
    })
}

fn sample_query(sample: &DrillQuery) -> String {
    let words = sample.text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric));
    words.take(MAX_QUERY_WORDS).collect::<Vec<_>>().join(" ")
}

/// Restores and decrypts one original of a notebook.
fn check_one_original(
    app: &AppState,
    source: &BackupSource,
    contents: &ArchiveContents,
    part: &NotebookBackupPart,
) -> Result<String> {
    let notebook = app.store.notebook(part.id)?;
    let Some(row) = notebook.read(drill_samples::find_original)? else {
        return Ok("the notebook has no originals".to_owned());
    };
    let named = contents.manifest.originals.iter().find(|one| one.notebook == part.id && one.id == row.id);
    let named = named.ok_or_else(|| {
        Error::conflict(format!("the manifest does not list the original {}", row.id)).hint("use another backup")
    })?;
    let folder = app.store.data.media(part.id);
    media::copy(&source.media, named, &original_path(&folder, row.id))?;
    let bytes =
        media::plain_length(MediaStore::new(folder, verify::media_identity(contents, part.id)?).reader(row.id)?)?;
    if bytes == row.plain_bytes {
        return Ok(format!("{bytes} bytes decrypted"));
    }
    Err(Error::conflict(format!("the size of the original {} does not match", row.id)).hint("use another backup"))
}

async fn run_doctor(folder: &Path, app: Arc<AppState>) -> Result<String> {
    let found = doctor::run_checks(folder, Ok(app)).await;
    match found.checks.iter().find(|check| check.mark == CheckStatus::Failed) {
        None => Ok(format!("{} checks, none failed", found.checks.len())),
        Some(failed) => Err(Error::conflict(format!("{}: {}", failed.name, failed.detail)).hint("use another backup")),
    }
}
