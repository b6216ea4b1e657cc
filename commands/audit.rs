use clap::Subcommand;

use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::audit;
use journal::error::Result;

/// Read and check the trail of what was done to people and keys
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the newest events
    List {
        /// Events to show
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Check that no event was changed, removed or slipped in
    Verify,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.administration()?;
    match args.command {
        Command::List { limit } => {
            let events = audit::list(&ctx, limit).await?;
            out.result(&serde_json::json!({ "items": events }), |_| {
                let rows = events.iter().map(|event| {
                    [
                        event.seq.to_string(),
                        event.at.clone(),
                        event.actor.clone(),
                        event.via.clone(),
                        event.action.clone(),
                        event.resource.clone(),
                        event.result.clone(),
                    ]
                });
                table(["SEQ", "AT", "ACTOR", "VIA", "ACTION", "RESOURCE", "RESULT"], rows)
            })
        }
        Command::Verify => {
            let verdict = audit::verify(&ctx).await?;
            out.result(&verdict, |verdict| match verdict.broken_at {
                None => format!("{} events, every link holds", verdict.events),
                Some(seq) => format!("{} events, broken at {seq}", verdict.events),
            })?;
            verdict.checked().map(drop)
        }
    }
}
