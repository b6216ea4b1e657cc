//! Removes backups by retention rules, and originals that no remaining backup references.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::app::context::Ctx;
use crate::backup::repository::{self, ArchiveName, BackupRepository, DescriptionSummary};
use crate::backup::retention::{RetentionPolicy, RetentionRules};
use crate::domain::audit::AuditAction;
use crate::domain::backup::MEDIA_DIR;
use crate::domain::id::NotebookId;
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::{files, hashing_io, io_error};

/// Arguments of `journal backup prune`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PruneBackupsArgs {
    /// Folder of the backups; default: the setting backup.dir
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Retention rules.
    #[command(flatten)]
    pub keep: RetentionPolicy,
}

/// Result or plan of a prune.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PruneResult {
    /// Removed archives, oldest first.
    pub removed: Vec<String>,
    /// Kept archives, oldest first.
    pub kept: Vec<String>,
    /// Removed originals: no kept backup references them.
    pub originals: usize,
    /// Bytes of the removed files.
    pub bytes: u64,
    /// Warnings for the operator.
    pub warnings: Vec<String>,
}

/// Returns what [`prune`] would remove; changes nothing.
///
/// # Errors
/// As [`prune`].
pub fn plan(ctx: &Ctx, wanted: &PruneBackupsArgs) -> Result<PruneResult> {
    ctx.caller.require_operator()?;
    let rules = required_rules(wanted)?;
    let path = existing_repository_path(ctx, wanted)?;
    let mut pruned = plan_archives(&path, &rules)?;
    for original in unreferenced_originals(&path, &mut pruned)? {
        pruned.count_original(&original);
    }
    Ok(pruned)
}

/// Removes the backups that no rule keeps. Always keeps the newest intact backup and archives without a readable
/// description.
///
/// # Errors
/// `Forbidden` unless the caller is the operator; `Invalid` without a rule; `NotFound` without the folder; `Limited`
/// while another process holds the lock.
pub async fn prune(ctx: &Ctx, wanted: &PruneBackupsArgs) -> Result<PruneResult> {
    ctx.caller.require_operator()?;
    let rules = required_rules(wanted)?;
    let folder = BackupRepository::open_locked(&existing_repository_path(ctx, wanted)?)?;
    prune_locked(ctx, &folder, &rules).await
}

/// Prunes a repository that the caller has locked.
pub(super) async fn prune_locked(ctx: &Ctx, folder: &BackupRepository, rules: &RetentionRules) -> Result<PruneResult> {
    let mut pruned = plan_archives(folder.path(), rules)?;
    if !pruned.removed.is_empty() {
        // Audited first: a removal that cannot be recorded does not happen.
        let (trail, names) = (AuditRecorder::from_ctx(ctx), pruned.removed.clone());
        ctx.write_accounts(Scope::AdminUsers, move |db| {
            names.iter().try_for_each(|name| trail.record(db, AuditAction::BackupPruned, &format!("backup:{name}")))
        })
        .await?;
    }
    for name in &pruned.removed {
        folder.remove(name)?;
    }
    for original in unreferenced_originals(folder.path(), &mut pruned)? {
        files::remove_if_exists(&original.path)?;
        pruned.count_original(&original);
    }
    Ok(pruned)
}

fn required_rules(wanted: &PruneBackupsArgs) -> Result<RetentionRules> {
    wanted.keep.rules()?.ok_or_else(|| {
        Error::invalid("no retention rule is given")
            .hint("pass --keep-daily N, --keep-weekly N or --keep-monthly N; a backup kept by any of them is kept")
    })
}

fn existing_repository_path(ctx: &Ctx, wanted: &PruneBackupsArgs) -> Result<PathBuf> {
    let path = repository::validate_path(&ctx.app, wanted.dir.as_deref())?;
    if path.exists() {
        return Ok(path);
    }
    Err(Error::new(ErrorKind::NotFound, format!("there is no folder {}", path.display()))
        .hint("check the path, or that the disk is mounted"))
}

/// Archive that may be removed.
struct PruneCandidate {
    name: String,
    at: Timestamp,
    summary: DescriptionSummary,
}

