//! Tests of dating: precedence, bounds, masked parts and doubts. `tests/in_process/dating_table.rs` has the forms.

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

const TODAY: Date = date(2026, 11, 21);
const BOUNDS: DateBounds = DateBounds { earliest: date(1900, 1, 1), latest: date(2026, 11, 22) };

fn calendar() -> JournalCalendar {
    JournalCalendar::for_zone(TimeZone::UTC)
}

fn text(text: &str) -> DateMatch {
    date_in_text(text, TODAY, BOUNDS, &calendar())
}

fn on(year: i16, month: i8, day: i8) -> DateMatch {
    DateMatch::Date(date(year, month, day))
}

/// Dates a note and returns the outcome, with the file time of 2026-11-20 as fallback.
fn determine(front_matter: &[(&str, &str)], path: &str, text: &str) -> Result<DatingOutcome> {
    let front_matter: Vec<_> =
        front_matter.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    determine_date(&DateEvidence {
        explicit: None,
        front_matter: &front_matter,
        path,
        metadata: None,
        text,
        fallback: DateFallback::FileTime("2026-11-20T08:15:00Z".parse().unwrap()),
        now: "2026-11-21T12:00:00Z".parse().unwrap(),
        bounds: BOUNDS,
        calendar: &calendar(),
    })
}

