//! Export, import of exports, import from other programs (Day One, jrnl, Markdown), and deletion of accounts.

mod day_one;
mod deletion;
mod export;
mod identity;
mod jrnl;
mod markdown;
mod round_trip;
mod titles;
mod tree;
