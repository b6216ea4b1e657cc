//! Tags of a notebook: list and rename.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::app::restricted_access::CountsEntries;
use crate::domain::activity::ReadKind;
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::domain::tag::{self, TagList};
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::accounts;
use crate::storage::notebook::{NotebookDb, entries, tags};

impl CountsEntries for TagList {
    fn entries(&self) -> usize {
        0
    }
}

/// New name of a tag.
#[derive(Debug, Clone, clap::Args)]
pub struct TagRename {
    /// Tag to rename, with the tags below it
    pub tag: String,
    /// New name; an existing tag is merged with it
    #[arg(value_name = "NEW")]
    pub to: String,
    /// Show the number of entries that would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Outcome of renaming a tag.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TagRenameResponse {
    /// The former name.
    pub tag: String,
    /// The new name.
    pub renamed_to: String,
    /// Number of entries whose tags changed.
    pub entries: usize,
    /// True if entries with the new name existed before; renaming it back does not separate them.
    pub merged: bool,
}

/// Returns the tags of the entries that the caller may access, with their numbers of entries.
///
/// # Errors
/// `Forbidden`.
pub async fn list_tags(ctx: &Ctx) -> Result<TagList> {
    ctx.read_restricted(Scope::EntriesRead, ReadKind::Statistics, |db, within| {
        Ok(TagList { items: tags::count(db, within)? })
    })
    .await
}

/// Renames a tag and the tags below it in every entry, in one transaction.
///
/// # Errors
/// `Invalid` for a malformed name; `NotFound` for a tag that no entry has; `Conflict` if a key excludes the tag and would
/// not exclude the new one; `Forbidden` for a key with a boundary.
pub async fn rename_tag(ctx: &Ctx, rename: TagRename) -> Result<TagRenameResponse> {
    let (from, to) = (tag::normal_form(&rename.tag), tag::normalize_tag(&rename.to)?);
    if from == to {
        return Err(Error::invalid("the tag has that name already").hint("give another name"));
    }
    let (tag, renamed_to) = (from.clone(), to.clone());
    let merged = ctx.read(Scope::EntriesWrite, move |db| Ok(!tags::list_renamed(db, &renamed_to)?.is_empty())).await?;
    ensure_keys_exclude(ctx, &from, &to).await?;
    let (trail, renamed_to) = (AuditRecorder::from_ctx(ctx), to.clone());
    let plan = move |db: &NotebookDb<'_>| {
        let changes = plan_rename(db, &from, &to)?;
        if changes.is_empty() {
            return Err(Error::not_found(format!("tag: {from}")).hint("`journal tag list` shows the tags there are"));
        }
        Ok(changes)
    };
    let entries = if rename.dry_run {
        ctx.read(Scope::EntriesWrite, move |db| Ok(plan(db)?.len())).await?
    } else {
        ctx.write(Scope::EntriesWrite, move |db| {
            let changes = plan(db)?;
            for (entry, wanted) in &changes {
                let change = entries::EntryChange { tags: Some(wanted), ..entries::EntryChange::default() };
                entries::change(db, *entry, &change, None, trail.at())?;
            }
            trail.tag_renamed(db, changes.len())?;
            Ok(changes.len())
        })
        .await?
    };
    Ok(TagRenameResponse { tag, renamed_to, entries, merged })
}

/// Refuses a rename after which a key with `without_tags` would see the entries.
async fn ensure_keys_exclude(ctx: &Ctx, from: &str, to: &str) -> Result<()> {
    let owner = ctx.caller.user()?.id;
    let keys = ctx.read_accounts(Scope::EntriesWrite, move |db| accounts::keys::list(db, owner)).await?;
    let opened = keys.into_iter().filter(|key| key.revoked_at.is_none()).find(|key| {
        let excluded = key.boundary.as_ref().map_or(&[][..], |boundary| &boundary.without_tags);
        let covers = |tag: &str| excluded.iter().any(|other| tag::is_within(tag, tag::bare(other)));
        let after = |other: &str| match other.strip_prefix(from) {
            Some(rest) => format!("{to}{rest}"),
            None => to.to_owned(),
        };
        let concerned = excluded.iter().map(|other| tag::bare(other));
        let mut concerned = concerned.filter(|other| tag::is_within(from, other) || tag::is_within(other, from));
        concerned.any(|other| !covers(&after(other)))
    });
    match opened {
        None => Ok(()),
        Some(key) => Err(Error::conflict(format!(
            "the key {} ({}) leaves out entries with the tag {from}; with the name {to} it would see them",
            key.id, key.name
        ))
        .code("tag_excluded_by_key")
        .hint(format!("`journal key revoke {}`, and add a key with `--without-tag {to}`", key.id))),
    }
}

/// Returns the new tags of every entry with a tag or one below it.
fn plan_rename(db: &NotebookDb<'_>, from: &str, to: &str) -> Result<BTreeMap<EntryId, Vec<String>>> {
    let mut changes = BTreeMap::new();
    for (entry, _) in tags::list_renamed(db, from)? {
        if changes.contains_key(&entry) {
            continue;
        }
        let renamed: Vec<String> = tags::list(db, entry)?
            .into_iter()
            .map(|tag| match tag.strip_prefix(from) {
                Some(rest) if tag::is_within(&tag, from) => format!("{to}{rest}"),
                _ => tag,
            })
            .collect();
        changes.insert(entry, tag::normalize(&renamed)?);
    }
    Ok(changes)
}
