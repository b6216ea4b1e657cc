//! What became of texts from elsewhere, as a person reads it.

use crate::out::Out;
use crate::progress;
use crate::progress::Bar;
use crate::shell::Shell;
use crate::write;
use journal::ctx::Ctx;
use journal::error::Error;
use journal::error::Result;
use journal::model::scope::Scope;
use journal::port::Report;

/// Lines of a kind that are shown; `--json` has them all.
const SHOWN: usize = 20;

/// How texts from elsewhere come in.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct How {
    /// Show what would be taken, and take nothing
    #[arg(long)]
    dry_run: bool,
    /// Leave vectors for later (`journal job run`)
    #[arg(long)]
    no_wait: bool,
}

/// Takes texts in behind a bar, and prints what became of them. `import` is given whose journal it is, whether to write
/// nothing, and whom to tell how far it is.
pub async fn take(
    shell: Shell,
    how: How,
    out: &mut Out,
    import: impl AsyncFnOnce(&Ctx, bool, &(dyn Fn(u64, u64) + Sync)) -> Result<Report>,
) -> Result<()> {
    let (reading, embedding) = (Bar::new("Importing", &shell.global), Bar::new("Embedding", &shell.global));
    let ctx = shell.ctx()?;
    let report = import(&ctx, how.dry_run, &|done, total| reading.report(done, total)).await;
    reading.finish();
    finish(&ctx, report?, how.no_wait, &embedding, out).await
}

/// Prints the report, makes the vectors unless they are to wait, and fails if anything was refused.
async fn finish(ctx: &Ctx, report: Report, no_wait: bool, bar: &Bar, out: &mut Out) -> Result<()> {
    out.result(&report, told)?;
    if report.taken > 0 && !report.dry_run && !no_wait {
        write::later(out, progress::embed(ctx, Scope::Ingest, bar).await)?;
    }
    let Some(first) = report.refused.first() else { return Ok(()) };
    let count = report.refused.len();
    Err(Error::new(first.kind, format!("{count} could not become entries"))
        .hint("mend them and run the same command again: what is there already is left alone"))
}

fn told(report: &Report) -> String {
    let would = if report.dry_run { "Would take" } else { "Took" };
    let mut text = format!(
        "{would} {} entries with {} originals; {} were there already, {} were refused\n",
        report.taken,
        report.originals,
        report.already_there,
        report.refused.len()
    );
    let undated = report.undated.iter().map(|undated| format!("{}: {}", undated.name, undated.entry_date));
    section(&mut text, "Without a date of their own; they got", undated);
    let left_out = report.left_out.iter().map(|left| format!("{} in {}: {}", left.file, left.name, left.message));
    section(&mut text, "Not taken of what they show", left_out);
    let refused = report.refused.iter().map(|refused| match &refused.hint {
        Some(hint) => format!("{}: {} ({hint})", refused.name, refused.message),
        None => format!("{}: {}", refused.name, refused.message),
    });
    section(&mut text, "Refused", refused);
    let counted = |(what, times): (&&'static str, &usize)| format!("{times} × {what}");
    section(&mut text, "Kept as a line of the text", report.kept_as_text.iter().map(counted));
    section(&mut text, "Not kept", report.not_kept.iter().map(counted));
    if report.skipped > 0 {
        text.extend(["Files that are no notes, and that no note shows: ", &report.skipped.to_string(), "\n"]);
    }
    text
}

fn section(text: &mut String, title: &str, lines: impl ExactSizeIterator<Item = String>) {
    let count = lines.len();
    if count == 0 {
        return;
    }
    text.extend([title, ":\n"]);
    for line in lines.take(SHOWN) {
        text.extend(["  ", &line.replace('\n', " "), "\n"]);
    }
    if count > SHOWN {
        text.extend(["  … and ", &(count - SHOWN).to_string(), " more; --json lists them\n"]);
    }
}
