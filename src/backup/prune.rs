//! Removes the backups that no rule keeps, and the originals that none of the others needs.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashSet;
use std::path::Path;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::audit::Trail;
use crate::backup::create;
use crate::backup::folder;
use crate::backup::folder::Folder;
use crate::backup::folder::Named;
use crate::backup::folder::Says;
use crate::backup::retention::Keep;
use crate::backup::retention::Rules;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::backup::MEDIA;
use crate::model::id::NotebookId;
use crate::model::scope::Scope;
use crate::storage::failure;
use crate::storage::files;
use crate::storage::hashed;

/// Backups to remove.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Prune {
    /// Folder of the backups; the setting backup.dir without it
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// What to keep.
    #[command(flatten)]
    pub keep: Keep,
}

/// What is removed, or would be.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Pruned {
    /// Archives that go, oldest first.
    pub removed: Vec<String>,
    /// Archives that stay, oldest first.
    pub kept: Vec<String>,
    /// Originals that go: no backup that stays names them.
    pub originals: usize,
    /// Bytes of it all.
    pub bytes: u64,
    /// What somebody should look at.
    pub warnings: Vec<String>,
}

/// Returns what [`prune`] would do, and does nothing.
///
/// # Errors
/// As [`prune`].
pub fn plan(ctx: &Ctx, wanted: &Prune) -> Result<Pruned> {
    ctx.caller.operate()?;
    let rules = rules(wanted)?;
    let path = place(ctx, wanted)?;
    let mut pruned = decide(&path, &rules)?;
    for original in needless(&path, &mut pruned)? {
        pruned.count(&original);
    }
    Ok(pruned)
}

/// Removes what the rules do not keep. The newest backup that is whole always stays, and so does every archive of which it is
/// not known what it needs.
///
/// # Errors
/// `Forbidden` for everybody but the operator; `Invalid` without a rule; `NotFound` without the folder; `Limited` while
/// another process works there.
pub async fn prune(ctx: &Ctx, wanted: &Prune) -> Result<Pruned> {
    ctx.caller.operate()?;
    let rules = rules(wanted)?;
    let folder = Folder::take(&place(ctx, wanted)?)?;
    within(ctx, &folder, &rules).await
}

/// Removes what the rules do not keep of a folder that is held already.
pub(super) async fn within(ctx: &Ctx, folder: &Folder, rules: &Rules) -> Result<Pruned> {
    let mut pruned = decide(folder.path(), rules)?;
    if !pruned.removed.is_empty() {
        // Recorded first: what cannot be recorded is not removed.
        let (trail, names) = (Trail::of(ctx), pruned.removed.clone());
        ctx.write_accounts(Scope::AdminUsers, move |db| {
            names.iter().try_for_each(|name| trail.record(db, Action::BackupPruned, &format!("backup:{name}")))
        })
        .await?;
    }
    for name in &pruned.removed {
        folder.remove(name)?;
    }
    for original in needless(folder.path(), &mut pruned)? {
        files::remove(&original.path)?;
        pruned.count(&original);
    }
    Ok(pruned)
}

fn rules(wanted: &Prune) -> Result<Rules> {
    wanted.keep.rules()?.ok_or_else(|| {
        Error::invalid("nobody said which backups to keep")
            .hint("pass --keep-daily N, --keep-weekly N or --keep-monthly N; together they keep what any of them keeps")
    })
}

fn place(ctx: &Ctx, wanted: &Prune) -> Result<PathBuf> {
    let path = folder::checked(create::place(ctx, wanted.dir.as_deref())?, ctx.app.store.data.root())?;
    if path.exists() {
        return Ok(path);
    }
    Err(Error::new(Kind::NotFound, format!("there is no folder {}", path.display()))
        .hint("check the path, or that the disk is mounted"))
}

/// An archive that could be removed.
struct Candidate {
    name: String,
    at: Timestamp,
    says: Says,
}

