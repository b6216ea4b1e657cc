//! Finds each setting's value and says where it came from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::config::Environment;
use crate::config::known::Definition;
use crate::config::known::KNOWN;
use crate::error::Error;
use crate::error::Result;

/// A setting given on the command line.
pub struct Flag {
    /// Dotted name.
    pub key: &'static str,
    /// The flag, such as `--data-dir`.
    pub flag: &'static str,
    /// The value.
    pub value: String,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A command line flag.
    Flag(&'static str),
    /// An environment variable.
    Variable(&'static str),
    /// A file that a `*_FILE` variable or a systemd credential names.
    Pointed(String, PathBuf),
    /// The config file.
    File(PathBuf),
    /// The built-in default.
    Default,
    /// Nowhere.
    Unset,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => f.write_str(flag),
            Self::Variable(name) => f.write_str(name),
            Self::Pointed(name, path) => write!(f, "{name} ({})", path.display()),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
            Self::Unset => f.write_str("not set"),
        }
    }
}

/// A setting with its value and origin.
pub struct Resolved {
    /// The setting.
    pub definition: &'static Definition,
    /// The value; zeroed on drop since some are secrets.
    pub value: Option<Zeroizing<String>>,
    /// Where from.
    pub origin: Origin,
}

impl Resolved {
    /// Returns the value as it may be shown.
    #[must_use]
    pub fn shown(&self) -> Option<&str> {
        match &self.value {
            _ if self.definition.secret && self.origin != Origin::Unset => Some("[redacted]"),
            Some(value) => Some(value.as_str()),
            None => None,
        }
    }
}

/// Resolves every known setting and lists what nobody knows.
///
/// # Errors
/// `Invalid` when a variable and its `_FILE` twin are both set, a pointed-to file
/// cannot be read, or a secret stands in the config file.
pub fn resolve(
    flags: Vec<Flag>,
    environment: &Environment,
    file: &BTreeMap<String, String>,
    file_path: &Path,
) -> Result<(Vec<Resolved>, Vec<String>)> {
    let mut flags: BTreeMap<_, _> = flags.into_iter().map(|flag| (flag.key, flag)).collect();
    let mut settings = Vec::with_capacity(KNOWN.len());
    for definition in KNOWN {
        let from_environment = from_environment(definition, environment)?;
        let in_file = file.get(definition.key);
        if definition.secret && in_file.is_some() {
            return Err(Error::invalid(format!("{} does not belong in the config file", definition.key))
                .hint(format!("remove it and set {}_FILE to a file with mode 0600", definition.variable)));
        }
        let (value, origin) = if let Some(flag) = flags.remove(definition.key) {
            (Some(flag.value), Origin::Flag(flag.flag))
        } else if let Some((value, origin)) = from_environment {
            (value, origin)
        } else if let Some(value) = in_file {
            (Some(value.clone()), Origin::File(file_path.to_owned()))
        } else {
            let origin = if definition.default.is_some() { Origin::Default } else { Origin::Unset };
            (definition.default.map(str::to_owned), origin)
        };
        settings.push(Resolved { definition, value: value.map(Zeroizing::new), origin });
    }
    Ok((settings, unknown(environment, file, file_path)))
}

/// Returns a value from the environment; `None` in its place for a secret in a file, which is read,
/// and its file checked, only where it is used.
fn from_environment(definition: &Definition, environment: &Environment) -> Result<Option<(Option<String>, Origin)>> {
    let variable = definition.variable;
    let direct = environment.text(variable)?;
    let twin = format!("{variable}_FILE");
    let pointed = environment.path(&twin);
    let credential = environment
        .path("CREDENTIALS_DIRECTORY")
        .filter(|_| definition.secret)
        .map(|folder| folder.join(variable.to_lowercase()))
        .filter(|path| path.is_file());
    match (direct, pointed, credential) {
        (Some(_), Some(_), _) => Err(Error::invalid(format!("{variable} and {twin} are both set"))
            .hint(format!("unset one of them; {twin} is the safer one"))),
        (Some(value), None, _) => Ok(Some((Some(value.to_owned()), Origin::Variable(variable)))),
        (None, Some(path), _) if definition.secret => Ok(Some((None, Origin::Pointed(twin, path)))),
        (None, Some(path), _) => Ok(Some((Some(read_pointed(&twin, &path)?), Origin::Pointed(twin, path)))),
        (None, None, Some(path)) => Ok(Some((None, Origin::Pointed("CREDENTIALS_DIRECTORY".to_owned(), path)))),
        (None, None, None) => Ok(None),
    }
}

fn read_pointed(name: &str, path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Error::invalid(format!("the file that {name} names cannot be read: {}", path.display()))
            .hint("check the path and its permissions")
            .caused_by(error)
    })?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

fn unknown(environment: &Environment, file: &BTreeMap<String, String>, path: &Path) -> Vec<String> {
    let keys = file.keys().filter(|key| KNOWN.iter().all(|known| known.key != key.as_str())).map(|key| {
        let meant = suggestion(key, KNOWN.iter().map(|known| known.key));
        format!("unknown setting {key} in {}{meant}", path.display())
    });
    let variables = environment.names().filter(|name| name.starts_with("JOURNAL_")).filter_map(|name| {
        let plain = name.strip_suffix("_FILE").unwrap_or(name);
        if KNOWN.iter().any(|known| known.variable == plain) {
            return None;
        }
        let meant = suggestion(name, KNOWN.iter().map(|known| known.variable));
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
