use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::output::{CommandOutput, entries, table};
use journal::error::Result;
use journal::services::entries::{TagRename, list_tags, rename_tag};

/// List and rename the tags of your entries
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the tags with their numbers of entries
    #[command(after_long_help = "Example:\n\n    journal tag list")]
    List,
    /// Rename a tag in every entry
    ///
    /// The tags below it are renamed too: `travel` also renames `travel/japan`. A tag that exists already is merged,
    /// which cannot be undone by renaming it back.
    #[command(after_long_help = "Example:\n\n    journal tag rename trips travel --dry-run")]
    Rename(TagRename),
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    match args.command {
        Command::List => {
            let tags = list_tags(&ctx).await?;
            out.result(&tags, |tags| {
                let rows = tags.items.iter().map(|one| [one.tag.clone(), one.entries.to_string()]);
                table(["TAG", "ENTRIES"], rows)
            })?;
            if tags.items.is_empty() {
                out.note("No entry has a tag; `journal edit ID --tag TAG` adds one.");
            }
            Ok(())
        }
        Command::Rename(rename) => {
            let would = if rename.dry_run { "Would rename" } else { "Renamed" };
            let done = rename_tag(&ctx, rename).await?;
            out.done(&done, |done| {
                let merged = if done.merged { ", merged with the entries that had it" } else { "" };
                format!(
                    "{would} {} to {} in {}{merged}",
                    done.tag,
                    done.renamed_to,
                    entries(i64::try_from(done.entries).unwrap_or(i64::MAX))
                )
            })
        }
    }
}
