//! Typed access to resolved settings; errors name the setting and its origin.

use std::str::FromStr;

use crate::config::absolute_path::absolute_path;
use crate::config::resolve::{ResolvedSetting, ValueSource};
use crate::config::secret_source::SecretSource;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// Resolved settings by key.
pub(crate) struct SettingsReader<'a>(pub(crate) &'a [ResolvedSetting]);

impl SettingsReader<'_> {
    fn setting(&self, key: &str) -> &ResolvedSetting {
        self.0.iter().find(|setting| setting.definition.key == key).expect("every key that is read has a definition")
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.setting(key).value.as_ref().map(|value| value.as_str())
    }

    pub(crate) fn secret(&self, key: &str) -> Result<Option<SecretSource>> {
        Ok(match (self.text(key), &self.setting(key).origin) {
            (Some(text), _) => Some(SecretSource::Inline(Secret::new(text.to_owned()))),
            (None, ValueSource::ReferencedFile(_, path)) => Some(SecretSource::File(absolute_path(path)?)),
            (None, _) => None,
        })
    }

    /// Returns whether the setting has its default value or none.
    pub(crate) fn is_default(&self, key: &str) -> bool {
        matches!(self.setting(key).origin, ValueSource::Default | ValueSource::Unset)
    }

    pub(crate) fn required(&self, key: &str) -> &str {
        self.text(key).expect("a required setting has a default")
    }

    pub(crate) fn parse<T: FromStr>(&self, key: &str, wanted: &str) -> Result<T> {
        self.required(key).parse().map_err(|_| self.invalid_value(key, wanted))
    }

    pub(crate) fn parse_positive(&self, key: &str) -> Result<usize> {
        match self.parse(key, "a whole number from 1 up")? {
            0 => Err(self.invalid_value(key, "a whole number from 1 up")),
            number => Ok(number),
        }
    }

    pub(crate) fn invalid_value(&self, key: &str, wanted: &str) -> Error {
        let setting = self.setting(key);
        let from = match &setting.origin {
            ValueSource::Default | ValueSource::Unset => String::new(),
            origin => format!(" (from {origin})"),
        };
        Error::invalid(format!("the setting {key}{from} must be {wanted}"))
            .hint("`journal config` shows every setting and where it comes from")
    }

    /// Parses a whole number within inclusive bounds.
    pub(crate) fn parse_in_range(&self, key: &str, least: u32, most: u32) -> Result<u32> {
        let wanted = format!("a whole number from {least} to {most}");
        match self.parse(key, &wanted)? {
            number if (least..=most).contains(&number) => Ok(number),
            _ => Err(self.invalid_value(key, &wanted)),
        }
    }

    /// Parses a switch: `1`, `true`, `yes` and `on` are true, `0`, `false`, `no` and `off` are false, in any case.
    pub(crate) fn parse_bool(&self, key: &str) -> Result<bool> {
        match self.required(key).to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(true),
            "0" | "false" | "no" | "off" => Ok(false),
            _ => Err(self.invalid_value(key, "true or false")),
        }
    }

    /// Splits a comma-separated list; white space around items is trimmed.
    pub(crate) fn list(&self, key: &str) -> Vec<&str> {
        let text = self.text(key).unwrap_or_default();
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect()
    }

    /// Returns an absolute path.
    pub(crate) fn path(&self, key: &str) -> Result<Option<std::path::PathBuf>> {
        self.text(key).map(|text| absolute_path(std::path::Path::new(text))).transpose()
    }
}
