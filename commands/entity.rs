mod alias;
mod allow;
mod delete;
mod describe;
mod different;
mod extract;
mod history;
mod list;
mod merge;
mod quarantine;
mod release;
mod rename;
mod retype;
mod show;
mod split;
mod undo;

use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::output::CommandOutput;
use journal::domain::entity::EntityDetail;
use journal::error::Result;

/// Show and correct the people, places and other entities of your entries
///
/// Your corrections take precedence over the results of later extraction.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Extract(extract::Args),
    Rename(rename::Args),
    Describe(describe::Args),
    Type(retype::Args),
    Alias(alias::Args),
    Merge(merge::Args),
    Undo(undo::Args),
    History(history::Args),
    Split(split::Args),
    Different(different::Args),
    Quarantine(quarantine::Args),
    Release(release::Args),
    Delete(delete::Args),
    Allow(allow::Args),
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    match args.command {
        Command::List(args) => list::run(shell, args, out).await,
        Command::Show(args) => show::run(shell, args, out).await,
        Command::Extract(args) => extract::run(shell, args, out).await,
        Command::Rename(args) => rename::run(shell, args, out).await,
        Command::Describe(args) => describe::run(shell, args, out).await,
        Command::Type(args) => retype::run(shell, args, out).await,
        Command::Alias(args) => alias::run(shell, args, out).await,
        Command::Merge(args) => merge::run(shell, args, out).await,
        Command::Undo(args) => undo::run(shell, args, out).await,
        Command::History(args) => history::run(shell, args, out).await,
        Command::Split(args) => split::run(shell, args, out).await,
        Command::Different(args) => different::run(shell, args, out).await,
        Command::Quarantine(args) => quarantine::run(shell, args, out).await,
        Command::Release(args) => release::run(shell, args, out).await,
        Command::Delete(args) => delete::run(shell, args, out).await,
        Command::Allow(args) => allow::run(shell, args, out).await,
    }
}

/// Formats an entity for a message.
fn entity_label(one: &EntityDetail) -> String {
    format!("{} {} ({})", one.entity_type, one.id, one.canonical_name)
}
