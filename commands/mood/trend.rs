use crate::mood::drawn;
use crate::out::Out;
use crate::out::table;
use journal::ctx::Ctx;
use journal::error::Error;
use journal::error::Result;
use journal::model::between::Between;
use journal::model::mood::Step;
use journal::model::mood::Trends;
use journal::mood;

/// Show how moods run over time
///
/// On a terminal each dimension is a line of bars on its scale; elsewhere the numbers are printed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this dimension, repeatable
    #[arg(long = "dimension", value_name = "NAME")]
    dimensions: Vec<String>,
    #[command(flatten)]
    between: Between,
    /// What is averaged
    #[arg(long, value_enum, default_value = "week")]
    bin: Step,
    /// Draw a calendar of one dimension, a mark a day
    #[arg(long, conflicts_with = "bin")]
    heatmap: bool,
}

pub async fn run(ctx: &Ctx, args: Args, out: &mut Out) -> Result<()> {
    let bin = if args.heatmap { Step::Day } else { args.bin };
    if args.heatmap && args.dimensions.len() != 1 {
        return Err(Error::invalid("a calendar shows one dimension").hint("pass one --dimension"));
    }
    let trends = mood::trends(ctx, args.between, bin, args.dimensions.clone()).await?;
    let measures = if out.wants_json() { Vec::new() } else { mood::measures(ctx).await?.dimensions };
    let width = out.width();
    out.result(&trends, |trends| match (width, args.dimensions.first()) {
        _ if trends.bins.is_empty() => "There is no score so far; `journal mood rescore` makes some".to_owned(),
        (Some(width), Some(name)) if args.heatmap => drawn::calendar(trends, name, &measures, width),
        (Some(width), _) => drawn::lines(trends, &measures, width),
        (None, _) => plain(trends),
    })
}

fn plain(trends: &Trends) -> String {
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
