//! x
mod charset;
mod page;
