//! Tests of the reader of dates.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::*;
use crate::domain::calendar::JournalCalendar;
use crate::domain::entry_date::DateBounds;

fn calendar() -> JournalCalendar {
    JournalCalendar::for_zone(TimeZone::get("Europe/Berlin").unwrap())
}

fn texts(text: &str) -> Vec<String> {
    let readings = read_dates(text, &calendar(), DateContext::RunningText);
    readings.iter().map(shown).collect()
}

fn shown(reading: &DateReading) -> String {
    let date = match reading.year {
        Some(_) => reading.date().unwrap().to_string(),
        None => format!("--{:02}-{:02}", reading.month, reading.day),
    };
    let minute = reading.minute.map_or_else(String::new, |minute| format!(" {minute}"));
    let weekday = reading.weekday.map_or_else(String::new, |day| format!(" {day:?}")[..4].to_owned());
    let doubt = match reading.doubt {
        Some(DateDoubt::ContradictingWeekday) => " !",
        Some(_) => " ?",
        None => "",
    };
    let marks = format!("{doubt}{}", if reading.is_instant { " z" } else { "" });
    format!("{date}{minute}{weekday}{marks}")
}

fn value(text: &str) -> String {
    let found = read_dates(text, &calendar(), DateContext::FieldValue);
    found.first().map_or_else(String::new, shown)
}

