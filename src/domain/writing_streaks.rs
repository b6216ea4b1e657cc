//! Streaks of days with an entry.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// Streaks of consecutive days with an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WritingStreaks {
    /// Current streak in days, up to today, or up to yesterday while today has no entry.
    pub current: i64,
    /// Longest streak in days.
    pub longest: i64,
}

impl WritingStreaks {
    /// Computes the streaks from ascending, distinct days; days after `today` are ignored.
    #[must_use]
    pub fn from_days(days: &[Date], today: Date) -> Self {
        let (mut longest, mut run, mut last) = (0, 0, None::<Date>);
        for &day in days.iter().filter(|day| **day <= today) {
            run = if last.and_then(|last| last.tomorrow().ok()) == Some(day) { run + 1 } else { 1 };
            longest = longest.max(run);
            last = Some(day);
        }
        let goes_on = last.is_some_and(|last| last == today || last.tomorrow().is_ok_and(|next| next == today));
        Self { current: if goes_on { run } else { 0 }, longest }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_streak_ends_when_a_day_has_passed_without_an_entry() {
        let days = |list: &[i8]| list.iter().map(|day| date(2026, 3, *day)).collect::<Vec<_>>();
        let cases: [(&[i8], i8, (i64, i64)); 8] = [
            (&[], 10, (0, 0)),
            (&[10], 10, (1, 1)),
            (&[9], 10, (1, 1)),
            (&[8], 10, (0, 1)),
            (&[1, 2, 3, 9, 10], 10, (2, 3)),
            (&[1, 2, 3, 8, 9], 10, (2, 3)),
            (&[1, 2, 3], 10, (0, 3)),
            (&[9, 10, 11], 10, (2, 2)),
        ];
        for (written, today, (current, longest)) in cases {
            let streaks = WritingStreaks::from_days(&days(written), date(2026, 3, today));

            assert_eq!(streaks, WritingStreaks { current, longest }, "{written:?}");
        }
        assert_eq!(WritingStreaks::from_days(&[date(2025, 12, 31), date(2026, 1, 1)], date(2026, 1, 1)).current, 2);
    }
}
