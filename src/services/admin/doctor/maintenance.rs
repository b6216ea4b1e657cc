//! Checks of regular maintenance: backup, restore drill, recovery kit.

use jiff::{SignedDuration, Timestamp};

use crate::app::state::AppState;
use crate::domain::health::{MAX_BACKUP_AGE, MAX_DRILL_AGE};
use crate::error::Result;
use crate::services::admin::doctor::report::{CheckOutcome, DoctorReport};
use crate::storage::accounts::maintenance::{self, MaintenanceKind};

pub(super) fn examine(app: &AppState, report: &mut DoctorReport) {
    let make = "`journal backup create --to DIR --recipient age1…`, every night";
    report.add("backup", check_age(app, MaintenanceKind::Backup, MAX_BACKUP_AGE, "made", make));
    let drill = "`journal backup drill FILE -i IDENTITY`, every month";
    report.add("restore drill", check_age(app, MaintenanceKind::BackupDrill, MAX_DRILL_AGE, "tried", drill));
    report.add("recovery kit", check_recovery_kit(app));
}

fn check_age(
    app: &AppState,
    kind: MaintenanceKind,
    every: SignedDuration,
    done: &str,
    hint: &str,
) -> Result<CheckOutcome> {
    let Some(last) = app.store.accounts.read(|db| maintenance::find_last(db, kind))? else {
        return Ok(CheckOutcome::warning(format!("never {done}")).with_hint(hint));
    };
    let age = last.at.parse::<Timestamp>().map_or(SignedDuration::MAX, |at| app.clock.now().duration_since(at));
    let detail = format!("last {done} {} ({})", format_age(age), last.at);
    Ok(if age > every { CheckOutcome::warning(detail).with_hint(hint) } else { CheckOutcome::ok(detail) })
}

fn check_recovery_kit(app: &AppState) -> Result<CheckOutcome> {
    let warning = |detail: String| {
        CheckOutcome::warning(detail)
            .with_hint("`journal keyring recover-kit`, and keep the sheet away from this machine")
    };
    Ok(match app.store.recovery_kit_status()? {
        None => warning("never made: if the secret is lost, so is the journal".to_owned()),
        Some((at, false)) => warning(format!("made {at}, before the databases were re-keyed: it does not open them")),
        Some((at, true)) => CheckOutcome::ok(format!("made {at}")),
    })
}

/// Formats an age in the largest unit that gives a whole number of at least 2, or in minutes.
pub(super) fn format_age(age: SignedDuration) -> String {
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
    fn ages_use_the_largest_unit_that_fits() {
        for (minutes, text) in
            [(-5, "0 minutes ago"), (119, "119 minutes ago"), (121, "2 hours ago"), (2880, "2 days ago")]
        {
            assert_eq!(format_age(SignedDuration::from_mins(minutes)), text);
        }
    }
}
