use crate::date_args;
use crate::mood::charts;
use crate::output::{CommandOutput, table};
use journal::app::context::Ctx;
use journal::domain::date_range::DateRange;
use journal::domain::mood::{MoodTrends, TimeBin};
use journal::error::{Error, Result};
use journal::services::mood;

/// Show mood trends over time
///
/// On a terminal, each dimension is a row of bars on its scale; otherwise, the numbers are printed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal mood trend --dimension joy_sadness --heatmap")]
pub struct Args {
    /// Only this dimension, repeatable
    #[arg(long = "dimension", value_name = "NAME")]
    dimensions: Vec<String>,
    #[command(flatten)]
    between: DateRange,
    /// Period to average over
    #[arg(long, value_enum, default_value = "week")]
    bin: TimeBin,
    /// Draw a calendar of one dimension, one mark per day
    #[arg(long, conflicts_with = "bin")]
    heatmap: bool,
}

pub async fn run(ctx: &Ctx, args: Args, out: &mut CommandOutput) -> Result<()> {
    let bin = if args.heatmap { TimeBin::Day } else { args.bin };
    if args.heatmap && args.dimensions.len() != 1 {
        return Err(Error::invalid("a calendar shows one dimension").hint("pass one --dimension"));
    }
    let between = date_args::resolve_range(ctx, &args.between)?;
    let trends = mood::trends(ctx, between, bin, args.dimensions.clone()).await?;
    let measures = if out.wants_json() { Vec::new() } else { mood::list_dimensions(ctx).await?.dimensions };
    let width = out.width();
    out.result(&trends, |trends| match (width, args.dimensions.first()) {
        _ if trends.bins.is_empty() => "There are no scores; `journal mood rescore` computes them".to_owned(),
        (Some(width), Some(name)) if args.heatmap => charts::render_calendar(trends, name, &measures, width),
        (Some(width), _) => charts::render_trend_rows(trends, &measures, width),
        (None, _) => render_table(trends),
    })
}

fn render_table(trends: &MoodTrends) -> String {
    let rows = trends.bins.iter().map(|bar| {
        let score = |value: f64| format!("{value:+.2}");
        [
            bar.period.clone(),
            bar.dimension.clone(),
            score(bar.avg_score),
            score(bar.score_min),
            score(bar.score_max),
            bar.entry_count.to_string(),
        ]
    });
    table(["FROM", "DIMENSION", "AVERAGE", "LOWEST", "HIGHEST", "ENTRIES"], rows)
}
