//! Checks of regular maintenance: backup, restore drill, recovery kit.

use jiff::{SignedDuration, Timestamp};

use crate::app::state::AppState;
use crate::domain::health::{MAX_BACKUP_AGE, MAX_DRILL_AGE};
use crate::error::Result;
use crate::services::admin::doctor::{CheckStatus, DoctorReport};
use crate::storage::accounts::maintenance::{self, MaintenanceKind};

pub(super) fn examine(app: &AppState, report: &mut DoctorReport) {
    let make = "`journal backup create --to DIR --recipient age1…`, every night";
    report.add_finding("backup", check_age(app, MaintenanceKind::Backup, MAX_BACKUP_AGE, "made", make));
    let drill = "`journal backup drill FILE -i IDENTITY`, every month";
    report.add_finding("restore drill", check_age(app, MaintenanceKind::BackupDrill, MAX_DRILL_AGE, "tried", drill));
    report.add_finding("recovery kit", check_recovery_kit(app));
}

/// Status, detail, and the next step where one is due.
pub(super) type MaintenanceFinding = (CheckStatus, String, Option<String>);

fn check_age(
    app: &AppState,
    kind: MaintenanceKind,
    every: SignedDuration,
    done: &str,
    hint: &str,
) -> Result<MaintenanceFinding> {
    let last = app.store.accounts.read(|db| maintenance::find_last(db, kind))?;
    let Some(last) = last else {
        return Ok((CheckStatus::Warning, format!("never {done}"), Some(hint.to_owned())));
    };
    let age = last.at.parse::<Timestamp>().map_or(SignedDuration::MAX, |at| app.clock.now().duration_since(at));
    let detail = format!("last {done} {} ({})", format_age(age), last.at);
    if age > every {
        Ok((CheckStatus::Warning, detail, Some(hint.to_owned())))
    } else {
        Ok((CheckStatus::Ok, detail, None))
    }
}

fn check_recovery_kit(app: &AppState) -> Result<MaintenanceFinding> {
    let hint = "`journal keyring recover-kit`, and keep the sheet away from this machine".to_owned();
    Ok(match app.store.recovery_kit_status()? {
        None => (CheckStatus::Warning, "never made: if the secret is lost, so is the journal".to_owned(), Some(hint)),
        Some((at, false)) => (
            CheckStatus::Warning,
            format!("made {at}, before the databases were re-keyed: it does not open them"),
            Some(hint),
        ),
        Some((at, true)) => (CheckStatus::Ok, format!("made {at}"), None),
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
