//! Settings: flag over environment (and `*_FILE`) over config file over default, each with its origin.

pub mod backup;
mod environment;
mod file;
mod known;
pub mod outside;
pub mod providers;
mod resolve;
pub mod runtime;
pub mod server;
mod table;
mod typed;

pub use environment::Environment;
pub use known::Definition;
pub use known::KNOWN;
pub use resolve::Flag;
pub use resolve::Origin;
pub use resolve::Resolved;
pub use typed::Chunking;
pub use typed::Config;
pub use typed::LogFormat;
pub use typed::SearchLimits;
pub use typed::SecretSource;
pub(crate) use typed::absolute;
