//! Moods as pictures of characters.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::Date;

use journal::model::mood::Bar;
use journal::model::mood::Measure;
use journal::model::mood::Step;
use journal::model::mood::Trends;

/// From the low end of a scale to the high one.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Where nothing was scored.
const NOTHING: char = '·';
/// Columns beside a line of bars: numbers and blanks.
const BESIDE: usize = 44;
/// Fewest and most columns of a line of bars.
const LINE: (usize, usize) = (10, 80);
/// Columns of a calendar beside its weeks.
const DAYS: usize = 5;

/// A dimension's name, scale and poles; those of one that is no longer in use are not known.
struct Scale<'m> {
    least: f64,
    most: f64,
    measure: Option<&'m Measure>,
}

impl<'m> Scale<'m> {
    fn of(name: &str, measures: &'m [Measure]) -> Self {
        let measure = measures.iter().find(|one| one.name == name);
        let (least, most) = measure.map_or((-1.0, 1.0), |one| (one.score_min, one.score_max));
        Self { least, most, measure }
    }

    fn mark(&self, score: f64) -> char {
        let share = ((score - self.least) / (self.most - self.least)).clamp(0.0, 1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between 0 and 8")]
        let level = (share * LEVELS.len() as f64) as usize;
        LEVELS[level.min(LEVELS.len() - 1)]
    }
}

/// Draws a line of bars for each dimension, those of the measures first, the newest steps that fit.
pub fn lines(trends: &Trends, measures: &[Measure], width: usize) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in measures.iter().map(|one| one.name.as_str()).chain(trends.bins.iter().map(|bar| bar.dimension.as_str()))
    {
        if !names.contains(&name) && trends.bins.iter().any(|bar| bar.dimension == name) {
            names.push(name);
        }
    }
    let label = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let room = width.saturating_sub(label + BESIDE).clamp(LINE.0, LINE.1);
    let steps = steps(trends, room);
    let mut text = String::new();
    for name in names {
        let scale = Scale::of(name, measures);
        let bars: BTreeMap<&str, &Bar> =
            trends.bins.iter().filter(|bar| bar.dimension == name).map(|bar| (bar.period.as_str(), bar)).collect();
        let shown: Vec<Option<&Bar>> = steps.iter().map(|step| bars.get(step.as_str()).copied()).collect();
        let marks: String = shown.iter().map(|bar| bar.map_or(NOTHING, |bar| scale.mark(bar.avg_score))).collect();
        let there: Vec<&Bar> = shown.into_iter().flatten().collect();
        let Some(last) = there.last() else {
            let _ = writeln!(text, "{name:<label$}  {marks}");
            continue;
        };
        let entries: i64 = there.iter().map(|bar| bar.entry_count).sum();
        let lowest = there.iter().map(|bar| bar.avg_score).fold(f64::INFINITY, f64::min);
        let highest = there.iter().map(|bar| bar.avg_score).fold(f64::NEG_INFINITY, f64::max);
        let _ = writeln!(
            text,
            "{name:<label$}  {marks}  {:+.2}  ({lowest:+.2} to {highest:+.2}, {entries} scores)",
            last.avg_score
        );
    }
    let (first, last) = (steps.first().map_or("", String::as_str), steps.last().map_or("", String::as_str));
    let _ = write!(text, "\nby {}, from {first} to {last}; the first number is the newest", trends.bin.name());
    text
}

/// Returns the first days of the newest steps, also of those without scores between them.
fn steps(trends: &Trends, most: usize) -> Vec<String> {
    let days: Vec<Date> = trends.bins.iter().filter_map(|bar| bar.period.parse().ok()).collect();
    let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else { return Vec::new() };
    let mut steps = std::collections::VecDeque::new();
    let mut day = *first;
    while day <= *last {
        if steps.len() == most {
            steps.pop_front();
        }
        steps.push_back(day.to_string());
        let next = trends.bin.after(day);
        if next == day {
            break;
        }
        day = next;
    }
    steps.into()
}

