//! Photographs and recordings: sealed and queued first, told once their jobs were worked on.

use std::path::PathBuf;

use serde::Serialize;

use crate::ingest::Tally;
use crate::out::Out;
use journal::ctx::Ctx;
use journal::error::Error;
use journal::error::Result;
use journal::ingest::uploads;
use journal::ingest::uploads::Kind;
use journal::ingest::uploads::Local;
use journal::ingest::uploads::Made;
use journal::model::id::EntryId;
use journal::model::id::JobId;

/// Files that become one entry.
pub struct Group {
    kind: Kind,
    files: Vec<PathBuf>,
}

impl Group {
    fn name(&self) -> String {
        let names: Vec<String> = self.files.iter().map(|file| file.display().to_string()).collect();
        names.join(", ")
    }
}

/// An upload that was taken.
pub struct Upload {
    name: String,
    job: JobId,
}

impl Upload {
    pub fn new(name: String, job: JobId) -> Self {
        Self { name, job }
    }
}

/// What became of an upload, in the words of the other outcomes.
#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
enum Outcome {
    Stored { id: EntryId, entry_date: String, word_count: i64, job_id: JobId },
    AlreadyThere { id: EntryId },
    Queued { job_id: JobId },
}

/// Parts the texts from the rest, which is grouped by the entry it becomes.
///
/// # Errors
/// `Invalid` when pages of one entry are not all of a kind.
pub fn sorted(files: Vec<PathBuf>, together: bool) -> Result<(Vec<PathBuf>, Vec<Group>)> {
    let mut texts = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    for file in files {
        match (uploads::media_type_of(&file), groups.last_mut()) {
            (None, _) => texts.push(file),
            (Some((kind, _)), Some(group)) if together && group.kind == kind => group.files.push(file),
            (Some((kind, _)), _) => groups.push(Group { kind, files: vec![file] }),
        }
    }
    if together && (groups.len() > 1 || !texts.is_empty()) {
        return Err(Error::invalid("the pages of one entry are all photographs, or all recordings")
            .hint("give the others to another `journal ingest`"));
    }
    Ok((texts, groups))
}

/// Uploads every group; what is wrong with one does not keep the others.
pub async fn upload(
    ctx: &Ctx,
    groups: Vec<Group>,
    date: Option<&str>,
    tally: &mut Tally,
    out: &mut Out,
) -> Result<Vec<Upload>> {
    let mut taken = Vec::new();
    for group in groups {
        let name = group.name();
        match uploads::files(ctx, group.kind, &group.files, date).await {
            Ok(Local::Queued(queued)) => taken.push(Upload::new(name, queued.job_id)),
            Ok(Local::AlreadyThere(id)) => {
                tally.already += 1;
                if out.wants_json() {
                    tally.item(name, Outcome::AlreadyThere { id })?;
                } else {
                    out.line(format!("Already there as entry {id}: {name}"))?;
                }
            }
            Err(error) => tally.refused.push((name, error)),
        }
    }
    Ok(taken)
}

/// Tells what became of the uploads.
pub async fn tell(ctx: &Ctx, uploads: Vec<Upload>, tally: &mut Tally, out: &mut Out) -> Result<()> {
    for Upload { name, job } in uploads {
        let (outcome, line) = match uploads::made(ctx, job).await? {
            Made::Entry { id, entry_date, word_count } => {
                tally.stored += 1;
                let line = format!("Stored entry {id} ({entry_date}, {word_count} words) from {name}");
                (Outcome::Stored { id, entry_date, word_count, job_id: job }, line)
            }
            Made::Waiting(why) => {
                tally.queued += 1;
                let why = why.map_or_else(String::new, |why| format!(" ({why})"));
                (Outcome::Queued { job_id: job }, format!("Queued as job {job}{why}: {name}"))
            }
            Made::Failed(why) => {
                let error =
                    Error::conflict(why).hint(format!("the files are kept; `journal job retry {job}` tries again"));
                tally.refused.push((name, error));
                continue;
            }
        };
        if out.wants_json() {
            tally.item(name, outcome)?;
        } else {
            out.line(line)?;
        }
    }
    Ok(())
}
