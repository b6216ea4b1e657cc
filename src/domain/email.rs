//! E-mail addresses as account names.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::error::{Error, Result};

/// E-mail address of an account: `local@domain`, at most 254 bytes (RFC 5321 §4.5.3.1.3), no spaces or control
/// characters.
///
/// Case is kept as typed; the database compares it without regard to ASCII case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Returns the address as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the part before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or(self.0.as_str(), |(local, _)| local)
    }
}

impl FromStr for EmailAddress {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let valid = text.len() <= 254
            && text.rsplit_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && !domain.is_empty() && !domain.starts_with('.') && !domain.ends_with('.')
            })
            && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::invalid("that is not an e-mail address").hint("write it as name@example.org"))
        }
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_needs_both_sides_and_no_spaces() {
        assert_eq!(" ada@home.example ".parse::<EmailAddress>().unwrap().as_str(), "ada@home.example");
        for wrong in ["", "ada", "@home", "ada@", "a da@home", "ada@.home", "ada@home.", "ada@ho\u{1b}me"] {
            assert!(wrong.parse::<EmailAddress>().is_err(), "{wrong:?}");
        }
    }
}
