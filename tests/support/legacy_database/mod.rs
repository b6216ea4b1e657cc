//! Databases of the Python journal-server, as imports find them.

pub mod fill;
pub mod python;
