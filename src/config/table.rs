//! Resolved settings as values: text, numbers, lists, each complaint naming the setting and where it came from.

use std::str::FromStr;

use crate::config::resolve::Origin;
use crate::config::resolve::Resolved;
use crate::config::typed::SecretSource;
use crate::config::typed::absolute;
use crate::error::Error;
use crate::error::Result;
use crate::secret::Secret;

/// Resolved settings, asked by key.
pub(crate) struct Table<'a>(pub(crate) &'a [Resolved]);

impl Table<'_> {
    fn find(&self, key: &str) -> &Resolved {
        self.0.iter().find(|setting| setting.definition.key == key).expect("every key asked for is in KNOWN")
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.find(key).value.as_ref().map(|value| value.as_str())
    }

    pub(crate) fn secret(&self, key: &str) -> Result<Option<SecretSource>> {
        Ok(match (self.text(key), &self.find(key).origin) {
            (Some(text), _) => Some(SecretSource::Given(Secret::new(text.to_owned()))),
            (None, Origin::Pointed(_, path)) => Some(SecretSource::File(absolute(path)?)),
            (None, _) => None,
        })
    }

    /// Tells whether nobody set it.
    pub(crate) fn is_default(&self, key: &str) -> bool {
        matches!(self.find(key).origin, Origin::Default | Origin::Unset)
    }

    pub(crate) fn required(&self, key: &str) -> &str {
        self.text(key).expect("settings asked for this way have a default")
    }

    pub(crate) fn parse<T: FromStr>(&self, key: &str, wanted: &str) -> Result<T> {
        self.required(key).parse().map_err(|_| self.wrong(key, wanted))
    }

    pub(crate) fn positive(&self, key: &str) -> Result<usize> {
        match self.parse(key, "a whole number from 1 up")? {
            0 => Err(self.wrong(key, "a whole number from 1 up")),
            number => Ok(number),
        }
    }

    pub(crate) fn wrong(&self, key: &str, wanted: &str) -> Error {
        let setting = self.find(key);
        let from = match &setting.origin {
            Origin::Default | Origin::Unset => String::new(),
            origin => format!(" (from {origin})"),
        };
        Error::invalid(format!("the setting {key}{from} must be {wanted}"))
            .hint("`journal config` shows every setting and where it comes from")
    }

    /// Reads a number within bounds.
    pub(crate) fn within(&self, key: &str, least: u32, most: u32) -> Result<u32> {
        let wanted = format!("a whole number from {least} to {most}");
        match self.parse(key, &wanted)? {
            number if (least..=most).contains(&number) => Ok(number),
            _ => Err(self.wrong(key, &wanted)),
        }
    }

    /// Reads a switch. Only `1`, `true`, `yes`, `on` are on and `0`, `false`, `no`, `off` off, whatever their case.
    pub(crate) fn truth(&self, key: &str) -> Result<bool> {
        match self.required(key).to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(true),
            "0" | "false" | "no" | "off" => Ok(false),
            _ => Err(self.wrong(key, "true or false")),
        }
    }

    /// Reads values separated by commas; blanks around them do not count.
    pub(crate) fn list(&self, key: &str) -> Vec<&str> {
        let text = self.text(key).unwrap_or_default();
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect()
    }

    /// Reads a path, from the root.
    pub(crate) fn path(&self, key: &str) -> Result<Option<std::path::PathBuf>> {
        self.text(key).map(|text| absolute(std::path::Path::new(text))).transpose()
    }
}
