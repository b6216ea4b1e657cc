use std::ffi::OsString;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use crate::private_dir::PrivateDir;
use crate::{serve, stats};
use journal::app::context::Ctx;
use journal::app::state::AppState;
use journal::clock::SystemClock;
use journal::config::{Config, EnvironmentSnapshot, FlagOverride};
use journal::domain::date_range::DateRange;
use journal::domain::scope::Scope;
use journal::domain::search_result::SearchSort;
use journal::domain::tag::TagFilter;
use journal::domain::text::preview;
use journal::domain::user::UserRole;
use journal::entropy::{self, OsEntropy};
use journal::error::{Error, Result};
use journal::jobs;
use journal::secret::Secret;
use journal::services::accounts::users;
use journal::services::audit::activity;
use journal::services::ingest::{self, ChangePolicy, InputFile};
use journal::services::search::{self, EntrySearch};
use journal::services::{auth, entries};
use journal::setup;

/// Try it in a temporary journal: ingest samples, search them, and check the files for plaintext
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal demo --serve")]
pub struct Args {
    /// Keep the journal and print its location
    #[arg(long)]
    pub keep: bool,
    /// Then serve it over HTTP until Ctrl-C, with an account to log in
    #[arg(long)]
    pub serve: bool,
}

/// Sample entries: one year of a fictional person.
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

/// E-mail address of the demo user.
const EMAIL: &str = "demo@journal.example";
/// Sentence of the samples that must not occur in any file.
const SENTENCE: &str = "like somebody who had walked in by mistake";
/// One query that shares a word with its answer, and two that share none, with the kind of match.
const QUERIES: [(&str, &str); 3] = [
    ("radishes", "by word"),
    ("feeling like an impostor at my new job", "by meaning"),
    ("who in my family passed away", "by meaning"),
];

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let parent = shell.environment.path("TMPDIR").unwrap_or_else(|| PathBuf::from("/tmp"));
    let mut folder = PrivateDir::create(&parent, "journal-demo-", "set TMPDIR")?;
    folder.keep = args.keep;
    let demo_password = generate_password()?;
    let ctx = create_journal(&folder.path, demo_password.clone()).await?;
    out.line(format!("A temporary journal in {}\n", folder.path.display()))?;

    let files = SAMPLES.map(|(name, text)| InputFile::new(name.to_owned(), text.as_bytes().to_owned()));
    let stored = ingest::files(&ctx, files.into(), None, ChangePolicy::default()).await?;
    jobs::embed_pending(&ctx, Scope::Ingest, &|_, _| {}).await?;
    out.line(format!(
        "$ journal ingest samples/\nStored {} entries, encrypted, with an index and vectors.",
        stored.len()
    ))?;

    for (query, match_kind) in QUERIES {
        let text = best_hit(&ctx, query).await?;
        out.line(format!("\n$ journal search \"{query}\"          # found {match_kind}\n{text}"))?;
    }

    let totals = entries::stats(&ctx, DateRange::default(), &TagFilter::default()).await?;
    out.line(format!("\n$ journal stats\n{}", stats::render(&totals)))?;

    let scan = scan_files(&folder.path.join("data"), SENTENCE.as_bytes())?;
    out.line(format!("\n$ grep -r \"{SENTENCE}\" {}", folder.path.join("data").display()))?;
    if scan.matches > 0 {
        return Err(Error::conflict("the files contain plaintext of the journal").hint("please report this"));
    }
    out.line(format!("0 of {} files ({} KiB) contain the sentence in plaintext.", scan.files, scan.bytes >> 10))?;
    if args.serve {
        out.line(format!(
            "\nLog in as {EMAIL} with the password {}; Ctrl-C stops the server.",
            demo_password.expose()
        ))?;
        serve::serve_until_stopped(ctx.app.clone(), out).await?;
    }
    activity::flush(&ctx.app).await?;
    drop(ctx);
    if args.keep {
        let (data, config) = (folder.path.join("data"), folder.path.join("config/config.toml"));
        out.line(format!("\nTry it: journal --data-dir {} --config {} list", data.display(), config.display()))?;
    }
    out.line("\nCreate your own: journal init --email you@home.example\n                 journal write \"Today …\"")
}

/// Generates a random password for the demo user.
fn generate_password() -> Result<Secret<String>> {
    let bytes = entropy::draw::<12>(&OsEntropy)?;
    Ok(Secret::new(data_encoding::BASE32_NOPAD.encode(&bytes).to_lowercase()))
}

async fn create_journal(folder: &Path, password: Secret<String>) -> Result<Ctx> {
    let (data, config) = (folder.join("data"), folder.join("config"));
    let file = config.join("config.toml");
    let written = std::fs::DirBuilder::new().mode(0o700).create(&config).and_then(|()| std::fs::write(&file, ""));
    written.map_err(|error| Error::conflict("the demo folder cannot be used").hint("set TMPDIR").caused_by(error))?;
    let load = || {
        let flag = FlagOverride { key: "data_dir", flag: "--data-dir", value: data.to_string_lossy().into_owned() };
        // The demo ignores the user's environment.
        Config::load(vec![flag], Some(&file), &EnvironmentSnapshot::from_iter(Vec::<(String, OsString)>::new()))
    };
    let admin =
        users::CreateUserRequest { email: EMAIL.parse()?, name: None, role: UserRole::Admin, password: Some(password) };
    setup::init(load()?, Arc::new(SystemClock), Arc::new(OsEntropy), admin).await?;
    let app = AppState::open(load()?, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    auth::operator(Arc::new(app), None)
}

async fn best_hit(ctx: &Ctx, query: &str) -> Result<String> {
    let search = EntrySearch {
        query: query.to_owned(),
        between: DateRange::default(),
        tagged: TagFilter::default(),
        limit: 1,
        offset: 0,
        sort: SearchSort::Relevance,
    };
    let found = search::find(ctx, search).await?;
    let best = found.items.first().map(|hit| {
        let chunk = hit.matching_chunks.first().map_or(&hit.text, |chunk| &chunk.text);
        format!("  1. {} · {}", hit.entry_date, preview(chunk, 160))
    });
    Ok(best.unwrap_or_else(|| "  no match".to_owned()))
}

/// Result of searching files for a phrase.
#[derive(Default)]
struct PlaintextScan {
    files: usize,
    bytes: u64,
    matches: usize,
}

fn scan_files(folder: &Path, phrase: &[u8]) -> Result<PlaintextScan> {
    let mut scan = PlaintextScan::default();
    for item in walkdir::WalkDir::new(folder).into_iter().flatten().filter(|item| item.file_type().is_file()) {
        let bytes = std::fs::read(item.path()).map_err(|error| {
            Error::conflict("a file of the demo cannot be read").hint("run the demo again").caused_by(error)
        })?;
        scan.files += 1;
        scan.bytes += bytes.len() as u64;
        scan.matches += usize::from(bytes.windows(phrase.len()).any(|window| window == phrase));
    }
    Ok(scan)
}
