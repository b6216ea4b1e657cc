use crate::cli_context::CliContext;
use crate::date_args;
use crate::output::CommandOutput;
use journal::domain::text::preview;
use journal::error::Result;
use journal::services::search::{self, AnswerResponse};

/// Code points shown of a cited quote.
const MAX_QUOTE: usize = 200;

/// Answer a question from the journal and cite the entries
///
/// Without a configured and permitted provider, the best matching entries are listed instead.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal ask \"When did the heron come back?\"")]
pub struct Args {
    #[command(flatten)]
    question: search::JournalQuestion,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let ctx = shell.user_ctx()?;
    let between = date_args::resolve_range(&ctx, &args.question.between)?;
    let answered = search::answer(&ctx, search::JournalQuestion { between, ..args.question }).await?;
    out.result(&answered, render_answer)?;
    if !answered.is_question {
        out.note("The input is not a question, so it was not answered; `journal search` searches for terms.");
    }
    Ok(())
}

fn render_answer(answered: &AnswerResponse) -> String {
    let cited = answered.citations.iter().map(|citation| {
        let quote = preview(&citation.quote, MAX_QUOTE);
        format!("  {} · “{quote}”\n    journal show {}", citation.entry_date, citation.entry_id)
    });
    let cited = cited.collect::<Vec<_>>().join("\n");
    if cited.is_empty() { answered.answer.clone() } else { format!("{}\n\n{cited}", answered.answer) }
}
