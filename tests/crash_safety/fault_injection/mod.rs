//! Fault injection at every file operation (error, short write, process killed): no data is lost, nothing is half done,
//! and no failure is reported as a success.
//!
//! `fault.c` is compiled and preloaded into the command; without a C compiler the tests print a message and pass.
//! `JOURNAL_CRASH_ROUNDS` is the number of calls tried per command and fault, in addition to all renames and removals.

mod backup;
mod keyring;
mod layer;
mod migration;
