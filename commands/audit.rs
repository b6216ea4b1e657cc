use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::output::{CommandOutput, table};
use journal::domain::audit::AuditEvent;
use journal::error::Result;
use journal::services::audit;

/// Show, verify and export the audit log of users and keys
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the newest audit events
    #[command(after_long_help = "Example:\n\n    journal audit list --limit 100")]
    List {
        /// Events to show, 1 to 1000
        #[arg(long, default_value_t = audit::DEFAULT_LIMIT)]
        limit: i64,
        /// Only events before this sequence number
        #[arg(long, value_name = "SEQ")]
        before: Option<i64>,
    },
    /// Verify that no event was changed, removed or inserted, and that the signed checkpoints match
    #[command(after_long_help = "Example:\n\n    journal audit verify")]
    Verify,
    /// Export all events and checkpoints as signed NDJSON, for storage and verification elsewhere
    #[command(after_long_help = "Example:\n\n    journal audit export --to audit.ndjson")]
    Export {
        /// New file to write to; default: standard output
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.admin_ctx()?;
    match args.command {
        Command::List { limit, before } => {
            let events = audit::list(&ctx, limit, before).await?;
            out.result(&serde_json::json!({ "items": events }), |_| {
                let header = ["SEQ", "AT", "ACTOR", "VIA", "FOR", "ACTION", "RESOURCE", "RESULT", "FROM", "CLIENT"];
                table(header, events.iter().map(event_row))
            })
        }
        Command::Verify => {
            let verdict = audit::verify(&ctx).await?;
            out.result(&verdict, |verdict| match (verdict.broken_at, verdict.contradicted_at) {
                (None, None) => {
                    format!("{} events and {} checkpoints, all valid", verdict.events, verdict.checkpoints)
                }
                (Some(seq), _) => format!("{} events, hash chain broken at {seq}", verdict.events),
                (None, Some(seq)) => format!("{} events, mismatch with the checkpoint at {seq}", verdict.events),
            })?;
            verdict.ensure_intact().map(drop)
        }
        Command::Export { to } => match to.as_deref().filter(|path| *path != Path::new("-")) {
            Some(path) => out.result(&audit::export_to(&ctx, path).await?, |exported| {
                let (events, checkpoints) = (exported.events, exported.checkpoints);
                let (to, key) = (path.display(), &exported.server_key);
                format!("Wrote {events} events and {checkpoints} checkpoints to {to}, signed by {key}")
            }),
            None => audit::export(&ctx, |line| out.line(line)).await.map(drop),
        },
    }
}

fn event_row(event: &AuditEvent) -> [String; 10] {
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
