//! Resolves the value and origin of each setting.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::config::EnvironmentSnapshot;
use crate::config::definitions::{SETTING_DEFINITIONS, SettingDefinition};
use crate::error::{Error, Result};

/// Setting given on the command line.
pub struct FlagOverride {
    /// Dotted name of the setting.
    pub key: &'static str,
    /// Name of the flag, such as `--data-dir`.
    pub flag: &'static str,
    /// The value.
    pub value: String,
}

/// Origin of a setting's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueSource {
    /// A command line flag.
    Flag(&'static str),
    /// An environment variable.
    Variable(&'static str),
    /// A file named by a `*_FILE` variable or a systemd credential.
    ReferencedFile(String, PathBuf),
    /// The config file.
    File(PathBuf),
    /// The built-in default.
    Default,
    /// No value.
    Unset,
}

impl fmt::Display for ValueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => f.write_str(flag),
            Self::Variable(name) => f.write_str(name),
            Self::ReferencedFile(name, path) => write!(f, "{name} ({})", path.display()),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
            Self::Unset => f.write_str("not set"),
        }
    }
}

/// Setting with its value and origin.
pub struct ResolvedSetting {
    /// Definition of the setting.
    pub definition: &'static SettingDefinition,
    /// Value; zeroed on drop, since some are secrets.
    pub value: Option<Zeroizing<String>>,
    /// Origin of the value.
    pub origin: ValueSource,
}

impl ResolvedSetting {
    /// Returns the value for display, redacted if it is a secret.
    #[must_use]
    pub fn display_value(&self) -> Option<&str> {
        match &self.value {
            _ if self.definition.secret && self.origin != ValueSource::Unset => Some("[redacted]"),
            Some(value) => Some(value.as_str()),
            None => None,
        }
    }
}

/// Resolves every known setting and returns warnings about unknown ones.
///
/// # Errors
/// `Invalid` if a variable and its `_FILE` variant are both set, a referenced file cannot be read, or a secret is in
/// the config file.
pub fn resolve(
    flags: Vec<FlagOverride>,
    environment: &EnvironmentSnapshot,
    file: &BTreeMap<String, String>,
    file_path: &Path,
) -> Result<(Vec<ResolvedSetting>, Vec<String>)> {
    let mut flags: BTreeMap<_, _> = flags.into_iter().map(|flag| (flag.key, flag)).collect();
    let mut settings = Vec::with_capacity(SETTING_DEFINITIONS.len());
    for definition in SETTING_DEFINITIONS {
        let from_environment = from_environment(definition, environment)?;
        let in_file = file.get(definition.key);
        if definition.secret && in_file.is_some() {
            return Err(Error::invalid(format!("{} does not belong in the config file", definition.key))
                .hint(format!("remove it and set {}_FILE to a file with mode 0600", definition.variable)));
        }
        let (value, origin) = if let Some(flag) = flags.remove(definition.key) {
            (Some(flag.value), ValueSource::Flag(flag.flag))
        } else if let Some((value, origin)) = from_environment {
            (value, origin)
        } else if let Some(value) = in_file {
            (Some(value.clone()), ValueSource::File(file_path.to_owned()))
        } else {
            let origin = if definition.default.is_some() { ValueSource::Default } else { ValueSource::Unset };
            (definition.default.map(str::to_owned), origin)
        };
        settings.push(ResolvedSetting { definition, value: value.map(Zeroizing::new), origin });
    }
    Ok((settings, unknown_setting_warnings(environment, file, file_path)))
}

/// Returns a value from the environment, without the value for a secret in a file: that file is checked and read only
/// when the secret is used.
fn from_environment(
    definition: &SettingDefinition,
    environment: &EnvironmentSnapshot,
) -> Result<Option<(Option<String>, ValueSource)>> {
    let variable = definition.variable;
    let direct = environment.text(variable)?;
    let file_variable = format!("{variable}_FILE");
    let pointed = environment.path(&file_variable);
    let credential = environment
        .path("CREDENTIALS_DIRECTORY")
        .filter(|_| definition.secret)
        .map(|folder| folder.join(variable.to_lowercase()))
        .filter(|path| path.is_file());
    match (direct, pointed, credential) {
        (Some(_), Some(_), _) => Err(Error::invalid(format!("{variable} and {file_variable} are both set"))
            .hint(format!("unset one of them; {file_variable} is the safer one"))),
        (Some(value), None, _) => Ok(Some((Some(value.to_owned()), ValueSource::Variable(variable)))),
        (None, Some(path), _) if definition.secret => {
            Ok(Some((None, ValueSource::ReferencedFile(file_variable, path))))
        }
        (None, Some(path), _) => Ok(Some((
            Some(read_referenced_file(&file_variable, &path)?),
            ValueSource::ReferencedFile(file_variable, path),
        ))),
        (None, None, Some(path)) => {
            Ok(Some((None, ValueSource::ReferencedFile("CREDENTIALS_DIRECTORY".to_owned(), path))))
        }
        (None, None, None) => Ok(None),
    }
}

fn read_referenced_file(name: &str, path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Error::invalid(format!("the file in {name} cannot be read: {}", path.display()))
            .hint("check the path and its permissions")
            .caused_by(error)
    })?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

fn unknown_setting_warnings(
    environment: &EnvironmentSnapshot,
    file: &BTreeMap<String, String>,
    path: &Path,
) -> Vec<String> {
    let keys = file.keys().filter(|key| SETTING_DEFINITIONS.iter().all(|known| known.key != key.as_str())).map(|key| {
        let meant = suggestion(key, SETTING_DEFINITIONS.iter().map(|known| known.key));
        format!("unknown setting {key} in {}{meant}", path.display())
    });
    let variables = environment.names().filter(|name| name.starts_with("JOURNAL_")).filter_map(|name| {
        let plain = name.strip_suffix("_FILE").unwrap_or(name);
        if SETTING_DEFINITIONS.iter().any(|known| known.variable == plain) {
            return None;
        }
        let meant = suggestion(name, SETTING_DEFINITIONS.iter().map(|known| known.variable));
        Some(format!("unknown variable {name}{meant}"))
    });
    keys.chain(variables).collect()
}

fn suggestion<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> String {
    known
        .map(|name| (strsim::normalized_damerau_levenshtein(typed, name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or_else(String::new, |(_, name)| format!("; did you mean {name}?"))
}
