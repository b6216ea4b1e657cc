//! Date range in the arguments of a tool.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::date_range::DateRange;

/// Date range, flattened into the arguments.
#[derive(Deserialize, JsonSchema)]
pub(super) struct DateRangeArgs {
    /// First date, `YYYY-MM-DD`.
    #[serde(default)]
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    #[serde(default)]
    end_date: Option<String>,
}

impl From<DateRangeArgs> for DateRange {
    fn from(args: DateRangeArgs) -> Self {
        Self { from: args.start_date, to: args.end_date }
    }
}
