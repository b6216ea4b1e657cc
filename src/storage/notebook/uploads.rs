//! Rows of sealed originals, and of the uploads that jobs work on.

use std::collections::HashSet;

use rusqlite::named_params;
use uuid::Uuid;

use crate::error::Error;
use crate::error::Result;
use crate::model::entry::Author;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::key::Boundary;
use crate::storage::media::Sealed;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entries;

/// Makes an entry of photographed pages.
pub(crate) const IMAGES: &str = "ingest_images";
/// Makes an entry of recordings.
pub(crate) const RECORDINGS: &str = "ingest_audio";

/// A file of an upload.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    /// From 1.
    pub(crate) position: i64,
    pub(crate) media: Uuid,
    pub(crate) media_type: String,
    pub(crate) plain_bytes: u64,
    /// SHA-256 of the bytes as they came in.
    pub(crate) hash: Vec<u8>,
    /// What was read of it by an attempt before, as JSON.
    pub(crate) reading: Option<String>,
}

/// Who sent an upload: its job works for them when they are gone.
#[derive(Debug, Clone, Default)]
pub(crate) struct By {
    /// Through what it came.
    pub(crate) via: String,
    /// The assistant that brought it.
    pub(crate) author: Option<Author>,
    /// What its key reached.
    pub(crate) boundary: Option<Boundary>,
}

/// Leaves the job that makes an entry of an upload's files; `params` is a JSON object.
pub(crate) fn enqueue(
    db: &NotebookDb<'_>,
    job: JobId,
    kind: &str,
    params: &str,
    files: i64,
    by: &By,
    at: &str,
) -> Result<()> {
    let author = by.author.as_ref().map(entries::written_down).transpose()?;
    let boundary = by.boundary.as_ref().map(serde_json::to_string).transpose().map_err(unwritten)?;
    db.run(
        "INSERT INTO jobs (id, kind, status, params_json, progress_total, created_at, via, brought_by, boundary)
         VALUES (:id, :kind, 'queued', :params, :files, :at, :via, :author, :boundary)",
        named_params! {
            ":id": job.to_string(), ":kind": kind, ":params": params, ":files": files, ":at": at, ":via": by.via,
            ":author": author, ":boundary": boundary,
        },
    )
    .map(drop)
}

/// Returns who sent a job's upload.
pub(crate) fn by(db: &NotebookDb<'_>, job: JobId) -> Result<By> {
    let found = db.first(
        "SELECT via, brought_by, boundary FROM jobs WHERE id = :id",
        named_params! { ":id": job.to_string() },
        |row| Ok((row.get::<_, Option<String>>(0)?, entries::author(row, 1)?, row.get::<_, Option<String>>(2)?)),
    )?;
    let (via, author, boundary) = found.unwrap_or_default();
    Ok(By {
        via: via.unwrap_or_default(),
        author,
        boundary: boundary.map(|text| serde_json::from_str(&text)).transpose().map_err(unwritten)?,
    })
}

fn unwritten(error: serde_json::Error) -> Error {
    Error::internal("who sent an upload", error)
}

/// Adds an original that was sealed just now.
pub(crate) fn add_media(db: &NotebookDb<'_>, id: Uuid, media_type: &str, sealed: &Sealed, at: &str) -> Result<()> {
    db.run(
        "INSERT INTO media (id, media_type, plain_bytes, sealed_hash, created_at)
         VALUES (:id, :type, :bytes, :hash, :at)",
        named_params! {
            ":id": id.to_string(), ":type": media_type, ":bytes": sealed.plain_bytes, ":hash": sealed.hash, ":at": at,
        },
    )
    .map(drop)
}

/// Adds a file to the upload that a job works on.
pub(crate) fn add(db: &NotebookDb<'_>, job: JobId, position: i64, media: Uuid, name: &str, hash: &[u8]) -> Result<()> {
    db.run(
        "INSERT INTO job_files (job_id, position, media_id, name, file_hash)
         VALUES (:job, :position, :media, :name, :hash)",
        named_params! {
            ":job": job.to_string(), ":position": position, ":media": media.to_string(), ":name": name, ":hash": hash,
        },
    )
    .map(drop)
}

/// Returns the files of a job's upload, in order.
pub(crate) fn of(db: &NotebookDb<'_>, job: JobId) -> Result<Vec<Upload>> {
    let found = db.all(
        "SELECT f.position, f.media_id, m.media_type, m.plain_bytes, f.file_hash, f.reading
         FROM job_files f JOIN media m ON m.id = f.media_id WHERE f.job_id = :job ORDER BY f.position",
        named_params! { ":job": job.to_string() },
        |row| {
            let media: String = row.get(1)?;
            let upload = Upload {
                position: row.get(0)?,
                media: Uuid::nil(),
                media_type: row.get(2)?,
                plain_bytes: row.get(3)?,
                hash: row.get(4)?,
                reading: row.get(5)?,
            };
            Ok((media, upload))
        },
    )?;
    let parsed = found.into_iter().map(|(media, upload)| {
        let media = media.parse().map_err(|error| Error::internal("a stored media id", error))?;
        Ok(Upload { media, ..upload })
    });
    parsed.collect()
}

