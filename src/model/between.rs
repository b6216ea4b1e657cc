//! A range of entry dates.

use crate::error::Error;
use crate::error::Result;
use crate::model::day;

/// Dates between which entries are wanted, both included.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Between {
    /// Only entries of this date or later (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Only entries of this date or earlier (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
}

impl Between {
    /// Refuses what is no date, and a range that ends before it begins.
    pub(crate) fn checked(&self) -> Result<(Option<String>, Option<String>)> {
        let canonical = |date: &Option<String>| date.as_deref().map(day::parse).transpose();
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
