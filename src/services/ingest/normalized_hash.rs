//! Hash of a text by which a changed source is recognised.

use sha2::{Digest, Sha256};

/// Returns the SHA-256 of a text without differences of line ends and trailing white space.
pub(crate) fn normalized_hash(text: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for line in text.trim_end().lines() {
        hash.update(line.trim_end());
        hash.update("\n");
    }
    hash.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_and_trailing_space_do_not_count() {
        let hash = normalized_hash("Rain.\nSun.\n");

        for same in ["Rain.\r\nSun.", "\u{feff}Rain.  \nSun.\n\n", "Rain.\nSun.\t"] {
            assert_eq!(normalized_hash(same), hash, "{same:?}");
        }
        for other in ["Rain.\n\nSun.", "rain.\nSun.", "Rain. Sun."] {
            assert_ne!(normalized_hash(other), hash, "{other:?}");
        }
    }
}
