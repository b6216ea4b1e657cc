mod media;
mod urls;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;

use crate::out::Out;
use crate::progress;
use crate::progress::Bar;
use crate::shell::Shell;
use crate::write;
use journal::error::Error;
use journal::error::Result;
use journal::ingest;
use journal::ingest::Incoming;
use journal::ingest::Outcome;
use journal::ingest::folder;
use journal::model::scope::Scope;

/// Take texts, photographs, recordings and web addresses in
///
/// Each file becomes an entry, by its ending a text (.md, .txt), a photographed page (.jpg, .png, .gif,
/// .webp, .heic) or a recording (.mp3, .m4a, .wav, .mp4, .webm, .ogg, .flac). A text's date is the one given
/// with --date, otherwise that of its front matter, its text, its name, otherwise today. A file whose
/// bytes are already there is left alone, so the same folder can be given again. What an http or https
/// address leads to is fetched, from public machines only, and kept beside the entry.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, folders and web addresses; `-` reads one text from standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Date of every entry (YYYY-MM-DD)
    #[arg(long)]
    date: Option<String>,
    /// Make one entry of all files: the pages, or the recordings, in the order given
    #[arg(long)]
    pages: bool,
    /// Leave reading, transcribing and vectors for later (`journal job run`)
    #[arg(long)]
    no_wait: bool,
}

/// Files stored together: one durable transaction for many.
const BATCH_FILES: usize = 256;
/// Bytes held at once.
const BATCH_BYTES: usize = 8 << 20;

/// A file and what became of it.
#[derive(Serialize)]
struct Item<T> {
    file: String,
    #[serde(flatten)]
    outcome: T,
}

#[derive(Default)]
struct Tally {
    items: Vec<serde_json::Value>,
    stored: usize,
    already: usize,
    /// Uploads whose job is still to be done.
    queued: usize,
    refused: Vec<(String, Error)>,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let (reading, embedding) = (Bar::new("Storing", &shell.global), Bar::new("Embedding", &shell.global));
    let mut tally = Tally::default();
    let (addresses, paths) = urls::parted(&args.paths, args.pages)?;
    let (files, single) = gather(&paths, &mut tally, out);
    let single = single && addresses.is_empty() || paths.is_empty() && addresses.len() == 1;
    let ctx = shell.ctx()?;
    let (files, groups) = media::sorted(files, args.pages)?;
    let total = files.len() as u64;
    let mut read = 0;
    let mut files = files.into_iter().peekable();
    while files.peek().is_some() {
        let batch = read_batch(&mut files, &mut tally);
        let names: Vec<String> = batch.iter().map(|(label, _)| label.clone()).collect();
        let incoming = batch.into_iter().map(|(_, file)| file).collect();
        let outcomes = ingest::files(&ctx, incoming, args.date.as_deref()).await?;
        read += outcomes.len() as u64;
        reading.report(read, total);
        for (file, outcome) in names.into_iter().zip(outcomes) {
            tally.add(file, outcome, out)?;
        }
    }
    reading.finish();
    let date = args.date.as_deref();
    let mut uploads = media::upload(&ctx, groups, date, &mut tally, out).await?;
    uploads.extend(urls::take(&ctx, addresses, args.pages, date, &mut tally, out).await?);
    if !args.no_wait && tally.stored + uploads.len() > 0 {
        write::later(out, progress::drain(&ctx, Scope::Ingest, &embedding).await)?;
    }
    media::tell(&ctx, uploads, &mut tally, out).await?;
    finish(tally, single, out)
}

/// Lists the files to read; tells whether a single one was named.
fn gather(paths: &[PathBuf], tally: &mut Tally, out: &Out) -> (Vec<PathBuf>, bool) {
    let mut files = Vec::new();
    let mut single = paths.len() == 1;
    for path in paths {
        if path.is_dir() {
            single = false;
            let walk = folder::walk(path);
            if walk.skipped > 0 {
                out.note(format!(
                    "{}: {} files are neither texts, photographs nor recordings",
                    path.display(),
                    walk.skipped
                ));
            }
            tally.refused.extend(walk.errors.into_iter().map(|(path, error)| (path.display().to_string(), error)));
            files.extend(walk.files);
        } else {
            files.push(path.clone());
        }
    }
    (files, single)
}

