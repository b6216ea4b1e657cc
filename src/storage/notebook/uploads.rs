//! Rows of sealed originals and of the uploads jobs process.

use std::collections::HashSet;

use rusqlite::named_params;
use uuid::Uuid;

use crate::domain::api_key::KeyRestrictions;
use crate::domain::entry::AssistantAuthor;
use crate::domain::id::{EntryId, JobId};
use crate::error::{Error, Result};
use crate::storage::media::SealedFile;
use crate::storage::notebook::{NotebookDb, entries};

/// Kind: create an entry from photographed pages.
pub(crate) const IMAGES: &str = "ingest_images";
/// Kind: create an entry from recordings.
pub(crate) const RECORDINGS: &str = "ingest_audio";

/// A file of an upload.
#[derive(Debug, Clone)]
pub(crate) struct UploadFile {
    /// Position in the upload, from 1.
    pub(crate) position: i64,
    pub(crate) media: Uuid,
    pub(crate) media_type: String,
    /// File name as uploaded; may be empty.
    pub(crate) name: String,
    pub(crate) plain_bytes: u64,
    /// SHA-256 of the plaintext.
    pub(crate) hash: Vec<u8>,
    /// Text recognized by an earlier attempt, as JSON.
    pub(crate) reading: Option<String>,
}

/// Uploader of a job's files, stored so that the job can run after the credential has expired.
#[derive(Debug, Clone, Default)]
pub(crate) struct UploadedBy {
    /// Credential used for the upload.
    pub(crate) via: String,
    /// Assistant that uploaded the files.
    pub(crate) author: Option<AssistantAuthor>,
    /// Boundary of the API key.
    pub(crate) boundary: Option<KeyRestrictions>,
}

/// Enqueues the job that creates an entry from an upload; `params` is a JSON object.
pub(crate) fn enqueue(
    db: &NotebookDb<'_>,
    job: JobId,
    kind: &str,
    params: &str,
    files: i64,
    by: &UploadedBy,
    at: &str,
) -> Result<()> {
    let author = by.author.as_ref().map(entries::author_json).transpose()?;
    let boundary = by.boundary.as_ref().map(serde_json::to_string).transpose().map_err(uploader_error)?;
    db.execute(
        "INSERT INTO jobs (id, kind, status, params_json, progress_total, created_at, via, brought_by, boundary)
         VALUES (:id, :kind, 'queued', :params, :files, :at, :via, :author, :boundary)",
        named_params! {
            ":id": job.to_string(), ":kind": kind, ":params": params, ":files": files, ":at": at, ":via": by.via,
            ":author": author, ":boundary": boundary,
        },
    )
    .map(drop)
}

/// Returns the uploader of a job's files.
pub(crate) fn find_uploader(db: &NotebookDb<'_>, job: JobId) -> Result<UploadedBy> {
    let found = db.query_optional(
        "SELECT via, brought_by, boundary FROM jobs WHERE id = :id",
        named_params! { ":id": job.to_string() },
        |row| {
            Ok((row.get::<_, Option<String>>(0)?, entries::author_from_row(row, 1)?, row.get::<_, Option<String>>(2)?))
        },
    )?;
    let (via, author, boundary) = found.unwrap_or_default();
    Ok(UploadedBy {
        via: via.unwrap_or_default(),
        author,
        boundary: boundary.map(|text| serde_json::from_str(&text)).transpose().map_err(uploader_error)?,
    })
}

fn uploader_error(error: serde_json::Error) -> Error {
    Error::internal("parsing the uploader of a job", error)
}

/// Adds a sealed original.
pub(crate) fn add_media(db: &NotebookDb<'_>, id: Uuid, media_type: &str, sealed: &SealedFile, at: &str) -> Result<()> {
    db.execute(
        "INSERT INTO media (id, media_type, plain_bytes, sealed_hash, created_at)
         VALUES (:id, :type, :bytes, :hash, :at)",
        named_params! {
            ":id": id.to_string(), ":type": media_type, ":bytes": sealed.plain_bytes, ":hash": sealed.hash, ":at": at,
        },
    )
    .map(drop)
}

