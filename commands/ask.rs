use crate::out::Out;
use crate::shell::Shell;
use journal::error::Result;
use journal::model::text::preview;
use journal::search;
use journal::search::Answered;

/// Code points shown of the words that an answer rests on.
const QUOTED: usize = 200;

/// Answer a question from the journal, naming the entries that the answer rests on
///
/// Where no provider is set up or allowed, the entries that fit best are named instead.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    question: search::Question,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let answered = search::answer(&shell.ctx()?, args.question).await?;
    out.result(&answered, whole)?;
    if !answered.is_question {
        out.note("That is no question, so nothing was answered; `journal search` finds entries by words.");
    }
    Ok(())
}

fn whole(answered: &Answered) -> String {
    let cited = answered.citations.iter().map(|citation| {
        let quote = preview(&citation.quote, QUOTED);
        format!("  {} · “{quote}”\n    journal show {}", citation.entry_date, citation.entry_id)
    });
    let cited = cited.collect::<Vec<_>>().join("\n");
    if cited.is_empty() { answered.answer.clone() } else { format!("{}\n\n{cited}", answered.answer) }
}
