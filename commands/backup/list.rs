use std::path::PathBuf;

use super::size;
use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::backup::list;
use journal::backup::list::Listed;
use journal::backup::list::State;
use journal::error::Result;

/// List the backups in a folder; it needs neither a key nor a journal
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the backups; the setting backup.dir without it
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub fn run(shell: &Shell, args: &Args, out: &mut Out) -> Result<()> {
    let found = list::list(&shell.config, args.dir.as_deref())?;
    out.result(&found, |found| {
        table(["ARCHIVE", "CREATED", "SIZE", "ORIGINALS", "STATE", "RECIPIENTS"], found.items.iter().map(row))
    })
}

fn row(item: &Listed) -> [String; 6] {
    let dash = || "-".to_owned();
    let state = match item.state {
        State::Present => "present",
        State::Missing => "missing",
        State::WrongSize => "wrong size",
        State::Undescribed => "no description",
    };
    [
        item.archive.clone(),
        item.created_at.clone().unwrap_or_else(dash),
        item.bytes.map_or_else(dash, size),
        item.originals.map_or_else(dash, |count| count.to_string()),
        state.to_owned(),
        item.recipients.join(", "),
    ]
}
