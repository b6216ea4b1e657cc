//! The recovery kit: the root key on paper, for the day the secret is lost.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::app::App;
use crate::audit::Trail;
use crate::auth;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::SecretSource;
use crate::crypto::hierarchy::Label;
use crate::crypto::hierarchy::Root;
use crate::crypto::kit;
use crate::ctx::Ctx;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::error::Result;
use crate::keyring::Status;
use crate::model::audit::Action;
use crate::model::scope::Scope;
use crate::secret::Secret;
use crate::storage::accounts::upkeep;
use crate::storage::data_dir::DataDir;
use crate::storage::database::snapshot;
use crate::storage::failure;
use crate::storage::files;
use crate::storage::in_use::InUse;
use crate::storage::keyring_file;

/// A recovery kit that was made.
#[derive(Debug)]
pub struct Made {
    /// What it opens.
    pub kit: Checked,
    /// When.
    pub made_at: String,
    /// The sheet, where it was not written to a file.
    pub sheet: Option<Secret<String>>,
}

/// What a recovery kit opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Names the root key.
    pub fingerprint: String,
    /// Names the key that the databases hang on.
    pub generation: String,
}

impl Checked {
    fn of(root: &Root) -> Self {
        Self { fingerprint: root.fingerprint(), generation: root.generation() }
    }
}

/// Writes the recovery kit to a new file, or returns it.
///
/// # Errors
/// `Forbidden` for everybody but the operator; `Conflict` for a file that is there already, or lies in the data directory.
pub async fn recovery_kit(ctx: &Ctx, to: Option<&Path>) -> Result<Made> {
    ctx.caller.operate()?;
    let store = &ctx.app.store;
    let (root, trail) = (store.root(), Trail::of(ctx));
    let (kit, made_at) = (Checked::of(root), trail.at().to_owned());
    let sheet = sheet(root, &kit, &made_at);
    if let Some(path) = to {
        place(path, store.data.root(), &sheet)?;
    }
    let detail = serde_json::json!({ "fingerprint": kit.fingerprint, "generation": kit.generation }).to_string();
    let recorded = ctx
        .write_accounts(Scope::AdminUsers, move |db| {
            upkeep::note(db, upkeep::Kind::RecoveryKit, trail.at(), &detail)?;
            trail.record(db, Action::RecoveryKitMade, "keyring")
        })
        .await;
    if let (Err(error), Some(path)) = (recorded, to) {
        // A kit that nobody wrote down is not to lie around.
        drop(std::fs::remove_file(path));
        return Err(error);
    }
    Ok(Made { kit, made_at, sheet: to.is_none().then_some(sheet) })
}

/// Tells what a typed kit opens, without the secret: it has to open this data directory as it is now.
///
/// # Errors
/// `Forbidden` with an API key; `Invalid` naming the line that is mistyped; `Conflict` for a kit of another journal, or from
/// before the databases were re-keyed.
pub fn check_kit(config: &Config, sheet: &Secret<String>) -> Result<Checked> {
    auth::operator_only(config)?;
    let data = DataDir::new(&config.data_dir);
    keyring_file::read(&data)?;
    let _in_use = InUse::share(&data)?;
    let root = kit::read(sheet.expose())?;
    fits(&data, &root)?;
    Ok(Checked::of(&root))
}

/// Wraps the root key of a kit under a new secret: the way back in for who lost the secret.
///
/// # Errors
/// As [`check_kit`] and [`super::rotate`]; `Conflict` for a secret that is there and opens something else.
pub async fn recover(
    config: Config,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    sheet: &Secret<String>,
    new_secret: Option<&Path>,
) -> Result<Status> {
    check_kit(&config, sheet)?;
    if let SecretSource::File(path) = &config.secret {
        spare(path, &config)?;
    }
    let app = App::open_with(config, clock, entropy, &kit::read(sheet.expose())?)?;
    super::rotate(&auth::administration(Arc::new(app)), new_secret).await
}

