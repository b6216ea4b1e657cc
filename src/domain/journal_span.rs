//! Number of entries of a journal and the days they cover.

use serde::Serialize;

/// Number of entries with the first and the last of their days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JournalSpan {
    /// Number of entries.
    pub entries: u64,
    /// Day of the oldest entry, `YYYY-MM-DD`.
    pub first_day: Option<String>,
    /// Day of the newest entry.
    pub last_day: Option<String>,
}

impl JournalSpan {
    /// Returns the span of two journals together.
    #[must_use]
    pub fn combined_with(self, other: Self) -> Self {
        let first_day = match (self.first_day, other.first_day) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self { entries: self.entries + other.entries, first_day, last_day: self.last_day.max(other.last_day) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_combine_to_the_first_and_last_day() {
        let span = |entries, first: &str, last: &str| JournalSpan {
            entries,
            first_day: Some(first.to_owned()),
            last_day: Some(last.to_owned()),
        };

        let both = span(2, "2024-01-01", "2024-06-01").combined_with(span(1, "2024-03-01", "2024-03-01"));

        assert_eq!(both, span(3, "2024-01-01", "2024-06-01"));
        assert_eq!(JournalSpan::default().combined_with(both.clone()), both);
    }
}