/// Adds a file to a job's upload.
pub(crate) fn add(db: &NotebookDb<'_>, job: JobId, position: i64, media: Uuid, name: &str, hash: &[u8]) -> Result<()> {
    db.execute(
        "INSERT INTO job_files (job_id, position, media_id, name, file_hash)
         VALUES (:job, :position, :media, :name, :hash)",
        named_params! {
            ":job": job.to_string(), ":position": position, ":media": media.to_string(), ":name": name, ":hash": hash,
        },
    )
    .map(drop)
}

/// Returns the files of a job's upload, in order.
pub(crate) fn list_files(db: &NotebookDb<'_>, job: JobId) -> Result<Vec<UploadFile>> {
    let found = db.query_all(
        "SELECT f.position, f.media_id, m.media_type, m.plain_bytes, f.file_hash, f.reading, f.name
         FROM job_files f JOIN media m ON m.id = f.media_id WHERE f.job_id = :job ORDER BY f.position",
        named_params! { ":job": job.to_string() },
        |row| {
            let media: String = row.get(1)?;
            let upload = UploadFile {
                position: row.get(0)?,
                media: Uuid::nil(),
                media_type: row.get(2)?,
                name: row.get(6)?,
                plain_bytes: row.get(3)?,
                hash: row.get(4)?,
                reading: row.get(5)?,
            };
            Ok((media, upload))
        },
    )?;
    let parsed = found.into_iter().map(|(media, upload)| {
        let media = media.parse().map_err(|error| Error::internal("parsing a media id", error))?;
        Ok(UploadFile { media, ..upload })
    });
    parsed.collect()
}

/// Stores the text recognized in a file, for a retry.
pub(crate) fn set_reading(db: &NotebookDb<'_>, job: JobId, position: i64, reading: &str) -> Result<()> {
    db.execute(
        "UPDATE job_files SET reading = :reading WHERE job_id = :job AND position = :position",
        named_params! { ":job": job.to_string(), ":position": position, ":reading": reading },
    )
    .map(drop)
}

/// Assigns the originals of a job's upload to its entry; `sources` are (position, source file id) pairs.
pub(crate) fn assign_to_sources(db: &NotebookDb<'_>, job: JobId, sources: &[(i64, i64)]) -> Result<()> {
    for (position, source) in sources {
        db.execute(
            "UPDATE media SET source_file_id = :source
             WHERE id = (SELECT media_id FROM job_files WHERE job_id = :job AND position = :position)",
            named_params! { ":job": job.to_string(), ":position": position, ":source": source },
        )?;
    }
    db.execute("DELETE FROM job_files WHERE job_id = :job", named_params! { ":job": job.to_string() }).map(drop)
}

/// Removes the rows of an entry's originals and returns their ids; the caller removes the files after the commit.
pub(crate) fn remove_by_entry(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<Uuid>> {
    let gone = db.query_all(
        "DELETE FROM media WHERE source_file_id IN (SELECT id FROM source_files WHERE entry_id = :entry) RETURNING id",
        named_params! { ":entry": entry.0 },
        |row| row.get::<_, String>(0),
    )?;
    parse_ids(gone)
}

/// Removes the rows of originals without an entry, job or place in the trash and returns their number.
pub(crate) fn remove_unowned(db: &NotebookDb<'_>) -> Result<usize> {
    db.execute(
        "DELETE FROM media
         WHERE source_file_id IS NULL AND trashed_entry IS NULL
           AND NOT EXISTS (SELECT 1 FROM job_files f WHERE f.media_id = media.id)",
        [],
    )
}

/// Returns true if there is an original with this id.
pub(crate) fn media_exists(db: &NotebookDb<'_>, id: Uuid) -> Result<bool> {
    db.query_optional("SELECT 1 FROM media WHERE id = :id", named_params! { ":id": id.to_string() }, |_| Ok(()))
        .map(|found| found.is_some())
}

/// Returns the ids of all originals.
pub(crate) fn list_media_ids(db: &NotebookDb<'_>) -> Result<HashSet<Uuid>> {
    let ids = db.query_all("SELECT id FROM media", [], |row| row.get::<_, String>(0))?;
    Ok(parse_ids(ids)?.into_iter().collect())
}

/// Returns all originals with the SHA-256 of the sealed file, by id.
pub(crate) fn list_sealed_hashes(db: &NotebookDb<'_>) -> Result<Vec<(Uuid, Vec<u8>)>> {
    let found = db.query_all("SELECT id, sealed_hash FROM media ORDER BY id", [], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?))
    })?;
    let parsed = found
        .into_iter()
        .map(|(id, hash)| Ok((id.parse().map_err(|error| Error::internal("parsing a media id", error))?, hash)));
    parsed.collect()
}

