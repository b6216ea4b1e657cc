//! Key management through the real binary: deep rotation, recovery kit, and the lock of the data directory.

mod deep;
mod in_use;
mod kit;
