use crate::cli_context::CliContext;
use crate::date_args;
use crate::output::{CommandOutput, counted, entries};
use journal::domain::date_range::DateRange;
use journal::domain::entry::{MonthStats, NotebookStats};
use journal::domain::tag::TagFilter;
use journal::error::Result;

/// Show counts of entries and words, by month
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal stats --from 2026-01-01")]
pub struct Args {
    #[command(flatten)]
    between: DateRange,
    #[command(flatten)]
    tagged: TagFilter,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let between = date_args::resolve_range(&ctx, &args.between)?;
    let stats = journal::services::entries::stats(&ctx, between, &args.tagged).await?;
    out.result(&stats, render)
}

/// Months shown as bars, at most.
const BARS: usize = 24;
/// Columns of the longest bar.
const WIDTH: i64 = 40;

/// Renders totals, and the newest months as bars of words.
pub fn render(stats: &NotebookStats) -> String {
    let range = match (&stats.date_range_start, &stats.date_range_end) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "no entries yet".to_owned(),
    };
    let totals = format!(
        "{} · {} words · {range}\n{:.0} words per entry · {:.1} entries per month\n",
        entries(stats.total_entries),
        stats.total_words,
        stats.avg_words_per_entry,
        stats.entries_per_month
    );
    let pending = match stats.pending_entries {
        0 => String::new(),
        count => format!("without vectors: {} (`journal job run` computes them)\n", entries(count)),
    };
    let streaks = format!("days in a row: {}, at most {}\n", stats.streaks.current, stats.streaks.longest);
    let (older, months) = stats.months.split_at(stats.months.len().saturating_sub(BARS));
    let omitted = match older {
        [] => String::new(),
        [MonthStats { month, .. }, ..] => {
            format!(
                "\n{} from {month} on; --from and --to show them, --json all",
                counted(older.len(), "earlier month", "earlier months")
            )
        }
    };
    let longest = months.iter().map(|month| month.words).max().unwrap_or(1).max(1);
    let bars = months.iter().map(|MonthStats { month, entries: count, words }| {
        let bar = "█".repeat(usize::try_from((words * WIDTH / longest).max(1)).unwrap_or(1));
        format!("\n{month}  {bar} {words} words, {}", entries(*count))
    });
    totals + &streaks + &pending + &bars.collect::<String>() + &omitted
}