/// Keeps what was read of one file, for the next attempt.
pub(crate) fn keep_reading(db: &NotebookDb<'_>, job: JobId, position: i64, reading: &str) -> Result<()> {
    db.run(
        "UPDATE job_files SET reading = :reading WHERE job_id = :job AND position = :position",
        named_params! { ":job": job.to_string(), ":position": position, ":reading": reading },
    )
    .map(drop)
}

/// Makes the originals of a job's upload those of its entry; `sources` are the rows of source files by position.
pub(crate) fn hand_over(db: &NotebookDb<'_>, job: JobId, sources: &[(i64, i64)]) -> Result<()> {
    for (position, source) in sources {
        db.run(
            "UPDATE media SET source_file_id = :source
             WHERE id = (SELECT media_id FROM job_files WHERE job_id = :job AND position = :position)",
            named_params! { ":job": job.to_string(), ":position": position, ":source": source },
        )?;
    }
    db.run("DELETE FROM job_files WHERE job_id = :job", named_params! { ":job": job.to_string() }).map(drop)
}

/// Forgets the originals of an entry that is about to be removed, and returns them: their files go after the commit.
pub(crate) fn forget_of(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<Uuid>> {
    let gone = db.all(
        "DELETE FROM media WHERE source_file_id IN (SELECT id FROM source_files WHERE entry_id = :entry) RETURNING id",
        named_params! { ":entry": entry.0 },
        |row| row.get::<_, String>(0),
    )?;
    parsed(gone)
}

/// Forgets the originals that neither an entry nor a job has any more, and returns how many there were.
pub(crate) fn forget_unowned(db: &NotebookDb<'_>) -> Result<usize> {
    db.run(
        "DELETE FROM media
         WHERE source_file_id IS NULL AND NOT EXISTS (SELECT 1 FROM job_files f WHERE f.media_id = media.id)",
        [],
    )
}

/// Returns every original that there is a row of.
pub(crate) fn known(db: &NotebookDb<'_>) -> Result<HashSet<Uuid>> {
    let ids = db.all("SELECT id FROM media", [], |row| row.get::<_, String>(0))?;
    Ok(parsed(ids)?.into_iter().collect())
}

/// Returns every original with the SHA-256 of its sealed file, by id.
pub(crate) fn sealed(db: &NotebookDb<'_>) -> Result<Vec<(Uuid, Vec<u8>)>> {
    let found = db.all("SELECT id, sealed_hash FROM media ORDER BY id", [], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?))
    })?;
    let parsed = found
        .into_iter()
        .map(|(id, hash)| Ok((id.parse().map_err(|error| Error::internal("a stored media id", error))?, hash)));
    parsed.collect()
}

fn parsed(ids: Vec<String>) -> Result<Vec<Uuid>> {
    let ids = ids.into_iter().map(|id| id.parse().map_err(|error| Error::internal("a stored media id", error)));
    ids.collect()
}

/// Makes an original that of an entry which has one file.
pub(crate) fn give_to(db: &NotebookDb<'_>, media: Uuid, entry: EntryId) -> Result<()> {
    db.run(
        "UPDATE media SET source_file_id = (SELECT MIN(id) FROM source_files WHERE entry_id = :entry) WHERE id = :media",
        named_params! { ":entry": entry.0, ":media": media.to_string() },
    )
    .map(drop)
}

/// An original of an entry.
#[derive(Debug, Clone)]
pub(crate) struct Original {
    pub(crate) media: Uuid,
    pub(crate) media_type: String,
    pub(crate) plain_bytes: u64,
    /// The label of its source file.
    pub(crate) label: String,
}

/// Returns an entry's originals in the order they came in.
pub(crate) fn originals(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<Original>> {
    let found = db.all(
        "SELECT m.id, m.media_type, m.plain_bytes, s.file_path
         FROM source_files s JOIN media m ON m.source_file_id = s.id
         WHERE s.entry_id = :entry ORDER BY s.id",
        named_params! { ":entry": entry.0 },
        |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    let parsed = found.into_iter().map(|(media, media_type, plain_bytes, label)| {
        let media = media.parse().map_err(|error| Error::internal("a stored media id", error))?;
        Ok(Original { media, media_type, plain_bytes, label })
    });
    parsed.collect()
}

/// Counts the files of uploads whose jobs failed or were called off before an instant.
pub(crate) fn count_old(db: &NotebookDb<'_>, before: &str) -> Result<u64> {
    db.one(
        "SELECT COUNT(*) FROM job_files f JOIN jobs j ON j.id = f.job_id
         WHERE j.status IN ('failed', 'cancelled') AND j.finished_at < :before",
        named_params! { ":before": before },
        |row| row.get(0),
    )
}

/// Lets those uploads go: nothing has their originals any more.
pub(crate) fn forget_old(db: &NotebookDb<'_>, before: &str) -> Result<()> {
    db.run(
        "DELETE FROM job_files WHERE job_id IN (
             SELECT id FROM jobs WHERE status IN ('failed', 'cancelled') AND finished_at < :before)",
        named_params! { ":before": before },
    )
    .map(drop)
}

/// Makes an original that of a source.
pub(crate) fn give_to_source(db: &NotebookDb<'_>, media: Uuid, source: i64) -> Result<()> {
    db.run(
        "UPDATE media SET source_file_id = :source WHERE id = :media",
        named_params! { ":source": source, ":media": media.to_string() },
    )
    .map(drop)
}