/// Applies the rules to each journal separately, so that another journal's backup does not count for a day.
fn plan_archives(path: &Path, rules: &RetentionRules) -> Result<PruneResult> {
    let mut pruned = PruneResult::default();
    let mut journals: BTreeMap<String, Vec<PruneCandidate>> = BTreeMap::new();
    let archives = repository::archives(path)?;
    for archive in archives.iter().cloned() {
        let has_its_size = archive.size_matches();
        let ArchiveName { name, bytes, summary: says } = archive;
        let at = says.as_ref().and_then(|says| says.created_at.parse().ok());
        match (says, at) {
            (Some(says), Some(at)) if has_its_size => {
                journals.entry(says.fingerprint.clone()).or_default().push(PruneCandidate { name, at, summary: says });
            }
            (Some(_), _) if bytes.is_none() => pruned.warnings.push(format!("the archive {name} is missing")),
            (Some(_), _) => pruned.warnings.push(format!("{name} does not match its description")),
            (None, _) => pruned.warnings.push(format!("{name} has no readable description")),
        }
    }
    let mut removable = BTreeSet::new();
    for candidates in journals.into_values() {
        removable.extend(removable_archives(path, candidates, *rules, &mut pruned.warnings)?);
    }
    for archive in archives {
        if removable.contains(&archive.name) {
            pruned.bytes += archive.bytes.unwrap_or(0);
            pruned.removed.push(archive.name);
        } else if archive.bytes.is_some() {
            pruned.kept.push(archive.name);
        }
    }
    Ok(pruned)
}

/// Returns the archives of one journal to remove; none unless the newest kept archive matches its hash.
fn removable_archives(
    path: &Path,
    mut candidates: Vec<PruneCandidate>,
    rules: RetentionRules,
    warnings: &mut Vec<String>,
) -> Result<Vec<String>> {
    // The input is oldest first; the stable sort keeps the order within the same second.
    candidates.reverse();
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.at));
    loop {
        let instants: Vec<Timestamp> = candidates.iter().map(|candidate| candidate.at).collect();
        let kept = rules.select(&instants);
        if kept.len() == candidates.len() {
            return Ok(Vec::new());
        }
        // Every rule keeps the newest archive. A damaged one is dropped, so it does not count for any rule.
        let newest = &candidates[0];
        if hashing_io::hash_file(&path.join(&newest.name), &|_| {})?.sha256 == newest.summary.sha256 {
            let removable = candidates.into_iter().enumerate().filter(|(position, _)| !kept.contains(position));
            return Ok(removable.map(|(_, candidate)| candidate.name).collect());
        }
        warnings.push(format!("{} is damaged", newest.name));
        candidates.remove(0);
    }
}

/// Original stored in the backup repository.
struct StoredOriginal {
    path: PathBuf,
    bytes: u64,
}

impl PruneResult {
    fn count_original(&mut self, original: &StoredOriginal) {
        self.originals += 1;
        self.bytes += original.bytes;
    }
}

/// Returns the originals that no kept archive references; none if a kept archive has no readable description.
fn unreferenced_originals(path: &Path, pruned: &mut PruneResult) -> Result<Vec<StoredOriginal>> {
    let mut needed: HashSet<(NotebookId, Uuid)> = HashSet::new();
    for archive in repository::archives(path)? {
        if pruned.removed.contains(&archive.name) {
            continue;
        }
        let Some(description) = repository::read_description(path, &archive.name) else {
            pruned.warnings.push(format!("no originals are removed, because {} may reference them", archive.name));
            return Ok(Vec::new());
        };
        needed.extend(description.originals.iter().map(|original| (original.notebook, original.id)));
    }
    let mut found = Vec::new();
    for (notebook, folder) in list_dir(&path.join(MEDIA_DIR))? {
        let Ok(notebook) = notebook.parse::<NotebookId>() else { continue };
        for (name, path) in list_dir(&folder)? {
            let id = name.strip_suffix(".age").and_then(|id| id.parse::<Uuid>().ok());
            if id.is_some_and(|id| !needed.contains(&(notebook, id))) {
                let bytes = std::fs::symlink_metadata(&path).map_or(0, |facts| facts.len());
                found.push(StoredOriginal { path, bytes });
            }
        }
    }
    Ok(found)
}

fn list_dir(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let items = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(|error| io_error::for_path("reading", folder, error))?,
    };
    let items = items.map(|item| item.map(|item| Some((item.file_name().into_string().ok()?, item.path()))));
    let items = items.filter_map(std::io::Result::transpose).collect::<std::io::Result<_>>();
    items.map_err(|error| io_error::for_path("reading", folder, error))
}
