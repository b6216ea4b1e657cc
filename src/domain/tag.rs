//! Tags of entries.

use unicode_normalization::UnicodeNormalization as _;

use crate::error::{Error, Result};

/// Maximum number of tags per entry.
pub const MAX_TAGS: usize = 50;
/// Maximum length of a tag, in code points.
pub const MAX_CHARS: usize = 50;

/// Normalises tags: trimmed, NFC, lower case, sorted, without duplicates.
///
/// # Errors
/// `Invalid` for an empty tag, one that is too long or contains a control character or a comma, and for too many.
pub fn normalize(tags: &[String]) -> Result<Vec<String>> {
    let mut tags = tags.iter().map(|tag| normalize_tag(tag)).collect::<Result<Vec<_>>>()?;
    tags.sort_unstable();
    tags.dedup();
    if tags.len() > MAX_TAGS {
        return Err(invalid_tag_error(format!("an entry has at most {MAX_TAGS} tags")).hint("leave some out"));
    }
    Ok(tags)
}

fn normalize_tag(tag: &str) -> Result<String> {
    let tag: String = tag.trim().nfc().collect::<String>().to_lowercase().nfc().collect();
    let fits = (1..=MAX_CHARS).contains(&tag.chars().count());
    if !fits || tag.contains(|c: char| c.is_control() || c == ',') {
        return Err(invalid_tag_error(format!("a tag has 1 to {MAX_CHARS} characters, and no comma"))
            .hint("write it like `work`"));
    }
    Ok(tag)
}

fn invalid_tag_error(message: String) -> Error {
    Error::invalid(message).code("invalid_field")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(tags: &[&str]) -> Result<Vec<String>> {
        normalize(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn tags_that_look_the_same_are_the_same() {
        assert_eq!(written(&[" Work ", "work", "Cafe\u{301}", "CAFÉ"]).unwrap(), ["café", "work"]);
    }

    #[test]
    fn an_invalid_tag_is_refused() {
        for tag in ["", "  ", "a,b", "a\nb", &"x".repeat(51)] {
            assert!(written(&[tag]).is_err(), "{tag:?}");
        }
        let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
        assert!(normalize(&many).is_err());
        assert_eq!(written(&[&"é".repeat(50)]).unwrap().len(), 1);
    }
}
