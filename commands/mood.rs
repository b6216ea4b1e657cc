mod charts;
mod rescore;
mod scores;
mod trend;

use clap::Subcommand;

use crate::cli_context::CliContext;
use crate::output::{CommandOutput, table};
use journal::domain::mood::MoodDimensionList;
use journal::error::Result;
use journal::services::mood;

/// Show, correct and compute mood scores
///
/// A model of the configured provider scores the entries; without one, the built-in scorer does, which sends nothing
/// over the network. Your own scores take precedence over computed scores and are kept.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Show(scores::MoodShowArgs),
    Set(scores::MoodSetArgs),
    Clear(scores::MoodClearArgs),
    Trend(trend::Args),
    Rescore(rescore::Args),
    /// List the mood dimensions
    #[command(after_long_help = "Example:\n\n    journal mood dimensions")]
    Dimensions,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    match args.command {
        Command::Show(args) => scores::show(&shell.user_ctx()?, args, out).await,
        Command::Set(args) => scores::set(&shell.user_ctx()?, args, out).await,
        Command::Clear(args) => scores::clear(&shell.user_ctx()?, args, out).await,
        Command::Trend(args) => trend::run(&shell.user_ctx()?, args, out).await,
        Command::Rescore(args) => rescore::run(shell, args, out).await,
        Command::Dimensions => {
            let measures = mood::list_dimensions(&shell.user_ctx()?).await?;
            out.result(&measures, render_dimensions)
        }
    }
}

fn render_dimensions(measures: &MoodDimensionList) -> String {
    if measures.dimensions.is_empty() {
        return "Mood scoring is disabled; an admin can enable the setting enable_mood_scoring".to_owned();
    }
    let rows = measures.dimensions.iter().map(|one| {
        let low = format!("{:+} {}", one.score_min, one.negative_pole);
        let high = format!("{:+} {}", one.score_max, one.positive_pole);
        [one.name.clone(), low, high, one.notes.clone()]
    });
    table(["DIMENSION", "LOW", "HIGH", "DESCRIPTION"], rows)
}
