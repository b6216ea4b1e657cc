//! Which backups to keep.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::error::Error;
use crate::error::Result;

/// What to keep; the newest of each day, week and month counts. Days are those of UTC, weeks those of ISO 8601.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Keep {
    /// Keep the newest backup of each of the last N days that have one, and remove what no rule keeps
    #[arg(long, value_name = "N")]
    pub keep_daily: Option<u32>,
    /// The same by weeks
    #[arg(long, value_name = "N")]
    pub keep_weekly: Option<u32>,
    /// The same by months
    #[arg(long, value_name = "N")]
    pub keep_monthly: Option<u32>,
}

/// Rules that were checked: how many days, weeks and months; at least one of them is not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    days: usize,
    weeks: usize,
    months: usize,
}

impl Keep {
    /// Returns the rules, or `None` when there is none.
    ///
    /// # Errors
    /// `Invalid` for a zero: it would say to keep nothing, which nobody means.
    pub(super) fn rules(self) -> Result<Option<Rules>> {
        let given = [
            ("--keep-daily", self.keep_daily),
            ("--keep-weekly", self.keep_weekly),
            ("--keep-monthly", self.keep_monthly),
        ];
        if let Some((flag, _)) = given.iter().find(|(_, count)| *count == Some(0)) {
            return Err(Error::invalid(format!("{flag} 0 would keep nothing"))
                .hint("give a number from 1 up, or leave the flag out"));
        }
        let [days, weeks, months] = given.map(|(_, count)| count.unwrap_or(0) as usize);
        Ok((days + weeks + months > 0).then_some(Rules { days, weeks, months }))
    }
}

impl Rules {
    /// Returns which of these instants are kept, by position. `newest_first` is sorted.
    pub(super) fn kept(self, newest_first: &[Timestamp]) -> BTreeSet<usize> {
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

    fn kept(keep: Keep, at: &[&str]) -> Vec<String> {
        let instants: Vec<Timestamp> = at.iter().map(|at| at.parse().unwrap()).collect();
        let kept = keep.rules().unwrap().unwrap().kept(&instants);
        kept.into_iter().map(|position| at[position].to_owned()).collect()
    }

    #[test]
    fn the_newest_of_each_day_that_has_one_is_kept() {
        let at = ["2026-11-22T23:00:00Z", "2026-11-22T01:00:00Z", "2026-11-19T12:00:00Z", "2026-11-18T12:00:00Z"];

        let days = kept(Keep { keep_daily: Some(2), ..Keep::default() }, &at);

        assert_eq!(days, ["2026-11-22T23:00:00Z", "2026-11-19T12:00:00Z"]);
    }

    #[test]
    fn weeks_are_those_of_iso_8601_also_around_new_year() {
        // The week of 2026-12-28 is the 53rd of 2026 and ends on 2027-01-03.
        let at = ["2027-01-04T00:00:00Z", "2027-01-03T12:00:00Z", "2026-12-28T12:00:00Z", "2026-12-27T12:00:00Z"];

        let weeks = kept(Keep { keep_weekly: Some(3), ..Keep::default() }, &at);

        assert_eq!(weeks, ["2027-01-04T00:00:00Z", "2027-01-03T12:00:00Z", "2026-12-27T12:00:00Z"]);
    }

    #[test]
    fn what_any_rule_keeps_is_kept() {
        let at = ["2026-11-22T12:00:00Z", "2026-11-21T12:00:00Z", "2026-10-31T12:00:00Z", "2026-10-30T12:00:00Z"];

        let both = kept(Keep { keep_daily: Some(2), keep_monthly: Some(2), ..Keep::default() }, &at);

        assert_eq!(both, ["2026-11-22T12:00:00Z", "2026-11-21T12:00:00Z", "2026-10-31T12:00:00Z"]);
    }

    #[test]
    fn zero_is_refused_and_nothing_is_no_rule() {
        assert!(Keep { keep_weekly: Some(0), ..Keep::default() }.rules().is_err());
        assert_eq!(Keep::default().rules().unwrap(), None);
    }
}
