//! The fire drill: restores a backup into a work folder, opens it as the program would, searches it, deletes it.

use std::path::Path;
use std::sync::Arc;

use crate::app::App;
use crate::backup::archive::Contents;
use crate::backup::assembly;
use crate::backup::assembly::Sources;
use crate::backup::derived;
use crate::backup::media;
use crate::backup::report;
use crate::backup::report::Report;
use crate::backup::source::Source;
use crate::backup::verify;
use crate::backup::verify::Progress;
use crate::config::SearchLimits;
use crate::ctx::Ctx;
use crate::doctor;
use crate::doctor::Mark;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::backup::NotebookPart;
use crate::model::hit::Sort;
use crate::model::within::Within;
use crate::search;
use crate::storage::accounts::upkeep;
use crate::storage::media::MediaStore;
use crate::storage::media::path_of;
use crate::storage::notebook::samples;
use crate::storage::notebook::samples::Sample;
use crate::storage::notebook::vectors;

/// Words of an entry that are searched for together.
const WORDS: usize = 24;
/// Entries of one day among which the one has to be.
const CANDIDATES: usize = 10_000;

/// Restores a backup into a work folder under a secret that nobody keeps, and tries it there. As
/// [`verify`](super::verify::verify), but for what is looked at.
///
/// # Errors
/// As there.
pub async fn drill(
    source: &Source,
    here: Option<&Ctx>,
    scratch: Option<&Path>,
    sources: &Sources,
    progress: Progress<'_>,
) -> Result<Report> {
    if let Some(ctx) = here {
        ctx.caller.operate()?;
    }
    let mut report = Report::of(source);
    let unpacked = verify::unpack(source, scratch, sources, &mut report, progress)?;
    let Some((work, contents)) = unpacked else { return Ok(report) };
    let app = match assembly::open(work.path(), &contents, &verify::throwaway(sources)?, sources) {
        Ok(app) => app,
        Err(error) => {
            report.note("opening", Err(error));
            return Ok(report);
        }
    };
    report.note("opening", Ok("opens under a new secret".to_owned()));
    if !contents.manifest.derived {
        let anew = contents.manifest.notebooks.iter().try_for_each(|part| derived::index_anew(&app, part.id));
        report.note("index", anew.map(|()| "made anew, as it was left out".to_owned()));
    }
    for notebook in &contents.manifest.notebooks {
        report.note(format!("notebook {}", notebook.id), searched(&app, notebook));
        report.note(format!("original of {}", notebook.id), one_original(&app, source, &contents, notebook));
    }
    report.note("doctor", examined(work.path(), app.clone()).await);
    drop(app);
    if report.good {
        let (action, kind) = (Action::BackupDrilled, upkeep::Kind::BackupDrill);
        report.recorded = report::record(here, &contents.manifest, source, action, kind).await?;
    }
    Ok(report)
}

/// Counts a notebook's entries, and finds some of them by their words.
fn searched(app: &App, part: &NotebookPart) -> Result<String> {
    let notebook = app.store.notebook(part.id)?;
    notebook.read(|db| {
        let (count, promised) = (samples::count(db)?, part.part.rows.get("entries").copied().unwrap_or(0));
        if count != promised {
            return Err(Error::conflict(format!("it holds {count} entries and its manifest says {promised}"))
                .hint("take another backup"));
        }
        vectors::index(db)?;
        let mut found = 0;
        for sample in samples::entries(db)? {
            let within = Within::all_between(Some(&sample.date), Some(&sample.date));
            let limits = SearchLimits { keyword: CANDIDATES, vector: 0, fused: CANDIDATES };
            let query = some_words(&sample);
            let ranked = search::Request { query: &query, within: &within, limits }.rank(db, None)?;
            let hits = ranked.page(db, Sort::Relevance, CANDIDATES, 0)?;
            if hits.iter().all(|hit| hit.entry_id != sample.id) && query.chars().any(char::is_alphanumeric) {
                return Err(Error::conflict(format!("entry {} is not found by its own words", sample.id))
                    .hint("restore it all the same: `journal reindex --fts` makes the index anew"));
            }
            found += 1;
        }
        Ok(format!("{count} entries as promised, {found} of them found by their own words"))
    })
}

fn some_words(sample: &Sample) -> String {
    let words = sample.text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric));
    words.take(WORDS).collect::<Vec<_>>().join(" ")
}

/// Restores one original of a notebook and opens it there.
fn one_original(app: &App, source: &Source, contents: &Contents, part: &NotebookPart) -> Result<String> {
    let notebook = app.store.notebook(part.id)?;
    let Some(row) = notebook.read(samples::original)? else {
        return Ok("it has none".to_owned());
    };
    let named = contents.manifest.originals.iter().find(|one| one.notebook == part.id && one.id == row.id);
    let named = named.ok_or_else(|| {
        Error::conflict(format!("the manifest does not name the original {}", row.id)).hint("take another backup")
    })?;
    let folder = app.store.data.media(part.id);
    media::copy(&source.media, named, &path_of(&folder, row.id))?;
    let bytes = media::length(MediaStore::new(folder, verify::identity(contents, part.id)?).reader(row.id)?)?;
    if bytes == row.plain_bytes {
        return Ok(format!("{bytes} bytes, opened to its end"));
    }
    Err(Error::conflict(format!("the original {} has another size than it had", row.id)).hint("take another backup"))
}

async fn examined(folder: &Path, app: Arc<App>) -> Result<String> {
    let found = doctor::examine(folder, Ok(app)).await;
    match found.checks.iter().find(|check| check.mark == Mark::Failed) {
        None => Ok(format!("{} checks, none failed", found.checks.len())),
        Some(failed) => Err(Error::conflict(format!("{}: {}", failed.name, failed.detail)).hint("take another backup")),
    }
}
