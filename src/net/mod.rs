//! Every byte that leaves the machine on this program's own account passes here.

pub(crate) mod client;
