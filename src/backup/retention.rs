//! Retention rules: which backups to keep.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::error::{Error, Result};

/// Retention flags. The newest backup of a day, week or month counts; days are in UTC, weeks follow ISO 8601.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct RetentionPolicy {
    /// Keep the newest backup of each of the last N days that have one; backups kept by no rule are removed
    #[arg(long, value_name = "N")]
    pub keep_daily: Option<u32>,
    /// Keep the newest backup of each of the last N weeks that have one
    #[arg(long, value_name = "N")]
    pub keep_weekly: Option<u32>,
    /// Keep the newest backup of each of the last N months that have one
    #[arg(long, value_name = "N")]
    pub keep_monthly: Option<u32>,
}

/// Validated rules: number of days, weeks and months to keep; at least one is not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RetentionRules {
    days: usize,
    weeks: usize,
    months: usize,
}

impl RetentionPolicy {
    /// Returns the rules, or `None` if no flag is set.
    ///
    /// # Errors
    /// `Invalid` for a zero, which would keep nothing.
    pub(super) fn rules(self) -> Result<Option<RetentionRules>> {
        let given = [
            ("--keep-daily", self.keep_daily),
            ("--keep-weekly", self.keep_weekly),
            ("--keep-monthly", self.keep_monthly),
        ];
        if let Some((flag, _)) = given.iter().find(|(_, count)| *count == Some(0)) {
            return Err(Error::invalid(format!("{flag} 0 would keep nothing"))
                .hint("pass a number of at least 1, or omit the flag"));
        }
        let [days, weeks, months] = given.map(|(_, count)| count.unwrap_or(0) as usize);
        Ok((days + weeks + months > 0).then_some(RetentionRules { days, weeks, months }))
    }
}

impl RetentionRules {
    /// Returns the positions of the instants to keep. `newest_first` must be sorted.
    pub(super) fn select(self, newest_first: &[Timestamp]) -> BTreeSet<usize> {
        let days: Vec<Date> = newest_first.iter().map(|at| at.to_zoned(TimeZone::UTC).date()).collect();
        let mut kept: BTreeSet<usize> = first_of_each(&days, self.days, |day| *day).into_iter().collect();
        kept.extend(first_of_each(&days, self.weeks, |day| {
            let week = day.iso_week_date();
            (week.year(), week.week())
        }));
        kept.extend(first_of_each(&days, self.months, |day| (day.year(), day.month())));
        kept
    }
}

fn first_of_each<K: PartialEq>(days: &[Date], count: usize, key: impl Fn(&Date) -> K) -> Vec<usize> {
    let news = |position: &usize| *position == 0 || key(&days[*position]) != key(&days[*position - 1]);
    (0..days.len()).filter(news).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select(keep: RetentionPolicy, at: &[&str]) -> Vec<String> {
        let instants: Vec<Timestamp> = at.iter().map(|at| at.parse().unwrap()).collect();
        let kept = keep.rules().unwrap().unwrap().select(&instants);
        kept.into_iter().map(|position| at[position].to_owned()).collect()
    }

    #[test]
    fn daily_rule_keeps_the_newest_of_each_day_with_a_backup() {
        let at = ["2026-11-22T23:00:00Z", "2026-11-22T01:00:00Z", "2026-11-19T12:00:00Z", "2026-11-18T12:00:00Z"];

        let days = select(RetentionPolicy { keep_daily: Some(2), ..RetentionPolicy::default() }, &at);

        assert_eq!(days, ["2026-11-22T23:00:00Z", "2026-11-19T12:00:00Z"]);
    }

    #[test]
    fn weeks_follow_iso_8601_across_the_new_year() {
        // The week of 2026-12-28 is the 53rd of 2026 and ends on 2027-01-03.
        let at = ["2027-01-04T00:00:00Z", "2027-01-03T12:00:00Z", "2026-12-28T12:00:00Z", "2026-12-27T12:00:00Z"];

        let weeks = select(RetentionPolicy { keep_weekly: Some(3), ..RetentionPolicy::default() }, &at);

        assert_eq!(weeks, ["2027-01-04T00:00:00Z", "2027-01-03T12:00:00Z", "2026-12-27T12:00:00Z"]);
    }

    #[test]
    fn a_backup_kept_by_any_rule_is_kept() {
        let at = ["2026-11-22T12:00:00Z", "2026-11-21T12:00:00Z", "2026-10-31T12:00:00Z", "2026-10-30T12:00:00Z"];

        let both =
            select(RetentionPolicy { keep_daily: Some(2), keep_monthly: Some(2), ..RetentionPolicy::default() }, &at);

        assert_eq!(both, ["2026-11-22T12:00:00Z", "2026-11-21T12:00:00Z", "2026-10-31T12:00:00Z"]);
    }

    #[test]
    fn zero_is_rejected_and_no_flags_mean_no_rules() {
        assert!(RetentionPolicy { keep_weekly: Some(0), ..RetentionPolicy::default() }.rules().is_err());
        assert_eq!(RetentionPolicy::default().rules().unwrap(), None);
    }
}
