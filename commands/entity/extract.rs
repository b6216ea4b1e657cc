use serde_json::Value;

use crate::out::Out;
use crate::progress;
use crate::progress::Bar;
use crate::shell::Shell;
use journal::entities::extraction;
use journal::entities::extraction::Wanted;
use journal::error::Error;
use journal::error::Kind;
use journal::error::Result;
use journal::jobs;
use journal::model::between::Between;
use journal::model::id::EntryId;
use journal::model::job::Job;
use journal::model::scope::Scope;

/// Look for people, places and the like in entries
///
/// A model is shown the entries, so a provider has to be configured and allowed. What was found before is found anew; what
/// you said of it stays. Without a choice, every entry is looked through.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this entry
    #[arg(long, value_name = "ID", conflicts_with_all = ["from", "to", "stale"])]
    entry: Option<EntryId>,
    #[command(flatten)]
    between: Between,
    /// Only entries that were not looked through since their text was written
    #[arg(long)]
    stale: bool,
    /// Leave the work to a server, or to `journal job run`
    #[arg(long)]
    no_wait: bool,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let bar = Bar::new("Looking", &shell.global);
    let ctx = shell.ctx()?;
    let Between { from, to } = args.between;
    let wanted = Wanted { entry_id: args.entry, start_date: from, end_date: to, stale_only: args.stale };
    let ordered = extraction::order(&ctx, wanted).await?;
    if args.no_wait {
        return out.result(&ordered, |ordered| {
            format!("Queued as job {}; a server works on it, or `journal job run`", ordered.job_id)
        });
    }
    progress::drain(&ctx, Scope::EntriesWrite, &bar).await?;
    let job = jobs::get(&ctx, ordered.job_id).await?;
    match job.status.as_str() {
        "failed" | "cancelled" => {
            let why = job.error_message.unwrap_or_else(|| "the job was called off".to_owned());
            Err(Error::new(Kind::Upstream, why).hint(format!("`journal job retry {}` tries it again", job.id)))
        }
        _ => out.result(&job, shown),
    }
}

fn shown(job: &Job) -> String {
    let Some(result) = &job.result else {
        let why = job.status_detail.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
        return format!("Queued as job {}{why}", job.id);
    };
    let count = |name: &str| result.get(name).and_then(Value::as_i64).unwrap_or_default();
    let mut lines = vec![format!(
        "Looked through {} entries: {} new, {} known, {} gone; {} mentions, {} relationships",
        count("entries_processed"),
        count("entities_created"),
        count("entities_matched"),
        count("entities_deleted"),
        count("mentions_created"),
        count("relationships_created"),
    )];
    let warnings = result.get("warnings").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    lines.extend(warnings.map(|warning| format!("  {warning}")));
    lines.join("\n")
}
