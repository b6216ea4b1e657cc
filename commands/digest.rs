use crate::cli_context::CliContext;
use crate::date_args;
use crate::output::{CommandOutput, entries, table};
use crate::text_layout::truncate;
use journal::digest;
use journal::domain::digest::{DigestCounts, DigestHighlight, IsoWeek, WeeklyDigest, WeeklyMood, WeeklyPerson};
use journal::error::{Error, Result};

/// Show the digest of a week
///
/// Counts of entries and words, moods, people, and entries of the same days in earlier years.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal digest --week 2026-W07")]
pub struct Args {
    /// ISO 8601 week, such as 2026-W07; the current week if no value is given
    #[arg(long, value_name = "WEEK", num_args = 0..=1, default_missing_value = "")]
    week: Option<String>,
    /// Any day of the week instead, such as 2026-02-12 or yesterday
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Send the numbers, without names or text, to your notification channels instead of showing the digest
    #[arg(long)]
    notify: bool,
    /// Show numbers only, without names or text
    #[arg(long)]
    numbers: bool,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let week = match args.week.as_deref().filter(|week| !week.is_empty()) {
        Some(_) if args.date.is_some() => {
            return Err(Error::invalid("--week and --date cannot be combined").hint("pass one of them"));
        }
        Some(week) => IsoWeek::parse(week)?,
        None => digest::week_of(&ctx, date_args::parse_day(&ctx, args.date.as_deref())?.as_deref())?,
    };
    if args.notify {
        let channels = digest::send_notification(&ctx, week).await?;
        let sent = serde_json::json!({ "sent_to": channels });
        return out.done(&sent, |_| format!("Sent to {}", channels.join(", ")));
    }
    let digest = digest::digest_of_week(&ctx, week).await?;
    if args.numbers {
        return out.result(&digest.numbers, render_numbers);
    }
    out.result(&digest, render)
}

fn render_numbers(numbers: &DigestCounts) -> String {
    let (written, before) = (numbers.written, numbers.before);
    format!(
        "{} · {} to {}\n{} · {} words · {} of 7 days\nthe week before: {} · {} words\n\
         days in a row: {}, at most {}\n",
        numbers.week,
        numbers.from,
        numbers.to,
        entries(written.entries),
        written.words,
        written.days,
        entries(before.entries),
        before.words,
        numbers.streaks.current,
        numbers.streaks.longest,
    )
}

fn render(digest: &WeeklyDigest) -> String {
    let head = render_numbers(&digest.numbers);
    let moods = digest.moods.iter().map(|WeeklyMood { dimension, average, entries, change }| {
        let change = change.map_or_else(|| "-".to_owned(), |change| format!("{change:+.2}"));
        [dimension.clone(), format!("{average:+.2}"), change, entries.to_string()]
    });
    let people = digest.people.iter().map(|WeeklyPerson { name, entries }| [name.clone(), entries.to_string()]);
    let earlier = digest.on_this_day.iter().map(|DigestHighlight { entry_id, entry_date, preview }| {
        [entry_id.to_string(), entry_date.clone(), truncate(preview, 70)]
    });
    let parts = [
        (!digest.moods.is_empty()).then(|| table(["MOOD", "AVERAGE", "CHANGE", "ENTRIES"], moods)),
        (!digest.people.is_empty()).then(|| table(["PERSON", "ENTRIES"], people)),
        (!digest.on_this_day.is_empty()).then(|| table(["ID", "ON THIS DAY", "ENTRY"], earlier)),
    ];
    let parts = parts.into_iter().flatten().map(|part| format!("\n{part}\n"));
    head + &parts.collect::<String>()
}
