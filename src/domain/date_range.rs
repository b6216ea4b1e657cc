//! Range of entry dates.

use crate::domain::entry_date;
use crate::error::{Error, Result};

/// Inclusive range of entry dates.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct DateRange {
    /// Only entries of this date or later, such as 2026-03-05, yesterday or "last week"
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Only entries of this date or earlier, such as 2026-03-05, 2026-03 or "3 days ago"
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
}

impl DateRange {
    /// Parses both dates; refuses an invalid date and a range that ends before it begins.
    pub(crate) fn validate(&self) -> Result<(Option<String>, Option<String>)> {
        let canonical = |date: &Option<String>| date.as_deref().map(entry_date::parse).transpose();
        let (from, to) = (canonical(&self.from)?, canonical(&self.to)?);
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            return Err(
                Error::invalid(format!("the range ends ({to}) before it begins ({from})")).hint("swap the two dates")
            );
        }
        Ok((from.map(|date| date.to_string()), to.map(|date| date.to_string())))
    }
}
