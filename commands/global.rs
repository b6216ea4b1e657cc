//! The flags that every command takes.

use std::path::PathBuf;

use clap::Args;

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