fn assert_dates(cases: &[(&str, DateMatch)]) {
    let found = cases.iter().map(|(written, wanted)| (*written, *wanted, text(written)));
    let wrong: Vec<_> = found.filter(|(_, wanted, found)| wanted != found).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn out_of_bounds_error_names_the_date_and_the_range() {
    let refused = BOUNDS.check(date(1400, 5, 12)).unwrap_err();

    assert_eq!(refused.to_string(), "entry date 1400-05-12 is outside the allowed range 1900-01-01 – 2026-11-22");
    assert!(refused.hint_text().unwrap().contains("MIN_ENTRY_DATE"));
    assert_eq!(DateBounds::until_tomorrow(date(1900, 1, 1), TODAY), BOUNDS);
}

#[test]
fn every_supported_form_is_found() {
    let cases = "Tuesday 12 May 2026. Rain. | tues, 12 may 2026 rain | the 12th of May 2026 | \
         Tuesday the 12th May 2026 | _12 May 2026_ | **12 May 2026** | 12 MAY 2026 23:35 | \
         12\u{a0}May 2026 | May 12, 2026 | May 12th 2026: | # 2026-05-12 | 2026-05-12T10:30:00Z | \
         12/05/2026 | 12.5.2026. | (12.05.2026) | Rain.\n12 May, 2026";
    for written in cases.split(" | ").filter(|written| !written.starts_with("12/05")) {
        assert_eq!(text(written), on(2026, 5, 12), "{written}");
    }
    assert_dates(&[
        ("12/05/2026", on(2026, 5, 12)),
        ("Sept. 3, 2025", on(2025, 9, 3)),
        ("3 Sep. 2025", on(2025, 9, 3)),
        ("28th April", on(2026, 4, 28)),
    ]);
}

#[test]
fn an_explicit_year_beats_every_date_without_one() {
    assert_eq!(text("Like on 9 June. Written 2026-05-12"), on(2026, 5, 12));
}

#[test]
fn among_explicit_dates_the_first_in_the_text_wins() {
    assert_eq!(text("2026-05-12\nWe married on 3 April 2020, not on May 1, 2020."), on(2026, 5, 12));
}

#[test]
fn an_out_of_bounds_date_does_not_hide_later_ones() {
    assert_dates(&[
        ("31 June 2026, 30.02.2026, 12 May 1400, 4 May 2031, 12 May 2025", on(2025, 5, 12)),
        ("passport until 3 April 2031; today is 9 June", on(2026, 6, 9)),
        ("12 May 1400 and 2031-04-03", DateMatch::OutOfRange(date(1400, 5, 12))),
        ("31 June 2026", DateMatch::None),
    ]);
}

#[test]
fn a_date_without_a_year_is_its_most_recent_occurrence() {
    assert_dates(&[
        ("21 November", on(2026, 11, 21)),
        ("22 November", on(2025, 11, 22)),
        ("9 June 23:35", on(2026, 6, 9)),
        ("5 may\nrain", on(2026, 5, 5)),
        ("it is sunday, 5 may", on(2024, 5, 5)),
        ("29 February", on(2024, 2, 29)),
        ("30 February, no, 1 March", on(2026, 3, 1)),
    ]);
}

#[test]
fn a_weekday_picks_the_year_it_fits() {
    assert_dates(&[
        ("Thursday 18 June", on(2026, 6, 18)),
        ("Wednesday\n18 June", on(2025, 6, 18)),
        ("Mon. 29 Feb", on(2016, 2, 29)),
    ]);
    let bounds = DateBounds { earliest: date(2026, 1, 1), ..BOUNDS };
    assert_eq!(date_in_text("Wednesday 18 June", TODAY, bounds, &calendar()), on(2026, 6, 18));
    assert_eq!(date_in_text("24 December", TODAY, bounds, &calendar()), DateMatch::None);
}

#[test]
fn only_the_first_500_code_points_count() {
    let rain = "é".repeat(489);

    assert_eq!(text(&format!("{rain} 2026-05-12 x")), on(2026, 5, 12));
    assert_eq!(text(&format!("{rain}  2026-05-12 x")), DateMatch::None);
    assert_eq!(text(&format!("{rain}   9 May 2025 x")), DateMatch::None);
}

#[test]
fn evidence_is_asked_in_order() {
    let (front, name, heading) = ([("date", "2026-02-02")], "2026-03-03 walk.md", "4 April 2026\nIn 5 May 2026");
    let dated = |front: &[(&str, &str)], path, text| {
        let outcome = determine(front, path, text).unwrap();
        (outcome.date, outcome.origin, outcome.guessed)
    };

    assert_eq!(dated(&front, name, heading), (date(2026, 2, 2), DateOrigin::FrontMatter, false));
    assert_eq!(dated(&[], name, heading), (date(2026, 3, 3), DateOrigin::FileName, false));
    assert_eq!(dated(&[], "walk.md", heading), (date(2026, 4, 4), DateOrigin::Heading, false));
    assert_eq!(dated(&[], "walk.md", "Rain.\n\nOn 5 May 2026 we swam."), (date(2026, 5, 5), DateOrigin::Text, false));
    assert_eq!(dated(&[], "walk.md", "rain"), (date(2026, 11, 20), DateOrigin::FileTime, true));
    assert_eq!(dated(&[], name, "3 March 1400"), (date(2026, 3, 3), DateOrigin::FileName, false));
}

#[test]
fn out_of_bounds_dates_are_rejected_not_replaced() {
    let refuse = |front: &[(&str, &str)], path, text| determine(front, path, text).unwrap_err();

    assert!(refuse(&[("date", "1400-01-01")], "", "3 March 2026").to_string().contains("1400-01-01"));
    let refused = refuse(&[], "notes.md", "3 March 2031");
    assert!(refused.to_string().contains("2031-03-03"));
    assert!(refused.hint_text().unwrap().contains("--date"));
    assert!(refuse(&[], "2031-03-03.md", "rain").to_string().contains("2031-03-03"));
    // A date that is only mentioned is that of something else.
    assert_eq!(determine(&[], "a.md", "Rain. We move on 3 March 2031.").unwrap().origin, DateOrigin::FileTime);
}

#[test]
fn an_unread_date_is_named_and_the_next_evidence_used() {
    let outcome = determine(&[("date", "some day"), ("created", "2026-02-02T08:31:00Z")], "", "rain").unwrap();

    assert_eq!((outcome.date, outcome.minute.unwrap().to_string()), (date(2026, 2, 2), "08:31".to_owned()));
    assert_eq!(outcome.note.unwrap().to_string(), "`date: some day` could not be read as a date");
    assert_eq!(determine(&[("created", "by Ola")], "2026-03-03.md", "rain").unwrap().note, None);
}

#[test]
fn the_time_comes_from_any_evidence_of_the_day() {
    let minute =
        |front: &[(&str, &str)], path, text| determine(front, path, text).unwrap().minute.map(|at| at.to_string());

    assert_eq!(minute(&[("time", "8:31")], "2026-03-03.md", "rain").as_deref(), Some("08:31"));
    assert_eq!(minute(&[("date", "2026-03-03")], "2026-03-03 0915.md", "rain").as_deref(), Some("09:15"));
    assert_eq!(minute(&[], "2026-03-03.md", "# 3 March 2026, 19:30\n").as_deref(), Some("19:30"));
    assert_eq!(minute(&[], "2026-03-03.md", "# 4 March 2026, 19:30\n"), None);
}

#[test]
fn a_capture_time_is_used_unless_the_clock_was_not_set() {
    let calendar = JournalCalendar { day_start: 4, ..calendar() };
    let dated = |metadata| {
        let outcome = determine_date(&DateEvidence {
            explicit: None,
            front_matter: &[],
            path: "scan.jpg",
            metadata: Some(metadata),
            text: "",
            fallback: DateFallback::Today { guessed: true },
            now: "2026-11-21T12:00:00Z".parse().unwrap(),
            bounds: BOUNDS,
            calendar: &calendar,
        });
        outcome.map(|outcome| (outcome.date, outcome.origin, outcome.guessed)).unwrap()
    };

    let taken = |day: Date| (day, DateOrigin::Metadata, false);
    assert_eq!(dated(CaptureTime::Local(date(2019, 7, 4).at(21, 15, 0, 0))), taken(date(2019, 7, 4)));
    assert_eq!(dated(CaptureTime::Local(date(2019, 7, 4).at(3, 59, 0, 0))), taken(date(2019, 7, 3)));
    assert_eq!(dated(CaptureTime::Instant("2019-07-04T21:15:00Z".parse().unwrap())), taken(date(2019, 7, 4)));
    for unset in [date(1904, 1, 1), date(1970, 1, 1), date(1980, 1, 1), date(2000, 1, 1), date(2036, 1, 1)] {
        assert_eq!(dated(CaptureTime::Local(unset.at(0, 0, 0, 0))), (TODAY, DateOrigin::Today, true), "{unset}");
    }
}

proptest! {
    #[test]
    fn a_found_date_is_always_within_the_bounds(
        text in "(\\PC|[0-9]{1,4}|[ .,/\n_-]|Sunday |May|3rd|(31|12|30) (Feb|Sept|june) ?([0-9]{4})?|年|月|日){0,40}",
    ) {
        match date_in_text(&text, TODAY, BOUNDS, &calendar()) {
            DateMatch::Date(date) => prop_assert!(BOUNDS.contains(date)),
            DateMatch::OutOfRange(date) => prop_assert!(!BOUNDS.contains(date)),
            DateMatch::None => {}
        }
        if let Ok(outcome) = determine(&[("date", &text)], &text, &text) {
            prop_assert!(BOUNDS.contains(outcome.date));
        }
    }

    #[test]
    fn no_date_comes_from_inside_a_link(
        date in "2024-0[1-9]-1[0-9]|1[0-9] March 2024|March 1[0-9], 2024|1[0-9]\\.3\\.2024|2024年3月1[0-9]日",
        around in "[a-z ,.!\n]{0,20}",
        form in 0_usize..6,
    ) {
        let link = match form {
            0 => format!("[[{date}]]"),
            1 => format!("[[{date}|{around}]]", around = around.replace('\n', " ")),
            2 => format!("[{date}]({around})", around = around.replace(['\n', ' '], "")),
            3 => format!("![[{date}.png]]"),
            4 => format!("https://example.org/{}", date.replace(' ', "-")),
            _ => format!("`{date}`"),
        };
        prop_assert_eq!(text(&format!("{around} {link} {around}")), DateMatch::None);
    }
}
