//! Files that help providers: words for reading and listening, dimensions of moods, names written in an unusual way.
//!
//! Each is read as a whole and checked before it takes the place of the one in use, so nobody ever sees half of one.

mod casing;
mod glossary;
mod moods;
mod written;

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::RwLock;

pub use casing::Casing;
pub use glossary::Glossary;
pub use moods::Dimension;
pub use moods::Moods;
pub use moods::Scale;

use crate::config::outside::Outside;
use crate::error::Error;
use crate::error::Result;

/// What a file or folder of the operator's is made into.
pub(crate) trait Context: Sized {
    /// Reads it anew.
    ///
    /// # Errors
    /// `Conflict` naming the file, and the line where that is known.
    fn load(path: &Path) -> Result<Self>;

    /// Returns the hex SHA-256 of what was read.
    fn hash(&self) -> &str;

    /// Makes what is in use where no setting names a file, if there is such a thing.
    fn built_in() -> Option<Self> {
        None
    }
}

/// What was read last, until something better was read.
pub(crate) struct Slot<T> {
    /// Name of the setting that says where it is.
    pub(crate) setting: &'static str,
    pub(crate) path: Option<PathBuf>,
    held: RwLock<Option<Arc<T>>>,
    /// Held while it is read anew, so that of two readers the later one's version stays.
    reading: Mutex<()>,
}

impl<T: Context> Slot<T> {
    fn new(setting: &'static str, path: Option<&PathBuf>) -> Self {
        Self { setting, path: path.cloned(), held: RwLock::default(), reading: Mutex::default() }
    }

    /// Returns what is in use, read at the first call; when the setting is not set, what is built in, if anything is.
    ///
    /// # Errors
    /// As [`Self::renew`].
    pub(crate) fn get(&self) -> Result<Option<Arc<T>>> {
        match (self.held(), &self.path) {
            (None, Some(_)) => self.renew(|_, _| Ok(())).map(Some),
            (None, None) => Ok(self.supply()),
            (held, _) => Ok(held),
        }
    }

    /// Puts in use what is built in.
    fn supply(&self) -> Option<Arc<T>> {
        let built_in = Arc::new(T::built_in()?);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        Some(held.get_or_insert(built_in).clone())
    }

    /// Reads it anew and uses it from now on; work that has begun goes on with what it took.
    ///
    /// `told` hears of the hash of what was in use, if anything was, and of what takes its place, just before it does.
    ///
    /// # Errors
    /// `Conflict` when the setting is not set, or something is wrong with a file, and what `told` returns: what was in
    /// use stays.
    pub(crate) fn renew(&self, told: impl FnOnce(Option<&str>, &T) -> Result<()>) -> Result<Arc<T>> {
        let path = self.path.as_ref().ok_or_else(|| self.unset())?;
        let _reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Arc::new(T::load(path)?);
        told(self.held().as_ref().map(|held| held.hash()), &now)?;
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(now.clone());
        Ok(now)
    }

    /// Returns the refusal of a file that no setting names.
    pub(crate) fn unset(&self) -> Error {
        Error::conflict(format!("{} is not set, so there is nothing to read anew", self.setting))
            .hint(format!("`journal config` tells how to set {}", self.setting))
    }

    fn held(&self) -> Option<Arc<T>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Slot<Glossary> {
    /// Returns what is given to a provider; empty when there is nothing to give.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(crate) fn words(&self) -> Result<String> {
        Ok(self.get()?.map(|glossary| glossary.text.clone()).unwrap_or_default())
    }
}

/// All of them.
pub(crate) struct Contexts {
    /// Words that help with handwriting.
    pub(crate) ocr: Slot<Glossary>,
    /// The same folder, for recordings: each is read anew by itself.
    pub(crate) transcription: Slot<Glossary>,
    /// Always there: where no file is named, the ten built in.
    pub(crate) moods: Slot<Moods>,
    pub(crate) casing: Slot<Casing>,
}

impl Contexts {
    /// Takes note of where they are; nothing is read yet.
    pub(crate) fn new(outside: &Outside) -> Self {
        let folder = outside.context_dir.as_ref();
        Self {
            ocr: Slot::new("ocr.context_dir", folder),
            transcription: Slot::new("ocr.context_dir", folder),
            moods: Slot::new("mood.dimensions_file", outside.mood_dimensions.as_ref()),
            casing: Slot::new("entities.casing_file", outside.entity_casing.as_ref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_version_stays_until_a_good_one_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("casing.toml");
        let slot = Slot::<Casing>::new("entities.casing_file", Some(&file));
        let wrote = |text: &str| std::fs::write(&file, text).unwrap();

        assert!(slot.get().is_err(), "there is no file");
        wrote("[exceptions]\nipad = 'iPad'\n");
        let first = slot.get().unwrap().unwrap();
        wrote("[exceptions\n");
        let refused = slot.renew(|_, _| panic!("nothing takes its place")).unwrap_err();
        assert!(refused.to_string().contains("casing.toml") && refused.to_string().contains("line 1"), "{refused}");
        assert!(Arc::ptr_eq(&first, &slot.get().unwrap().unwrap()));
        wrote("[exceptions]\nipad = 'iPad'\nmacos = 'macOS'\n");
        slot.renew(|_, _| Err(Error::conflict("nobody could write it down"))).unwrap_err();
        assert!(Arc::ptr_eq(&first, &slot.get().unwrap().unwrap()));
        let mut old = None;
        let renewed = slot
            .renew(|hash, _| {
                old = hash.map(str::to_owned);
                Ok(())
            })
            .unwrap();

        assert_eq!(old.as_deref(), Some(first.hash()));
        assert_ne!(renewed.hash(), first.hash());
        assert_eq!(slot.get().unwrap().unwrap().exceptions.len(), 2);
        assert_eq!(first.exceptions.len(), 1, "what began with the old one goes on with it");
    }

    #[test]
    fn what_is_not_set_is_not_there_and_names_its_setting() {
        let slot = Slot::<Casing>::new("entities.casing_file", None);

        assert!(slot.get().unwrap().is_none());
        assert!(slot.renew(|_, _| Ok(())).unwrap_err().to_string().contains("entities.casing_file"));
    }

    #[test]
    fn dimensions_that_are_not_set_are_the_ten_built_in_and_cannot_be_read_anew() {
        let slot = Slot::<Moods>::new("mood.dimensions_file", None);

        let moods = slot.get().unwrap().unwrap();

        let names: Vec<_> = moods.dimensions.iter().map(|one| (one.name.as_str(), one.scale)).collect();
        let (both, one) = (Scale::Bipolar, Scale::Unipolar);
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
        assert!(slot.renew(|_, _| Ok(())).unwrap_err().to_string().contains("mood.dimensions_file"));
    }
}
