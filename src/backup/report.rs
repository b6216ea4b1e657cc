//! What was looked at, and how it came out.

use std::path::Path;

use serde::Serialize;

use crate::audit::Trail;
use crate::backup::source::Source;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::backup::Manifest;
use crate::model::scope::Scope;
use crate::storage::accounts::upkeep;
use crate::storage::data_dir;

/// One check.
#[derive(Debug, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What was found.
    pub detail: String,
    #[serde(skip)]
    failure: Option<Error>,
}

/// Every check of a backup, in the order they were made; after one that fails, what hangs on it is not looked at.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The archive.
    pub archive: String,
    /// When it was begun; `None` if it could not be read that far.
    pub created_at: Option<String>,
    /// Version of the program that wrote it.
    pub program: Option<String>,
    /// Names the root key.
    pub fingerprint: Option<String>,
    /// Whether every check went well.
    pub good: bool,
    /// The checks.
    pub checks: Vec<Check>,
    /// Whether it was written down in the journal here, which has to be the one that the backup is of.
    pub recorded: bool,
}

impl Report {
    pub(super) fn of(source: &Source) -> Self {
        Self {
            archive: source.name(),
            created_at: None,
            program: None,
            fingerprint: None,
            good: true,
            checks: Vec::new(),
            recorded: false,
        }
    }

    pub(super) fn is_about(&mut self, manifest: &Manifest) {
        self.created_at = Some(manifest.created_at.clone());
        self.program = Some(manifest.program.clone());
        self.fingerprint = Some(manifest.fingerprint.clone());
    }

    /// Adds a check; tells whether it went well.
    pub(super) fn note(&mut self, name: impl Into<String>, outcome: Result<String>) -> bool {
        let (ok, detail, failure) = match outcome {
            Ok(detail) => (true, detail, None),
            Err(error) => (false, error.to_string(), Some(error)),
        };
        self.good &= ok;
        self.checks.push(Check { name: name.into(), ok, detail, failure });
        ok
    }

    /// Returns the first failure.
    ///
    /// # Errors
    /// That one.
    pub fn verdict(self) -> Result<()> {
        match self.checks.into_iter().find_map(|check| check.failure) {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }
}

/// Writes down in the journal here that a backup of it was found good; tells whether it is one of it.
pub(super) async fn record(
    here: Option<&Ctx>,
    manifest: &Manifest,
    source: &Source,
    action: Action,
    kind: upkeep::Kind,
) -> Result<bool> {
    let Some(ctx) = here.filter(|ctx| ctx.app.store.root().fingerprint() == manifest.fingerprint) else {
        return Ok(false);
    };
    let (trail, archive) = (Trail::of(ctx), source.name());
    let detail = serde_json::json!({
        "archive": archive,
        "created_at": manifest.created_at,
        "notebooks": manifest.notebooks.len(),
        "originals": manifest.originals.len(),
    });
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        upkeep::note(db, kind, trail.at(), &detail.to_string())?;
        trail.record(db, action, &format!("backup:{archive}"))
    })
    .await?;
    Ok(true)
}

/// Says before anything is written that there is not enough room for it.
pub(super) fn check_room(place: &Path, bytes: u64) -> Result<()> {
    let there = place.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let (free, shown) = (data_dir::free_bytes(there)?, place.display());
    // Migrations, logs and the folders themselves take a little more.
    let needed = bytes + bytes / 10 + (16 << 20);
    if free >= needed {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "{shown} has {} MiB free, and this needs {} MiB",
        free >> 20,
        needed.div_ceil(1 << 20)
    ))
    .hint("free some space, or name another place; nothing was written"))
}

/// Returns the size of an archive's databases together.
pub(super) fn databases_of(manifest: &Manifest) -> u64 {
    manifest.accounts.bytes + manifest.notebooks.iter().map(|notebook| notebook.part.bytes).sum::<u64>()
}
