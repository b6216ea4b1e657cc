//! Tags of entries.

use unicode_normalization::UnicodeNormalization as _;

use crate::error::Error;
use crate::error::Result;

/// Most tags of an entry.
pub const MAX_TAGS: usize = 50;
/// Most code points of a tag.
pub const MAX_CHARS: usize = 50;

/// Writes tags as they are stored: trimmed, NFC, lower case, in order, each once.
///
/// # Errors
/// `Invalid` for an empty tag, one that is too long or holds a control character or a comma, and for too many.
pub fn normalised(tags: &[String]) -> Result<Vec<String>> {
    let mut tags = tags.iter().map(|tag| one(tag)).collect::<Result<Vec<_>>>()?;
    tags.sort_unstable();
    tags.dedup();
    if tags.len() > MAX_TAGS {
        return Err(wrong(format!("an entry has at most {MAX_TAGS} tags")).hint("leave some out"));
    }
    Ok(tags)
}

fn one(tag: &str) -> Result<String> {
    let tag: String = tag.trim().nfc().collect::<String>().to_lowercase().nfc().collect();
    let fits = (1..=MAX_CHARS).contains(&tag.chars().count());
    if !fits || tag.contains(|c: char| c.is_control() || c == ',') {
        return Err(wrong(format!("a tag has 1 to {MAX_CHARS} characters, and no comma")).hint("write it like `work`"));
    }
    Ok(tag)
}

fn wrong(message: String) -> Error {
    Error::invalid(message).code("invalid_field")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(tags: &[&str]) -> Result<Vec<String>> {
        normalised(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn tags_that_look_the_same_are_the_same() {
        assert_eq!(written(&[" Work ", "work", "Cafe\u{301}", "CAFÉ"]).unwrap(), ["café", "work"]);
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for tag in ["", "  ", "a,b", "a\nb", &"x".repeat(51)] {
            assert!(written(&[tag]).is_err(), "{tag:?}");
        }
        let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
        assert!(normalised(&many).is_err());
        assert_eq!(written(&[&"é".repeat(50)]).unwrap().len(), 1);
    }
}