fn read_batch(
    files: &mut std::iter::Peekable<std::vec::IntoIter<PathBuf>>,
    tally: &mut Tally,
) -> Vec<(String, Incoming)> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while batch.len() < BATCH_FILES && bytes < BATCH_BYTES {
        let Some(path) = files.next() else { break };
        let label = path.display().to_string();
        match read(&path) {
            Ok(file) => {
                bytes += file.bytes.len();
                batch.push((label, file));
            }
            Err(error) => tally.refused.push((label, error)),
        }
    }
    batch
}

fn read(path: &Path) -> Result<Incoming> {
    if path == Path::new("-") {
        return Ok(Incoming { name: "-".to_owned(), bytes: write::stdin_bytes()? });
    }
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::not_found("file").hint("check the path"),
        _ => Error::invalid("the file cannot be read").hint("check its permissions").caused_by(error),
    };
    let mut file = File::open(path).map_err(unreadable)?;
    folder::check_ending(path)?;
    let facts = file.metadata().map_err(unreadable)?;
    if !facts.is_file() {
        return Err(Error::invalid("it is no plain file").hint("name a file or a folder"));
    }
    ingest::check_size(facts.len())?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(Incoming { name, bytes })
}

impl Tally {
    fn add(&mut self, file: String, outcome: Outcome, out: &mut Out) -> Result<()> {
        let outcome = match outcome {
            Outcome::Refused { error, .. } => {
                self.refused.push((file, error));
                return Ok(());
            }
            Outcome::Stored { id, ref entry_date, word_count } => {
                self.stored += 1;
                if !out.wants_json() {
                    out.line(format!("Stored entry {id} ({entry_date}, {word_count} words) from {file}"))?;
                }
                outcome
            }
            Outcome::AlreadyThere { id } => {
                self.already += 1;
                if !out.wants_json() {
                    out.line(format!("Already there as entry {id}: {file}"))?;
                }
                outcome
            }
        };
        if out.wants_json() {
            self.item(file, outcome)?;
        }
        Ok(())
    }

    /// Keeps what became of a file for the JSON document.
    fn item(&mut self, file: String, outcome: impl Serialize) -> Result<()> {
        let item = serde_json::to_value(Item { file, outcome });
        self.items.push(item.map_err(|error| Error::internal("writing JSON", error))?);
        Ok(())
    }
}

fn finish(mut tally: Tally, single: bool, out: &mut Out) -> Result<()> {
    let count = tally.refused.len();
    if out.wants_json() {
        let shown = tally.refused.iter().map(|(file, error)| {
            serde_json::json!({
                "file": file, "outcome": "refused", "message": error.to_string(), "hint": error.next_step(),
            })
        });
        let items: Vec<serde_json::Value> = tally.items.iter().cloned().chain(shown).collect();
        let summary = serde_json::json!({
            "items": items, "stored": tally.stored, "already_there": tally.already, "queued": tally.queued,
            "refused": count,
        });
        out.result(&summary, |_| String::new())?;
    }
    if single && count == 1 {
        let (file, error) = tally.refused.remove(0);
        let named = Error::new(error.kind(), format!("{file}: {error}"));
        let hint = error.next_step().map(str::to_owned);
        return Err(hint.into_iter().fold(named.caused_by(error), Error::hint));
    }
    if tally.stored + tally.already + tally.queued + count == 0 {
        return Err(Error::invalid("there are no texts, photographs or recordings").hint("name other files or folders"));
    }
    if !single {
        let queued = if tally.queued == 0 { String::new() } else { format!("{} queued, ", tally.queued) };
        out.note(format!("{} stored, {} already there, {queued}{count} refused", tally.stored, tally.already));
    }
    if count == 0 {
        return Ok(());
    }
    for (file, error) in tally.refused.iter().filter(|_| !out.wants_json()) {
        out.warn(format!("{file}: {error} ({})", error.next_step().unwrap_or("see above")));
    }
    let kind = tally.refused[0].1.kind();
    Err(Error::new(kind, format!("{count} of the files were not stored"))
        .hint("mend them and run the same command again"))
}
