//! Global flags.

use std::path::PathBuf;

use clap::Args;

/// Flags accepted by every command.
#[expect(clippy::struct_excessive_bools, reason = "one per flag")]
#[derive(Debug, Clone, Args)]
pub struct GlobalArgs {
    /// Data directory with the encrypted files
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global options")]
    pub data_dir: Option<PathBuf>,
    /// User to act for (e-mail address); optional if there is only one user
    #[arg(long, global = true, value_name = "EMAIL", help_heading = "Global options")]
    pub user: Option<String>,
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub config: Option<PathBuf>,
    /// Print results and errors as JSON
    #[arg(long, global = true, help_heading = "Global options")]
    pub json: bool,
    /// Suppress status messages
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Global options")]
    pub quiet: bool,
    /// Increase log verbosity; repeat for debug logs
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Global options")]
    pub verbose: u8,
    /// Disable colour and animation
    #[arg(long, global = true, help_heading = "Global options")]
    pub no_color: bool,
    /// Never prompt; fail and name the flag to use instead
    #[arg(long, global = true, help_heading = "Global options")]
    pub no_input: bool,
    /// Answer yes to every confirmation prompt
    #[arg(long, global = true, help_heading = "Global options")]
    pub yes: bool,
}
