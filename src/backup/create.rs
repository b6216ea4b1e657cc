//! Makes a backup: everything is checked, then copied, then sealed, and only then has its name.

use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::audit::Trail;
use crate::backup::folder;
use crate::backup::folder::Folder;
use crate::backup::list;
use crate::backup::meter::Meter;
use crate::backup::originals::Tally;
use crate::backup::prune;
use crate::backup::recipients::Recipients;
use crate::backup::retention::Keep;
use crate::backup::room::Need;
use crate::backup::snapshots::Snapshots;
use crate::backup::snapshots::Taking;
use crate::backup::writing;
use crate::backup::writing::Content;
use crate::backup::writing::Parts;
use crate::clock;
use crate::config::Origin;
use crate::crypto::archive::Recipient;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::backup;
use crate::model::backup::Description;
use crate::model::backup::Keys;
use crate::model::backup::Manifest;
use crate::model::backup::NotebookPart;
use crate::model::scope::Scope;
use crate::storage::accounts;
use crate::storage::accounts::upkeep;
use crate::storage::files;
use crate::storage::hashed;
use crate::storage::hashed::Sum;
use crate::storage::scratch::Scratch;

/// A backup to make.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Create {
    /// Folder for the backups, made if need be; the setting backup.dir without it
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
    /// Whom it is for.
    #[command(flatten)]
    pub recipients: Recipients,
    /// What to remove afterwards.
    #[command(flatten)]
    pub keep: Keep,
    /// Leave vectors and full-text index out; restoring makes them anew
    #[arg(long)]
    pub without_derived: bool,
    /// Read everything back from the disk and compare it
    #[arg(long)]
    pub check: bool,
}

/// A backup that was made.
#[derive(Debug, Serialize)]
pub struct Created {
    /// Name of the archive.
    pub archive: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256, hex.
    pub sha256: String,
    /// Whom it is encrypted to.
    pub recipients: Vec<String>,
    /// Notebooks in it.
    pub notebooks: usize,
    /// Originals beside it.
    pub originals: Tally,
    /// Whether it was read back.
    pub checked: bool,
    /// What was removed afterwards; nothing where nobody said what to keep.
    pub pruned: Option<prune::Pruned>,
    /// What somebody should know.
    pub warnings: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}

/// Makes a backup. `progress` is told bytes done and about all bytes.
///
/// # Errors
/// `Forbidden` for everybody but the operator; `Invalid` for recipients or rules that are none; `Conflict` for a folder that
/// backups cannot go to, too little room, and a damaged original; `Limited` while another process works there.
pub async fn create(ctx: &Ctx, wanted: Create, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Created> {
    ctx.caller.operate()?;
    let (store, begun) = (&ctx.app.store, ctx.app.clock.now());
    let recipients = wanted.recipients.read(&ctx.app.config)?;
    let rules = wanted.keep.rules()?;
    let folder = folder(ctx, wanted.to.as_deref())?;
    let notebooks = store.accounts.read(accounts::notebooks::all)?;
    let need = Need::of(&store.data, &notebooks, folder.path())?;
    let mut warnings = Vec::new();
    if need.check(&store.data, folder.path(), !wanted.without_derived)? {
        warnings.push(format!(
            "{} is on the disk of the data directory: if that one dies, both are lost",
            folder.path().display()
        ));
    }
    let at = clock::stamp(begun);
    let name = folder.free_name(&at);
    // Recorded first: a backup that cannot be recorded is not made.
    let (trail, resource) = (Trail::of(ctx), format!("backup:{name}"));
    ctx.write_accounts(Scope::AdminUsers, move |db| trail.record(db, Action::BackupCreated, &resource)).await?;
    let meter = Meter::new(need.databases * 2 + need.originals, progress);
    let work = Scratch::new(&store.data.tmp(), "backup-", ctx.app.entropy.as_ref())?;
    let derived = !wanted.without_derived;
    let taken = Taking { store, work: work.path(), folder: &folder, meter: &meter, derived }.run()?;
    let making = Making {
        ctx,
        folder: &folder,
        name: &name,
        at: &at,
        begun: u64::try_from(begun.as_second()).unwrap_or(0),
        recipients: &recipients,
        derived,
    };
    let described = making.place(&taken, &meter)?;
    drop(work);
    if wanted.check {
        check(&folder, &name, &described)?;
    }
    let detail = serde_json::json!({
        "archive": name, "sha256": described.sha256, "bytes": described.bytes, "notebooks": taken.notebooks.len(),
        "originals": described.originals.len(),
    });
    let noted = at.clone();
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        upkeep::note(db, upkeep::Kind::Backup, &noted, &detail.to_string())
    })
    .await?;
    let pruned = match rules {
        Some(rules) => Some(prune::within(ctx, &folder, &rules).await?),
        None => None,
    };
    Ok(Created {
        path: folder.archive(&name),
        archive: name,
        bytes: described.bytes,
        sha256: described.sha256,
        recipients: described.recipients,
        notebooks: taken.notebooks.len(),
        originals: taken.tally,
        checked: wanted.check,
        pruned,
        warnings,
        seconds: ctx.app.clock.now().duration_since(begun).as_secs_f64(),
    })
}

/// Takes the folder that was named, or the one of the settings.
pub(super) fn folder(ctx: &Ctx, named: Option<&Path>) -> Result<Folder> {
    Folder::take(&folder::checked(place(ctx, named)?, ctx.app.store.data.root())?)
}

