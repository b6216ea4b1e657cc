use clap::Subcommand;

use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::error::Result;
use journal::model::id::SessionId;
use journal::sessions;

/// Manage your logins in browsers
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the logins that are not over
    List,
    /// End a login at once
    Revoke {
        /// Number from `journal session list`
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<SessionId>,
        /// Every login
        #[arg(long)]
        all: bool,
    },
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    match args.command {
        Command::Revoke { id: Some(id), .. } => {
            sessions::revoke(&ctx, id).await?;
            out.result(&serde_json::json!({ "ok": true, "id": id }), |_| format!("Ended login {id}"))
        }
        Command::Revoke { id: None, .. } => {
            let ended = sessions::revoke_others(&ctx).await?;
            out.result(&serde_json::json!({ "ok": true, "ended": ended }), |_| match ended {
                1 => "Ended 1 login".to_owned(),
                _ => format!("Ended {ended} logins"),
            })
        }
        Command::List => {
            let logins = sessions::list(&ctx).await?;
            out.result(&serde_json::json!({ "items": logins }), |_| {
                let rows = logins.iter().map(|login| {
                    let session = &login.session;
                    let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
                    [
                        session.id.to_string(),
                        session.created_at.clone(),
                        session.last_seen_at.clone(),
                        shown(&session.ip_address),
                        shown(&session.user_agent),
                    ]
                });
                table(["ID", "SINCE", "LAST SEEN", "FROM", "BROWSER"], rows)
            })
        }
    }
}
