//! Restores a whole journal into an empty place: built beside it, and given its name when nothing can fail any more.

use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::app::read_secret;
use crate::audit::Trail;
use crate::auth;
use crate::backup::archive;
use crate::backup::archive::Contents;
use crate::backup::assembly;
use crate::backup::assembly::Sources;
use crate::backup::configuring;
use crate::backup::derived;
use crate::backup::made::Made;
use crate::backup::media;
use crate::backup::report;
use crate::backup::source::Source;
use crate::backup::verify;
use crate::backup::verify::Progress;
use crate::config::Config;
use crate::crypto::secret_key;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::backup::Manifest;
use crate::model::backup::Original;
use crate::model::backup::Part;
use crate::model::scope::Scope;
use crate::storage::accounts::upkeep;
use crate::storage::data_dir::DataDir;
use crate::storage::failure;
use crate::storage::files;
use crate::storage::keyring_file;
use crate::storage::media::path_of;
use crate::storage::scratch;
use crate::storage::scratch::Scratch;

/// What an archive says of itself, for people to see before anything is written.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// The archive.
    pub archive: String,
    /// When it was begun.
    pub created_at: String,
    /// Version of the program that wrote it.
    pub program: String,
    /// Names the root key.
    pub fingerprint: String,
    /// Whom it is encrypted to.
    pub recipients: Vec<String>,
    /// Notebooks in it.
    pub notebooks: usize,
    /// Originals it needs.
    pub originals: usize,
}

impl Summary {
    pub(super) fn of(source: &Source, manifest: &Manifest) -> Self {
        Self {
            archive: source.name(),
            created_at: manifest.created_at.clone(),
            program: manifest.program.clone(),
            fingerprint: manifest.fingerprint.clone(),
            recipients: manifest.recipients.clone(),
            notebooks: manifest.notebooks.len(),
            originals: manifest.originals.len(),
        }
    }
}

/// What was restored, and what is to be done with it.
#[derive(Debug, Serialize)]
pub struct Restored {
    /// From what.
    #[serde(flatten)]
    pub summary: Summary,
    /// Where the encrypted files live.
    pub data_dir: PathBuf,
    /// Where the secret lies that opens it; `None` when the environment gave it.
    pub secret_file: Option<PathBuf>,
    /// Whether that secret was made just now.
    pub secret_made: bool,
    /// The config file that was written from the settings of the backup; `None` where there was one already, or nothing
    /// to write.
    pub config_file: Option<PathBuf>,
    /// Originals that are not in the backup's folder and were gone without.
    pub missing_originals: Vec<Uuid>,
    /// Entries that wait for their vectors (`journal job run`, or the server).
    pub to_embed: usize,
}

/// Opens a backup and says what it is; writes nothing.
///
/// # Errors
/// `Unauthenticated` for identities that do not open it; `Conflict` for a damaged archive, or one of a newer version.
pub fn look(source: &Source) -> Result<Summary> {
    archive::manifest(source).map(|manifest| Summary::of(source, &manifest))
}

