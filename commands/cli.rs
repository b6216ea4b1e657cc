//! The command line as clap sees it: help, completions and man pages all come from here.

use std::path::PathBuf;

use clap::Args;
use clap::Parser;
use clap::Subcommand;

const EXAMPLES: &str = "Examples:
  journal demo                          See it work, in a throw-away journal
  journal init --email me@home.example  Make a journal of your own";

/// A private journal: encrypted on disk, found by meaning as well as by word
#[derive(Debug, Parser)]
#[command(name = "journal", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that every command takes.
#[expect(clippy::struct_excessive_bools, reason = "one per flag")]
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Where the encrypted files live
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global options")]
    pub data_dir: Option<PathBuf>,
    /// Whose journal (e-mail address); the only user needs no naming
    #[arg(long, global = true, value_name = "EMAIL", help_heading = "Global options")]
    pub user: Option<String>,
    /// Config file
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub config: Option<PathBuf>,
    /// Print JSON, errors too
    #[arg(long, global = true, help_heading = "Global options")]
    pub json: bool,
    /// Say less
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Global options")]
    pub quiet: bool,
    /// Log more; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Global options")]
    pub verbose: u8,
    /// No colour and no animation
    #[arg(long, global = true, help_heading = "Global options")]
    pub no_color: bool,
    /// Never ask; fail naming the flag that answers
    #[arg(long, global = true, help_heading = "Global options")]
    pub no_input: bool,
    /// Answer yes to every question
    #[arg(long, global = true, help_heading = "Global options")]
    pub yes: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Init(crate::init::Args),
    Demo(crate::demo::Args),
    Write(crate::write::Args),
    Ingest(crate::ingest::Args),
    Search(crate::search::Args),
    List(crate::list::Args),
    Show(crate::show::Args),
    Edit(crate::edit::Args),
    Delete(crate::delete::Args),
    Stats(crate::stats::Args),
    Export(crate::export::Args),
    User(crate::user::Args),
    Key(crate::key::Args),
    Job(crate::job::Args),
    Reindex(crate::reindex::Args),
    Keyring(crate::keyring::Args),
    Audit(crate::audit::Args),
    Config(crate::config::Args),
    Doctor(crate::doctor::Args),
}
