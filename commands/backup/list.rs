use std::path::PathBuf;

use crate::backup::size::format_size;
use crate::cli_context::CliContext;
use crate::output::{CommandOutput, table};
use journal::backup::list::{self, BackupInfo, BackupState};
use journal::error::Result;

/// List the backups in a folder; requires neither a key nor a journal
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal backup list /mnt/backups")]
pub struct Args {
    /// Folder of the backups; default: the setting backup.dir
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub fn run(shell: &CliContext, args: &Args, out: &mut CommandOutput) -> Result<()> {
    let found = list::list(&shell.config, args.dir.as_deref())?;
    out.result(&found, |found| {
        table(["ARCHIVE", "CREATED", "SIZE", "ORIGINALS", "STATE", "RECIPIENTS"], found.items.iter().map(archive_row))
    })
}

fn archive_row(item: &BackupInfo) -> [String; 6] {
    let dash = || "-".to_owned();
    let state = match item.state {
        BackupState::Present => "present",
        BackupState::Missing => "missing",
        BackupState::WrongSize => "wrong size",
        BackupState::Undescribed => "no description",
    };
    [
        item.archive.clone(),
        item.created_at.clone().unwrap_or_else(dash),
        item.bytes.map_or_else(dash, format_size),
        item.originals.map_or_else(dash, |count| count.to_string()),
        state.to_owned(),
        item.recipients.join(", "),
    ]
}
