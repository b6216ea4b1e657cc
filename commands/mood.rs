mod drawn;
mod rescore;
mod scores;
mod trend;

use clap::Subcommand;

use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::error::Result;
use journal::model::mood::Measures;
use journal::mood;

/// See how your moods run, correct them, and have entries scored
///
/// A model of the provider that is configured scores entries, or, where there is none, what is built in: then nothing
/// leaves this machine. What you say of an entry counts before every score and stays.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Show(scores::Show),
    Set(scores::Set),
    Clear(scores::Clear),
    Trend(trend::Args),
    Rescore(rescore::Args),
    /// List what moods are measured by
    Dimensions,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    match args.command {
        Command::Show(args) => scores::show(&shell.ctx()?, args, out).await,
        Command::Set(args) => scores::set(&shell.ctx()?, args, out).await,
        Command::Clear(args) => scores::clear(&shell.ctx()?, args, out).await,
        Command::Trend(args) => trend::run(&shell.ctx()?, args, out).await,
        Command::Rescore(args) => rescore::run(shell, args, out).await,
        Command::Dimensions => {
            let measures = mood::measures(&shell.ctx()?).await?;
            out.result(&measures, listed)
        }
    }
}

fn listed(measures: &Measures) -> String {
    if measures.dimensions.is_empty() {
        return "Moods are not scored; an admin turns on the setting enable_mood_scoring".to_owned();
    }
    let rows = measures.dimensions.iter().map(|one| {
        let low = format!("{:+} {}", one.score_min, one.negative_pole);
        let high = format!("{:+} {}", one.score_max, one.positive_pole);
        [one.name.clone(), low, high, one.notes.clone()]
    });
    table(["DIMENSION", "LOW", "HIGH", "WHAT IS LOOKED AT"], rows)
}
