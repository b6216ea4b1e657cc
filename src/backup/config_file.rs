//! Config file written from the settings of an archive.

use std::fmt::Write as _;
use std::path::Path;

use crate::backup::source::ArchivedSettings;
use crate::config::{Config, EnvironmentSnapshot, SETTING_DEFINITIONS};
use crate::error::Result;
use crate::storage::files;

/// Settings of the machine or of the user's shell, which are not restored.
const NOT_CARRIED: [&str; 2] = ["data_dir", "user"];

/// Returns the config file text for the known, non-secret settings; `None` if there are none or the text does not load.
///
/// The text is loaded once from a temporary file in `folder`.
pub(super) fn config_file_text(settings: &ArchivedSettings, folder: &Path) -> Result<Option<String>> {
    let mut text = String::from("# Written by `journal restore`, from the settings of the backup.\n");
    let mut any = false;
    for (key, value) in settings {
        let carried = SETTING_DEFINITIONS.iter().any(|known| known.key == key && !known.secret)
            && !NOT_CARRIED.contains(&key.as_str());
        // JSON strings are valid TOML strings except for U+007F, which JSON does not escape.
        if carried && !value.contains('\u{7f}') {
            let _ = writeln!(text, "{key} = {}", serde_json::Value::from(value.as_str()));
            any = true;
        }
    }
    if !any {
        return Ok(None);
    }
    let path = folder.join("config.toml");
    files::write_atomic(&path, text.as_bytes())?;
    let home = [("HOME".to_owned(), folder.as_os_str().to_owned())].into_iter().collect::<EnvironmentSnapshot>();
    let readable = Config::load(Vec::new(), Some(&path), &home).is_ok();
    let _ = std::fs::remove_file(&path);
    Ok(readable.then_some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pairs: &[(&str, &str)]) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let settings = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let text = config_file_text(&settings, folder.path()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the temporary file is removed");
        text
    }

    #[test]
    fn known_settings_that_are_not_secrets_are_written() {
        let written = text(&[
            ("data_dir", "/srv/journal"),
            ("author_name", "Ada \"the\" \\ one\nline"),
            ("server.port", "8500"),
            ("server.unheard_of", "1"),
            ("openai.api_key", "sk-1"),
        ]);

        let written = written.unwrap();
        let table: toml::Table = written.parse().unwrap();
        assert_eq!(table["author_name"].as_str(), Some("Ada \"the\" \\ one\nline"));
        assert_eq!(table["server"]["port"].as_str(), Some("8500"));
        assert_eq!(table.len(), 2, "{written}");
    }

    #[test]
    fn settings_that_do_not_load_are_omitted() {
        assert_eq!(text(&[("server.port", "eighty")]), None);
        assert_eq!(text(&[("data_dir", "/srv/journal")]), None);
    }
}
