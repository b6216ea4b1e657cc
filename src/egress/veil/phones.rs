//! Numbers of telephones: international as E.164 and E.123 of the ITU-T write them, North American (NANP), and national
//! ones in the usual groups. What is a date is left alone. A number too many does no harm: it comes back with the answer.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::egress::veil::pattern;
use crate::egress::veil::spaced;

/// Groups of digits with a little between them.
static RUN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\+?\(?[0-9](?:[ \t\u{a0}\u{2009}\u{202f}().\-/\u{2010}-\u{2013}]{0,3}[0-9])+"));
static GROUP: LazyLock<Regex> = LazyLock::new(|| pattern(r"[0-9]+"));

/// Digits without anything between them.
struct Group<'t> {
    place: Range<usize>,
    digits: &'t str,
    /// Between it and the group before.
    before: &'t str,
    /// Part of a date.
    dated: bool,
}

/// Returns where the text has numbers of telephones.
pub(super) fn places(text: &str) -> Vec<Range<usize>> {
    let text = spaced(text);
    RUN.find_iter(&text)
        .filter(|run| stands_alone(&text, &run.range()))
        .flat_map(|run| in_run(&text, &run.range()))
        .collect()
}

/// A part of a word, such as a serial number, is none.
fn stands_alone(text: &str, place: &Range<usize>) -> bool {
    let beside = |character: Option<char>| character.is_some_and(char::is_alphabetic);
    !beside(text[..place.start].chars().next_back()) && !beside(text[place.end..].chars().next())
}

fn in_run(text: &str, run: &Range<usize>) -> Vec<Range<usize>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for found in GROUP.find_iter(&text[run.clone()]) {
        let place = run.start + found.start()..run.start + found.end();
        let before = groups.last().map_or("", |last| &text[last.place.end..place.start]);
        groups.push(Group { digits: found.as_str(), before, place, dated: false });
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

fn mark_dates(groups: &mut [Group<'_>]) {
    for at in 0..groups.len().saturating_sub(2) {
        let [first, second, third] = &groups[at..at + 3] else { continue };
        let between = second.before;
        let goes_on =
            groups.get(at + 3).is_some_and(|next| next.before == between) || (at > 0 && first.before == between);
        if [".", "-", "/"].contains(&between) && third.before == between && !goes_on && is_date(first, second, third) {
            for group in &mut groups[at..at + 3] {
                group.dated = true;
            }
        }
    }
}

/// Year, month, day; day, month, year; or month, day, year.
fn is_date(first: &Group<'_>, second: &Group<'_>, third: &Group<'_>) -> bool {
    let [a, b, c] = [first, second, third].map(|group| group.digits.parse::<u32>().unwrap_or(u32::MAX));
    let short = |group: &Group<'_>| group.digits.len() <= 2;
    let day_and_month = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    let year = |group: &Group<'_>, year: u32| group.digits.len() == 4 && (1000..3000).contains(&year);
    if year(first, a) {
        return short(second) && short(third) && day_and_month(c, b);
    }
    let ends_in_year = year(third, c) || third.digits.len() == 2;
    short(first) && short(second) && ends_in_year && (day_and_month(a, b) || day_and_month(b, a))
}

fn is_number(groups: &[Group<'_>], plus: bool) -> bool {
    if groups.iter().any(|group| group.dated) {
        return false;
    }
    let digits: String = groups.iter().map(|group| group.digits).collect();
    let count = digits.len();
    let lengths: Vec<usize> = groups.iter().map(|group| group.digits.len()).collect();
    let at = |place: usize| digits.as_bytes().get(place).copied().unwrap_or(b'0');
    if plus {
        // E.164: at most 15 digits, country and all.
        return (7..=15).contains(&count);
    }
    if digits.starts_with("00") {
        return (9..=17).contains(&count) && at(2) != b'0';
    }
    if at(0) == b'0' {
        // A trunk prefix; `0.123` is a fraction.
        return (8..=13).contains(&count) && (lengths[0] > 1 || groups.get(1).is_none_or(|next| next.before != "."));
    }
    // NANP: NXX NXX XXXX, where N is 2 to 9, a 1 before it or not.
    let area = usize::from(count == 11 && at(0) == b'1');
    let american = count == 10 + area && at(area) >= b'2' && at(area + 3) >= b'2';
    let grouped =
        lengths.len() >= 3 && lengths.iter().all(|length| (2..=4).contains(length)) && (9..=12).contains(&count);
    let bare = lengths.len() == 1 && (9..=12).contains(&count);
    american || grouped || bare || is_local(groups, &lengths)
}

/// `NXX-XXXX`, and eight digits in two halves that are no two years.
fn is_local(groups: &[Group<'_>], lengths: &[usize]) -> bool {
    let [first, second] = groups else { return false };
    let begins_well = first.digits.as_bytes()[0] >= b'2';
    let years = [first, second].iter().all(|group| ("1000".."2200").contains(&group.digits));
    (lengths == [3, 4] && second.before == "-" && begins_well)
        || (lengths == [4, 4] && [" ", "-"].contains(&second.before) && begins_well && !years)
}