/// Returns the folder that was named, or the one of the settings.
pub(super) fn place<'a>(ctx: &'a Ctx, named: Option<&'a Path>) -> Result<&'a Path> {
    named.or(ctx.app.config.backup.dir.as_deref()).ok_or_else(list::nowhere)
}

/// An archive that is being made.
struct Making<'a> {
    ctx: &'a Ctx,
    folder: &'a Folder,
    name: &'a str,
    at: &'a str,
    /// The same in seconds since 1970.
    begun: u64,
    recipients: &'a [Recipient],
    derived: bool,
}

impl Making<'_> {
    /// Writes the archive and its description, and gives it its name last: what has it is whole.
    fn place(&self, taken: &Snapshots, meter: &Meter<'_>) -> Result<Description> {
        let manifest = self.manifest(taken);
        let placed = self.write(&manifest, taken, meter).and_then(|sum| {
            let described = manifest.described(sum.bytes, sum.sha256);
            let text = json(&described)?;
            files::replace(&self.folder.description(self.name), &text)?;
            files::rename(&self.folder.hidden(self.name), &self.folder.archive(self.name))?;
            files::sync_folder(self.folder.path())?;
            Ok(described)
        });
        placed.inspect_err(|_| {
            // The next run takes what cannot be removed now.
            if let Err(error) = self.folder.discard(self.name) {
                tracing::warn!("an unfinished archive is left to the next run: {error:?}");
            }
        })
    }

    fn write(&self, manifest: &Manifest, taken: &Snapshots, meter: &Meter<'_>) -> Result<Sum> {
        let manifest_text = json(manifest)?;
        let keys = self.keys(taken);
        let settings = json(&self.settings())?;
        let sealed_keys = json(&keys)?;
        let databases = std::iter::once(&taken.accounts).chain(taken.notebooks.iter().map(|(_, taken, _)| taken));
        let own = [
            (backup::MANIFEST, Content::Bytes(&manifest_text)),
            (backup::KEYS, Content::Bytes(&sealed_keys)),
            (backup::SETTINGS, Content::Bytes(&settings)),
        ];
        let files = databases.map(|taken| (taken.part.name.as_str(), Content::File(&taken.path)));
        let parts = Parts { parts: own.into_iter().chain(files).collect(), at: self.begun };
        let plain: [&[u8]; 6] = [
            b"ustar\x0000",
            b"manifest.json",
            b"SQLite format 3\0",
            manifest.fingerprint.as_bytes(),
            keys.root.as_bytes(),
            keys.databases[backup::ACCOUNTS].as_bytes(),
        ];
        writing::write(&self.folder.hidden(self.name), self.recipients, &parts, &plain, meter)
    }

    fn manifest(&self, taken: &Snapshots) -> Manifest {
        Manifest {
            format: backup::FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            created_at: self.at.to_owned(),
            fingerprint: self.ctx.app.store.root().fingerprint(),
            recipients: self.recipients.iter().map(|recipient| recipient.shown().to_owned()).collect(),
            derived: self.derived,
            accounts: taken.accounts.part.clone(),
            notebooks: taken
                .notebooks
                .iter()
                .map(|(id, taken, _)| NotebookPart { id: *id, part: taken.part.clone() })
                .collect(),
            originals: taken.originals.clone(),
            audit: taken.audit.clone(),
        }
    }

    fn keys(&self, taken: &Snapshots) -> Keys {
        let databases = std::iter::once(&taken.accounts).chain(taken.notebooks.iter().map(|(_, taken, _)| taken));
        Keys {
            root: self.ctx.app.store.root().to_text().expose().clone(),
            databases: databases.map(|taken| (taken.part.name.clone(), taken.key.to_text().expose().clone())).collect(),
            originals: taken.notebooks.iter().map(|(id, _, identity)| (*id, identity.expose().clone())).collect(),
        }
    }

    /// What was set, by whomever; never a secret.
    fn settings(&self) -> serde_json::Map<String, serde_json::Value> {
        let settings = self.ctx.app.config.settings.iter();
        let given = settings
            .filter(|setting| !setting.definition.secret && !matches!(setting.origin, Origin::Default | Origin::Unset));
        given.filter_map(|setting| Some((setting.definition.key.to_owned(), setting.shown()?.into()))).collect()
    }
}

fn json<T: Serialize>(value: &T) -> Result<Zeroizing<Vec<u8>>> {
    serde_json::to_vec(value).map(Zeroizing::new).map_err(|error| Error::internal("writing JSON", error))
}

/// Reads everything back as it lies on the disk.
fn check(folder: &Folder, name: &str, described: &Description) -> Result<()> {
    let wrong = |what: String| {
        Error::conflict(format!("{what} does not read back as it was written"))
            .hint("do not trust this disk; make the backup on another one")
    };
    if hashed::of(&folder.archive(name), &|_| {})?.sha256 != described.sha256 {
        return Err(wrong(format!("the archive {name}")));
    }
    for original in &described.originals {
        let file = backup::original_file(original.notebook, original.id);
        if hashed::of(&folder.path().join(&file), &|_| {})?.sha256 != original.sha256 {
            return Err(wrong(format!("the original {file}")));
        }
    }
    Ok(())
}
