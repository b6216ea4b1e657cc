use super::prune;
use super::size;
use crate::out::Out;
use crate::progress::Bar;
use crate::shell::Shell;
use journal::backup::create;
use journal::backup::create::Create;
use journal::error::Result;

/// Make a backup while the journal is in use
///
/// Give every key that is to open it with --recipient; keep the secret halves off this machine.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    wanted: Create,
}

pub async fn run(shell: Shell, args: Args, out: &mut Out) -> Result<()> {
    let bar = Bar::new("Backing up", &shell.global);
    let ctx = shell.administration()?;
    let created = create::create(&ctx, args.wanted, &|done, total| bar.report(done, total)).await?;
    bar.finish();
    for warning in created.warnings.iter().chain(created.pruned.iter().flat_map(|pruned| &pruned.warnings)) {
        out.warn(warning);
    }
    out.result(&created, |created| {
        let originals = &created.originals;
        let (copied, present) = (originals.copied, originals.present);
        let checked = if created.checked { ", read back and compared" } else { "" };
        let made = format!(
            "Made {} ({}), {copied} originals copied ({}), {present} there already{checked}",
            created.path.display(),
            size(created.bytes),
            size(originals.copied_bytes)
        );
        created
            .pruned
            .as_ref()
            .map_or_else(|| made.clone(), |pruned| format!("{made}\n{}", prune::told("Removed", pruned)))
    })
}
