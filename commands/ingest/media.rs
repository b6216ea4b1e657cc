//! Ingestion of photographs and recordings: encrypted and enqueued first, reported after their jobs ran.

use std::path::PathBuf;

use serde::Serialize;

use crate::ingest::found_file::FoundFile;
use crate::ingest::summary::IngestSummary;
use crate::output::CommandOutput;
use journal::app::context::Ctx;
use journal::domain::id::{EntryId, JobId};
use journal::error::{Error, Result};
use journal::services::ingest::uploads::{self, LocalUploadOutcome, UploadKind, UploadOutcome};

/// Files of one type that become one entry.
pub struct MediaFileGroup {
    kind: UploadKind,
    files: Vec<PathBuf>,
}

/// Enqueued upload.
pub struct EnqueuedUpload {
    pub name: String,
    pub job: JobId,
}

/// JSON outcome of an upload; same shape as the outcome of a text.
#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
enum UploadItemOutcome {
    Stored { id: EntryId, entry_date: String, word_count: i64, job_id: JobId },
    AlreadyThere { id: EntryId },
    Queued { job_id: JobId },
}

/// Separates texts from media files, which are grouped by entry.
///
/// # Errors
/// `Invalid` if `together` is set and the files are of different types.
pub fn split_texts_and_media(files: Vec<FoundFile>, together: bool) -> Result<(Vec<FoundFile>, Vec<MediaFileGroup>)> {
    let mut texts = Vec::new();
    let mut groups: Vec<MediaFileGroup> = Vec::new();
    for file in files {
        match (uploads::media_type_of(&file.path), groups.last_mut()) {
            (None, _) => texts.push(file),
            (Some((kind, _)), Some(group)) if together && group.kind == kind => group.files.push(file.path),
            (Some((kind, _)), _) => groups.push(MediaFileGroup { kind, files: vec![file.path] }),
        }
    }
    if together && (groups.len() > 1 || !texts.is_empty()) {
        return Err(Error::invalid("the files of one entry must be all photographs or all recordings")
            .hint("ingest the other files with a separate `journal ingest`"));
    }
    Ok((texts, groups))
}

/// Uploads every group; a failed group does not stop the others.
pub async fn enqueue_uploads(
    ctx: &Ctx,
    groups: Vec<MediaFileGroup>,
    date: Option<&str>,
    tally: &mut IngestSummary,
    out: &mut CommandOutput,
) -> Result<Vec<EnqueuedUpload>> {
    let mut uploads = Vec::new();
    for group in groups {
        let name = group.files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ");
        match uploads::files(ctx, group.kind, &group.files, date).await {
            Ok(LocalUploadOutcome::Queued(queued)) => uploads.push(EnqueuedUpload { name, job: queued.job_id }),
            Ok(LocalUploadOutcome::Duplicate(id)) => {
                tally.duplicates += 1;
                let line = format!("Already stored as entry {id}: {name}");
                tally.add_item(name, UploadItemOutcome::AlreadyThere { id }, line, out)?;
            }
            Err(error) => tally.refused.push((name, error)),
        }
    }
    Ok(uploads)
}

/// Reports the outcome of each upload.
pub async fn report_uploads(
    ctx: &Ctx,
    uploads: Vec<EnqueuedUpload>,
    tally: &mut IngestSummary,
    out: &mut CommandOutput,
) -> Result<()> {
    for EnqueuedUpload { name, job } in uploads {
        let (outcome, line) = match uploads::status(ctx, job).await? {
            UploadOutcome::Entry { id, entry_date, word_count } => {
                tally.stored += 1;
                let line = format!("Stored entry {id} ({entry_date}, {word_count} words) from {name}");
                (UploadItemOutcome::Stored { id, entry_date, word_count, job_id: job }, line)
            }
            UploadOutcome::Waiting(reason) => {
                tally.queued += 1;
                let reason = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
                (UploadItemOutcome::Queued { job_id: job }, format!("Queued as job {job}{reason}: {name}"))
            }
            UploadOutcome::Failed(reason) => {
                let error = Error::conflict(reason)
                    .hint(format!("the files are kept; `journal job retry {job}` retries the job"));
                tally.refused.push((name, error));
                continue;
            }
        };
        tally.add_item(name, outcome, line, out)?;
    }
    Ok(())
}
