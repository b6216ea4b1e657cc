//! Options and report of the imports from other programs.

use crate::cli_context::CliContext;
use crate::output::{CommandOutput, counted, entries};
use crate::progress::{self, CommandProgress};
use crate::write;
use journal::app::context::Ctx;
use journal::domain::scope::Scope;
use journal::error::{Error, Result};
use journal::import_export::ImportReport;
use journal::services::ingest::ChangePolicy;

/// Rows shown per section; `--json` prints all.
const MAX_ROWS: usize = 20;

/// Options of the imports from other programs.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct ImportOptionArgs {
    /// Treatment of an entry that changed in its source since it was imported
    #[arg(long, value_enum, default_value_t)]
    on_change: ChangePolicy,
    /// Show what would be imported, and import nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not wait for vectors; `journal job run` computes them later
    #[arg(long)]
    no_wait: bool,
}

/// Runs an import with a progress bar, prints its report, computes vectors, and fails if an item was refused. `import`
/// receives the context, the dry-run flag and a progress callback.
pub async fn run_import(
    shell: CliContext,
    how: ImportOptionArgs,
    out: &mut CommandOutput,
    import: impl AsyncFnOnce(&Ctx, (bool, ChangePolicy), &(dyn Fn(u64, u64) + Sync)) -> Result<ImportReport>,
) -> Result<()> {
    let (reading, embedding) =
        (CommandProgress::new("Importing", &shell.global), CommandProgress::new("Embedding", &shell.global));
    let ctx = shell.user_ctx()?;
    let report = import(&ctx, (how.dry_run, how.on_change), &|done, total| reading.report(done, total)).await;
    reading.finish();
    let report = report?;
    out.done(&report, render_report)?;
    if report.taken + report.updated > 0 && !report.dry_run && !how.no_wait {
        write::report_embedding(out, progress::run_embedding_jobs(&ctx, Scope::Ingest, &embedding).await)?;
    }
    if report.taken > 0 && !report.dry_run {
        out.note("Moods and entities of imported entries: `journal mood rescore`, `journal entity extract`");
    }
    let Some(first) = report.refused.first() else { return Ok(()) };
    let count = report.refused.len();
    Err(Error::new(first.kind, format!("{count} items were not imported"))
        .hint("fix them and run the same command again; imported items are skipped"))
}

fn render_report(report: &ImportReport) -> String {
    let verb = if report.dry_run { "Would import" } else { "Imported" };
    let mut text = format!(
        "{verb} {} with {}; {} already imported, {} refused\n",
        entries(report.taken),
        counted(report.originals, "original", "originals"),
        report.already_there,
        report.refused.len()
    );
    if report.updated > 0 {
        text.extend(["New versions of entries whose source changed: ", &report.updated.to_string(), "\n"]);
    }
    section(
        &mut text,
        "Changed in the source, but edited here and left as they are",
        report.edited_here.iter().cloned(),
    );
    let undated = report.undated.iter().map(|undated| format!("{}: {}", undated.name, undated.entry_date));
    section(&mut text, "Without a date; assigned", undated);
    section(&mut text, "Dates to check", report.date_notes.iter().cloned());
    let left_out =
        report.left_out.iter().map(|skipped| format!("{} in {}: {}", skipped.file, skipped.name, skipped.message));
    section(&mut text, "Embedded files not imported", left_out);
    let refused = report.refused.iter().map(|refused| match &refused.hint {
        Some(hint) => format!("{}: {} ({hint})", refused.name, refused.message),
        None => format!("{}: {}", refused.name, refused.message),
    });
    section(&mut text, "Refused", refused);
    let counted = |(item, count): (&&'static str, &usize)| format!("{count} × {item}");
    section(&mut text, "Kept as text", report.kept_as_text.iter().map(counted));
    section(&mut text, "Not imported", report.not_kept.iter().map(counted));
    if report.skipped > 0 {
        text.extend(["Files that are not notes and not embedded in one: ", &report.skipped.to_string(), "\n"]);
    }
    text
}

fn section(text: &mut String, title: &str, lines: impl ExactSizeIterator<Item = String>) {
    let count = lines.len();
    if count == 0 {
        return;
    }
    text.extend([title, ":\n"]);
    for line in lines.take(MAX_ROWS) {
        text.extend(["  ", &line.replace('\n', " "), "\n"]);
    }
    if count > MAX_ROWS {
        text.extend(["  … and ", &(count - MAX_ROWS).to_string(), " more; --json lists them\n"]);
    }
}