/// Restores a whole journal into the data directory of the configuration, which has to be empty or missing.
///
/// # Errors
/// `Forbidden` with an API key; `Conflict` when there is something in the way, not enough room, an original is missing
/// (unless `without_missing`) or anything is not as it was backed up. Whatever fails leaves everything as it was.
pub async fn whole(
    source: &Source,
    config: &Config,
    sources: &Sources,
    without_missing: bool,
    progress: Progress<'_>,
) -> Result<Restored> {
    auth::operator_only(config)?;
    let target = &config.data_dir;
    let parent = check_target(target)?;
    let place = config.secret_place()?;
    source.check_description(progress)?;
    let manifest = archive::manifest(source)?;
    let missing: Vec<Uuid> = {
        let missing = media::missing(&source.media, &manifest, |_| true)?;
        if !without_missing {
            media::refuse_missing(&source.media, &missing, manifest.originals.len())?;
        }
        missing.into_iter().map(|original| original.id).collect()
    };
    let sealed: u64 = manifest.originals.iter().map(|original| original.bytes).sum();
    report::check_room(parent, report::databases_of(&manifest) + sealed)?;
    let (secret, secret_made) = match place {
        Some(path) if !path.exists() => (secret_key::draw(sources.entropy.as_ref())?, true),
        _ => (read_secret(config)?, false),
    };

    let mut made = Made::default();
    made.folders(parent)?;
    let work = Scratch::new(parent, &work_name(target), sources.entropy.as_ref())?;
    let contents = archive::unpack(source, work.path(), &mut |_, _| Ok(true), progress)?;
    let notebooks = contents.manifest.notebooks.iter().map(|notebook| &notebook.part);
    for part in std::iter::once(&contents.manifest.accounts).chain(notebooks) {
        check_database(work.path(), &contents, part)?;
    }
    let app = assembly::open(work.path(), &contents, &secret, sources)?;
    let to_embed = finish(&app, &contents, source).await?;
    drop(app);
    let kept =
        contents.manifest.originals.iter().filter(|original| !missing.contains(&original.id)).collect::<Vec<_>>();
    copy_originals(source, &kept, work.path(), progress)?;
    let settings = configuring::text_of(&contents.settings, &DataDir::new(work.path()).tmp())?;
    scratch::sync_all(work.path())?;

    let secret_file = place.filter(|_| secret_made);
    if let Some(path) = secret_file {
        made.folders(path.parent().unwrap_or(&config.config_dir))?;
        made.file(path, |path| keyring_file::write_secret(path, &secret))?;
    }
    let config_path = config.config_dir.join("config.toml");
    let config_file = match settings.filter(|_| !config_path.exists()) {
        Some(text) => {
            made.folders(&config.config_dir)?;
            made.file(&config_path, |path| files::replace(path, text.as_bytes()))?;
            Some(config_path)
        }
        None => None,
    };
    work.become_folder(target)?;
    made.keep();
    Ok(Restored {
        summary: Summary::of(source, &contents.manifest),
        data_dir: target.clone(),
        secret_file: place.map(Path::to_owned),
        secret_made,
        config_file,
        missing_originals: missing,
        to_embed,
    })
}

/// Refuses a place that is not free; returns the folder that it is in.
fn check_target(target: &Path) -> Result<&Path> {
    let shown = target.display();
    let taken =
        |what: &str| Error::conflict(format!("{shown} {what}")).hint("name an empty or a new folder with --data-dir");
    match std::fs::symlink_metadata(target) {
        Ok(facts) if facts.is_symlink() => return Err(taken("is a link, and a journal is never put behind one")),
        Ok(facts) if !facts.is_dir() => return Err(taken("is not a folder")),
        Ok(_) => {
            let mut items = std::fs::read_dir(target).map_err(|error| failure::io("reading", target, error))?;
            if DataDir::new(target).keyring().exists() {
                return Err(Error::conflict(format!("there is already a journal in {shown}"))
                    .hint("name an empty or a new folder with --data-dir, or restore one person with --user EMAIL"));
            }
            if items.next().is_some() {
                return Err(taken("is not empty"));
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(failure::io("opening", target, error)),
    }
    target.parent().ok_or_else(|| taken("is no place for a journal"))
}

fn work_name(target: &Path) -> String {
    let name = target.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    format!(".{name}.restoring-")
}

/// Checks a database as it came out of the archive: what is damaged is never brought up to date.
pub(super) fn check_database(folder: &Path, contents: &Contents, part: &Part) -> Result<()> {
    verify::database(&folder.join(&part.name), &assembly::key_of(&contents.keys, &part.name)?, part).map(drop)
}

/// Makes anew what was left out, and writes down that it was restored; returns how many entries wait for vectors.
async fn finish(app: &std::sync::Arc<App>, contents: &Contents, source: &Source) -> Result<usize> {
    let mut to_embed = 0;
    if !contents.manifest.derived {
        for notebook in &contents.manifest.notebooks {
            derived::index_anew(app, notebook.id)?;
            to_embed += derived::leave_jobs(app, notebook.id)?;
        }
    }
    let ctx = auth::administration(app.clone());
    let (trail, archive) = (Trail::of(&ctx), source.name());
    let detail = serde_json::json!({ "archive": archive, "created_at": contents.manifest.created_at });
    ctx.write_accounts(Scope::AdminUsers, move |db| {
        upkeep::note(db, upkeep::Kind::Restore, trail.at(), &detail.to_string())?;
        trail.record(db, Action::Restored, &format!("backup:{archive}"))
    })
    .await?;
    Ok(to_embed)
}

/// Copies originals to where a data directory has them.
fn copy_originals(source: &Source, wanted: &[&Original], folder: &Path, progress: Progress<'_>) -> Result<()> {
    let (data, all) = (DataDir::new(folder), wanted.iter().map(|original| original.bytes).sum());
    let mut done = 0;
    for original in wanted {
        let to = path_of(&data.media(original.notebook), original.id);
        media::copy(&source.media, original, &to)?;
        done += original.bytes;
        progress(done, all);
    }
    Ok(())
}
