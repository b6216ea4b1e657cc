use crate::out::Out;
use crate::out::entries;
use crate::shell::Shell;
use journal::error::Result;
use journal::model::digest::Today;

/// Show what was written on this day in earlier years
///
/// The 29th of February is the 28th in years that have none.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Another day, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let today = journal::entries::today(&shell.ctx()?, args.date.as_deref()).await?;
    out.result(&today, render)
}

fn render(today: &Today) -> String {
    if today.years.is_empty() {
        return format!("{}: nothing was written on this day in earlier years", today.date);
    }
    let years = today.years.iter().map(|year| {
        let ago = if year.years_ago == 1 { "1 year ago".to_owned() } else { format!("{} years ago", year.years_ago) };
        let items = year.items.iter().map(|item| {
            let what = item.title.as_deref().unwrap_or(&item.preview);
            let what: String = what.chars().take(70).collect();
            format!("  {}  {}", item.id, what.replace(['\n', '\t'], " "))
        });
        let heading = format!("{} · {ago} · {}", year.date, entries(year.total));
        [heading].into_iter().chain(items).collect::<Vec<_>>().join("\n")
    });
    years.collect::<Vec<_>>().join("\n\n")
}
