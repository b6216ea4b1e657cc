use crate::cli_context::CliContext;
use crate::output::{CommandOutput, table};
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
    /// Only activity since: a duration (7d, 12h), a date or a timestamp
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Rows per page, 1 to 200
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Rows to skip
    #[arg(long, default_value_t = 0)]
    offset: u32,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let query = activity::ActivityPageRequest {
        since: args.since,
        limit: i64::from(args.limit),
        offset: i64::from(args.offset),
    };
    let lines = activity::list(&ctx, query).await?;
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
            let entries = if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") };
            format!(
                "{} read {entries} ({} ×{})",
                assistant_label(line, name),
                line.resource,
                line.requests.unwrap_or(1)
            )
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
