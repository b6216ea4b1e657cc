mod found_file;
mod media;
mod summary;
mod urls;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::cli_context::CliContext;
use crate::date_args;
use crate::ingest::found_file::FoundFile;
use crate::ingest::summary::IngestSummary;
use crate::output::CommandOutput;
use crate::progress::{self, CommandProgress};
use crate::write;
use journal::domain::scope::Scope;
use journal::error::{Error, Result};
use journal::services::ingest::{self, ChangePolicy, InputFile, folder};

/// Ingest texts, photographs, recordings and web pages
///
/// Each file becomes an entry. The file name extension selects the type: text (.md, .txt), photographed page (.jpg,
/// .png, .gif, .webp, .heic) or recording (.mp3, .m4a, .wav, .mp4, .webm, .ogg, .flac). The date of a text is --date,
/// otherwise the date in its front matter, in its name or folder, in a heading or in its text, otherwise the time of the
/// file, which is shown as unconfirmed. A file is recognised by its path: one that has not changed is skipped, one that
/// changed becomes a new version of its entry. http and https URLs are fetched from public hosts only,
/// and the download is kept with the entry.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal ingest ~/Notes")]
pub struct Args {
    /// Files, folders and URLs; `-` reads one text from standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Date of every entry, such as 2026-03-05 or yesterday
    #[arg(long)]
    date: Option<String>,
    /// Combine all files into one entry, as pages or recordings in the given order
    #[arg(long)]
    pages: bool,
    /// Treatment of a text file that changed since it was ingested
    #[arg(long, value_enum, default_value_t)]
    on_change: ChangePolicy,
    /// Do not wait for text recognition, transcription and vectors; `journal job run` does them later
    #[arg(long)]
    no_wait: bool,
}

/// Files stored in one transaction, at most.
const BATCH_FILES: usize = 256;
/// Bytes of a batch after which it is stored.
const BATCH_BYTES: usize = 8 << 20;

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let (reading, embedding) =
        (CommandProgress::new("Storing", &shell.global), CommandProgress::new("Embedding", &shell.global));
    let mut tally = IngestSummary::default();
    let (addresses, paths) = urls::split_urls_and_paths(&args.paths, args.pages)?;
    let (files, single) = collect_files(&paths, &mut tally, out);
    let single = single && addresses.is_empty() || paths.is_empty() && addresses.len() == 1;
    let ctx = shell.user_ctx()?;
    let date = date_args::parse_day(&ctx, args.date.as_deref())?;
    let (files, groups) = media::split_texts_and_media(files, args.pages)?;
    let total = files.len() as u64;
    let mut read = 0;
    let mut files = files.into_iter().peekable();
    while files.peek().is_some() {
        let batch = read_batch(&mut files, &mut tally);
        let names: Vec<String> = batch.iter().map(|(label, _)| label.clone()).collect();
        let incoming = batch.into_iter().map(|(_, file)| file).collect();
        let outcomes = ingest::files(&ctx, incoming, date.as_deref(), args.on_change).await?;
        read += outcomes.len() as u64;
        reading.report(read, total);
        for (file, outcome) in names.into_iter().zip(outcomes) {
            tally.add_outcome(file, outcome, out)?;
        }
    }
    reading.finish();
    let date = date.as_deref();
    let mut uploads = media::enqueue_uploads(&ctx, groups, date, &mut tally, out).await?;
    uploads.extend(urls::ingest_urls(&ctx, addresses, args.pages, date, &mut tally, out).await?);
    if !args.no_wait && tally.stored + tally.updated + uploads.len() > 0 {
        write::report_embedding(out, progress::run_due_jobs(&ctx, Scope::Ingest, &embedding).await)?;
    }
    media::report_uploads(&ctx, uploads, &mut tally, out).await?;
    tally.report(single, out)
}

/// Lists the files to read; the flag is true if a single file was named.
fn collect_files(paths: &[PathBuf], tally: &mut IngestSummary, out: &CommandOutput) -> (Vec<FoundFile>, bool) {
    let mut files = Vec::new();
    let mut single = paths.len() == 1;
    for path in paths {
        if path.is_dir() {
            single = false;
            let walk = folder::scan(path);
            if walk.skipped > 0 {
                out.note(format!(
                    "{}: skipped {} files that are neither texts, photographs nor recordings",
                    path.display(),
                    walk.skipped
                ));
            }
            tally.refused.extend(walk.errors.into_iter().map(|(path, error)| (path.display().to_string(), error)));
            files.extend(walk.files.into_iter().map(|file| FoundFile { root: Some(path.clone()), path: file }));
        } else {
            files.push(FoundFile { root: None, path: path.clone() });
        }
    }
    (files, single)
}

fn read_batch(
    files: &mut std::iter::Peekable<std::vec::IntoIter<FoundFile>>,
    tally: &mut IngestSummary,
) -> Vec<(String, InputFile)> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while batch.len() < BATCH_FILES && bytes < BATCH_BYTES {
        let Some(found) = files.next() else { break };
        let label = found.path.display().to_string();
        match read_file(&found) {
            Ok(file) => {
                bytes += file.bytes.len();
                batch.push((label, file));
            }
            Err(error) => tally.refused.push((label, error)),
        }
    }
    batch
}

fn read_file(found: &FoundFile) -> Result<InputFile> {
    let path = &found.path;
    if path == Path::new("-") {
        return Ok(InputFile::new("-".to_owned(), write::read_stdin()?));
    }
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::not_found("file").hint("check the path"),
        _ => Error::invalid("the file cannot be read").hint("check its permissions").caused_by(error),
    };
    let mut file = File::open(path).map_err(unreadable)?;
    folder::ensure_text_extension(path)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(Error::invalid("the path is not a regular file").hint("name a file or a folder"));
    }
    ingest::check_size(metadata.len())?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    let relative = found.root.as_ref().and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path);
    let absolute = path.canonicalize().map_err(unreadable)?;
    let modified = metadata.modified().ok();
    Ok(InputFile { modified, ..InputFile::on_disk(relative, &absolute, bytes) })
}