/// Sees that the new secret takes no other journal's place.
fn spare(path: &Path, config: &Config) -> Result<()> {
    if !path.exists() {
        return files::make_folder(path.parent().unwrap_or(&config.config_dir));
    }
    let keyring = keyring_file::read(&DataDir::new(&config.data_dir))?;
    let opens = keyring_file::read_line(path).and_then(|secret| keyring.open(&secret));
    opens.map(drop).map_err(|error| {
        Error::conflict(format!("{} is there and does not open this journal", path.display()))
            .hint("it may belong to another one: move it away, and run the command again")
            .caused_by(error)
    })
}

fn fits(data: &DataDir, root: &Root) -> Result<()> {
    let keyring = keyring_file::read(data)?;
    if root.fingerprint() != keyring.fingerprint {
        return Err(Error::conflict("the kit is of another journal")
            .hint("compare the fingerprint on the sheet with that of `journal doctor`"));
    }
    let accounts = snapshot::census(&data.accounts(), &root.derive(Label::AccountsDatabase));
    accounts.map(drop).map_err(|error| {
        Error::conflict("the kit opens nothing here: it was made before the databases were re-keyed")
            .hint("use the kit that was made after `journal keyring rotate --deep`, or restore a backup")
            .caused_by(error)
    })
}

fn place(path: &Path, data: &Path, sheet: &Secret<String>) -> Result<()> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let real = |path: &Path| std::fs::canonicalize(path).map_err(|error| failure::io("opening", path, error));
    if real(folder)?.starts_with(real(data)?) {
        return Err(Error::conflict("the kit would lie inside the data directory it opens")
            .hint("write it somewhere else, print it, and delete the file"));
    }
    files::write_new(path, sheet.expose().as_bytes())?;
    files::sync_parent(path)
}

fn sheet(root: &Root, kit: &Checked, made_at: &str) -> Secret<String> {
    let lines = kit::lines(root);
    let mut indented = zeroize::Zeroizing::new(String::with_capacity(2 * lines.expose().len()));
    for line in lines.expose().lines() {
        for piece in ["    ", line, "\n"] {
            indented.push_str(piece);
        }
    }
    let (fingerprint, generation) = (&kit.fingerprint, &kit.generation);
    Secret::new(format!(
        "\
JOURNAL RECOVERY KIT

WHOEVER HOLDS THIS SHEET AND A COPY OF THE DATA READS EVERYTHING IN IT.
Keep it on paper, locked away, apart from the data and its backups.

What it is: the key that everything in one data directory hangs on.
With it the journal opens although its secret is lost. It does not
replace backups: without the data there is nothing to open.

    root key    {fingerprint}
    databases   {generation}
    made        {made_at}, by journal {}

The key. Every line ends with four characters that check it. There is
no letter I, L, O or U: what looks like one is a 1 or a 0.

{}
Is this sheet still good? Type the numbered lines into a file and run

    journal keyring check-kit FILE

It names a mistyped line, and says whether the kit opens the data as
it is now. After `journal keyring rotate --deep` it does not any more:
make another one, and destroy this one.

The secret is lost:

 a) Put the data directory in its place: keyring.json, accounts.db and
    the folder notebooks, from the machine or from a backup of it.
 b) Type the numbered lines into a file that only you can read.
 c) Run   journal keyring rotate --kit FILE
    The key gets a new secret, in secret.key beside the configuration.
 d) Run   journal doctor
    Then delete the file with the lines.

The secret is known to somebody else: `journal keyring rotate --deep`
gives everything new keys. Then make another kit.
",
        env!("CARGO_PKG_VERSION"),
        indented.as_str(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::Key;

    #[test]
    fn the_sheet_is_a_page_that_reads_back() {
        let plain = Root::new(Key::from_array([3; 32]));
        for root in [plain.clone(), plain.with_next(Key::from_array([4; 32])).rekeyed().unwrap()] {
            let sheet = sheet(&root, &Checked::of(&root), "2026-11-22T12:00:00Z");

            let text = sheet.expose();
            assert!(text.lines().all(|line| line.chars().count() <= 72), "{text}");
            assert!(text.lines().count() <= 60);
            assert!(text.is_ascii());
            assert_eq!(*kit::read(text).unwrap().to_bytes(), *root.to_bytes());
        }
    }
}
