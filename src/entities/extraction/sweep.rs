//! Names that stand nowhere.

/// Tells whether a name stands in a text, whatever the case and the white space.
pub(super) fn stands_in(name: &str, text: &str) -> bool {
    let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    fold(text).contains(&fold(name))
}
