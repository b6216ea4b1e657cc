use std::path::Path;
use std::path::PathBuf;

use clap::Subcommand;

use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::audit;
use journal::ctx::Ctx;
use journal::error::Result;
use journal::model::audit::Event;

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
        /// Events to show, 1 to 1000
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Only events before this one
        #[arg(long, value_name = "SEQ")]
        before: Option<i64>,
    },
    /// Check that no event was changed, removed or slipped in, and that the signed checkpoints agree
    Verify,
    /// Write every event and checkpoint as NDJSON, signed by the server, for somebody else to keep and check
    Export {
        /// New file to write to; standard output without it
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.administration()?;
    match args.command {
        Command::List { limit, before } => {
            let events = audit::list(&ctx, limit, before).await?;
            out.result(&serde_json::json!({ "items": events }), |_| {
                let header = ["SEQ", "AT", "ACTOR", "VIA", "FOR", "ACTION", "RESOURCE", "RESULT", "FROM", "CLIENT"];
                table(header, events.iter().map(row))
            })
        }
        Command::Verify => {
            let verdict = audit::verify(&ctx).await?;
            out.result(&verdict, |verdict| match (verdict.broken_at, verdict.contradicted_at) {
                (None, None) => {
                    format!("{} events and {} checkpoints, all hold", verdict.events, verdict.checkpoints)
                }
                (Some(seq), _) => format!("{} events, broken at {seq}", verdict.events),
                (None, Some(seq)) => format!("{} events, at odds with the checkpoint of {seq}", verdict.events),
            })?;
            verdict.checked().map(drop)
        }
        Command::Export { to } => match to.as_deref().filter(|path| *path != Path::new("-")) {
            Some(path) => to_file(&ctx, path, out).await,
            None => audit::export(&ctx, |line| out.line(line)).await.map(drop),
        },
    }
}

async fn to_file(ctx: &Ctx, path: &Path, out: &mut Out) -> Result<()> {
    let exported = audit::export_to(ctx, path).await?;
    out.result(&exported, |exported| {
        format!(
            "Wrote {} events and {} checkpoints to {}, signed by {}",
            exported.events,
            exported.checkpoints,
            path.display(),
            exported.server_key
        )
    })
}

fn row(event: &Event) -> [String; 10] {
    let or_dash = |fact: &Option<String>| fact.clone().unwrap_or_else(|| "-".to_owned());
    [
        event.seq.to_string(),
        event.at.clone(),
        event.actor.clone(),
        event.via.clone(),
        or_dash(&event.on_behalf),
        event.action.clone(),
        event.resource.clone(),
        event.repeats.map_or_else(|| event.result.clone(), |count| format!("{} ×{count}", event.result)),
        or_dash(&event.ip),
        or_dash(&event.user_agent),
    ]
}
