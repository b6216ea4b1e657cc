//! Reader of written dates in file names, front matter, headings, running text, queries and flags.
//!
//! One reader knows the forms of dates in twelve languages; `DateContext` says which of them a place admits. Flags and
//! queries also take relative dates, see [`parse_user_date`].

mod clock_time;
mod ideographic;
mod months;
mod named;
mod numeric;
mod reading;
mod relative;
mod scanner;
mod time_zone;
mod tokens;

pub use crate::domain::date_reader::reading::{DateContext, DateDoubt, DateForm, DateReading};
pub use crate::domain::date_reader::relative::{DateSpan, parse_user_date, read_user_date};
pub use crate::domain::date_reader::scanner::{
    find_weekday, month_number, read_dates, read_whole_date, weekday_of_word,
};
pub(crate) use crate::domain::date_reader::tokens::fold;

#[cfg(test)]
mod tests;
