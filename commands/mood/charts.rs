//! Text charts of mood trends.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::Date;

use journal::domain::mood::{MoodBucket, MoodDimension, MoodTrends, TimeBin};

/// Marks from the low end of a scale to the high end.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Mark of a period without a score.
const NOTHING: char = '·';
/// Columns reserved for the numbers and blanks around a row of bars.
const RESERVED_COLUMNS: usize = 44;
/// Minimum and maximum columns of a row of bars.
const BAR_COLUMNS: (usize, usize) = (10, 80);
/// Columns of the weekday labels of a calendar.
const WEEKDAY_COLUMNS: usize = 5;

/// Scale of a dimension; `measure` is `None` for a retired dimension.
struct DimensionScale<'m> {
    min: f64,
    max: f64,
    measure: Option<&'m MoodDimension>,
}

impl<'m> DimensionScale<'m> {
    fn for_dimension(name: &str, measures: &'m [MoodDimension]) -> Self {
        let measure = measures.iter().find(|one| one.name == name);
        let (least, most) = measure.map_or((-1.0, 1.0), |one| (one.score_min, one.score_max));
        Self { min: least, max: most, measure }
    }

    fn bar_char(&self, score: f64) -> char {
        let share = ((score - self.min) / (self.max - self.min)).clamp(0.0, 1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is between 0 and 8")]
        let level = (share * LEVELS.len() as f64) as usize;
        LEVELS[level.min(LEVELS.len() - 1)]
    }
}

/// Renders a row of bars per dimension, configured dimensions first; shows the newest periods that fit.
pub fn render_trend_rows(trends: &MoodTrends, measures: &[MoodDimension], width: usize) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in measures.iter().map(|one| one.name.as_str()).chain(trends.bins.iter().map(|bar| bar.dimension.as_str()))
    {
        if !names.contains(&name) && trends.bins.iter().any(|bar| bar.dimension == name) {
            names.push(name);
        }
    }
    let label = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let columns = width.saturating_sub(label + RESERVED_COLUMNS).clamp(BAR_COLUMNS.0, BAR_COLUMNS.1);
    let periods = period_starts(trends, columns);
    let mut text = String::new();
    for name in names {
        let scale = DimensionScale::for_dimension(name, measures);
        let bars: BTreeMap<&str, &MoodBucket> =
            trends.bins.iter().filter(|bar| bar.dimension == name).map(|bar| (bar.period.as_str(), bar)).collect();
        let shown: Vec<Option<&MoodBucket>> = periods.iter().map(|period| bars.get(period.as_str()).copied()).collect();
        let marks: String = shown.iter().map(|bar| bar.map_or(NOTHING, |bar| scale.bar_char(bar.avg_score))).collect();
        let scored: Vec<&MoodBucket> = shown.into_iter().flatten().collect();
        let Some(last) = scored.last() else {
            let _ = writeln!(text, "{name:<label$}  {marks}");
            continue;
        };
        let entries: i64 = scored.iter().map(|bar| bar.entry_count).sum();
        let lowest = scored.iter().map(|bar| bar.avg_score).fold(f64::INFINITY, f64::min);
        let highest = scored.iter().map(|bar| bar.avg_score).fold(f64::NEG_INFINITY, f64::max);
        let _ = writeln!(
            text,
            "{name:<label$}  {marks}  {:+.2}  ({lowest:+.2} to {highest:+.2}, {entries} scores)",
            last.avg_score
        );
    }
    let (first, last) = (periods.first().map_or("", String::as_str), periods.last().map_or("", String::as_str));
    let _ = write!(text, "\nby {}, from {first} to {last}; the first number is the newest", trends.bin.name());
    text
}

/// Returns the first days of the newest `most` periods, including periods without scores.
fn period_starts(trends: &MoodTrends, most: usize) -> Vec<String> {
    let days: Vec<Date> = trends.bins.iter().filter_map(|bar| bar.period.parse().ok()).collect();
    let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else { return Vec::new() };
    let mut starts = std::collections::VecDeque::new();
    let mut day = *first;
    while day <= *last {
        if starts.len() == most {
            starts.pop_front();
        }
        starts.push_back(day.to_string());
        let next = trends.bin.next_start(day);
        if next == day {
            break;
        }
        day = next;
    }
    starts.into()
}

/// Renders a calendar of one dimension: one block per year, one column per week.
pub fn render_calendar(trends: &MoodTrends, name: &str, measures: &[MoodDimension], width: usize) -> String {
    let scale = DimensionScale::for_dimension(name, measures);
    let days: BTreeMap<Date, f64> =
        trends.bins.iter().filter_map(|bar| Some((bar.period.parse().ok()?, bar.avg_score))).collect();
    let (Some(first), Some(last)) = (days.keys().next(), days.keys().next_back()) else { return String::new() };
    let mut text = String::new();
    for year in first.year()..=last.year() {
        let in_year: Vec<Date> = days.keys().copied().filter(|day| day.year() == year).collect();
        let (Some(from), Some(to)) = (in_year.first(), in_year.last()) else { continue };
        let _ = writeln!(text, "{name} {year}");
        let mondays = week_starts(*from, *to, width.saturating_sub(WEEKDAY_COLUMNS).max(1));
        let _ = writeln!(text, "     {}", month_labels(&mondays));
        for (offset, weekday) in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].into_iter().enumerate() {
            let marks: String = mondays
                .iter()
                .map(|monday| {
                    let day = monday.saturating_add(i64::try_from(offset).unwrap_or(0).days());
                    match days.get(&day) {
                        _ if day.year() != year => ' ',
                        Some(score) => scale.bar_char(*score),
                        None => NOTHING,
                    }
                })
                .collect();
            let _ = writeln!(text, "{weekday}  {}", marks.trim_end());
        }
        text.push('\n');
    }
    let (low, high) = scale.measure.map_or(("low", "high"), |one| (&one.negative_pole, &one.positive_pole));
    let _ = write!(
        text,
        "{} {low} ({:+}) to {} {high} ({:+}), {NOTHING} not scored",
        LEVELS[0], scale.min, LEVELS[7], scale.max
    );
    text
}

