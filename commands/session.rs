use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::output::{CommandOutput, table};
use journal::domain::id::SessionId;
use journal::error::Result;
use journal::services::accounts::sessions;

/// Manage your browser sessions
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List active sessions
    #[command(after_long_help = "Example:\n\n    journal session list")]
    List,
    /// Revoke a session at once
    #[command(after_long_help = "Example:\n\n    journal session revoke --all")]
    Revoke {
        /// Session id, as shown by `journal session list`
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<SessionId>,
        /// All sessions
        #[arg(long)]
        all: bool,
    },
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    match args.command {
        Command::Revoke { id: Some(id), .. } => {
            sessions::revoke(&ctx, id).await?;
            out.result(&serde_json::json!({ "ok": true, "id": id }), |_| format!("Revoked session {id}"))
        }
        Command::Revoke { id: None, .. } => {
            let ended = sessions::revoke_others(&ctx).await?;
            out.result(&serde_json::json!({ "ok": true, "ended": ended }), |_| match ended {
                1 => "Revoked 1 session".to_owned(),
                _ => format!("Revoked {ended} sessions"),
            })
        }
        Command::List => {
            let logins = sessions::list(&ctx).await?;
            out.result(&serde_json::json!({ "items": logins }), |_| {
                let rows = logins.iter().map(|login| {
                    let session = &login.session;
                    let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
                    [
                        session.id.to_string(),
                        session.created_at.clone(),
                        session.last_seen_at.clone(),
                        or_unknown(&session.ip_address),
                        or_unknown(&session.user_agent),
                    ]
                });
                table(["ID", "SINCE", "LAST SEEN", "FROM", "BROWSER"], rows)
            })
        }
    }
}
