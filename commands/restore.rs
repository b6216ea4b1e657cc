use std::path::PathBuf;

use crate::backup::source_args::{open_source, system_sources};
use crate::cli_context::CliContext;
use crate::output::{CommandOutput, entries, render_span};
use crate::progress::CommandProgress;
use journal::backup::SourceArgs;
use journal::backup::restore::{self, BackupSummary, RestoreResult};
use journal::backup::restore_user::{self, ReplacementSummary, RestoredUser};
use journal::backup::undo_restore;
use journal::domain::email::EmailAddress;
use journal::error::{Error, Result};
use journal::services::accounts::users::REPLACED_NOTEBOOK_DAYS;

/// Restore a backup into an empty data directory, or with --user one user into the local journal
///
/// A complete restore writes to --data-dir, with the existing secret or a new one. With --user, the local journal can
/// be in use: the user's notebook is replaced and kept for 7 days, or the user is added. A restore that fails changes
/// nothing.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n\n    journal restore journal-2026-11-22T031500Z.tar.age -i key.txt")]
pub struct Args {
    /// Archive file
    #[arg(value_name = "FILE", required_unless_present = "undo")]
    file: Option<PathBuf>,
    /// File with an age identity or an SSH private key, mode 0600; repeatable
    #[arg(short, long = "identity", value_name = "FILE")]
    identities: Vec<PathBuf>,
    /// File with the passphrase of the archive or of the identities; prompted for on a terminal
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Folder of the originals; default: `media` next to the archive
    #[arg(long, value_name = "DIR")]
    media: Option<PathBuf>,
    /// Continue if originals are missing, and list them
    #[arg(long)]
    without_missing_media: bool,
    /// With --user, put the notebook that the last restore replaced back in use; the restored one is kept for 7 days
    #[arg(long, conflicts_with_all = ["file", "identities", "passphrase_file", "media", "without_missing_media"])]
    undo: bool,
}

pub async fn run(shell: CliContext, args: Args, out: &mut CommandOutput) -> Result<()> {
    let bar = CommandProgress::new("Restoring", &shell.global);
    let (ask, user) = (shell.ask, shell.global.user.clone());
    let Some(file) = args.file else { return undo(shell, user, out).await };
    let Args { identities, passphrase_file, media, .. } = args;
    let source = open_source(&SourceArgs { file, identities, passphrase_file, media }, ask)?;
    let progress = |done, total| bar.report(done, total);
    let without = args.without_missing_media;
    let Some(user) = user else {
        out.note(render_summary(&restore::inspect(&source)?));
        let done = restore::restore_all(&source, &shell.config, &system_sources(), without, &progress).await?;
        bar.finish();
        return out.done(&done, render_restored);
    };
    let email: EmailAddress = user.parse()?;
    let ctx = shell.admin_ctx()?;
    let summary = restore::inspect(&source)?;
    out.note(render_summary(&summary));
    let confirm = |replacement: &ReplacementSummary| {
        bar.finish();
        ask.confirm_typed(&render_replacement(&email, replacement, &summary.created_at), email.as_str())
    };
    let done =
        restore_user::restore_user(&ctx, &source, &email, &system_sources(), without, &progress, &confirm).await?;
    bar.finish();
    out.done(&done, render_restored_user)
}

/// Renders the question before a journal is replaced.
fn render_replacement(email: &EmailAddress, replacement: &ReplacementSummary, made_at: &str) -> String {
    let ReplacementSummary { here, in_backup } = replacement;
    let in_backup = render_span(in_backup);
    match here {
        Some(here) => format!(
            "The journal of {email} here has {}, that of the backup of {made_at} has {in_backup}. Replace the journal here? It \
             is kept for {REPLACED_NOTEBOOK_DAYS} days; `journal restore --undo` brings it back.",
            render_span(here)
        ),
        None => format!(
            "The journal of {email} here is damaged and is not kept, that of the backup of {made_at} has {in_backup}. Replace \
             the journal here, permanently?"
        ),
    }
}

async fn undo(shell: CliContext, user: Option<String>, out: &mut CommandOutput) -> Result<()> {
    let user = user.ok_or_else(|| Error::invalid("--undo needs a user").hint("pass --user EMAIL"))?;
    let email: EmailAddress = user.parse()?;
    let done = undo_restore::undo_restore(&shell.admin_ctx()?, &email).await?;
    out.result(&done, |done| {
        format!("{} has the journal of before the restore again: {}", done.user.email, entries(done.entries))
    })?;
    out.note(format!(
        "`journal restore --undo --user {email}` puts the restored one back for {REPLACED_NOTEBOOK_DAYS} days"
    ));
    Ok(())
}

fn render_summary(summary: &BackupSummary) -> String {
    format!(
        "{} of {}, written by journal {}\nroot key    {}\nrecipients  {}\nholds       {} notebooks, {} originals",
        summary.archive,
        summary.created_at,
        summary.program,
        summary.fingerprint,
        summary.recipients.join(", "),
        summary.notebooks,
        summary.originals
    )
}

fn render_restored(done: &RestoreResult) -> String {
    let secret = match (&done.secret_file, done.secret_made) {
        (Some(path), true) => format!("{}, newly created: keep a copy elsewhere", path.display()),
        (Some(path), false) => format!("{}, which already existed", path.display()),
        (None, _) => "from the environment".to_owned(),
    };
    let mut lines = vec![format!("Restored to {}", done.data_dir.display()), format!("secret  {secret}")];
    if let Some(path) = &done.config_file {
        lines.push(format!("config  {}, from the settings of the backup", path.display()));
    }
    if done.to_embed > 0 {
        lines.push(format!("{} without vectors: `journal job run` computes them", entries(done.to_embed)));
    }
    lines.extend(done.missing_originals.iter().map(|id| format!("missing original {id}")));
    lines.push("\nNext: journal doctor".to_owned());
    lines.join("\n")
}

fn render_restored_user(done: &RestoredUser) -> String {
    let action = if done.added { "Added" } else { "Replaced the journal of" };
    let first = format!("{action} {}: {} in notebook {}", done.user.email, entries(done.entries), done.notebook);
    let left_out = done.left_out.iter().map(|left_out| format!("not restored: {left_out}"));
    let kept = done.replaced.map(|_| {
        let email = &done.user.email;
        format!(
            "The replaced journal is kept for {REPLACED_NOTEBOOK_DAYS} days: `journal restore --undo --user {email}`"
        )
    });
    std::iter::once(first).chain(left_out).chain(kept).collect::<Vec<_>>().join("\n")
}
