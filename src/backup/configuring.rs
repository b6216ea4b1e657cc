//! The settings of an archive as a config file, where there is none yet.

use std::fmt::Write as _;
use std::path::Path;

use crate::backup::source::Settings;
use crate::config::Config;
use crate::config::Environment;
use crate::config::KNOWN;
use crate::error::Result;
use crate::storage::files;

/// Settings that are about a place or a person's shell, not about the journal.
const NOT_CARRIED: [&str; 2] = ["data_dir", "user"];

/// Writes down the settings that this version knows and that are no secrets; `None` when that leaves nothing, or nothing
/// that can be read.
///
/// The text is tried as a file in the folder, which is removed again.
pub(super) fn text_of(settings: &Settings, folder: &Path) -> Result<Option<String>> {
    let mut text = String::from("# Written by `journal restore`, from the settings of the backup.\n");
    let mut any = false;
    for (key, value) in settings {
        let carried =
            KNOWN.iter().any(|known| known.key == key && !known.secret) && !NOT_CARRIED.contains(&key.as_str());
        // JSON's strings are TOML's, but for the one control character that JSON leaves as it is.
        if carried && !value.contains('\u{7f}') {
            let _ = writeln!(text, "{key} = {}", serde_json::Value::from(value.as_str()));
            any = true;
        }
    }
    if !any {
        return Ok(None);
    }
    let path = folder.join("config.toml");
    files::replace(&path, text.as_bytes())?;
    let home = [("HOME".to_owned(), folder.as_os_str().to_owned())].into_iter().collect::<Environment>();
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
        let text = text_of(&settings, folder.path()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the trial leaves nothing");
        text
    }

    #[test]
    fn what_is_known_and_no_secret_comes_along_and_reads_back() {
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
    fn settings_that_cannot_be_read_are_left_out() {
        assert_eq!(text(&[("server.port", "eighty")]), None);
        assert_eq!(text(&[("data_dir", "/srv/journal")]), None);
    }
}
