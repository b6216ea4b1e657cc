//! Days that a query names.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::domain::entry_date;
use crate::domain::search_query::QueryDays;

/// Reads a day or a range of days: `2026-05-12`, `5 March 2024`, `today`, `yesterday`, `2026`, `2026-03`; `None` for any
/// other text.
pub(super) fn read_days(text: &str, today: Date) -> Option<QueryDays> {
    let text = text.trim();
    let one = |day| QueryDays { first: day, last: day };
    match text.to_lowercase().as_str() {
        "today" => return Some(one(today)),
        "yesterday" => return Some(one(today.yesterday().ok()?)),
        _ => {}
    }
    if let Ok(day) = entry_date::parse(text) {
        return Some(one(day));
    }
    if let Ok(day) = Date::strptime("%d %B %Y", text) {
        return Some(one(day));
    }
    let is_digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits(text, 4) {
        let first = Date::new(text.parse().ok()?, 1, 1).ok()?;
        return Some(QueryDays { first, last: first.last_of_year() });
    }
    let (year, month) = text.split_once('-').filter(|(year, month)| is_digits(year, 4) && is_digits(month, 2))?;
    let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
    Some(QueryDays { first, last: first.checked_add(1.month()).ok()?.yesterday().ok()? })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_months_and_years_are_read() {
        let today = date(2026, 3, 1);
        let read = |text| read_days(text, today).map(|days| (days.first.to_string(), days.last.to_string()));
        let days = |first: &str, last: &str| Some((first.to_owned(), last.to_owned()));

        assert_eq!(read("2024-03-05"), days("2024-03-05", "2024-03-05"));
        assert_eq!(read("5 March 2024"), days("2024-03-05", "2024-03-05"));
        assert_eq!(read("Today"), days("2026-03-01", "2026-03-01"));
        assert_eq!(read("yesterday"), days("2026-02-28", "2026-02-28"));
        assert_eq!(read("2024"), days("2024-01-01", "2024-12-31"));
        assert_eq!(read("2024-02"), days("2024-02-01", "2024-02-29"));
        for other in ["", "rain", "2024-13", "2024-02-30", "20240", "-", "２０２４"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
