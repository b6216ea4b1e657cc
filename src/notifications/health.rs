//! Looks after the machine while the server runs.

use std::sync::Arc;

use crate::app::App;
use crate::error::Result;
use crate::model::health::Check;
use crate::model::health::Level;
use crate::notifications::message;
use crate::notifications::message::Message;
use crate::storage::accounts;
use crate::storage::data_dir;
use crate::storage::database;

/// Free bytes below which there soon is no room.
const LOW: u64 = 500 << 20;
/// Free bytes below which there is none.
const NONE: u64 = 100 << 20;

/// Remembers how the machine was, so that admins hear of a turn for the worse, and of that only once.
#[derive(Default)]
pub(super) struct Watch {
    was_bad: bool,
}

impl Watch {
    /// Looks at the machine; returns what to tell when it is not well any more.
    pub(super) async fn look(&mut self, app: &Arc<App>) -> Option<Message> {
        let accounts = app.store.accounts.clone();
        let database = database::blocking(accounts, |db| db.read(accounts::runtime::all)).await;
        let free = data_dir::free_bytes(&app.config.data_dir);
        let checks = [of_database(&database), of_disk(&free)];
        let is_bad = checks.iter().any(|check| check.status != Level::Ok);
        self.turned(is_bad).then(|| message::of_health(&checks, app.clock.now()))
    }

    fn turned(&mut self, is_bad: bool) -> bool {
        let was_bad = std::mem::replace(&mut self.was_bad, is_bad);
        is_bad && !was_bad
    }
}

fn of_database<T>(read: &Result<T>) -> Check {
    let (status, detail) = match read {
        Ok(_) => (Level::Ok, "can be read"),
        Err(_) => (Level::Error, "cannot be read"),
    };
    Check { name: "database".to_owned(), status, detail: detail.to_owned(), error: None }
}

fn of_disk(free: &Result<u64>) -> Check {
    let (status, detail) = match free {
        Ok(free) if *free < NONE => (Level::Error, format!("{} MiB free", free >> 20)),
        Ok(free) if *free < LOW => (Level::Degraded, format!("{} MiB free", free >> 20)),
        Ok(free) => (Level::Ok, format!("{} MiB free", free >> 20)),
        Err(_) => (Level::Error, "cannot be looked at".to_owned()),
    };
    Check { name: "disk".to_owned(), status, detail, error: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn a_disk_is_low_below_500_and_full_below_100_mib() {
        let level = |free: u64| of_disk(&Ok(free)).status;

        assert_eq!((level(500 << 20), level((500 << 20) - 1)), (Level::Ok, Level::Degraded));
        assert_eq!((level(100 << 20), level((100 << 20) - 1)), (Level::Degraded, Level::Error));
        let broken = Err::<u64, _>(Error::invalid("gone"));
        assert_eq!((of_disk(&broken).status, of_database(&broken).status), (Level::Error, Level::Error));
    }

    #[test]
    fn only_a_turn_for_the_worse_is_told() {
        let mut watch = Watch::default();

        let told = [false, true, true, false, true].map(|is_bad| watch.turned(is_bad));

        assert_eq!(told, [false, true, false, false, true]);
    }
}
