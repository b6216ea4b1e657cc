//! Wrapper for secret values: redacted in `Debug`, zeroed on drop.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

/// Password, token or key: no `Display`, a redacted `Debug`, zeroed on drop.
///
/// Copies made before wrapping stay in memory, so wrap a value where it is read.
#[derive(Clone)]
pub struct Secret<T: Zeroize>(Zeroizing<T>);

impl<T: Zeroize> Secret<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(Zeroizing::new(value))
    }

    /// Returns the value; never log or format it.
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
    fn debug_output_is_redacted() {
        let secret = Secret::new("correct horse".to_owned());

        let printed = format!("{secret:?}");

        assert_eq!(printed, "[redacted]");
    }
}
