use crate::out::Out;
use crate::out::table;
use crate::shell::Shell;
use journal::doctor;
use journal::doctor::Mark;
use journal::error::Error;
use journal::error::Result;

/// Check everything: keys, permissions, databases, clock, disk, pending work
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Mend permissions first
    #[arg(long)]
    fix: bool,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let data_dir = shell.config.data_dir.clone();
    if args.fix {
        let mended = doctor::fix_modes(&data_dir)?;
        out.note(format!("{mended} files and folders were open to others and are not any more"));
    }
    let report = doctor::examine(&data_dir, shell.open()).await;
    out.result(&report, |report| {
        let rows = report.checks.iter().map(|check| {
            let mark = match check.mark {
                Mark::Ok => "ok",
                Mark::Warning => "look",
                Mark::Failed => "FAILED",
            };
            let hint = check.hint.as_ref().map_or_else(String::new, |hint| format!("; try: {hint}"));
            [mark.to_owned(), check.name.clone(), check.detail.clone() + &hint]
        });
        table(["", "CHECK", "FOUND"], rows)
    })?;
    if report.healthy {
        return Ok(());
    }
    let failed = report.checks.iter().filter(|check| check.mark == Mark::Failed).count();
    Err(Error::conflict(format!("{failed} checks failed")).hint("each failed check above names its next step"))
}