/// Returns the Mondays of the newest `most` weeks between two days.
fn week_starts(from: Date, to: Date, most: usize) -> Vec<Date> {
    let mut mondays = Vec::new();
    let mut monday = TimeBin::Week.start_of(from);
    while monday <= to {
        mondays.push(monday);
        monday = monday.saturating_add(1.week());
    }
    mondays.split_off(mondays.len().saturating_sub(most))
}

/// Renders the header with each month above the week it begins in.
fn month_labels(mondays: &[Date]) -> String {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut line = String::new();
    let mut written = 0;
    for (column, monday) in mondays.iter().enumerate() {
        let sunday = monday.saturating_add(6.days());
        let begins = column == 0 || sunday.day() <= 7;
        if begins && written <= column {
            line.push_str(&" ".repeat(column - written));
            let name = NAMES[usize::try_from(sunday.month() - 1).unwrap_or(0).min(11)];
            line.push_str(name);
            line.push(' ');
            written = column + name.len() + 1;
        }
    }
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(name: &str, score_min: f64) -> MoodDimension {
        MoodDimension {
            name: name.to_owned(),
            positive_pole: "calm".to_owned(),
            negative_pole: "restless".to_owned(),
            scale_type: "bipolar",
            score_min,
            score_max: 1.0,
            notes: String::new(),
        }
    }

    fn trends(bin: TimeBin, bars: &[(&str, &str, f64)]) -> MoodTrends {
        let bins = bars.iter().map(|(period, dimension, avg_score)| MoodBucket {
            period: (*period).to_owned(),
            dimension: (*dimension).to_owned(),
            avg_score: *avg_score,
            entry_count: 2,
            score_min: *avg_score,
            score_max: *avg_score,
        });
        MoodTrends { from: None, to: None, bin, bins: bins.collect() }
    }

    #[test]
    fn mark_reflects_the_position_on_the_scale() {
        let measures = [measure("calm", -1.0), measure("agency", 0.0)];
        let cases = [
            ("calm", -1.0, '▁'),
            ("calm", -0.76, '▁'),
            ("calm", -0.74, '▂'),
            ("calm", 0.0, '▅'),
            ("calm", 0.99, '█'),
            ("calm", 1.0, '█'),
            ("agency", 0.0, '▁'),
            ("agency", 0.5, '▅'),
            ("agency", 1.0, '█'),
            ("retired", 0.0, '▅'),
        ];
        for (name, score, mark) in cases {
            assert_eq!(DimensionScale::for_dimension(name, &measures).bar_char(score), mark, "{name} {score}");
        }
    }

    #[test]
    fn rows_keep_file_order_and_show_gaps_for_missing_scores() {
        let bars = [
            ("2026-05-04", "calm", -1.0),
            ("2026-05-04", "agency", 0.5),
            ("2026-05-18", "calm", 1.0),
            ("2026-05-18", "old", 0.0),
        ];

        let text =
            render_trend_rows(&trends(TimeBin::Week, &bars), &[measure("agency", 0.0), measure("calm", -1.0)], 100);

        assert_eq!(
            text,
            "agency  ▅··  +0.50  (+0.50 to +0.50, 2 scores)\n\
             calm    ▁·█  +1.00  (-1.00 to +1.00, 4 scores)\n\
             old     ··▅  +0.00  (+0.00 to +0.00, 2 scores)\n\n\
             by week, from 2026-05-04 to 2026-05-18; the first number is the newest"
        );
    }

    #[test]
    fn only_the_newest_periods_that_fit_are_drawn() {
        let many: Vec<String> = (1..=30).map(|day| format!("2026-06-{day:02}")).collect();
        let bars: Vec<_> = many.iter().map(|day| (day.as_str(), "calm", 0.0)).collect();

        let text = render_trend_rows(&trends(TimeBin::Day, &bars), &[], 20);

        assert_eq!(text.chars().filter(|c| *c == '▅').count(), 10, "{text}");
        assert!(text.contains("from 2026-06-21 to 2026-06-30"), "{text}");
    }

    #[test]
    fn calendar_has_a_block_per_year_and_a_row_per_weekday() {
        let bars = [("2025-12-31", "calm", 1.0), ("2026-01-01", "calm", -1.0), ("2026-01-12", "calm", 0.0)];

        let text = render_calendar(&trends(TimeBin::Day, &bars), "calm", &[measure("calm", -1.0)], 80);

        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines[0], lines[10]), ("calm 2025", "calm 2026"), "{text}");
        assert_eq!(lines[4], "Wed  █", "2025-12-31 is a Wednesday\n{text}");
        assert_eq!(lines[15], "Thu  ▁··", "2026-01-01 is a Thursday\n{text}");
        assert_eq!(lines[12], "Mon   ·▅", "2026-01-12 is a Monday\n{text}");
        assert_eq!(lines.last().unwrap(), &"▁ restless (-1) to █ calm (+1), · not scored");
    }

    #[test]
    fn month_labels_are_above_the_weeks_they_begin_in() {
        let from = "2026-01-01".parse().unwrap();

        let line = month_labels(&week_starts(from, "2026-03-31".parse().unwrap(), 80));

        assert_eq!(line, "Jan Feb Mar  Apr", "the weeks of 1 February, 1 March and 1 April");
    }
}
