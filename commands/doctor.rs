use crate::cli_context::CliContext;
use crate::output::{CommandOutput, table};
use journal::error::{Error, Result};
use journal::services::admin::doctor::{self, CheckStatus};

/// Check the installation: keys, permissions, databases, clock, disk space and pending jobs
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal doctor --fix")]
pub struct Args {
    /// Repair file permissions first
    #[arg(long)]
    fix: bool,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let data_dir = shell.config.data_dir.clone();
    if args.fix {
        let repaired = doctor::fix_modes(&data_dir)?;
        out.note(format!("Repaired the permissions of {repaired} files and folders"));
    }
    let report = doctor::run_checks(&data_dir, shell.open()).await;
    out.result(&report, |report| {
        let rows = report.checks.iter().map(|check| {
            let mark = match check.mark {
                CheckStatus::Ok => "ok",
                CheckStatus::Warning => "warning",
                CheckStatus::Failed => "FAILED",
            };
            let hint = check.hint.as_ref().map_or_else(String::new, |hint| format!("; try: {hint}"));
            [mark.to_owned(), check.name.clone(), check.detail.clone() + &hint]
        });
        table(["", "CHECK", "FOUND"], rows)
    })?;
    if report.healthy {
        return Ok(());
    }
    let failed = report.checks.iter().filter(|check| check.mark == CheckStatus::Failed).count();
    Err(Error::conflict(format!("{failed} checks failed")).hint("each failed check above has a hint"))
}
