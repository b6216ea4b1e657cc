use crate::cli_context::CliContext;
use crate::output::{self, CommandOutput, table};
use journal::domain::activity::ActivityItem;
use journal::error::Result;
use journal::services::audit::activity;

/// Show the activity in your journal and account: changes, and counts of reads
///
/// Reads are counted per API key or session, address and hour. A server records its counts every few seconds and at
/// shutdown; a server that is killed loses the latest counts.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal activity --since 7d")]
pub struct Args {
    #[command(flatten)]
    page: activity::ActivityPageRequest,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let lines = activity::list(&shell.user_ctx()?, args.page).await?;
    out.result(&lines, |lines| {
        table(["AT", "ACTION", "ACTOR", "VIA", "FROM", "RESULT"], lines.items.iter().map(activity_row))
    })
}

/// Formats an activity record as a table row.
pub fn activity_row(line: &ActivityItem) -> [String; 6] {
    let actor = match &line.on_behalf {
        Some(user) => format!("{} for {user}", line.actor),
        None => line.actor.clone(),
    };
    let via = match &line.via_name {
        Some(name) => format!("{} ({name})", line.via),
        None => line.via.clone(),
    };
    let from = line.ip.clone().unwrap_or_else(|| "-".to_owned());
    [line.at.clone(), describe_activity(line), actor, via, from, line.result.clone()]
}

/// Formats an assistant with the name of its API key and the name it reports.
fn assistant_label(line: &ActivityItem, reported_name: &str) -> String {
    match &line.via_name {
        Some(key) => format!("assistant \"{key}\" ({reported_name})"),
        None => format!("assistant {reported_name}"),
    }
}

fn describe_activity(line: &ActivityItem) -> String {
    let action = describe_action(line);
    match (&line.assistant, line.entries) {
        (None, _) => action,
        (Some(name), None) => format!("{action} by {}", assistant_label(line, name)),
        (Some(name), Some(entries)) => {
            let (reader, requests) = (assistant_label(line, name), line.requests.unwrap_or(1));
            format!("{reader} read {} ({} ×{requests})", output::entries(entries), line.resource)
        }
    }
}

fn describe_action(line: &ActivityItem) -> String {
    match (line.requests, line.entries) {
        (Some(requests), Some(entries)) => {
            format!("{} {} ×{requests}, {entries} entries", line.action, line.resource)
        }
        (Some(requests), None) => format!("{} {} ×{requests}", line.action, line.resource),
        _ if line.changed.is_empty() => format!("{} {}", line.action, line.resource),
        _ => format!("{} {} ({})", line.action, line.resource, line.changed.join(", ")),
    }
}
