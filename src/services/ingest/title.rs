//! Titles of text files: from the front matter, the first heading, or the file name without its date.

use std::ops::Range;

/// Sources of a title.
pub(crate) struct TitleSources<'a> {
    /// Title of the front matter.
    pub(crate) front_matter: Option<&'a str>,
    /// Text of the entry.
    pub(crate) body: &'a str,
    /// File name without its extension.
    pub(crate) stem: &'a str,
    /// Returns the byte ranges of a line that are a date with its time and weekday.
    pub(crate) find_dates: &'a dyn Fn(&str) -> Vec<Range<usize>>,
}
