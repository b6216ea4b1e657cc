use crate::cli_context::CliContext;
use crate::date_args;
use crate::output::{CommandOutput, entries};
use crate::text_layout::truncate;
use journal::domain::digest::OnThisDay;
use journal::error::Result;

/// Show the entries of this day in earlier years
///
/// In years without February 29, February 28 is shown instead.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal today --date 2026-12-24")]
pub struct Args {
    /// Another day, such as 2026-12-24 or yesterday
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let date = date_args::parse_day(&ctx, args.date.as_deref())?;
    let today = journal::services::entries::today(&ctx, date.as_deref()).await?;
    out.result(&today, render)
}

fn render(today: &OnThisDay) -> String {
    if today.years.is_empty() {
        return format!("{}: no entries on this day in earlier years", today.date);
    }
    let years = today.years.iter().map(|year| {
        let ago = if year.years_ago == 1 { "1 year ago".to_owned() } else { format!("{} years ago", year.years_ago) };
        let items = year.items.iter().map(|item| {
            let label = item.title.as_deref().unwrap_or(&item.preview);
            format!("  {}  {}", item.id, truncate(&label.replace(['\n', '\t'], " "), 70))
        });
        let heading = format!("{} · {ago} · {}", year.date, entries(year.total));
        [heading].into_iter().chain(items).collect::<Vec<_>>().join("\n")
    });
    years.collect::<Vec<_>>().join("\n\n")
}
