use crate::out::Out;
use crate::out::entries;
use crate::shell::Shell;
use journal::error::Result;
use journal::model::between::Between;
use journal::model::entry::Month;
use journal::model::entry::Stats;

/// Count entries and words, month by month
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    between: Between,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let stats = journal::entries::stats(&shell.ctx()?, args.between).await?;
    out.result(&stats, render)
}

/// Months drawn as bars.
const BARS: usize = 24;
/// Columns of the longest bar.
const WIDTH: i64 = 40;

/// Writes totals and the newest months as bars of words.
pub fn render(stats: &Stats) -> String {
    let range = match (&stats.date_range_start, &stats.date_range_end) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "no entries yet".to_owned(),
    };
    let totals = format!(
        "{} · {} words · {range}\n{:.0} words an entry · {:.1} entries a month\n",
        entries(stats.total_entries),
        stats.total_words,
        stats.avg_words_per_entry,
        stats.entries_per_month
    );
    let waiting = match stats.pending_entries {
        0 => String::new(),
        count => format!("without vectors yet: {} (`journal job run`)\n", entries(count)),
    };
    let streaks = format!("days in a row: {}, at most {}\n", stats.streaks.current, stats.streaks.longest);
    let months = &stats.months[stats.months.len().saturating_sub(BARS)..];
    let longest = months.iter().map(|month| month.words).max().unwrap_or(1).max(1);
    let bars = months.iter().map(|Month { month, entries: count, words }| {
        let bar = "█".repeat(usize::try_from((words * WIDTH / longest).max(1)).unwrap_or(1));
        format!("\n{month}  {bar} {words} words, {}", entries(*count))
    });
    totals + &streaks + &waiting + &bars.collect::<String>()
}
