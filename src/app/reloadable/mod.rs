//! Reloadable files of the operator: glossary, mood dimensions, name casing.
//!
//! A file is parsed and checked as a whole before it replaces the version in use; readers see one version or the other.

mod content;
mod glossary;
mod mood_dimensions;
mod name_casing;
mod source_file;

pub(crate) use content::ReloadableContent;
pub use glossary::GlossaryText;
pub use mood_dimensions::{MoodDimensionDefinition, MoodDimensions, MoodScale};
pub use name_casing::NameCasing;

use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};

use crate::config::external_services::ExternalServices;
use crate::error::{Error, Result};

/// Last valid version of a reloadable file.
pub(crate) struct ReloadableFile<T> {
    /// Name of the setting that gives the path.
    pub(crate) setting: &'static str,
    pub(crate) path: Option<PathBuf>,
    current: RwLock<Option<Arc<T>>>,
    /// Serialises reloads, so that of two concurrent ones the later version stays.
    reload_lock: Mutex<()>,
}

impl<T: ReloadableContent> ReloadableFile<T> {
    fn new(setting: &'static str, path: Option<&PathBuf>) -> Self {
        Self { setting, path: path.cloned(), current: RwLock::default(), reload_lock: Mutex::default() }
    }

    /// Returns the version in use; loads the file, or the built-in default, at the first call. `None` if there is
    /// neither.
    ///
    /// # Errors
    /// As [`Self::reload`].
    pub(crate) fn get(&self) -> Result<Option<Arc<T>>> {
        match (self.current(), &self.path) {
            (None, Some(_)) => self.reload(|_, _| Ok(())).map(Some),
            (None, None) => Ok(self.load_built_in()),
            (held, _) => Ok(held),
        }
    }

    /// Puts the built-in default in use.
    fn load_built_in(&self) -> Option<Arc<T>> {
        let built_in = Arc::new(T::built_in()?);
        let mut held = self.current.write();
        Some(held.get_or_insert(built_in).clone())
    }

    /// Reloads the file; running work keeps the version that it took.
    ///
    /// `before_swap` gets the hash of the version in use, if any, and the new version, just before the new one replaces
    /// it.
    ///
    /// # Errors
    /// `Conflict` if no file is configured or the file is not valid, and the error of `before_swap`: the version in use
    /// stays.
    pub(crate) fn reload(&self, before_swap: impl FnOnce(Option<&str>, &T) -> Result<()>) -> Result<Arc<T>> {
        let path = self.path.as_ref().ok_or_else(|| self.not_configured_error())?;
        let _reading = self.reload_lock.lock();
        let now = Arc::new(T::load(path)?);
        before_swap(self.current().as_ref().map(|held| held.hash()), &now)?;
        *self.current.write() = Some(now.clone());
        Ok(now)
    }

    /// Returns the error for a file that no setting names.
    pub(crate) fn not_configured_error(&self) -> Error {
        Error::conflict(format!("{} is not set, so there is no file to reload", self.setting))
            .hint(format!("`journal config` shows how to set {}", self.setting))
    }

    fn current(&self) -> Option<Arc<T>> {
        self.current.read().clone()
    }
}

impl ReloadableFile<GlossaryText> {
    /// Returns the text that is sent to a provider; may be empty.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(crate) fn text(&self) -> Result<String> {
        Ok(self.get()?.map(|glossary| glossary.text.clone()).unwrap_or_default())
    }
}

/// All reloadable files.
pub(crate) struct ReloadableFiles {
    /// Glossary for handwriting.
    pub(crate) ocr: ReloadableFile<GlossaryText>,
    /// Glossary for recordings: the same folder, reloaded separately.
    pub(crate) transcription: ReloadableFile<GlossaryText>,
    /// Mood dimensions; the ten built-in ones if no file is configured.
    pub(crate) moods: ReloadableFile<MoodDimensions>,
    pub(crate) casing: ReloadableFile<NameCasing>,
}

impl ReloadableFiles {
    /// Takes the paths from the configuration; reads nothing yet.
    pub(crate) fn new(outside: &ExternalServices) -> Self {
        let folder = outside.context_dir.as_ref();
        Self {
            ocr: ReloadableFile::new("ocr.context_dir", folder),
            transcription: ReloadableFile::new("ocr.context_dir", folder),
            moods: ReloadableFile::new("mood.dimensions_file", outside.mood_dimensions.as_ref()),
            casing: ReloadableFile::new("entities.casing_file", outside.entity_casing.as_ref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_version_stays_until_a_valid_one_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("casing.toml");
        let slot = ReloadableFile::<NameCasing>::new("entities.casing_file", Some(&file));
        let wrote = |text: &str| std::fs::write(&file, text).unwrap();

        assert!(slot.get().is_err(), "there is no file");
        wrote("[exceptions]\nipad = 'iPad'\n");
        let first = slot.get().unwrap().unwrap();
        wrote("[exceptions\n");
        let refused = slot.reload(|_, _| panic!("nothing replaces it")).unwrap_err();
        assert!(refused.to_string().contains("casing.toml") && refused.to_string().contains("line 1"), "{refused}");
        assert!(Arc::ptr_eq(&first, &slot.get().unwrap().unwrap()));
        wrote("[exceptions]\nipad = 'iPad'\nmacos = 'macOS'\n");
        slot.reload(|_, _| Err(Error::conflict("not recorded"))).unwrap_err();
        assert!(Arc::ptr_eq(&first, &slot.get().unwrap().unwrap()));
        let mut old = None;
        let renewed = slot
            .reload(|hash, _| {
                old = hash.map(str::to_owned);
                Ok(())
            })
            .unwrap();

        assert_eq!(old.as_deref(), Some(first.hash()));
        assert_ne!(renewed.hash(), first.hash());
        assert_eq!(slot.get().unwrap().unwrap().exceptions.len(), 2);
        assert_eq!(first.exceptions.len(), 1, "a reader keeps the version it took");
    }

    #[test]
    fn an_unset_file_is_none_and_reloading_names_the_setting() {
        let slot = ReloadableFile::<NameCasing>::new("entities.casing_file", None);

        assert!(slot.get().unwrap().is_none());
        assert!(slot.reload(|_, _| Ok(())).unwrap_err().to_string().contains("entities.casing_file"));
    }

    #[test]
    fn unset_dimensions_are_the_ten_built_in_ones() {
        let slot = ReloadableFile::<MoodDimensions>::new("mood.dimensions_file", None);

        let moods = slot.get().unwrap().unwrap();

        let names: Vec<_> = moods.dimensions.iter().map(|one| (one.name.as_str(), one.scale)).collect();
        let (both, one) = (MoodScale::Bipolar, MoodScale::Unipolar);
        assert_eq!(
            names,
            [
                ("joy_sadness", both),
                ("energy_vigor", both),
                ("tension_calm", both),
                ("physical_fatigue", one),
                ("mental_fatigue", one),
                ("agency", one),
                ("fulfillment", one),
                ("connection", one),
                ("frustration", one),
                ("proactive_reactive", both),
            ]
        );
        assert!(moods.dimensions.iter().all(|dimension| !dimension.notes.contains('\n')));
        assert!(Arc::ptr_eq(&moods, &slot.get().unwrap().unwrap()), "they are read once");
        assert!(slot.reload(|_, _| Ok(())).unwrap_err().to_string().contains("mood.dimensions_file"));
    }
}
