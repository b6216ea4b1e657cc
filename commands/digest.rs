use crate::out::Out;
use crate::out::entries;
use crate::out::table;
use crate::shell::Shell;
use journal::digest;
use journal::error::Result;
use journal::model::digest::Digest;
use journal::model::digest::Highlight;
use journal::model::digest::MoodOfWeek;
use journal::model::digest::PersonOfWeek;
use journal::model::digest::Week;

/// Tell what a week came to
///
/// What was written, the moods, the people, and the same days in earlier years.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A week as ISO 8601 numbers it, like 2026-W07; this week without a value
    #[arg(long, value_name = "WEEK", num_args = 0..=1, default_missing_value = "")]
    week: Option<String>,
    /// A day of the week instead, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Also send the numbers, without any name or word, over the ways you are notified
    #[arg(long)]
    notify: bool,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let ctx = shell.ctx()?;
    let week = match args.week.as_deref().filter(|week| !week.is_empty()) {
        Some(_) if args.date.is_some() => {
            return Err(journal::error::Error::invalid("--week and --date name two weeks").hint("give one of them"));
        }
        Some(week) => Week::parse(week)?,
        None => digest::week_of(&ctx, args.date.as_deref())?,
    };
    out.result(&digest::of(&ctx, week).await?, render)?;
    if args.notify {
        let ways = digest::notify(&ctx, week).await?;
        out.note(format!("sent over {}", ways.join(", ")));
    }
    Ok(())
}

fn render(digest: &Digest) -> String {
    let numbers = &digest.numbers;
    let (written, before) = (numbers.written, numbers.before);
    let head = format!(
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
    );
    let moods = digest.moods.iter().map(|MoodOfWeek { dimension, average, entries, change }| {
        let change = change.map_or_else(|| "-".to_owned(), |change| format!("{change:+.2}"));
        [dimension.clone(), format!("{average:+.2}"), change, entries.to_string()]
    });
    let people = digest.people.iter().map(|PersonOfWeek { name, entries }| [name.clone(), entries.to_string()]);
    let earlier = digest.on_this_day.iter().map(|Highlight { entry_id, entry_date, preview }| {
        [entry_id.to_string(), entry_date.clone(), preview.chars().take(70).collect()]
    });
    let parts = [
        (!digest.moods.is_empty()).then(|| table(["MOOD", "AVERAGE", "CHANGE", "ENTRIES"], moods)),
        (!digest.people.is_empty()).then(|| table(["PERSON", "ENTRIES"], people)),
        (!digest.on_this_day.is_empty()).then(|| table(["ID", "ON THIS DAY", "ENTRY"], earlier)),
    ];
    let parts = parts.into_iter().flatten().map(|part| format!("\n{part}\n"));
    head + &parts.collect::<String>()
}
