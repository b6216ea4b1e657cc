//! Backups through the real binary: create, verify, drill, prune and restore.

mod create;
mod fixture;
mod flips;
mod forged;
mod load;
mod person;
mod prune;
mod reading;
mod recipe;
mod refusals;
mod restore;
mod roundtrip;
mod trash;
mod undo;
mod verify;
