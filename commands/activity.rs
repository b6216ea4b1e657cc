use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::activity;
use journal::error::Result;
use journal::model::activity::Line;

/// Show who did what in your journal and with your account, and who read how much
///
/// Reads are counted by key or login, address and hour. A server writes its counts down every few seconds and when it
/// stops; one that is killed loses the last of them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only what happened since: 7d, 12h, a date, or an instant
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Lines to show, 1 to 200
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Lines to skip
    #[arg(long, default_value_t = 0)]
    offset: u32,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    let wanted = activity::Wanted { since: args.since, limit: i64::from(args.limit), offset: i64::from(args.offset) };
    let lines = activity::list(&ctx, wanted).await?;
    out.result(&lines, |lines| table(["AT", "WHAT", "WHO", "THROUGH", "FROM", "RESULT"], lines.items.iter().map(row)))
}

/// Lays a line out for people.
pub fn row(line: &Line) -> [String; 6] {
    let who = match &line.on_behalf {
        Some(user) => format!("{} for {user}", line.actor),
        None => line.actor.clone(),
    };
    let through = match &line.via_name {
        Some(name) => format!("{} ({name})", line.via),
        None => line.via.clone(),
    };
    let from = line.ip.clone().unwrap_or_else(|| "-".to_owned());
    [line.at.clone(), what(line), who, through, from, line.result.clone()]
}

/// Names an assistant by its key, as the owner knows it, and by what it calls itself.
fn assistant(line: &Line, calls_itself: &str) -> String {
    match &line.via_name {
        Some(key) => format!("assistant \"{key}\" ({calls_itself})"),
        None => format!("assistant {calls_itself}"),
    }
}

fn what(line: &Line) -> String {
    let done = done(line);
    match (&line.assistant, line.entries) {
        (None, _) => done,
        (Some(name), None) => format!("{done} by {}", assistant(line, name)),
        (Some(name), Some(entries)) => {
            let entries = if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") };
            format!("{} read {entries} ({} ×{})", assistant(line, name), line.resource, line.requests.unwrap_or(1))
        }
    }
}

fn done(line: &Line) -> String {
    match (line.requests, line.entries) {
        (Some(requests), Some(entries)) => {
            format!("{} {} ×{requests}, {entries} entries", line.action, line.resource)
        }
        (Some(requests), None) => format!("{} {} ×{requests}", line.action, line.resource),
        _ if line.changed.is_empty() => format!("{} {}", line.action, line.resource),
        _ => format!("{} {} ({})", line.action, line.resource, line.changed.join(", ")),
    }
}
