//! Reader of written dates in file names, front matter, headings, running text, queries and flags.

mod clock_time;
mod tokens;
