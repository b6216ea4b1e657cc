//! What an operator has to have done some time ago at the most: a backup, a trial of it, a recovery kit.

use jiff::SignedDuration;
use jiff::Timestamp;

use crate::app::App;
use crate::doctor::Mark;
use crate::doctor::Report;
use crate::error::Result;
use crate::model::health::BACKUP_EVERY;
use crate::model::health::DRILL_EVERY;
use crate::storage::accounts::upkeep;
use crate::storage::accounts::upkeep::Kind;

pub(super) fn examine(app: &App, report: &mut Report) {
    let make = "`journal backup create --to DIR --recipient age1…`, every night";
    report.outcome("backup", aged(app, Kind::Backup, BACKUP_EVERY, "made", make));
    let drill = "`journal backup drill FILE -i IDENTITY`, every month";
    report.outcome("restore drill", aged(app, Kind::BackupDrill, DRILL_EVERY, "tried", drill));
    report.outcome("recovery kit", kit(app));
}

/// What was found, and the next step where one is due.
pub(super) type Found = (Mark, String, Option<String>);

fn aged(app: &App, kind: Kind, every: SignedDuration, done: &str, hint: &str) -> Result<Found> {
    let last = app.store.accounts.read(|db| upkeep::last(db, kind))?;
    let Some(last) = last else {
        return Ok((Mark::Warning, format!("never {done}"), Some(hint.to_owned())));
    };
    let age = last.at.parse::<Timestamp>().map_or(SignedDuration::MAX, |at| app.clock.now().duration_since(at));
    let told = format!("last {done} {} ({})", ago(age), last.at);
    if age > every { Ok((Mark::Warning, told, Some(hint.to_owned()))) } else { Ok((Mark::Ok, told, None)) }
}

fn kit(app: &App) -> Result<Found> {
    let hint = "`journal keyring recover-kit`, and keep the sheet away from this machine".to_owned();
    Ok(match app.store.recovery_kit()? {
        None => (Mark::Warning, "never made: if the secret is lost, so is the journal".to_owned(), Some(hint)),
        Some((at, false)) => {
            (Mark::Warning, format!("made {at}, before the databases got other keys: it opens nothing"), Some(hint))
        }
        Some((at, true)) => (Mark::Ok, format!("made {at}"), None),
    })
}

/// Says how long ago something was, in the largest unit that gives a whole number.
pub(super) fn ago(age: SignedDuration) -> String {
    let (hours, minutes) = (age.as_hours(), age.as_mins());
    match (hours / 24, hours) {
        (2.., _) => format!("{} days ago", hours / 24),
        (_, 2..) => format!("{hours} hours ago"),
        _ => format!("{} minutes ago", minutes.max(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_the_largest_unit_that_fits() {
        for (minutes, told) in
            [(-5, "0 minutes ago"), (119, "119 minutes ago"), (121, "2 hours ago"), (2880, "2 days ago")]
        {
            assert_eq!(ago(SignedDuration::from_mins(minutes)), told);
        }
    }
}
