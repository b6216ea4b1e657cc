mod journal_server;
mod native;
mod report;

use std::path::PathBuf;

use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::import::report::{ImportOptionArgs, run_import};
use crate::output::CommandOutput;
use journal::error::Result;
use journal::import_export::{day_one, jrnl, markdown};

/// Import entries from other programs
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    JournalServer(journal_server::Args),
    Journal(native::Args),
    /// Import a folder of notes: Markdown and plain text, with embedded photographs and recordings
    ///
    /// The date of a note is the one in its front matter (`date`, otherwise `created`), its text or its file name,
    /// otherwise the modification date of its file. Photographs and recordings in the folder that a note embeds (`![](a.jpg)`,
    /// `![[a.jpg]]`) are imported, but not transcribed. Notes that were imported before are skipped, so the same folder can
    /// be imported again.
    #[command(after_long_help = "Example:\n\n    journal import markdown ~/Notes")]
    Markdown {
        /// Folder with the notes, including its subfolders
        #[arg(value_name = "DIR")]
        path: PathBuf,
        #[command(flatten)]
        options: ImportOptionArgs,
    },
    /// Import a jrnl journal from its JSON export or its text
    ///
    /// Entries keep their dates, titles and tags; a star becomes the tag `starred`. Entries that were imported before are
    /// skipped.
    #[command(after_long_help = "Example:\n\n    journal import jrnl journal.json")]
    Jrnl {
        /// Output of `jrnl --export json` or `jrnl --export text`, or the journal file itself
        #[arg(value_name = "FILE")]
        path: PathBuf,
        #[command(flatten)]
        options: ImportOptionArgs,
    },
    /// Import a Day One journal from the ZIP of its JSON export
    ///
    /// The date of an entry is the local date of the place where it was written. Photographs and recordings are imported,
    /// videos and other files are not; place and weather become the last line of the text. Entries that were imported
    /// before are skipped.
    #[command(after_long_help = "Example:\n\n    journal import day-one Export.zip --dry-run")]
    DayOne {
        /// ZIP file written by Day One with Export → JSON
        #[arg(value_name = "ZIP")]
        path: PathBuf,
        #[command(flatten)]
        options: ImportOptionArgs,
    },
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    match args.command {
        Command::JournalServer(args) => journal_server::run(shell, args, out).await,
        Command::Journal(args) => native::run(shell, args, out).await,
        Command::Markdown { path, options } => {
            run_import(shell, options, out, async |ctx, how, bar| markdown::import(ctx, &path, how, bar).await).await
        }
        Command::Jrnl { path, options } => {
            run_import(shell, options, out, async |ctx, how, bar| jrnl::import(ctx, &path, how, bar).await).await
        }
        Command::DayOne { path, options } => {
            run_import(shell, options, out, async |ctx, how, bar| day_one::import(ctx, &path, how, bar).await).await
        }
    }
}
