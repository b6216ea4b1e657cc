//! Web addresses: fetched first, then told like files.

use std::path::PathBuf;

use crate::ingest::Tally;
use crate::ingest::media::Upload;
use crate::out::Out;
use journal::ctx::Ctx;
use journal::error::Error;
use journal::error::Result;
use journal::ingest::urls;
use journal::ingest::urls::Taken;
use journal::ingest::urls::Wanted;

/// Parts the addresses from the paths.
///
/// # Errors
/// `Invalid` where both are to be one entry.
pub fn parted(words: &[PathBuf], together: bool) -> Result<(Vec<String>, Vec<PathBuf>)> {
    let is_address = |word: &PathBuf| word.to_str().is_some_and(urls::is_address);
    let (addresses, paths): (Vec<PathBuf>, Vec<PathBuf>) = words.iter().cloned().partition(is_address);
    if together && !addresses.is_empty() && !paths.is_empty() {
        return Err(Error::invalid("the pages of one entry are all files, or all addresses")
            .hint("give the others to another `journal ingest`"));
    }
    Ok((addresses.iter().filter_map(|word| word.to_str().map(str::to_owned)).collect(), paths))
}

/// Takes every address in, or all of them as the pages of one entry; what is wrong with one does not keep the others.
pub async fn take(
    ctx: &Ctx,
    addresses: Vec<String>,
    together: bool,
    date: Option<&str>,
    tally: &mut Tally,
    out: &mut Out,
) -> Result<Vec<Upload>> {
    let groups = if together && !addresses.is_empty() {
        vec![addresses]
    } else {
        addresses.into_iter().map(|address| vec![address]).collect()
    };
    let mut uploads = Vec::new();
    for group in groups {
        let name = group.join(", ");
        let wanted: Vec<Wanted> = group.into_iter().map(|url| Wanted { url, ..Wanted::default() }).collect();
        match urls::take(ctx, &wanted, date).await {
            Ok(Taken::Text(outcome)) => tally.add(name, outcome, out)?,
            Ok(Taken::Upload(queued)) => uploads.push(Upload::new(name, queued.job_id)),
            Err(error) => tally.refused.push((name, error)),
        }
    }
    Ok(uploads)
}
