use std::ffi::OsString;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use crate::out::Out;
use crate::serve;
use crate::shell::Shell;
use crate::stats;
use journal::app::App;
use journal::auth;
use journal::clock::SystemClock;
use journal::config::Config;
use journal::config::Environment;
use journal::config::Flag;
use journal::ctx::Ctx;
use journal::entries;
use journal::entropy;
use journal::entropy::OsEntropy;
use journal::error::Error;
use journal::error::Result;
use journal::ingest;
use journal::ingest::Incoming;
use journal::jobs;
use journal::model::between::Between;
use journal::model::hit::Sort;
use journal::model::scope::Scope;
use journal::model::text::preview;
use journal::model::user::Role;
use journal::search;
use journal::search::Search;
use journal::secret::Secret;
use journal::setup;
use journal::users;

/// See it work: a throw-away journal, filled, searched, and checked for readable traces
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Keep the journal and print where it is
    #[arg(long)]
    pub keep: bool,
    /// Then serve it over HTTP until Ctrl-C, with an account to log in
    #[arg(long)]
    pub serve: bool,
}

/// The sample entries: a year of somebody who does not exist.
const SAMPLES: [(&str, &str); 12] = [
    ("2026-01-04.md", include_str!("../assets/demo/2026-01-04.md")),
    ("2026-01-17.md", include_str!("../assets/demo/2026-01-17.md")),
    ("2026-02-02.md", include_str!("../assets/demo/2026-02-02.md")),
    ("2026-02-14.md", include_str!("../assets/demo/2026-02-14.md")),
    ("2026-03-03.md", include_str!("../assets/demo/2026-03-03.md")),
    ("2026-03-21.md", include_str!("../assets/demo/2026-03-21.md")),
    ("2026-04-11.md", include_str!("../assets/demo/2026-04-11.md")),
    ("2026-05-09.md", include_str!("../assets/demo/2026-05-09.md")),
    ("2026-06-20.md", include_str!("../assets/demo/2026-06-20.md")),
    ("2026-07-15.md", include_str!("../assets/demo/2026-07-15.md")),
    ("2026-08-30.md", include_str!("../assets/demo/2026-08-30.md")),
    ("2026-10-12.md", include_str!("../assets/demo/2026-10-12.md")),
];

/// The demo's user.
const EMAIL: &str = "demo@journal.example";
/// A sentence of the samples that no file may show.
const SENTENCE: &str = "like somebody who had walked in by mistake";
/// One query that shares a word with its answer, and two that share none.
const QUERIES: [(&str, &str); 3] = [
    ("radishes", "by word"),
    ("feeling like an impostor at my new job", "by meaning"),
    ("who in my family passed away", "by meaning"),
];

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let folder = Folder::make(&shell.environment, args.keep)?;
    let password = password()?;
    let ctx = make(&folder.path, password.clone()).await?;
    out.line(format!("A throw-away journal in {}\n", folder.path.display()))?;

    let files = SAMPLES.map(|(name, text)| Incoming { name: name.to_owned(), bytes: text.as_bytes().to_owned() });
    let stored = ingest::files(&ctx, files.into(), None).await?;
    jobs::embed(&ctx, Scope::Ingest, &|_, _| {}).await?;
    out.line(format!(
        "$ journal ingest samples/\nStored {} entries, encrypted, with an index and vectors.",
        stored.len()
    ))?;

    for (query, how) in QUERIES {
        let text = find(&ctx, query).await?;
        out.line(format!("\n$ journal search \"{query}\"          # found {how}\n{text}"))?;
    }

    let totals = entries::stats(&ctx, Between::default()).await?;
    out.line(format!("\n$ journal stats\n{}", stats::render(&totals)))?;

    let seen = grep(&folder.path.join("data"), SENTENCE.as_bytes())?;
    out.line(format!("\n$ grep -r \"{SENTENCE}\" {}", folder.path.join("data").display()))?;
    if seen.matches > 0 {
        return Err(Error::conflict("a sentence of the journal can be read in its files").hint("please report this"));
    }
    out.line(format!("0 of {} files ({} KiB) show the sentence that was just stored.", seen.files, seen.bytes >> 10))?;
    if args.serve {
        out.line(format!("\nLog in as {EMAIL} with the password {}; Ctrl-C ends it.", password.expose()))?;
        serve::until_stopped(ctx.app.clone(), out).await?;
    }
    drop(ctx);
    if args.keep {
        let (data, config) = (folder.path.join("data"), folder.path.join("config/config.toml"));
        out.line(format!("\nTry it: journal --data-dir {} --config {} list", data.display(), config.display()))?;
    }
    out.line("\nNow your own: journal init --email you@home.example\n              journal write \"Today …\"")
}

