//! Steps shared by OCR and transcription: duplicate check, and cache of finished files for retries.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::context::Ctx;
use crate::config::runtime::RuntimeSettings;
use crate::domain::id::JobId;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::net::transport::StreamFactory;
use crate::services::ingest::entry_draft;
use crate::services::ingest::uploads::{ProgressReporter, UploadJob};
use crate::storage::notebook::uploads::{self, UploadFile};

/// Rejects an upload that contains the same file twice, or a file that an entry of the notebook came from.
///
/// # Errors
/// `Conflict` naming the page or recording.
pub(super) async fn reject_duplicates(ctx: &Ctx, upload: &UploadJob) -> Result<()> {
    let (source, mut first) = (upload.source, BTreeMap::new());
    for file in &upload.files {
        if let Some(other) = first.insert(file.hash.clone(), file.position) {
            let noun = entry_draft::file_noun(source);
            return Err(Error::conflict(format!("{noun} {} is the same file as {noun} {other}", file.position))
                .hint("send the upload again with each file once"));
        }
    }
    let hashes: Vec<_> = upload.files.iter().map(|file| (file.position, file.hash.clone())).collect();
    let within = upload.submitter.within.clone();
    ctx.read(Scope::Ingest, move |db| {
        hashes
            .iter()
            .try_for_each(|(position, hash)| entry_draft::reject_duplicate(db, source, *position, hash, &within))
    })
    .await
}

/// Loads the settings that admins may change at run time.
pub(super) async fn load_runtime(ctx: &Ctx) -> Result<RuntimeSettings> {
    let app = ctx.app.clone();
    ctx.read_accounts(Scope::Ingest, move |db| app.runtime(db)).await
}

/// A reader or transcriber with its egress connection and prompt context, opened once per upload.
pub(super) trait ReadingSession: Sized {
    /// Result for one file.
    type Reading: Serialize + DeserializeOwned;

    /// Opens the session for an upload.
    async fn open(ctx: &Ctx, upload: &UploadJob, runtime: &RuntimeSettings) -> Result<Self>;

    /// Reads the `number`th of `count` files.
    async fn read(&self, file: &UploadFile, number: u64, count: usize) -> Result<Self::Reading>;
}

/// Reads every file of an upload, except those that an earlier attempt has read; without any other no session is opened.
pub(super) async fn read_all<S: ReadingSession>(
    ctx: &Ctx,
    upload: &UploadJob,
    runtime: &RuntimeSettings,
    report: &dyn ProgressReporter,
) -> Result<Vec<S::Reading>> {
    let mut readings = Vec::with_capacity(upload.files.len());
    let mut session = None;
    for (file, number) in upload.files.iter().zip(1..) {
        let cached = file.reading.as_deref().and_then(|reading| serde_json::from_str(reading).ok());
        readings.push(if let Some(reading) = cached {
            reading
        } else {
            if session.is_none() {
                session = Some(S::open(ctx, upload, runtime).await?);
            }
            let session = session.as_ref().expect("the session was just opened");
            let reading = session.read(file, number, upload.files.len()).await;
            let reading = reading.map_err(|error| with_file_context(error, upload, file.position))?;
            store(ctx, upload.job, file.position, &reading).await?;
            reading
        });
        report.files_done(number).await?;
    }
    Ok(readings)
}

/// Caches the result for a file, so that a retry does not pay for it again.
pub(super) async fn store<T: Serialize>(ctx: &Ctx, job: JobId, position: i64, reading: &T) -> Result<()> {
    let reading = serde_json::to_string(reading).map_err(|error| Error::internal("serializing a reading", error))?;
    ctx.write(Scope::Ingest, move |db| uploads::set_reading(db, job, position, &reading)).await
}

/// Adds the file's position to an error, if the upload has several files.
pub(super) fn with_file_context(error: Error, upload: &UploadJob, position: i64) -> Error {
    match upload.files.len() {
        1 => error,
        _ => error.with_prefix(format!("{} {position}", entry_draft::file_noun(upload.source))),
    }
}

/// Returns an opener that streams an original from its beginning on each call; the file is never held in memory.
pub(super) async fn original_opener(ctx: &Ctx, file: &UploadFile) -> Result<StreamFactory> {
    let (media, id) = (ctx.media(Scope::Ingest).await?, file.media);
    Ok(Arc::new(move || Ok(Box::new(media.reader(id)?))))
}
