//! Values that cannot be printed and are zeroed when dropped.

use std::fmt;

use zeroize::Zeroize;
use zeroize::Zeroizing;

/// Holds a password, token or key: no `Display`, a `Debug` that says nothing, zeroed on drop.
///
/// Copies made before wrapping stay in memory; wrap at the place the value is read.
#[derive(Clone)]
pub struct Secret<T: Zeroize>(Zeroizing<T>);

impl<T: Zeroize> Secret<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(Zeroizing::new(value))
    }

    /// Shows the value to code that needs it; never log or format what this returns.
    #[must_use]
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_nothing_of_itself() {
        let secret = Secret::new("correct horse".to_owned());

        let printed = format!("{secret:?}");

        assert_eq!(printed, "[redacted]");
    }
}
