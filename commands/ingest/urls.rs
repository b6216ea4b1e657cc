//! Ingestion of URLs: fetched first, then reported like files.

use std::path::PathBuf;

use crate::ingest::media::EnqueuedUpload;
use crate::ingest::summary::IngestSummary;
use crate::output::CommandOutput;
use journal::app::context::Ctx;
use journal::error::{Error, Result};
use journal::services::ingest::urls::{self, UrlRequest, UrlResult};

/// Separates URLs from paths.
///
/// # Errors
/// `Invalid` if `together` is set and both are given.
pub fn split_urls_and_paths(words: &[PathBuf], together: bool) -> Result<(Vec<String>, Vec<PathBuf>)> {
    let is_address = |word: &PathBuf| word.to_str().is_some_and(urls::is_address);
    let (addresses, paths): (Vec<PathBuf>, Vec<PathBuf>) = words.iter().cloned().partition(is_address);
    if together && !addresses.is_empty() && !paths.is_empty() {
        return Err(Error::invalid("the pages of one entry must be all files or all URLs")
            .hint("ingest the others with a separate `journal ingest`"));
    }
    Ok((addresses.iter().filter_map(|word| word.to_str().map(str::to_owned)).collect(), paths))
}

/// Ingests every URL, or all as the pages of one entry; a failed URL does not stop the others.
pub async fn ingest_urls(
    ctx: &Ctx,
    addresses: Vec<String>,
    together: bool,
    date: Option<&str>,
    tally: &mut IngestSummary,
    out: &mut CommandOutput,
) -> Result<Vec<EnqueuedUpload>> {
    let groups = if together && !addresses.is_empty() {
        vec![addresses]
    } else {
        addresses.into_iter().map(|address| vec![address]).collect()
    };
    let mut uploads = Vec::new();
    for group in groups {
        let name = group.join(", ");
        let requests: Vec<UrlRequest> =
            group.into_iter().map(|url| UrlRequest { url, ..UrlRequest::default() }).collect();
        match urls::ingest_urls(ctx, &requests, date).await {
            Ok(UrlResult::Text(outcome)) => tally.add_outcome(name, outcome, out)?,
            Ok(UrlResult::Upload(queued)) => uploads.push(EnqueuedUpload { name, job: queued.job_id }),
            Err(error) => tally.refused.push((name, error)),
        }
    }
    Ok(uploads)
}
