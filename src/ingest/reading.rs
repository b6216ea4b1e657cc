//! What reading pages and hearing recordings have in common: nothing is read twice, and nothing that is there already.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config::runtime::Runtime;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::ingest::draft;
use crate::ingest::uploads::Claimed;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::net::wire::Opener;
use crate::storage::notebook::uploads;
use crate::storage::notebook::uploads::Upload;

/// Refuses an upload that has the same file twice, or one that an entry of the notebook came from.
///
/// # Errors
/// `Conflict` naming the page or recording.
pub(super) async fn refuse_known(ctx: &Ctx, upload: &Claimed) -> Result<()> {
    let (source, mut first) = (upload.source, BTreeMap::new());
    for file in &upload.files {
        if let Some(other) = first.insert(file.hash.clone(), file.position) {
            let noun = draft::noun(source);
            return Err(Error::conflict(format!("{noun} {} is the same file as {noun} {other}", file.position))
                .hint("send the upload again with each file once"));
        }
    }
    let hashes: Vec<_> = upload.files.iter().map(|file| (file.position, file.hash.clone())).collect();
    let within = upload.bringer.within.clone();
    ctx.read(Scope::Ingest, move |db| {
        hashes.iter().try_for_each(|(position, hash)| draft::refuse_known(db, source, *position, hash, &within))
    })
    .await
}

/// Returns the settings that an admin may have changed.
pub(super) async fn runtime(ctx: &Ctx) -> Result<Runtime> {
    let app = ctx.app.clone();
    ctx.read_accounts(Scope::Ingest, move |db| app.runtime(db)).await
}

/// Returns what an earlier attempt made of a file.
pub(super) fn kept<T: DeserializeOwned>(file: &Upload) -> Option<T> {
    serde_json::from_str(file.reading.as_deref()?).ok()
}

/// Keeps what was made of a file, so that no further attempt pays for it again.
pub(super) async fn keep<T: Serialize>(ctx: &Ctx, job: JobId, position: i64, reading: &T) -> Result<()> {
    let reading = serde_json::to_string(reading).map_err(|error| Error::internal("writing a reading down", error))?;
    ctx.write(Scope::Ingest, move |db| uploads::keep_reading(db, job, position, &reading)).await
}

/// Says of which file of several an error speaks.
pub(super) fn of_file(error: Error, upload: &Claimed, position: i64) -> Error {
    match upload.files.len() {
        1 => error,
        _ => error.of(format!("{} {position}", draft::noun(upload.source))),
    }
}

/// Prepares to open an original, from its beginning each time; it is never held in memory.
pub(super) async fn opener(ctx: &Ctx, file: &Upload) -> Result<Opener> {
    let (media, id) = (ctx.media(Scope::Ingest).await?, file.media);
    Ok(Arc::new(move || Ok(Box::new(media.reader(id)?))))
}