/// Draws a password for whoever opens the demo in a browser.
fn password() -> Result<Secret<String>> {
    let bytes = entropy::draw::<12>(&OsEntropy)?;
    Ok(Secret::new(data_encoding::BASE32_NOPAD.encode(&bytes).to_lowercase()))
}

async fn make(folder: &Path, password: Secret<String>) -> Result<Ctx> {
    let (data, config) = (folder.join("data"), folder.join("config"));
    let file = config.join("config.toml");
    let written = std::fs::DirBuilder::new().mode(0o700).create(&config).and_then(|()| std::fs::write(&file, ""));
    written.map_err(|error| Error::conflict("the demo's folder cannot be used").hint("set TMPDIR").caused_by(error))?;
    let load = || {
        let flag = Flag { key: "data_dir", flag: "--data-dir", value: data.to_string_lossy().into_owned() };
        // The demo is the same whatever the person's own settings are.
        Config::load(vec![flag], Some(&file), &Environment::from_iter(Vec::<(String, OsString)>::new()))
    };
    let admin = users::Add { email: EMAIL.parse()?, name: None, role: Role::Admin, password: Some(password) };
    setup::init(load()?, Arc::new(SystemClock), Arc::new(OsEntropy), admin).await?;
    let app = App::open(load()?, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    auth::operator(Arc::new(app), None)
}

async fn find(ctx: &Ctx, query: &str) -> Result<String> {
    let search =
        Search { query: query.to_owned(), between: Between::default(), limit: 1, offset: 0, sort: Sort::Relevance };
    let found = search::find(ctx, search).await?;
    let best = found.items.first().map(|hit| {
        let chunk = hit.matching_chunks.first().map_or(&hit.text, |chunk| &chunk.text);
        format!("  1. {} · {}", hit.entry_date, preview(chunk, 160))
    });
    Ok(best.unwrap_or_else(|| "  nothing".to_owned()))
}

#[derive(Default)]
struct Seen {
    files: usize,
    bytes: u64,
    matches: usize,
}

fn grep(folder: &Path, phrase: &[u8]) -> Result<Seen> {
    let mut seen = Seen::default();
    for item in walkdir::WalkDir::new(folder).into_iter().flatten().filter(|item| item.file_type().is_file()) {
        let bytes = std::fs::read(item.path()).map_err(|error| {
            Error::conflict("a file of the demo cannot be read").hint("run it again").caused_by(error)
        })?;
        seen.files += 1;
        seen.bytes += bytes.len() as u64;
        seen.matches += usize::from(bytes.windows(phrase.len()).any(|window| window == phrase));
    }
    Ok(seen)
}

/// A private folder, removed when dropped unless it is to be kept.
struct Folder {
    path: PathBuf,
    pub keep: bool,
}

impl Folder {
    fn make(environment: &Environment, keep: bool) -> Result<Self> {
        let parent = environment.path("TMPDIR").unwrap_or_else(|| PathBuf::from("/tmp"));
        let name = data_encoding::HEXLOWER.encode(&entropy::draw::<8>(&OsEntropy)?);
        let path = parent.join(format!("journal-demo-{name}"));
        std::fs::DirBuilder::new().mode(0o700).create(&path).map_err(|error| {
            Error::conflict(format!("{} cannot be used", parent.display())).hint("set TMPDIR").caused_by(error)
        })?;
        Ok(Self { path, keep })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.keep
            && let Err(error) = std::fs::remove_dir_all(&self.path)
        {
            tracing::warn!(%error, folder = %self.path.display(), "the demo's folder could not be removed");
        }
    }
}