/// Checks each text of a table, and shows every difference at once.
fn assert_all(cases: &[(&str, &str)], read: impl Fn(&str) -> String) {
    let found = cases.iter().map(|(written, wanted)| (*written, *wanted, read(written)));
    let wrong: Vec<_> = found.filter(|(_, wanted, found)| wanted != found).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn name(text: &str) -> String {
    let found = read_dates(text, &calendar(), DateContext::FileName);
    found.first().map_or_else(String::new, shown)
}

#[test]
fn values_are_read_in_the_forms_that_programs_write() {
    let cases = [
        ("2024-03-05", "2024-03-05"),
        ("[[2024-03-05]]", "2024-03-05"),
        ("2024/03/05", "2024-03-05"),
        ("2024-03-05 7:30 PM", "2024-03-05 19:30"),
        ("20240305", "2024-03-05"),
        ("2024-3-5", "2024-03-05"),
        ("March 5, 2024", "2024-03-05"),
        ("2024-03-05, 10:15", "2024-03-05 10:15"),
        ("5 March 2024", "2024-03-05"),
        ("Tuesday, March 5th 2024", "2024-03-05 Tue"),
        ("05.03.2024", "2024-03-05"),
        ("2024-03-06 02:30:20Z", "2024-03-06 03:30 z"),
        ("2024-03-06T02:30:00.000Z", "2024-03-06 03:30 z"),
        ("2024-03-05T23:30:00-05:00", "2024-03-06 05:30 z"),
        ("2024-03-05T23:30-05:00[America/New_York]", "2024-03-06 05:30 z"),
        ("2024-03-05T23:30[America/New_York]", "2024-03-06 05:30 z"),
        ("2024-03-05 23:30 America/New_York", "2024-03-06 05:30 z"),
        ("Tue, 05 Mar 2024 21:30:00 +0100", "2024-03-05 21:30 Tue z"),
        ("Tue, 5 Mar 2024 21:30:00 GMT", "2024-03-05 22:30 Tue z"),
        ("March 5, 2024 9:30 PM", "2024-03-05 21:30"),
        ("March 5, 2024 at 9:30:12 PM", "2024-03-05 21:30"),
        ("5 March 2024 at 21:30:00 CET", "2024-03-05 21:30"),
        ("5 March 2024 at 21:30:00 GMT+1", "2024-03-05 21:30 z"),
        ("Tue Mar  5 21:30:00 CET 2024", "2024-03-05 21:30 Tue"),
        ("Tue Mar  5 21:30:00 2024", "2024-03-05 21:30 Tue"),
        ("Tue Mar 05 2024 19:30:00 GMT+0100 (Central European Standard Time)", "2024-03-05 19:30 Tue z"),
        ("2024-03-05T00:00:00.000Z", "2024-03-05"),
        ("2024-03-05 00:00:00", "2024-03-05"),
        ("2024-03-05 00:00", "2024-03-05 00:00"),
        ("2024-03-05T213000Z", "2024-03-05 22:30 z"),
        ("20240305T213000", "2024-03-05 21:30"),
        ("202403052130", "2024-03-05 21:30"),
        ("2024-W10-2", "2024-03-05"),
        ("4 Mar '24", "2024-03-04"),
        ("4.3.24", "2024-03-04"),
        ("03/25/2024", "2024-03-25"),
        ("03/04/2024", "2024-04-03 ?"),
        ("2024-03-05 24:00", "2024-03-05"),
        ("5. März 2024, 19 Uhr", "2024-03-05 19:00"),
        ("2024年3月5日(火) 午後3時30分", "2024-03-05 15:30 Tue"),
        ("二〇二四年三月五日 星期二", "2024-03-05 Tue"),
        ("令和6年3月5日", "2024-03-05"),
        ("5 III 2024", "2024-03-05"),
        ("2024-03-05 (Mon)", "2024-03-05 Mon !"),
        ("<2024-03-05 Tue 21:30>", "2024-03-05 21:30 Tue"),
        ("05/Mar/2024:21:30:00 +0100", "2024-03-05"),
        ("soon", ""),
        ("2024-02-30", ""),
    ];
    assert_all(&cases, value);
}

#[test]
fn every_language_names_its_days() {
    let cases = "5 March 2024 | Dienstag, den 5. März 2024 | mardi 5 mars 2024 | le 5 mars 2024 | martes, 5 de marzo de 2024 | \
         martedì 5 marzo 2024 | dinsdag 5 maart 2024 | terça-feira, 5 de março de 2024 | wtorek, 5 marca 2024 r. | \
         tisdag den 5 mars 2024 | вторник, 5 марта 2024 г. | 2024年3月5日 星期二 | 2024年3月5日（火） | 5 mrt. 2024 | \
         mar. 5 mars 2024 | Di, 5.3.2024 | 5:e mars 2024 | 5-го марта 2024 | the 5th of March, 2024";
    for written in cases.split(" | ") {
        let found = texts(written);
        assert!(
            found.len() == 1 && found[0].starts_with("2024-03-05") && !found[0].contains('!'),
            "{written}: {found:?}"
        );
    }
    assert_eq!(texts("1er avril 2024, 1º de abril de 2024, 1. April 2024").len(), 3);
}

#[test]
fn words_and_numbers_that_only_resemble_dates() {
    let cases = "9 marvellous days | 5 decided to go | 7 Octopuses | the other 2 may come | those 12 march in step | \
         12 may2026 | at 10:30 May said no | we paid $5 May be too much | 1.5 Dec | 112 May | version 1.2.2026.4 | \
         12026-05-12 | 0049-2026-05-12 | 2026-05-123 | 5\nMay came | 3 out of 5 | 2 ago | 5 set | 10.1.1.24 | \
         4 Mar '2 | 4 March 24 people | in March 5 boys | 24:00 March | 5 sie | to do 5 | 1/2 | 3/4 cup";
    let wrong: Vec<_> = cases.split(" | ").map(|written| (written, texts(written))).collect();
    let wrong: Vec<_> = wrong.iter().filter(|(_, found)| !found.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // "do" is Donnerstag only next to a German or Dutch month.
    assert_eq!(texts("to do 5 March 2024"), ["2024-03-05"]);
    assert_eq!(texts("Do 7. März 2024"), ["2024-03-07 Thu"]);
    assert_eq!(texts("2024-03-05 9:00-10:00"), ["2024-03-05 09:00"]);
}

#[test]
fn names_are_read_in_the_forms_of_programs() {
    let cases = [
        ("2024-03-05", "2024-03-05"),
        ("2026_11_25", "2026-11-25"),
        ("20240306 Trip", "2024-03-06"),
        ("2024-3-7", "2024-03-07"),
        ("IMG_20190704_211500", "2019-07-04 21:15"),
        ("VID-20190704-WA0001", "2019-07-04"),
        ("2018-08-09 page", "2018-08-09"),
        ("Screenshot 2024-03-05 at 7.30.12", "2024-03-05 07:30"),
        ("Screenshot 2024-03-05 at 7.30.12 PM", "2024-03-05 19:30"),
        ("Screenshot_20240305-193012_Chrome", "2024-03-05 19:30"),
        ("WhatsApp Image 2024-03-05 at 19.30.12", "2024-03-05 19:30"),
        ("20240305193012", "2024-03-05 19:30"),
        ("202403051930 Title", "2024-03-05 19:30"),
        ("2024-03-05T19-30-12", "2024-03-05 19:30"),
        ("2024-03-05-0730", "2024-03-05 07:30"),
        ("2024-03-05 19h30", "2024-03-05 19:30"),
        ("12-May-2026", "2026-05-12"),
        ("scan 12 may 2026", "2026-05-12"),
        ("Note_May_12_2026", "2026-05-12"),
        ("may-12th-2026", "2026-05-12"),
        ("05Mar2024", "2024-03-05"),
        ("5. März 2024", "2024-03-05"),
        ("05.03.2024", "2024-03-05"),
        ("2024年3月5日", "2024-03-05"),
        ("24-03-05", "2024-03-05 ?"),
        ("12026-05-12", ""),
        ("2026-05-123", ""),
        ("112-May-2026", ""),
        ("dismay-12-2026", ""),
        ("2026-02-30", ""),
        ("192.168.1.24", ""),
    ];
    assert_all(&cases, name);
}

#[test]
fn the_order_of_day_and_month_is_a_setting() {
    let read = |order: &str, locale: Option<&str>, text: &str| {
        let calendar = calendar().with_order(order, locale).unwrap();
        let reading = read_whole_date(text, &calendar).unwrap();
        (reading.date().unwrap(), reading.doubt == Some(DateDoubt::AmbiguousOrder))
    };

    assert_eq!(read("mdy", None, "03/04/2024"), (date(2024, 3, 4), false));
    assert_eq!(read("dmy", None, "03/04/2024"), (date(2024, 4, 3), false));
    assert_eq!(read("auto", Some("en_US.UTF-8"), "03/04/24"), (date(2024, 3, 4), false));
    assert_eq!(read("auto", Some("en_US.UTF-8"), "05.03.2024"), (date(2024, 3, 5), false));
    assert_eq!(read("mdy", None, "05.03.2024"), (date(2024, 5, 3), false));
    assert_eq!(read("ymd", None, "24/03/05"), (date(2024, 3, 5), false));
    assert_eq!(read("mdy", None, "25/03/2024"), (date(2024, 3, 25), false));
    assert_eq!(read("auto", None, "05/05/2024"), (date(2024, 5, 5), false));
    assert_eq!(read("auto", None, "03/04/24"), (date(2024, 4, 3), true));
}

#[test]
fn users_type_days_weeks_months_and_years() {
    // A Wednesday.
    let now = "2026-11-25T12:00:00Z".parse().unwrap();
    let cases = [
        ("today", "2026-11-25"),
        ("Yesterday", "2026-11-24"),
        ("tomorrow", "2026-11-26"),
        ("gestern", "2026-11-24"),
        ("mañana", "2026-11-26"),
        ("昨天", "2026-11-24"),
        ("the day before yesterday", "2026-11-23"),
        ("3 days ago", "2026-11-22"),
        ("2 weeks ago", "2026-11-11"),
        ("a month ago", "2026-10-25"),
        ("in 2 days", "2026-11-27"),
        ("last 7 days", "2026-11-19..2026-11-25"),
        ("last week", "2026-11-16..2026-11-22"),
        ("this week", "2026-11-23..2026-11-29"),
        ("last month", "2026-10-01..2026-10-31"),
        ("last year", "2025-01-01..2025-12-31"),
        ("monday", "2026-11-23"),
        ("wednesday", "2026-11-25"),
        ("last wednesday", "2026-11-18"),
        ("thursday", "2026-11-19"),
        ("next thursday", "2026-11-26"),
        ("Freitag", "2026-11-20"),
        ("星期二", "2026-11-24"),
        ("2026", "2026-01-01..2026-12-31"),
        ("2026-03", "2026-03-01..2026-03-31"),
        ("03/2026", "2026-03-01..2026-03-31"),
        ("March 2026", "2026-03-01..2026-03-31"),
        ("march", "2026-03-01..2026-03-31"),
        ("Dezember", "2025-12-01..2025-12-31"),
        ("2026年3月", "2026-03-01..2026-03-31"),
        ("2026-W07", "2026-02-09..2026-02-15"),
        ("2026-Q1", "2026-01-01..2026-03-31"),
        ("Q1", "2026-01-01..2026-03-31"),
        ("past week", "2026-11-19..2026-11-25"),
        ("the 5th of March 2024", "2024-03-05"),
        ("on 5 March 2024", "2024-03-05"),
        ("Q4 2025", "2025-10-01..2025-12-31"),
        ("2024-03-05", "2024-03-05"),
        ("20240201", "2024-02-01"),
        ("1.2.2024", "2024-02-01"),
        ("5 March 2024", "2024-03-05"),
        ("5 March", "2026-03-05"),
        ("24 December", "2025-12-24"),
        ("2024-03-05 19:30", "2024-03-05"),
    ];
    for (written, wanted) in cases {
        let span = parse_user_date(written, now, &calendar()).unwrap_or_else(|error| panic!("{written}: {error}"));
        let shown = match span.single_day() {
            Some(day) => day.to_string(),
            None => format!("{}..{}", span.first, span.last),
        };
        assert_eq!(shown, wanted, "{written}");
    }
}

#[test]
fn other_typed_texts_are_refused_with_a_hint() {
    let now = "2026-11-25T12:00:00Z".parse().unwrap();
    let wrong = "| soon | 2026-02-30 | 2026-13 | 2026-W54 | 2026-Q5 | last decade | 3 day | 0 days | 99999 | 12 | do | \
         2024-03-05 and more | 2024-03-05 2024-03-06 | 99999999 years ago | 03/04/2024 | \
         Wednesday 5 March 2024";
    for written in wrong.split('|') {
        let refused = parse_user_date(written, now, &calendar());
        assert!(refused.is_err_and(|error| error.hint_text().is_some()), "{written}");
    }
    assert_eq!(read_user_date("03/04/2024", now, &calendar()).unwrap().single_day(), Some(date(2024, 4, 3)));
}

#[test]
fn a_day_without_a_year_is_its_most_recent_occurrence() {
    let bounds = DateBounds { earliest: date(1900, 1, 1), latest: date(2026, 11, 22) };
    let recent = |text: &str| -> Option<Date> {
        read_whole_date(text, &calendar()).unwrap().most_recent(date(2026, 11, 21), bounds)
    };

    assert_eq!(recent("21 November"), Some(date(2026, 11, 21)));
    assert_eq!(recent("22 November"), Some(date(2025, 11, 22)));
    assert_eq!(recent("Wednesday 18 June"), Some(date(2025, 6, 18)));
    assert_eq!(recent("Mon. 29 Feb"), Some(date(2016, 2, 29)));
    assert_eq!(recent("Di 5.3."), Some(date(2024, 3, 5)));
}
