//! Where a provider's API is, and the key that opens it.

use crate::config::SecretSource;
use crate::error::Result;
use crate::secret::Secret;

/// Reads a key from where the settings say it lies; `App::reveal` is one.
pub(crate) type Reveal<'a> = &'a dyn Fn(&SecretSource) -> Result<Secret<String>>;
