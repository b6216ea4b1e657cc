//! Detection of phone numbers: international (ITU-T E.164 and E.123), North American (NANP), and national ones in the
//! usual groups. Dates are skipped. A false positive does no harm, because it is restored in the response.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::egress::redaction::pattern::{compile_pattern, replace_underscores};

/// Digit groups with short separators.
static RUN: LazyLock<Regex> =
    LazyLock::new(|| compile_pattern(r"\+?\(?[0-9](?:[ \t\u{a0}\u{2009}\u{202f}().\-/\u{2010}-\u{2013}]{0,3}[0-9])+"));
static GROUP: LazyLock<Regex> = LazyLock::new(|| compile_pattern(r"[0-9]+"));

/// Group of adjacent digits.
struct DigitGroup<'t> {
    place: Range<usize>,
    digits: &'t str,
    /// Separator from the previous group.
    separator: &'t str,
    /// True if it is part of a date.
    is_in_date: bool,
}

/// Returns the byte ranges of the phone numbers in a text.
pub(super) fn find_ranges(text: &str) -> Vec<Range<usize>> {
    let text = replace_underscores(text);
    RUN.find_iter(&text)
        .filter(|run| is_standalone(&text, &run.range()))
        .flat_map(|run| find_in_run(&text, &run.range()))
        .collect()
}

/// Returns whether a range is not part of a word, such as a serial number.
fn is_standalone(text: &str, place: &Range<usize>) -> bool {
    let is_letter = |character: Option<char>| character.is_some_and(char::is_alphabetic);
    !is_letter(text[..place.start].chars().next_back()) && !is_letter(text[place.end..].chars().next())
}

fn find_in_run(text: &str, run: &Range<usize>) -> Vec<Range<usize>> {
    let mut groups: Vec<DigitGroup<'_>> = Vec::new();
    for found in GROUP.find_iter(&text[run.clone()]) {
        let place = run.start + found.start()..run.start + found.end();
        let before = groups.last().map_or("", |last| &text[last.place.end..place.start]);
        groups.push(DigitGroup { digits: found.as_str(), separator: before, place, is_in_date: false });
    }
    mark_dates(&mut groups);
    let mut places = Vec::new();
    let mut first = 0;
    while first < groups.len() {
        let plus = text[run.start..groups[first].place.start].contains('+') && first == 0;
        let ends = (first + 1..=groups.len()).rev();
        match ends.into_iter().find(|&end| is_number(&groups[first..end], plus)) {
            Some(end) => {
                let start = if first == 0 { run.start } else { groups[first].place.start };
                places.push(start..groups[end - 1].place.end);
                first = end;
            }
            None => first += 1,
        }
    }
    places
}

fn mark_dates(groups: &mut [DigitGroup<'_>]) {
    for at in 0..groups.len().saturating_sub(2) {
        let [first, second, third] = &groups[at..at + 3] else { continue };
        let between = second.separator;
        let goes_on =
            groups.get(at + 3).is_some_and(|next| next.separator == between) || (at > 0 && first.separator == between);
        if [".", "-", "/"].contains(&between) && third.separator == between && !goes_on && is_date(first, second, third)
        {
            for group in &mut groups[at..at + 3] {
                group.is_in_date = true;
            }
        }
    }
}

/// Returns whether the groups are year, month, day; day, month, year; or month, day, year.
fn is_date(first: &DigitGroup<'_>, second: &DigitGroup<'_>, third: &DigitGroup<'_>) -> bool {
    let [a, b, c] = [first, second, third].map(|group| group.digits.parse::<u32>().unwrap_or(u32::MAX));
    let short = |group: &DigitGroup<'_>| group.digits.len() <= 2;
    let day_and_month = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    let year = |group: &DigitGroup<'_>, year: u32| group.digits.len() == 4 && (1000..3000).contains(&year);
    if year(first, a) {
        return short(second) && short(third) && day_and_month(c, b);
    }
    let ends_in_year = year(third, c) || third.digits.len() == 2;
    short(first) && short(second) && ends_in_year && (day_and_month(a, b) || day_and_month(b, a))
}

fn is_number(groups: &[DigitGroup<'_>], plus: bool) -> bool {
    if groups.iter().any(|group| group.is_in_date) {
        return false;
    }
    let digits: String = groups.iter().map(|group| group.digits).collect();
    let count = digits.len();
    let lengths: Vec<usize> = groups.iter().map(|group| group.digits.len()).collect();
    let at = |place: usize| digits.as_bytes().get(place).copied().unwrap_or(b'0');
    if plus {
        // E.164: at most 15 digits, including the country code.
        return (7..=15).contains(&count);
    }
    if digits.starts_with("00") {
        return (9..=17).contains(&count) && at(2) != b'0';
    }
    if at(0) == b'0' {
        // A trunk prefix; `0.123` is a fraction.
        return (8..=13).contains(&count) && (lengths[0] > 1 || groups.get(1).is_none_or(|next| next.separator != "."));
    }
    // NANP: NXX NXX XXXX, where N is 2 to 9, optionally prefixed with 1.
    let area = usize::from(count == 11 && at(0) == b'1');
    let american = count == 10 + area && at(area) >= b'2' && at(area + 3) >= b'2';
    let grouped =
        lengths.len() >= 3 && lengths.iter().all(|length| (2..=4).contains(length)) && (9..=12).contains(&count);
    let bare = lengths.len() == 1 && (9..=12).contains(&count);
    american || grouped || bare || is_local(groups, &lengths)
}

/// Returns whether the groups are `NXX-XXXX`, or two groups of four digits that are not years.
fn is_local(groups: &[DigitGroup<'_>], lengths: &[usize]) -> bool {
    let [first, second] = groups else { return false };
    let begins_well = first.digits.as_bytes()[0] >= b'2';
    let years = [first, second].iter().all(|group| ("1000".."2200").contains(&group.digits));
    (lengths == [3, 4] && second.separator == "-" && begins_well)
        || (lengths == [4, 4] && [" ", "-"].contains(&second.separator) && begins_well && !years)
}