pub(super) fn parse_ids(ids: Vec<String>) -> Result<Vec<Uuid>> {
    let ids = ids.into_iter().map(|id| id.parse().map_err(|error| Error::internal("parsing a media id", error)));
    ids.collect()
}

/// Assigns an original to an entry with one source file.
pub(crate) fn assign_to_entry(db: &NotebookDb<'_>, media: Uuid, entry: EntryId) -> Result<()> {
    db.execute(
        "UPDATE media SET source_file_id = (SELECT MIN(id) FROM source_files WHERE entry_id = :entry) WHERE id = :media",
        named_params! { ":entry": entry.0, ":media": media.to_string() },
    )
    .map(drop)
}

/// An original of an entry.
#[derive(Debug, Clone)]
pub(crate) struct EntryOriginal {
    pub(crate) media: Uuid,
    pub(crate) media_type: String,
    pub(crate) plain_bytes: u64,
    /// Label of its source file.
    pub(crate) label: String,
}

/// Returns an entry's originals, oldest first.
pub(crate) fn list_originals(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<EntryOriginal>> {
    let found = db.query_all(
        "SELECT m.id, m.media_type, m.plain_bytes, s.file_path
         FROM source_files s JOIN media m ON m.source_file_id = s.id
         WHERE s.entry_id = :entry ORDER BY s.id",
        named_params! { ":entry": entry.0 },
        |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    let parsed = found.into_iter().map(|(media, media_type, plain_bytes, label)| {
        let media = media.parse().map_err(|error| Error::internal("parsing a media id", error))?;
        Ok(EntryOriginal { media, media_type, plain_bytes, label })
    });
    parsed.collect()
}

/// Counts the files of uploads whose jobs failed or were cancelled before an instant.
pub(crate) fn count_abandoned(db: &NotebookDb<'_>, before: &str) -> Result<u64> {
    db.query_one(
        "SELECT COUNT(*) FROM job_files f JOIN jobs j ON j.id = f.job_id
         WHERE j.status IN ('failed', 'cancelled') AND j.finished_at < :before",
        named_params! { ":before": before },
        |row| row.get(0),
    )
}

/// Removes the file rows of those uploads, so that their originals become unowned.
pub(crate) fn remove_abandoned(db: &NotebookDb<'_>, before: &str) -> Result<()> {
    db.execute(
        "DELETE FROM job_files WHERE job_id IN (
             SELECT id FROM jobs WHERE status IN ('failed', 'cancelled') AND finished_at < :before)",
        named_params! { ":before": before },
    )
    .map(drop)
}

/// Assigns an original to a source file.
pub(crate) fn assign_to_source(db: &NotebookDb<'_>, media: Uuid, source: i64) -> Result<()> {
    db.execute(
        "UPDATE media SET source_file_id = :source WHERE id = :media",
        named_params! { ":source": source, ":media": media.to_string() },
    )
    .map(drop)
}