/// Draws a calendar of one dimension, a block a year, a column a week.
pub fn calendar(trends: &Trends, name: &str, measures: &[Measure], width: usize) -> String {
    let scale = Scale::of(name, measures);
    let days: BTreeMap<Date, f64> =
        trends.bins.iter().filter_map(|bar| Some((bar.period.parse().ok()?, bar.avg_score))).collect();
    let (Some(first), Some(last)) = (days.keys().next(), days.keys().next_back()) else { return String::new() };
    let mut text = String::new();
    for year in first.year()..=last.year() {
        let in_year: Vec<Date> = days.keys().copied().filter(|day| day.year() == year).collect();
        let (Some(from), Some(to)) = (in_year.first(), in_year.last()) else { continue };
        let _ = writeln!(text, "{name} {year}");
        let weeks = weeks(*from, *to, width.saturating_sub(DAYS).max(1));
        let _ = writeln!(text, "     {}", months(&weeks));
        for (offset, weekday) in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].into_iter().enumerate() {
            let marks: String = weeks
                .iter()
                .map(|monday| {
                    let day = monday.saturating_add(i64::try_from(offset).unwrap_or(0).days());
                    match days.get(&day) {
                        _ if day.year() != year => ' ',
                        Some(score) => scale.mark(*score),
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
        LEVELS[0], scale.least, LEVELS[7], scale.most
    );
    text
}

/// Returns the Mondays of the weeks between two days, the newest that fit.
fn weeks(from: Date, to: Date, most: usize) -> Vec<Date> {
    let mut weeks = Vec::new();
    let mut monday = Step::Week.start(from);
    while monday <= to {
        weeks.push(monday);
        monday = monday.saturating_add(1.week());
    }
    weeks.split_off(weeks.len().saturating_sub(most))
}

/// Writes the months over the weeks that they begin in.
fn months(weeks: &[Date]) -> String {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut line = String::new();
    let mut written = 0;
    for (column, monday) in weeks.iter().enumerate() {
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

    fn measure(name: &str, score_min: f64) -> Measure {
        Measure {
            name: name.to_owned(),
            positive_pole: "calm".to_owned(),
            negative_pole: "restless".to_owned(),
            scale_type: "bipolar",
            score_min,
            score_max: 1.0,
            notes: String::new(),
        }
    }

    fn trends(bin: Step, bars: &[(&str, &str, f64)]) -> Trends {
        let bins = bars.iter().map(|(period, dimension, avg_score)| Bar {
            period: (*period).to_owned(),
            dimension: (*dimension).to_owned(),
            avg_score: *avg_score,
            entry_count: 2,
            score_min: *avg_score,
            score_max: *avg_score,
        });
        Trends { from: None, to: None, bin, bins: bins.collect() }
    }

    #[test]
    fn a_mark_stands_for_a_place_on_the_scale() {
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
            ("gone", 0.0, '▅'),
        ];
        for (name, score, mark) in cases {
            assert_eq!(Scale::of(name, &measures).mark(score), mark, "{name} {score}");
        }
    }

    #[test]
    fn lines_leave_a_gap_where_nothing_was_scored_and_stand_in_the_order_of_the_file() {
        let bars = [
            ("2026-05-04", "calm", -1.0),
            ("2026-05-04", "agency", 0.5),
            ("2026-05-18", "calm", 1.0),
            ("2026-05-18", "old", 0.0),
        ];

        let text = lines(&trends(Step::Week, &bars), &[measure("agency", 0.0), measure("calm", -1.0)], 100);

        assert_eq!(
            text,
            "agency  ▅··  +0.50  (+0.50 to +0.50, 2 scores)\n\
             calm    ▁·█  +1.00  (-1.00 to +1.00, 4 scores)\n\
             old     ··▅  +0.00  (+0.00 to +0.00, 2 scores)\n\n\
             by week, from 2026-05-04 to 2026-05-18; the first number is the newest"
        );
    }

    #[test]
    fn of_more_steps_than_fit_the_newest_are_drawn() {
        let many: Vec<String> = (1..=30).map(|day| format!("2026-06-{day:02}")).collect();
        let bars: Vec<_> = many.iter().map(|day| (day.as_str(), "calm", 0.0)).collect();

        let text = lines(&trends(Step::Day, &bars), &[], 20);

        assert_eq!(text.chars().filter(|c| *c == '▅').count(), 10, "{text}");
        assert!(text.contains("from 2026-06-21 to 2026-06-30"), "{text}");
    }

    #[test]
    fn a_calendar_has_a_block_a_year_and_a_row_a_weekday() {
        let bars = [("2025-12-31", "calm", 1.0), ("2026-01-01", "calm", -1.0), ("2026-01-12", "calm", 0.0)];

        let text = calendar(&trends(Step::Day, &bars), "calm", &[measure("calm", -1.0)], 80);

        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines[0], lines[10]), ("calm 2025", "calm 2026"), "{text}");
        assert_eq!(lines[4], "Wed  █", "2025-12-31 is a Wednesday\n{text}");
        assert_eq!(lines[15], "Thu  ▁··", "2026-01-01 is a Thursday\n{text}");
        assert_eq!(lines[12], "Mon   ·▅", "2026-01-12 is a Monday\n{text}");
        assert_eq!(lines.last().unwrap(), &"▁ restless (-1) to █ calm (+1), · not scored");
    }

    #[test]
    fn months_stand_over_the_weeks_that_they_begin_in() {
        let from = "2026-01-01".parse().unwrap();

        let line = months(&weeks(from, "2026-03-31".parse().unwrap(), 80));

        assert_eq!(line, "Jan Feb Mar  Apr", "the weeks of 1 February, 1 March and 1 April");
    }
}
