use crate::out::Out;
use crate::progress;
use crate::progress::Bar;
use crate::shell::Shell;
use journal::error::Result;
use journal::jobs;
use journal::model::scope::Scope;

/// Make what is derived from the entries anew: index, chunks, vectors
///
/// Without flags everything is made anew. The work is a queue: interrupted, it goes on with
/// `journal job run`. Semantic chunks follow the vectors, so --chunks makes vectors too.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    what: jobs::Reindex,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let bar = Bar::new("Embedding", &shell.global);
    let ctx = shell.ctx()?;
    jobs::reindex(&ctx, args.what).await?;
    let done = progress::embed(&ctx, Scope::EntriesWrite, &bar).await?;
    out.result(&done, |done| match done.succeeded {
        0 => "Made the full-text index anew".to_owned(),
        count => format!("Made chunks and vectors of {count} entries anew"),
    })
}