/// Decides about each journal's backups by themselves: those of another must not take a day's place.
fn decide(path: &Path, rules: &Rules) -> Result<Pruned> {
    let mut pruned = Pruned::default();
    let mut journals: BTreeMap<String, Vec<Candidate>> = BTreeMap::new();
    let archives = folder::archives(path)?;
    for archive in archives.iter().cloned() {
        let has_its_size = archive.has_its_size();
        let Named { name, bytes, says } = archive;
        let at = says.as_ref().and_then(|says| says.created_at.parse().ok());
        match (says, at) {
            (Some(says), Some(at)) if has_its_size => {
                journals.entry(says.fingerprint.clone()).or_default().push(Candidate { name, at, says });
            }
            (Some(_), _) if bytes.is_none() => pruned.warnings.push(format!("{name} is not there, its description is")),
            (Some(_), _) => pruned.warnings.push(format!("{name} is not what its description says")),
            (None, _) => pruned.warnings.push(format!("{name} has no description that can be read")),
        }
    }
    let mut gone = BTreeSet::new();
    for candidates in journals.into_values() {
        gone.extend(needless_of(path, candidates, *rules, &mut pruned.warnings)?);
    }
    for archive in archives {
        if gone.contains(&archive.name) {
            pruned.bytes += archive.bytes.unwrap_or(0);
            pruned.removed.push(archive.name);
        } else if archive.bytes.is_some() {
            pruned.kept.push(archive.name);
        }
    }
    Ok(pruned)
}

/// Returns which of one journal's archives go. Nothing does before one that stays was read through and found whole.
fn needless_of(
    path: &Path,
    mut candidates: Vec<Candidate>,
    rules: Rules,
    warnings: &mut Vec<String>,
) -> Result<Vec<String>> {
    // They come oldest first, and those of the same second in their order.
    candidates.reverse();
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.at));
    loop {
        let instants: Vec<Timestamp> = candidates.iter().map(|candidate| candidate.at).collect();
        let kept = rules.kept(&instants);
        if kept.len() == candidates.len() {
            return Ok(Vec::new());
        }
        // The newest is always kept: every rule begins with it. A damaged one keeps nobody's place.
        let newest = &candidates[0];
        if hashed::of(&path.join(&newest.name), &|_| {})?.sha256 == newest.says.sha256 {
            let gone = candidates.into_iter().enumerate().filter(|(position, _)| !kept.contains(position));
            return Ok(gone.map(|(_, candidate)| candidate.name).collect());
        }
        warnings.push(format!("{} is damaged", newest.name));
        candidates.remove(0);
    }
}

/// An original in the folder of backups.
struct Stored {
    path: PathBuf,
    bytes: u64,
}

impl Pruned {
    fn count(&mut self, original: &Stored) {
        self.originals += 1;
        self.bytes += original.bytes;
    }
}

/// Returns the originals that no archive but those that go needs; none where an archive does not say what it needs.
fn needless(path: &Path, pruned: &mut Pruned) -> Result<Vec<Stored>> {
    let mut needed: HashSet<(NotebookId, Uuid)> = HashSet::new();
    for archive in folder::archives(path)? {
        if pruned.removed.contains(&archive.name) {
            continue;
        }
        let Some(description) = folder::described(path, &archive.name) else {
            pruned.warnings.push(format!("no originals are removed, because {} may need them", archive.name));
            return Ok(Vec::new());
        };
        needed.extend(description.originals.iter().map(|original| (original.notebook, original.id)));
    }
    let mut found = Vec::new();
    for (notebook, folder) in items(&path.join(MEDIA))? {
        let Ok(notebook) = notebook.parse::<NotebookId>() else { continue };
        for (name, path) in items(&folder)? {
            let id = name.strip_suffix(".age").and_then(|id| id.parse::<Uuid>().ok());
            if id.is_some_and(|id| !needed.contains(&(notebook, id))) {
                let bytes = std::fs::symlink_metadata(&path).map_or(0, |facts| facts.len());
                found.push(Stored { path, bytes });
            }
        }
    }
    Ok(found)
}

fn items(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let items = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(|error| failure::io("reading", folder, error))?,
    };
    let items = items.map(|item| item.map(|item| Some((item.file_name().into_string().ok()?, item.path()))));
    let items = items.filter_map(std::io::Result::transpose).collect::<std::io::Result<_>>();
    items.map_err(|error| failure::io("reading", folder, error))
}
