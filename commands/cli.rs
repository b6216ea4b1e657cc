//! Command line definition; source of help, completions and man pages.

use clap::{Parser, Subcommand};

use crate::global_args::GlobalArgs;

const EXAMPLES: &str = "Examples:
  journal demo                          Try it in a temporary journal
  journal init --email me@home.example  Create your own journal";

/// Private journal, encrypted on disk, with keyword and semantic search
#[derive(Debug, Parser)]
#[command(name = "journal", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct JournalCli {
    #[command(flatten)]
    pub global: GlobalArgs,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Init(crate::init::Args),
    Demo(crate::demo::Args),
    Write(crate::write::Args),
    Ingest(crate::ingest::Args),
    Search(crate::search::Args),
    Ask(crate::ask::Args),
    List(crate::list::Args),
    Show(crate::show::Args),
    Edit(crate::edit::Args),
    Delete(crate::delete::Args),
    Stats(crate::stats::Args),
    Tag(crate::tag::Args),
    Entity(crate::entity::Args),
    Mood(crate::mood::Args),
    Today(crate::today::Args),
    Digest(crate::digest::Args),
    Export(crate::export::Args),
    Backup(crate::backup::Args),
    Restore(crate::restore::Args),
    Import(crate::import::Args),
    User(crate::user::Args),
    Key(crate::key::Args),
    Session(crate::session::Args),
    Job(crate::job::Args),
    Reindex(crate::reindex::Args),
    Keyring(crate::keyring::Args),
    Audit(crate::audit::Args),
    Activity(crate::activity::Args),
    Egress(crate::egress::Args),
    Reload(crate::reload::Args),
    Serve(crate::serve::Args),
    Mcp(crate::mcp::Args),
    Config(crate::config::Args),
    Doctor(crate::doctor::Args),
}
