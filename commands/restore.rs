use crate::backup::opening;
use crate::backup::opening::Opening;
use crate::out::Out;
use crate::out::entries;
use crate::progress::Bar;
use crate::shell::Shell;
use journal::backup::restore;
use journal::backup::restore::Restored;
use journal::backup::restore::Summary;
use journal::backup::restore_user;
use journal::backup::restore_user::Person;
use journal::error::Result;
use journal::model::email::Email;

/// Restore a backup into an empty data directory, or with --user one person into the journal here
///
/// A whole backup goes where --data-dir says, under the secret that is there already or a new one. With --user the journal
/// here may be in use: the person's notebook is put in place of the one they have, or they are added. Whatever fails leaves
/// everything as it was.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    opening: Opening,
    /// Go on although originals are missing, and say which
    #[arg(long)]
    without_missing_media: bool,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let bar = Bar::new("Restoring", &shell.global);
    let (ask, person) = (shell.ask, shell.global.user.clone());
    let source = args.opening.source(ask)?;
    let progress = |done, total| bar.report(done, total);
    let without = args.without_missing_media;
    let Some(person) = person else {
        out.note(announced(&restore::look(&source)?));
        let done = restore::whole(&source, &shell.config, &opening::sources(), without, &progress).await?;
        bar.finish();
        return out.result(&done, rendered);
    };
    let email: Email = person.parse()?;
    let ctx = shell.administration()?;
    let replaces = restore_user::is_here(&ctx, &email).await?;
    out.note(announced(&restore::look(&source)?));
    if replaces {
        ask.confirm(&format!("Replace the journal that {email} has here by the one of the backup, for good?"))?;
    }
    let done = restore_user::one(&ctx, &source, &email, &opening::sources(), without, &progress).await?;
    bar.finish();
    out.result(&done, rendered_person)
}

fn announced(summary: &Summary) -> String {
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

fn rendered(done: &Restored) -> String {
    let secret = match (&done.secret_file, done.secret_made) {
        (Some(path), true) => format!("{}, made just now: keep a copy elsewhere", path.display()),
        (Some(path), false) => format!("{}, which was there already", path.display()),
        (None, _) => "the one that the environment gave".to_owned(),
    };
    let mut lines = vec![format!("Restored to {}", done.data_dir.display()), format!("secret  {secret}")];
    if let Some(path) = &done.config_file {
        lines.push(format!("config  {}, from the settings of the backup", path.display()));
    }
    if done.to_embed > 0 {
        lines.push(format!("{} wait for their vectors: `journal job run`", entries(to_count(done.to_embed))));
    }
    lines.extend(done.missing_originals.iter().map(|id| format!("missing original {id}")));
    lines.push("\nNext: journal doctor".to_owned());
    lines.join("\n")
}

fn rendered_person(done: &Person) -> String {
    let how = if done.added { "Added" } else { "Replaced the journal of" };
    let first = format!("{how} {}: {} in notebook {}", done.user.email, entries(done.entries), done.notebook);
    let left_out = done.left_out.iter().map(|left_out| format!("not restored: {left_out}"));
    std::iter::once(first).chain(left_out).collect::<Vec<_>>().join("\n")
}

fn to_count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
